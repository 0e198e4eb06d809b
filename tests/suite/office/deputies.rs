//! Managers name a deputy for their leave.

use ronda::domain::people::Scope;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book};

use crate::office::harness::TestOffice;
use crate::story;

const HELENA: &str = "helena@ronda.example";
const PABLO: &str = "pablo@ronda.example";

/// Helena, who answers for all, is on leave from 16 to 27 February; `deputy` answers meanwhile, or nobody.
async fn helena_goes_on_leave(office: &TestOffice, deputy: &str, pablo_leaves_on: &str) {
    let managers = format!(
        "manager,name,email,scope,time_zone,calendar,digest_at,language,digests,left_on,leave_from,leave_until,deputy\n\
         M-1,Helena Ortiz,helena@ronda.example,all,Europe/Madrid,ES-MD,07:30,en,daily,,2026-02-16,2026-02-27,{deputy}\n\
         M-2,Pablo Sanz,pablo@ronda.example,CUM,Europe/Madrid,ES-MD,08:00,es,weekly,{pablo_leaves_on},,,\n"
    );
    office.import(&[("managers.csv", &managers)]).await;
}

story!(p31_while_a_manager_is_on_leave_digests_and_escalations_go_to_the_deputy at "2026-01-05T08:00:00+01:00", |office| {
    helena_goes_on_leave(&office, "M-2", "").await;
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-02-16").await.visit.id;
    // Its record falls due within the leave.
    let day = Some("2026-02-17".parse().unwrap());
    let change = AppointmentChange { engineer: Some("E-1".into()), day, ..AppointmentChange::default() };
    book(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.sleep_until("2026-02-13T12:00").await;
    assert!(office.told(PABLO, "digest").is_empty(), "he reads the week's review alone");
    let (digests, flags) = (office.told(HELENA, "digest").len(), office.flags_told(HELENA).len());
    assert!(digests > 0);
    office.sleep_until("2026-02-27T20:00").await;
    assert_eq!(office.told(HELENA, "digest").len(), digests, "no digest follows her");
    assert_eq!(office.flags_told(HELENA).len(), flags, "nor does anything that is late");
    assert_eq!(office.told(PABLO, "digest").len(), 10, "one on each working day");
    assert!(!office.told(PABLO, "record-missing").is_empty());
    let managers = ronda::store::people::manager::all(&office.office.db).await.unwrap();
    assert_eq!(managers[1].scope, Scope::Customers(vec!["CUM".into()]), "his own charge stays as it was");
    let of_pablo = office.told(PABLO, "digest").len();
    office.sleep_until("2026-03-02T12:00").await;
    assert_eq!(office.told(HELENA, "digest").len(), digests + 1, "on her first day she has hers again");
    assert_eq!(office.told(PABLO, "digest").len(), of_pablo);
});

story!(p31_without_a_deputy_who_is_there_a_manager_on_leave_is_told_all_the_same at "2026-01-05T08:00:00+01:00", |office| {
    helena_goes_on_leave(&office, "M-2", "2026-02-01").await;
    office.sleep_until("2026-02-13T12:00").await;
    let digests = office.told(HELENA, "digest").len();
    office.sleep_until("2026-02-20T12:00").await;
    assert_eq!(office.told(HELENA, "digest").len(), digests + 5, "silence is worse than a digest on leave");
    assert!(office.told(PABLO, "digest").is_empty());
});
