//! Property-based sampling over proptest's strategies, with a seed of our own and a shrunk witness.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::{CheckError, Context, Finding, Outcome};

/// Most steps spent on making a violating case smaller.
const SHRINK_STEPS: u32 = 4_096;

/// Draws that share proptest's allowance of rejected ones.
const DRAWS_AN_ALLOWANCE: u32 = 256;

impl Context {
    /// Examines `cases` draws of a strategy and adds up what each of them shows; stops at the first that is violated or
    /// refuted, and shrinks it.
    ///
    /// A counterexample found here refutes, an undecided draw leaves the whole undecided. `stream` separates several calls
    /// in one check. Take `cases` from [`Context::cases`], so that the budget and `PROPTEST_CASES` are honoured.
    ///
    /// # Errors
    /// When the strategy rejects too many draws, or `examine` fails.
    pub fn sampled<S: Strategy>(
        &self,
        stream: &str,
        unit: &'static str,
        strategy: &S,
        cases: u32,
        mut examine: impl FnMut(&S::Value) -> Result<Finding, CheckError>,
    ) -> Result<Finding, CheckError> {
        let mut finding = Finding::new(unit);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &self.digest(stream));
        let config = Config { failure_persistence: None, ..Config::default() };
        // The allowance is for all draws of a runner: more draws, more of it.
        let max_local_rejects =
            config.max_local_rejects.saturating_mul(cases.div_ceil(DRAWS_AN_ALLOWANCE).max(1));
        let config = Config { max_local_rejects, ..config };
        let mut runner = TestRunner::new_with_rng(config, rng);
        for _ in 0..cases {
            let mut tree = strategy
                .new_tree(&mut runner)
                .map_err(|reason| CheckError::Instance(format!("strategy {stream}: {reason}")))?;
            let found = examine(&tree.current())?;
            let fails = found.outcome() >= Outcome::Violated;
            finding.merge(if fails { shrunk(&mut tree, found, &mut examine)? } else { found });
            if fails {
                break;
            }
        }
        Ok(finding)
    }
}

/// What the smallest failing draw shows that proptest's shrinking reaches; never less grave than the first.
fn shrunk<T: ValueTree>(
    tree: &mut T,
    first: Finding,
    examine: &mut impl FnMut(&T::Value) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let gravity = first.outcome();
    let mut smallest = first;
    let mut moved = tree.simplify();
    for _ in 0..SHRINK_STEPS {
        if !moved {
            break;
        }
        let found = examine(&tree.current())?;
        moved = if found.outcome() < gravity {
            tree.complicate()
        } else {
            smallest = found;
            tree.simplify()
        };
    }
    Ok(smallest)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lip1_kernel::Interval;
    use proptest::strategy::Strategy;

    use crate::{Budget, Context, Finding, Outcome, Rejection};

    fn context(name: &'static str) -> Context {
        Context::new(1, Budget::Quick, "X0", name, None)
    }

    /// A number below `limit` in floating point.
    fn below(limit: u32) -> impl Fn(&u32) -> Result<Finding, crate::CheckError> {
        move |x| {
            let mut finding = Finding::new("units");
            finding.float(f64::from(limit) - f64::from(*x), || x.to_string());
            Ok(finding)
        }
    }

    #[test]
    fn draws_follow_from_seed_claim_name_and_stream() {
        let draws = |ctx: &Context, stream: &str| {
            let mut draws = Vec::new();
            ctx.sampled(stream, "units", &(0..u32::MAX), 5, |x| {
                draws.push(*x);
                below(u32::MAX)(x)
            })
            .map(|_| draws)
            .unwrap()
        };
        let first = draws(&context("a"), "s");
        assert_eq!(first, draws(&context("a"), "s"));
        assert_ne!(first, draws(&context("b"), "s"));
        assert_ne!(first, draws(&context("a"), "t"));
    }

    #[test]
    fn every_draw_is_another_and_each_is_counted() {
        let mut seen = BTreeSet::new();
        let finding = context("a").sampled("s", "units", &(0..u32::MAX), 200, |x| {
            seen.insert(*x);
            below(u32::MAX)(x)
        });
        let finding = finding.unwrap();
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Holds, 200));
        // Two of 200 draws from 2^32 are the same with a probability of 5e-6.
        assert_eq!(seen.len(), 200);
    }

    #[test]
    fn a_violation_is_shrunk_to_the_smallest() {
        let finding = context("a").sampled("s", "units", &(0..1_000_000_u32), 1_000, below(776)).unwrap();
        assert_eq!((finding.outcome(), finding.witness()), (Outcome::Violated, Some("777")));
    }

    #[test]
    fn the_smallest_violation_forgives_nothing() {
        let finding = context("a").sampled("s", "units", &(0..10_u32), 10, |_| {
            let mut finding = Finding::new("units");
            finding.float(-f64::MIN_POSITIVE, String::new);
            Ok(finding)
        });
        assert_eq!(finding.unwrap().outcome(), Outcome::Violated);
    }

    #[test]
    fn a_counterexample_among_the_draws_refutes() {
        let finding = context("a").sampled("s", "units", &(0..1_000_u32), 100, |x| {
            let mut finding = Finding::new("units");
            finding.at_most("x <= 10", Interval::integer(u128::from(*x)), Interval::integer(10), || {
                x.to_string()
            });
            Ok(finding)
        });
        let finding = finding.unwrap();
        assert_eq!((finding.outcome(), finding.witness()), (Outcome::Refuted, Some("11")));
    }

    #[test]
    fn an_undecided_draw_is_neither_a_pass_nor_a_rejection() {
        let finding = context("a").sampled("s", "units", &(0..10_u32), 50, |x| {
            let mut finding = Finding::new("units");
            if *x == 3 {
                finding.undecided("three");
            } else {
                finding.float(1.0, String::new);
            }
            Ok(finding)
        });
        let finding = finding.unwrap();
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Undecided, 50));
        assert!(!Rejection::of(&finding).rejected());
    }

    #[test]
    fn many_draws_of_a_strategy_that_rejects_most_are_no_error() {
        let few = (0..200_u32).prop_filter("one in a hundred", |value| value % 100 == 0);
        assert_eq!(context("a").sampled("s", "units", &few, 2_000, below(1_000)).unwrap().cases(), 2_000);
    }

    #[test]
    fn a_strategy_that_rejects_everything_is_an_error() {
        let nothing = (0..10_u32).prop_filter("none", |_| false);
        assert!(context("a").sampled("s", "units", &nothing, 10, below(10)).is_err());
    }
}
