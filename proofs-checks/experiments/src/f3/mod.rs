//! F3: two moons at three temperatures, decision maps and accuracy against radius.
//!
//! The paper's network has two outputs, each 1-Lipschitz, so that `f_0 - f_1` is 2-Lipschitz and the certificate is half
//! of it; its figure shows `f_0 - f_1` itself as the radius. Here every radius comes from the kernel and is compared with
//! the distance to the frontier of the very network, enclosed on a fine grid.

mod draw;
mod frontier;

use lip1_core::{Architecture, BinaryCrossEntropy, Network, Samples, Schedule, Targets, Training, certify};
use lip1_datasets::worlds::two_moons;
use lip1_figures::Picture;
use lip1_figures::plot::Map;
use lip1_harness::CheckError;
use lip1_kernel::Points;
use serde::{Deserialize, Serialize};

use super::lipnet::{batch, in_double, trained};
use super::{Experiment, Run, Setting, Statement, Table};
use frontier::Frontier;

/// Accuracy on the samples that the paper's curves start at, read off its figure.
const PUBLISHED: [(f64, f64); 3] = [(0.5, 0.84), (5.0, 0.99), (10.0, 1.0)];

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the samples and of the networks.
    pub seed: u64,
    /// Points to train on and points to examine.
    pub points: (usize, usize),
    /// Deviation of the noise.
    pub noise: f64,
    /// Temperatures.
    pub taus: Vec<f64>,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Passes over the data.
    pub epochs: usize,
    /// Samples a step.
    pub batch: usize,
    /// Learning rate at the start.
    pub rate: f64,
    /// Cells of the grid along the wider side.
    pub cells: usize,
}

/// One temperature's part of a recipe.
#[derive(Clone, Debug, Serialize)]
struct Part<'a> {
    recipe: &'a Recipe,
    tau: f64,
}

/// One examined point.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Examined {
    /// Whether the decision is right.
    pub right: bool,
    /// The certified radius.
    pub radius: f64,
    /// What the paper's figure shows as the radius: the difference of the outputs.
    pub shown: f64,
    /// The distance to the frontier, from below and from above.
    pub distance: (f64, f64),
}

/// What one temperature gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moon {
    /// Temperature.
    pub tau: f64,
    /// Certified constant of each output.
    pub constants: Vec<f64>,
    /// The examined points.
    pub points: Vec<Examined>,
    /// Levels of the signed radius.
    pub map: Map,
    /// Pairs of ends of short pieces of the frontier.
    pub frontier: Vec<(f64, f64)>,
}

impl Moon {
    /// Share of points that are right and whose number exceeds `radius`.
    fn accuracy(&self, radius: f64, number: fn(&Examined) -> f64) -> f64 {
        let good = self.points.iter().filter(|point| point.right && number(point) > radius);
        good.count() as f64 / self.points.len() as f64
    }

    /// The least over the points of the distance found minus a number.
    fn least_slack(&self, number: fn(&Examined) -> f64) -> f64 {
        self.points.iter().map(|point| point.distance.1 - number(point)).fold(f64::INFINITY, f64::min)
    }

    /// Points at which a number exceeds the distance to the frontier.
    fn beyond(&self, number: fn(&Examined) -> f64) -> f64 {
        self.points.iter().filter(|point| number(point) > point.distance.1).count() as f64
    }

