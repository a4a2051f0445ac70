//! The registry as a whole, and what stands behind its instances.

#![expect(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod attacks;
mod double;
mod norms;

use lip1_claims::CLAIMS;
use lip1_harness::{Budget, Context, Outcome, Verdict};

#[test]
fn where_a_refutation_is_expected_a_sentence_with_a_correction_is_refuted() {
    for claim in
        CLAIMS.iter().filter(|claim| matches!(claim.expected, Verdict::Refuted | Verdict::HoldsCorrected))
    {
        let mut corrected = claim.checks.iter().filter(|check| claim.correction_of(check.about).is_some());
        let refuted = corrected.any(|check| {
            let context = Context::new(0, Budget::Quick, claim.id, check.name, None);
            (check.run)(&context).unwrap().outcome() == Outcome::Refuted
        });
        assert!(refuted, "{}", claim.id);
    }
}

#[test]
fn every_check_is_about_a_sentence_and_every_sentence_has_an_essential_check() {
    for claim in CLAIMS {
        for check in claim.checks {
            assert!(claim.sentences.iter().any(|sentence| sentence.label == check.about), "{}", claim.id);
        }
        for sentence in claim.sentences {
            let mut about = claim.checks.iter().filter(|check| check.about == sentence.label);
            assert!(about.any(|check| check.essential), "{} {}", claim.id, sentence.label);
            let corrects = |label| claim.sentences.iter().any(|other| other.label == label);
            assert!(sentence.corrects.is_none_or(corrects), "{} {}", claim.id, sentence.label);
        }
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
