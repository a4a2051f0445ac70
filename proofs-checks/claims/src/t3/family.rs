//! Pairs of laws on the integers, in exact units of mass.

use lip1_core::MaxMinNetwork;
use lip1_faults::{Fault, unless};
use lip1_harness::CheckError;
use lip1_kernel::Points;
use nalgebra::DMatrix;

/// The pair of laws with `delta = a / b`; a unit of mass is `1 / (b k)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    pub(super) a: u64,
    pub(super) b: u64,
    pub(super) k: u64,
}

/// A point of the line with mass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Atom {
    pub(super) place: f64,
    pub(super) mass: u64,
}

/// The line between two neighbouring atoms, with `F_P - F_Q` there.
pub(super) struct Gap {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) excess: i128,
}

impl Family {
    /// Mass of either law.
    pub(super) fn total(&self) -> u64 {
        self.b * self.k
    }

    /// `delta` at -1, the rest evenly on `0, 2, .., 2k - 2`.
    pub(super) fn positive(&self) -> Vec<Atom> {
        let even = (0..self.k)
            .map(|i| Atom { place: (2 * i + unless(Fault::OddForEven, 0, 1)) as f64, mass: self.b - self.a });
        [Atom { place: -1.0, mass: self.a * self.k }].into_iter().chain(even).filter(Atom::exists).collect()
    }

    /// The rest evenly on `1, 3, .., 2k - 1`, `delta` at `2k + 1`.
    pub(super) fn negative(&self) -> Vec<Atom> {
        let odd = (0..self.k).map(|i| Atom { place: (2 * i + 1) as f64, mass: self.b - self.a });
        let last = Atom { place: (2 * self.k + 1) as f64, mass: self.a * self.k };
        odd.chain([last]).filter(Atom::exists).collect()
    }

    /// Every gap between neighbouring atoms, summed up from the left.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let signed = |atoms: Vec<Atom>, sign| atoms.into_iter().map(move |atom| (atom, sign));
        let mut atoms: Vec<(Atom, i128)> =
            signed(self.positive(), 1).chain(signed(self.negative(), -1)).collect();
        atoms.sort_by(|(x, _), (y, _)| x.place.total_cmp(&y.place));
        let mut excess = 0;
        let gap = |pair: &[(Atom, i128)]| match pair {
            [(from, sign), (to, _)] => {
                excess += sign * i128::from(from.mass);
                Some(Gap { from: from.place, to: to.place, excess })
            }
            _ => None,
        };
        atoms.windows(2).filter_map(gap).collect()
    }

    /// `delta` in units of mass: the least of `F_P - F_Q`.
    pub(super) fn smallest_excess(&self) -> i128 {
        i128::from(self.a) * i128::from(self.k)
    }

    /// `W1 = 1 + delta (2k + 1)`, the integral of `F_P - F_Q`, as a fraction.
    pub(super) fn distance(&self) -> (u128, u128) {
        (u128::from(self.b + self.a * (2 * self.k + 1)), u128::from(self.b))
    }

    /// `(delta + 1/k)/2` as a fraction: the smallest `eps` that the claim promises for this pair.
    pub(super) fn eps(&self) -> (u64, u64) {
        (self.a * self.k + self.b, 2 * self.total())
    }

    /// `1/2 - (delta + (1 - delta)/k)/2` in units of half the mass of a law: of `2 b k`, as errors of both laws add up.
    pub(super) fn least_errors(&self) -> u64 {
        self.total() - (self.a * self.k + self.b - self.a)
    }

    /// The places of atoms.
    pub(super) fn points(atoms: &[Atom]) -> Result<Points, CheckError> {
        Ok(Points::new(1, atoms.iter().map(|atom| atom.place).collect())?)
    }

    /// The 1-Lipschitz function of largest margin.
    pub(super) fn max_min(&self) -> Result<MaxMinNetwork, CheckError> {
        let (p, q) = (self.positive(), self.negative());
        let places: Vec<f64> = p.iter().chain(&q).map(|atom| atom.place).collect();
        let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
        MaxMinNetwork::new(&DMatrix::from_vec(1, places.len(), places), &signs)
            .map_err(CheckError::during("max-min network"))
    }
}

impl Atom {
    fn exists(&self) -> bool {
        self.mass > 0
    }
}
