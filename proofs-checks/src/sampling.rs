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
