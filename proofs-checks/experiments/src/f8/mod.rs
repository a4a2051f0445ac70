//! F8: the temperature changed during training.
//!
//! The log loss is convex in the values of f, and 1-Lipschitz functions are a convex set: the values of the minimiser on
//! the sample are unique. So where training ends should depend on the final temperature only, not on the one it began
//! with, as far as training comes to its end; how far that is, the certified least loss says (`ends`). Networks are
//! compared with the minimiser and with each other, in the probabilities that the loss sees, and seed by seed in mean
//! margin, which it hardly sees where everything is fitted.

mod course;
mod draw;
mod ends;
mod world;

use lip1_figures::Picture;
use lip1_harness::CheckError;
use serde::{Deserialize, Serialize};

use super::{Cell, Experiment, Run, Setting, Statement, Table, f2};
pub use course::{Course, Exact};
use course::{Part, WithMargins, course, exact};
pub use ends::{Apart, End, Ends};
pub use world::World;

/// In few dimensions the loss of a network should be this close to the least, relative; as in F2.
const CLOSE: f64 = 0.02;

/// Certified constants at most this count as 1.
const UNIT_CONSTANT: f64 = f2::UNIT_CONSTANT;

/// Two-sided 99 % quantiles of Student's law with 1, 2, ... degrees of freedom.
const STUDENT: [f64; 9] = [63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250];

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
    /// Passes over the aspirates with all features.
    pub epochs: usize,
    /// Aspirates a step.
    pub batch: usize,
    /// Steps on all samples at once, on the line and with two features.
    pub whole_steps: usize,
    /// Learning rate at the start.
    pub rate: f64,
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Temperatures {
    /// The exact minimisers.
    pub exact: Vec<Exact>,
    /// All runs, those of one world together.
    pub courses: Vec<Course>,
    /// How far apart they ended, by world.
    pub ends: Vec<Ends>,
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

fn equal(one: f64, other: f64) -> bool {
    one.total_cmp(&other).is_eq()
}

impl Temperatures {
    /// The runs of one kind with their ends, in the order of their seeds.
    fn runs(&self, world: World, start: f64, end: f64) -> impl Iterator<Item = (&Course, &End)> {
        let ends = self.ends.iter().filter(move |ends| ends.world == world).flat_map(|ends| &ends.runs);
        let courses = self.courses.iter().filter(move |course| course.world == world);
        courses.zip(ends).filter(move |(course, _)| equal(course.start, start) && equal(course.end, end))
    }

    /// The difference of the mean margins of two kinds of runs.
    fn difference(&self, world: World, one: (f64, f64), other: (f64, f64)) -> Difference {
        let margins = |(start, end): (f64, f64)| self.runs(world, start, end).map(|(run, _)| run.margin());
        Difference::of(&margins(one).zip(margins(other)).collect::<Vec<_>>())
    }

    /// Temperatures at the start that occur, in order.
    fn starts(&self, world: World) -> Vec<f64> {
        let runs = self.courses.iter().filter(|course| course.world == world);
        let mut all: Vec<f64> = runs.map(|course| course.start).collect();
        all.sort_by(f64::total_cmp);
        all.dedup_by(|a, b| equal(*a, *b));
        all
    }

    /// World, start and end of the runs that there are.
    fn kinds(&self) -> Vec<(World, f64, f64)> {
        let ends = World::ALL.into_iter().flat_map(|world| world.ends().map(|end| (world, end)));
        let all = ends.flat_map(|(world, end)| {
            self.starts(world).into_iter().map(move |start| (world, start, end)).collect::<Vec<_>>()
        });
        all.filter(|(world, start, end)| self.runs(*world, *start, *end).next().is_some()).collect()
    }

    fn exact(&self, world: World, tau: f64) -> Option<&Exact> {
        self.exact.iter().find(|exact| exact.world == world && equal(exact.tau, tau))
    }

    /// Losses over the least loss, at one final temperature.
    fn over(&self, exact: &Exact) -> impl Iterator<Item = f64> {
        let (world, tau, least) = (exact.world, exact.tau, exact.loss.0);
        let ends = self.courses.iter().filter(move |run| run.world == world && equal(run.end, tau));
        ends.map(move |run| run.loss / least)
    }

    /// Where runs end as the loss sees it.
    fn probabilities(&self) -> Table {
        let columns = [
            "data",
            "tau at the start",
            "tau at the end",
            "loss over the least loss",
            "errors (%)",
            "off the minimiser, at most",
            "off the minimiser, found",
            "off a run at constant tau, largest",
        ];
        let title =
            "Where training ends: root mean square distances of probabilities, largest over the seeds";
        let mut table = Table::new("ends", title, &columns);
        for (world, start, end) in self.kinds() {
            let mean = |value: &dyn Fn(&Course) -> f64| {
                let values: Vec<f64> = self.runs(world, start, end).map(|(run, _)| value(run)).collect();
                values.iter().sum::<f64>() / values.len() as f64
            };
            let largest = |value: fn(&End) -> f64| {
                self.runs(world, start, end).map(|(_, end)| value(end)).fold(0.0, f64::max)
            };
            let exact = self.exact(world, end);
            table.row([
                Cell::from(world.name()),
                start.into(),
                end.into(),
                exact.map(|exact| mean(&|run| run.loss / exact.loss.0)).into(),
                (100.0 * mean(&|run| run.error)).into(),
                largest(|end| end.at_most).into(),
                largest(|end| end.off).into(),
                largest(|end| end.from_constant).into(),
            ]);
        }
        table
    }

    /// Distances of ends of runs to one final temperature beside those to two.
    fn apart(&self) -> Table {
        let columns = [
            "data",
            "tau at the end",
            "two ends, largest",
            "to an end at the other tau, least",
            "off the minimiser, at most",
            "to the minimiser at the other tau",
        ];
        let title = "Distances of ends at one final temperature, from any start, and to those at the other";
        let mut table = Table::new("apart", title, &columns);
        for ends in &self.ends {
            for at in &ends.at {
                let distances = [at.tau, at.same, at.other, at.radius, at.minimisers];
                let cells = distances.map(Cell::from);
                table.row(std::iter::once(Cell::from(ends.world.name())).chain(cells));
            }
        }
        table
    }

    /// Mean margins, seed by seed.
    fn margins(&self) -> Table {
        let columns = [
            "data",
            "tau at the start",
            "tau at the end",
            "mean margin",
            "the minimiser's",
            "minus that of a constant tau",
            "half of the 99 % interval",
        ];
        let mut table = Table::new("margins", "Mean margins at the end, means over the seeds", &columns);
        for (world, start, end) in self.kinds() {
            let margins: Vec<f64> = self.runs(world, start, end).map(|(run, _)| run.margin()).collect();
            let against = self.difference(world, (start, end), (end, end));
            let changed = !equal(start, end);
            table.row([
                Cell::from(world.name()),
                start.into(),
                end.into(),
                (margins.iter().sum::<f64>() / margins.len() as f64).into(),
                self.exact(world, end).map(|exact| exact.margin).into(),
                changed.then_some(against.mean).into(),
                changed.then_some(against.half).into(),
            ]);
        }
        table
    }
}

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
            whole_steps: setting.pick(100, 3_000),
            rate: 0.01,
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let (mut parts, mut temperatures) = (Vec::new(), Vec::new());
        for world in World::ALL {
            for end in world.ends() {
                temperatures.push((world, end));
                let mut starts = recipe.starts.clone();
                if !starts.iter().any(|start| equal(*start, end)) {
                    starts.push(end);
                }
                for start in starts {
                    parts.extend(recipe.seeds.iter().map(|&seed| Part { recipe, world, seed, start, end }));
                }
            }
        }
        let file = |world: World| world.name().replace(' ', "-").replace(',', "");
        let name = |part: &Part<'_>| {
            let Part { world, seed, start, end, .. } = part;
            format!("{}-from-{start}-to-{end}-seed-{seed}", file(*world))
        };
        let courses = run.parts(&parts, name, course)?;
        let name = |(world, tau): &(World, f64)| format!("{}-exact-{tau}", file(*world));
        let exact = run.parts(&temperatures, name, |(world, tau)| exact(*world, recipe, *tau))?;
        Self::of(courses, exact)
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("ends", draw::ends(self)?), ("margins", draw::margins(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        vec![self.probabilities(), self.apart(), self.margins()]
    }

    fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        let constant = self.courses.iter().map(|course| course.constant).fold(0.0, f64::max);
        all.push(Statement::at_most("largest certified constant", constant, UNIT_CONSTANT));
        for exact in &self.exact {
            // What training reaches: everything on the line, the smoother minimiser of two features.
            let [low, _] = exact.world.ends();
            let reached = match exact.world {
                World::Line => true,
                World::TwoFeatures => equal(exact.tau, low),
                World::BreastCancer => false,
            };
            if reached {
                let text = format!(
                    "{}, tau {} at the end: loss over the least loss, any start and seed",
                    exact.world.name(),
                    exact.tau
                );
                let over = self.over(exact).fold(0.0, f64::max);
                all.push(Statement::at_most(text, over, 1.0 + CLOSE).when_full());
            }
        }
        for ends in &self.ends {
            let name = ends.world.name();
            let share = ends.runs.iter().map(|end| end.off / end.at_most).fold(0.0, f64::max);
            let text = format!("{name}: an end off the minimiser, over its bound, any start and seed");
            all.push(Statement::at_most(text, share, 1.0));
            for at in &ends.at {
                let tau = at.tau;
                let text =
                    format!("{name}, tau {tau}: two ends, largest distance, over least to the other tau");
                all.push(Statement::at_most(text, at.same / at.other, 1.0).when_full());
                // With 30 features training stays too far above the minimum at the low temperature to say so.
                if ends.world != World::BreastCancer || equal(tau, ends.world.ends()[1]) {
                    let text =
                        format!("{name}, tau {tau}: bound of an end over the other minimiser's distance");
                    all.push(Statement::at_most(text, at.radius / at.minimisers, 1.0).when_full());
                }
            }
            let [low, high] = ends.world.ends();
            let matters = self.difference(ends.world, (low, low), (high, high)).mean.abs();
            let traces = self
                .kinds()
                .into_iter()
                .filter(|(world, start, end)| *world == ends.world && !equal(*start, *end));
            let trace = traces
                .map(|(world, start, end)| self.difference(world, (start, end), (end, end)).mean.abs())
                .fold(0.0, f64::max);
            let text =
                format!("{name}: what the start changes of the mean margin, over what the end changes");
            all.push(Statement::at_most(text, trace / matters, 1.0).when_full());
        }
        all
    }
}

