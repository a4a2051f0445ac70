//! Verdicts and the rules that compute them.

use crate::{Kind, Outcome, Scope, Sentence, Whose};

/// What the program concludes about a sentence or a claim; computed from checks and controls alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every essential check passed and none is statistical.
    Holds,
    /// A sentence of the author's, or a transcribed one, is refuted and its correction holds.
    HoldsCorrected,
    /// Every essential check passed and some are statistical.
    Supported,
    /// A counterexample was decided by the kernel or in exact arithmetic.
    Refuted,
    /// Something was left undecided, was violated without a counterexample, crashed, or a control passed.
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

    /// What the word means, for a legend.
    pub fn meaning(self) -> &'static str {
        match self {
            Verdict::Holds => "every essential check passed",
            Verdict::HoldsCorrected => "false as stated; the corrected sentence holds",
            Verdict::Supported => "every essential check passed, some of them by a statistical test",
            Verdict::Refuted => "a counterexample was decided by the kernel or in exact arithmetic",
            Verdict::Inconclusive => "something was left undecided, or a broken instance was accepted",
        }
    }
}

/// What a verdict needs to know of a check.
#[derive(Clone, Copy, Debug)]
pub struct Weighed<'a> {
    /// Whether the verdict waits for it.
    pub essential: bool,
    /// The label of the sentence that it decides.
    pub about: &'a str,
    /// What came out; `None` if it crashed.
    pub found: Option<(Outcome, Kind, Scope)>,
}

/// A verdict with the strength and reach of what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// The verdict of the claim.
    pub verdict: Verdict,
    /// The verdicts of its sentences, in their order.
    pub sentences: Vec<Verdict>,
    /// The weakest evidence among the essential checks; `None` if one crashed or there is none.
    pub evidence: Option<Kind>,
    /// The narrowest scope among the essential checks; `None` if one crashed or there is none.
    pub scope: Option<Scope>,
}

