//! Weak duality, with arithmetic that shares nothing with the kernel's rule: any admissible `s` against any function.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};
use proptest::prelude::{Strategy, prop};

use crate::optimum::entropy;

/// Points of both classes with whole weights, a plan between them and a function.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    dim: usize,
    positive: Vec<(Vec<i32>, u64)>,
    negative: Vec<(Vec<i32>, u64)>,
    /// Row, column, and the share of what is left there that moves, in eighths.
    moves: Vec<(usize, usize, u64)>,
    /// Heights of three cones whose minimum is the function.
    cones: Vec<(Vec<i32>, i32)>,
    tau: i32,
}

/// A point with its label, mass, share that moves, and the value of a 1-Lipschitz function.
struct Atom {
    sign: i32,
    mass: Interval,
    moved: Interval,
    value: Interval,
}

/// Both problems at one admissible point each.
pub(super) struct World {
    atoms: Vec<Atom>,
    /// `W1` of the moved masses, or more.
    cost: Interval,
    tau: Interval,
}

/// Up to `most` points a class on a grid of the line or the plane, so that points repeat and are shared.
pub(super) fn drawn(most: usize) -> impl Strategy<Value = Drawn> {
    (1_usize..=2, -3_i32..=4).prop_flat_map(move |(dim, tau)| {
        let place = move || prop::collection::vec(-6_i32..=6, dim);
        let class = move || prop::collection::vec((place(), 1_u64..=5), 1..=most);
        let moves = prop::collection::vec((0..most, 0..most, 0_u64..=8), 0..2 * most);
        let cones = prop::collection::vec((place(), -4_i32..=4), 3);
        (class(), class(), moves, cones).prop_map(move |(positive, negative, moves, cones)| Drawn {
            dim,
            positive,
            negative,
            moves,
            cones,
            tau,
        })
    })
}

/// A unit of weight is this many units of mass, so that eighths of eighths are whole.
const UNIT: u64 = 1 << 20;

impl Drawn {
    /// The plan's sums define `s`, so both classes move the same mass.
    pub(super) fn world(&self) -> Result<World, CheckError> {
        let points = |class: &[(Vec<i32>, u64)]| {
            Points::new(self.dim, class.iter().flat_map(|(place, _)| place).map(|x| f64::from(*x)).collect())
        };
        let (p, q) = (points(&self.positive)?, points(&self.negative)?);
        let left =
            |class: &[(Vec<i32>, u64)]| class.iter().map(|(_, weight)| weight * UNIT).collect::<Vec<_>>();
        let (mut from, mut to) = (left(&self.positive), left(&self.negative));
        let total: u64 = from.iter().chain(&to).sum();
        let mut cost = Interval::ZERO;
        for &(i, j, eighths) in &self.moves {
            let (i, j) = (i % from.len(), j % to.len());
            let mass = from[i].min(to[j]) / 8 * eighths;
            from[i] -= mass;
            to[j] -= mass;
            cost = cost
                + Interval::ratio(mass.into(), total.into())
                    * distance::enclose(p.row(i), q.row(j), Cost::L2);
        }
        let side = |sign: i32, class: &[(Vec<i32>, u64)], points: &Points, left: Vec<u64>| {
            let rows = class.iter().zip(left).zip(points.rows());
            let atoms = rows.map(|(((_, weight), left), x)| Atom {
                sign,
                mass: Interval::ratio((weight * UNIT).into(), total.into()),
                moved: Interval::ratio((weight * UNIT - left).into(), (weight * UNIT).into()),
                value: self.function(x),
            });
            atoms.collect::<Vec<_>>()
        };
        let mut atoms = side(1, &self.positive, &p, from);
        atoms.extend(side(-1, &self.negative, &q, to));
        Ok(World { atoms, cost, tau: Interval::point(2.0_f64.powi(self.tau)) })
    }

    /// A minimum of cones of slope 1.
    fn function(&self, x: &[f64]) -> Interval {
        let cone = |(apex, height): &(Vec<i32>, i32)| {
            let apex: Vec<f64> = apex.iter().map(|c| f64::from(*c)).collect();
            Interval::point(f64::from(*height)) + distance::enclose(x, &apex, Cost::L2)
        };
        self.cones.iter().map(cone).reduce(Interval::min).unwrap_or(Interval::ZERO)
    }
}

/// Compares `sum w H(s) - tau W1` with the mean loss of the function.
pub(super) fn examine(world: &World) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    let add = |total: Interval, next: Interval| total + next;
    let entropies = world.atoms.iter().map(|atom| atom.mass * entropy(atom.moved)).fold(Interval::ZERO, add);
    let loss = |atom: &Atom| {
        let margin = Interval::point(f64::from(atom.sign)) * atom.value;
        atom.mass * (-(world.tau * margin)).softplus()
    };
    let losses = world.atoms.iter().map(loss).fold(Interval::ZERO, add);
    let dual = entropies - world.tau * world.cost;
    finding.at_most("sum w H(s) - tau W1 <= E softplus(-tau y f)", dual, losses, || {
        format!("{} points, tau = {}: {dual} against {losses}", world.atoms.len(), world.tau)
    });
    Ok(finding)
}

fn atom(sign: i32, mass: (u128, u128), moved: (u128, u128), value: f64) -> Atom {
    let ratio = |(numerator, denominator)| Interval::ratio(numerator, denominator);
    Atom { sign, mass: ratio(mass), moved: ratio(moved), value: Interval::point(value) }
}

/// One point with three quarters of its mass labelled +1, a constant function, and `s = 1/2` for both labels: the excess of the heavier
/// one has nowhere to go.
pub(super) fn unequal() -> Result<World, CheckError> {
    let atoms = vec![atom(1, (3, 4), (1, 2), 1.0), atom(-1, (1, 4), (1, 2), 1.0)];
    Ok(World { atoms, cost: Interval::ZERO, tau: Interval::ONE })
}

/// A pair at distance 2 and temperature 1, the optimal `f = ±1`, and mass that is charged for half of its way.
pub(super) fn cheap() -> Result<World, CheckError> {
    let atoms = vec![atom(1, (1, 2), (1, 4), 1.0), atom(-1, (1, 2), (1, 4), -1.0)];
    // An eighth moves by 2.
    Ok(World { atoms, cost: Interval::ratio(1, 8), tau: Interval::ONE })
}
