//! Counting cases, by who decides them.

use std::fmt::Display;

use lip1_kernel::{Interval, Judgement, Refusal, Theorem, judge};

use super::{Finding, Outcome, Refutation, shortened};
use crate::{Decider, Exact, Tally, Test, Tolerance, Tolerated};

/// What follows when a comparison fails.
#[derive(Clone, Copy, PartialEq)]
enum Stake {
    /// The statement is refuted.
    Statement,
    /// The examination does not bring what it needs (a narrow bracket, a sound instance): violated, never refuted.
    Requirement,
}

/// What is asked of two enclosed numbers.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    AtMost,
    Less,
}

impl Finding {
    // The kernel decides.

    /// Counts a theorem of the kernel as a case, or its refusal of a certificate as a violation.
    pub fn accepted<T>(
        &mut self,
        ruling: Result<Theorem<T>, Refusal>,
        witness: impl FnOnce() -> String,
    ) -> Option<Theorem<T>> {
        match ruling {
            Ok(theorem) => {
                self.theorem(&theorem);
                Some(theorem)
            }
            Err(refusal) => {
                self.refused(format!("{}: {refusal}", witness()));
                None
            }
        }
    }

    /// Counts a case that a theorem of the kernel decides.
    pub fn theorem<T>(&mut self, _: &Theorem<T>) {
        self.decided(Decider::Kernel);
    }

    /// Counts one instance judged by a kernel rule and hands on what was proved.
    pub fn judged<T>(
        &mut self,
        name: &'static str,
        judgement: Judgement<Theorem<T>>,
        witness: impl FnOnce() -> String,
    ) -> Option<Theorem<T>> {
        match judgement {
            Judgement::Verified(theorem) => {
                self.theorem(&theorem);
                return Some(theorem);
            }
            Judgement::Refuted(counterexample) => {
                self.refuted(Refutation::Kernel { name, counterexample }, witness);
            }
            Judgement::Undecided(reason) => self.undecided(format!("{name}: {reason}")),
        }
        None
    }

    /// Counts one instance of which a kernel rule must prove that it is *not* so.
    pub fn disproved<T>(
        &mut self,
        name: &'static str,
        judgement: Judgement<Theorem<T>>,
        witness: impl FnOnce() -> String,
    ) {
        match judgement {
            Judgement::Refuted(_) => self.decided(Decider::Kernel),
            Judgement::Verified(_) => {
                self.decided(Decider::Kernel);
                let witness = witness();
                self.trouble(Outcome::Violated, format!("{name}: true of {witness}"));
                self.witness.get_or_insert(shortened(witness));
            }
            Judgement::Undecided(reason) => self.undecided(format!("{name}: {reason}")),
        }
    }

    /// Counts one instance whose certificate the kernel refused, with its reason: a violation.
    pub fn refused(&mut self, reason: impl Display) {
        self.unsettled(Outcome::Violated, format!("refused: {reason}"));
    }

    // Enclosures: the kernel decides, or floating point where one of them remembers an observed number.

    /// Counts one instance of `left <= right`; the slack is what was proved.
    pub fn at_most(
        &mut self,
        name: &'static str,
        left: Interval,
        right: Interval,
        witness: impl FnOnce() -> String,
    ) {
        self.compare(name, [left, right], Order::AtMost, Stake::Statement, witness);
    }

    /// Counts one instance of `left < right`.
    pub fn less(
        &mut self,
        name: &'static str,
        left: Interval,
        right: Interval,
        witness: impl FnOnce() -> String,
    ) {
        self.compare(name, [left, right], Order::Less, Stake::Statement, witness);
    }

    /// Counts one instance of `left <= right + tolerance`; a wide tolerance makes it a case of floating point.
    pub fn at_most_within(
        &mut self,
        name: &'static str,
        left: Interval,
        right: Interval,
        tolerance: Tolerance,
        witness: impl FnOnce() -> String,
    ) {
        let before = self.tally;
        self.compare(name, [left, right + tolerance.value()], Order::AtMost, Stake::Statement, witness);
        self.tolerate(tolerance, before);
    }

    /// Counts one instance of `|left - right| <= tolerance`.
    pub fn equal_within(
        &mut self,
        name: &'static str,
        left: Interval,
        right: Interval,
        tolerance: Tolerance,
        witness: impl FnOnce() -> String,
    ) {
        self.at_most_within(name, (left - right).abs(), Interval::ZERO, tolerance, witness);
    }

    /// Counts `left <= right` as something that the examination itself needs, such as a narrow bracket: if it fails the
    /// finding is violated, but nothing is refuted.
    pub fn required(
        &mut self,
        name: &'static str,
        left: Interval,
        right: Interval,
        witness: impl FnOnce() -> String,
    ) {
        self.compare(name, [left, right], Order::AtMost, Stake::Requirement, witness);
    }

    fn compare(
        &mut self,
        name: &'static str,
        [left, right]: [Interval; 2],
        order: Order,
        stake: Stake,
        witness: impl FnOnce() -> String,
    ) {
        let gap = right - left;
        if gap.is_observed() {
            self.observed(name, gap, order == Order::Less, witness);
            return;
        }
        let judge = if order == Order::Less { judge::less } else { judge::at_most };
        match judge(left, right) {
            Judgement::Verified(_) => {
                self.decided(Decider::Kernel);
                self.tightest(gap.lower().max(0.0), witness);
            }
            Judgement::Refuted(counterexample) => {
                self.worst = Some(gap.upper().min(self.worst.unwrap_or(f64::INFINITY)));
                let refutation = Refutation::Kernel { name, counterexample };
                match stake {
                    Stake::Statement => self.refuted(refutation, witness),
                    Stake::Requirement => {
                        self.unsettled(Outcome::Violated, format!("needed, but {refutation}"))
                    }
                }
            }
            Judgement::Undecided(reason) => self.undecided(format!("{name}: {reason}")),
        }
    }

