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

#[test]
fn every_page_is_drawn_and_what_others_wrote_is_escaped() {
    use minijinja::context;
    let say = super::words::words(&words::Locales::load(), domain::language::Language::En);
    let list = || {
        context! { heading => "1 letter", lines => vec![context! {
            name => "2026-03-02 a?b#c.eml", title => "<script>alert(1)</script>", detail => "10:00",
        }] }
    };
    let summary: Vec<minijinja::Value> = Vec::new();
    let values = context! {
        tag => "en", say => say.clone(), company => "A & B", letters => list(), reports => list(), summary,
        next => 1, previous => (),
    };
    let page = super::desk::shelf::draw("office.html", values).unwrap().0;
    assert!(page.contains("/letters/2026-03-02%20a%3Fb%23c.eml"), "{page}");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    let values = context! {
        tag => "en", say, company => "A & B", name => "a.eml", subject => "<b>", from => "x <x@y>", to => "z",
        date => "", attachments => Vec::<minijinja::Value>::new(), text => "</pre><script>",
    };
    let page = super::desk::shelf::draw("letter.html", values).unwrap().0;
    assert!(page.contains("<iframe class=\"letter\" sandbox src=\"/letters/a.eml/html\""), "{page}");
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("<dt>From</dt>") && page.contains("All letters and reports"), "{page}");
}

#[test]
fn p04_a_deadlines_page_shows_each_day_of_its_count_and_escapes_names() {
    use minijinja::context;
    let locales = words::Locales::load();
    for language in domain::language::Language::ALL {
        let line = || {
            context! { number => "D17", what => "Report · <b>", due => "Tue", standing => "late", is_late => true }
        };
        let (say, own) = super::desk::deadlines::texts_of(&locales, language);
        let values = context! {
            tag => language.tag(), say => say.clone(), own => own.clone(), company => "A & B", line => line(),
            customer => "C", site => "S", since => "Mon", moves => vec!["Mon → <i>Tue</i>"], flags => vec!["late-1"],
            account => context! {
                start => "Completed", end => "due", provisional => "maybe", calendar => "ES-MD · 1f",
                entries => vec![context! { days => "Tue", says => "<script>", is_counted => true }],
            },
        };
        let page = super::desk::shelf::draw("deadline.html", values).unwrap().0;
        assert!(page.contains("<li><span>Tue</span> <span>&lt;script&gt; · due</span></li>"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<i>") && page.contains("ES-MD · 1f"), "{page}");
        let values = context! { tag => language.tag(), say, own, company => "A & B", lines => vec![line()] };
        let page = super::desk::shelf::draw("deadlines.html", values).unwrap().0;
        assert!(page.contains("href=\"/deadlines/D17\"") && page.contains("class=\"late\""), "{page}");
        assert!(!page.contains("<b>"), "{page}");
    }
}
