//! Everything around the body: the letterhead, the deadline at the foot of the first page, running lines and page
//! numbers.

use crate::pdf::display::{Drawn, Path, Placed, Polyline, Role, Sheet, Tag, Tree};
use crate::pdf::look::{COMPANY, DEADLINE, DEADLINE_TITLE, HEAD_BASELINE, LEFT, LEGAL, LETTERHEAD, RULE, RUNNING};
use domain::reports::{Letterhead, Pages, Picture};

use super::SlabBuilder;
use super::slab::{Slab, Stack, side_by_side};

/// Maximum number of lines of the deadline's ledger; a longer one can be read in the deadline's own listing.
const FOOT_LINES: usize = 12;
/// Maximum number of legal lines.
const LEGAL_LINES: usize = 4;
/// Maximum width and height of a logo.
const LOGO: (f32, f32) = (170.0, 40.0);

impl SlabBuilder {
    pub(super) fn letterhead(&mut self, letterhead: &Letterhead) {
        let name = match &letterhead.logo {
            Some(logo) => self.logo(logo, &letterhead.name),
            None => {
                let left = Tag::Node(self.node(Role::Paragraph));
                self.lines(&letterhead.name, COMPANY.in_colour(self.accent), LEFT, self.measure * 0.52, left)
            }
        };
        let tag = Tag::Node(self.node(Role::Paragraph));
        let width = self.measure * 0.44;
        let x = LEFT + self.measure - width;
        let mut reach = Stack::default();
        let named = letterhead.logo.as_ref().map(|_| &letterhead.name);
        for text in named.into_iter().chain(&letterhead.lines) {
            for line in self.type_.wrap(text, LETTERHEAD, width) {
                let mut items = Vec::new();
                line.place(x + width - line.width, 0.0, LETTERHEAD, tag, &mut items);
                reach.push(LETTERHEAD.leading, items);
            }
        }
        let mut slab = side_by_side(vec![name, reach], 0.0, 10.0, 200.0);
        slab.rule = Some((1.4, self.accent));
        self.slabs.push(slab);
    }

    /// The logo, left-aligned and scaled to fit its frame.
    fn logo(&mut self, logo: &Picture, name: &str) -> Stack {
        #[expect(clippy::cast_precision_loss, reason = "pictures are scaled to some thousand pixels")]
        let (wide, high) = (logo.width.max(1) as f32, logo.height.max(1) as f32);
        let scale = (LOGO.0 / wide).min(LOGO.1 / high);
        let tag = Tag::Node(self.tree.figure(Tree::ROOT, name));
        let (width, height) = (wide * scale, high * scale);
        let mark = Drawn::Image { picture: self.pictures.len(), x: LEFT, y: 0.0, width, height };
        self.pictures.push(logo.clone());
        let mut stack = Stack::default();
        stack.push(height, vec![Placed { tag, mark }]);
        stack
    }
}

/// The deadline and the legal lines, to be placed at the foot of the first page.
pub(super) fn first_foot(desk: &mut SlabBuilder, pages: &Pages) -> Stack {
    let mut foot = Stack::default();
    if !pages.first_foot.is_empty() {
        let rule = Path::filled(Polyline::rectangle(LEFT, 8.0, desk.measure, 0.5), RULE);
        foot.push(14.0, vec![Placed::decoration(rule)]);
        let tag = Tag::Node(desk.node(Role::Paragraph));
        for (index, text) in pages.first_foot.iter().enumerate() {
            let style = if index == 0 { DEADLINE_TITLE } else { DEADLINE };
            foot.append(desk.lines(text, style, LEFT, desk.measure, tag));
        }
        foot.pieces.truncate(FOOT_LINES);
    }
    if !pages.letterhead.legal.is_empty() {
        foot.push(6.0, Vec::new());
        let tag = Tag::Node(desk.node(Role::Paragraph));
        let mut legal = Stack::default();
        for text in &pages.letterhead.legal {
            legal.append(desk.lines(text, LEGAL, LEFT, desk.measure, tag));
        }
        legal.pieces.truncate(LEGAL_LINES);
        foot.append(legal);
    }
    foot
}

pub(super) fn put_first_foot(foot: Stack, sheet: Sheet, page: &mut Vec<Placed>) {
    let top = sheet.bottom() - foot.height();
    foot.put(top, page);
}

/// Adds running headers and footers, once the number of pages is known.
pub(super) fn put_running_lines(desk: &mut SlabBuilder, pages: &Pages, drawn: &mut [Vec<Placed>]) {
    let (count, width, foot) = (drawn.len(), desk.measure, desk.sheet.foot_baseline());
    let top = |baseline: f32| baseline - RUNNING.baseline();
    for (index, page) in drawn.iter_mut().enumerate() {
        if index > 0 {
            let name = desk.type_.fit(&pages.letterhead.name, RUNNING, width * 0.45);
            name.place(LEFT, top(HEAD_BASELINE), RUNNING, Tag::Pagination, page);
            let head = desk.type_.fit(&pages.running_head, RUNNING, width * 0.5);
            head.place(LEFT + width - head.width, top(HEAD_BASELINE), RUNNING, Tag::Pagination, page);
            page.push(pagination_rule(HEAD_BASELINE + 6.0, width));
        }
        page.push(pagination_rule(foot - 13.0, width));
        let left = desk.type_.fit(&pages.running_foot, RUNNING, width * 0.6);
        left.place(LEFT, top(foot), RUNNING, Tag::Pagination, page);
        let numbers = pages.page_of.replace("{page}", &(index + 1).to_string());
        let right = desk.type_.fit(&numbers.replace("{pages}", &count.to_string()), RUNNING, width * 0.38);
        right.place(LEFT + width - right.width, top(foot), RUNNING, Tag::Pagination, page);
    }
}

fn pagination_rule(y: f32, width: f32) -> Placed {
    let mut rule = Placed::decoration(Path::filled(Polyline::rectangle(LEFT, y, width, 0.5), RULE));
    rule.tag = Tag::Pagination;
    rule
}

/// Adds space above a slab that begins a section.
pub(super) fn spaced(slab: &mut Slab, before: f32) {
    slab.before = before;
}