    /// An observed number decides nothing for the kernel; the pessimistic end of the gap is the slack.
    fn observed(
        &mut self,
        name: &'static str,
        gap: Interval,
        strict: bool,
        witness: impl FnOnce() -> String,
    ) {
        let fits = |slack: f64| if strict { slack > 0.0 } else { slack >= 0.0 };
        if fits(gap.lower()) || !fits(gap.upper()) {
            self.float(gap.lower(), witness);
            if !fits(gap.upper()) {
                self.trouble(Outcome::Violated, format!("{name}: the sides are {:e} apart", gap.upper()));
            }
        } else {
            self.undecided(format!("{name}: the sides overlap by {:e}", -gap.lower()));
        }
    }

    // Exact arithmetic: the harness compares.

    /// Counts one instance of `left = right`, of exact values.
    pub fn equal<T: Exact + ?Sized>(
        &mut self,
        name: &'static str,
        left: &T,
        right: &T,
        witness: impl FnOnce() -> String,
    ) {
        self.exactly(name, left == right, Stake::Statement, witness);
    }

    /// Counts one instance of `left != right`, of exact values.
    pub fn different<T: Exact + ?Sized>(
        &mut self,
        name: &'static str,
        left: &T,
        right: &T,
        witness: impl FnOnce() -> String,
    ) {
        self.exactly(name, left != right, Stake::Statement, witness);
    }

    /// Counts one instance of `left <= right`, of exact values.
    pub fn not_above<T: Exact + PartialOrd + ?Sized>(
        &mut self,
        name: &'static str,
        left: &T,
        right: &T,
        witness: impl FnOnce() -> String,
    ) {
        self.exactly(name, left <= right, Stake::Statement, witness);
    }

    /// Counts one instance of `left < right`, of exact values.
    pub fn below<T: Exact + PartialOrd + ?Sized>(
        &mut self,
        name: &'static str,
        left: &T,
        right: &T,
        witness: impl FnOnce() -> String,
    ) {
        self.exactly(name, left < right, Stake::Statement, witness);
    }

    /// Counts `left = right`, of exact values, as something that the examination itself needs.
    pub fn required_equal<T: Exact + ?Sized>(
        &mut self,
        name: &'static str,
        left: &T,
        right: &T,
        witness: impl FnOnce() -> String,
    ) {
        self.exactly(name, left == right, Stake::Requirement, witness);
    }

    fn exactly(&mut self, name: &'static str, holds: bool, stake: Stake, witness: impl FnOnce() -> String) {
        if holds {
            self.decided(Decider::Exact);
        } else if stake == Stake::Statement {
            self.refuted(Refutation::Exact { name }, witness);
        } else {
            let witness = witness();
            self.unsettled(Outcome::Violated, format!("needed, but {name}: false of {witness}"));
        }
    }

    // Floating point and statistics.

    /// Counts one instance decided in floating point, by its slack: negative or NaN is a violation.
    pub fn float(&mut self, slack: f64, witness: impl FnOnce() -> String) {
        self.measured(Decider::Float, slack, witness);
    }

    /// Counts one instance decided in floating point, by a slack that has the tolerance in it already.
    pub fn float_within(&mut self, slack: f64, tolerance: Tolerance, witness: impl FnOnce() -> String) {
        self.float(slack, witness);
        self.tolerate(tolerance, self.tally);
    }

    /// Counts one test or confidence interval, by the distance from its critical value.
    pub fn tested(&mut self, test: Test, slack: f64, witness: impl FnOnce() -> String) {
        self.test = Some(self.test.map_or(test, |known| known.weaker(test)));
        self.measured(Decider::Statistical, slack, witness);
    }

    fn measured(&mut self, decider: Decider, slack: f64, witness: impl FnOnce() -> String) {
        self.decided(decider);
        if slack < 0.0 || slack.is_nan() {
            self.trouble(Outcome::Violated, format!("slack {slack} {}", self.unit));
        }
        self.tightest(slack, witness);
    }

    fn refuted(&mut self, refutation: Refutation, witness: impl FnOnce() -> String) {
        self.decided(match refutation {
            Refutation::Kernel { .. } => Decider::Kernel,
            Refutation::Exact { .. } => Decider::Exact,
        });
        if self.refutation.is_none() {
            let witness = shortened(witness());
            self.trouble(Outcome::Refuted, format!("{refutation}; {witness}"));
            self.refutation = Some(refutation);
            self.witness = Some(witness);
        }
    }

    /// Notes a tolerance; what the kernel decided since `before` counts as floating point if it is wide.
    fn tolerate(&mut self, tolerance: Tolerance, before: Tally) {
        if tolerance.is_wide() {
            let judged = self.tally.kernel - before.kernel;
            self.tally.kernel -= judged;
            self.tally.float += judged;
        }
        let tolerated = Tolerated::from(tolerance);
        self.tolerated = Some(match self.tolerated.take() {
            Some(known) => known.wider(tolerated),
            None => tolerated,
        });
    }
}
