//! Differential tests of the rules against exact arithmetic, with certificates that are right or wrong by the smallest amount.
//!
//! A case is a statement that a rule is asked about: a certificate, a judgement, an enclosure against a number. It comes from its
//! rule and its own number alone, so that a case that fails is one that can be looked at again, and runs over different numbers add
//! up ([`case`]). Exact arithmetic says whether the statement is true; a rule that accepts it although it is false, or refutes it although it
//! is true, fails the test. At least half of the cases lie within 4 units in the last place of the decision.
//!
//! `PROPTEST_CASES` is the number of cases of each rule, `ORACLE_FIRST` the number of the first; `campaign`, beside the tests' folder,
//! runs many and keeps count.

#![expect(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "bounds are compared to the last bit, a test that cannot go on fails, and its numbers are no NaN"
)]
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "what was counted is printed with the time that it took, and pi is computed once"
)]

mod ball;
mod capacity;
mod case;
mod convolution;
mod cover;
mod distance;
mod draw;
mod forward;
mod functions;
mod judge;
mod lipschitz;
mod matrix;
mod norm;
mod number;
mod packing;
#[path = "../rules/random.rs"]
#[expect(dead_code, reason = "the tests of the rules use more of it")]
mod random;
mod regularised;
mod transport;
