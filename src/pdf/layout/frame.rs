//! What frames the body: the letterhead, the deadline at the first page's foot, running lines and page numbers.

use crate::domain::report::{Letterhead, Pages};
use crate::pdf::display::{Path, Placed, Polyline, Role, Tag};
use crate::pdf::look::{
    ACCENT, BOTTOM, COMPANY, DEADLINE, DEADLINE_TITLE, FOOT_BASELINE, HEAD_BASELINE, LEFT, LETTERHEAD, RULE, RUNNING,
    WIDTH,
};

use super::Desk;
use super::slab::{Slab, Stack, side_by_side};

/// Lines of the deadline's account at most; a longer one is in the deadline's own listing.
const FOOT_LINES: usize = 12;

impl Desk {
    pub(super) fn letterhead(&mut self, letterhead: &Letterhead) {
        let left = Tag::Node(self.node(Role::Paragraph));
        let name = self.lines(&letterhead.name, COMPANY, LEFT, WIDTH * 0.52, left);
        let tag = Tag::Node(self.node(Role::Paragraph));
        let x = LEFT + WIDTH * 0.56;
        let width = WIDTH * 0.44;
        let mut reach = Stack::default();
        for text in &letterhead.lines {
            for line in self.type_.wrap(text, LETTERHEAD, width) {
                let mut items = Vec::new();
                line.place(x + width - line.width, 0.0, LETTERHEAD, tag, &mut items);
                reach.push(LETTERHEAD.leading, items);
            }
        }
        let mut slabs = side_by_side(vec![name, reach], 0.0, 10.0, 200.0);
        let last = slabs.last_mut().expect("there is at least one");
        let rule = Path::filled(Polyline::rectangle(LEFT, last.height - 1.4, WIDTH, 1.4), ACCENT);
        last.items.push(Placed::decoration(rule));
        self.slabs.extend(slabs);
    }
}

/// The deadline's lines, to be put above the foot of the first page.
pub(super) fn first_foot(desk: &mut Desk, lines: &[String]) -> Stack {
    let mut foot = Stack::default();
    if lines.is_empty() {
        return foot;
    }
    let rule = Path::filled(Polyline::rectangle(LEFT, 8.0, WIDTH, 0.5), RULE);
    foot.push(14.0, vec![Placed::decoration(rule)]);
    let tag = Tag::Node(desk.node(Role::Paragraph));
    for (index, text) in lines.iter().enumerate() {
        let style = if index == 0 { DEADLINE_TITLE } else { DEADLINE };
        foot.append(desk.lines(text, style, LEFT, WIDTH, tag));
    }
    foot.pieces.truncate(FOOT_LINES);
    foot
}

pub(super) fn put_first_foot(foot: Stack, page: &mut Vec<Placed>) {
    let top = BOTTOM - foot.height();
    foot.put(top, page);
}

/// Running head and foot, once the number of pages is known.
pub(super) fn put_running_lines(desk: &mut Desk, pages: &Pages, drawn: &mut [Vec<Placed>]) {
    let count = drawn.len();
    let top = |baseline: f32| baseline - RUNNING.baseline();
    for (index, page) in drawn.iter_mut().enumerate() {
        if index > 0 {
            let name = desk.type_.fit(&pages.letterhead.name, RUNNING, WIDTH * 0.45);
            name.place(LEFT, top(HEAD_BASELINE), RUNNING, Tag::Pagination, page);
            let head = desk.type_.fit(&pages.running_head, RUNNING, WIDTH * 0.5);
            head.place(LEFT + WIDTH - head.width, top(HEAD_BASELINE), RUNNING, Tag::Pagination, page);
            page.push(pagination_rule(HEAD_BASELINE + 6.0));
        }
        page.push(pagination_rule(FOOT_BASELINE - 13.0));
        let left = desk.type_.fit(&pages.running_foot, RUNNING, WIDTH * 0.6);
        left.place(LEFT, top(FOOT_BASELINE), RUNNING, Tag::Pagination, page);
        let numbers = pages.page_of.replace("{page}", &(index + 1).to_string());
        let right = desk.type_.fit(&numbers.replace("{pages}", &count.to_string()), RUNNING, WIDTH * 0.38);
        right.place(LEFT + WIDTH - right.width, top(FOOT_BASELINE), RUNNING, Tag::Pagination, page);
    }
}

fn pagination_rule(y: f32) -> Placed {
    let mut rule = Placed::decoration(Path::filled(Polyline::rectangle(LEFT, y, WIDTH, 0.5), RULE));
    rule.tag = Tag::Pagination;
    rule
}

/// Space of its own for a slab that begins a section.
pub(super) fn spaced(slab: &mut Slab, before: f32) {
    slab.before = before;
}
