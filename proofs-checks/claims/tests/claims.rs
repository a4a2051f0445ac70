//! One module a claim, one test a check and a control: `cargo test t3::` runs claim T3.

#![expect(clippy::unwrap_used, reason = "a test's failure is a panic")]

use lip1_checks::{Budget, Claim, Context, Outcome, Verdict, claims::CLAIMS};

/// Declares the modules and collects the names that they test.
macro_rules! claim_modules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        const TESTED: &[Tested] = &[$($module::TESTED),*];
    };
}

/// One test a name; `TESTED` is compared with the registry.
macro_rules! claim_tests {
    ($module:ident: checks [$($check:ident),* $(,)?], controls [$($control:ident),* $(,)?]) => {
        pub(crate) const TESTED: crate::Tested = crate::Tested {
            module: stringify!($module),
            checks: &[$(stringify!($check)),*],
            controls: &[$(stringify!($control)),*],
        };
        $(#[test] fn $check() { crate::check_passes(&lip1_checks::claims::$module::CLAIM, stringify!($check)); })*
        $(#[test] fn $control() {
            crate::control_rejects(&lip1_checks::claims::$module::CLAIM, stringify!($control));
        })*
    };
}
pub(crate) use claim_tests;

claim_modules!(
    m0, n1, n2, n3, n4, n5, n6, n7, x1, x2, x3, x4, x5, l1, l1a, l2, l3, l4, l5, l6, l7, t1, t2, t3, t4, t5,
    t6, t7, t8, t9, r1, r2, r3, r4, r5, r6, g1, g2, g3, g4, v1, v2, v3, v4, v5, v6, v7
);

/// The names that a module of this test covers.
#[derive(Debug)]
struct Tested {
    module: &'static str,
    checks: &'static [&'static str],
    controls: &'static [&'static str],
}

/// The seed of `lip1 verify` without `--seed`.
const SEED: u64 = 0;

fn context(claim: &Claim, name: &'static str) -> Context {
    let cases = std::env::var("PROPTEST_CASES").ok().map(|cases| cases.parse().unwrap());
    Context::new(SEED, Budget::Quick, claim.id, name, cases)
}

/// A check passes if it holds, or if it refutes a sentence that has a correction. (Whether that is what was expected, and
/// whether the correction holds, is for the verdict.)
fn check_passes(claim: &Claim, check: &Check) -> Result<(), Failed> {
    let finding = (check.run)(&context(claim, check.name)?)?;
    let passes = match finding.outcome() {
        Outcome::Holds => true,
        Outcome::Undecided => !check.essential,
        Outcome::Refuted => claim.correction_of(check.about).is_some(),
        Outcome::Violated => false,
    };
    if passes {
        return Ok(());
    }
    let reason = finding.reason().unwrap_or_default();
    let witness = finding.witness().unwrap_or("none");
    Err(format!("{}: {reason}, witness {witness}", finding.outcome().name()).into())
}

fn control_rejects(claim: &Claim, control: &Control) -> Result<(), Failed> {
    let rejection = Rejection::of(&(control.run)(&context(claim, control.name)?)?);
    if rejection.rejected() { Ok(()) } else { Err(rejection.reason().into()) }
}
