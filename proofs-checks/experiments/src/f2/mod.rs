//! F2: a mixture on the line, fitted at several temperatures, beside the exact minimiser of the log loss.
//!
//! Either class has a big mode, at ∓2 with deviation 0.3, and a small one of a tenth of its mass, at ±1 with deviation
//! 0.1, on the other class's side. The least log loss over all 1-Lipschitz functions is bracketed by the kernel, and the
//! values of the minimiser on the sample are unique: networks can be compared with it, not only with each other.

mod draw;
mod law;

use lip1_core::{Architecture, BinaryCrossEntropy, Network, Schedule, Training};
use lip1_figures::Picture;
use lip1_harness::CheckError;
use lip1_kernel::distance::Cost;
use lip1_ot::regularised::LogLoss;
use lip1_ot::{Extension, Measure};
use serde::{Deserialize, Serialize};

use super::lipnet::{certified_constant, mean_loss, trained, two_classes};
use super::{Experiment, Run, Setting, Statement, Table};
pub use law::Sample;

/// Temperatures of the paper with the losses that its notebook shows.
const PUBLISHED: [(f64, f64); 6] =
    [(1.0, 0.255), (2.0, 0.177), (4.0, 0.112), (8.0, 0.048), (64.0, 0.021), (256.0, 0.064)];

/// Temperatures up to this are those at which networks should come close to the minimum.
const LOW: f64 = 8.0;

/// How close, relative.
const CLOSE: f64 = 0.02;

/// A certified constant at most this counts as 1.
pub(super) const UNIT_CONSTANT: f64 = 1.0 + 1e-9;

/// Share of the small modes on the wrong side from which on they count as ignored, and up to which as fitted.
const IGNORED: f64 = 0.9;
const FITTED: f64 = 0.1;

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the sample and of the networks.
    pub seed: u64,
    /// Points of either class; a tenth of them are in the small mode.
    pub per_class: usize,
    /// Temperatures.
    pub taus: Vec<f64>,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Steps on the whole sample.
    pub steps: usize,
    /// Learning rate at the start.
    pub rate: f64,
}

/// One temperature's part of a recipe.
#[derive(Clone, Debug, Serialize)]
struct Part<'a> {
    recipe: &'a Recipe,
    tau: f64,
}

/// What one temperature gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fit {
    /// Temperature.
    pub tau: f64,
    /// The least log loss of a 1-Lipschitz function on the sample, from below and from above (nats).
    pub least: (f64, f64),
    /// The log loss of the network.
    pub loss: f64,
    /// Certified Lipschitz constant of the network.
    pub constant: f64,
    /// Share of the whole sample, and of the small modes, on the wrong side of the minimiser.
    pub exact_error: (f64, f64),
    /// The same for the network.
    pub network_error: (f64, f64),
    /// On a grid: place, middle of the minimiser's largest and smallest extension, network.
    pub curve: Vec<(f64, f64, f64)>,
}

