//! F1: the ring between two snowflakes of Von Koch, learnt from its signed distance.
//!
//! As in the paper's Fig 1a: the square [-200, 200]², two snowflakes of the fourth iteration whose triangles have sides of
//! 0.87 and 0.45 of the square's, a network of five orthogonal layers and full sorting, as many samples as there. The
//! network sees hundredths of units.

mod draw;

use lip1_core::{Architecture, MeanSquare, Network, Parametrisation, Samples, Schedule, Targets, Training};
use lip1_datasets::worlds::Polygon;
use lip1_figures::Picture;
use lip1_figures::plot::Map;
use lip1_harness::CheckError;
use nalgebra::DMatrix;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use super::lipnet::{certified_constant, in_double, trained};
use super::{Experiment, Run, Setting, Statement, Table};

/// Half the side of the square, in units; and units in what the network sees.
const HALF: f64 = 200.0;
const SCALE: f64 = 100.0;

/// Sides of the triangles that the snowflakes start from.
const SIDES: (f64, f64) = (348.0, 180.0);

/// Distance to the frontier beyond which the classes should agree, in units.
const CLEAR: f64 = 2.0;

/// Share of cells beyond it that should agree.
const AGREED: f64 = 0.99;

/// Deviation of the samples drawn about the frontier, in units.
const SPREAD: f64 = 6.0;

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the samples and the network.
    pub seed: u64,
    /// Iterations of Von Koch.
    pub iterations: u32,
    /// Samples, half of them about the frontier.
    pub samples: usize,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Passes over the samples.
    pub epochs: usize,
    /// Samples a step.
    pub batch: usize,
    /// Learning rate at the start.
    pub rate: f64,
    /// Cells along a side of the grid.
    pub cells: u16,
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VonKoch {
    /// Cells of the grid, and those of them whose class agrees.
    pub all: (usize, usize),
    /// Cells farther than 2 units from the frontier, and those of them whose class agrees.
    pub clear: (usize, usize),
    /// Root of the mean square of the network minus the signed distance on the grid, in units.
    pub deviation: f64,
    /// Certified Lipschitz constant.
    pub constant: f64,
    /// Samples seen in training.
    pub seen: usize,
    /// Levels of the network's values.
    pub map: Map,
    /// The true frontier, pairs of ends, in units.
    pub frontier: Vec<(f64, f64)>,
}

