//! Reports as files: what `pdftotext`, `qpdf` and a reader make of them.
//!
//! `RONDA_LOOK=1 cargo test --test pdf` leaves them in `target/pdf-look/`.

mod verdict;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ronda::domain::contract::Purpose;
use ronda::domain::language::Language;
use ronda::domain::records::{Answer, CustomerSignature, ItemResult, Photo};
use ronda::domain::reports::papers::{self, FaultAnalysis, Head};
use ronda::domain::reports::{Block, Cell, Ink, Pages, ReportFacts, ReportRow};
use ronda::domain::wording::Value;
use ronda::paper::pdf;
use ronda::paper::pdf::display::{Drawn, Srgb};
use ronda::words::Locales;

use crate::sample::gathered::gather;
use crate::sample::{facts, laid_out, meta};

/// Draws, writes and gives the file's path.
fn written(facts: &ReportFacts, name: &str) -> PathBuf {
    kept(name, &pdf::draw(&laid_out(facts), &meta(facts)).unwrap())
}

/// Writes a file, and gives its path.
fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = match std::env::var_os("RONDA_LOOK") {
        Some(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pdf-look"),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned(),
    };
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The file's text, without any space: a line break inside Chinese is none of the record's.
fn text(path: &Path) -> String {
    let output = Command::new("pdftotext").arg("-raw").arg(path).arg("-").output().expect("install poppler-utils");
    squeezed(&String::from_utf8(output.stdout).unwrap())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn checked_by_qpdf(path: &Path) {
    let output = Command::new("qpdf").arg("--check").arg(path).output().expect("install qpdf");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Every text of every block, in order.
fn said(pages: &Pages) -> Vec<String> {
    let mut said = vec![pages.letterhead.name.clone()];
    said.extend(pages.letterhead.lines.clone());
    for block in &pages.blocks {
        match block {
            Block::Title { text, subtitle, number, note } => {
                said.extend([text.clone(), subtitle.clone(), number.clone(), note.clone()]);
            }
            Block::Verdict { headline, detail, .. } => said.extend([headline.clone(), detail.clone()]),
            Block::Facts(facts) => {
                said.extend(
                    facts.iter().flat_map(|fact| std::iter::once(fact.label.clone()).chain(fact.lines.clone())),
                );
            }
            Block::Summary(shares) => {
                said.extend(shares.iter().map(|share| format!("{} {}", share.count, share.label)))
            }
            Block::Heading(_, text) | Block::Paragraph(_, text) => said.push(text.clone()),
            Block::Bullets(lines) => said.extend(lines.clone()),
            Block::Table(table) => {
                said.extend(table.columns.iter().map(|column| column.head.clone()));
                for row in &table.rows {
                    match row {
                        ReportRow::Group(title) => said.push(title.clone()),
                        ReportRow::Cells(cells) => said.extend(cells.iter().flat_map(cell_texts)),
                    }
                }
            }
            Block::Entries(entries) => {
                for entry in entries {
                    said.extend([entry.number.clone(), entry.label.clone(), entry.text.clone()]);
                    said.extend(entry.lines.clone());
                }
            }
            Block::Charts(charts) => {
                for chart in charts {
                    said.extend([chart.title.clone(), chart.subtitle.clone(), chart.last.clone()]);
                    said.extend([chart.span.0.clone(), chart.span.1.clone()]);
                    said.extend([&chart.min, &chart.max].into_iter().flatten().map(|bound| bound.words.clone()));
                    said.extend(chart.remark.iter().map(|(_, text)| text.clone()));
                }
            }
            Block::Seal(seal) => {
                said.push(seal.title.clone());
                said.extend(
                    seal.facts.iter().flat_map(|fact| std::iter::once(fact.label.clone()).chain(fact.lines.clone())),
                );
                said.extend(seal.code.iter().flat_map(|code| [code.caption.clone(), code.address.clone()]));
            }
            Block::Photos(photos) => {
                said.extend(photos.iter().flat_map(|photo| [photo.label.clone(), photo.caption.clone()]));
            }
            Block::Signatures(boxes) => {
                for signature in boxes {
                    said.push(signature.party.clone());
                    match &signature.ink {
                        Ink::Signed { name, role, at, place, .. } => {
                            said.extend([name.clone(), role.clone(), at.clone(), place.clone()]);
                        }
                        Ink::None { reason } => said.push(reason.clone()),
                    }
                }
            }
        }
    }
    said.extend(pages.first_foot.clone());
    said.extend(pages.letterhead.legal.clone());
    said
}

fn cell_texts(cell: &Cell) -> Vec<String> {
    match cell {
        Cell::Text(text) => vec![text.clone()],
        Cell::Noted { text, note } => vec![text.clone(), note.clone()],
        Cell::Chip { label, .. } => vec![label.clone()],
        Cell::Marked { text, label, .. } => vec![text.clone(), label.clone()],
        Cell::Box | Cell::ToFill => Vec::new(),
        Cell::Gauge { limits, note, .. } => vec![limits.clone(), note.clone()],
    }
}

fn holds_all_words(path: &Path, facts: &ReportFacts) {
    let found = text(path);
    for wanted in said(&laid_out(facts)) {
        assert!(found.contains(&squeezed(&wanted)), "{wanted:?} is not in {}", path.display());
    }
}

/// "Page n of m" on each of its pages; gives m.
fn numbered(path: &Path, facts: &ReportFacts) -> usize {
    let output = Command::new("pdfinfo").arg(path).output().expect("install poppler-utils");
    let info = String::from_utf8(output.stdout).unwrap();
    let count: usize = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().parse().unwrap();
    let page_of = laid_out(facts).page_of;
    let found = text(path);
    for page in 1..=count {
        let line = page_of.replace("{pages}", &count.to_string()).replace("{page}", &page.to_string());
        assert!(found.contains(&squeezed(&line)), "{line}");
    }
    count
}

#[test]
fn p03_p04_a_report_holds_every_word_of_its_record_in_every_language() {
    for language in Language::ALL {
        let facts = facts(language, Purpose::Inspection, 6);
        let path = written(&facts, &format!("inspection-{language}"));
        checked_by_qpdf(&path);
        holds_all_words(&path, &facts);
        assert!((5..=9).contains(&numbered(&path, &facts)));
    }
}

#[test]
fn p02_p03_p07_p14_a_report_holds_all_that_the_form_gathers_in_every_language() {
    for language in Language::ALL {
        let mut facts = facts(language, Purpose::Inspection, 6);
        gather(&mut facts);
        let path = written(&facts, &format!("gathered-{language}"));
        checked_by_qpdf(&path);
        holds_all_words(&path, &facts);
        let found = text(&path);
        let done = &facts.done;
        let answers = done.equipment[0].answers.iter().map(|answer| answer.text.as_str());
        let remarks = done.customer_remarks.iter().map(|said| said.text.as_str());
        let people = [done.operators.skill.as_str(), &done.operators.changes, &done.findings[0].responsible];
        for wanted in answers.chain(remarks).chain(people).chain([done.carried[0].note.as_str()]) {
            assert!(found.contains(&squeezed(wanted)), "{wanted:?} is not in the {language} report");
        }
        let (chosen, unasked) = match language {
            Language::En => ("On maintenance bypass", "Where the panel is damaged"),
            Language::Es => ("En bypass de mantenimiento", "Dónde está dañado el panel"),
            Language::Zh => ("维修旁路供电", "面板损坏位置"),
        };
        assert!(found.contains(&squeezed(chosen)) && !found.contains(&squeezed(unasked)), "{language}");
    }
}

#[test]
fn p07_those_who_were_trained_sign_with_their_own_strokes() {
    let mut facts = facts(Language::En, Purpose::Inspection, 0);
    gather(&mut facts);
    let signed = |facts: &ReportFacts| {
        let boxes = laid_out(facts).blocks.into_iter().filter_map(|block| match block {
            Block::Signatures(boxes) => Some(boxes),
            _ => None,
        });
        boxes.flatten().filter(|signature| matches!(signature.ink, Ink::Signed { .. })).count()
    };
    // Two who were trained, and the engineer; the customer's engineer has been asked to.
    assert_eq!(signed(&facts), 3);
    facts.done.attendance.iter_mut().for_each(|person| person.strokes.clear());
    assert_eq!(signed(&facts), 1);
}

#[test]
fn p09_a_certificate_names_everyone_who_was_trained_in_every_language() {
    for language in Language::ALL {
        let facts = facts(language, Purpose::Training, 0);
        let path = written(&facts, &format!("training-{language}"));
        checked_by_qpdf(&path);
        holds_all_words(&path, &facts);
        assert!(numbered(&path, &facts) <= 2);
        let found = text(&path);
        for person in &facts.done.attendance {
            assert!(found.contains(&squeezed(&person.name)), "{}", person.name);
        }
    }
}

#[test]
fn the_same_facts_give_the_same_bytes_and_other_facts_give_others() {
    let mut one = facts(Language::Es, Purpose::Inspection, 1);
    let draw = |facts: &ReportFacts| pdf::draw(&laid_out(facts), &meta(facts)).unwrap();
    assert!(draw(&one) == draw(&one));
    let before = draw(&one);
    one.done.equipment[0].answers[0].reading = Some(13.51);
    assert!(draw(&one) != before);
}

/// Where a process of this test's own leaves what it draws.
const DRAW_TO: &str = "RONDA_TEST_DRAW_TO";

#[test]
fn r16_every_process_draws_the_same_bytes() {
    let facts = facts(Language::Zh, Purpose::Inspection, 2);
    let bytes = pdf::draw(&laid_out(&facts), &meta(&facts)).unwrap();
    if let Some(path) = std::env::var_os(DRAW_TO) {
        return std::fs::write(path, bytes).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["one.pdf", "other.pdf"] {
        let path = folder.path().join(name);
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "pdf::r16_every_process_draws_the_same_bytes"]).env(DRAW_TO, &path);
        assert!(again.output().unwrap().status.success());
        assert!(std::fs::read(&path).unwrap() == bytes, "{name}");
    }
}

#[test]
fn text_and_fonts_of_a_report_stay_small() {
    for (language, most) in [(Language::En, 150_000), (Language::Es, 150_000), (Language::Zh, 400_000)] {
        let facts = facts(language, Purpose::Inspection, 0);
        let start = Instant::now();
        let size = pdf::draw(&laid_out(&facts), &meta(&facts)).unwrap().len();
        println!("{language}: {size} bytes without photos, {:?}", start.elapsed());
        assert!(size < most, "{language}: {size} bytes");
    }
}

#[test]
fn p03_a_missing_signature_says_why() {
    let mut facts = facts(Language::Es, Purpose::Inspection, 0);
    let reason = "Turno de noche sin personal — volverá el jueves".to_owned();
    facts.done.customer_signature = CustomerSignature::Absent { reason };
    let path = written(&facts, "no-signature");
    holds_all_words(&path, &facts);
}

#[test]
fn a_report_with_next_to_nothing_in_it_is_a_report() {
    let mut facts = facts(Language::En, Purpose::CallOut, 0);
    facts.done.equipment.clear();
    facts.done.findings.clear();
    facts.open_before.clear();
    facts.done.advice.clear();
    facts.done.closes.clear();
    facts.done.remarks.clear();
    facts.equipment.clear();
    let path = written(&facts, "empty");
    checked_by_qpdf(&path);
    assert_eq!(numbered(&path, &facts), 1);
}

/// Size of a file's pages, in points.
fn size(path: &Path) -> String {
    let output = Command::new("pdfinfo").arg(path).output().expect("install poppler-utils");
    let info = String::from_utf8(output.stdout).unwrap();
    info.lines().find_map(|line| line.strip_prefix("Page size:")).unwrap().trim().to_owned()
}

#[test]
fn a_report_carries_the_company_s_logo_and_colour_on_the_paper_of_its_country() {
    let mut facts = facts(Language::En, Purpose::Inspection, 6);
    facts.company.stationery.logo = Some(crate::sample::logo());
    facts.company.stationery.accent = "#8c1c40".parse().unwrap();
    facts.site.country = "US".to_owned();
    let path = written(&facts, "letter");
    checked_by_qpdf(&path);
    holds_all_words(&path, &facts);
    assert_eq!(size(&path), "612 x 792 pts (letter)");
    let pages = laid_out(&facts);
    let display = pdf::lay_out(&pages).unwrap();
    let colours = display.pages.iter().flatten().filter_map(|placed| match &placed.mark {
        Drawn::Text(run) => Some(run.colour),
        Drawn::Path(_) | Drawn::Image { .. } => None,
    });
    assert!(colours.into_iter().any(|colour| colour == Srgb(0x8c, 0x1c, 0x40)));
    assert_eq!(display.pictures.len(), 7);
}

#[test]
fn r16_a_phone_reads_from_the_report_where_it_is_verified() {
    for language in Language::ALL {
        let mut facts = facts(language, Purpose::Inspection, 6);
        facts.verify_code = Some("0123456789abcdef".to_owned());
        let address = laid_out(&facts).blocks.into_iter().find_map(|block| match block {
            Block::Seal(seal) => seal.code.map(|code| code.address),
            _ => None,
        });
        let address = address.expect("an office with public pages has an address on its reports");
        assert!(address.starts_with("https://service.example.org/verify/V") && address.ends_with("0123456789abcdef"));
        let path = written(&facts, &format!("code-{language}"));
        let page = path.with_extension("");
        let last = numbered(&path, &facts).to_string();
        let mut draw = Command::new("pdftoppm");
        draw.args(["-r", "150", "-gray", "-png", "-singlefile", "-f", &last, "-l", &last]).arg(&path).arg(&page);
        assert!(draw.status().expect("install poppler-utils").success());
        let mut read = Command::new("zbarimg");
        read.args(["-q", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(page.with_extension("png"));
        let read = read.output().expect("install zbar-tools");
        assert_eq!(String::from_utf8(read.stdout).unwrap(), format!("{address}\n"), "{language}");
    }
}

#[test]
fn extremes_of_a_record_make_a_report() {
    let mut facts = facts(Language::Es, Purpose::Inspection, 1);
    let name = "Sociedad Anónima de Servicios Aeroportuarios, Mantenimiento Integral y Ferias del Noroeste";
    assert_eq!(name.chars().count(), 90);
    facts.customer = name.to_owned();
    facts.company.name = name.to_owned();
    facts.site.name = name.to_owned();
    facts.engineer = name.to_owned();
    facts.done.engineer_signature.name = name.to_owned();
    facts.done.remarks = "La visita se prolongó más de lo previsto. ".repeat(72).trim_end().to_owned();
    assert!(facts.done.remarks.chars().count() > 3_000);
    facts.done.equipment[0].answers = (0..400).map(|n| Answer::plain(format!("punto-{n}"), ItemResult::Ok)).collect();
    let picture = facts.photos.values().next().unwrap().clone();
    facts.done.photos =
        (0..60).map(|n| Photo { file: format!("foto-{n}.jpg"), caption: format!("Cuadro {n}") }).collect();
    facts.photos = facts.done.photos.iter().map(|photo| (photo.file.clone(), picture.clone())).collect();
    let path = written(&facts, "extremes");
    checked_by_qpdf(&path);
    holds_all_words(&path, &facts);
    numbered(&path, &facts);
}

#[test]
fn p06_a_reading_on_its_way_across_a_limit_is_named_with_the_day() {
    let pages = laid_out(&facts(Language::En, Purpose::Inspection, 0));
    let charts: Vec<_> = pages
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Charts(charts) => Some(charts),
            _ => None,
        })
        .flatten()
        .collect();
    assert!(charts.iter().all(|chart| chart.points.len() == 24));
    let remarks: Vec<&str> =
        charts.iter().filter_map(|chart| chart.remark.as_ref()).map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        remarks,
        [
            "Outside its limits since Wed 12 Nov 2025.",
            "At the pace of the last 8 visits it passes its upper limit of 27 °C about Sat 21 Feb 2026, before the \
             next visit on Thu 12 Mar 2026.",
            "Outside its limits.",
        ]
    );
}

#[test]
fn p27_the_analysis_of_a_fault_names_cause_cure_and_prevention_in_every_language() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/fault-analysis.example.toml");
    let analysis: FaultAnalysis = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for language in Language::ALL {
        let facts = facts(language, Purpose::CallOut, 0);
        let (company, issued_on) = (facts.company.clone(), facts.issued_on);
        let head = Head { company, language, country: "ES".to_owned(), issued_on };
        let locales = Locales::load();
        let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(language, key, values);
        let pages = papers::fault_analysis(&analysis, &facts.customer, &facts.site.name, &head, &say);
        let path = kept(&format!("fault-{language}"), &pdf::draw(&pages, &meta(&facts)).unwrap());
        checked_by_qpdf(&path);
        let found = text(&path);
        for wanted in said(&pages).iter().chain([&analysis.cause]).chain(&analysis.prevention).chain(&analysis.done) {
            assert!(found.contains(&squeezed(wanted)), "{wanted:?}");
        }
    }
}

