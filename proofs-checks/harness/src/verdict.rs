//! Verdicts and the rules that compute them.

use crate::{About, Kind, Outcome, Scope};

/// What the program concludes about a claim; computed from checks and controls alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every essential check passed and none is statistical.
    Holds,
    /// Refuted as transcribed; the corrected statement holds.
    HoldsCorrected,
    /// Every essential check passed and some are statistical.
    Supported,
    /// The kernel accepted a counterexample.
    Refuted,
    /// Something was left undecided, was violated without an accepted counterexample, crashed, or a control passed.
    Inconclusive,
}

impl Verdict {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::HoldsCorrected => "holds-corrected",
            Verdict::Supported => "supported",
            Verdict::Refuted => "refuted",
            Verdict::Inconclusive => "inconclusive",
        }
    }
}

/// What a verdict needs to know of a check.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    /// Whether the verdict waits for it.
    pub essential: bool,
    /// The form of the claim it is about.
    pub about: About,
    /// What came out; `None` if it crashed.
    pub found: Option<(Outcome, Kind, Scope)>,
}

/// A verdict with the strength and reach of what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// The verdict.
    pub verdict: Verdict,
    /// The weakest evidence among the essential checks; `None` if one crashed or there is none.
    pub evidence: Option<Kind>,
    /// The narrowest scope among the essential checks; `None` if one crashed or there is none.
    pub scope: Option<Scope>,
}

/// Weighs the checks of a claim and the rejections of its controls (`None` if one crashed).
///
/// In this order:
/// 1. no essential check, no control, a crash, a control accepted: `inconclusive`;
/// 2. an essential check undecided, or any check violated without an accepted counterexample: `inconclusive`;
/// 3. a check of the corrected statement refuted: `refuted`;
/// 4. a check of the transcribed statement refuted: `holds-corrected` if there are essential checks of the
///    corrected statement and none is statistical, else `refuted`;
/// 5. otherwise `supported` if an essential check is statistical, else `holds`.
///
/// An illustrative check may stay undecided, but it can contradict.
pub fn conclude(checks: &[Weighed], controls: &[Option<bool>]) -> Conclusion {
    let essential = || checks.iter().filter(|check| check.essential);
    let weakest: Option<Vec<(Kind, Scope)>> =
        essential().map(|check| check.found.map(|(_, kind, scope)| (kind, scope))).collect();
    let weakest = weakest.unwrap_or_default();
    Conclusion {
        verdict: verdict(checks, controls),
        evidence: weakest.iter().map(|(kind, _)| *kind).max(),
        scope: weakest.iter().map(|(_, scope)| *scope).max(),
    }
}

