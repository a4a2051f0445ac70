//! Sets of diameter below the margin, and what consistent functions do on those that were met.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::{Interval, Points, judge, lipschitz};
use lip1_vc::{Label, sample_size};
use rand::RngExt;

use super::law::TASK;

/// m.
pub(super) const MARGIN: f64 = 1.0;

/// Atoms with labels, each in a set, and a sample of them.
pub(super) struct Cells {
    atoms: Points,
    labels: Vec<Label>,
    /// The set of each atom.
    cell: Vec<usize>,
    /// Atoms in the sample.
    sample: Vec<usize>,
}

/// Centres of sets on a grid of this distance: opposite labels stay 2m apart.
const APART: f64 = 3.0 * MARGIN;

impl Cells {
    /// Sets of three atoms in a ball of diameter below m, and a sample with repetitions.
    pub(super) fn sampled(ctx: &Context, index: u64) -> Result<Self, CheckError> {
        let mut random = ctx.generator(&format!("cells {index}"));
        let dim = random.random_range(1..=4_usize);
        let cells = random.random_range(2..=8_usize);
        // Within a cube whose diagonal is 0.999 m.
        let side = 0.999 * MARGIN / (dim as f64).sqrt();
        let mut world = Self {
            atoms: Points::new(dim, Vec::new())?,
            labels: Vec::new(),
            cell: Vec::new(),
            sample: Vec::new(),
        };
        let mut coords = Vec::new();
        for cell in 0..cells {
            let label = if random.random() { Label::Plus } else { Label::Minus };
            for _ in 0..3 {
                coords.extend((0..dim).map(|axis| {
                    let centre = if axis == 0 { APART * cell as f64 } else { 0.0 };
                    centre + side * random.random_range(0.0..1.0)
                }));
                world.labels.push(label);
                world.cell.push(cell);
            }
        }
        world.sample = (0..cells).map(|_| random.random_range(0..3 * cells)).collect();
        world.atoms = Points::new(dim, coords)?;
        Ok(world)
    }

    /// One set of two atoms at distance m.
    pub(super) fn pair_at_the_margin() -> Result<Self, CheckError> {
        Self::pair(MARGIN, Label::Plus)
    }

    /// One set of two atoms with opposite labels.
    pub(super) fn with_both_labels() -> Result<Self, CheckError> {
        Self::pair(MARGIN / 2.0, Label::Minus)
    }

    fn pair(distance: f64, second: Label) -> Result<Self, CheckError> {
        let atoms = Points::new(1, vec![0.0, distance])?;
        Ok(Self { atoms, labels: vec![Label::Plus, second], cell: vec![0, 0], sample: vec![0] })
    }

    /// Examines `y f(x) > least` for every function f that is 1-Lipschitz with `y f >= m` on the sample, at every atom of a set
    /// that was met. The extreme such functions are the extensions of `y m`.
    pub(super) fn examine(&self, least: f64) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("value");
        let mut sample = self.sample.clone();
        sample.sort_unstable();
        sample.dedup();
        let coords = sample.iter().flat_map(|i| self.atoms.row(*i)).copied().collect();
        let values: Vec<f64> = sample.iter().map(|i| MARGIN * self.labels[*i].sign()).collect();
        let judged = lipschitz::values(&Points::new(self.atoms.dim(), coords)?, &values, 1.0);
        let Some(extensions) = finding.judged(judged, || "a consistent function".to_owned()) else {
            return Ok(finding);
        };
        let met = |cell: usize| sample.iter().any(|i| self.cell[*i] == cell);
        for (atom, x) in self.atoms.rows().enumerate().filter(|(atom, _)| met(self.cell[*atom])) {
            if sample.contains(&atom) {
                continue;
            }
            let worst = match self.labels[atom] {
                Label::Plus => extensions.smallest_at(x)?,
                Label::Minus => -extensions.largest_at(x)?,
            };
            let right = judge::less(Interval::point(least), worst);
            finding.judged(right, || format!("{worst} at {x:?}, labels {:?}", self.labels));
        }
        Ok(finding)
    }
}

/// What counts as an error at a point with label y.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Error {
    /// `y f < m`.
    NoMargin,
    /// `y f <= 0`.
    NoSign,
}

/// Atoms of a law, of equal mass, all within m/2.
const ATOMS: u32 = 1 << 10;

/// Examines `P(error) <= epsilon` for `f = m - dist(x, S)` on a law of one label and one set, S the sample of the size that the
/// claim asks for. It has at most that many atoms, whatever was drawn.
pub(super) fn cone_of_the_sample(error: Error) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("probability");
    let samples = sample_size(1, TASK.epsilon(), TASK.delta())?;
    // Multiples of 2^-11: distances and values are exact.
    let place = |k: u32| f64::from(k) / f64::from(2 * ATOMS);
    let atoms = Points::new(1, (0..ATOMS).map(place).collect())?;
    let sample: Vec<usize> = (0..samples as usize).map(|k| k * (ATOMS as usize / samples as usize)).collect();
    let rows = atoms.coords();
    let values: Vec<f64> = atoms
        .coords()
        .iter()
        .map(|x| MARGIN - sample.iter().map(|s| (x - rows[*s]).abs()).fold(f64::INFINITY, f64::min))
        .collect();
    finding.judged(lipschitz::values(&atoms, &values, 1.0), || "the cone of the sample".to_owned());
    let consistent = sample.iter().all(|s| values[*s] >= MARGIN);
    finding.exact(consistent, || "the cone is not consistent".to_owned());
    let errs = |f: &&f64| match error {
        Error::NoMargin => **f < MARGIN,
        Error::NoSign => **f <= 0.0,
    };
    let errors = values.iter().filter(errs).count();
    let rate = Interval::ratio(errors as u128, ATOMS.into());
    finding.at_most("P(error) <= epsilon", rate, Interval::point(TASK.epsilon()), || {
        format!("{errors} of {ATOMS} atoms within m/2, sample of {samples}")
    });
    Ok(finding)
}
