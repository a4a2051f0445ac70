//! What can 1-Lipschitz classifiers shatter? Brackets with their reasons.
//!
//! C^m(X) are the classifiers on X that are +1 where f >= m, -1 where f <= -m and undecided between, f 1-Lipschitz. A set
//! is shattered by C^m iff its points are pairwise at distance at least 2m (McShane and Whitney), so the VC dimension is the
//! 2m-packing number of X.
//!
//! | to answer this | use that |
//! |---|---|
//! | VC dimension on a box or a ball | [`capacity`]: a bracket of the kernel, both ends named, the lower with points |
//! | VC dimension on a finite set | [`packing_number`]: a bracket, the points, and clique covers as proof |
//! | where is the paper's lower bound false? | [`refute`] |
//! | is a finite set shattered? | [`lip1_kernel::shatter::shattered`], [`shattered_by_lp`], [`shattered_by_differences`] |
//! | which function realises a labelling? | [`witness`] |
//! | how many affine pieces has a network? | [`pieces_on_line`], [`pieces_in_plane`], [`pieces_on_segment`] |
//! | what can an architecture shatter? | [`network_capacity`], [`line_vc_dimension`], [`shattering_network`], [`shattered_in_plane`], [`one_layer_bound`], [`growth_bound`] |
//! | fat-shattering dimension at scale g | the same packing numbers, with margin g |
//! | Rademacher complexity of bounded 1-Lipschitz functions | [`rademacher_exact`], [`rademacher_sampled`], [`covering_bound`], [`packing_bound`] |
//! | how many samples suffice? | [`sample_size`], [`union_bound`], [`simulate_worst_consistent`] |
//!
//! This crate searches; `lip1-kernel` judges. Sizes and margins enter as decimal strings and stay exact ([`Ratio`]).
//!
//! What signatures take and return of the kernel is named here too, as [`Points`], [`Domain`], [`Net`], [`Interval`] and [`Theorem`].

mod architecture;
mod capacity;
mod end;
mod error;
#[doc(hidden)]
pub mod finite;
mod lower;
mod packing;
mod pieces;
mod query;
mod ratio;
mod refutation;
mod scale;
mod shatter;
mod upper;

pub use architecture::{
    Activation, HiddenLayer, NetworkCapacity, PlaneLimits, Realised, bartlett_bound, growth_bound,
    hidden_layers, line_vc_dimension, network_capacity, one_layer_bound, paper_network_bound, pieces_bound,
    shattered_in_plane, shattering_network,
};
pub use capacity::{Capacity, capacity};
pub use error::Error;
pub use finite::{FinitePacking, Limits, PartProof, Stage, UpperBy, packing_number, packing_number_watched};
// What the signatures here take and return of the kernel.
pub use lip1_kernel::capacity::{CapacityBound, CapacityBracket, Density};
pub use lip1_kernel::cover::{Cover, CoverBound};
pub use lip1_kernel::lipschitz::LipschitzValues;
pub use lip1_kernel::net::Net;
pub use lip1_kernel::packing::{Domain, IntegerPoints, PackingBound};
pub use lip1_kernel::{Counterexample, Interval, Judgement, Points, Refusal, Theorem};
pub use lower::Search;
pub use pieces::{Pieces, pieces_in_plane, pieces_on_line, pieces_on_segment};
pub use query::Query;
pub use ratio::Ratio;
pub use refutation::{Refutation, Route, refute};
pub use scale::{
    FarthestPoints, PacSimulation, RademacherBracket, SupBracket, clopper_pearson_upper, covering_bound,
    farthest_point_net, packing_bound, rademacher_exact, rademacher_sampled, sample_size,
    simulate_worst_consistent, supremum, union_bound,
};
pub use shatter::{
    Label, Labelling, LpShattering, labelling_margin, labellings, largest_margin, margin_of_labelling,
    realise, shattered_by_differences, shattered_by_lp, witness,
};
