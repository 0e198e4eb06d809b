//! QR codes (ISO/IEC 18004).

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// Width of the quiet zone in modules, on each side (ISO/IEC 18004, 5.3.8).
const QUIET: i32 = 4;

/// Encodes an address as a QR code.
fn code(address: &str) -> QrCode {
    QrCode::encode_text(address, QrCodeEcc::Medium).expect("our addresses are far shorter than a code holds")
}

/// An address as an SVG picture, dark on white whatever the page's colours.
#[must_use]
pub fn svg(address: &str) -> String {
    let code = code(address);
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for (x, y) in dark(&code) {
        write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET).expect("writing to a String cannot fail");
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

/// An address as lines for a terminal, two modules per character: escape sequences make it dark on white, so that it
/// can also be scanned from a dark screen.
#[must_use]
pub fn terminal(address: &str) -> String {
    let code = code(address);
    let is_dark = |x: i32, y: i32| code.get_module(x, y);
    let mut lines = String::new();
    for y in (-QUIET..code.size() + QUIET).step_by(2) {
        lines.push_str("\u{1b}[30;107m");
        for x in -QUIET..code.size() + QUIET {
            lines.push(match (is_dark(x, y), is_dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        lines.push_str("\u{1b}[0m\n");
    }
    lines
}

fn dark(code: &QrCode) -> impl Iterator<Item = (i32, i32)> {
    let side = code.size();
    (0..side).flat_map(move |y| (0..side).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_pictures_of_a_code_have_the_same_modules() {
        let address = "https://service.norte.example/form/l/5f1c9e0b7a";
        let count = dark(&code(address)).count();
        assert_eq!(svg(address).matches("h1v1h-1z").count(), count);
        let shown: usize = terminal(address)
            .chars()
            .map(|c| match c {
                '█' => 2,
                '▀' | '▄' => 1,
                _ => 0,
            })
            .sum();
        assert_eq!(shown, count);
    }
}
