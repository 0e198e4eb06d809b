use super::desk::shelf::Shelf;

#[test]
fn only_a_plain_name_with_the_right_ending_is_on_a_shelf() {
    assert!(Shelf::Letters.admits("2026-03-02 visita anunciada – 李.eml"));
    assert!(Shelf::Reports.admits("2026-03-02 Madrid.pdf"));
    for outside in [
        "../ronda.toml",
        "../letters/a.eml",
        "a/../../b.eml",
        "..\\a.eml",
        "/etc/passwd.eml",
        ".hidden.eml",
        "..eml",
        "a.eml\0.pdf",
        "a.eml.sqlite",
        "office.sqlite",
        "",
    ] {
        assert!(!Shelf::Letters.admits(outside), "{outside:?}");
    }
    assert!(!Shelf::Reports.admits("a.eml"));
}
