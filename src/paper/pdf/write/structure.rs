//! The structure tree, which maps page content to the logical document (ISO 32000-1, 14.7 and 14.8).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::pdf::display::{Display, NodeId, Role};

use super::file::{Number, PUT, Packs, unicode};
use super::seal::SignatureField;

/// Object numbers of the tree.
pub(super) struct TreeNumbers {
    pub(super) root: Number,
    /// The parent tree, which maps page and content number back to the node.
    pub(super) parents: Number,
    pub(super) nodes: Vec<Number>,
    pub(super) pages: Vec<Number>,
    /// The parent tree's array for each page.
    pub(super) lists: Vec<Number>,
}

/// Which marked content belongs to which node.
#[derive(Default)]
pub(super) struct Marked {
    /// For each page, the nodes of its marked content, in order.
    pages: Vec<Vec<NodeId>>,
    /// For each node, the page and number of its marked content.
    contents: Vec<Vec<(usize, usize)>>,
    /// Bounding box of a node's content: left, lower, right, upper edge.
    bounds: BTreeMap<NodeId, [f32; 4]>,
}

impl Marked {
    pub(super) fn begin_page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// Assigns the next content on the current page to `node`.
    pub(super) fn add_content(&mut self, node: NodeId) {
        let page = self.pages.len() - 1;
        let contents = self.pages.last_mut().expect("a page was begun");
        contents.push(node);
        if self.contents.len() <= node.0 {
            self.contents.resize(node.0 + 1, Vec::new());
        }
        self.contents[node.0].push((page, contents.len() - 1));
    }

    pub(super) fn note_bounds(&mut self, node: NodeId, bounds: [f32; 4]) {
        self.bounds
            .entry(node)
            .and_modify(|known| {
                *known = [
                    known[0].min(bounds[0]),
                    known[1].min(bounds[1]),
                    known[2].max(bounds[2]),
                    known[3].max(bounds[3]),
                ];
            })
            .or_insert(bounds);
    }

    /// Adds the tree; `ids` are the object numbers of its nodes.
    pub(super) fn add(
        &self,
        display: &Display,
        numbers: &TreeNumbers,
        field: Option<&SignatureField<'_>>,
        packs: &mut Packs,
    ) {
        let TreeNumbers { root, parents, nodes: ids, pages, lists } = numbers;
        let nodes = &display.tree.nodes;
        let mut children: Vec<Vec<Number>> = vec![Vec::new(); ids.len()];
        for (index, node) in nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                children[parent.0].push(ids[index]);
            }
        }
        if let Some(field) = field {
            children[0].push(field.element);
        }
        for (index, node) in nodes.iter().enumerate() {
            let contents = self.contents.get(index).map(Vec::as_slice).unwrap_or_default();
            packs.add(ids[index], |text| {
                let parent = node.parent.map_or(*root, |parent| ids[parent.0]);
                write!(text, "<</S/{}/P {parent}", role_name(node.role)).expect(PUT);
                let home = contents.first().map(|(page, _)| *page);
                if let Some(home) = home {
                    write!(text, "/Pg {}", pages[home]).expect(PUT);
                }
                if !contents.is_empty() || !children[index].is_empty() {
                    text.push_str("/K[");
                    children[index].iter().for_each(|child| write!(text, "{child} ").expect(PUT));
                    for (page, number) in contents {
                        if Some(*page) == home {
                            write!(text, "{number} ").expect(PUT);
                        } else {
                            write!(text, "<</Type/MCR/Pg {}/MCID {number}>>", pages[*page]).expect(PUT);
                        }
                    }
                    text.push(']');
                }
                if let Some(alternative) = &node.alternative {
                    write!(text, "/Alt{}", unicode(alternative)).expect(PUT);
                }
                self.attributes(NodeId(index), node.role, text);
                text.push_str(">>");
            });
        }
        if let Some(field) = field {
            field.add(ids[0], pages[0], pages.len(), packs);
        }
        for (list, nodes) in lists.iter().zip(&self.pages) {
            packs.add(*list, |text| {
                text.push('[');
                nodes.iter().for_each(|node| write!(text, "{} ", ids[node.0]).expect(PUT));
                text.push(']');
            });
        }
        packs.add(*parents, |text| {
            text.push_str("<</Nums[");
            for (page, list) in lists.iter().enumerate() {
                write!(text, "{page} {list} ").expect(PUT);
            }
            if let Some(field) = field {
                write!(text, "{} {} ", pages.len(), field.element).expect(PUT);
            }
            text.push_str("]>>");
        });
        packs.add(*root, |text| {
            let next = pages.len() + usize::from(field.is_some());
            write!(text, "<</Type/StructTreeRoot/K {}/ParentTree {parents}/ParentTreeNextKey {next}>>", ids[0])
                .expect(PUT);
        });
    }

    fn attributes(&self, node: NodeId, role: Role, text: &mut String) {
        match role {
            Role::Head => text.push_str("/A<</O/Table/Scope/Column>>"),
            Role::GroupHead(columns) => {
                write!(text, "/A<</O/Table/Scope/Row/ColSpan {columns}>>").expect(PUT);
            }
            Role::Figure => {
                if let Some([left, low, right, high]) = self.bounds.get(&node) {
                    write!(text, "/A<</O/Layout/BBox[{left:.2} {low:.2} {right:.2} {high:.2}]/Placement/Block>>")
                        .expect(PUT);
                }
            }
            Role::Document
            | Role::Title
            | Role::Section
            | Role::Part
            | Role::Paragraph
            | Role::List
            | Role::ListItem
            | Role::Label
            | Role::ListBody
            | Role::Table
            | Role::Row
            | Role::Cell => {}
        }
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Document => "Document",
        Role::Title => "H1",
        Role::Section => "H2",
        Role::Part => "H3",
        Role::Paragraph => "P",
        Role::List => "L",
        Role::ListItem => "LI",
        Role::Label => "Lbl",
        Role::ListBody => "LBody",
        Role::Table => "Table",
        Role::Row => "TR",
        Role::Head | Role::GroupHead(_) => "TH",
        Role::Cell => "TD",
        Role::Figure => "Figure",
    }
}
