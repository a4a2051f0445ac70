use lip1_harness::Verdict;
use tempfile::tempdir;

use crate::claims::{CRASHING, SQUARES};
use crate::run_whole;

#[test]
fn a_panic_is_reported_and_the_rest_goes_on() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&CRASHING, &SQUARES], 2);
    let [crashed, squares] = &ledger.claims[..] else { panic!("two claims") };
    assert_eq!((crashed.verdict, squares.verdict), (Verdict::Inconclusive, Verdict::Holds));
    assert_eq!(crashed.checks[0].outcome, "crashed");
    assert_eq!(crashed.checks[0].reason(), Some("panicked: on purpose"));
    assert_eq!(crashed.checks[1].reason(), Some("instance: there is none"));
    assert!(!crashed.controls[0].rejected);
    assert!(!ledger.passes());
}