/// Weighs the checks of a claim and the rejections of its controls (`None` if one crashed).
///
/// A sentence, in this order:
/// 1. no essential check, a crash, an essential check undecided, any check violated without a counterexample:
///    `inconclusive`;
/// 2. a check refuted: `refuted`;
/// 3. an essential check statistical: `supported`;
/// 4. otherwise `holds`.
///
/// The claim, in this order:
/// 1. no sentence, no control, a control that crashed or was accepted, a check of no sentence, a sentence
///    `inconclusive`: `inconclusive`;
/// 2. a refuted sentence that is ours, or that has no correction which holds: `refuted`;
/// 3. a refuted sentence: `holds-corrected`;
/// 4. a sentence `supported`: `supported`;
/// 5. otherwise `holds`.
///
/// An illustrative check may stay undecided, but it can contradict.
pub fn conclude(sentences: &[Sentence], checks: &[Weighed<'_>], controls: &[Option<bool>]) -> Conclusion {
    let verdicts: Vec<Verdict> = sentences.iter().map(|sentence| decide(sentence.label, checks)).collect();
    let weakest: Option<Vec<(Kind, Scope)>> = checks
        .iter()
        .filter(|check| check.essential)
        .map(|check| check.found.map(|(_, kind, scope)| (kind, scope)))
        .collect();
    let weakest = weakest.unwrap_or_default();
    let strays = checks.iter().any(|check| sentences.iter().all(|sentence| sentence.label != check.about));
    let accepted = controls.iter().any(|rejected| *rejected != Some(true));
    let verdict = if controls.is_empty() || accepted || strays {
        Verdict::Inconclusive
    } else {
        combine(sentences, &verdicts)
    };
    Conclusion {
        verdict,
        sentences: verdicts,
        evidence: weakest.iter().map(|(kind, _)| *kind).max(),
        scope: weakest.iter().map(|(_, scope)| *scope).max(),
    }
}

/// The verdict of one sentence.
fn decide(label: &str, checks: &[Weighed<'_>]) -> Verdict {
    let about: Vec<&Weighed<'_>> = checks.iter().filter(|check| check.about == label).collect();
    let outcome = |check: &&Weighed<'_>| check.found.map(|(outcome, ..)| outcome);
    let open = |check: &&Weighed<'_>| match outcome(check) {
        None | Some(Outcome::Violated) => true,
        Some(Outcome::Undecided) => check.essential,
        Some(Outcome::Holds | Outcome::Refuted) => false,
    };
    let statistical =
        |check: &&Weighed<'_>| check.essential && matches!(check.found, Some((_, Kind::Statistical, _)));
    if !about.iter().any(|check| check.essential) || about.iter().any(open) {
        Verdict::Inconclusive
    } else if about.iter().any(|check| outcome(check) == Some(Outcome::Refuted)) {
        Verdict::Refuted
    } else if about.iter().any(statistical) {
        Verdict::Supported
    } else {
        Verdict::Holds
    }
}

/// The verdict of a claim from those of its sentences.
fn combine(sentences: &[Sentence], verdicts: &[Verdict]) -> Verdict {
    let has = |verdict: Verdict| verdicts.contains(&verdict);
    if verdicts.is_empty() || has(Verdict::Inconclusive) {
        return Verdict::Inconclusive;
    }
    let pairs = || sentences.iter().zip(verdicts);
    let corrected = |sentence: &Sentence| {
        let mut holding = pairs().filter(|(_, verdict)| **verdict == Verdict::Holds);
        sentence.whose != Whose::Ours && holding.any(|(other, _)| other.corrects == Some(sentence.label))
    };
    let refuted =
        || pairs().filter(|(_, verdict)| **verdict == Verdict::Refuted).map(|(sentence, _)| sentence);
    if refuted().any(|sentence| !corrected(sentence)) {
        Verdict::Refuted
    } else if refuted().next().is_some() {
        Verdict::HoldsCorrected
    } else if has(Verdict::Supported) {
        Verdict::Supported
    } else {
        Verdict::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::{Conclusion, Verdict, Weighed, conclude};
    use crate::{Kind, Outcome, Scope, Sentence, Whose};

    const STATED: Sentence = Sentence::new("a", Whose::Author("Prop 1"), "stated");
    const CORRECTION: Sentence = Sentence::correction("b", "a", "corrected");

    fn check(outcome: Outcome) -> Weighed<'static> {
        let found = Some((outcome, Kind::Certified, Scope::Universal));
        Weighed { essential: true, about: "a", found }
    }

    fn corrected(outcome: Outcome) -> Weighed<'static> {
        Weighed { about: "b", ..check(outcome) }
    }

    fn illustration(outcome: Outcome) -> Weighed<'static> {
        Weighed { essential: false, ..check(outcome) }
    }

    fn statistical(check: Weighed<'_>) -> Weighed<'_> {
        let found = check.found.map(|(outcome, _, _)| (outcome, Kind::Statistical, Scope::Instances));
        Weighed { found, ..check }
    }

    fn verdict(checks: &[Weighed<'_>]) -> Verdict {
        conclude(&[STATED], checks, &[Some(true)]).verdict
    }

    fn verdict_of_both(checks: &[Weighed<'_>]) -> Verdict {
        conclude(&[STATED, CORRECTION], checks, &[Some(true)]).verdict
    }

    #[test]
    fn holds_when_every_essential_check_holds_and_every_control_is_rejected() {
        assert_eq!(verdict(&[check(Outcome::Holds), check(Outcome::Holds)]), Verdict::Holds);
    }

    #[test]
    fn a_claim_without_sentences_checks_or_controls_is_inconclusive() {
        assert_eq!(verdict(&[]), Verdict::Inconclusive);
        assert_eq!(verdict(&[illustration(Outcome::Holds)]), Verdict::Inconclusive);
        assert_eq!(conclude(&[STATED], &[check(Outcome::Holds)], &[]).verdict, Verdict::Inconclusive);
        assert_eq!(conclude(&[], &[], &[Some(true)]).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn a_sentence_without_an_essential_check_leaves_the_claim_open() {
        assert_eq!(verdict_of_both(&[check(Outcome::Holds)]), Verdict::Inconclusive);
    }

    #[test]
    fn a_check_of_no_sentence_leaves_the_claim_open() {
        let stray = Weighed { about: "c", ..check(Outcome::Holds) };
        assert_eq!(verdict(&[check(Outcome::Holds), stray]), Verdict::Inconclusive);
    }

    #[test]
    fn an_accepted_or_crashed_control_is_inconclusive() {
        for control in [Some(false), None] {
            let conclusion = conclude(&[STATED], &[check(Outcome::Holds)], &[Some(true), control]);
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
        let conclusion = conclude(&[STATED], &[check(Outcome::Holds), crashed], &[Some(true)]);
        let expected = Conclusion {
            verdict: Verdict::Inconclusive,
            sentences: vec![Verdict::Inconclusive],
            evidence: None,
            scope: None,
        };
        assert_eq!(conclusion, expected);
    }

    #[test]
    fn a_counterexample_refutes_from_an_illustration_too() {
        assert_eq!(verdict(&[check(Outcome::Holds), check(Outcome::Refuted)]), Verdict::Refuted);
        assert_eq!(verdict(&[check(Outcome::Holds), illustration(Outcome::Refuted)]), Verdict::Refuted);
    }

    #[test]
    fn a_false_sentence_with_a_correction_that_holds() {
        let stated = check(Outcome::Refuted);
        assert_eq!(verdict_of_both(&[stated, corrected(Outcome::Holds)]), Verdict::HoldsCorrected);
        assert_eq!(verdict_of_both(&[stated, corrected(Outcome::Refuted)]), Verdict::Refuted);
        assert_eq!(verdict_of_both(&[stated, corrected(Outcome::Undecided)]), Verdict::Inconclusive);
        assert_eq!(verdict_of_both(&[stated, statistical(corrected(Outcome::Holds))]), Verdict::Refuted);
    }

    #[test]
    fn one_false_sentence_among_true_ones_is_told_apart() {
        let example = Sentence::new("b", Whose::Author("Example 2"), "an example");
        let mended = Sentence::correction("c", "b", "the example, mended");
        let about = |label, outcome| Weighed { about: label, ..check(outcome) };
        let conclusion = conclude(
            &[STATED, example, mended],
            &[check(Outcome::Holds), about("b", Outcome::Refuted), about("c", Outcome::Holds)],
            &[Some(true)],
        );
        assert_eq!(conclusion.sentences, [Verdict::Holds, Verdict::Refuted, Verdict::Holds]);
        assert_eq!(conclusion.verdict, Verdict::HoldsCorrected);
    }

    #[test]
    fn a_false_sentence_of_ours_is_refuted_whatever_replaces_it() {
        let ours = Sentence { whose: Whose::Ours, ..STATED };
        let checks = [check(Outcome::Refuted), corrected(Outcome::Holds)];
        assert_eq!(conclude(&[ours, CORRECTION], &checks, &[Some(true)]).verdict, Verdict::Refuted);
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
        let checks = [check(Outcome::Holds), sampled, statistical(illustration(Outcome::Holds))];
        let conclusion = conclude(&[STATED], &checks, &[Some(true)]);
        assert_eq!((conclusion.evidence, conclusion.scope), (Some(Kind::Sampled), Some(Scope::Instances)));
    }
}
