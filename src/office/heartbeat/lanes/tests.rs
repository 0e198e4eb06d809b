use super::*;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn note(row: &mut BeatRow, lane: Lane, began_at: &str, was: BeatWas) -> Option<(Instant, BeatWas)> {
    row.note(&Note { lane, began_at: at(began_at), was })
}

/// A row in which every lane has beaten at nine.
fn at_nine() -> BeatRow {
    let mut row = BeatRow::default();
    let noted = Lane::ALL.map(|lane| note(&mut row, lane, "2026-03-02T09:00:00Z", BeatWas::Good));
    assert_eq!(noted[..4], [None; 4], "not before each has beaten once");
    assert_eq!(noted[4], Some((at("2026-03-02T09:00:00Z"), BeatWas::Good)));
    row
}

#[test]
fn a_moment_is_good_when_every_lane_has_beaten_since() {
    let mut row = at_nine();
    for minute in ["09:01", "09:05", "09:20"] {
        for lane in [Lane::Clocks, Lane::Writing, Lane::Letters, Lane::Papers] {
            let began_at = format!("2026-03-02T{minute}:00Z");
            assert_eq!(note(&mut row, lane, &began_at, BeatWas::Good), None, "the night is still at work");
        }
    }
    let noted = note(&mut row, Lane::Night, "2026-03-02T09:20:30Z", BeatWas::Good);
    assert_eq!(noted, Some((at("2026-03-02T09:20:00Z"), BeatWas::Good)));
}

#[test]
fn trouble_in_one_lane_is_told_at_once_and_good_beats_go_on_after_it_has_done_better() {
    let mut row = at_nine();
    let noted = note(&mut row, Lane::Letters, "2026-03-02T09:00:10Z", BeatWas::Troubled);
    assert_eq!(noted, Some((at("2026-03-02T09:00:10Z"), BeatWas::Troubled)));
    for lane in [Lane::Clocks, Lane::Writing, Lane::Papers, Lane::Night] {
        assert_eq!(note(&mut row, lane, "2026-03-02T09:02:00Z", BeatWas::Good), None);
    }
    let noted = note(&mut row, Lane::Letters, "2026-03-02T09:03:00Z", BeatWas::Good);
    assert_eq!(noted, Some((at("2026-03-02T09:02:00Z"), BeatWas::Good)));
}

#[test]
fn good_beats_are_kept_once_a_minute_however_many_there_are() {
    let mut row = at_nine();
    let mut kept = 0;
    for second in 0..180 {
        for lane in Lane::ALL {
            let began_at = (at("2026-03-02T09:00:00Z") + TimeDelta::seconds(second)).to_rfc3339();
            kept += u32::from(note(&mut row, lane, &began_at, BeatWas::Good).is_some());
        }
    }
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn a_moment_is_waited_for_also_by_a_clock_that_is_set_back_meanwhile() {
    let start = at("2026-03-02T09:00:00Z");
    let clock = Clock::fast(start, 60, 1);
    clock.set_ahead(TimeDelta::seconds(-30));
    reached(&clock, Some(start + TimeDelta::seconds(6))).await;
    assert!(clock.now() >= start + TimeDelta::seconds(6));
    assert!(clock.uptime() >= Duration::from_secs(36));
}
