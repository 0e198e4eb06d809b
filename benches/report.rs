//! A six-page report of 80 checks and six photos of some 200 KB, beside other programs on the same content in the
//! same run: `cargo bench --bench report`.
//!
//! krilla draws our own display list, so that the two backends alone are compared; layout is measured by itself. typst,
//! WeasyPrint, ReportLab and Chromium get the same words and photos by `benches/peers/peers.py`, where
//! `benches/peers/setup` has made their Python. `RONDA_REPORTS` is how many reports the memory is watched over.

#[path = "peers/krilla.rs"]
mod beside_krilla;
#[path = "peers/content.rs"]
mod content;
#[path = "../tests/suite/sample/mod.rs"]
#[allow(dead_code, reason = "each binary uses its part")]
mod sample;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use ronda::domain::contract::Purpose;
use ronda::domain::language::Language;
use ronda::domain::reports::Picture;
use ronda::paper::pdf;

fn main() {
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let rounds = if is_test { 1 } else { 31 };
    for language in Language::ALL {
        let mut facts = sample::facts(language, Purpose::Inspection, 6);
        facts.photos.values_mut().zip(0..).for_each(|(photo, seed)| *photo = detailed(seed));
        let (pages, meta) = (sample::laid_out(&facts), sample::meta(&facts));
        let display = pdf::lay_out(&pages).expect("a sound report is laid out");
        // In turns, so that a busy machine is as busy for both.
        let (mut layout, mut ours, mut krilla) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            layout.push(timed(|| pdf::lay_out(&pages).expect("a sound report is laid out").pages.len()));
            ours.push(timed(|| pdf::draw(&pages, &meta).expect("a sound report is drawn").len()));
            krilla.push(timed(|| beside_krilla::draw(&display).len()));
        }
        // The best times are what a busy machine disturbs least.
        let best = |times: &[Duration]| *times.iter().min().expect("some rounds");
        let least = best(&ours).as_secs_f64() / (best(&layout) + best(&krilla)).as_secs_f64();
        let (layout, ours) = (median(layout), median(ours));
        let krilla = median(krilla) + layout;
        let sizes =
            (pdf::draw(&pages, &meta).expect("a sound report is drawn").len(), beside_krilla::draw(&display).len());
        println!(
            "{language}: {} pages, six photos of {} KB, layout {layout:.1?}, Ronda {ours:.1?} ({} KB), layout + krilla {krilla:.1?} ({} KB): {:.2} of krilla, {least:.2} by the best times",
            display.pages.len(),
            display.pictures.iter().map(|picture| picture.jpeg.len()).sum::<usize>() / 6_000,
            sizes.0 / 1000,
            sizes.1 / 1000,
            ours.as_secs_f64() / krilla.as_secs_f64(),
        );
        if language == Language::En {
            peers(&content::of(&pages), ours, rounds);
        }
    }
    let reports = std::env::var("RONDA_REPORTS").ok().and_then(|count| count.parse().ok());
    memory(reports.unwrap_or(if is_test { 4 } else { 1_000 }));
}

/// A photo of some 200 KB: what a camera sees is never as smooth as what is drawn.
fn detailed(seed: u32) -> Picture {
    let mut grain = seed + 1;
    let photo = image::RgbImage::from_fn(1600, 1200, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let shade = (x / 13 + y / 7) % 160 + 40 + (grain >> 24) % 15;
        image::Rgb([shade, shade + 8, shade + 16].map(|part| u8::try_from(part).expect("below 256")))
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    photo.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("memory takes it");
    ronda::paper::photos::prepare(&bytes.into_inner()).expect("it is a JPEG")
}

fn timed(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    assert!(std::hint::black_box(work()) > 0);
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The other programs; each says how long a report takes once it is warm.
fn peers(content: &content::Content, ours: Duration, rounds: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/peers/venv/bin/python");
    if !python.is_file() {
        println!("no peers: benches/peers/setup makes their Python in target/peers");
        return;
    }
    let folder = root.join("target/peers");
    content.write(&folder);
    let script = root.join("benches/peers/peers.py");
    let output = Command::new(python).arg(script).arg(&folder).arg(rounds.min(5).to_string()).output();
    let output = output.expect("Python starts");
    print!("{}", String::from_utf8_lossy(&output.stderr));
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((name, seconds)) = line.split_once(' ') else { continue };
        match seconds.parse::<f64>() {
            Ok(seconds) => println!("{name}: {:.0} ms, {:.1} times Ronda", seconds * 1e3, seconds / ours.as_secs_f64()),
            Err(_) => println!("{line}"),
        }
    }
}

/// Memory of the process after some reports, and after many.
fn memory(reports: usize) {
    let facts = sample::facts(Language::Zh, Purpose::Inspection, 2);
    let (pages, meta) = (sample::laid_out(&facts), sample::meta(&facts));
    let draw = || pdf::draw(&pages, &meta).expect("a sound report is drawn").len();
    (0..reports.div_ceil(10)).for_each(|_| assert!(draw() > 0));
    let before = resident();
    (0..reports).for_each(|_| assert!(draw() > 0));
    let after = resident();
    println!("memory: {before} KB before {reports} reports, {after} KB after");
    assert!(after < before + before / 5 + 20_000, "memory grows with every report");
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says how large a process is");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS stands there");
    line.trim().trim_end_matches(" kB").parse().expect("a number of kilobytes")
}
