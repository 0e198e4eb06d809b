//! The structure tree: what stands where in the logical document (ISO 32000-1, 14.7 and 14.8).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat, dictionary};

use crate::pdf::display::{Display, NodeId, Role};

/// Which marked content belongs to which node.
#[derive(Default)]
pub(super) struct Marked {
    /// Page by page, the node of each marked content in order.
    pages: Vec<Vec<NodeId>>,
    /// Node → (page, number of the marked content).
    contents: BTreeMap<NodeId, Vec<(usize, i64)>>,
    /// Node → left, lower, right, upper edge of what it shows.
    bounds: BTreeMap<NodeId, [f32; 4]>,
}

impl Marked {
    pub(super) fn begin_page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// The number under which the next content of `node` stands on the current page.
    pub(super) fn content_of(&mut self, node: NodeId) -> i64 {
        let page = self.pages.len() - 1;
        let contents = self.pages.last_mut().expect("a page was begun");
        contents.push(node);
        let number = i64::try_from(contents.len() - 1).expect("a page has few contents");
        self.contents.entry(node).or_default().push((page, number));
        number
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

    /// Adds the tree to the file, and says where its root is.
    pub(super) fn add(&self, display: &Display, pages: &[ObjectId], file: &mut Document) -> ObjectId {
        let root = file.new_object_id();
        let ids: Vec<ObjectId> = display.tree.nodes.iter().map(|_| file.new_object_id()).collect();
        let mut children: Vec<Vec<Object>> = vec![Vec::new(); ids.len()];
        for (index, node) in display.tree.nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                children[parent.0].push(Object::Reference(ids[index]));
            }
        }
        for (index, node) in display.tree.nodes.iter().enumerate() {
            let mut kids = std::mem::take(&mut children[index]);
            let contents = self.contents.get(&NodeId(index)).map(Vec::as_slice).unwrap_or_default();
            let home = contents.first().map(|(page, _)| *page);
            kids.extend(contents.iter().map(|(page, number)| {
                if Some(*page) == home {
                    return Object::Integer(*number);
                }
                dictionary! { "Type" => "MCR", "Pg" => pages[*page], "MCID" => *number }.into()
            }));
            let parent = node.parent.map_or(root, |parent| ids[parent.0]);
            let mut element = dictionary! { "Type" => "StructElem", "S" => role_name(node.role), "P" => parent };
            if let Some(home) = home {
                element.set("Pg", pages[home]);
            }
            if !kids.is_empty() {
                element.set("K", kids);
            }
            if let Some(alternative) = &node.alternative {
                element.set("Alt", unicode(alternative));
            }
            if let Some(attributes) = self.attributes(NodeId(index), node.role) {
                element.set("A", attributes);
            }
            file.set_object(ids[index], element);
        }
        let parents = self.parent_tree(&ids, file);
        file.set_object(
            root,
            dictionary! {
                "Type" => "StructTreeRoot",
                "K" => ids[0],
                "ParentTree" => parents,
                "ParentTreeNextKey" => i64::try_from(pages.len()).expect("some pages"),
            },
        );
        root
    }

    fn attributes(&self, node: NodeId, role: Role) -> Option<Dictionary> {
        match role {
            Role::Head => Some(dictionary! { "O" => "Table", "Scope" => "Column" }),
            Role::GroupHead(columns) => Some(dictionary! {
                "O" => "Table",
                "Scope" => "Row",
                "ColSpan" => i64::try_from(columns).expect("some columns"),
            }),
            Role::Figure => {
                let bounds = self.bounds.get(&node)?;
                let edges: Vec<Object> = bounds.iter().map(|edge| Object::Real(*edge)).collect();
                Some(dictionary! { "O" => "Layout", "BBox" => edges, "Placement" => "Block" })
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
            | Role::Cell => None,
        }
    }

    /// From page and number back to the node.
    fn parent_tree(&self, ids: &[ObjectId], file: &mut Document) -> ObjectId {
        let mut numbers = Vec::new();
        for (page, nodes) in self.pages.iter().enumerate() {
            let nodes: Vec<Object> = nodes.iter().map(|node| Object::Reference(ids[node.0])).collect();
            numbers.push(Object::Integer(i64::try_from(page).expect("some pages")));
            numbers.push(Object::Reference(file.add_object(nodes)));
        }
        file.add_object(dictionary! { "Nums" => numbers })
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

/// A text string in UTF-16, as every reader understands it.
pub(super) fn unicode(text: &str) -> Object {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}