#[test]
fn a_photo_that_could_not_be_read_is_named() {
    let mut facts = facts(Language::En, Purpose::Inspection, 2);
    facts.photos.remove("IMG_2042.jpg");
    let path = written(&facts, "missing-photo");
    assert!(text(&path).contains("ThefileIMG_2042.jpgcouldnotbereadasapicture."));
}

#[test]
fn a_hostile_record_is_bounded_and_takes_nothing_down() {
    let mut facts = facts(Language::En, Purpose::Inspection, 0);
    let planes: String = (0..0x110).filter_map(|n| char::from_u32(n * 0x1000 + 0x123)).collect();
    facts.done.remarks = format!("{planes} <script>&amp; % {{ $x }} \u{0}\u{1b}[31m {}", "x".repeat(1_000_000));
    facts.site.name = "Ω".repeat(5_000);
    facts.done.equipment[0].answers = (0..10_000)
        .map(|n| Answer {
            reading: Some(if n % 2 == 0 { f64::MAX } else { -1e-300 }),
            remark: "Remark 备注 \u{202e} \u{1f600}".to_owned(),
            ..Answer::plain(format!("unknown-{n}"), ItemResult::Fault)
        })
        .collect();
    facts.done.engineer_signature.strokes = vec![vec![(f64::MAX, f64::MIN); 200_000]];
    let start = Instant::now();
    let path = written(&facts, "hostile");
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    println!("hostile: {:?}, {} bytes", start.elapsed(), path.metadata().unwrap().len());
    checked_by_qpdf(&path);
    let found = text(&path);
    assert!(found.contains("unknown-9999") && found.contains("[U+1F600]") && found.contains("[U+202E]"));
}

#[test]
fn p04_the_foot_of_the_first_page_explains_the_deadline_day_by_day() {
    let pages = laid_out(&facts(Language::En, Purpose::Inspection, 0));
    assert_eq!(
        pages.first_foot,
        [
            "Report due by Wednesday 18 February 2026 · calendar ES-MD, version 3f2a",
            "Completed Thu 12 Feb, not counted · Fri 13 Feb = 1 · Sat 14 Feb – Sun 15 Feb weekend · \
             Mon 16 Feb Local holiday (site) · Tue 17 Feb = 2 · Wed 18 Feb = 3, due by its end",
        ]
    );
}
