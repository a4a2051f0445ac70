//! Closed-form bounds on how many points 1-Lipschitz classifiers shatter at a margin.
//!
//! A set is shattered at margin `m` exactly when its points are pairwise at distance at least `2 m`, so the VC dimension on a
//! domain is its `2m`-packing number: as many balls of radius `m` with disjoint interiors as have their centres in the domain.
//!
//! All bounds depend on `r = size / margin` alone. Both are given as integers in one unit, so a decimal such as 0.1 is
//! exact.

use crate::packing::Domain;
use crate::refusal::require;
use crate::{Interval, Refusal, Theorem};

/// A box or a ball, with a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    domain: Domain,
    dim: u32,
    size: u128,
    margin: u128,
}

impl Scale {
    /// The box `[0, size]^dim` or the ball of radius `size`, with a margin in the same unit.
    ///
    /// # Errors
    /// When the dimension or the margin is 0, or a number is `2^62` or more (so that products stay exact).
    pub fn new(domain: Domain, dim: u32, size: u128, margin: u128) -> Result<Self, Refusal> {
        require(dim > 0 && margin > 0, "dimension and margin must be positive")?;
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

    /// Whether a ball of radius `margin * halves / 2` fits into the domain.
    fn contains_ball(self, halves: u128) -> bool {
        let diameter = match self.domain {
            Domain::Box => self.size,
            Domain::Ball => 2 * self.size,
        };
        diameter >= halves * self.margin
    }
}

/// A closed form about the packing number of a domain at distance `2m`, which is the VC dimension of 1-Lipschitz classifiers with
/// margin `m` on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Formula {
    /// [`paper_lower`].
    PaperLower,
    /// [`paper_upper`].
    PaperUpper,
    /// [`corrected_lower`].
    CorrectedLower,
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
            Self::CorrectedLower | Self::Grid(_) => Some(Side::Below),
            Self::PaperUpper | Self::CorrectedUpper | Self::Volume | Self::Oler | Self::Tiling(_) => {
                Some(Side::Above)
            }
            Self::Line(_) => Some(Side::Equal),
        }
    }

    /// The name of the formula, with its source where it is an external theorem.
    pub fn name(self) -> &'static str {
        match self {
            Self::PaperLower => "lower bound as transcribed",
            Self::PaperUpper => "upper bound as transcribed",
            Self::CorrectedLower => "covering",
            Self::CorrectedUpper => "corrected volume",
            Self::Volume => "volume",
            Self::Oler => "Oler 1961",
            Self::Tiling(_) => "tiling",
            Self::Line(_) => "line, exact",
            Self::Grid(_) => "grid",
        }
    }
}

/// The value of a formula for a domain, its dimension, size and margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapacityBound {
    /// Domain, dimension, size and margin.
    pub scale: Scale,
    /// The formula; its [`Formula::side`] says what its value bounds.
    pub formula: Formula,
    /// The formula's value, enclosed.
    pub value: Interval,
}

