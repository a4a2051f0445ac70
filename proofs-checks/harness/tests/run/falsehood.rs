use lip1_harness::Verdict;
use lip1_harness::paper::Paper;
use serde_json::Value;
use tempfile::tempdir;

use crate::claims::{CORRECTED, CORRECTED_TOOTHLESS, FLIPPED, SQUARES, TOOTHLESS};
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

#[test]
fn a_false_sentence_of_the_papers_is_listed_with_what_is_true_instead() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&SQUARES, &FLIPPED, &CORRECTED], 2);
    let paper = &ledger.paper;
    // What is ours is not the paper's, whether it is false or not.
    assert_eq!((paper.claims, paper.examined, paper.holding, paper.refuted.len()), (1, 2, 1, 1));
    assert_eq!(paper.summary(), "2 sentences of the paper were examined: 1 holds and 1 is false.");
    let found = &paper.refuted[0];
    assert_eq!((found.claim.as_str(), found.label.as_str()), ("S5", "a"));
    assert_eq!(found.attribution(), "the author's, Prop 0");
    assert!(found.witness.as_ref().unwrap().starts_with("x = "));
    assert_eq!(found.refuted_by, ["squares_are_negative"]);
    let instead = found.correction.as_ref().unwrap();
    assert_eq!((instead.label.as_str(), instead.verdict), ("a'", Verdict::Holds));
    assert_eq!(
        (instead.standing(), &instead.checks[..]),
        ("True instead", &["squares_of_intervals".to_owned()][..])
    );
}

#[test]
fn where_a_control_was_accepted_nothing_counts_as_false_or_as_holding() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&CORRECTED_TOOTHLESS], 2);
    let paper = &ledger.paper;
    assert_eq!((paper.examined, paper.holding, paper.open, paper.refuted.len()), (2, 0, 2, 0));
    assert_eq!(
        paper.summary(),
        "2 sentences of the paper were examined: 0 hold, 2 are open and none is false."
    );
}

#[test]
fn the_list_of_false_sentences_survives_the_ledger_on_the_disk() {
    let ledger = run_whole(tempdir().unwrap().path(), &[&CORRECTED], 2);
    let written: Value = serde_json::from_str(&ledger.to_json().unwrap()).unwrap();
    let read: Paper = serde_json::from_value(written["paper"].clone()).unwrap();
    assert_eq!(read, ledger.paper);
}
