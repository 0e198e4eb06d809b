//! Golden reports: what readers see, page by page, in three languages; and that it conforms to PDF/A-3a and PDF/UA-1.
//!
//! The pages in `tests/golden/` are small and grey: they show where everything stands, and survive another release of
//! poppler. A page that looks otherwise fails the test, and both pictures and their difference lie in
//! `target/golden/`. Look at them; where the new page is the better one, accept it:
//!
//! ```sh
//! RONDA_ACCEPT=1 cargo test --test golden
//! ```

use std::path::{Path, PathBuf};
use std::process::Command;

use image::{GrayImage, ImageReader, Luma};
use ronda::domain::contract::Purpose;
use ronda::domain::language::Language;
use ronda::domain::reports::{Pages, ReportFacts};
use ronda::paper::pdf;

use crate::sample::gathered::gather;
use crate::sample::{facts, laid_out, meta};

/// Dots per inch of golden pages.
const RESOLUTION: &str = "40";
/// A dot that differs by more, of 255 steps, is another dot …
const STEP: u8 = 56;
/// … and of a page's dots so many in a thousand may be others: what two releases of poppler smooth differently.
const OTHERS: f64 = 2.0;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The documents that are watched.
fn documents() -> Vec<(String, Pages, ReportFacts)> {
    let mut all = Vec::new();
    for language in Language::ALL {
        for (name, purpose, photos) in [("inspection", Purpose::Inspection, 6), ("training", Purpose::Training, 0)] {
            let facts = facts(language, purpose, photos);
            all.push((format!("{name}-{language}"), laid_out(&facts), facts));
        }
    }
    for language in Language::ALL {
        let mut facts = facts(language, Purpose::CallOut, 3);
        // What the inspection shows already is left out.
        facts.done.equipment.truncate(1);
        facts.done.equipment[0].answers.clear();
        facts.checklists.values_mut().for_each(|checklist| checklist.sections.clear());
        facts.earlier.clear();
        gather(&mut facts);
        all.push((format!("gathered-{language}"), laid_out(&facts), facts));
    }
    let mut letter = facts(Language::En, Purpose::CallOut, 1);
    letter.site.country = "US".to_owned();
    letter.company.stationery.logo = Some(crate::sample::logo());
    letter.company.stationery.accent = "#8c1c40".parse().unwrap();
    all.push(("letter-en".to_owned(), laid_out(&letter), letter));
    all
}

/// Draws a document to `target/golden/`.
fn drawn(name: &str, pages: &Pages, facts: &ReportFacts) -> PathBuf {
    let path = folder("target/golden").join(format!("{name}.pdf"));
    std::fs::write(&path, pdf::draw(pages, &meta(facts)).unwrap()).unwrap();
    path
}

/// The pages of a file as pictures.
fn pictures(path: &Path) -> Vec<PathBuf> {
    let stem = path.with_extension("");
    let name = stem.file_name().unwrap().to_str().unwrap().to_owned();
    let made = Command::new("pdftoppm").args(["-r", RESOLUTION, "-gray", "-png"]).arg(path).arg(&stem).status();
    assert!(made.expect("install poppler-utils").success());
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = files.filter(|file| is_page(file, &name)).collect();
    pages.sort();
    pages
}

/// Whether a file is a page of a document: its name, a number, `.png`.
fn is_page(file: &Path, document: &str) -> bool {
    let number = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(document));
    let number = number.and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".png"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn read(path: &Path) -> GrayImage {
    ImageReader::open(path).unwrap().decode().unwrap().to_luma8()
}

/// How two pages differ: dots in a thousand, and a picture of them.
fn difference(one: &GrayImage, other: &GrayImage) -> (f64, GrayImage) {
    if one.dimensions() != other.dimensions() {
        return (1000.0, other.clone());
    }
    let mut count = 0_u32;
    let seen = GrayImage::from_fn(one.width(), one.height(), |x, y| {
        let differs = one.get_pixel(x, y)[0].abs_diff(other.get_pixel(x, y)[0]) > STEP;
        count += u32::from(differs);
        Luma([if differs { 0 } else { 255 - (255 - other.get_pixel(x, y)[0]) / 4 }])
    });
    (f64::from(count) * 1000.0 / f64::from(one.width() * one.height()), seen)
}

