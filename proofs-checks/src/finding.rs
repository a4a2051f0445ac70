//! What examining instances showed. Checks and controls share it: a check turns a finding into evidence,
//! a control asks whether the same examination rejected a broken instance.

use std::fmt::Display;

use lip1_kernel::{Counterexample, Interval, Judgement, judge};

use crate::{Evidence, Kind, Picture, Scope};

/// A margin by which an inequality held (positive) or failed (negative), with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slack {
    /// Signed margin; never NaN in a [`Finding`] that holds.
    pub value: f64,
    /// What it is measured in, such as `"distance"`, `"ratio"` or `"nats"`.
    pub unit: &'static str,
}

/// How an examination ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every instance examined satisfies the statement.
    Holds,
    /// Some instance was not decided, or none was examined.
    Undecided,
    /// Some instance appears to violate the statement; no counterexample was accepted by the kernel.
    Violated,
    /// The kernel accepted a counterexample.
    Refuted,
}

impl Outcome {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Undecided => "undecided",
            Outcome::Violated => "violated",
            Outcome::Refuted => "refuted",
        }
    }
}

/// The result of examining instances: counts, the tightest instance, and the first trouble of the worst sort.
///
/// Of several troubles the graver wins: refuted, then violated, then undecided. A finding without a single case
/// is undecided.
#[derive(Debug)]
pub struct Finding {
    unit: &'static str,
    outcome: Outcome,
    reason: Option<String>,
    counterexample: Option<Counterexample>,
    cases: u64,
    worst: Option<f64>,
    witness: Option<String>,
    pictures: Vec<Picture>,
}

/// Longest witness kept, in characters; the seed reproduces what is cut off.
const WITNESS_LENGTH: usize = 2_000;

impl Finding {
    /// A finding without cases; `unit` is what its slacks are measured in.
    pub fn new(unit: &'static str) -> Self {
        Self {
            unit,
            outcome: Outcome::Holds,
            reason: None,
            counterexample: None,
            cases: 0,
            worst: None,
            witness: None,
            pictures: Vec::new(),
        }
    }

    /// Counts one instance with its slack: negative or NaN is a violation. `witness` describes the instance and
    /// is called only when it is the tightest so far.
    pub fn case(&mut self, slack: f64, witness: impl FnOnce() -> String) {
        self.cases += 1;
        if slack < 0.0 || slack.is_nan() {
            self.trouble(Outcome::Violated, format!("slack {slack} {}", self.unit));
        }
        self.tightest(slack, witness);
    }

    /// Counts instances decided exactly, without a margin (a bijection, a sign, an enumeration).
    pub fn exact(&mut self, holds: bool, witness: impl FnOnce() -> String) {
        self.cases += 1;
        if !holds {
            let witness = witness();
            self.trouble(Outcome::Violated, witness.clone());
            self.witness.get_or_insert(shortened(witness));
        }
    }

    /// Counts one instance of `left <= right`, judged by the kernel; the slack is what it proved.
    pub fn at_most(
        &mut self,
        statement: &str,
        left: Interval,
        right: Interval,
        witness: impl FnOnce() -> String,
    ) {
        let (left, right) = if lip1_faults::flipped(statement) { (right, left) } else { (left, right) };
        match judge::at_most(left, right) {
            Judgement::Verified(proved) => self.case(proved.slack(), witness),
            Judgement::Refuted(counterexample) => {
                self.worst = Some((right - left).upper().min(self.worst.unwrap_or(f64::INFINITY)));
                self.trouble(Outcome::Refuted, format!("{statement}: {counterexample}"));
                self.refuted(counterexample, witness);
            }
            Judgement::Undecided(reason) => self.undecided(format!("{statement}: {reason}")),
        }
    }

    /// Counts one instance judged by a kernel rule and hands on what was proved.
    pub fn judged<T>(&mut self, judgement: Judgement<T>, witness: impl FnOnce() -> String) -> Option<T> {
        match judgement {
            Judgement::Verified(proved) => {
                self.cases += 1;
                return Some(proved);
            }
            Judgement::Refuted(counterexample) => self.refuted(counterexample, witness),
            Judgement::Undecided(reason) => self.undecided(reason),
        }
        None
    }

    /// Counts one instance whose certificate the kernel refused, with its reason.
    pub fn refused(&mut self, reason: impl Display) {
        self.cases += 1;
        self.trouble(Outcome::Violated, format!("refused: {reason}"));
    }