impl Fit {
    /// How much the network's loss is above the least, relative; from above.
    pub fn excess(&self) -> f64 {
        self.loss / self.least.0 - 1.0
    }
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mixture {
    /// The sample.
    pub sample: Sample,
    /// One entry a temperature.
    pub fits: Vec<Fit>,
}

impl Experiment for Mixture {
    const ID: &'static str = "F2";
    const TITLE: &'static str = "a mixture on the line at several temperatures, beside the exact minimiser";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seed: 2,
            per_class: setting.pick(50, 100),
            taus: setting.pick(vec![1.0, 8.0, 256.0], PUBLISHED.iter().map(|(tau, _)| *tau).collect()),
            hidden: setting.pick(vec![32, 32], vec![64, 64, 32]),
            steps: setting.pick(400, 4_000),
            rate: 0.02,
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let sample = Sample::draw(recipe.seed, recipe.per_class)?;
        let parts: Vec<Part<'_>> = recipe.taus.iter().map(|&tau| Part { recipe, tau }).collect();
        let fits = run.parts(&parts, |part| format!("tau-{}", part.tau), |part| fit(part, &sample))?;
        Ok(Self { sample, fits })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("functions", draw::functions(self)?), ("losses", draw::losses(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let columns = [
            "tau",
            "least loss (nats)",
            "width of its bracket",
            "network's loss (nats)",
            "over the least loss",
            "loss in the paper's notebook (nats)",
            "errors of the minimiser (%)",
            "in the small modes (%)",
            "errors of the network (%)",
            "in the small modes (%)",
            "certified constant",
        ];
        let mut table = Table::new("temperatures", "Log loss by temperature", &columns);
        for fit in &self.fits {
            let published = PUBLISHED.iter().find(|(tau, _)| tau.total_cmp(&fit.tau).is_eq());
            table.row([
                fit.tau.into(),
                fit.least.0.into(),
                (fit.least.1 - fit.least.0).into(),
                fit.loss.into(),
                (1.0 + fit.excess()).into(),
                published.map(|(_, loss)| *loss).into(),
                (100.0 * fit.exact_error.0).into(),
                (100.0 * fit.exact_error.1).into(),
                (100.0 * fit.network_error.0).into(),
                (100.0 * fit.network_error.1).into(),
                fit.constant.into(),
            ]);
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        for fit in &self.fits {
            let tau = fit.tau;
            all.push(Statement::at_most(
                format!("certified constant, tau {tau}"),
                fit.constant,
                UNIT_CONSTANT,
            ));
            all.push(Statement::at_least(
                format!("loss over the least loss, tau {tau}"),
                1.0 + fit.excess(),
                1.0,
            ));
            if tau <= LOW {
                let text = format!("loss over the least loss, tau {tau}");
                all.push(Statement::at_most(text, 1.0 + fit.excess(), 1.0 + CLOSE).when_full());
            }
        }
        if let (Some(cold), Some(hot)) = (self.fits.first(), self.fits.last()) {
            let text =
                |fit: &Fit, whose| format!("small modes on the wrong side of the {whose}, tau {}", fit.tau);
            all.push(Statement::at_least(text(cold, "minimiser"), cold.exact_error.1, IGNORED));
            all.push(Statement::at_most(text(hot, "minimiser"), hot.exact_error.1, FITTED));
            all.push(Statement::at_least(text(cold, "network"), cold.network_error.1, IGNORED));
            all.push(Statement::at_most(text(hot, "network"), hot.network_error.1, FITTED).when_full());
        }
        all
    }
}

/// Solves exactly and trains a network, at one temperature.
fn fit(part: &Part<'_>, sample: &Sample) -> Result<Fit, CheckError> {
    let Part { recipe, tau } = *part;
    let (p, q) = (sample.points(1)?, sample.points(-1)?);
    let problem =
        LogLoss::new(&Measure::uniform(p.clone())?, &Measure::uniform(q.clone())?, Cost::L2, tau, 1.0)?;
    let dual = problem.solve()?;
    let bracket = problem.certify(&dual)?;
    let values = [dual.potentials.u.clone(), dual.potentials.v.clone()].concat();
    let minimiser = Extension::new(sample.all()?, values.clone(), 1.0, Cost::L2)?;

    let samples = two_classes::<f64>(&p, &q)?;
    let loss = BinaryCrossEntropy { tau };
    let config = Training {
        epochs: recipe.steps,
        batch: samples.len(),
        learning_rate: recipe.rate,
        factor: Schedule::Cosine { from: 1.0, to: 0.01 },
        seed: recipe.seed,
        ..Training::default()
    };
    let start = Architecture::lipnet(1, &recipe.hidden, 1).build::<f64>(recipe.seed)?;
    let network = trained(start, &samples, &loss, &config)?;
    let outputs = network.evaluate(samples.inputs())?;
    let curve = draw::grid().map(|x| {
        let middle = (minimiser.largest(&[x]) + minimiser.smallest(&[x])) / 2.0;
        Ok((x, middle, value_at(&network, x)?))
    });
    Ok(Fit {
        tau,
        least: (bracket.lower, bracket.upper),
        loss: mean_loss(&network, &samples, &loss)?,
        constant: certified_constant(&network)?,
        exact_error: sample.errors(&values),
        network_error: sample.errors(outputs.as_slice()),
        curve: curve.collect::<Result<_, CheckError>>()?,
    })
}

fn value_at(network: &Network<f64>, x: f64) -> Result<f64, CheckError> {
    Ok(network.evaluate(&nalgebra::dmatrix![x])?[0])
}

#[cfg(test)]
mod tests {
    use super::{Mixture, Part, Recipe, Sample, fit};
    use crate::{Experiment, Saved, Setting};

    #[test]
    fn a_tiny_fit_stays_above_the_least_loss_and_can_be_saved() {
        let recipe =
            Recipe { seed: 1, per_class: 20, taus: vec![2.0], hidden: vec![8], steps: 60, rate: 0.05 };
        let sample = Sample::draw(1, 20).unwrap();
        let fit = fit(&Part { recipe: &recipe, tau: 2.0 }, &sample).unwrap();
        assert!(fit.least.0 <= fit.least.1 && fit.excess() >= 0.0 && fit.excess() < 0.5, "{}", fit.excess());
        let results = Mixture { sample, fits: vec![fit.clone(), fit] };
        assert_eq!(results.pictures().unwrap().len(), 2);
        let folder = tempfile::tempdir().unwrap();
        let saved = Saved { setting: Setting::Quick, results };
        assert!(saved.write(folder.path()).unwrap().contains(&"temperatures.csv".to_owned()));
        let read = Saved::<Mixture>::load(folder.path()).unwrap();
        assert_eq!(read.results.tables(), saved.results.tables());
        // Of another recipe, they are refused.
        let path = folder.path().join("results.json");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("\"seed\":2", "\"seed\":3")).unwrap();
        assert!(Saved::<Mixture>::load(folder.path()).is_err());
    }
}
