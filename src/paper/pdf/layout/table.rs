//! Tables: headers repeated on every page, group rows, and rows that are split only if necessary.

use crate::pdf::display::{NodeId, Path, Placed, Polyline, Role, Srgb, Tag};
use crate::pdf::look::{BODY, CELL, GROUP, HEAD, LABEL, LEFT, LIMITS, NOTE, QUIET, RULE, STRONG, TINT, colour_of};
use domain::reports::{Align, Cell, Column, Gauge, Mark, MarkedEntry, ReportRow, Table};

use super::SlabBuilder;
use super::frame::spaced;
use super::marks;
use super::slab::{Corners, Next, Slab, Stack, side_by_side};

/// A row taller than this, in points, may be split across pages.
const TALLEST: f32 = 180.0;
/// Padding to the left and right of a cell's text.
const INSET: f32 = 5.0;
/// The rule below a row.
const UNDERLINE: (f32, Srgb) = (0.5, RULE);

/// The position of a column.
#[derive(Debug, Clone, Copy)]
struct Lane {
    x: f32,
    width: f32,
    align: Align,
}

impl SlabBuilder {
    pub(super) fn table(&mut self, table: &Table) {
        let lanes = lanes(&table.columns, self.measure);
        let node = self.node(Role::Table);
        self.table_head(&table.columns, &lanes, node);
        let head = Some(self.heads.len() - 1);
        let last = table.rows.len().saturating_sub(1);
        for (index, row) in table.rows.iter().enumerate() {
            let mut slab = match row {
                ReportRow::Group(title) => self.group_row(title, lanes.len(), node),
                ReportRow::Cells(cells) => self.cell_row(cells, &lanes, node),
            };
            slab.head = head;
            let holds_on = match row {
                ReportRow::Group(_) => true,
                // Neither the first nor the last row may be alone on a page.
                ReportRow::Cells(_) => index == 0 || index + 1 == last,
            };
            if holds_on && index != last {
                slab.next = Next::Together;
            }
            self.slabs.push(slab);
        }
    }

    fn table_head(&mut self, columns: &[Column], lanes: &[Lane], table: NodeId) {
        let row = self.tree.add(table, Role::Row);
        let mut stacks = Vec::new();
        for (column, lane) in columns.iter().zip(lanes) {
            let tag = Tag::Node(self.tree.add(row, Role::Head));
            stacks.push(self.aligned(&column.head, HEAD, *lane, tag));
        }
        let mut head = side_by_side(stacks, 3.0, 4.5, f32::INFINITY);
        let rule = Path::filled(Polyline::rectangle(LEFT, head.height - 0.9, self.measure, 0.9), self.accent);
        head.items.push(Placed::decoration(rule));
        head.next = Next::Together;
        self.slabs.push(head.clone());
        self.heads.push(head);
    }

    fn group_row(&mut self, title: &str, columns: usize, table: NodeId) -> Slab {
        let row = self.tree.add(table, Role::Row);
        let tag = Tag::Node(self.tree.add(row, Role::GroupHead(columns)));
        let style = GROUP.in_colour(self.accent);
        let stack = self.lines(title, style, LEFT + INSET, self.measure - 2.0 * INSET, tag);
        let mut slab = side_by_side(vec![stack], 4.2, 4.2, TALLEST);
        slab.back = Some((Corners::Square, TINT));
        slab
    }

    fn cell_row(&mut self, cells: &[Cell], lanes: &[Lane], table: NodeId) -> Slab {
        let row = self.tree.add(table, Role::Row);
        let mut stacks = Vec::new();
        for (cell, lane) in cells.iter().zip(lanes) {
            let tag = Tag::Node(self.tree.add(row, Role::Cell));
            stacks.push(self.cell(cell, *lane, tag));
        }
        let mut slab = side_by_side(stacks, 4.6, 4.6, TALLEST);
        // A row to be filled in by hand already has a line.
        if !cells.iter().all(|cell| matches!(cell, Cell::ToFill)) {
            slab.rule = Some(UNDERLINE);
        }
        slab
    }

    fn cell(&mut self, cell: &Cell, lane: Lane, tag: Tag) -> Stack {
        match cell {
            Cell::Text(text) => self.aligned(text, CELL, lane, tag),
            Cell::Noted { text, note } => {
                let mut stack = self.aligned(text, CELL, lane, tag);
                stack.append(self.aligned(note, NOTE, lane, tag));
                stack
            }
            Cell::Chip { mark, label } => self.chip(*mark, label, lane, tag),
            Cell::Marked { text, mark, label } => {
                let mut stack = self.aligned(text, CELL, lane, tag);
                stack.append(self.chip(*mark, label, lane, tag));
                stack
            }
            Cell::Box => {
                let mut stack = Stack::default();
                let square = Polyline::rectangle(lane.x + INSET, 2.0, 8.0, 8.0);
                stack.push(CELL.leading, vec![Placed::decoration(Path::stroked(square, QUIET, 0.7))]);
                stack
            }
            Cell::ToFill => {
                let mut stack = Stack::default();
                let line = Polyline::rectangle(lane.x + INSET, 11.4, lane.width - 2.0 * INSET, 0.5);
                stack.push(CELL.leading, vec![Placed::decoration(Path::filled(line, QUIET))]);
                stack
            }
            Cell::Gauge { limits, note, gauge } => self.gauge(limits, note, *gauge, lane, tag),
        }
    }

