//! The registry as a whole, and what stands behind its instances.

#![expect(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod attacks;
mod double;
mod norms;

use lip1_claims::CLAIMS;
use lip1_harness::{About, Budget, Context, Outcome, Verdict};

#[test]
fn where_a_refutation_is_expected_a_transcribed_check_is_refuted() {
    for claim in
        CLAIMS.iter().filter(|claim| matches!(claim.expected, Verdict::Refuted | Verdict::HoldsCorrected))
    {
        let mut transcribed = claim.checks.iter().filter(|check| check.about == About::Transcribed);
        let refuted = transcribed.any(|check| {
            let context = Context::new(0, Budget::Quick, claim.id, check.name, None);
            (check.run)(&context).unwrap().outcome() == Outcome::Refuted
        });
        assert!(refuted, "{}", claim.id);
    }
}

#[test]
fn every_claim_has_an_essential_check_and_a_control_and_no_name_twice() {
    for claim in CLAIMS {
        assert!(claim.checks.iter().any(|check| check.essential), "{}", claim.id);
        assert!(!claim.controls.is_empty(), "{}", claim.id);
        let mut names: Vec<_> = claim.checks.iter().map(|check| check.name).collect();
        names.extend(claim.controls.iter().map(|control| control.name));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{}", claim.id);
    }
}
