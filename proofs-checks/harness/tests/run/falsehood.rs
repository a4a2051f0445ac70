use lip1_harness::Verdict;
use tempfile::tempdir;

use crate::claims::{FLIPPED, SQUARES, TOOTHLESS};
use crate::run_whole;

#[test]
fn a_true_claim_passes() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&SQUARES], 2);
    assert_eq!(ledger.claims[0].verdict, Verdict::Holds);
    assert!(ledger.passes());
}

#[test]
fn a_flipped_inequality_is_refuted_with_a_witness_and_the_ledger_does_not_pass() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&SQUARES, &FLIPPED], 2);
    let flipped = &ledger.claims[1];
    assert_eq!(flipped.verdict, Verdict::Refuted);
    assert!(flipped.checks[0].witness.as_ref().unwrap().starts_with("x = "));
    assert!(flipped.checks[0].worst_slack.unwrap() < 0.0);
    assert!(!ledger.passes());
}

#[test]
fn an_accepted_control_makes_the_claim_inconclusive_and_the_ledger_does_not_pass() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&TOOTHLESS], 2);
    assert_eq!(ledger.claims[0].verdict, Verdict::Inconclusive);
    assert!(!ledger.claims[0].controls[0].rejected);
    assert!(!ledger.passes());
}