/// Takes the pages of a document as golden, in the place of those that were.
fn accept(name: &str, pages: &[PathBuf]) {
    let golden = folder("tests/golden");
    let old = std::fs::read_dir(&golden).unwrap().map(|entry| entry.unwrap().path());
    for file in old.filter(|file| is_page(file, name)).collect::<Vec<_>>() {
        std::fs::remove_file(file).unwrap();
    }
    for page in pages {
        std::fs::copy(page, golden.join(page.file_name().unwrap())).unwrap();
    }
}

#[test]
fn every_page_looks_as_it_was_accepted() {
    let mut mistakes = Vec::new();
    for (name, pages, facts) in documents() {
        for old in std::fs::read_dir(folder("target/golden")).unwrap().map(|entry| entry.unwrap().path()) {
            if is_page(&old, &name) {
                std::fs::remove_file(old).unwrap();
            }
        }
        let pages = pictures(&drawn(&name, &pages, &facts));
        if std::env::var_os("RONDA_ACCEPT").is_some() {
            accept(&name, &pages);
        }
        let golden: Vec<PathBuf> =
            pages.iter().map(|page| folder("tests/golden").join(page.file_name().unwrap())).collect();
        let known = std::fs::read_dir(folder("tests/golden")).unwrap();
        let known = known.filter(|entry| is_page(&entry.as_ref().unwrap().path(), &name)).count();
        if known != pages.len() {
            mistakes.push(format!("{name} has {} pages, and {known} are accepted", pages.len()));
            continue;
        }
        for (page, golden) in pages.iter().zip(&golden) {
            let (others, seen) = difference(&read(golden), &read(page));
            if others > OTHERS {
                let shown = page.with_extension("difference.png");
                seen.save(&shown).unwrap();
                mistakes.push(format!("{others:.1} of 1000 dots: {} {}", page.display(), shown.display()));
            }
        }
    }
    let remedy = "look at them; RONDA_ACCEPT=1 cargo test --test golden accepts them";
    assert!(mistakes.is_empty(), "pages look otherwise than accepted; {remedy}\n{}", mistakes.join("\n"));
}

#[test]
fn every_document_conforms_to_pdf_a_3a_and_pdf_ua_1() {
    let folder = tempfile::tempdir().unwrap();
    let mut check = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verapdf/verapdf.sh"));
    check.arg("3a,ua1");
    for (name, pages, facts) in documents() {
        let path = folder.path().join(format!("{name}.pdf"));
        std::fs::write(&path, pdf::draw(&pages, &meta(&facts)).unwrap()).unwrap();
        check.arg(path);
    }
    let output = check.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("PASS")).count(), 2 * documents().len(), "{said}");
}

#[test]
fn a_page_that_differs_is_seen_and_smoothing_is_not() {
    let page = GrayImage::from_fn(400, 560, |x, y| Luma([if (x / 7 + y / 11) % 3 == 0 { 40 } else { 255 }]));
    let smoothed = GrayImage::from_fn(400, 560, |x, y| Luma([page.get_pixel(x, y)[0].saturating_sub(30)]));
    assert!(difference(&page, &smoothed).0 <= OTHERS);
    let mut moved = page.clone();
    for (x, y) in (100..160).flat_map(|x| (100..110).map(move |y| (x, y))) {
        moved.put_pixel(x, y, Luma([255 - page.get_pixel(x, y)[0]]));
    }
    assert!(difference(&page, &moved).0 > OTHERS);
    assert!(difference(&page, &GrayImage::new(400, 559)).0 > OTHERS);
}
