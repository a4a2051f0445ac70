//! F4: accuracy against certified robustness on MNIST, by temperature, margin and lambda; exact fronts beside.
//!
//! Each loss has a parameter that trades accuracy for radius. Values are listed from the most accurate to the most
//! robust; the front is one if no later value dominates an earlier one: larger accuracy and larger certified accuracy at a
//! radius at once, beyond the confidence intervals.

mod draw;
mod exact;
mod published;

use lip1_core::{
    Architecture, Balance, CategoricalCrossEntropy, CategoricalHinge, HingeKantorovich, Loss, Schedule,
    Training,
};
use lip1_datasets::data::mnist;
use lip1_figures::Picture;
use lip1_harness::CheckError;
use serde::{Deserialize, Serialize};

use super::images::{Labelled, Share};
use super::lipnet::{certified_constant, in_double, trained};
use super::{Cell, Experiment, Run, Setting, Statement, Table};
pub use exact::Optimum;

/// Radii at which accuracy is certified; pixels from 0 to 1. The first and the last are the customary 36/255 and 1.58.
pub const RADII: [f64; 4] = [36.0 / 255.0, 0.5, 1.0, 1.58];

/// The exact front may turn back by rounding and by the solver's width.
const EXACT_WIDTH: f64 = 1e-7;

/// A loss with the parameter that is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Cross-entropy by temperature.
    Temperature,
    /// Hinge by margin.
    Margin,
    /// Hinge-regularised Kantorovich-Rubinstein by lambda, at margin 1.
    Lambda,
}

impl Family {
    const ALL: [Self; 3] = [Self::Temperature, Self::Margin, Self::Lambda];

    /// Its name in tables and pictures.
    fn name(self) -> &'static str {
        match self {
            Self::Temperature => "cross-entropy, tau",
            Self::Margin => "hinge, m",
            Self::Lambda => "HKR (m = 1), lambda",
        }
    }

    /// Its name where it is solved exactly.
    fn exact_name(self) -> &'static str {
        match self {
            Self::Temperature => "log loss, tau",
            Self::Margin => "least hinge (HKR, lambda = 64), m",
            Self::Lambda => "HKR (m = 5), lambda",
        }
    }

    /// Values from the most accurate to the most robust.
    fn values(self, setting: Setting) -> Vec<f64> {
        match self {
            Self::Temperature => setting.pick(vec![32.0, 2.0], vec![64.0, 32.0, 16.0, 8.0, 4.0, 2.0, 1.0]),
            Self::Margin => setting.pick(vec![0.5, 4.0], vec![0.25, 0.5, 1.0, 2.0, 3.0, 4.0]),
            Self::Lambda => setting.pick(vec![64.0, 4.0], vec![256.0, 64.0, 32.0, 16.0, 8.0, 4.0]),
        }
    }

    /// Values of the exact fronts, in ascending order.
    fn exact_values(self, setting: Setting) -> Vec<f64> {
        match self {
            Self::Temperature => setting.pick(vec![0.25, 4.0], vec![0.0625, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0]),
            Self::Margin => setting.pick(vec![2.0, 6.0], vec![1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0]),
            Self::Lambda => {
                setting.pick(vec![0.125, 1.0, 32.0], vec![0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0])
            }
        }
    }

    fn loss(self, value: f64) -> Box<dyn Loss<f32>> {
        match self {
            Self::Temperature => Box::new(CategoricalCrossEntropy { tau: value }),
            Self::Margin => Box::new(CategoricalHinge { margin: value }),
            Self::Lambda => {
                Box::new(HingeKantorovich { lambda: value, margin: 1.0, balance: Balance::BySample })
            }
        }
    }
}

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the networks and of the order of images.
    pub seed: u64,
    /// Images to train on and to examine.
    pub images: (usize, usize),
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Passes over the data.
    pub epochs: usize,
    /// Images a step.
    pub batch: usize,
    /// Learning rate at the start.
    pub rate: f64,
    /// Losses and the values of their parameters.
    pub losses: Vec<(Family, Vec<f64>)>,
    /// Images of either class for the exact fronts.
    pub small: usize,
    /// Losses and the values of their parameters for the exact fronts.
    pub exact: Vec<(Family, Vec<f64>)>,
}

#[derive(Clone, Debug, Serialize)]
struct Part<'a> {
    recipe: &'a Recipe,
    family: Family,
    value: f64,
}

/// A point of a front.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spot {
    /// The loss.
    pub family: Family,
    /// Its parameter.
    pub value: f64,
    /// Accuracy on the images examined.
    pub accuracy: Share,
    /// Share of images right and certified beyond each of [`RADII`].
    pub certified: Vec<Share>,
    /// The certified constant of each output, largest.
    pub constant: f64,
}