impl Temperatures {
    fn of(courses: Vec<WithMargins<Course>>, exact: Vec<WithMargins<Exact>>) -> Result<Self, CheckError> {
        let met = World::ALL.into_iter().filter(|world| courses.iter().any(|run| run.of.world == *world));
        let ends = met.map(|world| Ends::of(world, &courses, &exact)).collect::<Result<_, _>>()?;
        Ok(Self {
            exact: exact.into_iter().map(|found| found.of).collect(),
            courses: courses.into_iter().map(|run| run.of).collect(),
            ends,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, Part, Recipe, Temperatures, World, course, exact};
    use crate::Experiment;

    /// Rounding of a mean and a deviation of three numbers.
    const ROUNDING: f64 = 1e-3;

    #[test]
    fn paired_differences_have_a_students_interval() {
        let difference = Difference::of(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
        assert!((difference.mean - 2.0).abs() < ROUNDING);
        assert!((difference.half - 9.925 / 3.0_f64.sqrt()).abs() < ROUNDING);
    }

    fn tiny() -> Temperatures {
        let recipe = Recipe {
            sample: (1, 20),
            seeds: vec![1, 2],
            starts: vec![1.0, 8.0],
            hidden: vec![8],
            epochs: 20,
            batch: 100,
            whole_steps: 20,
            rate: 0.02,
        };
        let (mut courses, mut minimisers) = (Vec::new(), Vec::new());
        for world in [World::Line, World::TwoFeatures] {
            for end in world.ends() {
                for start in [1.0, end] {
                    for seed in [1, 2] {
                        courses.push(course(&Part { recipe: &recipe, world, seed, start, end }).unwrap());
                    }
                }
                minimisers.push(exact(world, &recipe, end).unwrap());
            }
        }
        Temperatures::of(courses, minimisers).unwrap()
    }

    #[test]
    fn tiny_courses_end_within_their_intervals_and_are_drawn() {
        let results = tiny();
        assert!(results.courses.iter().all(|run| run.margins.len() == 20 && run.margin() > 0.0));
        let statements = results.statements();
        assert!(statements[0].holds);
        let intervals: Vec<_> = statements.iter().filter(|s| s.text.contains("over its bound")).collect();
        assert!(intervals.len() == 2 && intervals.iter().all(|s| s.holds && s.found > 0.0));
        assert_eq!(results.tables().len(), 3);
        assert_eq!(results.pictures().unwrap().len(), 2);
    }

    #[test]
    fn an_end_outside_of_its_interval_is_noticed() {
        let mut results = tiny();
        results.ends[0].runs[0].off = 1.01 * results.ends[0].runs[0].at_most;
        let failed: Vec<_> = results.statements().into_iter().filter(|s| !s.holds).collect();
        assert!(failed.iter().any(|s| s.text.starts_with("mixture on the line: an end off the minimiser")));
    }
}
