//! What holds for the report of any record: no word is lost, nothing leaves the frame, nothing lies on anything else,
//! no heading stands alone, every page has its number.
//!
//! Judged on the display list, which knows what belongs to what; `tests/suite/pdf.rs` looks at files.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::sample::select;
use ronda::domain::contract::Purpose;
use ronda::domain::ids::FindingId;
use ronda::domain::language::Language;
use ronda::domain::records::{
    Advice, Answer, Attendee, ClosedFinding, CostClass, CustomerSignature, EquipmentAnswers, Finding, ItemResult,
    Photo, Severity,
};
use ronda::domain::reports::{PaperChoice, PaperSize, Picture, ReportFacts};
use ronda::paper::pdf;
use ronda::paper::pdf::display::{Display, Drawn, NodeId, Placed, Role, Tag};

use crate::sample::{facts, laid_out, meta};

/// Left edge of the frame, as `pdf` documents it; the right one is as far from its edge.
const MARGIN: f32 = 51.0;

fn picture() -> Picture {
    static ONE: OnceLock<Picture> = OnceLock::new();
    ONE.get_or_init(|| crate::sample::photo(1)).clone()
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-zñáéü]{1,12}",
        2 => "[A-Z]{2,4}-[0-9]{1,4}",
        2 => "[0-9]{1,3},[0-9]{1,2}",
        4 => "[一-龥]{1,12}",
        1 => Just("😀".to_owned()),
        1 => "[a-z]{30,90}",
        1 => Just("<b>&amp;".to_owned()),
        // Any characters but those that only say where a line may break or how their neighbour looks.
        1 => "\\PC{1,8}".prop_map(|word| word.replace(only_hints, "")),
    ]
}

fn only_hints(character: char) -> bool {
    matches!(character, '\u{85}' | '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}')
        || ('\u{fe00}'..='\u{fe0f}').contains(&character)
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..most).prop_map(|words| words.join(" "))
}

fn maybe(most: usize) -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), text(most)]
}

