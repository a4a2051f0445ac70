//! Sets of diameter below the margin, and what consistent functions do on those that were met.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points, judge, lipschitz};
use lip1_vc::Label;
use rand::RngExt;

use super::law::TASK;
use super::least_sample;

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
    pub(super) fn sampled(ctx: &Context, index: usize) -> Result<Self, CheckError> {
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

    /// One set of two atoms, closer than m by `2^-places` of it: consistent functions are that little above 0 at one of them.
    pub(super) fn just_narrow_enough(places: i32) -> Result<Self, CheckError> {
        Self::pair(MARGIN * (1.0 - 2.0_f64.powi(-places)), Label::Plus)
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

    /// The largest distance of two atoms of one set.
    pub(super) fn widest(&self) -> Interval {
        let atoms: Vec<(&[f64], &usize)> = self.atoms.rows().zip(&self.cell).collect();
        let pairs = atoms.iter().enumerate().flat_map(|(i, a)| atoms[..i].iter().map(move |b| (a, b)));
        let within = pairs.filter(|((_, one), (_, other))| one == other);
        let distances = within.map(|((x, _), (y, _))| distance::enclose(x, y, Cost::L2));
        distances.fold(Interval::ZERO, Interval::max)
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
        let consistent =
            finding.judged("the values y m on the sample are 1-Lipschitz", judged, || self.shown());
        let Some(extensions) = consistent else {
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
            finding.less("least < y f(x)", Interval::constant(least), worst, || {
                format!("y f(x) in {worst} at atom {atom}, {}", self.shown())
            });
        }
        Ok(finding)
    }

    fn shown(&self) -> String {
        let listed = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let sign = |label: &Label| if *label == Label::Plus { '+' } else { '-' };
        let labels: String = self.labels.iter().map(sign).collect();
        format!("labels {labels}, sets {}, sample {}", listed(&self.cell), listed(&self.sample))
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
    let samples = least_sample(&mut finding, 1, TASK)? as usize;
    // Multiples of 2^-11: distances and values are exact.
    let place = |k: u32| f64::from(k) / f64::from(2 * ATOMS);
    let atoms = Points::new(1, (0..ATOMS).map(place).collect())?;
    let (first, last) = (Interval::data(place(0)), Interval::data(place(ATOMS - 1)));
    let margin = Interval::constant(MARGIN);
    finding.required("the atoms lie within m/2", last - first, margin / Interval::integer(2), String::new);
    let sample: Vec<usize> = (0..samples).map(|k| k * (ATOMS as usize / samples)).collect();
    let rows = atoms.coords();
    let values: Vec<f64> = rows
        .iter()
        .map(|x| MARGIN - sample.iter().map(|s| (x - rows[*s]).abs()).fold(f64::INFINITY, f64::min))
        .collect();
    let judged = lipschitz::values(&atoms, &values, 1.0);
    finding.judged("the cone of the sample is 1-Lipschitz", judged, || format!("{samples} points"));
    let values: Vec<Interval> = values.into_iter().map(Interval::data).collect();
    for &s in &sample {
        finding.required("the cone has the margin on the sample", margin, values[s], || format!("atom {s}"));
    }
    let errs = |f: &&Interval| match error {
        Error::NoMargin => judge::less(**f, margin).is_verified(),
        Error::NoSign => judge::at_most(**f, Interval::ZERO).is_verified(),
    };
    let errors = values.iter().filter(errs).count();
    let rate = Interval::ratio(errors as u128, ATOMS.into());
    finding.at_most("P(error) <= epsilon", rate, TASK.epsilon_enclosed(), || {
        format!("{errors} of {ATOMS} atoms within m/2, sample of {samples}")
    });
    Ok(finding)
}

/// Atoms of the laws on which a function is right on the sample only.
const POSITIONS: [usize; 3] = [1 << 6, 1 << 8, 1 << 10];

/// Samples of those laws.
const SAMPLES: usize = 16;

/// On laws with many atoms of equal mass on whole numbers, and random labels: 1-Lipschitz values with `y f > 0` at a sample and
/// `y f < 0` everywhere else, of size 1/2, or a little more if they have to keep a margin. The training error is 0, the test error all but 1.
pub(super) fn right_on_the_sample_only(ctx: &Context, no_margin: bool) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut random = ctx.generator("labels");
    let size = if no_margin { 0.5 } else { 0.5_f64.next_up() };
    for atoms in POSITIONS {
        let labels: Vec<f64> = (0..atoms).map(|_| if random.random() { 1.0 } else { -1.0 }).collect();
        let seen = |atom: usize| atom.is_multiple_of(atoms / SAMPLES);
        // Neighbours differ in sign at the first two atoms at least, the one seen and the other not.
        let labels: Vec<f64> =
            labels.iter().enumerate().map(|(atom, y)| if atom < 2 { 1.0 } else { *y }).collect();
        let right = |atom: usize| if seen(atom) { size } else { -size };
        let values: Vec<f64> = labels.iter().enumerate().map(|(atom, y)| y * right(atom)).collect();
        let points = Points::new(1, (0..atoms).map(|atom| atom as f64).collect())?;
        let told = || format!("{atoms} atoms, {SAMPLES} of them seen");
        finding.judged("the values are 1-Lipschitz", lipschitz::values(&points, &values, 1.0), told);
        let errors = |wanted: bool| {
            let of = labels.iter().zip(&values).enumerate().filter(|(atom, _)| seen(*atom) == wanted);
            of.filter(|(_, (y, f))| **y * **f <= 0.0).count()
        };
        finding.equal("training errors", &errors(true), &0, told);
        finding.equal("errors elsewhere", &errors(false), &(atoms - SAMPLES), told);
    }
    Ok(finding)
}
