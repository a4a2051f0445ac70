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

fn check_passes(claim: &Claim, name: &'static str) {
    let check = claim.checks.iter().find(|check| check.name == name).unwrap();
    let evidence = (check.run)(&context(claim, name)).unwrap();
    let refutation_expected = matches!(claim.expected, Verdict::Refuted | Verdict::HoldsCorrected);
    let passes = match evidence.outcome() {
        Outcome::Holds => true,
        Outcome::Undecided => !check.essential,
        Outcome::Refuted => refutation_expected && check.about == lip1_checks::About::Transcribed,
        Outcome::Violated => false,
    };
    assert!(passes, "{:?}: {:?}, witness {:?}", evidence.outcome(), evidence.reason(), evidence.witness());
}

fn control_rejects(claim: &Claim, name: &'static str) {
    let control = claim.controls.iter().find(|control| control.name == name).unwrap();
    let rejection = (control.run)(&context(claim, name)).unwrap();
    assert!(rejection.rejected(), "{}", rejection.reason());
}

#[test]
fn where_a_refutation_is_expected_a_transcribed_check_is_refuted() {
    for claim in
        CLAIMS.iter().filter(|claim| matches!(claim.expected, Verdict::Refuted | Verdict::HoldsCorrected))
    {
        let mut transcribed =
            claim.checks.iter().filter(|check| check.about == lip1_checks::About::Transcribed);
        let refuted = transcribed
            .any(|check| (check.run)(&context(claim, check.name)).unwrap().outcome() == Outcome::Refuted);
        assert!(refuted, "{}", claim.id);
    }
}

#[test]
fn every_claim_has_a_module_that_tests_each_of_its_checks_and_controls() {
    let registered: Vec<_> = CLAIMS
        .iter()
        .map(|claim| {
            let checks = claim.checks.iter().map(|check| check.name).collect::<Vec<_>>();
            let controls = claim.controls.iter().map(|control| control.name).collect::<Vec<_>>();
            (claim.id.to_lowercase(), checks, controls)
        })
        .collect();
    let tested: Vec<_> = TESTED
        .iter()
        .map(|tested| (tested.module.to_owned(), tested.checks.to_vec(), tested.controls.to_vec()))
        .collect();
    assert_eq!(registered, tested);
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