fn answer() -> impl Strategy<Value = Answer> {
    let result = select(vec![
        ItemResult::Ok,
        ItemResult::Ok,
        ItemResult::Attention,
        ItemResult::Fault,
        ItemResult::NotApplicable,
        ItemResult::NotInspected,
    ]);
    let reading = prop::option::of(prop_oneof![-100.0..1000.0, Just(1e300), Just(-1e-300), Just(0.0)]);
    (0..45_u32, result, reading, maybe(30)).prop_map(|(item, result, reading, remark)| {
        let item = format!("item-{}-{}", item / 10, item % 10);
        Answer { reading, remark, ..Answer::plain(item, result) }
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    let severity = select(vec![Severity::Minor, Severity::Major, Severity::Critical]);
    (severity, text(90), maybe(40), any::<bool>(), any::<bool>()).prop_map(|(severity, text, done, closed, shown)| {
        Finding {
            severity,
            equipment: closed.then(|| "UPS-A".into()),
            text,
            done,
            closed,
            close_by: (!closed).then(|| crate::sample::day("2026-03-01")),
            photo: shown.then(|| "0.jpg".to_owned()),
            responsible: String::new(),
        }
    })
}

fn attendee() -> impl Strategy<Value = Attendee> {
    (text(8), maybe(5)).prop_map(|(name, role)| Attendee { name, role, strokes: Vec::new() })
}

fn advice() -> impl Strategy<Value = Advice> {
    let cost = prop::option::of(select(vec![CostClass::Low, CostClass::Medium, CostClass::High]));
    (text(60), cost, any::<bool>()).prop_map(|(text, cost, dated)| Advice {
        equipment: dated.then(|| "UPS-B".into()),
        text,
        by: dated.then(|| crate::sample::day("2026-06-01")),
        cost,
    })
}

/// A record of any shape, in a report of any language and paper.
fn any_facts() -> impl Strategy<Value = ReportFacts> {
    let about = (
        select(Language::ALL.to_vec()),
        select(vec![PaperSize::A4, PaperSize::Letter]),
        select(vec![Purpose::Inspection, Purpose::Training, Purpose::CallOut]),
        text(14),
        any::<bool>(),
    );
    let lists = (
        prop::collection::vec(answer(), 0..60),
        prop::collection::vec(finding(), 0..5),
        prop::collection::vec(advice(), 0..5),
        prop::collection::vec(maybe(20), 0..10),
        prop::collection::vec(attendee(), 0..20),
        prop::collection::vec(text(30), 0..4),
    );
    (about, lists, maybe(500), text(12)).prop_map(|(about, lists, remarks, reason)| {
        let (language, paper, purpose, name, bare) = about;
        let (answers, findings, advice, captions, people, topics) = lists;
        let mut facts = facts(language, purpose, 0);
        if bare {
            crate::sample::gathered::gather(&mut facts);
        }
        facts.company.stationery.paper = PaperChoice::Always(paper);
        facts.company.stationery.logo = bare.then(crate::sample::logo);
        facts.company.stationery.legal.truncate(usize::from(bare));
        facts.public_url = facts.public_url.filter(|_| !bare);
        facts.customer = name.clone();
        facts.site.name = name.clone();
        facts.photos = captions.iter().enumerate().map(|(n, _)| (format!("{n}.jpg"), picture())).collect();
        let done = &mut facts.done;
        done.equipment = vec![EquipmentAnswers { equipment: "UPS-A".into(), answers }];
        done.closes = topics.iter().map(|how| ClosedFinding { finding: FindingId(7), how: how.clone() }).collect();
        (done.findings, done.advice, done.topics, done.remarks) = (findings, advice, topics, remarks);
        let files = captions.into_iter().enumerate();
        done.photos = files.map(|(n, caption)| Photo { file: format!("{n}.jpg"), caption }).collect();
        done.present = people.iter().take(3).cloned().collect();
        done.attendance = people;
        done.engineer_signature.place = name;
        if bare {
            done.customer_signature = CustomerSignature::Absent { reason };
        }
        facts
    })
}

/// Everything that people wrote into the record.
fn written(facts: &ReportFacts) -> Vec<&str> {
    let done = &facts.done;
    let mut all = vec![facts.customer.as_str(), &facts.site.name, &done.remarks, &done.engineer_signature.place];
    all.extend(done.equipment.iter().flat_map(|given| &given.answers).map(|answer| answer.remark.as_str()));
    all.extend(done.findings.iter().flat_map(|finding| [finding.text.as_str(), &finding.done]));
    all.extend(done.advice.iter().map(|advice| advice.text.as_str()));
    all.extend(done.photos.iter().map(|photo| photo.caption.as_str()));
    all.extend(done.attendance.iter().chain(&done.present).flat_map(|person| [person.name.as_str(), &person.role]));
    all.extend(done.topics.iter().map(String::as_str));
    all.extend(done.closes.iter().map(|closed| closed.how.as_str()));
    all.extend(done.equipment.iter().flat_map(|given| &given.answers).map(|answer| answer.text.as_str()));
    all.extend(done.carried.iter().map(|carried| carried.note.as_str()));
    all.extend(done.findings.iter().map(|finding| finding.responsible.as_str()));
    all.extend(done.customer_remarks.iter().map(|said| said.text.as_str()));
    all.extend([done.operators.skill.as_str(), &done.operators.changes]);
    match &done.customer_signature {
        CustomerSignature::Signed(signature) => all.extend([signature.name.as_str(), &signature.role]),
        CustomerSignature::Absent { reason } | CustomerSignature::Refused { reason, .. } => all.push(reason),
        CustomerSignature::Asked { name, .. } => all.push(name),
    }
    all
}

/// A word as it is shown, with codes for what no font has.
fn shown(word: &str) -> String {
    pdf::without_form(word).into_iter().fold(word.to_owned(), |word, (character, code)| word.replace(character, &code))
}

/// What each node of the structure says, in the order in which it is drawn.
fn said(display: &Display) -> BTreeMap<NodeId, String> {
    let mut said: BTreeMap<NodeId, String> = BTreeMap::new();
    for placed in display.pages.iter().flatten() {
        if let (Tag::Node(node), Drawn::Text(run)) = (placed.tag, &placed.mark) {
            said.entry(node).or_default().push_str(&run.text);
        }
    }
    said
}

/// Left, upper, right, lower edge.
type Frame = [f32; 4];

/// What a thing covers: letters, a picture, the shape of a figure. Decoration covers nothing.
fn frame(placed: &Placed, display: &Display) -> Option<Frame> {
    match &placed.mark {
        Drawn::Text(run) => {
            let visible = run.text.trim_end().len();
            let mut bytes = 0;
            let glyphs = run.glyphs.iter().take_while(|glyph| {
                let inside = bytes < visible;
                bytes += usize::from(glyph.bytes);
                inside
            });
            let width = glyphs.map(|glyph| glyph.advance).sum::<f32>() * run.size / 1000.0;
            Some([run.x, run.baseline - 0.7 * run.size, run.x + width, run.baseline + 0.18 * run.size])
        }
        Drawn::Image { x, y, width, height, .. } => Some([*x, *y, x + width, y + height]),
        Drawn::Path(path) => {
            let Tag::Node(node) = placed.tag else { return None };
            assert_eq!(display.tree.nodes[node.0].role, Role::Figure, "a shape that means something is a figure");
            let points = path.lines.iter().flat_map(|line| &line.points);
            let edges = points
                .fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |[left, top, right, bottom], (x, y, _)| {
                    [left.min(*x), top.min(*y), right.max(*x), bottom.max(*y)]
                });
            (edges[0] <= edges[2]).then_some(edges)
        }
    }
}

fn overlap(a: Frame, b: Frame) -> bool {
    const HAIR: f32 = 0.4;
    a[0] + HAIR < b[2] && b[0] + HAIR < a[2] && a[1] + HAIR < b[3] && b[1] + HAIR < a[3]
}

/// Whether two things may share their place: the parts of one figure.
fn one_figure(a: &Placed, b: &Placed) -> bool {
    let both_text = matches!((&a.mark, &b.mark), (Drawn::Text(_), Drawn::Text(_)));
    a.tag == b.tag && !both_text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_word_is_there_and_nothing_lies_on_anything_else(facts in any_facts()) {
        let pages = laid_out(&facts);
        let display = pdf::lay_out(&pages).unwrap();
        let said = said(&display);
        for word in written(&facts).into_iter().flat_map(str::split_whitespace).map(shown) {
            prop_assert!(said.values().any(|text| text.contains(&word)), "{word:?} is lost");
        }
        let count = display.pages.len();
        for (index, page) in display.pages.iter().enumerate() {
            let number = pages.page_of.replace("{pages}", &count.to_string()).replace("{page}", &(index + 1).to_string());
            let running = page.iter().filter(|placed| placed.tag == Tag::Pagination);
            let running: String = running
                .filter_map(|placed| match &placed.mark {
                    Drawn::Text(run) => Some(run.text.as_str()),
                    Drawn::Path(_) | Drawn::Image { .. } => None,
                })
                .collect();
            prop_assert!(running.ends_with(&number), "page {index} has no {number:?} but {running:?}");
            let frames: Vec<(&Placed, Frame)> =
                page.iter().filter_map(|placed| Some((placed, frame(placed, &display)?))).collect();
            for (placed, [left, top, right, bottom]) in &frames {
                let inside = *left >= MARGIN - 0.2 && *right <= display.sheet.width - MARGIN + 0.2
                    && *top >= 24.0 && *bottom <= display.sheet.height - 24.0;
                prop_assert!(inside, "{placed:?} leaves the frame of page {index}");
            }
            for (at, (one, here)) in frames.iter().enumerate() {
                for (other, there) in &frames[at + 1..] {
                    prop_assert!(
                        !overlap(*here, *there) || one_figure(one, other),
                        "on page {index}:\n{one:?}\n{other:?}"
                    );
                }
            }
            for (placed, [.., bottom]) in &frames {
                let Tag::Node(node) = placed.tag else { continue };
                let heading = matches!(display.tree.nodes[node.0].role, Role::Section | Role::Part);
                let followed = frames.iter().any(|(other, [_, top, ..])| {
                    matches!(other.tag, Tag::Node(_)) && other.tag != placed.tag && *top > bottom - 6.0
                        && *top < display.sheet.height - 60.0
                });
                prop_assert!(!heading || followed, "a heading stands alone at the foot of page {index}: {placed:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn pdftotext_finds_every_word_of_the_record(facts in any_facts()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.pdf");
        std::fs::write(&path, pdf::draw(&laid_out(&facts), &meta(&facts)).unwrap()).unwrap();
        let output = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output().expect("install poppler-utils");
        let found: String = String::from_utf8(output.stdout).unwrap().split_whitespace().collect();
        let words = written(&facts).into_iter().flat_map(str::split_whitespace);
        // What can be divided between lines may be divided between pages, with their running lines between.
        for word in words.filter(|word| word.len() <= 12 && word.chars().all(|c| c.is_ascii_lowercase())) {
            prop_assert!(found.contains(word), "{word:?} is lost");
        }
    }
}
