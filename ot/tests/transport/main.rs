//! Solvers against each other, against exact optima, and against naive oracles.

#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a failed step of preparation fails the test, and the zero meant is exact"
)]

mod agreement;
mod boxes;
mod exact;
mod face;
mod regularised;
