//! Shattering of finite sets by 1-Lipschitz functions: by distances, by linear programs, by difference constraints.

mod by_distance;
mod by_lp;
mod differences;
mod labels;

pub use by_distance::{labelling_margin, largest_margin, witness};
pub use by_lp::{LpShattering, margin_of_labelling, shattered_by_lp};
pub use differences::{Labelling, realise, shattered_by_differences};
pub use labels::{Label, labellings};
