use tempfile::tempdir;

use crate::claims::{FLIPPED, SQUARES};
use crate::{run_whole, timeless};

#[test]
fn the_ledger_does_not_depend_on_the_number_of_threads() {
    let claims = [&SQUARES, &FLIPPED];
    let one = timeless(&run_whole(tempdir().unwrap().path(), &claims, 1));
    for threads in [2, 5, 100] {
        assert_eq!(one, timeless(&run_whole(tempdir().unwrap().path(), &claims, threads)));
    }
}

#[test]
fn a_check_does_not_depend_on_which_claims_run_beside_it() {
    let alone = run_whole(tempdir().unwrap().path(), &[&SQUARES], 1);
    let beside = run_whole(tempdir().unwrap().path(), &[&FLIPPED, &SQUARES], 1);
    let entry = |ledger: &lip1_harness::ledger::Ledger| {
        let claim = ledger.claims.iter().find(|claim| claim.id == "S1").unwrap();
        claim.checks.iter().map(|check| (check.worst_slack, check.witness.clone())).collect::<Vec<_>>()
    };
    assert_eq!(entry(&alone), entry(&beside));
}
