//! Closed-form bounds on how many points 1-Lipschitz classifiers shatter at a margin.
//!
//! A set is shattered at margin `m` exactly when its points are pairwise at distance at least `2 m`, so the VC dimension on a
//! domain is its `2m`-packing number: as many balls of radius `m` with disjoint interiors as have their centres in the domain.
//!
//! All bounds depend on `r = size / margin` alone. Both are given as integers in one unit, so a decimal such as 0.1 is
//! exact. A formula takes at most `40 dim` operations on intervals.

use crate::count::Count;
use crate::density::next_ball_volume;
use crate::packing::Domain;
use crate::refusal::{in_order, require};
use crate::{Interval, Refusal, Theorem};

pub use crate::density::{Density, Lattice, unit_ball_volume};

/// A box or a ball, with a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    domain: Domain,
    dim: u32,
    size: u128,
    margin: u128,
}

/// Largest dimension, so that a formula takes seconds.
const LARGEST_DIM: u32 = 1 << 20;

impl Scale {
    /// The box `[0, size]^dim` or the ball of radius `size`, with a margin in the same unit.
    ///
    /// # Errors
    /// When the dimension or the margin is 0, the dimension above `2^20`, or a number is `2^62` or more (so that products stay exact).
    pub fn new(domain: Domain, dim: u32, size: u128, margin: u128) -> Result<Self, Refusal> {
        require(dim > 0 && margin > 0, "dimension and margin must be positive")?;
        if dim > LARGEST_DIM {
            return Err(Refusal::Overflow { what: "dimension" });
        }
        if size >> 62 != 0 || margin >> 62 != 0 {
            return Err(Refusal::Overflow { what: "size or margin" });
        }
        Ok(Self { domain, dim, size, margin })
    }

    /// The domain.
    pub fn domain(self) -> Domain {
        self.domain
    }

    /// Dimension of the space.
    pub fn dim(self) -> u32 {
        self.dim
    }

    /// Side of the box or radius of the ball, in the unit of the margin.
    pub fn size(self) -> u128 {
        self.size
    }

    /// The margin.
    pub fn margin(self) -> u128 {
        self.margin
    }

    /// `r = size / margin`.
    pub fn ratio(self) -> Interval {
        Interval::ratio(self.size, self.margin)
    }

    /// `vol(X) / vol(B)` in units of the margin: `r^n / omega_n` for the box, `r^n` for the ball.
    fn volume_ratio(self) -> Interval {
        let power = self.ratio().powi(self.dim);
        match self.domain {
            Domain::Box => power / unit_ball_volume(self.dim),
            Domain::Ball => power,
        }
    }

    /// `(r + more)^n`.
    fn beyond(self, more: f64) -> Interval {
        (self.ratio() + Interval::exact(more)).powi(self.dim)
    }

    /// Whether a ball of radius `margin * halves / 2` fits into the domain.
    fn contains_ball(self, halves: u128) -> bool {
        let diameter = match self.domain {
            Domain::Box => self.size,
            Domain::Ball => 2 * self.size,
        };
        diameter >= halves * self.margin
    }
}

/// Which bound on the packing number of a domain at distance `2m`, which is the VC dimension of 1-Lipschitz classifiers with
/// margin `m` on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Formula {
    /// [`paper_lower`].
    PaperLower,
    /// [`paper_upper`].
    PaperUpper,
    /// [`covering_lower`].
    Covering,
    /// [`doubled_upper`].
    Doubled,
    /// [`corrected_lower`], with the lattice that it uses.
    CorrectedLower(Theorem<Lattice>),
    /// [`corrected_upper`].
    CorrectedUpper,
    /// [`volume_upper`].
    Volume,
    /// [`oler_upper`].
    Oler,
    /// [`tiling_upper`], with the bound on the density that it uses.
    Tiling(Theorem<Density>),
    /// [`line_exact`], with the number of points.
    Line(u128),
    /// [`grid_lower`], with the number of points an axis.
    Grid(u64),
    /// [`crate::construction::points`], with their number.
    Points(usize),
    /// [`crate::construction::product`].
    Product,
    /// [`crate::construction::hexagonal`].
    Hexagonal,
    /// [`crate::construction::simplex`].
    Simplex,
    /// [`crate::counting::cells`].
    Cells,
    /// [`crate::counting::moments`].
    Moments,
    /// [`crate::counting::optimum`], with the number of points that do not fit and who proved it.
    Optimum(u32, &'static str),
}