    /// Counts one instance that could not be decided.
    pub fn undecided(&mut self, reason: impl Display) {
        self.cases += 1;
        self.trouble(Outcome::Undecided, reason.to_string());
    }

    /// Counts one instance refuted by a counterexample that the kernel accepted.
    pub fn refuted(&mut self, counterexample: Counterexample, witness: impl FnOnce() -> String) {
        self.cases += 1;
        if self.counterexample.is_none() {
            self.trouble(Outcome::Refuted, counterexample.to_string());
            self.counterexample = Some(counterexample);
            self.witness = Some(shortened(witness()));
        }
    }

    /// Adds the cases and troubles of another finding, one without a case being undecided; slacks are compared only
    /// in the same unit.
    pub fn merge(&mut self, other: Finding) {
        self.cases += other.cases;
        if let Some(reason) = other.reason() {
            self.trouble(other.outcome(), reason);
        }
        if self.counterexample.is_none() && other.counterexample.is_some() {
            self.counterexample = other.counterexample;
            self.witness.clone_from(&other.witness);
        }
        if let (Some(slack), true) = (other.worst, other.unit == self.unit) {
            self.tightest(slack, || other.witness.unwrap_or_default());
        }
        self.pictures.extend(other.pictures);
    }

    /// Adds a picture for the report.
    pub fn picture(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }

    /// Evidence whose every instance was accepted by the kernel, or by exact arithmetic.
    pub fn certified(self, scope: Scope) -> Evidence {
        Evidence::new(self, Kind::Certified, scope)
    }

    /// Evidence from a finite set enumerated in full.
    pub fn exhaustive(self, scope: Scope) -> Evidence {
        Evidence::new(self, Kind::Exhaustive, scope)
    }

    /// Evidence from random or adversarial instances within a derived tolerance.
    pub fn sampled(self) -> Evidence {
        Evidence::new(self, Kind::Sampled, Scope::Instances)
    }

    /// Evidence from a statistical test.
    pub fn statistical(self) -> Evidence {
        Evidence::new(self, Kind::Statistical, Scope::Instances)
    }

    /// How the examination ended.
    pub fn outcome(&self) -> Outcome {
        if self.cases == 0 { self.outcome.max(Outcome::Undecided) } else { self.outcome }
    }

    /// Why the outcome is not `holds`.
    pub fn reason(&self) -> Option<String> {
        match (&self.reason, self.cases) {
            (None, 0) => Some("no instance was examined".to_owned()),
            (reason, _) => reason.clone(),
        }
    }

    /// Instances examined.
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// The smallest slack.
    pub fn worst_slack(&self) -> Option<Slack> {
        self.worst.map(|value| Slack { value, unit: self.unit })
    }

    /// The instance with the smallest slack.
    pub fn witness(&self) -> Option<&str> {
        self.witness.as_deref()
    }

    /// Pictures for the report.
    pub fn pictures(&self) -> &[Picture] {
        &self.pictures
    }

    fn trouble(&mut self, outcome: Outcome, reason: String) {
        if outcome > self.outcome {
            self.outcome = outcome;
            self.reason = Some(reason);
        }
    }

    fn tightest(&mut self, slack: f64, witness: impl FnOnce() -> String) {
        let tighter = match self.worst {
            None => true,
            Some(worst) => slack < worst || (slack.is_nan() && !worst.is_nan()),
        };
        if tighter {
            // The sum turns -0 into 0, which a reader would take for a violation.
            self.worst = Some(slack + 0.0);
            // The witness of a refutation is its counterexample's, whatever comes later.
            if self.counterexample.is_none() {
                self.witness = Some(shortened(witness()));
            }
        }
    }
}

/// Whether the examining code of a check rejected a broken instance.
#[derive(Debug)]
pub struct Rejection {
    rejected: bool,
    reason: String,
}

impl Rejection {
    /// Rejected means violated or refuted. An undecided instance was not rejected.
    pub fn of(finding: &Finding) -> Self {
        let rejected = finding.outcome() >= Outcome::Violated;
        let reason = finding.reason().unwrap_or_else(|| match finding.worst_slack() {
            Some(Slack { value, unit }) => format!("accepted with slack {value} {unit}"),
            None => "accepted".to_owned(),
        });
        Self { rejected, reason }
    }

    /// Whether the broken instance was rejected.
    pub fn rejected(&self) -> bool {
        self.rejected
    }

