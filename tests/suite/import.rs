//! Import and export, on both engines: all rows or none, every bad cell, as often as one likes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ronda::domain::access::Actor;
use ronda::domain::contract::Contract;
use ronda::domain::import::{ColumnIs, Diff, Noun, RowCounts, TextTable, What};
use ronda::office::import::export_office::export_office;
use ronda::office::import::import_office::{
    Holds, ImportContext, Mode, NotImported, import_office, plan_faults, stored,
};
use ronda::store::{Db, Owes, TxTrail};
use ronda::world::holidays::Calendars;
use ronda::world::plans::Plans;
use ronda::world::tables;

use crate::on_both_engines;

const CHECKLISTS: [&str; 2] = ["baggage-conveyor", "ups-battery"];

/// Who imports, for one transaction.
fn tester() -> TxTrail {
    let actor = Actor::User { name: "tester".to_owned(), runs_as: None, says: None };
    TxTrail::new(actor, "2026-03-02T08:00:00Z".parse().unwrap(), "seed".to_owned(), Owes::Line)
}

async fn import_with(db: &Db, found: &tables::Found, mode: Mode) -> Result<Diff, NotImported> {
    assert_eq!(found.bad, [], "all files can be read");
    let plans = Plans::load(None).unwrap();
    let faults = |contract: &Contract| plan_faults(&plans, contract);
    let rules = ImportContext {
        today: "2026-03-02".parse().unwrap(),
        checklists: CHECKLISTS.to_vec(),
        calendars: &Calendars::load(None).unwrap(),
        plan_faults: &faults,
    };
    import_office(db, tester(), &found.tables, &rules, Holds::FromToday, mode, &|_| {}).await
}

async fn import(db: &Db, paths: &[PathBuf], mode: Mode) -> Result<Diff, NotImported> {
    import_with(db, &tables::read(paths).unwrap(), mode).await
}

fn airports() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/airports")
}

fn texts(files: &[(&str, &str)]) -> tables::Found {
    tables::from_texts(files)
}

fn counts(diff: &Diff, file: &str) -> RowCounts {
    diff.counts.iter().find(|(name, _)| *name == file).unwrap().1
}

/// A small office in which every column is filled somewhere, also with texts that a spreadsheet would run.
const OFFICE: [(&str, &str); 7] = [
    ("customers.csv", "customer,name,language,left_on\nSOL,\"Sol, S.L.\",es,\nMING,明电,zh,2031-01-01\n"),
    (
        "sites.csv",
        "site,customer,name,address,country,subdivision,municipality,time_zone,latitude,longitude,language,left_on\n\
         SOL-1,SOL,'=Centro,\"Calle Mayor 1\nMadrid\",ES,MD,Madrid,Europe/Madrid,40.4168,-3.7038,,\n\
         SOL-2,SOL,'-2 sótano,,ES,,,Europe/Madrid,,,en,2027-03-01\n\
         M-1,MING,一号,,CN,,,Asia/Shanghai,31.2,121.5,,\n",
    ),
    (
        "contacts.csv",
        "site,customer,name,email,role,language,left_on\n\
         SOL-1,,Ops,ops@Sol.Example,operations,,\n,SOL,Informes,reports@sol.example,reports,es,2027-03-01\n\
         ,MING,报告,reports@ming.example,reports,zh,\n",
    ),
    (
        "engineers.csv",
        "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language,left_on,successor\n\
         E-1,Lucía,lucia@ronda.example,'+34 600 000,mechanical; electrical until 2027-06-30,Europe/Madrid,ES-MD,40.4,-3.7,es,2027-03-01,E-2\n\
         E-2,Jordi,jordi@ronda.example,,,Europe/Madrid,ES-MD,,,es,,\n",
    ),
    (
        "managers.csv",
        "manager,name,email,scope,time_zone,calendar,digest_at,language,digests,left_on,successor,leave_from,leave_until,deputy\n\
         M-1,Jefa,jefa@ronda.example,SOL;MING,Europe/Madrid,ES,07:30,es,daily;weekly,2027-03-01,M-2,2026-08-03,2026-08-28,M-2\n\
         M-2,Segunda,segunda@ronda.example,all,Europe/Madrid,ES,07:30,es,daily,,,,,\n",
    ),
    (
        "equipment.csv",
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months,retired_on,replaced_by\n\
         U-1,SOL-1,UPS,Voltera,M400,'@1,ups-battery,electrical,2025-03-01,24,2027-03-01,U-2\n\
         U-2,SOL-2,UPS,,,,ups-battery,,,,,\n",
    ),
    (
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.every\n\
         C-1,SOL,SOL-2;SOL-1,standard,2025-03-01,,3 months\nC-2,MING,*,standard,2025-03-01,2027-02-28,\n",
    ),
];