/// On which side of the packing number a formula's value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// At most the packing number.
    Below,
    /// At least the packing number.
    Above,
    /// The packing number itself.
    Equal,
}

impl Formula {
    /// Which bound its value is; none for the paper's lower bound, which is only transcribed, and false for large domains.
    pub fn side(self) -> Option<Side> {
        match self {
            Self::PaperLower => None,
            Self::Line(_) => Some(Side::Equal),
            Self::Covering | Self::CorrectedLower(_) | Self::Grid(_) => Some(Side::Below),
            Self::Points(_) | Self::Product | Self::Hexagonal | Self::Simplex => Some(Side::Below),
            Self::PaperUpper | Self::Doubled | Self::CorrectedUpper | Self::Volume => Some(Side::Above),
            Self::Oler | Self::Tiling(_) | Self::Cells | Self::Moments | Self::Optimum(..) => {
                Some(Side::Above)
            }
        }
    }

    /// The theorem of others that the bound rests on, if it does; all else is proved in the documentation of the rules.
    pub fn cited(self) -> Option<&'static str> {
        match self {
            Self::Oler => Some("Oler 1961"),
            Self::Tiling(density) => density.cited,
            Self::CorrectedLower(lattice) => lattice.cited,
            Self::Optimum(_, source) => Some(source),
            _ => None,
        }
    }
}

/// The value of a formula for a domain, its dimension, size and margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapacityBound {
    /// Domain, dimension, size and margin.
    pub scale: Scale,
    /// The formula; its [`Formula::side`] says what its value bounds, its [`Formula::cited`] on what that rests.
    pub formula: Formula,
    /// The formula's value, enclosed.
    pub value: Interval,
}

impl Theorem<CapacityBound> {
    pub(crate) fn of(scale: Scale, formula: Formula, value: Interval) -> Self {
        Self::new(CapacityBound { scale, formula, value })
    }

    /// The same with a number of points.
    pub(crate) fn counted(scale: Scale, formula: Formula, count: Count) -> Self {
        Self::of(scale, formula, count.value())
    }

    /// The formula's value.
    pub fn enclosure(&self) -> Interval {
        self.value
    }

    /// What the packing number is at least, when the formula says so.
    pub fn lower_bound(&self) -> Option<Interval> {
        matches!(self.formula.side(), Some(Side::Below | Side::Equal)).then_some(self.value)
    }

    /// What the packing number is at most, when the formula says so.
    pub fn upper_bound(&self) -> Option<Interval> {
        matches!(self.formula.side(), Some(Side::Above | Side::Equal)).then_some(self.value)
    }

    /// A whole number that the packing number is at least, when the formula says so: the value's lower end, rounded up.
    pub fn least_points(&self) -> Option<f64> {
        self.lower_bound().map(|value| value.lower().ceil())
    }

    /// A whole number, or infinity, that the packing number is at most, when the formula says so: the value's upper end, rounded down.
    pub fn most_points(&self) -> Option<f64> {
        self.upper_bound().map(|value| value.upper().floor())
    }
}

/// Two whole numbers between which a packing number lies, with the bounds that say so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapacityBracket {
    /// [`Theorem::least_points`] of the first bound.
    pub lower: f64,
    /// [`Theorem::most_points`] of the second bound; may be infinite.
    pub upper: f64,
    /// Both bounds, of the same domain.
    pub bounds: [Theorem<CapacityBound>; 2],
}

impl Theorem<CapacityBracket> {
    /// Both ends; the whole line for an infinite one.
    pub fn ends(&self) -> [Interval; 2] {
        [self.lower, self.upper].map(Interval::exact)
    }

    /// Where the packing number lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.lower, self.upper)
    }
}

/// Both ends of a packing number from a lower and an upper bound.
///
/// # Errors
/// When they are about different domains, one is no bound on its side, or they contradict each other.
pub fn bracket(
    below: Theorem<CapacityBound>,
    above: Theorem<CapacityBound>,
) -> Result<Theorem<CapacityBracket>, Refusal> {
    require(below.scale == above.scale, "both bounds must be about the same domain")?;
    let (Some(lower), Some(upper)) = (below.least_points(), above.most_points()) else {
        return Err(Refusal::Hypothesis { why: "each bound must be one on its side" });
    };
    in_order("packing number", lower, upper)?;
    Ok(Theorem::new(CapacityBracket { lower, upper, bounds: [below, above] }))
}

