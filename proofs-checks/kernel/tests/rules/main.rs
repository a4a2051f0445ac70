//! The rules of the kernel, each given every kind of wrong certificate and the exact ties it must accept.
//!
//! Oracles are integers: fractions of `i128`, fixed-point series, and problems whose answers are dyadic.

mod norm;
mod random;
