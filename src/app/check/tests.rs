use std::path::Path;

use super::*;
use world::config::{ConfigLocation, Environment};

/// The findings for an office with the configuration `toml`, except those that are fine.
async fn said(folder: &Path, toml: &str) -> Vec<String> {
    std::fs::write(folder.join("ronda.toml"), toml).unwrap();
    let choice = ConfigLocation { dir: Some(folder.to_owned()), file: None };
    let source = Source { choice, environment: Environment::of(&[]) };
    let clock = Clock::simulated("2026-03-02T09:00:00Z".parse().unwrap(), 1);
    let found = check(&source, &clock).await;
    let worse = found.findings.into_iter().filter(|finding| finding.severity != DiagnosticSeverity::Fine);
    worse.map(|finding| format!("{}: {}", finding.area, finding.text)).collect()
}

#[tokio::test]
async fn a_character_that_no_font_has_is_named_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let said = said(folder.path(), "[company]\nname = \"Lifts 😀 Ltd\"\naddress = \"Quay Street\\nBristol\"\n").await;
    let wanted = "characters: company.name: no font has '😀'; reports show [U+1F600] in its place";
    assert_eq!(said, [wanted]);
}

#[tokio::test]
async fn a_logo_that_cannot_be_read_is_an_error_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[company]\nlogo = \"sign.png\"\n";
    let missing = said(folder.path(), toml).await;
    assert!(missing[0].starts_with("logo: ") && missing[0].contains("sign.png: No such file"), "{missing:?}");
    std::fs::write(folder.path().join("sign.png"), b"<svg/>").unwrap();
    let unreadable = said(folder.path(), toml).await;
    assert!(unreadable[0].contains("neither a JPEG nor a PNG"), "{unreadable:?}");
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 10).write_to(&mut png, image::ImageFormat::Png).unwrap();
    std::fs::write(folder.path().join("sign.png"), png.into_inner()).unwrap();
    assert_eq!(said(folder.path(), toml).await, [""; 0]);
}

#[tokio::test]
async fn a_colour_that_nobody_can_read_and_a_paper_that_nobody_has_are_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let said = said(folder.path(), "[company]\ncolour = \"#ffcc00\"\npaper = \"a5\"\n").await;
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("company.colour") && said[0].contains("1.5 : 1"), "{said:?}");
    assert!(said[1].contains("company.paper") && said[1].contains("letter"), "{said:?}");
}

#[tokio::test]
async fn p03_an_address_from_which_no_form_works_without_signal_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let toml = |url: &str| format!("[web]\npublic_listen = \"127.0.0.1:8481\"\npublic_url = \"{url}\"\n");
    let wanted = "forms: http://service.example.org is not https: browsers keep the form for use without signal from \
                  https alone";
    assert_eq!(said(folder.path(), &toml("http://service.example.org")).await, [wanted]);
    for fine in ["https://service.example.org", "http://127.0.0.1:8481"] {
        assert_eq!(said(folder.path(), &toml(fine)).await, [] as [&str; 0], "{fine}");
    }
}
