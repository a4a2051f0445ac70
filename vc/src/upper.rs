//! Upper ends of the capacity of a box or a ball.

use lip1_kernel::capacity::{self, Density};
use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, Refusal};

use crate::bounds::{ball_by_moments, box_by_cells, few_points};
use crate::error::Error;
use crate::query::Query;

/// An upper end with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Upper {
    /// The number of points that cannot be exceeded; infinite when every bound overflows.
    pub value: f64,
    /// The name of the bound, with its source where it is an external theorem.
    pub by: String,
    /// Whether it is one of the kernel's closed forms; else integer arithmetic here, on a cited or elementary bound.
    pub by_kernel: bool,
}

/// Steiner's formula costs n² interval operations.
const LARGEST_STEINER_DIM: usize = 1024;

/// The smallest of all bounds that apply.
pub(crate) fn upper(query: Query) -> Result<Upper, Error> {
    let scale = query.scale()?;
    let (domain, dim, ratio) = (query.domain(), query.dim(), query.ratio());
    let mut found: Vec<Upper> = Vec::new();
    if let Ok(line) = capacity::line_exact(scale) {
        found.push(enclosed(Interval::integer(line), "line, exact"));
    }
    if domain == Domain::Ball || dim <= LARGEST_STEINER_DIM {
        found.push(enclosed(capacity::volume_upper(scale), "volume"));
    }
    let closed: [(Result<Interval, Refusal>, String); 3] = [
        (capacity::corrected_upper(scale), "corrected volume".to_owned()),
        (capacity::oler_upper(scale), "Oler 1961".to_owned()),
        tiling(scale),
    ];
    found.extend(closed.into_iter().filter_map(|(bound, by)| bound.ok().map(|bound| enclosed(bound, &by))));
    let elementary = match domain {
        Domain::Box => (box_by_cells(dim, ratio), "moments in cells"),
        Domain::Ball => (ball_by_moments(dim, ratio), "Rankin 1955"),
    };
    found.extend(elementary.0.map(|bound| counted(bound, elementary.1)));
    found.extend(few_points(domain, dim, ratio).map(|bound| counted(bound, "few points")));
    let none =
        Upper { value: f64::INFINITY, by: "no bound within the range of f64".to_owned(), by_kernel: true };
    Ok(found.into_iter().fold(none, |best, next| {
        let better = next.value < best.value || next.value <= best.value && next.by_kernel && !best.by_kernel;
        if better { next } else { best }
    }))
}

fn tiling(scale: capacity::Scale) -> (Result<Interval, Refusal>, String) {
    let density = Density::proved(scale.dim());
    (capacity::tiling_upper(scale, density), format!("tiling with the density bound of {}", density.source))
}

fn enclosed(bound: Interval, by: &str) -> Upper {
    Upper { value: bound.upper().floor(), by: by.to_owned(), by_kernel: true }
}
fn counted(bound: u128, by: &str) -> Upper {
    let value = if bound <= 1 << 53 { bound as f64 } else { (bound as f64).next_up() };
    Upper { value, by: by.to_owned(), by_kernel: false }
}
