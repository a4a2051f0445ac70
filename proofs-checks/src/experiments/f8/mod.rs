//! F8: the temperature changed during training.
//!
//! The log loss is convex in the values of f, and 1-Lipschitz functions are a convex set: the values of the minimiser on
//! the sample are unique. So where training ends should depend on the final temperature only, not on the one it began
//! with, as far as training comes to its end. On the line (the mixture of F2) it does: networks can be compared with the
//! minimiser itself. On real data of 30 features it does not quite: there they are compared pairwise, seed by seed, with
//! those trained at the final temperature throughout.

mod draw;

use lip1_core::{
    Architecture, BinaryCrossEntropy, Loss, Network, Samples, Schedule, Targets, Training, train_scheduled,
};
use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use lip1_ot::Measure;
use lip1_ot::regularised::LogLoss;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

use super::lipnet::{certified_constant, mean_loss, two_classes};
use super::{Cell, Experiment, Run, Setting, Statement, Table, f2};
use crate::data::breast_cancer;
use crate::{CheckError, Picture};

/// Moments of a run at which the mean margin is kept, at most about.
const LOOKS: usize = 100;

/// Share of the run after which the temperature stays.
const SETTLED: f64 = 0.5;

/// On the line, the loss of every network should be this close to the least, relative; as in F2.
const CLOSE: f64 = 0.02;

/// Certified constants at most this count as 1.
const UNIT_CONSTANT: f64 = f2::UNIT_CONSTANT;

/// Two-sided 99 % quantiles of Student's law with 1, 2, ... degrees of freedom.
const STUDENT: [f64; 9] = [63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250];

/// What is learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum World {
    /// The mixture of F2.
    Line,
    /// Malignant and benign cells, 30 standardised features.
    Cells,
}

impl World {
    /// Its name in tables and pictures.
    fn name(self) -> &'static str {
        match self {
            Self::Line => "mixture on the line",
            Self::Cells => "breast cancer data",
        }
    }

    /// The unit of its features, and so of `f`.
    fn unit(self) -> &'static str {
        match self {
            Self::Line => "units of length",
            Self::Cells => "standard deviations",
        }
    }

    fn classes(self, recipe: &Recipe) -> Result<(Points, Points), CheckError> {
        match self {
            Self::Line => {
                let sample = f2::Sample::draw(recipe.sample.0, recipe.sample.1)?;
                Ok((sample.points(1)?, sample.points(-1)?))
            }
            Self::Cells => {
                let cells = breast_cancer()?;
                Ok((cells.malignant.clone(), cells.benign.clone()))
            }
        }
    }

    /// Temperatures at the end: a low and a high one.
    fn ends(self) -> [f64; 2] {
        match self {
            Self::Line => [1.0, 8.0],
            Self::Cells => [1.0, 16.0],
        }
    }
}

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Seed of the mixture's sample, and its points of either class.
    pub sample: (u64, usize),
    /// One network a seed, 2 to 10 of them.
    pub seeds: Vec<u64>,
    /// Temperatures at the start.
    pub starts: Vec<f64>,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Passes over the cells.
    pub epochs: usize,
    /// Cells a step.
    pub batch: usize,
    /// Steps on the whole sample of the mixture.
    pub line_steps: usize,
    /// Learning rate at the start.
    pub rate: f64,
}

/// One run's part of a recipe.
#[derive(Clone, Debug, Serialize)]
struct Part<'a> {
    recipe: &'a Recipe,
    world: World,
    seed: u64,
    start: f64,
    end: f64,
}

/// One training run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Course {
    /// What was learnt.
    pub world: World,
    /// Seed of the network and of the order of the samples.
    pub seed: u64,
    /// Temperature at the start.
    pub start: f64,
    /// Temperature at the end.
    pub end: f64,
    /// Steps done and mean of `y f` on the sample, at some moments.
    pub margins: Vec<(usize, f64)>,
    /// Log loss at the final temperature (nats).
    pub loss: f64,
    /// Share of the sample on the wrong side.
    pub error: f64,
    /// Certified Lipschitz constant.
    pub constant: f64,
}

