use super::*;

fn fine() -> Doing {
    Box::pin(async { Ok("did it".to_owned()) })
}

#[tokio::test]
async fn a_panic_in_one_piece_of_work_is_contained() {
    let doing: Doing = Box::pin(async { panic!("a mistake of ours") });
    assert!(matches!(contained(doing).await, WorkOutcome::Panicked(why) if why.contains("panic")));
    assert_eq!(contained(fine()).await, WorkOutcome::Did("did it".to_owned()));
}

#[tokio::test]
async fn a_failure_is_told_with_its_causes() {
    let doing: Doing = Box::pin(async {
        let cause = anyhow::anyhow!("disk full").context("cannot keep the letter");
        Err(crate::Error::Failed(cause))
    });
    assert_eq!(contained(doing).await, WorkOutcome::Failed("cannot keep the letter: disk full".to_owned()));
}

#[test]
fn work_that_found_nothing_due_says_nothing() {
    assert_eq!(count(0, "letters"), "");
    assert_eq!(count(3, "letters"), "3 letters");
}

#[test]
fn every_piece_of_work_has_a_name_of_its_own() {
    let mut names: Vec<_> = WORK.iter().map(|work| work.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), WORK.len());
}

#[test]
fn every_lane_has_work_and_a_place_of_its_own() {
    for (place, lane) in Lane::ALL.into_iter().enumerate() {
        assert_eq!(lane as usize, place);
        assert!(lane.work().next().is_some(), "{} has no work", lane.word());
    }
    assert_eq!(Lane::ALL.iter().map(|lane| lane.work().count()).sum::<usize>(), WORK.len());
}
