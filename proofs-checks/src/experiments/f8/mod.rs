//! F8: the temperature changed during training.
//!
//! The log loss is convex in the values of f, and 1-Lipschitz functions are a convex set: the values of the minimiser on
//! the sample are unique. So where training ends should depend on the final temperature only, not on the one it began
//! with. Networks are compared pairwise, seed by seed, with those trained at the final temperature throughout.

mod draw;

use lip1_core::{
    Architecture, BinaryCrossEntropy, Loss, Network, Samples, Schedule, Targets, Training, train_scheduled,
};
use lip1_kernel::distance::Cost;
use lip1_ot::Measure;
use lip1_ot::regularised::LogLoss;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

use super::lipnet::{certified_constant, mean_loss, two_classes};
use super::{Experiment, Run, Setting, Statement, Table};
use crate::data::breast_cancer;
use crate::{CheckError, Picture};

/// Share of the run after which the temperature stays.
const SETTLED: f64 = 0.5;

/// Certified constants at most this count as 1.
const UNIT_CONSTANT: f64 = super::f2::UNIT_CONSTANT;

/// Two-sided 99 % quantiles of Student's law with 1, 2, ... degrees of freedom.
const STUDENT: [f64; 9] = [63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250];

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// One network a seed, 2 to 10 of them.
    pub seeds: Vec<u64>,
    /// Temperatures at the start.
    pub starts: Vec<f64>,
    /// Temperatures at the end.
    pub ends: Vec<f64>,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Passes over the data.
    pub epochs: usize,
    /// Samples a step.
    pub batch: usize,
    /// Learning rate at the start.
    pub rate: f64,
}

/// One run's part of a recipe.
#[derive(Clone, Debug, Serialize)]
struct Part<'a> {
    recipe: &'a Recipe,
    seed: u64,
    start: f64,
    end: f64,
}

/// One training run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Course {
    /// Seed of the network and of the order of the samples.
    pub seed: u64,
    /// Temperature at the start.
    pub start: f64,
    /// Temperature at the end.
    pub end: f64,
    /// Mean of `y f` on the sample after each epoch.
    pub margins: Vec<f64>,
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
        self.margins.last().copied().unwrap_or(f64::NAN)
    }
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Temperatures {
    /// For each final temperature, the least log loss of all 1-Lipschitz functions, from below and from above.
    pub least: Vec<(f64, f64, f64)>,
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
    fn pairs(&self, start: f64, end: f64, other: (f64, f64)) -> Vec<(f64, f64)> {
        let of = |start: f64, end: f64| {
            let same = move |course: &&Course| {
                course.start.total_cmp(&start).is_eq() && course.end.total_cmp(&end).is_eq()
            };
            self.courses.iter().filter(same).map(Course::margin)
        };
        of(start, end).zip(of(other.0, other.1)).collect()
    }

    /// Temperatures at the start and at the end that occur, in order.
    fn temperatures(&self) -> (Vec<f64>, Vec<f64>) {
        let of = |value: fn(&Course) -> f64| {
            let mut all: Vec<f64> = self.courses.iter().map(value).collect();
            all.sort_by(f64::total_cmp);
            all.dedup_by(|a, b| a.total_cmp(b).is_eq());
            all
        };
        (of(|course| course.start), of(|course| course.end))
    }
}