impl Course {
    /// Mean of `y f` at the end.
    pub fn margin(&self) -> f64 {
        self.margins.last().map_or(f64::NAN, |(_, margin)| *margin)
    }
}

/// The minimiser of the log loss over all 1-Lipschitz functions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exact {
    /// What is learnt.
    pub world: World,
    /// Temperature.
    pub tau: f64,
    /// Its loss, from below and from above (nats).
    pub loss: (f64, f64),
    /// Its mean of `y f`.
    pub margin: f64,
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Temperatures {
    /// The exact minimisers.
    pub exact: Vec<Exact>,
    /// All runs.
    pub courses: Vec<Course>,
}

/// Paired differences over seeds: their mean and half the width of its 99 % interval.
#[derive(Clone, Copy, Debug)]
struct Difference {
    mean: f64,
    half: f64,
}

impl Difference {
    fn of(pairs: &[(f64, f64)]) -> Self {
        let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
        let count = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / count;
        let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let quantile =
            differences.len().checked_sub(2).and_then(|k| STUDENT.get(k)).copied().unwrap_or(f64::NAN);
        Self { mean, half: quantile * (variance / count).sqrt() }
    }
}

impl Temperatures {
    /// The runs of one kind, in the order of their seeds.
    fn runs(&self, world: World, start: f64, end: f64) -> impl Iterator<Item = &Course> {
        self.courses.iter().filter(move |course| {
            course.world == world
                && course.start.total_cmp(&start).is_eq()
                && course.end.total_cmp(&end).is_eq()
        })
    }

    /// The difference of the mean margins of two kinds of runs.
    fn difference(&self, world: World, one: (f64, f64), other: (f64, f64)) -> Difference {
        let margins = |(start, end): (f64, f64)| self.runs(world, start, end).map(Course::margin);
        Difference::of(&margins(one).zip(margins(other)).collect::<Vec<_>>())
    }

    /// Temperatures at the start that occur, in order.
    fn starts(&self, world: World) -> Vec<f64> {
        let runs = self.courses.iter().filter(|course| course.world == world);
        let mut all: Vec<f64> = runs.map(|course| course.start).collect();
        all.sort_by(f64::total_cmp);
        all.dedup_by(|a, b| a.total_cmp(b).is_eq());
        all
    }

    fn exact(&self, world: World, tau: f64) -> Option<&Exact> {
        self.exact.iter().find(|exact| exact.world == world && exact.tau.total_cmp(&tau).is_eq())
    }
}

/// Both.
const WORLDS: [World; 2] = [World::Line, World::Cells];

