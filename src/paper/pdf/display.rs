//! The display list: what is drawn at which position on each page, and what it means. It is independent of any PDF
//! library.
//!
//! Lengths are in points; x increases to the right and y downwards, from the upper left corner of the page.

use domain::reports::Picture;

pub use super::look::Sheet;

/// Red, green, blue in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Srgb(pub u8, pub u8, pub u8);

/// A document that is ready to be written.
#[derive(Debug, Default)]
pub struct Display {
    /// Size of every page.
    pub sheet: Sheet,
    pub pages: Vec<Vec<Placed>>,
    pub tree: Tree,
    pub pictures: Vec<Picture>,
    pub outline: Vec<OutlineEntry>,
}

/// An entry of the document outline.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlineEntry {
    pub title: String,
    /// Page index, from 0.
    pub page: usize,
    pub y: f32,
}

/// Something drawn, with its role in the structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub tag: Tag,
    pub mark: Drawn,
}

/// The role of a drawn item for assistive technology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// No role: a rule, a background, a shape that repeats what the text says.
    Decoration,
    /// Running headers and footers, and table headers repeated on later pages.
    Pagination,
    Node(NodeId),
}

/// Something drawn on a page, with its position.
#[derive(Debug, Clone, PartialEq)]
pub enum Drawn {
    Text(TextRun),
    Path(Path),
    /// An index into the pictures, and the frame.
    Image {
        picture: usize,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
}

/// Glyphs in one face on one baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRun {
    /// Index into `fonts::faces()`.
    pub face: usize,
    pub size: f32,
    pub colour: Srgb,
    pub x: f32,
    pub baseline: f32,
    pub glyphs: Vec<Glyph>,
    /// The text that the glyphs represent.
    pub text: String,
}

/// A shaped glyph; lengths are in thousandths of the font size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    pub id: u16,
    pub advance: f32,
    pub dx: f32,
    pub dy: f32,
    /// The number of bytes of the run's text that this glyph represents; 0 if it belongs to the previous glyph.
    pub bytes: u16,
}

/// A shape, filled or stroked or both.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path {
    pub lines: Vec<Polyline>,
    pub fill: Option<Srgb>,
    pub stroke: Option<Stroke>,
}

/// How a line is drawn: its colour, and its width in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    pub colour: Srgb,
    pub width: f32,
}

/// Points of a line; a curve's two control points precede its end point.
#[derive(Debug, Clone, PartialEq)]
pub struct Polyline {
    pub points: Vec<(f32, f32, PointKind)>,
    pub ends: Ends,
}

/// Whether a point is on the curve or a control point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointKind {
    On,
    Control,
}

/// Whether a line is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Open,
    Closed,
}

impl Path {
    /// An area filled with one colour, without an outline.
    #[must_use]
    pub fn filled(line: Polyline, colour: Srgb) -> Path {
        Path { lines: vec![line], fill: Some(colour), stroke: None }
    }

    /// A stroked line of this colour and this width in points.
    #[must_use]
    pub fn stroked(line: Polyline, colour: Srgb, width: f32) -> Path {
        Path { lines: vec![line], fill: None, stroke: Some(Stroke { colour, width }) }
    }
}

impl Polyline {
    /// Straight lines through the points.
    #[must_use]
    pub fn through(points: &[(f32, f32)], ends: Ends) -> Polyline {
        Polyline { points: points.iter().map(|(x, y)| (*x, *y, PointKind::On)).collect(), ends }
    }

    /// A rectangle, given by its upper left corner and its size.
    #[must_use]
    pub fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Polyline {
        Polyline::through(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)], Ends::Closed)
    }

    /// A rounded rectangle; a radius of half the height gives a pill, or a circle if it is square.
    #[must_use]
    pub fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Polyline {
        use PointKind::{Control, On};
        let (r, bow) = (radius, radius * 0.447_715);
        let (right, bottom) = (x + width, y + height);
        let points = vec![
            (x + r, y, On),
            (right - r, y, On),
            (right - bow, y, Control),
            (right, y + bow, Control),
            (right, y + r, On),
            (right, bottom - r, On),
            (right, bottom - bow, Control),
            (right - bow, bottom, Control),
            (right - r, bottom, On),
            (x + r, bottom, On),
            (x + bow, bottom, Control),
            (x, bottom - bow, Control),
            (x, bottom - r, On),
            (x, y + r, On),
            (x, y + bow, Control),
            (x + bow, y, Control),
            (x + r, y, On),
        ];
        Polyline { points, ends: Ends::Closed }
    }
}

impl Placed {
    /// A shape that screen readers skip.
    #[must_use]
    pub fn decoration(path: Path) -> Placed {
        Placed { tag: Tag::Decoration, mark: Drawn::Path(path) }
    }

    /// Moves the item down by this many points.
    pub fn shift(&mut self, down: f32) {
        match &mut self.mark {
            Drawn::Text(run) => run.baseline += down,
            Drawn::Path(path) => {
                path.lines.iter_mut().flat_map(|line| &mut line.points).for_each(|point| point.1 += down);
            }
            Drawn::Image { y, .. } => *y += down,
        }
    }
}

/// A node of the structure tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// The document's structure, in reading order.
#[derive(Debug)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

/// An element of the structure, such as a heading, table or paragraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub role: Role,
    pub parent: Option<NodeId>,
    /// Alternative text for a figure.
    pub alternative: Option<String>,
}

/// The standard structure types used here (ISO 32000-1, 14.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Document,
    Title,
    Section,
    Part,
    Paragraph,
    List,
    ListItem,
    Label,
    ListBody,
    Table,
    Row,
    /// A column header cell.
    Head,
    /// A header cell that spans this many columns.
    GroupHead(usize),
    Cell,
    Figure,
}

impl Tree {
    pub const ROOT: NodeId = NodeId(0);

    /// Adds a node as the last child of `parent`.
    pub fn add(&mut self, parent: NodeId, role: Role) -> NodeId {
        self.nodes.push(Node { role, parent: Some(parent), alternative: None });
        NodeId(self.nodes.len() - 1)
    }

    /// Adds a figure with its alternative text.
    pub fn figure(&mut self, parent: NodeId, alternative: &str) -> NodeId {
        let node = self.add(parent, Role::Figure);
        self.nodes[node.0].alternative = Some(alternative.to_owned());
        node
    }
}

impl Default for Tree {
    fn default() -> Self {
        Tree { nodes: vec![Node { role: Role::Document, parent: None, alternative: None }] }
    }
}
