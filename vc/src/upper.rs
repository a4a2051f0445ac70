//! Upper ends of the capacity of a box or a ball.

use lip1_kernel::capacity::{self, CapacityBound, Density};
use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, Refusal, Theorem};

use crate::bounds::{ball_by_moments, box_by_cells, few_points};
use crate::error::Error;
use crate::origin::{Origin, Outside};
use crate::query::Query;

/// An upper end with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Upper {
    /// The number of points that cannot be exceeded; infinite when every bound overflows.
    pub value: f64,
    /// The name of the bound, with its source where it is an external theorem.
    pub by: String,
    /// What proves it: a closed form of the kernel, or an elementary or cited bound in exact integers.
    pub origin: Origin,
}

const RANKIN: &str = "R. A. Rankin, The closest packing of spherical caps in n dimensions (1955)";
const FEW_POINTS: &str = "Schaer, Meir, Graham, Wengerodt and Kirchner for the square, Schaer for the cube, Bateman, Erdős, Pirl and \
                          Fodor for the disc";

/// Steiner's formula costs n² interval operations.
const LARGEST_STEINER_DIM: usize = 1024;

/// The smallest of all bounds that apply.
pub(crate) fn upper(query: Query) -> Result<Upper, Error> {
    let scale = query.scale()?;
    let (domain, dim, ratio) = (query.domain(), query.dim(), query.ratio());
    let mut found: Vec<Upper> = Vec::new();
    if let Ok(line) = capacity::line_exact(scale) {
        found.extend(enclosed(line, "line, exact"));
    }
    if domain == Domain::Ball || dim <= LARGEST_STEINER_DIM {
        found.extend(enclosed(capacity::volume_upper(scale), "volume"));
    }
    let closed: [(Result<Theorem<CapacityBound>, Refusal>, String); 3] = [
        (capacity::corrected_upper(scale), "corrected volume".to_owned()),
        (capacity::oler_upper(scale), "Oler 1961".to_owned()),
        tiling(scale),
    ];
    found.extend(closed.into_iter().filter_map(|(bound, by)| enclosed(bound.ok()?, &by)));
    let (count, by, origin) = match domain {
        Domain::Box => (box_by_cells(dim, ratio), "moments in cells", Outside::Elementary),
        Domain::Ball => (ball_by_moments(dim, ratio), "Rankin 1955", Outside::Cited { source: RANKIN }),
    };
    found.extend(count.map(|count| counted(count, by, origin)));
    let optimum = Outside::Cited { source: FEW_POINTS };
    found.extend(few_points(domain, dim, ratio).map(|count| counted(count, "few points", optimum)));
    let by = "no bound within the range of f64".to_owned();
    let none = Upper { value: f64::INFINITY, by, origin: Origin::Nothing };
    Ok(found.into_iter().fold(none, |best, next| {
        let better =
            next.value < best.value || next.value <= best.value && next.origin.rank() > best.origin.rank();
        if better { next } else { best }
    }))
}

fn tiling(scale: capacity::Scale) -> (Result<Theorem<CapacityBound>, Refusal>, String) {
    let density = Density::proved(scale.dim());
    (capacity::tiling_upper(scale, density), format!("tiling with the density bound of {}", density.source))
}

/// A closed form of the kernel, if it bounds from above; a cardinality is at most its value rounded down.
fn enclosed(bound: Theorem<CapacityBound>, by: &str) -> Option<Upper> {
    let value = bound.upper_bound().map(Interval::upper)?.floor();
    Some(Upper { value, by: by.to_owned(), origin: Origin::Formula(bound) })
}

fn counted(count: u128, by: &str, origin: Outside) -> Upper {
    let value = if count <= 1 << 53 { count as f64 } else { (count as f64).next_up() };
    Upper { value, by: by.to_owned(), origin: Origin::Outside(origin) }
}