fn verdict(checks: &[Weighed], controls: &[Option<bool>]) -> Verdict {
    let outcome = |check: &Weighed| check.found.map(|(outcome, ..)| outcome);
    let statistical = |check: &Weighed| matches!(check.found, Some((_, Kind::Statistical, _)));
    let refuted = |about| checks.iter().any(|c| c.about == about && outcome(c) == Some(Outcome::Refuted));

    let nothing_examined = controls.is_empty() || !checks.iter().any(|check| check.essential);
    let control_failed = controls.iter().any(|rejected| *rejected != Some(true));
    let open = |check: &Weighed| match outcome(check) {
        None | Some(Outcome::Violated) => true,
        Some(Outcome::Undecided) => check.essential,
        Some(Outcome::Holds | Outcome::Refuted) => false,
    };
    if nothing_examined || control_failed || checks.iter().any(open) {
        return Verdict::Inconclusive;
    }
    if refuted(About::Corrected) {
        return Verdict::Refuted;
    }
    if refuted(About::Transcribed) {
        let mut corrected = checks.iter().filter(|c| c.essential && c.about == About::Corrected).peekable();
        let holds = corrected.peek().is_some() && !corrected.any(statistical);
        return if holds { Verdict::HoldsCorrected } else { Verdict::Refuted };
    }
    if checks.iter().any(|check| check.essential && statistical(check)) {
        Verdict::Supported
    } else {
        Verdict::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::{Conclusion, Verdict, Weighed, conclude};
    use crate::{About, Kind, Outcome, Scope};

    fn check(outcome: Outcome) -> Weighed {
        let found = Some((outcome, Kind::Certified, Scope::Universal));
        Weighed { essential: true, about: About::Transcribed, found }
    }

    fn corrected(outcome: Outcome) -> Weighed {
        Weighed { about: About::Corrected, ..check(outcome) }
    }

    fn illustration(outcome: Outcome) -> Weighed {
        Weighed { essential: false, ..check(outcome) }
    }

    fn statistical(check: Weighed) -> Weighed {
        let found = check.found.map(|(outcome, _, _)| (outcome, Kind::Statistical, Scope::Instances));
        Weighed { found, ..check }
    }

    fn verdict(checks: &[Weighed]) -> Verdict {
        conclude(checks, &[Some(true)]).verdict
    }

    #[test]
    fn holds_when_every_essential_check_holds_and_every_control_is_rejected() {
        assert_eq!(verdict(&[check(Outcome::Holds), check(Outcome::Holds)]), Verdict::Holds);
    }

    #[test]
    fn a_claim_without_checks_or_without_controls_is_inconclusive() {
        assert_eq!(verdict(&[]), Verdict::Inconclusive);
        assert_eq!(verdict(&[illustration(Outcome::Holds)]), Verdict::Inconclusive);
        assert_eq!(conclude(&[check(Outcome::Holds)], &[]).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn an_accepted_or_crashed_control_is_inconclusive() {
        for control in [Some(false), None] {
            let conclusion = conclude(&[check(Outcome::Holds)], &[Some(true), control]);
            assert_eq!(conclusion.verdict, Verdict::Inconclusive);
        }
    }

    #[test]
    fn an_undecided_essential_check_is_inconclusive_and_an_undecided_illustration_is_not() {
        assert_eq!(verdict(&[check(Outcome::Holds), check(Outcome::Undecided)]), Verdict::Inconclusive);
        assert_eq!(verdict(&[check(Outcome::Holds), illustration(Outcome::Undecided)]), Verdict::Holds);
    }

    #[test]
    fn a_violation_without_a_counterexample_is_inconclusive_wherever_it_appears() {
        assert_eq!(verdict(&[check(Outcome::Holds), check(Outcome::Violated)]), Verdict::Inconclusive);
        assert_eq!(verdict(&[check(Outcome::Holds), illustration(Outcome::Violated)]), Verdict::Inconclusive);
        assert_eq!(verdict(&[check(Outcome::Refuted), check(Outcome::Violated)]), Verdict::Inconclusive);
    }

    #[test]
    fn a_crash_is_inconclusive_and_leaves_no_evidence() {
        let crashed = Weighed { found: None, ..check(Outcome::Holds) };
        let conclusion = conclude(&[check(Outcome::Holds), crashed], &[Some(true)]);
        let expected = Conclusion { verdict: Verdict::Inconclusive, evidence: None, scope: None };
        assert_eq!(conclusion, expected);
    }

    #[test]
    fn a_counterexample_refutes_from_an_illustration_too() {
        assert_eq!(verdict(&[check(Outcome::Holds), check(Outcome::Refuted)]), Verdict::Refuted);
        assert_eq!(verdict(&[check(Outcome::Holds), illustration(Outcome::Refuted)]), Verdict::Refuted);
    }

    #[test]
    fn refuted_as_transcribed_with_a_corrected_statement_that_holds() {
        let transcribed = check(Outcome::Refuted);
        assert_eq!(verdict(&[transcribed, corrected(Outcome::Holds)]), Verdict::HoldsCorrected);
        assert_eq!(verdict(&[transcribed, corrected(Outcome::Refuted)]), Verdict::Refuted);
        assert_eq!(verdict(&[transcribed, corrected(Outcome::Undecided)]), Verdict::Inconclusive);
        assert_eq!(verdict(&[transcribed, statistical(corrected(Outcome::Holds))]), Verdict::Refuted);
        let illustrated = Weighed { essential: false, ..corrected(Outcome::Holds) };
        assert_eq!(verdict(&[transcribed, illustrated]), Verdict::Refuted);
    }

    #[test]
    fn supported_when_an_essential_check_is_statistical() {
        let checks = [check(Outcome::Holds), statistical(check(Outcome::Holds))];
        assert_eq!(verdict(&checks), Verdict::Supported);
        let checks = [check(Outcome::Holds), statistical(illustration(Outcome::Holds))];
        assert_eq!(verdict(&checks), Verdict::Holds);
    }

    #[test]
    fn evidence_is_the_weakest_among_the_essential_checks() {
        let sampled = Weighed {
            found: Some((Outcome::Holds, Kind::Sampled, Scope::Instances)),
            ..check(Outcome::Holds)
        };
        let conclusion = conclude(
            &[check(Outcome::Holds), sampled, statistical(illustration(Outcome::Holds))],
            &[Some(true)],
        );
        assert_eq!((conclusion.evidence, conclusion.scope), (Some(Kind::Sampled), Some(Scope::Instances)));
    }
}
