//! The registry: the claims of *The Many Faces of 1-Lipschitz Neural Networks*, one file a claim, in the order of the paper;
//! the paper's Table 1 ([`table_one`]), and which claims notice which faults ([`power`]).
//!
//! | to do this | use that |
//! |---|---|
//! | run claims | [`CLAIMS`], or one by [`find`], with [`lip1_harness::run`] |
//! | run one claim's checks and controls as tests | `cargo test t3::` |
//! | see what Table 1 rests on | [`table_one::ROWS`] |
//! | see which claims notice a fault | [`power::stored`] |
//! | compute that again | `proofs-checks/faults/run table` |
//!
//! To add claim `T3`:
//!
//! 1. Write `t3.rs` with `pub static CLAIM: Claim`, add `pub mod t3;` and `&t3::CLAIM` below. Its checks and controls are
//!    tests of this crate from then on: `cargo test t3::`.
//! 2. Its [`Sentence`](lip1_harness::Sentence)s say what is claimed and whose words they are; a check names the one that it
//!    decides.
//! 3. Write `fn examine(instance: &Instance) -> Result<Finding, CheckError>` once. It may assume nothing that a
//!    hypothesis promises: it has to notice when one is broken. A check passes sound instances to it, a control a broken
//!    one; what comes out of a control must be violated or refuted.
//! 4. A [`Finding`](lip1_harness::Finding) counts cases by who decides them: the kernel (`accepted`, `judged`, `disproved`,
//!    `at_most`, `less`), exact arithmetic (`equal`, `below`, `not_above`), floating point (`float`), a test (`tested`).
//!    How strong the evidence is follows from the counts; nobody writes it.
//! 5. Numbers enter an enclosure as what they are: `Interval::data`, `constant`, or `observed` for what floating point
//!    computed, which makes the case floating point. A tolerance is a function of the instance, with its reason.
//! 6. A finite set is gone through by `Finding::enumerating`, an argument for all instances by `Finding::reducing`.
//! 7. Randomness: `ctx.sampled(stream, unit, &strategy, ctx.cases(64, 1_000, 100_000), |case| examine(case))` shrinks the
//!    first violation; `ctx.generator(stream)` and `ctx.seed(stream)` for anything else. Sizes come from
//!    `ctx.count(quick, standard, deep)`. No clock, no thread, no file, no printing.
//! 8. `expected` is what you believe. The verdict is computed without it.
//!
//! `l3.rs` and `m0.rs` are short models.

use lip1_harness::Claim;

mod drawn;
pub mod g1;
pub mod g2;
pub mod g3;
pub mod g4;
pub mod g5;
pub mod l1;
pub mod l1a;
pub mod l2;
pub mod l3;
pub mod l4;
pub mod l5;
pub mod l6;
pub mod l7;
pub mod m0;
pub mod n1;
pub mod n2;
pub mod n3;
pub mod n4;
pub mod n5;
pub mod n6;
pub mod n7;
mod optimum;
mod picture;
pub mod power;
pub mod r1;
pub mod r2;
pub mod r3;
pub mod r4;
pub mod r5;
pub mod r6;
mod rounding;
pub mod t1;
pub mod t2;
pub mod t3;
pub mod t4;
pub mod t5;
pub mod t6;
pub mod t7;
pub mod t8;
pub mod t9;
pub mod table_one;
mod trained;
pub mod v1;
pub mod v2;
pub mod v3;
pub mod v4;
pub mod v5;
pub mod v6;
pub mod v7;
pub mod v8;
pub mod x1;
pub mod x2;
pub mod x3;
pub mod x4;
pub mod x5;

/// Every claim, in the order of the paper.
pub static CLAIMS: &[&Claim] = &[
    &m0::CLAIM,
    &n1::CLAIM,
    &n2::CLAIM,
    &n3::CLAIM,
    &n4::CLAIM,
    &n5::CLAIM,
    &n6::CLAIM,
    &n7::CLAIM,
    &x1::CLAIM,
    &x2::CLAIM,
    &x3::CLAIM,
    &x4::CLAIM,
    &x5::CLAIM,
    &l1::CLAIM,
    &l1a::CLAIM,
    &l2::CLAIM,
    &l3::CLAIM,
    &l4::CLAIM,
    &l5::CLAIM,
    &l6::CLAIM,
    &l7::CLAIM,
    &t1::CLAIM,
    &t2::CLAIM,
    &t3::CLAIM,
    &t4::CLAIM,
    &t5::CLAIM,
    &t6::CLAIM,
    &t7::CLAIM,
    &t8::CLAIM,
    &t9::CLAIM,
    &r1::CLAIM,
    &r2::CLAIM,
    &r3::CLAIM,
    &r4::CLAIM,
    &r5::CLAIM,
    &r6::CLAIM,
    &g1::CLAIM,
    &g2::CLAIM,
    &g3::CLAIM,
    &g4::CLAIM,
    &g5::CLAIM,
    &v1::CLAIM,
    &v2::CLAIM,
    &v3::CLAIM,
    &v4::CLAIM,
    &v5::CLAIM,
    &v6::CLAIM,
    &v7::CLAIM,
    &v8::CLAIM,
];

/// The claim of that id, in either case of letters.
pub fn find(id: &str) -> Option<&'static Claim> {
    CLAIMS.iter().copied().find(|claim| claim.id.eq_ignore_ascii_case(id))
}
