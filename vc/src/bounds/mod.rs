//! Upper ends: elementary counting, proved optima for few points, and the kernel's closed forms.

mod elementary;
mod few_points;

pub(crate) use elementary::{ball_by_moments, box_by_cells};
pub(crate) use few_points::few_points;