    /// The middle one of the ratios of radius to distance.
    fn tightness(&self) -> f64 {
        let mut ratios: Vec<f64> = self.points.iter().map(|point| point.radius / point.distance.1).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moons {
    /// Some of the samples, of class 0 and of class 1.
    pub samples: [Vec<(f64, f64)>; 2],
    /// One entry a temperature.
    pub fits: Vec<Moon>,
}

/// Samples drawn in pictures, of either class.
const DRAWN: usize = 150;

impl Experiment for Moons {
    const ID: &'static str = "F3";
    const TITLE: &'static str = "two moons: decisions, and accuracy against certified radius";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seed: 3,
            points: setting.pick((2_000, 200), (5_000, 600)),
            noise: 0.05,
            taus: setting.pick(vec![0.5, 10.0], PUBLISHED.iter().map(|(tau, _)| *tau).collect()),
            hidden: setting.pick(vec![64, 32], vec![256, 128, 64]),
            epochs: 20,
            batch: 128,
            rate: 0.01,
            cells: setting.pick(250, 600),
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let parts: Vec<Part<'_>> = recipe.taus.iter().map(|&tau| Part { recipe, tau }).collect();
        let fits = run.parts(&parts, |part| format!("tau-{}", part.tau), fit)?;
        let moons = two_moons(recipe.seed, DRAWN, recipe.noise)?;
        let pairs = |points: &Points| points.rows().map(|row| (row[0], row[1])).collect();
        Ok(Self { samples: [pairs(&moons.lower), pairs(&moons.upper)], fits })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("decisions", draw::decisions(self)?), ("radii", draw::radii(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let columns = [
            "tau",
            "accuracy (%)",
            "accuracy in the paper's figure (%)",
            "certified at 0.1 (%)",
            "certified at 0.2 (%)",
            "largest radius",
            "middle ratio of radius to distance",
            "radii beyond the frontier (%)",
            "shown radii beyond the frontier (%)",
            "constants of the outputs",
        ];
        let mut table = Table::new("temperatures", "Two moons by temperature", &columns);
        for fit in &self.fits {
            let percent = |count: f64| 100.0 * count / fit.points.len() as f64;
            let published = PUBLISHED.iter().find(|(tau, _)| tau.total_cmp(&fit.tau).is_eq());
            let radius = |point: &Examined| point.radius;
            let largest = fit.points.iter().map(radius).fold(0.0, f64::max);
            table.row([
                fit.tau.into(),
                (100.0 * fit.accuracy(f64::NEG_INFINITY, |point| point.radius)).into(),
                published.map(|(_, accuracy)| 100.0 * accuracy).into(),
                (100.0 * fit.accuracy(0.1, |point| point.radius)).into(),
                (100.0 * fit.accuracy(0.2, |point| point.radius)).into(),
                largest.into(),
                fit.tightness().into(),
                percent(fit.beyond(|point| point.radius)).into(),
                percent(fit.beyond(|point| point.shown)).into(),
                fit.constants.iter().copied().fold(0.0, f64::max).into(),
            ]);
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        for fit in &self.fits {
            let tau = fit.tau;
            let slack = fit.least_slack(|point| point.radius);
            all.push(Statement::at_least(
                format!("distance to the frontier minus radius, least, tau {tau}"),
                slack,
                0.0,
            ));
            let count = fit.points.len();
            let text =
                format!("radii on the paper's axis that reach beyond the frontier, of {count}, tau {tau}");
            all.push(Statement::at_least(text, fit.beyond(|point| point.shown), 1.0));
        }
        if let (Some(cold), Some(hot)) = (self.fits.first(), self.fits.last()) {
            let accuracy = |fit: &Moon| fit.accuracy(f64::NEG_INFINITY, |point| point.radius);
            let text = format!("accuracy at tau {} minus accuracy at tau {}", hot.tau, cold.tau);
            all.push(Statement::at_least(text, accuracy(hot) - accuracy(cold), 0.0).when_full());
        }
        all
    }
}

/// The classes as the paper numbers them: 0 the upper moon, 1 the lower one.
fn samples(recipe: &Recipe) -> Result<Samples<f32>, CheckError> {
    let moons = two_moons(2 * recipe.seed, recipe.points.0 / 2, recipe.noise)?;
    let coords = [moons.upper.coords(), moons.lower.coords()].concat();
    let classes = [vec![0; moons.upper.len()], vec![1; moons.lower.len()]].concat();
    Ok(Samples::new(batch(&Points::new(2, coords)?), Targets::Classes(classes))?)
}

/// Trains a network at one temperature and examines fresh points.
fn fit(part: &Part<'_>) -> Result<Moon, CheckError> {
    let Part { recipe, tau } = *part;
    let config = Training {
        epochs: recipe.epochs,
        batch: recipe.batch,
        learning_rate: recipe.rate,
        factor: Schedule::Cosine { from: 1.0, to: 0.01 },
        seed: recipe.seed,
        ..Training::default()
    };
    let start = Architecture::lipnet(2, &recipe.hidden, 2).build::<f32>(recipe.seed)?;
    let network = in_double(&trained(start, &samples(recipe)?, &BinaryCrossEntropy { tau }, &config)?)?;
    examine(&network, recipe, tau)
}

fn examine(network: &Network<f64>, recipe: &Recipe, tau: f64) -> Result<Moon, CheckError> {
    let net = network.to_kernel()?;
    let certified = certify(&net)?;
    let slope = certified.outputs().iter().sum::<f64>();
    let frontier = Frontier::of(network, slope, recipe.cells)?;
    let moons = two_moons(2 * recipe.seed + 1, recipe.points.1 / 2, recipe.noise)?;
    let mut points = Vec::new();
    for (class, cloud) in [(0, &moons.upper), (1, &moons.lower)] {
        let outputs = network.evaluate(&batch(cloud))?;
        for (row, output) in cloud.rows().zip(outputs.column_iter()) {
            let decision = certified.decide(row)?;
            points.push(Examined {
                right: decision.class() == class,
                radius: decision.radius(),
                shown: (output[0] - output[1]).abs(),
                distance: frontier.distance((row[0], row[1])),
            });
        }
    }
    let constants = certified.outputs().to_vec();
    Ok(Moon { tau, constants, points, map: frontier.map(), frontier: frontier.pieces() })
}

#[cfg(test)]
mod tests {
    use super::{Moons, Part, Recipe, fit};
    use crate::Experiment;

    #[test]
    fn tiny_moons_have_radii_short_of_the_frontier() {
        let recipe = Recipe {
            seed: 1,
            points: (200, 40),
            noise: 0.05,
            taus: vec![10.0],
            hidden: vec![16],
            epochs: 20,
            batch: 50,
            rate: 0.02,
            cells: 80,
        };
        let moon = fit(&Part { recipe: &recipe, tau: 10.0 }).unwrap();
        assert!(moon.least_slack(|point| point.radius) >= 0.0);
        assert!(moon.points.iter().all(|point| point.distance.0 <= point.distance.1));
        assert!(moon.accuracy(f64::NEG_INFINITY, |point| point.radius) > 0.7);
        let results = Moons { samples: [vec![(0.0, 0.0)], vec![(1.0, 1.0)]], fits: vec![moon] };
        assert_eq!(results.pictures().unwrap().len(), 2);
        assert_eq!(results.tables()[0].rows.len(), 1);
    }
}
