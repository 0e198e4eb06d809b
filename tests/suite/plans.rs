//! No statement reads a whole table that grows: each story has its statements explained by both engines, in debug builds;
//! here is shown that this catches what it is to catch.

use ronda::store::Db;

/// The words of the panic with which a statement is refused; None for one that runs.
async fn refusal(db: &Db, sql: &'static str) -> Option<String> {
    let db = db.clone();
    let asked = tokio::spawn(async move { db.read(sql).bind("x").all::<(i64,)>().await.map(drop) });
    match asked.await {
        Ok(answered) => {
            answered.unwrap();
            None
        }
        Err(panicked) => Some(*panicked.into_panic().downcast::<String>().unwrap()),
    }
}

crate::on_both_engines! {
    a_statement_that_reads_all_of_a_table_that_grows_is_refused, |store| {
        for (sql, step) in [
            ("select id from visit where reason = $1", "SCAN visit|of visit"),
            ("select v.id from site join visit v on v.term = site.name where site.site = $1", "v USING AUTOMATIC|SCAN v|of visit"),
            ("select id from letter where subject = $1 order by id", "SCAN letter|of letter"),
            ("select count(*) from trail where subject = $1", "SCAN trail|of trail"),
        ] {
            let refused = refusal(&store.db, sql).await.unwrap_or_else(|| panic!("{sql:?} was not refused"));
            assert!(refused.contains("reads a whole table that grows"), "{refused}");
            assert!(step.split('|').any(|step| refused.contains(step)), "{refused}");
            assert!(refused.contains("tests/suite/plans.rs"), "it says who has asked: {refused}");
        }
    }
}

crate::on_both_engines! {
    a_statement_that_an_index_serves_runs, |store| {
        for sql in [
            "select id from visit where site = $1",
            "select id from letter where key = $1",
            "select visit.id from visit join site on site.site = visit.site where site.customer = $1",
            "select id from slot where unplanned is not null and contract <> $1",
            "select number from round join slot on slot.contract = round.contract where round.rule = $1",
        ] {
            assert_eq!(refusal(&store.db, sql).await, None, "{sql}");
        }
    }
}