/// The paper's lower bound as transcribed, `(1/m)^n vol(X) / vol(B)`: false for boxes and balls of two and more dimensions
/// once they are large.
pub fn paper_lower(scale: Scale) -> Theorem<CapacityBound> {
    Theorem::of(scale, Formula::PaperLower, scale.volume_ratio())
}

/// The paper's upper bound as transcribed, `(3/m)^n vol(X) / vol(B)`.
///
/// # Errors
/// When the domain contains no ball of radius `m / 2`, without which the bound need not hold.
pub fn paper_upper(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.contains_ball(1), "the domain must contain a ball of radius margin / 2")?;
    let value = scale.volume_ratio() * Interval::exact(3.0).powi(scale.dim);
    Ok(Theorem::of(scale, Formula::PaperUpper, value))
}

/// `(1/(2m))^n vol(X) / vol(B)`: balls of radius `2m` about a maximal packing cover the domain.
pub fn covering_lower(scale: Scale) -> Theorem<CapacityBound> {
    let value = scale.volume_ratio() * Interval::exact(0.5).powi(scale.dim);
    Theorem::of(scale, Formula::Covering, value)
}

/// `(2/m)^n vol(X) / vol(B)`: `X + mB` contains the packing's balls and lies in a translate of `2X` when `X` is convex and contains a
/// ball of radius `m`.
///
/// # Errors
/// When the domain contains no ball of radius `m`.
pub fn doubled_upper(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.contains_ball(2), "the domain must contain a ball of radius margin")?;
    let value = scale.volume_ratio() * Interval::exact(2.0).powi(scale.dim);
    Ok(Theorem::of(scale, Formula::Doubled, value))
}

/// The corrected lower bound, `delta (1/m)^n vol(X) / vol(B)`, `delta` the density of the densest lattice known
/// ([`Lattice::densest_known`]).
///
/// Proof. Scaled to minimum distance `2m` the lattice has a cell of volume `vol(mB) / delta`. Over all translates of the lattice by
/// vectors of a cell, the mean number of points in `X` is `vol(X)` divided by that volume, so some translate has at least as many.
///
/// ```
/// use lip1_kernel::{capacity::{self, Scale}, packing::Domain};
/// let square = capacity::corrected_lower(Scale::new(Domain::Box, 2, 40, 1)?);
/// assert!((461.88..461.89).contains(&square.value.lower()) && square.least_points() == Some(462.0));
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn corrected_lower(scale: Scale) -> Theorem<CapacityBound> {
    let lattice = Lattice::densest_known(scale.dim);
    let value = scale.volume_ratio() * lattice.density;
    Theorem::of(scale, Formula::CorrectedLower(lattice), value)
}

/// The corrected upper bound, `(1/m + 1/rho)^n vol(X) / vol(B)`, `rho` the inradius, half the side of a box: `(r + 2)^n / omega_n` for
/// the box, `(r + 1)^n` for the ball.
///
/// Proof. With `x` the centre of a ball of radius `rho` in the convex set `X`, `mB` lies in `m/rho (X - x)`, so `X + mB`, which
/// contains the packing's balls of radius `m`, lies in `(1 + m/rho) X` shifted.
///
/// # Errors
/// When the domain is one point, which has no inradius.
pub fn corrected_upper(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.size > 0, "the domain must contain a ball")?;
    let value = match scale.domain {
        Domain::Box => scale.beyond(2.0) / unit_ball_volume(scale.dim),
        Domain::Ball => scale.beyond(1.0),
    };
    Ok(Theorem::of(scale, Formula::CorrectedUpper, value))
}

/// `vol(X + mB) / vol(mB)`, without a hypothesis: `(r + 1)^n` for the ball; for the box Steiner's formula,
/// `sum_j C(n, j) r^(n-j) omega_j / omega_n`.
pub fn volume_upper(scale: Scale) -> Theorem<CapacityBound> {
    let value = match scale.domain {
        Domain::Ball => scale.beyond(1.0),
        Domain::Box => steiner(scale.dim, scale.ratio()),
    };
    Theorem::of(scale, Formula::Volume, value)
}

/// The volume of the cube of side `r` with all points within distance 1, in unit balls of `R^n`.
fn steiner(n: u32, r: Interval) -> Interval {
    let mut binomial = Interval::ONE;
    let mut sum = Interval::ZERO;
    // omega_j and omega_{j+1}, so that a bound in n dimensions takes n steps.
    let mut volumes = (unit_ball_volume(0), unit_ball_volume(1));
    for j in 0..=n {
        sum = sum + binomial * r.powi(n - j) * volumes.0;
        binomial = binomial * Interval::exact(f64::from(n - j)) / Interval::exact(f64::from(j) + 1.0);
        volumes = (volumes.1, next_ball_volume(volumes.0, f64::from(j) + 2.0));
    }
    sum / unit_ball_volume(n)
}

