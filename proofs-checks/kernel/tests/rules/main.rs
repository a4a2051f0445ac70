//! The rules of the kernel, each given every kind of wrong certificate and the exact ties it must accept.
//!
//! The oracle is arithmetic on whole numbers: [`exact`] never rounds, and instances have answers that are known exactly.

#![expect(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "bounds are compared to the last bit, a test that cannot go on fails, and its numbers are no NaN"
)]

mod boxes;
mod capacity;
mod certificate;
mod construction;
mod conv;
mod conv_matrices;
mod counting;
mod cover;
mod deployed;
mod deployments;
mod distance;
mod emulated;
mod exact;
mod forward;
mod interval;
mod judge;
mod lipschitz;
mod net;
mod network;
mod norm;
mod optimal;
mod optimal_forged;
mod packing;
mod random;
mod range;
mod regularised;
mod theorem;
mod ties;
mod transport;
