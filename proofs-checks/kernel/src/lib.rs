//! The trusted checker of lip1: a certificate goes in, a theorem comes out.
//!
//! Everything that the project prints as `lower`, `upper`, `certified` or a radius is a value that one of the
//! rules in this crate returned. Producers (the other crates) search in fast floating point and hand over a
//! *certificate*; a rule verifies it in exact or outward-rounded arithmetic and only then builds a result.
//! Results come as a [`Theorem`], which nobody else can build and which says what it is about.
//!
//! The crate verifies only: no dependency, no unsafe code, no search, no clock, no randomness, no input or
//! output, one thread.
//!
//! | rule | certificate | result |
//! |---|---|---|
//! | [`judge::at_most`] | two enclosures | verified, refuted with a [`Counterexample`], or undecided; observed numbers decide nothing |
//! | [`transport::check`] | flows and potentials | a [`transport::Bracket`] around a Wasserstein distance |
//! | [`transport::check_in_boxes`] | the same, and a grouping of the points ([`boxes`]) | the same, sooner for many points in few dimensions |
//! | [`regularised::hkr`], [`regularised::bce`] | the same | a bracket around a regularised dual |
//! | [`optimal::slopes`], [`optimal::least_error`], [`optimal::least_value`] | a plan, a function and paths | what all optimal potentials have in common: differences, mass on the wrong side, linear functions |
//! | [`norm::spectral`], [`conv::norm`] | `mu` and a triangular factor; more for convolutions | a [`norm::NormBound`] of a dense layer or a convolution |
//! | [`norm::frobenius`], [`norm::largest_row`], [`norm::largest_row_sum`] | none | upper bounds on the norm of a matrix |
//! | [`norm::quotient`] | a vector | a lower bound on a norm |
//! | [`network::lipschitz`] | one of those a linear layer | a [`network::LipschitzNet`]: Lipschitz constants of a network |
//! | [`network::quotient`], [`network::bracket`] | two points | a lower bound on such a constant, and both ends |
//! | [`decision`] | a Lipschitz constant | a [`decision::Decision`]: a class and the radius within which it does not change |
//! | [`deployed::decide`] | the same | the same in floating point, by the rounding model of [`deployed::Format`] |
//! | [`forward::enclose`] | none | [`forward::Outputs`]: an interval for every output of a network at a point |
//! | [`lipschitz::values`] | values on a finite set | they extend to a Lipschitz function (McShane-Whitney) |
//! | [`packing::inside`], [`packing::separated`] | points | a lower end of a packing number |
//! | [`cover::packing_upper`] | cliques, in a tree of cases | an upper end of a packing number |
//! | [`shatter::shattered`] | points and a margin | every labelling is realised with that margin |
//! | [`capacity`] | none | a [`capacity::CapacityBound`]: the value of a closed form, and what it bounds |
//! | [`construction`] | blocks, a centre, points | the same: points of a lattice, a code, rows, that lie in a box or a ball |
//! | [`counting`] | a cut into cells, a number of points | the same: points that can't lie there |
//! | [`capacity::bracket`] | two of these | a [`capacity::CapacityBracket`]: both ends of a packing number |
//! | [`Certificate::check`] | any of those that files hold | a [`Claim`]: a number lies between two |
//!
//! | to do this | use that |
//! |---|---|
//! | say what a number is before computing with it | [`Interval::data`], [`Interval::constant`], [`Interval::observed`] |
//! | go on computing with what a theorem says | its `enclosure`, `lower_bound` or `upper_bound` |
//! | describe points, a network, a transport problem | [`Points`], [`net::Net`], [`transport::Problem`] |
//! | enclose a distance | [`distance::enclose`] |
//! | bound the work of a check | [`Limits`] |
//! | read and write certificates as text | the crate `lip1-certificates` |
//!
//! # How the arithmetic stays sound
//!
//! [`Interval`] rounds every operation outward with error-free transformations and keeps exact results
//! exact; it remembers whether an observed number took part in it. No NaN compares as anything, and integers do not wrap. Long loops use one rounding-error bound for the whole loop (a standard bound `n u / (1 - n u)` on a
//! sum of `n` terms, plus a term for underflow) instead of an interval an operation; each loop says which.
//! `ln` and `exp` are enclosed by their series, since the platform's are not correctly rounded.
//!
//! Some of these arguments are proved by machine: splitting and products, the remainders of quotients and roots, the low part of a
//! compensated sum, the upper end of a plain one, the fast bound of a distance, the quick test of a pair. They are the Gappa scripts in
//! `lemmas/` beside the sources, each of which says what it leaves to words; `ARCHITECTURE.md` says what is not checked so.

#![forbid(unsafe_code)]

// Error-free transformations need `f64` operations that round once, to `f64`.
#[cfg(all(target_arch = "x86", not(target_feature = "sse2")))]
compile_error!("the kernel's rounding errors are those of strict f64, which x87 does not compute");

mod accumulator;
mod certificate;
mod count;
mod counterexample;
mod density;
mod float;
mod format;
mod growth;
mod interval;
mod layer;
mod limits;
mod pairs;
mod points;
mod refusal;
mod region;
mod series;
mod sizes;
mod sum;
mod theorem;

pub mod boxes;
pub mod capacity;
pub mod construction;
pub mod conv;
pub mod counting;
pub mod cover;
pub mod decision;
pub mod deployed;
pub mod distance;
pub mod forward;
pub mod judge;
pub mod lipschitz;
pub mod net;
pub mod network;
pub mod norm;
pub mod optimal;
pub mod packing;
pub mod regularised;
pub mod shatter;
pub mod transport;

pub use certificate::{Certificate, Claim, Proof};
pub use counterexample::{Counterexample, Rule};
pub use interval::Interval;
pub use judge::{FalseInequality, Judgement};
pub use limits::Limits;
pub use points::Points;
pub use refusal::Refusal;
pub use theorem::Theorem;