impl Experiment for VonKoch {
    const ID: &'static str = "F1";
    const TITLE: &'static str = "the ring between two snowflakes of Von Koch";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seed: 1,
            iterations: setting.pick(2, 4),
            samples: setting.pick(4_000, 192_000),
            hidden: setting.pick(vec![32; 3], vec![128; 5]),
            epochs: setting.pick(10, 40),
            batch: setting.pick(200, 500),
            rate: setting.pick(0.02, 0.01),
            cells: setting.pick(100, 400),
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        run.part("ring", recipe, learn)
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("map", draw::map(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let mut table =
            Table::new("agreement", "The network beside the signed distance", &["", "here", "paper"]);
        let share = |(cells, agreed): (usize, usize)| 100.0 * agreed as f64 / cells as f64;
        let rows = [
            ("cells that agree (%)", share(self.all), None),
            ("cells that agree, farther than 2 units from the frontier (%)", share(self.clear), None),
            ("root mean square deviation from the signed distance (units)", self.deviation, None),
            ("certified constant", self.constant, None),
            ("samples seen in training (millions)", self.seen as f64 / 1e6, Some(7.68)),
        ];
        for (name, here, paper) in rows {
            table.row([name.into(), here.into(), paper.into()]);
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let share = self.clear.1 as f64 / self.clear.0 as f64;
        vec![
            Statement::at_most("certified constant", self.constant, super::f2::UNIT_CONSTANT),
            Statement::at_least("cells that agree, farther than 2 units from the frontier", share, AGREED)
                .when_full(),
        ]
    }
}

/// Places with their signed distances, in what the network sees.
fn samples(recipe: &Recipe, ring: &Polygon) -> Result<Samples<f32>, CheckError> {
    let mut random = ChaCha8Rng::seed_from_u64(recipe.seed);
    let edges: Vec<_> = ring.ends().collect();
    let place = |k: usize| -> [f64; 2] {
        if k.is_multiple_of(2) {
            return [random.random_range(-HALF..HALF), random.random_range(-HALF..HALF)];
        }
        // All edges of a snowflake are equally long: those of the larger get their share too.
        let (from, to) = edges[random.random_range(0..edges.len())];
        let share: f64 = random.random_range(0.0..1.0);
        let mut near = |a: f64, b: f64| {
            let noise: f64 = random.sample(StandardNormal);
            (a + share * (b - a) + SPREAD * noise).clamp(-HALF, HALF)
        };
        [near(from[0], to[0]), near(from[1], to[1])]
    };
    let places: Vec<[f64; 2]> = (0..recipe.samples).map(place).collect();
    let inputs = DMatrix::from_fn(2, places.len(), |k, i| (places[i][k] / SCALE) as f32);
    let values = DMatrix::from_fn(1, places.len(), |_, i| ring.value(places[i]) / SCALE);
    Ok(Samples::new(inputs, Targets::Values(values))?)
}

fn learn(recipe: &Recipe) -> Result<VonKoch, CheckError> {
    let ring = Polygon::von_koch_ring(recipe.iterations, SIDES.0, SIDES.1)?;
    let body = recipe.hidden.iter().fold(Architecture::new(2), |plan, &width| {
        plan.dense(width, Parametrisation::Orthogonal).full_sort()
    });
    let start = body.dense(1, Parametrisation::Orthogonal).build::<f32>(recipe.seed)?;
    let config = Training {
        epochs: recipe.epochs,
        batch: recipe.batch,
        learning_rate: recipe.rate,
        factor: Schedule::Cosine { from: 1.0, to: 0.01 },
        seed: recipe.seed,
        ..Training::default()
    };
    let network = in_double(&trained(start, &samples(recipe, &ring)?, &MeanSquare, &config)?)?;
    compare(recipe, &ring, &network)
}

fn compare(recipe: &Recipe, ring: &Polygon, network: &Network<f64>) -> Result<VonKoch, CheckError> {
    let cells = usize::from(recipe.cells);
    let step = 2.0 * HALF / cells as f64;
    let at = |k: usize| -HALF + (k as f64 + 0.5) * step;
    let (mut all, mut clear, mut squares) = ((0, 0), (0, 0), 0.0);
    let mut rows = Vec::with_capacity(cells);
    for row in 0..cells {
        // A map's rows begin at the top.
        let y = at(cells - 1 - row);
        let inputs = DMatrix::from_fn(2, cells, |k, i| if k == 0 { at(i) } else { y } / SCALE);
        let values: Vec<f64> = network.evaluate(&inputs)?.iter().map(|value| value * SCALE).collect();
        for (column, value) in values.iter().enumerate() {
            let truth = ring.value([at(column), y]);
            let agrees = usize::from((*value > 0.0) == (truth > 0.0));
            all = (all.0 + 1, all.1 + agrees);
            if truth.abs() > CLEAR {
                clear = (clear.0 + 1, clear.1 + agrees);
            }
            squares += (value - truth).powi(2);
        }
        rows.push(values);
    }
    let short = |value: f64| (value * 100.0).round() / 100.0;
    let end = |[x, y]: [f64; 2]| (short(x), short(y));
    let frontier = ring.ends().flat_map(|(from, to)| [end(from), end(to)]);
    Ok(VonKoch {
        all,
        clear,
        deviation: (squares / (cells * cells) as f64).sqrt(),
        constant: certified_constant(network)?,
        seen: recipe.samples * recipe.epochs,
        map: draw::bands(&rows, HALF),
        frontier: frontier.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Recipe, learn};
    use crate::Experiment;

    #[test]
    fn a_tiny_network_agrees_better_than_chance() {
        let recipe = Recipe {
            seed: 1,
            iterations: 1,
            samples: 1_000,
            hidden: vec![16, 16],
            epochs: 15,
            batch: 100,
            rate: 0.03,
            cells: 40,
        };
        let ring = learn(&recipe).unwrap();
        assert!(ring.statements()[0].holds && ring.all.0 == 1_600 && ring.clear.0 < 1_600);
        assert!(ring.clear.1 as f64 > 0.7 * ring.clear.0 as f64, "{:?}", ring.clear);
        assert_eq!(ring.pictures().unwrap().len(), 1);
    }
}