impl Experiment for Temperatures {
    const ID: &'static str = "F8";
    const TITLE: &'static str = "the temperature changed during training: the final one matters";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            sample: (2, setting.pick(50, 100)),
            seeds: (1..=setting.pick(2, 6)).collect(),
            starts: setting.pick(vec![1.0, 16.0], vec![1.0, 4.0, 16.0]),
            hidden: setting.pick(vec![32], vec![64, 64]),
            epochs: setting.pick(30, 400),
            batch: 64,
            line_steps: setting.pick(100, 3_000),
            rate: 0.01,
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let (mut parts, mut temperatures) = (Vec::new(), Vec::new());
        for world in WORLDS {
            for end in world.ends() {
                temperatures.push((world, end));
                let mut starts = recipe.starts.clone();
                if !starts.iter().any(|start| start.total_cmp(&end).is_eq()) {
                    starts.push(end);
                }
                for start in starts {
                    parts.extend(recipe.seeds.iter().map(|&seed| Part { recipe, world, seed, start, end }));
                }
            }
        }
        let name = |part: &Part<'_>| {
            let Part { world, seed, start, end, .. } = part;
            format!("{}-from-{start}-to-{end}-seed-{seed}", world.name().replace(' ', "-"))
        };
        let courses = run.parts(&parts, name, course)?;
        let name = |(world, tau): &(World, f64)| format!("{}-exact-{tau}", world.name().replace(' ', "-"));
        let exact = run.parts(&temperatures, name, |(world, tau)| exact(*world, recipe, *tau))?;
        Ok(Self { exact, courses })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("margins", draw::margins(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let columns = [
            "data",
            "tau at the start",
            "tau at the end",
            "mean margin",
            "the minimiser's",
            "minus that of a constant tau",
            "half of the 99 % interval",
            "loss over the least loss",
            "errors (%)",
        ];
        let mut table = Table::new("ends", "Where training ends, means over the seeds", &columns);
        for world in WORLDS {
            for end in world.ends() {
                for start in self.starts(world) {
                    let of: Vec<&Course> = self.runs(world, start, end).collect();
                    if of.is_empty() {
                        continue;
                    }
                    let mean = |value: fn(&Course) -> f64| {
                        of.iter().map(|c| value(c)).sum::<f64>() / of.len() as f64
                    };
                    let against = self.difference(world, (start, end), (end, end));
                    let changed = start.total_cmp(&end).is_ne();
                    let exact = self.exact(world, end);
                    table.row([
                        Cell::from(world.name()),
                        start.into(),
                        end.into(),
                        mean(Course::margin).into(),
                        exact.map(|exact| exact.margin).into(),
                        changed.then_some(against.mean).into(),
                        changed.then_some(against.half).into(),
                        exact.map(|exact| mean(|c| c.loss) / exact.loss.0).into(),
                        (100.0 * mean(|c| c.error)).into(),
                    ]);
                }
            }
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        let constant = self.courses.iter().map(|course| course.constant).fold(0.0, f64::max);
        all.push(Statement::at_most("largest certified constant", constant, UNIT_CONSTANT));
        for exact in self.exact.iter().filter(|exact| exact.world == World::Line) {
            let ends = self
                .courses
                .iter()
                .filter(|course| course.world == World::Line && course.end.total_cmp(&exact.tau).is_eq());
            let over = ends.map(|course| course.loss / exact.loss.0).fold(0.0, f64::max);
            let text =
                format!("line, tau {} at the end: loss over the least loss, any start and seed", exact.tau);
            all.push(Statement::at_most(text, over, 1.0 + CLOSE).when_full());
        }
        let [cold, hot] = World::Cells.ends();
        let matters = self.difference(World::Cells, (cold, cold), (hot, hot));
        let text = format!(
            "cells: mean margin at constant {cold}, off that at {hot}, in half widths of its interval"
        );
        all.push(Statement::at_least(text, matters.mean.abs() / matters.half, 1.0).when_full());
        let mut largest: f64 = 0.0;
        for end in [cold, hot] {
            for start in self.starts(World::Cells).into_iter().filter(|start| start.total_cmp(&end).is_ne()) {
                largest = largest.max(self.difference(World::Cells, (start, end), (end, end)).mean.abs());
            }
        }
        let text =
            "cells: what the start changes of the mean margin, at most, as a share of what the end changes";
        all.push(Statement::at_most(text, largest / matters.mean.abs(), 1.0).when_full());
        all
    }
}

/// Solves exactly.
fn exact(world: World, recipe: &Recipe, tau: f64) -> Result<Exact, CheckError> {
    let (p, q) = world.classes(recipe)?;
    let count = (p.len() + q.len()) as f64;
    let problem = LogLoss::new(&Measure::uniform(p)?, &Measure::uniform(q)?, Cost::L2, tau, 1.0)?;
    let dual = problem.solve()?;
    let bracket = problem.certify(&dual)?;
    let margin = (dual.potentials.u.iter().sum::<f64>() - dual.potentials.v.iter().sum::<f64>()) / count;
    Ok(Exact { world, tau, loss: (bracket.lower, bracket.upper), margin })
}

/// Trains with a temperature that goes from the start to the end and then stays.
fn course(part: &Part<'_>) -> Result<Course, CheckError> {
    let Part { recipe, world, seed, start, end } = *part;
    let (p, q) = world.classes(recipe)?;
    let samples = &two_classes::<f64>(&p, &q)?;
    let (epochs, batch) = match world {
        World::Line => (recipe.line_steps, samples.len()),
        World::Cells => (recipe.epochs, recipe.batch),
    };
    let plan = Training {
        epochs,
        batch,
        rate: recipe.rate,
        factor: Schedule::Linear(vec![(0.0, 1.0), (SETTLED, 1.0), (1.0, 0.01)]),
        seed,
        ..Training::default()
    };
    // Equal factors in equal times.
    let schedule = Schedule::Linear(vec![(0.0, start.ln()), (SETTLED, end.ln())]);
    let at =
        |share: f64| -> Box<dyn Loss<f64>> { Box::new(BinaryCrossEntropy { tau: schedule.at(share).exp() }) };
    let network = Architecture::lipnet(samples.inputs().nrows(), &recipe.hidden, 1).build::<f64>(seed)?;
    let mut margins = Vec::new();
    let mut failed = None;
    let (network, _) = train_scheduled(network, samples, &at, &plan, &mut |progress| {
        let last = progress.epoch + 1 == epochs;
        if progress.epoch_ends && (last || progress.epoch.is_multiple_of(epochs.div_ceil(LOOKS))) {
            match margin(progress.network, samples) {
                Ok((mean, _)) => margins.push((progress.step + 1, mean)),
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(Course {
        world,
        seed,
        start,
        end,
        margins,
        loss: mean_loss(&network, samples, &BinaryCrossEntropy { tau: end })?,
        error: margin(&network, samples)?.1,
        constant: certified_constant(&network)?,
    })
}

/// Mean of `y f`, and the share of samples on the wrong side.
fn margin(network: &Network<f64>, samples: &Samples<f64>) -> Result<(f64, f64), CheckError> {
    let outputs = network.evaluate(samples.inputs())?;
    let Targets::Signs(signs) = samples.targets() else {
        return Err(CheckError::Instance("margins of more than two classes".into()));
    };
    let signed: Vec<f64> = outputs.iter().zip(signs).map(|(f, y)| f64::from(*y) * f).collect();
    let count = signed.len() as f64;
    let sum: f64 = signed.iter().sum();
    let wrong = signed.iter().filter(|value| **value <= 0.0).count();
    Ok((sum / count, wrong as f64 / count))
}

#[cfg(test)]
mod tests {
    use super::{Difference, Part, Recipe, Temperatures, World, course, exact};
    use crate::experiments::Experiment;

    /// Rounding of a mean and a deviation of three numbers.
    const ROUNDING: f64 = 1e-3;

    #[test]
    fn paired_differences_have_a_students_interval() {
        let difference = Difference::of(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
        assert!((difference.mean - 2.0).abs() < ROUNDING);
        assert!((difference.half - 9.925 / 3.0_f64.sqrt()).abs() < ROUNDING);
    }

    #[test]
    fn a_tiny_course_ends_1_lipschitz_and_is_drawn() {
        let recipe = Recipe {
            sample: (1, 20),
            seeds: vec![1, 2],
            starts: vec![1.0, 8.0],
            hidden: vec![8],
            epochs: 20,
            batch: 100,
            line_steps: 20,
            rate: 0.02,
        };
        let mut courses = Vec::new();
        for (world, end) in [(World::Line, 8.0), (World::Cells, 16.0)] {
            for start in [1.0, end] {
                for seed in [1, 2] {
                    courses.push(course(&Part { recipe: &recipe, world, seed, start, end }).unwrap());
                }
            }
        }
        assert!(courses.iter().all(|c| c.margins.len() == 20 && c.margin() > 0.0));
        let exact = vec![exact(World::Line, &recipe, 8.0).unwrap()];
        let results = Temperatures { exact, courses };
        assert!(results.statements()[0].holds);
        assert_eq!(results.tables()[0].rows.len(), 4);
        assert_eq!(results.pictures().unwrap().len(), 1);
    }
}
