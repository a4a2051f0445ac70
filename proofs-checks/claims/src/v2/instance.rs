//! A domain with its volume and its packing number, and the two inequalities between them.

use lip1_harness::{CheckError, Finding, Tolerance};
use lip1_kernel::capacity::{self, CapacityBound, Density, Scale};
use lip1_kernel::packing::{self, Domain};
use lip1_kernel::{Interval, Points, Theorem};

/// `size / margin` as a fraction.
pub(super) type Ratio = (u128, u128);

/// A domain X at a margin m.
pub(super) struct Instance {
    name: String,
    dim: u32,
    /// `vol(X) / vol(mB)`.
    volume: Interval,
    /// Encloses the VC dimension. Both ends are theorems of the kernel, none of them a bound under examination.
    count: Interval,
    /// The domain again, if the kernel has closed forms for it.
    scale: Option<Scale>,
}

impl Instance {
    /// A box or a ball, with a lower end of its packing number if there is one that is not under examination.
    pub(super) fn new(
        domain: Domain,
        dim: u32,
        ratio: Ratio,
        packing: Option<Theorem<CapacityBound>>,
    ) -> Result<Self, CheckError> {
        let scale = Scale::new(domain, dim, ratio.0, ratio.1)?;
        let mut lower = capacity::grid_lower(scale, points_per_axis(scale))?.enclosure();
        if let Some(packing) = packing {
            fits(scale, packing)?;
            lower = lower.max(packing.lower_bound().unwrap_or(Interval::ONE));
        }
        let mut upper = capacity::volume_upper(scale).enclosure();
        let tiling = capacity::tiling_upper(scale, Density::proved(dim));
        for bound in [capacity::oler_upper(scale), tiling].into_iter().flatten() {
            upper = upper.min(bound.enclosure());
        }
        if let Ok(exact) = capacity::line_exact(scale) {
            (lower, upper) = (exact.enclosure(), exact.enclosure());
        }
        Ok(Self {
            name: format!("{} in dimension {dim}, size/margin {}/{}", domain.name(), ratio.0, ratio.1),
            dim,
            volume: capacity::paper_lower(scale).enclosure(),
            count: lower.hull(upper),
            scale: Some(scale),
        })
    }

    /// A set of the plane that is not convex, at margin 1, of that volume in units of the disc's, with points in it that the
    /// kernel judges.
    pub(super) fn scattered(
        name: String,
        volume: Interval,
        places: Vec<[f64; 2]>,
    ) -> Result<Self, CheckError> {
        let points = Points::new(2, places.into_iter().flatten().collect())?;
        let mut count = Interval::ENTIRE;
        if let Some(separated) = packing::separated(&points, 2.0).verified() {
            count = count.max(Interval::integer(separated.points.len() as u128));
        }
        Ok(Self { name, dim: 2, volume, count, scale: None })
    }

    /// A disc of radius m with points far from it and from each other.
    pub(super) fn disc_with_isolated_points(isolated: u32) -> Result<Self, CheckError> {
        let diameter = [[-1.0, 0.0], [1.0, 0.0]];
        let far = (1..=isolated).map(|k| [100.0 * f64::from(k), 0.0]);
        let name = format!("disc of radius m and {isolated} isolated points");
        Self::scattered(name, Interval::ONE, diameter.into_iter().chain(far).collect())
    }
}

/// Points an axis of a square grid that fits (the kernel checks): in a ball, the cube inscribed.
fn points_per_axis(scale: Scale) -> u64 {
    let extent = match scale.domain() {
        Domain::Box => scale.ratio().lower() / 2.0,
        Domain::Ball => (scale.ratio() / Interval::integer(scale.dim().into()).sqrt()).lower(),
    };
    extent as u64 + 1
}

/// Refuses a packing of another domain; size and margin may be in another unit.
fn fits(scale: Scale, packing: Theorem<CapacityBound>) -> Result<(), CheckError> {
    let other = packing.scale;
    let same = other.size() * scale.margin() == scale.size() * other.margin();
    if same && other.domain() == scale.domain() && other.dim() == scale.dim() {
        Ok(())
    } else {
        Err(CheckError::Instance(format!("a packing that is none of the {}", scale.domain().name())))
    }
}

/// Numbers of points range over hundreds of orders of magnitude; their quotients can be compared.
pub(super) const UNIT: &str = "bound / VCdim";

/// Examines `(factor/m)^n vol(X)/vol(B) <= VCdim`.
pub(super) fn covers(instance: &Instance, factor: Interval) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let bound = instance.volume * factor.powi(instance.dim);
    finding
        .at_most("lower bound / VCdim <= 1", bound / instance.count, Interval::ONE, || instance.name.clone());
    if let Some(scale) = instance.scale
        && factor == Interval::ratio(1, 2)
    {
        let closed = capacity::covering_lower(scale).enclosure();
        same(&mut finding, closed, bound, instance);
    }
    Ok(finding)
}

/// Examines `VCdim <= (factor/m)^n vol(X)/vol(B)`, whether or not its hypotheses hold.
pub(super) fn holds_few(instance: &Instance, factor: u32) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let bound = instance.volume * Interval::integer(factor.into()).powi(instance.dim);
    finding
        .at_most("1 <= upper bound / VCdim", Interval::ONE, bound / instance.count, || instance.name.clone());
    let closed = instance.scale.map(match factor {
        2 => capacity::doubled_upper,
        _ => capacity::paper_upper,
    });
    if let Some(Ok(closed)) = closed {
        same(&mut finding, closed.enclosure(), bound, instance);
    }
    Ok(finding)
}

/// That the kernel's closed form is the bound examined, as far as two enclosures of one number can tell.
fn same(finding: &mut Finding, closed: Interval, bound: Interval, instance: &Instance) {
    // Ends of two enclosures of one number differ by both widths at most; twice, for the rounding of the sum itself.
    let widths = Interval::integer(2) * (width(closed) + width(bound));
    let tolerance = Tolerance::new(widths, bound, "width of the two enclosures");
    let mut equal = Finding::new("points");
    equal.equal_within("closed form = bound", closed, bound, tolerance, || instance.name.clone());
    finding.merge(equal);
}

/// An upper bound on the width of an enclosure, as a number of the instance: no more observed than the enclosure is.
fn width(enclosure: Interval) -> Interval {
    if enclosure.is_observed() {
        Interval::observed(enclosure.width())
    } else {
        Interval::data(enclosure.width())
    }
}
