//! How densely balls of one size can be packed in the whole space: bounds from above, and lattices from below.

use crate::{Interval, Theorem};

/// `omega_n`, the volume of the unit ball of `R^n`: `omega_0 = 1`, `omega_1 = 2`, `omega_n = omega_{n-2} 2 pi / n`.
pub fn unit_ball_volume(n: u32) -> Interval {
    let start = if n.is_multiple_of(2) { Interval::ONE } else { Interval::exact(2.0) };
    let first = if n.is_multiple_of(2) { 2 } else { 3 };
    (first..=n).step_by(2).fold(start, |volume, k| next_ball_volume(volume, f64::from(k)))
}

/// `omega_n` from `omega_{n-2}`.
pub(crate) fn next_ball_volume(volume: Interval, n: f64) -> Interval {
    volume * Interval::exact(2.0) * Interval::pi() / Interval::exact(n)
}

/// An upper bound on the density of packings of `R^n` by balls of one size, with its source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// The dimension.
    pub dim: u32,
    /// The bound.
    pub bound: Interval,
    /// Who proved it; none for the bound 1, which needs no theorem.
    pub cited: Option<&'static str>,
}

impl Density {
    /// The bound 1: balls are disjoint.
    pub fn trivial(dim: u32) -> Theorem<Self> {
        Theorem::new(Self { dim, bound: Interval::ONE, cited: None })
    }

    /// The smallest proved bound that this crate knows: optimal in dimensions 1, 2, 3, 8 and 24, elsewhere Blichfeldt's
    /// `(n + 2) / 2 * 2^(-n/2)` or 1. External theorems, named in the field `cited`.
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
        Theorem::new(Self { dim, bound, cited: Some(source) })
    }
}

impl Theorem<Density> {
    /// The bound.
    pub fn upper_bound(&self) -> Interval {
        self.bound
    }
}

/// A lattice of `R^n`, known or proved to exist, with its density: the volume of a ball of half its minimum distance over its
/// covolume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// The dimension.
    pub dim: u32,
    /// Its density, or less.
    pub density: Interval,
    /// What is cited: the name of a lattice, whose minimum distance and covolume Conway and Sloane give, or who proved that it exists;
    /// none for the integers.
    pub cited: Option<&'static str>,
}

/// Squared covolumes of the densest lattices known in dimension 0, 1, 2, ... 24, scaled to minimum distance 2.
///
/// Source: J. H. Conway and N. J. A. Sloane, *Sphere Packings, Lattices and Groups*, Table 1.2: centre densities `1 / sqrt(d)`.
/// Proved to be densest lattices in dimensions 1 to 8 (Lagrange, Gauss, Korkine and Zolotareff, Blichfeldt) and 24 (Cohn and Kumar).
const SQUARED_COVOLUME: [f64; 25] = [
    1.0, 4.0, 12.0, 32.0, 64.0, 128.0, 192.0, 256.0, 256.0, 512.0, 768.0, 972.0, 729.0, 972.0, 768.0, 512.0,
    256.0, 256.0, 192.0, 128.0, 64.0, 32.0, 12.0, 4.0, 1.0,
];

/// Their names there.
const NAME: [&str; 25] = [
    "", "Z", "A2", "D3", "D4", "D5", "E6", "E7", "E8", "Λ9", "Λ10", "K11", "K12", "K13", "Λ14", "Λ15", "Λ16",
    "Λ17", "Λ18", "Λ19", "Λ20", "Λ21", "Λ22", "Λ23", "Leech",
];

impl Lattice {
    /// The densest lattice that this crate knows: a table up to dimension 24. Beyond it the better of two: a product of copies of
    /// the Leech lattice with one of the table, all of one minimum distance, so that covolumes multiply and distances stay; and a lattice
    /// of density `2^(1-n)`, which exists by the theorem of Minkowski and Hlawka (`zeta(n) 2^(1-n)`).
    pub fn densest_known(dim: u32) -> Theorem<Self> {
        let (tabled, rest) = (NAME.get(dim as usize), (dim % 24) as usize);
        let product = unit_ball_volume(dim) / Interval::exact(SQUARED_COVOLUME[rest]).sqrt();
        let hlawka = Interval::exact(0.5).powi(dim.saturating_sub(1));
        let (density, cited) = match tabled {
            Some(name) => (product, *name),
            None if product.lower() >= hlawka.lower() => (product, "products with Leech's lattice"),
            None => (hlawka, "Hlawka (1943)"),
        };
        let cited = (dim > 1).then_some(cited);
        Theorem::new(Self { dim, density, cited })
    }
}

impl Theorem<Lattice> {
    /// The density.
    pub fn lower_bound(&self) -> Interval {
        self.density
    }
}