on_both_engines!(the_same_files_twice_change_nothing, |store| {
    let first = import(&store.db, &[airports()], Mode::Store).await.unwrap();
    assert_eq!(counts(&first, "sites"), RowCounts { added: 600, ..RowCounts::default() });
    let before = stored(&store.db).await.unwrap();
    let second = import(&store.db, &[airports()], Mode::Store).await.unwrap();
    assert!(second.is_empty(), "{:?}", &second.changes[..second.changes.len().min(3)]);
    assert_eq!(counts(&second, "sites"), RowCounts { unchanged: 600, ..RowCounts::default() });
    assert_eq!(stored(&store.db).await.unwrap(), before);
});

on_both_engines!(an_export_imported_again_changes_nothing_and_an_empty_store_gets_it_all, |store| {
    import(&store.db, &[airports()], Mode::Store).await.unwrap();
    import_with(&store.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    let folder = store.folder.path().join("export");
    export_office(&store.db, &folder).await.unwrap();
    let again = import(&store.db, std::slice::from_ref(&folder), Mode::Store).await.unwrap();
    assert!(again.is_empty(), "{:?}", again.changes);
    let other = crate::support::store::TestStore::sqlite().await;
    import(&other.db, &[folder], Mode::Store).await.unwrap();
    assert_eq!(stored(&other.db).await.unwrap(), stored(&store.db).await.unwrap());
});

/// How many cells of each column of a table are filled.
fn filled(table: &TextTable) -> BTreeMap<String, usize> {
    let cells =
        |at: usize| table.rows.iter().filter(|row| row.cells.get(at).is_some_and(|cell| !cell.is_empty())).count();
    table.header.cells.iter().enumerate().map(|(at, column)| (column.clone(), cells(at))).collect()
}

// A column that is read and not stored, or stored and not written, is a column of an office that is lost on the way.
on_both_engines!(every_column_of_an_import_is_stored_exported_and_told_of_in_the_manual, |store| {
    import_with(&store.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    export_office(&store.db, store.folder.path()).await.unwrap();
    let exported = tables::read(&[store.folder.path().to_owned()]).unwrap().tables;
    let manual = include_str!("../../templates/manual/importing.md");
    for given in &texts(&OFFICE).tables {
        let name = given.noun.name();
        let exported = exported.iter().find(|table| table.noun == given.noun).unwrap();
        let (given_cells, exported_cells) = (filled(given), filled(exported));
        let section =
            manual.split(&format!("\n## {name}\n")).nth(1).unwrap_or_else(|| panic!("the manual lacks {name}"));
        let section = section.split("\n## ").next().unwrap();
        for column in given.noun.columns() {
            let column = column.name();
            let cells = given_cells.get(column).copied().unwrap_or(0);
            assert!(cells > 0, "OFFICE of this test fills no cell of {name}.{column}");
            assert_eq!(exported_cells.get(column), Some(&cells), "{name}.{column} is lost between import and export");
            assert!(section.contains(&format!("`{column}`")), "templates/manual/importing.md lacks {name}.{column}");
        }
    }
});

on_both_engines!(no_cell_of_an_export_can_run_as_a_formula_and_each_comes_back_exactly, |store| {
    import_with(&store.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    let nouns = stored(&store.db).await.unwrap();
    assert_eq!(nouns.sites.iter().find(|site| site.site == "SOL-1").unwrap().name, "=Centro");
    assert_eq!(nouns.engineers[0].phone, "+34 600 000");
    export_office(&store.db, store.folder.path()).await.unwrap();
    let sites = std::fs::read_to_string(store.folder.path().join("sites.csv")).unwrap();
    assert!(sites.contains(",'=Centro,") && sites.contains(",'-2 sótano,"), "{sites}");
    assert!(sites.contains(",40.4168,-3.7038,"), "numbers stay numbers: {sites}");
});

on_both_engines!(a_dry_run_shows_what_would_change_and_changes_nothing, |store| {
    import_with(&store.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    let before = stored(&store.db).await.unwrap();
    let files = texts(&[
        ("customers.csv", "customer,name,language\nSOL,\"Sol, S.L.\",es\nNEW,Nueva,es\n"),
        (
            "managers.csv",
            "manager,name,email,scope,time_zone,calendar,digest_at,language,digests,left_on,successor,leave_from,leave_until,deputy\n\
             M-1,Jefa,jefa@ronda.example,all,Europe/Madrid,ES,08:00,es,daily;weekly,2027-03-01,M-2,2026-08-03,2026-08-28,M-2\n",
        ),
        (
            "contracts.csv",
            "contract,customer,sites,plan,accepted_on,ends_on,inspection.every\nC-1,SOL,SOL-1;SOL-2,standard,2025-03-01,2026-02-28,3 months\n",
        ),
    ]);
    let diff = import_with(&store.db, &files, Mode::DryRun).await.unwrap();
    assert_eq!(counts(&diff, "customers"), RowCounts { added: 1, unchanged: 1, ..RowCounts::default() });
    assert_eq!(counts(&diff, "contracts"), RowCounts { ended: 1, ..RowCounts::default() });
    let What::Changed { fields } = &diff.changes[1].what else { panic!("{:?}", diff.changes) };
    let fields: Vec<_> = fields.iter().map(|f| (f.column.as_str(), f.before.as_str(), f.after.as_str())).collect();
    assert_eq!(fields, [("digest_at", "07:30", "08:00"), ("scope", "MING;SOL", "all")]);
    assert_eq!(stored(&store.db).await.unwrap(), before);
    assert_eq!(import_with(&store.db, &files, Mode::Store).await.unwrap(), diff);
    let after = stored(&store.db).await.unwrap();
    assert_eq!((after.customers.len(), after.contracts.len()), (3, 2), "what is left out stays");
});

on_both_engines!(a_column_that_a_file_leaves_out_keeps_what_is_stored_and_a_blank_cell_clears_it, |store| {
    import_with(&store.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    let before = stored(&store.db).await.unwrap();
    let mut required = Vec::new();
    for (noun, (name, text)) in Noun::ALL.into_iter().zip(OFFICE) {
        assert_eq!(name, format!("{}.csv", noun.name()));
        let table = csv::Reader::from_reader(text.as_bytes()).headers().unwrap().clone();
        // Whom a contact speaks for is a part of its key.
        let stays = |column: &ColumnIs| match column {
            ColumnIs::Required(_) => true,
            ColumnIs::Optional(name) => noun == Noun::Contacts && ["site", "customer"].contains(name),
        };
        let kept: Vec<&str> =
            noun.columns().iter().filter(|column| stays(column)).map(|column| column.name()).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&kept).unwrap();
        for row in csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap) {
            let cell = |column: &&str| row[table.iter().position(|name| name == *column).unwrap()].to_owned();
            writer.write_record(kept.iter().map(cell)).unwrap();
        }
        required.push((name, String::from_utf8(writer.into_inner().unwrap()).unwrap()));
    }
    let files: Vec<(&str, &str)> = required.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let diff = import_with(&store.db, &texts(&files), Mode::Store).await.unwrap();
    assert_eq!(diff.changes, []);
    assert_eq!(stored(&store.db).await.unwrap(), before);
    let blank = [("customers.csv", "customer,name,language,left_on\nMING,明电,zh,\n")];
    import_with(&store.db, &texts(&blank), Mode::Store).await.unwrap();
    let after = stored(&store.db).await.unwrap();
    assert_eq!(after.customers.iter().find(|customer| customer.customer == "MING").unwrap().left_on, None);
});

on_both_engines!(one_bad_cell_and_no_row_is_stored, |store| {
    let mut files = OFFICE;
    files[6].1 = "contract,customer,sites,plan,accepted_on,ends_on\nC-1,SOL,*,standard,31/03/2025,\n";
    let Err(NotImported::BadCells(bad)) = import_with(&store.db, &texts(&files), Mode::Store).await else { panic!() };
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].suggestion.as_deref(), Some("did you mean 2025-03-31?"));
    assert_eq!(stored(&store.db).await.unwrap(), ronda::domain::import::Nouns::default());
});

on_both_engines!(a_row_may_refer_to_what_is_stored_already, |store| {
    import_with(&store.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    let files = [("contacts.csv", "site,customer,name,email,role,language\nSOL-2,,Ops,two@sol.example,operations,\n")];
    let diff = import_with(&store.db, &texts(&files), Mode::Store).await.unwrap();
    assert_eq!(counts(&diff, "contacts"), RowCounts { added: 1, ..RowCounts::default() });
});

on_both_engines!(a_workbook_reads_as_the_folder_of_csv_files_does, |store| {
    let book = store.folder.path().join("office.xlsx");
    write_workbook(&book);
    let diff = import(&store.db, std::slice::from_ref(&book), Mode::Store).await.unwrap();
    assert_eq!(counts(&diff, "sites").added, 3);
    let other = crate::support::store::TestStore::sqlite().await;
    import_with(&other.db, &texts(&OFFICE), Mode::Store).await.unwrap();
    assert_eq!(stored(&store.db).await.unwrap(), stored(&other.db).await.unwrap());
    assert!(import(&store.db, &[book], Mode::Store).await.unwrap().is_empty());
});

on_both_engines!(a_hundred_thousand_sites_are_imported_with_progress, |store| {
    use std::fmt::Write;
    let mut sites = String::from("site,customer,name,country,time_zone,latitude,longitude\n");
    for n in 0..100_000 {
        writeln!(sites, "S{n},SOL,Site {n},ES,Europe/Madrid,{}.5,{}.25", n % 80, n % 170).unwrap();
    }
    let customers = "customer,name,language\nSOL,Sol,es\n".to_owned();
    let found = tables::from_texts(&[("customers.csv", customers.as_str()), ("sites.csv", sites.as_str())]);
    let told = AtomicUsize::new(0);
    let rules = ImportContext {
        today: "2026-03-02".parse().unwrap(),
        checklists: vec![],
        calendars: &Calendars::load(None).unwrap(),
        plan_faults: &|_| Vec::new(),
    };
    let tell = |_| {
        told.fetch_add(1, Ordering::Relaxed);
    };
    let started = std::time::Instant::now();
    let diff =
        import_office(&store.db, tester(), &found.tables, &rules, Holds::FromToday, Mode::Store, &tell).await.unwrap();
    println!("{}: 100,000 sites in {:.1?}", store.db.engine(), started.elapsed());
    assert_eq!(counts(&diff, "sites").added, 100_000);
    assert!(told.load(Ordering::Relaxed) > 5);
    let started = std::time::Instant::now();
    assert!(
        import_office(&store.db, tester(), &found.tables, &rules, Holds::FromToday, Mode::Store, &tell)
            .await
            .unwrap()
            .is_empty()
    );
    println!("{}: again in {:.1?}", store.db.engine(), started.elapsed());
});

/// The small office as a workbook, with days and times as a spreadsheet keeps them.
fn write_workbook(path: &Path) {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "anything").unwrap();
    let day_format = Format::new().set_num_format("yyyy-mm-dd");
    let time_format = Format::new().set_num_format("hh:mm");
    for (file, text) in OFFICE {
        let sheet = book.add_worksheet();
        sheet.set_name(file.trim_end_matches(".csv")).unwrap();
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for (row, record) in rows.records().enumerate() {
            for (column, cell) in record.unwrap().iter().enumerate() {
                let (row, column) = (u32::try_from(row).unwrap() + 1, u16::try_from(column).unwrap() + 1);
                if let Ok(number) = cell.parse::<f64>() {
                    sheet.write(row, column, number).unwrap();
                } else if let Some(day) = ExcelDateTime::parse_from_str(cell).ok().filter(|_| cell.len() == 10) {
                    sheet.write_with_format(row, column, &day, &day_format).unwrap();
                } else if cell == "07:30" {
                    let time = ExcelDateTime::from_hms(7, 30, 0.0).unwrap();
                    sheet.write_with_format(row, column, &time, &time_format).unwrap();
                } else if !cell.is_empty() {
                    sheet.write(row, column, cell).unwrap();
                }
            }
        }
    }
    book.save(path).unwrap();
}

#[tokio::test]
async fn every_kind_of_bad_cell_is_named_in_one_run() {
    let store = crate::support::store::TestStore::sqlite().await;
    let files = [
        ("customers.csv", "customer,name,langage\nA,Alfa,es\nA,Again,es\n,Blank,es\n"),
        (
            "sites.csv",
            "site,customer,name,country,subdivision,time_zone,latitude,longitude,language\n\
             S1,A,One,UK,,Europe/Madird,,,\n\
             S2,B,Two,ES,ES-MD,Europe/Madrid,91,0,\n\
             S3,A,Three,ES,,Europe/Madrid,40.1,,klingon\n\
             S4,A,Four,ES,,Europe/Madrid,\"40,1\",3,,surplus\n",
        ),
        (
            "contacts.csv",
            "site,customer,name,email,role,language\n\
             S1,A,Both,x@a.example,reports,\n,,Neither,x@a.example,reports,\n\
             S9,,Where,no address,reprots,\n,A,Two,a@a.example;b@a.example,reports,\n",
        ),
        (
            "engineers.csv",
            "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
             E/1,Eva,eva@a.example,\t6\t0,,Europe/Madrid,Spain,,,Spanish\n",
        ),
        (
            "managers.csv",
            "manager,name,email,scope,time_zone,calendar,digest_at,language\n\
             M1,Mia,mia@a.example,A;Z,Europe/Madrid,ES,25:00,es\n",
        ),
        (
            "equipment.csv",
            "equipment,site,name,checklist,accepted_on,warranty_months\nQ1,S1,UPS,ups-batery,2026-02-30,two\n",
        ),
        (
            "contracts.csv",
            "contract,customer,sites,plan,accepted_on,ends_on,inspection.evry,inspection.every\n\
             C1,A,S1;S2,standrad,2026-01-01,,,\n\
             C2,A,*,standard,2026-01-01,2025-12-31,1 month,sometimes\n",
        ),
    ];
    let Err(NotImported::BadCells(bad)) = import_with(&store.db, &texts(&files), Mode::DryRun).await else { panic!() };
    let lines: Vec<String> = bad.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_bad_cell_of_a_workbook_is_named_as_the_spreadsheet_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("office.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Sites").unwrap();
    for (column, name) in (2..).zip(["site", "customer", "name", "country", "time_zone"]) {
        sheet.write(4, column, name).unwrap();
    }
    for (column, cell) in (2..).zip(["S1", "A", "One", "ES", "Europe/Madird"]) {
        sheet.write(6, column, cell).unwrap();
    }
    let sheet = book.add_worksheet().set_name("contract").unwrap();
    sheet.write(0, 0, "contract").unwrap();
    book.save(&path).unwrap();
    let found = tables::read(&[path]).unwrap();
    assert_eq!(
        found.bad[0].to_string(),
        "office.xlsx, sheet contract: is not the name of a file of the import; did you mean contracts?"
    );
    let store = crate::support::store::TestStore::sqlite().await;
    let found = tables::Found { bad: Vec::new(), ..found };
    let Err(NotImported::BadCells(bad)) = import_with(&store.db, &found, Mode::Store).await else { panic!() };
    let places: Vec<_> = bad.iter().map(|bad| (bad.place.as_str(), bad.column.as_str())).collect();
    assert_eq!(places, [("Sites!D7", "customer"), ("Sites!G7", "time_zone")]);
}