/// Oler's inequality in the plane: a compact convex set holds at most `2 A / sqrt(3) + P / 2 + 1` points at pairwise distance
/// at least 1, `A` its area and `P` its perimeter.
///
/// In units of `2m`: `r^2 / (2 sqrt 3) + r + 1` for the box, `pi r^2 / (2 sqrt 3) + pi r / 2 + 1` for the ball. Source: N. Oler,
/// *An inequality in the geometry of numbers*, Acta Math. 105 (1961); an external theorem.
///
/// # Errors
/// When the dimension is not 2.
pub fn oler_upper(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.dim == 2, "Oler's inequality is about the plane")?;
    let r = scale.ratio();
    let root = Interval::exact(3.0).sqrt();
    let (area, half_perimeter) = match scale.domain {
        Domain::Box => (r.sqr(), r),
        Domain::Ball => (Interval::pi() * r.sqr(), Interval::pi() * r / Interval::exact(2.0)),
    };
    let value = area / (Interval::exact(2.0) * root) + half_perimeter + Interval::ONE;
    Ok(Theorem::of(scale, Formula::Oler, value))
}

/// Tiling space with the cube of side `s + 2m`, each holding the same packing, gives a packing of the whole space:
/// `VCdim <= density (r + 2)^n / omega_n`.
///
/// # Errors
/// When the domain is not a box or the density is one of another dimension.
pub fn tiling_upper(scale: Scale, density: Theorem<Density>) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain == Domain::Box, "only boxes tile space")?;
    require(density.dim == scale.dim, "the density must be one of the same dimension")?;
    let value = density.bound * scale.beyond(2.0) / unit_ball_volume(scale.dim);
    Ok(Theorem::of(scale, Formula::Tiling(density), value))
}

/// The packing number on a line, exactly: `floor(length / (2m)) + 1`.
///
/// # Errors
/// When the dimension is not 1.
pub fn line_exact(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.dim == 1, "exact on a line only")?;
    let length = if scale.domain == Domain::Box { scale.size } else { 2 * scale.size };
    let points = length / (2 * scale.margin) + 1;
    Ok(Theorem::of(scale, Formula::Line(points), Interval::integer(points)))
}

/// The number of points of a square grid with spacing `2m` and `per_axis` points an axis, once it was checked to fit the
/// domain: a lower end.
///
/// # Errors
/// When it does not fit: `(k - 1) 2m <= size` for the box, `n ((k - 1) m)^2 <= size^2` for the ball, about its centre.
pub fn grid_lower(scale: Scale, per_axis: u64) -> Result<Theorem<CapacityBound>, Refusal> {
    let overflow = Refusal::Overflow { what: "grid" };
    let steps = u128::from(per_axis.checked_sub(1).ok_or(Refusal::Empty { what: "grid" })?);
    let reach = steps.checked_mul(scale.margin).ok_or(overflow.clone())?;
    let fits = match scale.domain {
        Domain::Box => reach.checked_mul(2).ok_or(overflow)? <= scale.size,
        Domain::Ball => {
            let square = reach.checked_mul(reach).and_then(|s| s.checked_mul(u128::from(scale.dim)));
            square.ok_or(overflow)? <= scale.size * scale.size
        }
    };
    require(fits, "the grid does not fit the domain")?;
    Ok(Theorem::counted(scale, Formula::Grid(per_axis), Count::power(per_axis.into(), scale.dim)))
}

#[cfg(test)]
mod tests {
    use super::{Formula, Scale, bracket, volume_upper};
    use crate::packing::Domain;
    use crate::{Interval, Refusal, Theorem};

    /// No rule makes such a bound; one that did would not get out.
    #[test]
    fn ends_that_contradict_each_other_are_no_bracket() {
        let scale = Scale::new(Domain::Ball, 2, 8, 1).unwrap();
        let grid = |points: f64| Theorem::of(scale, Formula::Grid(9), Interval::exact(points));
        assert!(bracket(grid(81.0), volume_upper(scale)).is_ok());
        let refused = bracket(grid(81.5), volume_upper(scale));
        assert_eq!(refused, Err(Refusal::Contradiction { what: "packing number", lower: 82.0, upper: 81.0 }));
    }
}
