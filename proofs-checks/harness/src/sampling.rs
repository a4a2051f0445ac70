//! Property-based sampling over proptest's strategies, with a seed of our own and a shrunk witness.

use std::fmt::Debug;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::{CheckError, Context, Finding};

/// Most steps spent on making a violating case smaller.
const SHRINK_STEPS: u32 = 4_096;

impl Context {
    /// Examines `cases` draws of a strategy and keeps the tightest; stops at the first violation (negative or
    /// NaN slack) and shrinks it.
    ///
    /// `stream` separates several calls in one check. Take `cases` from [`Context::cases`], so that the budget
    /// and `PROPTEST_CASES` are honoured.
    ///
    /// # Errors
    /// When the strategy rejects too many draws, or `slack` fails.
    pub fn sampled<S: Strategy>(
        &self,
        stream: &str,
        unit: &'static str,
        strategy: &S,
        cases: u32,
        mut slack: impl FnMut(&S::Value) -> Result<f64, CheckError>,
    ) -> Result<Finding, CheckError>
    where
        S::Value: Debug,
    {
        let mut finding = Finding::new(unit);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &self.digest(stream));
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, rng);
        for _ in 0..cases {
            let mut tree = strategy
                .new_tree(&mut runner)
                .map_err(|reason| CheckError::Instance(format!("strategy {stream}: {reason}")))?;
            let case = tree.current();
            let found = slack(&case)?;
            if found >= 0.0 {
                finding.case(found, || format!("{case:?}"));
                continue;
            }
            let (found, case) = shrunk(&mut tree, found, &mut slack)?;
            finding.case(found, || format!("{case:?}"));
            break;
        }
        Ok(finding)
    }
}

/// The smallest violating case that proptest's shrinking reaches, with its slack.
fn shrunk<T: ValueTree>(
    tree: &mut T,
    slack: f64,
    examine: &mut impl FnMut(&T::Value) -> Result<f64, CheckError>,
) -> Result<(f64, T::Value), CheckError> {
    let mut smallest = (slack, tree.current());
    let mut moved = tree.simplify();
    for _ in 0..SHRINK_STEPS {
        if !moved {
            break;
        }
        let case = tree.current();
        let slack = examine(&case)?;
        moved = if slack >= 0.0 {
            tree.complicate()
        } else {
            smallest = (slack, case);
            tree.simplify()
        };
    }
    Ok(smallest)
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy;

    use crate::{Budget, Context, Outcome};

    fn context(name: &'static str) -> Context {
        Context::new(1, Budget::Quick, "X0", name, None)
    }

    #[test]
    fn draws_follow_from_seed_claim_name_and_stream() {
        let draws = |ctx: &Context, stream: &str| {
            let mut draws = Vec::new();
            ctx.sampled(stream, "units", &(0..u64::MAX), 5, |x| {
                draws.push(*x);
                Ok(1.0)
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
    fn every_case_is_counted_and_the_tightest_is_kept() {
        let finding = context("a").sampled("s", "units", &(1..100_u32), 200, |x| Ok(f64::from(*x))).unwrap();
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Holds, 200));
        let worst = finding.worst_slack().unwrap().value;
        assert_eq!(finding.witness(), Some(format!("{worst}").as_str()));
    }

    #[test]
    fn a_violation_is_shrunk_to_the_smallest() {
        let finding = context("a")
            .sampled("s", "units", &(0..1_000_000_u32), 1_000, |x| Ok(if *x < 777 { 1.0 } else { -1.0 }))
            .unwrap();
        assert_eq!((finding.outcome(), finding.witness()), (Outcome::Violated, Some("777")));
    }

    #[test]
    fn nan_is_a_violation() {
        let finding = context("a").sampled("s", "units", &(0..10_u32), 10, |_| Ok(f64::NAN)).unwrap();
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Violated, 1));
    }

    #[test]
    fn a_strategy_that_rejects_everything_is_an_error() {
        let nothing = (0..10_u32).prop_filter("none", |_| false);
        assert!(context("a").sampled("s", "units", &nothing, 10, |_| Ok(1.0)).is_err());
    }
}
