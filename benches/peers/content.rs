//! A report's words and photos as plain data, for programs that lay out by themselves.

use std::path::Path;

use ronda::domain::reports::{Block, CaptionedPhoto, Cell, Ink, Pages, ReportRow};
use serde_json::{Value, json};

pub struct Content {
    blocks: Vec<Value>,
    photos: Vec<Vec<u8>>,
}

/// What the blocks say, in order.
pub fn of(pages: &Pages) -> Content {
    let mut content = Content { blocks: Vec::new(), photos: Vec::new() };
    content
        .blocks
        .push(json!({"p": std::iter::once(&pages.letterhead.name).chain(&pages.letterhead.lines).collect::<Vec<_>>()}));
    for block in &pages.blocks {
        content.add(block);
    }
    content.blocks.push(json!({"p": pages.first_foot}));
    content
}

impl Content {
    fn add(&mut self, block: &Block) {
        let block = match block {
            Block::Title { text, subtitle, number, note } => json!({"h1": text, "p": [subtitle, number, note]}),
            Block::Verdict { headline, detail, .. } => json!({"h2": headline, "p": [detail]}),
            Block::Facts(facts) => {
                json!({"table": facts.iter().map(|f| vec![f.label.clone(), f.lines.join(", ")]).collect::<Vec<_>>()})
            }
            Block::Summary(shares) => {
                json!({"p": shares.iter().map(|share| format!("{} {}", share.count, share.label)).collect::<Vec<_>>()})
            }
            Block::Heading(_, text) => json!({"h2": text}),
            Block::Paragraph(_, text) => json!({"p": [text]}),
            Block::Bullets(lines) => json!({"p": lines}),
            Block::Table(table) => {
                let head: Vec<&String> = table.columns.iter().map(|column| &column.head).collect();
                let rows: Vec<Vec<String>> = table.rows.iter().map(|row| cells(row, head.len())).collect();
                json!({"head": head, "table": rows})
            }
            Block::Entries(entries) => {
                let mut lines = Vec::new();
                for entry in entries {
                    lines.push(format!("{} {} {}", entry.number, entry.label, entry.text));
                    lines.extend(entry.lines.clone());
                    if let Some(photo) = &entry.photo {
                        self.photo(photo);
                    }
                }
                json!({"p": lines})
            }
            // What the others get of a chart are its words.
            Block::Charts(charts) => {
                json!({"p": charts.iter().map(|chart| format!("{} {} {}", chart.title, chart.subtitle, chart.last)).collect::<Vec<_>>()})
            }
            Block::Seal(seal) => {
                json!({"p": seal.facts.iter().map(|f| format!("{} {}", f.label, f.lines.join(" "))).collect::<Vec<_>>()})
            }
            Block::Photos(photos) => {
                photos.iter().for_each(|photo| self.photo(photo));
                return;
            }
            Block::Signatures(boxes) => json!({"p": boxes.iter().map(|signature| match &signature.ink {
                Ink::Signed { name, role, at, .. } => format!("{}: {name}, {role}, {at}", signature.party),
                Ink::None { reason } => format!("{}: {reason}", signature.party),
            }).collect::<Vec<_>>()}),
        };
        self.blocks.push(block);
    }

    fn photo(&mut self, photo: &CaptionedPhoto) {
        if let Ok(picture) = &photo.picture {
            let name = format!("photo-{}.jpg", self.photos.len());
            self.blocks.push(json!({"photo": name, "p": [format!("{} {}", photo.label, photo.caption)]}));
            self.photos.push(picture.jpeg.to_vec());
        }
    }

    /// Puts the content and its photos into a folder.
    pub fn write(&self, folder: &Path) {
        for (index, photo) in self.photos.iter().enumerate() {
            std::fs::write(folder.join(format!("photo-{index}.jpg")), photo).expect("the folder can be written");
        }
        let text = serde_json::to_string(&self.blocks).expect("plain data");
        std::fs::write(folder.join("content.json"), text).expect("the folder can be written");
    }
}

fn cells(row: &ReportRow, columns: usize) -> Vec<String> {
    match row {
        ReportRow::Group(title) => {
            std::iter::once(title.clone()).chain(std::iter::repeat_n(String::new(), columns - 1)).collect()
        }
        ReportRow::Cells(cells) => cells
            .iter()
            .map(|cell| match cell {
                Cell::Text(text) => text.clone(),
                Cell::Noted { text, note } => format!("{text} {note}"),
                Cell::Chip { label, .. } => label.clone(),
                Cell::Marked { text, label, .. } => format!("{text} {label}"),
                Cell::Gauge { limits, .. } => limits.clone(),
                Cell::Box | Cell::ToFill => String::new(),
            })
            .collect(),
    }
}