impl Spot {
    /// Whether this dominates another beyond the intervals, at one radius.
    fn dominates(&self, other: &Self, radius: usize) -> bool {
        let beyond = |mine: Share, theirs: Share| mine.interval().0 > theirs.interval().1;
        match (self.certified.get(radius), other.certified.get(radius)) {
            (Some(mine), Some(theirs)) => beyond(self.accuracy, other.accuracy) && beyond(*mine, *theirs),
            _ => false,
        }
    }
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fronts {
    /// Networks, by loss, from the most accurate value to the most robust one.
    pub spots: Vec<Spot>,
    /// Exact optima on a small sample, by loss, parameters in ascending order.
    pub optima: Vec<Optimum>,
}

impl Fronts {
    fn of(&self, family: Family) -> impl Iterator<Item = &Spot> {
        self.spots.iter().filter(move |spot| spot.family == family)
    }
}

impl Experiment for Fronts {
    const ID: &'static str = "F4";
    const TITLE: &'static str = "accuracy against certified robustness on MNIST";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seed: 4,
            images: setting.pick((1_000, 300), (8_000, 2_000)),
            hidden: setting.pick(vec![32], vec![128, 128]),
            epochs: setting.pick(3, 16),
            batch: 128,
            rate: 0.01,
            losses: Family::ALL.iter().map(|family| (*family, family.values(setting))).collect(),
            small: setting.pick(15, 60),
            exact: Family::ALL.iter().map(|family| (*family, family.exact_values(setting))).collect(),
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let parts: Vec<Part<'_>> = recipe
            .losses
            .iter()
            .flat_map(|(family, values)| values.iter().map(|&value| Part { recipe, family: *family, value }))
            .collect();
        let name = |part: &Part<'_>| format!("{:?}-{}", part.family, part.value).to_lowercase();
        let spots = run.parts(&parts, name, spot)?;
        let exact: Vec<(Family, f64, usize)> = recipe
            .exact
            .iter()
            .flat_map(|(family, values)| values.iter().map(|&value| (*family, value, recipe.small)))
            .collect();
        let optima = run.parts(
            &exact,
            |(family, value, _)| format!("exact-{family:?}-{value}").to_lowercase(),
            |&(family, value, small)| exact::optimum(family, value, small),
        )?;
        Ok(Self { spots, optima })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![
            ("fronts", draw::fronts(self)?),
            ("published", published::picture()?),
            ("exact", draw::exact(self)?),
        ])
    }

    fn tables(&self) -> Vec<Table> {
        let mut columns =
            vec!["loss".to_owned(), "value".into(), "accuracy (%)".into(), "99 % interval".into()];
        for radius in RADII {
            columns.push(format!("certified at {radius:.3} (%)"));
            columns.push("99 % interval".into());
        }
        columns.push("certified constant".into());
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut table =
            Table::new("fronts", "Accuracy and certified accuracy (radii in l2, pixels 0..1)", &names);
        let interval = |share: Share| {
            let (low, high) = share.interval();
            Cell::Text(format!("{:.1} to {:.1}", 100.0 * low, 100.0 * high))
        };
        for spot in &self.spots {
            let mut row = vec![Cell::from(spot.family.name()), spot.value.into()];
            for share in std::iter::once(&spot.accuracy).chain(&spot.certified) {
                row.extend([(100.0 * share.value()).into(), interval(*share)]);
            }
            row.push(spot.constant.into());
            table.row(row);
        }
        let columns = [
            "loss",
            "value",
            "E y f",
            "E (5 - y f)+",
            "least y f",
            "errors (%)",
            "its optimum, at least",
            "width",
        ];
        let title = "Exact optima over all 1-Lipschitz functions on a small sample (3 against 8)";
        let mut exact = Table::new("exact", title, &columns);
        for optimum in &self.optima {
            exact.row([
                Cell::from(optimum.family.exact_name()),
                optimum.parameter.into(),
                optimum.mean.into(),
                optimum.hinge.into(),
                optimum.least.into(),
                (100.0 * optimum.error).into(),
                optimum.value.0.into(),
                (optimum.value.1 - optimum.value.0).into(),
            ]);
        }
        vec![table, published::table(), exact]
    }

    fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        let constant = self.spots.iter().map(|spot| spot.constant).fold(0.0, f64::max);
        all.push(Statement::at_most(
            "largest certified constant of an output",
            constant,
            super::f2::UNIT_CONSTANT,
        ));
        for family in Family::ALL {
            let spots: Vec<&Spot> = self.of(family).collect();
            let mut dominating = 0;
            for (k, earlier) in spots.iter().enumerate() {
                for later in spots.iter().skip(k + 1) {
                    dominating += (0..RADII.len()).filter(|radius| later.dominates(earlier, *radius)).count();
                }
            }
            let text =
                format!("{}: later values that dominate an earlier one, over all radii", family.name());
            all.push(Statement::at_most(text, dominating as f64, 0.0).when_full());
            if let (Some(first), Some(last)) = (spots.first(), spots.last()) {
                let at = |spot: &Spot| spot.certified.last().map_or(f64::NAN, |share| share.value());
                let text = format!("{}: certified at 1.58, last value minus first", family.name());
                all.push(Statement::at_least(text, at(last) - at(first), 0.0).when_full());
            }
        }
        let hkr: Vec<&Optimum> =
            self.optima.iter().filter(|optimum| optimum.family == Family::Lambda).collect();
        let rises =
            hkr.windows(2).map(|pair| (pair[1].mean - pair[0].mean).max(pair[1].hinge - pair[0].hinge));
        let text = "exact front of HKR: largest rise of E y f or of the hinge as lambda grows";
        all.push(Statement::at_most(text, rises.fold(f64::NEG_INFINITY, f64::max), EXACT_WIDTH));
        if let (Some(first), Some(last)) = (hkr.first(), hkr.last()) {
            let text = "exact front of HKR: fall of E y f from the least to the largest lambda";
            all.push(Statement::at_least(text, first.mean - last.mean, EXACT_WIDTH).when_full());
        }
        all
    }
}

