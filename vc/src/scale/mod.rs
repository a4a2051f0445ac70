//! Scale-sensitive capacity: Rademacher complexity, covering numbers, sample sizes.

mod assignment;
mod covering;
mod pac;
mod rademacher;

pub use covering::{FarthestPoints, covering_bound, farthest_point_net, packing_bound};
pub use pac::{PacSimulation, clopper_pearson_upper, sample_size, simulate_worst_consistent, union_bound};
pub use rademacher::{RademacherBracket, SupBracket, rademacher_exact, rademacher_sampled, supremum};
