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
    /// What is cited: its minimum distance and covolume, or its existence; none for the integers.
    pub cited: Option<&'static str>,
}

/// Squared covolume of the densest lattice known in dimension 0, 1, 2, ... 24, scaled to minimum distance 2, with its name.
///
/// Source: J. H. Conway and N. J. A. Sloane, *Sphere Packings, Lattices and Groups*, Table 1.2: centre densities `1 / sqrt(d)`.
/// Proved to be densest lattices in dimensions 1 to 8 (Lagrange, Gauss, Korkine and Zolotareff, Blichfeldt) and 24 (Cohn and Kumar).
const KNOWN: [(f64, Option<&str>); 25] = [
    (1.0, None),
    (4.0, None),
    (12.0, Some("A2 (Lagrange)")),
    (32.0, Some("D3 (Gauss)")),
    (64.0, Some("D4 (Korkine, Zolotareff)")),
    (128.0, Some("D5 (Korkine, Zolotareff)")),
    (192.0, Some("E6 (Korkine, Zolotareff)")),
    (256.0, Some("E7 (Korkine, Zolotareff)")),
    (256.0, Some("E8 (Korkine, Zolotareff)")),
    (512.0, Some("Lambda 9 (Conway, Sloane)")),
    (768.0, Some("Lambda 10 (Conway, Sloane)")),
    (972.0, Some("K11 (Conway, Sloane)")),
    (729.0, Some("K12 (Coxeter, Todd)")),
    (972.0, Some("K13 (Conway, Sloane)")),
    (768.0, Some("Lambda 14 (Conway, Sloane)")),
    (512.0, Some("Lambda 15 (Conway, Sloane)")),
    (256.0, Some("Lambda 16 (Barnes, Wall)")),
    (256.0, Some("Lambda 17 (Conway, Sloane)")),
    (192.0, Some("Lambda 18 (Conway, Sloane)")),
    (128.0, Some("Lambda 19 (Conway, Sloane)")),
    (64.0, Some("Lambda 20 (Conway, Sloane)")),
    (32.0, Some("Lambda 21 (Conway, Sloane)")),
    (12.0, Some("Lambda 22 (Conway, Sloane)")),
    (4.0, Some("Lambda 23 (Conway, Sloane)")),
    (1.0, Some("the Leech lattice")),
];

impl Lattice {
    /// The densest lattice that this crate knows: a table up to dimension 24. Beyond it the better of two: a product of copies of
    /// the Leech lattice with one of the table, all of one minimum distance, so that covolumes multiply and distances stay; and a lattice
    /// of density `2^(1-n)`, which exists by the theorem of Minkowski and Hlawka (`zeta(n) 2^(1-n)`).
    pub fn densest_known(dim: u32) -> Theorem<Self> {
        let (squared, name) = KNOWN[(dim % 24) as usize];
        let product = unit_ball_volume(dim) / Interval::exact(squared).sqrt();
        let hlawka = Interval::exact(0.5).powi(dim.saturating_sub(1));
        let (density, cited) = if dim <= 24 {
            (product, if dim == 24 { KNOWN[24].1 } else { name })
        } else if product.lower() >= hlawka.lower() {
            (product, Some("products of the Leech lattice (Conway, Sloane)"))
        } else {
            (hlawka, Some("Hlawka (1943)"))
        };
        Theorem::new(Self { dim, density, cited })
    }
}

impl Theorem<Lattice> {
    /// The density.
    pub fn lower_bound(&self) -> Interval {
        self.density
    }
}