/// Trains and examines one network.
fn spot(part: &Part<'_>) -> Result<Spot, CheckError> {
    let Part { recipe, family, value } = *part;
    let data = mnist()?;
    let images = Labelled::first(&data.train, recipe.images.0)?;
    let test = Labelled::first(&data.test, recipe.images.1)?;
    let config = Training {
        epochs: recipe.epochs,
        batch: recipe.batch,
        learning_rate: recipe.rate,
        factor: Schedule::Cosine { from: 1.0, to: 0.01 },
        seed: recipe.seed,
        ..Training::default()
    };
    let start = Architecture::lipnet(images.points.dim(), &recipe.hidden, 10).build::<f32>(recipe.seed)?;
    let network = in_double(&trained(start, &images.samples()?, family.loss(value).as_ref(), &config)?)?;
    let radii = test.radii(&network)?;
    let body = certified_constant(&network)?;
    let net = network.to_kernel()?;
    let constant = lip1_core::certify(&net)?.outputs().iter().copied().fold(0.0, f64::max);
    let right = (test.accuracy(&network)? * radii.len() as f64).round() as usize;
    Ok(Spot {
        family,
        value,
        accuracy: Share { count: right, of: radii.len() },
        certified: RADII.iter().map(|radius| Share::above(&radii, *radius)).collect(),
        constant: constant.min(body),
    })
}

#[cfg(test)]
mod tests {
    use super::{Family, Fronts, Part, Recipe, Share, Spot, exact, spot};
    use crate::Experiment;

    #[test]
    fn a_tiny_front_is_certified_and_drawn() {
        let recipe = Recipe {
            seed: 1,
            images: (200, 50),
            hidden: vec![16],
            epochs: 3,
            batch: 50,
            rate: 0.02,
            losses: vec![],
            small: 8,
            exact: vec![],
        };
        let spots: Vec<Spot> = [(Family::Temperature, 8.0), (Family::Margin, 1.0), (Family::Lambda, 16.0)]
            .iter()
            .map(|&(family, value)| spot(&Part { recipe: &recipe, family, value }).unwrap())
            .collect();
        for spot in &spots {
            assert!(spot.accuracy.value() > 0.3, "{spot:?}");
            assert!(spot.certified.windows(2).all(|pair| pair[0].count >= pair[1].count));
            assert!(spot.certified[0].count <= spot.accuracy.count);
        }
        let optima = [(Family::Lambda, 1.0), (Family::Lambda, 8.0), (Family::Temperature, 4.0)]
            .map(|(family, value)| exact::optimum(family, value, 8).unwrap())
            .to_vec();
        assert!(optima.iter().all(|optimum| optimum.least <= optimum.mean && optimum.hinge >= 0.0));
        let results = Fronts { spots, optima };
        assert!(results.statements().iter().all(|s| s.holds || s.from == super::Setting::Full));
        assert_eq!(results.pictures().unwrap().len(), 3);
    }

    #[test]
    fn domination_takes_both_numbers_beyond_their_intervals() {
        let spot = |accuracy: usize, certified: usize| Spot {
            family: Family::Margin,
            value: 1.0,
            accuracy: Share { count: accuracy, of: 1000 },
            certified: vec![Share { count: certified, of: 1000 }],
            constant: 1.0,
        };
        assert!(spot(900, 500).dominates(&spot(800, 400), 0));
        assert!(
            !spot(900, 400).dominates(&spot(800, 400), 0) && !spot(810, 500).dominates(&spot(800, 400), 0)
        );
    }
}
