//! Drawing a report of 80 checks and six photos: `cargo bench --bench report`.

#[path = "../tests/sample/mod.rs"]
#[allow(dead_code, reason = "each binary uses its part")]
mod sample;

use ronda::domain::contract::Purpose;
use ronda::domain::language::Language;
use ronda::pdf;

fn main() {
    divan::main();
}

#[divan::bench(args = Language::ALL)]
fn six_pages(bencher: divan::Bencher<'_, '_>, language: Language) {
    let facts = sample::facts(language, Purpose::Inspection, 6);
    let (pages, meta) = (sample::laid_out(&facts), sample::meta(&facts));
    bencher.bench(|| pdf::draw(&pages, &meta).expect("a sound report is drawn"));
}
