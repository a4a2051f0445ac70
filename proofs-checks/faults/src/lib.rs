//! Faults on purpose: mutated layers, losses, solvers and data, to measure which claims notice which.
//!
//! The place of a fault asks [`active`]. Without the feature `on` the answer is a constant, so a normal build holds no
//! trace of it; with it one fault a process can be switched on, and the places that were passed are remembered. The
//! kernel has no fault: it is what is relied on.

mod list;
#[cfg(feature = "on")]
mod switch;

pub use list::Fault;
#[cfg(feature = "on")]
pub use switch::{active, flip, flipped, reached, switch_on};

/// Whether the fault is switched on: never in this build.
#[cfg(not(feature = "on"))]
#[inline(always)]
#[must_use]
pub const fn active(_: Fault) -> bool {
    false
}

/// Whether a claim's inequality of that name is asked the other way round: never in this build.
#[cfg(not(feature = "on"))]
#[inline(always)]
#[must_use]
pub const fn flipped(_: &str) -> bool {
    false
}

/// The sound value, unless the fault is switched on.
#[inline(always)]
#[must_use]
pub fn unless<T>(fault: Fault, sound: T, faulty: T) -> T {
    if active(fault) { faulty } else { sound }
}