impl Theorem<CapacityBound> {
    fn of(scale: Scale, formula: Formula, value: Interval) -> Self {
        Self::new(CapacityBound { scale, formula, value })
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
}

/// `omega_n`, the volume of the unit ball of `R^n`: `omega_0 = 1`, `omega_1 = 2`, `omega_n = omega_{n-2} 2 pi / n`.
pub fn unit_ball_volume(n: u32) -> Interval {
    let start = if n.is_multiple_of(2) { Interval::ONE } else { Interval::exact(2.0) };
    let first = if n.is_multiple_of(2) { 2 } else { 3 };
    (first..=n).step_by(2).fold(start, |volume, k| next_ball_volume(volume, f64::from(k)))
}

/// `omega_n` from `omega_{n-2}`.
fn next_ball_volume(volume: Interval, n: f64) -> Interval {
    volume * Interval::exact(2.0) * Interval::pi() / Interval::exact(n)
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

/// The corrected lower bound, `(1/(2m))^n vol(X) / vol(B)`: balls of radius `2m` about a maximal packing cover the domain.
pub fn corrected_lower(scale: Scale) -> Theorem<CapacityBound> {
    let value = scale.volume_ratio() * Interval::exact(0.5).powi(scale.dim);
    Theorem::of(scale, Formula::CorrectedLower, value)
}

/// The corrected upper bound, `(2/m)^n vol(X) / vol(B)`: `X + mB` contains the packing's balls and lies in `2X` when `X` is
/// convex and contains a ball of radius `m`.
///
/// # Errors
/// When the domain contains no ball of radius `m`.
pub fn corrected_upper(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.contains_ball(2), "the domain must contain a ball of radius margin")?;
    let value = scale.volume_ratio() * Interval::exact(2.0).powi(scale.dim);
    Ok(Theorem::of(scale, Formula::CorrectedUpper, value))
}

/// `vol(X + mB) / vol(mB)`, without a hypothesis: `(r + 1)^n` for the ball; for the box Steiner's formula,
/// `sum_j C(n, j) r^(n-j) omega_j / omega_n`.
pub fn volume_upper(scale: Scale) -> Theorem<CapacityBound> {
    let value = match scale.domain {
        Domain::Ball => (scale.ratio() + Interval::ONE).powi(scale.dim),
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

/// An upper bound on the density of packings of `R^n` by balls of one size, with its source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// The dimension.
    pub dim: u32,
    /// The bound.
    pub bound: Interval,
    /// Who proved it.
    pub source: &'static str,
}

impl Density {
    /// The bound 1, which needs no theorem.
    pub fn trivial(dim: u32) -> Theorem<Self> {
        Theorem::new(Self { dim, bound: Interval::ONE, source: "disjoint balls" })
    }

    /// The smallest proved bound that this crate knows: optimal in dimensions 1, 2, 3, 8 and 24, elsewhere Blichfeldt's
    /// `(n + 2) / 2 * 2^(-n/2)` or 1. External theorems, named in the field `source`.
    pub fn proved(dim: u32) -> Theorem<Self> {
        let pi = Interval::pi();
        let over_root = |n: f64| pi / Interval::exact(n).sqrt();
        let (bound, source) = match dim {
            2 => (over_root(12.0), "Thue (1910), Fejes Toth (1942)"),
            3 => (over_root(18.0), "Hales (2005, formally proved 2017)"),
            8 => (pi.powi(4) / Interval::exact(384.0), "Viazovska (2017)"),
            24 => (
                pi.powi(12) / Interval::exact(479_001_600.0),
                "Cohn, Kumar, Miller, Radchenko, Viazovska (2017)",
            ),
            _ => {
                let half = Interval::exact(f64::from(dim) + 2.0) / Interval::exact(2.0);
                let blichfeldt = half / Interval::exact(2.0).powi(dim).sqrt();
                if blichfeldt.upper() < 1.0 {
                    (blichfeldt, "Blichfeldt (1929)")
                } else {
                    return Self::trivial(dim);
                }
            }
        };
        Theorem::new(Self { dim, bound, source })
    }
}

impl Theorem<Density> {
    /// The bound.
    pub fn upper_bound(&self) -> Interval {
        self.bound
    }
}

/// Tiling space with the cube of side `s + 2m`, each holding the same packing, gives a packing of the whole space:
/// `VCdim <= density (r + 2)^n / omega_n`.
///
/// # Errors
/// When the domain is not a box or the density is one of another dimension.
pub fn tiling_upper(scale: Scale, density: Theorem<Density>) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain == Domain::Box, "only boxes tile space")?;
    require(density.dim == scale.dim, "the density must be one of the same dimension")?;
    let cube = (scale.ratio() + Interval::exact(2.0)).powi(scale.dim);
    let value = density.bound * cube / unit_ball_volume(scale.dim);
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
    let value = Interval::integer(u128::from(per_axis)).powi(scale.dim);
    Ok(Theorem::of(scale, Formula::Grid(per_axis), value))
}
