//! The rules of the kernel, each given every kind of wrong certificate and the exact ties it must accept.
//!
//! The oracle is arithmetic on whole numbers: [`exact`] never rounds, and instances have answers that are known exactly.

mod cover;
mod distance;
mod exact;
mod interval;
mod judge;
mod lipschitz;
mod norm;
mod packing;
mod random;
mod transport;
