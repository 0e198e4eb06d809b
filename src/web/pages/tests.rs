use super::*;

fn locales() -> Arc<Locales> {
    Arc::new(Locales::load())
}

fn page(language: Language, name: &str, values: Given) -> String {
    drawn(&locales(), "A & B", language, name, values).unwrap()
}

#[test]
fn every_page_of_the_office_is_drawn_and_what_others_wrote_is_escaped() {
    let list = || {
        context! { heading => "1 letter", lines => vec![context! {
            name => "2026-03-02 a?b#c.eml", title => "<script>alert(1)</script>", detail => "10:00",
        }] }
    };
    let figure = |value: Given| context! { label => "sites", value };
    let summary = vec![context! { label => "", figures => vec![figure(12345.into()), figure("2026".into())] }];
    let unwritten = vec![context! { letter => "L7", to => "<x@y>", why => "cannot read document" }];
    let values = context! { letters => list(), reports => list(), summary, unwritten, next => 1, previous => () };
    let drawn = page(Language::En, "office.html", values);
    assert!(drawn.contains("/letters/2026-03-02%20a%3Fb%23c.eml"), "{drawn}");
    assert!(drawn.contains("&lt;script&gt;") && !drawn.contains("<script"), "{drawn}");
    assert!(drawn.contains("L7 · &lt;x@y&gt;</strong><small>cannot read document"), "{drawn}");
    assert!(drawn.contains("<dd>12345</dd>") && drawn.contains("<dd>2026</dd>"), "{drawn}");
    assert!(!drawn.contains("noindex") && drawn.contains("<span>A &amp; B</span></header>"), "{drawn}");
    let values = context! {
        name => "a.eml", subject => "<b>", from => "x <x@y>", to => "z", date => "",
        attachments => vec![context! { name => "a.pdf", bytes => 1001 }], text => "</pre><script>",
    };
    let drawn = page(Language::En, "letter.html", values);
    assert!(drawn.contains("<iframe class=\"letter\" sandbox src=\"/letters/a.eml/html\""), "{drawn}");
    assert!(!drawn.contains("<script") && drawn.contains("a.pdf · 2 kB"), "{drawn}");
    assert!(drawn.contains("<dt>From</dt>") && drawn.contains("All letters and reports"), "{drawn}");
}

#[test]
fn p04_a_deadlines_page_shows_each_day_of_its_count_and_escapes_names() {
    for language in Language::ALL {
        let line = |due_on: Option<&str>| {
            context! { number => "D17", what => "Report · <b>", due_on, standing => "late", is_late => true }
        };
        let values = context! {
            line => line(Some("2026-03-05")), customer => "C", site => "S", since_on => "2026-03-02",
            moves => vec!["Mon → <i>Tue</i>"],
            flags => vec![context! { level => "late", days => 1.0, dated => "2026-03-06", withdrawn => () }],
            account => context! {
                start => "Completed", end => "due", provisional => "maybe", calendar => "ES-MD · 1f",
                entries => vec![context! { days => "Tue", says => "<script>", is_counted => true }],
            },
        };
        let drawn = page(language, "deadline.html", values);
        assert!(drawn.contains("<li><span>Tue</span> <span>&lt;script&gt; · due</span></li>"), "{drawn}");
        assert!(!drawn.contains("<script") && !drawn.contains("<i>") && drawn.contains("ES-MD · 1f"), "{drawn}");
        let day = |on: &str| words::date(language, on.parse().unwrap());
        assert!(drawn.contains(&format!("<strong>{}</strong>", day("2026-03-05"))), "{drawn}");
        assert!(drawn.contains(&format!(" · {}</li>", day("2026-03-06"))), "{drawn}");
        let values = context! { lines => vec![line(None)] };
        let drawn = page(language, "deadlines.html", values);
        assert!(drawn.contains("href=\"/deadlines/D17\"") && drawn.contains("class=\"late\""), "{drawn}");
        let uncounted = locales().say(language, "ledger-not-counted", &[]);
        assert!(!drawn.contains("<b>") && drawn.contains(&uncounted), "{drawn}");
    }
}

#[test]
fn every_page_for_people_outside_is_drawn_in_the_frame_and_not_indexed() {
    let fact = context! { label => "Site", value => "<b>", below => "" };
    let form = context! {
        act => "excuse", id => "1", title => "t", lead => "l", is_open => true, press => "p", engineers => Vec::<u8>::new(),
        today => "2026-03-02", drawn_on => (), engineer => "", typed => (),
    };
    let matter = context! {
        root => "..", reader => "R <i>", title => "<b>", note => (), settled => (), facts => vec![fact],
        ledger => vec![context! { days => "Tue", why => "<b>", counted => true }], ledger_from => "2026-03-02",
        ledger_due => "2026-03-05", ledger_calendar => "ES", provisional => false, acts => Vec::<u8>::new(),
        forms => vec![form], seen => 0,
    };
    let lists = context! {
        root => "..", here => "s", reader => "R", at => "now", lists => Vec::<u8>::new(), one => (), page => 0,
    };
    let verify = context! {
        title => "<b>", site => "<i>", done_on => "2026-03-02", issued_on => "2026-03-03", revision => 1, latest => 2,
        sha256 => "00", outcome => context! { kind => "bad", text => "<b>" }, address => "V1-1",
    };
    let outside = context! { title => "<b>", lines => vec!["<i>"], form => (), way => () };
    for language in Language::ALL {
        for (name, values) in [
            ("matter.html", matter.clone()),
            ("lists.html", lists.clone()),
            ("verify.html", verify.clone()),
            ("outside.html", outside.clone()),
            ("link-refused.html", context! { why => "<b>" }),
        ] {
            let drawn = page(language, name, values);
            let begins = format!("<!doctype html>\n<html lang=\"{}\">\n", language.tag());
            assert!(drawn.starts_with(&begins) && drawn.ends_with("</body>\n</html>"), "{drawn}");
            assert!(drawn.contains("noindex") && drawn.contains("A &amp; B"), "{drawn}");
            assert!(!drawn.contains("<b>") && !drawn.contains("<i>") && !drawn.contains("Ronda"), "{drawn}");
        }
    }
    let (drawn, day) = (page(Language::Es, "matter.html", matter), "2026-03-02".parse().unwrap());
    let day = words::short_date(Language::Es, day);
    assert!(drawn.contains("href=\"../decide.css\"") && drawn.contains(&day), "{drawn}");
}

#[test]
fn a_text_that_does_not_exist_is_never_a_blank() {
    let environment = |text: &'static str| {
        let mut pages = PAGES.clone();
        pages.add_template("t.html", text).unwrap();
        let say = Given::from_object(Say { locales: locales(), language: Language::En });
        pages.get_template("t.html").unwrap().render(context! { tag => "en", say })
    };
    assert_eq!(environment("{{ say.no_letters }}").unwrap(), "No letter has been written yet.");
    for wrong in ["{{ say.nothing_such }}", "{{ say(\"nothing-such\") }}", "{{ \"x\"|date }}", "{{ nothing }}"] {
        assert!(environment(wrong).is_err(), "{wrong}");
    }
}