    fn chip(&mut self, mark: Mark, label: &str, lane: Lane, tag: Tag) -> Stack {
        let mut items = Vec::new();
        let room = lane.width - 2.0 * INSET - marks::chip_room(mark);
        let line = self.type_.fit(label, marks::chip_style(mark), room);
        marks::chip(mark, &line, lane.x + INSET, tag, &mut items);
        let mut stack = Stack::default();
        stack.push(marks::CHIP_HEIGHT, items);
        stack
    }

    /// The gauge on the left, the limits to its right, a note below.
    fn gauge(&mut self, limits: &str, note: &str, gauge: Gauge, lane: Lane, tag: Tag) -> Stack {
        let (x, width) = (lane.x + INSET, lane.width - 2.0 * INSET);
        let scale = width * 0.46;
        let words = Lane { x: lane.x + scale + 4.0, width: lane.width - scale - 4.0, ..lane };
        let mut stack = self.aligned(limits, LIMITS, words, tag);
        if stack.pieces.is_empty() {
            stack.push(LIMITS.leading, Vec::new());
        }
        marks::gauge(gauge, x + 3.4, 3.0, scale - 6.8, &mut stack.pieces[0].1);
        stack.append(self.aligned(note, NOTE.in_colour(colour_of(Mark::Fault)), words, tag));
        stack
    }

    fn aligned(&mut self, text: &str, style: crate::pdf::look::Style, lane: Lane, tag: Tag) -> Stack {
        let width = lane.width - 2.0 * INSET;
        let mut stack = Stack::default();
        for line in self.type_.wrap(text, style, width) {
            let x = match lane.align {
                Align::Left => lane.x + INSET,
                Align::Right => lane.x + lane.width - INSET - line.width,
            };
            let mut items = Vec::new();
            line.place(x, 0.0, style, tag, &mut items);
            stack.push(style.leading, items);
        }
        stack
    }

    /// Entries: mark and number on the left, text in the middle, a photo on the right.
    pub(super) fn entries(&mut self, entries: &[MarkedEntry]) {
        let list = self.node(Role::List);
        for entry in entries {
            let mut slab = self.entry(entry, list);
            slab.rule = Some(UNDERLINE);
            spaced(&mut slab, 3.0);
            self.slabs.push(slab);
        }
    }

    fn entry(&mut self, entry: &MarkedEntry, list: NodeId) -> Slab {
        let item = self.tree.add(list, Role::ListItem);
        let label = Tag::Node(self.tree.add(item, Role::Label));
        let body = self.tree.add(item, Role::ListBody);
        let (side, photo) = (92.0, 132.0);
        let mut left = self.lines(&entry.number, STRONG, LEFT, side - 8.0, label);
        left.push(2.0, Vec::new());
        let mut items = Vec::new();
        let line = self.type_.fit(&entry.label, marks::chip_style(entry.mark), side - 30.0);
        marks::chip(entry.mark, &line, LEFT, label, &mut items);
        left.push(marks::CHIP_HEIGHT, items);
        let width = self.measure - side - if entry.photo.is_some() { photo + 16.0 } else { 0.0 };
        let tag = Tag::Node(self.tree.add(body, Role::Paragraph));
        let mut words = self.lines(&entry.text, BODY, LEFT + side, width, tag);
        for text in &entry.lines {
            let tag = Tag::Node(self.tree.add(body, Role::Paragraph));
            words.push(2.0, Vec::new());
            words.append(self.lines(text, LABEL, LEFT + side, width, tag));
        }
        let mut columns = vec![left.joined(usize::MAX), words];
        if let Some(shown) = &entry.photo {
            columns.push(self.photo(shown, LEFT + self.measure - photo, photo, 99.0, body));
        }
        side_by_side(columns, 6.0, 9.0, TALLEST)
    }
}

fn lanes(columns: &[Column], measure: f32) -> Vec<Lane> {
    let total: f32 = columns.iter().map(|column| column.weight).sum();
    let mut x = LEFT;
    let mut lanes = Vec::new();
    for column in columns {
        let width = measure * column.weight / total;
        lanes.push(Lane { x, width, align: column.align });
        x += width;
    }
    lanes
}
