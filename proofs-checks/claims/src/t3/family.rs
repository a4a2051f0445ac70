//! Pairs of laws on the integers, in exact units of mass.

use std::fmt;

use lip1_core::MaxMinNetwork;
use lip1_harness::{CheckError, Exact};
use lip1_kernel::Points;
use nalgebra::DMatrix;

/// A signed mass as a linear form `outer A + inner B` in the mass `A` of the atoms at both ends and `B` of all others; positive where it
/// is a mass of P.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) outer: i64,
    pub(super) inner: i64,
}

/// Equal forms are equal for all `A` and `B`.
impl Exact for Form {}

impl Form {
    /// The sum of forms.
    pub(super) fn sum(forms: &[Form]) -> Form {
        let add =
            |sum: Form, next: &Form| Form { outer: sum.outer + next.outer, inner: sum.inner + next.inner };
        forms.iter().fold(Form { outer: 0, inner: 0 }, add)
    }
}

/// The signed masses of P - Q from left to right, the pair as often as one likes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub(super) first: Form,
    pub(super) pair: [Form; 2],
    pub(super) last: Form,
}

/// P and Q take turns, P first and Q last.
pub(super) const ALTERNATING: Pattern = Pattern {
    first: Form { outer: 1, inner: 0 },
    pair: [Form { outer: 0, inner: 1 }, Form { outer: 0, inner: -1 }],
    last: Form { outer: -1, inner: 0 },
};

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
    pub(super) place: i64,
    pub(super) mass: u64,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "delta = {}/{}, k = {}", self.a, self.b, self.k)
    }
}

impl Atom {
    pub(super) fn coordinate(self) -> f64 {
        self.place as f64
    }
}

impl Family {
    /// Mass of either law.
    pub(super) fn total(&self) -> u64 {
        self.b * self.k
    }

    /// Every atom of [`ALTERNATING`] that has mass: `delta` at -1 and 2k + 1, the rest evenly in between.
    fn signed(&self) -> Vec<(i64, i128)> {
        let Pattern { first, pair: [even, odd], last } = ALTERNATING;
        let k = self.k as i64;
        let pairs = (0..k).flat_map(|i| [(2 * i, even), (2 * i + 1, odd)]);
        let (outer, inner) = (i128::from(self.a * self.k), i128::from(self.b - self.a));
        let mass = |form: Form| i128::from(form.outer) * outer + i128::from(form.inner) * inner;
        let atoms = [(-1, first)].into_iter().chain(pairs).chain([(2 * k + 1, last)]);
        atoms.map(|(place, form)| (place, mass(form))).filter(|(_, mass)| *mass != 0).collect()
    }

    fn of_sign(&self, sign: i128) -> Vec<Atom> {
        let atoms = self.signed().into_iter().filter(|(_, mass)| mass.signum() == sign);
        atoms.map(|(place, mass)| Atom { place, mass: mass.unsigned_abs() as u64 }).collect()
    }

    /// The atoms of P.
    pub(super) fn positive(&self) -> Vec<Atom> {
        self.of_sign(1)
    }

    /// The atoms of Q.
    pub(super) fn negative(&self) -> Vec<Atom> {
        self.of_sign(-1)
    }

    /// How many atoms there are with `0 < delta`, and so values of a function that takes none twice.
    pub(super) fn atoms(&self) -> u128 {
        2 * u128::from(self.k) + 2
    }

    /// `W1 = 1 + delta (2k + 1)`, the integral of `F_P - F_Q`, as a fraction.
    pub(super) fn distance(&self) -> (u64, u64) {
        (self.b + self.a * (2 * self.k + 1), self.b)
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
        Ok(Points::new(1, atoms.iter().map(|atom| atom.coordinate()).collect())?)
    }

    /// The 1-Lipschitz function of largest margin.
    pub(super) fn max_min(&self) -> Result<MaxMinNetwork, CheckError> {
        let (p, q) = (self.positive(), self.negative());
        let places: Vec<f64> = p.iter().chain(&q).map(|atom| atom.coordinate()).collect();
        let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
        Ok(MaxMinNetwork::new(&DMatrix::from_vec(1, places.len(), places), &signs)?)
    }
}