    /// What the examination said.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(WITNESS_LENGTH) {
        None => text,
        Some((end, _)) => {
            format!("{}... ({} characters in all)", &text[..end], text.chars().count())
        }
    }
}

#[cfg(test)]
mod tests {
    use lip1_kernel::Interval;

    use super::{Finding, Outcome, Rejection, WITNESS_LENGTH};

    fn with(slacks: &[f64]) -> Finding {
        let mut finding = Finding::new("units");
        slacks.iter().for_each(|slack| finding.case(*slack, || format!("case {slack}")));
        finding
    }

    #[test]
    fn the_tightest_case_is_kept_and_all_are_counted() {
        let finding = with(&[3.0, 1.0, 2.0]);
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Holds, 3));
        assert_eq!(finding.worst_slack().map(|slack| slack.value), Some(1.0));
        assert_eq!(finding.witness(), Some("case 1"));
    }

    #[test]
    fn nothing_examined_is_undecided() {
        assert_eq!(with(&[]).outcome(), Outcome::Undecided);
        assert!(!Rejection::of(&with(&[])).rejected());
    }

    #[test]
    fn negative_and_nan_slacks_are_violations_and_zero_is_not() {
        assert_eq!(with(&[-0.0, 0.0]).outcome(), Outcome::Holds);
        for bad in [-f64::MIN_POSITIVE, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(with(&[1.0, bad, 1.0]).outcome(), Outcome::Violated, "{bad}");
            assert!(Rejection::of(&with(&[bad])).rejected(), "{bad}");
        }
        assert!(with(&[f64::NAN, -1.0]).worst_slack().is_some_and(|slack| slack.value.is_nan()));
    }

    #[test]
    fn the_gravest_trouble_wins_whatever_the_order() {
        let (zero, one) = (Interval::ZERO, Interval::ONE);
        let troubles: [fn(&mut Finding); 3] = [
            |finding| finding.undecided("no answer"),
            |finding| finding.refused("bad certificate"),
            |finding| finding.at_most("1 <= 0", Interval::ONE, Interval::ZERO, || "one".to_owned()),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut finding = Finding::new("units");
            finding.at_most("0 <= 1", zero, one, String::new);
            order.iter().for_each(|index| troubles[*index](&mut finding));
            assert_eq!((finding.outcome(), finding.cases()), (Outcome::Refuted, 4));
            assert_eq!(finding.witness(), Some("one"));
            assert_eq!(finding.worst_slack().map(|slack| slack.value), Some(-1.0));
        }
    }

    #[test]
    fn an_undecided_comparison_is_neither_passed_nor_rejected() {
        let mut finding = Finding::new("units");
        let wide = Interval::ZERO.hull(Interval::ONE);
        finding.at_most("wide <= wide", wide, wide, String::new);
        assert_eq!(finding.outcome(), Outcome::Undecided);
        assert!(!Rejection::of(&finding).rejected());
    }

    #[test]
    fn merging_keeps_counts_troubles_and_the_tightest_of_the_same_unit() {
        let mut finding = with(&[2.0]);
        finding.merge(with(&[-1.0]));
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Violated, 2));
        assert_eq!(finding.witness(), Some("case -1"));
        let mut other = Finding::new("others");
        other.case(-5.0, String::new);
        finding.merge(other);
        assert_eq!(finding.worst_slack().map(|slack| slack.value), Some(-1.0));
    }

    #[test]
    fn a_part_that_examined_nothing_leaves_the_whole_undecided() {
        let mut finding = with(&[1.0]);
        finding.merge(with(&[]));
        assert_eq!(finding.outcome(), Outcome::Undecided);
    }

    #[test]
    fn a_refutation_survives_merging() {
        let mut refuted = Finding::new("others");
        refuted.at_most("1 <= 0", Interval::ONE, Interval::ZERO, || "one".to_owned());
        let mut finding = with(&[2.0]);
        finding.merge(refuted);
        assert_eq!((finding.outcome(), finding.witness()), (Outcome::Refuted, Some("one")));
    }

    #[test]
    fn a_long_witness_is_cut_and_says_so() {
        let mut finding = Finding::new("units");
        finding.case(1.0, || "é".repeat(3 * WITNESS_LENGTH));
        let witness = finding.witness().unwrap();
        assert!(witness.ends_with("... (6000 characters in all)"));
        assert!(witness.chars().count() < WITNESS_LENGTH + 50);
    }
}