impl Experiment for Temperatures {
    const ID: &'static str = "F8";
    const TITLE: &'static str = "the temperature changed during training: only the final one matters";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seeds: (1..=setting.pick(3, 6)).collect(),
            starts: setting.pick(vec![1.0, 16.0], vec![1.0, 4.0, 16.0]),
            ends: vec![1.0, 16.0],
            hidden: setting.pick(vec![32], vec![64, 64]),
            epochs: setting.pick(30, 120),
            batch: 64,
            rate: 0.01,
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let cells = breast_cancer()?;
        let samples = two_classes::<f64>(&cells.malignant, &cells.benign)?;
        let mut parts = Vec::new();
        for &end in &recipe.ends {
            for &start in &recipe.starts {
                parts.extend(recipe.seeds.iter().map(|&seed| Part { recipe, seed, start, end }));
            }
        }
        let name = |part: &Part<'_>| format!("from-{}-to-{}-seed-{}", part.start, part.end, part.seed);
        let courses = run.parts(&parts, name, |part| course(part, &samples))?;
        let least = run.parts(&recipe.ends, |tau| format!("least-{tau}"), |tau| least(*tau))?;
        Ok(Self { least, courses })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("margins", draw::margins(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let columns = [
            "tau at the start",
            "tau at the end",
            "mean margin (standardised units)",
            "minus that of a constant tau",
            "half of the 99 % interval",
            "loss over the least loss",
            "errors (%)",
        ];
        let mut table = Table::new("ends", "Where training ends, means over the seeds", &columns);
        let (starts, ends) = self.temperatures();
        for end in ends {
            for &start in &starts {
                let of: Vec<&Course> = self
                    .courses
                    .iter()
                    .filter(|c| c.start.total_cmp(&start).is_eq() && c.end.total_cmp(&end).is_eq())
                    .collect();
                let mean =
                    |value: fn(&Course) -> f64| of.iter().map(|c| value(c)).sum::<f64>() / of.len() as f64;
                let against = Difference::of(&self.pairs(start, end, (end, end)));
                let least = self.least.iter().find(|(tau, ..)| tau.total_cmp(&end).is_eq());
                let constant = start.total_cmp(&end).is_eq();
                table.row([
                    start.into(),
                    end.into(),
                    mean(Course::margin).into(),
                    (!constant).then_some(against.mean).into(),
                    (!constant).then_some(against.half).into(),
                    least.map(|(_, low, _)| mean(|c| c.loss) / low).into(),
                    (100.0 * mean(|c| c.error)).into(),
                ]);
            }
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let (starts, ends) = self.temperatures();
        let mut all = Vec::new();
        let constant = self.courses.iter().map(|course| course.constant).fold(0.0, f64::max);
        all.push(Statement::at_most("largest certified constant", constant, UNIT_CONSTANT));
        for &end in &ends {
            for start in starts.iter().filter(|start| start.total_cmp(&end).is_ne()) {
                let Difference { mean, half } = Difference::of(&self.pairs(*start, end, (end, end)));
                let text = format!("mean margin, tau from {start} to {end}, off that of constant {end}");
                all.push(Statement::at_most(text, mean.abs(), half).when_full());
            }
        }
        if let (Some(&cold), Some(&hot)) = (ends.first(), ends.last()) {
            let Difference { mean, half } = Difference::of(&self.pairs(cold, cold, (hot, hot)));
            let text = format!(
                "mean margin at constant {cold}, off that at constant {hot}: the interval tells them apart"
            );
            all.push(Statement::at_least(text, mean.abs(), half).when_full());
        }
        all
    }
}

/// The least log loss at a temperature.
fn least(tau: f64) -> Result<(f64, f64, f64), CheckError> {
    let cells = breast_cancer()?;
    let (p, q) = (Measure::uniform(cells.malignant.clone())?, Measure::uniform(cells.benign.clone())?);
    let problem = LogLoss::new(&p, &q, Cost::L2, tau, 1.0)?;
    let bracket = problem.certify(&problem.solve()?)?;
    Ok((tau, bracket.lower, bracket.upper))
}

/// Trains with a temperature that goes from the start to the end and then stays.
fn course(part: &Part<'_>, samples: &Samples<f64>) -> Result<Course, CheckError> {
    let Part { recipe, seed, start, end } = *part;
    let plan = Training {
        epochs: recipe.epochs,
        batch: recipe.batch,
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
        if progress.epoch_ends {
            match margin(progress.network, samples) {
                Ok((mean, _)) => margins.push(mean),
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
    use super::{Difference, Part, Recipe, Temperatures, course, two_classes};
    use crate::experiments::Experiment;
    use crate::worlds::gaussian;

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
        let p = gaussian(1, 20, &[1.0, 0.0], 0.3).unwrap();
        let q = gaussian(2, 20, &[-1.0, 0.0], 0.3).unwrap();
        let samples = two_classes(&p, &q).unwrap();
        let recipe = Recipe {
            seeds: vec![1, 2],
            starts: vec![1.0, 8.0],
            ends: vec![8.0],
            hidden: vec![8],
            epochs: 20,
            batch: 10,
            rate: 0.02,
        };
        let mut courses = Vec::new();
        for start in [1.0, 8.0] {
            for seed in [1, 2] {
                courses.push(course(&Part { recipe: &recipe, seed, start, end: 8.0 }, &samples).unwrap());
            }
        }
        assert!(courses.iter().all(|c| c.margins.len() == 20 && c.margin() > 0.5 && c.error < 0.1));
        let results = Temperatures { least: vec![(8.0, 0.001, 0.001)], courses };
        assert!(results.statements()[0].holds);
        assert_eq!(results.tables()[0].rows.len(), 2);
        assert_eq!(results.pictures().unwrap().len(), 1);
    }
}
