//! One test a check and a control of every registered claim: `cargo test t3::` runs claim T3.
//!
//! The seed is that of `lip1 verify` without `--seed`, the budget the quick one; `PROPTEST_CASES` is honoured.

use libtest_mimic::{Arguments, Failed, Trial};
use lip1_claims::CLAIMS;
use lip1_harness::{Budget, Check, Claim, Context, Control, Outcome, Rejection};

const SEED: u64 = 0;

fn main() {
    libtest_mimic::run(&Arguments::from_args(), CLAIMS.iter().flat_map(|claim| trials(claim)).collect())
        .exit();
}

fn trials(claim: &'static Claim) -> impl Iterator<Item = Trial> {
    let named = |name: &str| format!("{}::{name}", claim.id.to_lowercase());
    let checks =
        claim.checks.iter().map(move |check| Trial::test(named(check.name), || check_passes(claim, check)));
    let controls = claim
        .controls
        .iter()
        .map(move |control| Trial::test(named(control.name), || control_rejects(claim, control)));
    checks.chain(controls)
}

fn context(claim: &Claim, name: &'static str) -> Result<Context, Failed> {
    let cases = match std::env::var("PROPTEST_CASES") {
        Ok(cases) => Some(cases.parse().map_err(|error| format!("PROPTEST_CASES={cases}: {error}"))?),
        Err(_) => None,
    };
    Ok(Context::new(SEED, Budget::Quick, claim.id, name, cases))
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
