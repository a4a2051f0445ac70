//! F5: accuracy on seen and on fresh images against the share of the data, by temperature, an unconstrained network beside.
//!
//! For a network whose outputs have certified constants, the cross-entropy at temperature tau is Λ-Lipschitz in the image
//! with `Λ = tau (L_a + L_b)`, the two largest; so in each class the mean losses on two samples differ by at most
//! `Λ W1` between them (G1). W1 between the seen and the fresh images of each class is bracketed by the kernel.

mod draw;

use lip1_core::{
    Adam, Architecture, CategoricalCrossEntropy, Network, Optimiser, Schedule, Training, certify,
};
use lip1_datasets::data::mnist;
use lip1_figures::Picture;
use lip1_harness::CheckError;
use lip1_kernel::distance::Cost;
use lip1_ot::{Measure, Problem, Settings, solve};
use serde::{Deserialize, Serialize};

use super::images::{Labelled, Share};
use super::lipnet::{in_double, mean_loss, trained};
use super::{Cell, Experiment, Run, Setting, Statement, Table};

/// Classes of digits.
const CLASSES: usize = 10;

/// A curve of the paper's Fig 4, read off its plot: CIFAR-10, accuracy in shares on 2 % of the images and on all of them,
/// seen and fresh. One curve has no label there; presumably it is that of a network without a constraint.
struct Published {
    tau: Option<f64>,
    seen: (f64, f64),
    fresh: (f64, f64),
}

static FIG_4: [Published; 3] = [
    Published { tau: Some(0.25), seen: (0.60, 0.40), fresh: (0.34, 0.41) },
    Published { tau: Some(8.0), seen: (1.0, 0.745), fresh: (0.38, 0.63) },
    Published { tau: None, seen: (1.0, 1.0), fresh: (0.23, 0.44) },
];

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the networks and of the order of images.
    pub seed: u64,
    /// Images to train on when all are taken, and fresh ones.
    pub images: (usize, usize),
    /// Shares of the images that are taken, in ascending order.
    pub shares: Vec<f64>,
    /// Temperatures, in ascending order.
    pub taus: Vec<f64>,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Steps, whatever the share.
    pub steps: usize,
    /// Images a step.
    pub batch: usize,
}

#[derive(Clone, Debug, Serialize)]
struct Part<'a> {
    recipe: &'a Recipe,
    /// None: without the constraint.
    tau: Option<f64>,
    share: f64,
}

/// A network trained on a share of the data.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Learnt {
    /// Temperature; none without the constraint.
    pub tau: Option<f64>,
    /// Images trained on.
    pub images: usize,
    /// Accuracy on them and on fresh ones.
    pub accuracy: (f64, f64),
    /// Mean loss on them and on fresh ones (nats).
    pub loss: (f64, f64),
    /// For each class, the loss on fresh images minus that on seen ones.
    pub gaps: Vec<f64>,
    /// How fast the loss can change along the image, certified.
    pub slope: f64,
}

/// Distances between seen and fresh images.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Distance {
    /// Images trained on.
    pub images: usize,
    /// For each class, the upper end of W1 between seen and fresh images.
    pub upper: Vec<f64>,
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consistency {
    /// Networks, by temperature and then share.
    pub learnt: Vec<Learnt>,
    /// Distances by share.
    pub distances: Vec<Distance>,
    /// Fresh images.
    pub fresh: usize,
}

impl Consistency {
    /// The largest ratio over classes of gap to bound.
    fn worst(&self, learnt: &Learnt) -> f64 {
        let of = self.distances.iter().find(|distance| distance.images == learnt.images);
        // Without a distance there is no bound that a gap could keep.
        of.map_or(f64::INFINITY, |distance| {
            let ratios =
                learnt.gaps.iter().zip(&distance.upper).map(|(gap, w1)| gap.abs() / (learnt.slope * w1));
            ratios.fold(0.0, f64::max)
        })
    }

    /// Temperatures that occur, in order; without the constraint last.
    fn taus(&self) -> Vec<Option<f64>> {
        let mut taus: Vec<Option<f64>> = self.learnt.iter().map(|learnt| learnt.tau).collect();
        taus.dedup_by(|a, b| a.map(f64::to_bits) == b.map(f64::to_bits));
        taus
    }

    fn of(&self, tau: Option<f64>) -> impl Iterator<Item = &Learnt> {
        self.learnt.iter().filter(move |learnt| learnt.tau.map(f64::to_bits) == tau.map(f64::to_bits))
    }
}

impl Consistency {
    /// Accuracy at the ends of the paper's curves and of ours.
    fn beside_published(&self) -> Table {
        let columns = [
            "",
            "fewest images, on them (%)",
            "all images, on them (%)",
            "fewest images, on fresh ones (%)",
            "all images, on fresh ones (%)",
        ];
        let title = "The ends of the curves: the paper's (CIFAR-10, 2 % to all of 50,000) and ours (MNIST)";
        let mut table = Table::new("published", title, &columns);
        let mut row = |whose: &str, tau: Option<f64>, seen: (f64, f64), fresh: (f64, f64)| {
            let shares = [seen.0, seen.1, fresh.0, fresh.1];
            let cells = shares.map(|share| Cell::from(100.0 * share));
            table.row(std::iter::once(Cell::Text(format!("{whose}, {}", name(tau)))).chain(cells));
        };
        for Published { tau, seen, fresh } in &FIG_4 {
            let unlabelled = if tau.is_none() { " (unlabelled curve, presumably)" } else { "" };
            row(&format!("paper{unlabelled}"), *tau, *seen, *fresh);
        }
        for tau in self.taus() {
            if let (Some(few), Some(all)) = (self.of(tau).next(), self.of(tau).last()) {
                row("here", tau, (few.accuracy.0, all.accuracy.0), (few.accuracy.1, all.accuracy.1));
            }
        }
        table
    }
}

/// The name of a temperature.
fn name(tau: Option<f64>) -> String {
    tau.map_or("unconstrained".into(), |tau| format!("tau = {tau}"))
}

impl Experiment for Consistency {
    const ID: &'static str = "F5";
    const TITLE: &'static str = "accuracy on seen and on fresh images against the share of the data";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seed: 5,
            images: setting.pick((500, 200), (8_000, 2_000)),
            shares: setting.pick(vec![0.1, 1.0], vec![0.02, 0.05, 0.1, 0.25, 0.5, 1.0]),
            taus: setting.pick(vec![1.0, 32.0], vec![0.5, 2.0, 8.0, 32.0]),
            hidden: setting.pick(vec![32], vec![128, 128]),
            steps: setting.pick(60, 1_200),
            batch: setting.pick(50, 128),
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let taus = recipe.taus.iter().map(|tau| Some(*tau)).chain([None]);
        let parts: Vec<Part<'_>> = taus
            .flat_map(|tau| recipe.shares.iter().map(move |&share| Part { recipe, tau, share }))
            .collect();
        let file = |part: &Part<'_>| format!("{}-share-{}", name(part.tau).replace(" = ", "-"), part.share);
        let learnt = run.parts(&parts, file, learn)?;
        let shares: Vec<(f64, (usize, usize))> =
            recipe.shares.iter().map(|&share| (share, recipe.images)).collect();
        let distances = run.parts(
            &shares,
            |(share, _)| format!("distance-{share}"),
            |&(share, images)| distance(taken(images.0, share), images.1),
        )?;
        Ok(Self { learnt, distances, fresh: recipe.images.1 })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("accuracy", draw::accuracy(self)?), ("gaps", draw::gaps(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let columns = [
            "",
            "images",
            "accuracy on them (%)",
            "on fresh ones (%)",
            "loss on them (nats)",
            "on fresh ones (nats)",
            "slope of the loss, certified",
            "largest gap over its bound (G1)",
        ];
        let mut table =
            Table::new("consistency", "Seen and fresh images by temperature and number", &columns);
        for learnt in &self.learnt {
            table.row([
                Cell::Text(name(learnt.tau)),
                (learnt.images as f64).into(),
                (100.0 * learnt.accuracy.0).into(),
                (100.0 * learnt.accuracy.1).into(),
                learnt.loss.0.into(),
                learnt.loss.1.into(),
                learnt.slope.into(),
                self.worst(learnt).into(),
            ]);
        }
        vec![table, self.beside_published()]
    }

    fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        let worst = self.learnt.iter().map(|learnt| self.worst(learnt)).fold(0.0, f64::max);
        all.push(Statement::at_most("largest gap of a class over its bound (G1)", worst, 1.0));
        let gap = |learnt: &Learnt| learnt.accuracy.0 - learnt.accuracy.1;
        let ends = |tau: Option<f64>| Some((self.of(tau).next()?, self.of(tau).last()?));
        if let Some((few, many)) = self.taus().first().and_then(|tau| ends(*tau)) {
            let text =
                format!("{}: accuracy gap with all images, less than with the fewest by", name(few.tau));
            all.push(Statement::at_least(text, gap(few) - gap(many), 0.0).when_full());
            if let Some((_, free)) = ends(None) {
                let text = format!("accuracy gap with all images: unconstrained minus {}", name(few.tau));
                all.push(Statement::at_least(text, gap(free) - gap(many), 0.0).when_full());
                let count = (free.accuracy.1 * self.fresh as f64).round() as usize;
                let above = Share { count, of: self.fresh }.interval().1;
                let text =
                    "unconstrained: accuracy on seen images above the 99 % interval of that on fresh ones by";
                all.push(Statement::at_least(text, free.accuracy.0 - above, 0.0).when_full());
            }
        }
        all
    }
}

fn taken(images: usize, share: f64) -> usize {
    ((images as f64 * share).round() as usize).max(CLASSES)
}

/// Trains on a share of the images.
fn learn(part: &Part<'_>) -> Result<Learnt, CheckError> {
    let Part { recipe, tau, share } = *part;
    let data = mnist()?;
    let count = taken(recipe.images.0, share);
    let (seen, fresh) = (Labelled::first(&data.train, count)?, Labelled::first(&data.test, recipe.images.1)?);
    let pixels = seen.points.dim();
    let (plan, rate) = match tau {
        Some(_) => (Architecture::lipnet(pixels, &recipe.hidden, CLASSES), 0.01),
        None => (Architecture::unconstrained(pixels, &recipe.hidden, CLASSES), 1e-3),
    };
    let batch = recipe.batch.min(count);
    let training = Training {
        epochs: recipe.steps.div_ceil(count.div_ceil(batch)),
        batch,
        learning_rate: rate,
        factor: Schedule::Cosine { from: 1.0, to: 0.01 },
        optimiser: Optimiser::Adam(Adam::default()),
        seed: recipe.seed,
    };
    let loss = CategoricalCrossEntropy { tau: tau.unwrap_or(1.0) };
    let network = in_double(&trained(plan.build::<f32>(recipe.seed)?, &seen.samples()?, &loss, &training)?)?;
    examine(&network, &loss, tau, &seen, &fresh)
}

fn examine(
    network: &Network<f64>,
    loss: &CategoricalCrossEntropy,
    tau: Option<f64>,
    seen: &Labelled,
    fresh: &Labelled,
) -> Result<Learnt, CheckError> {
    let on = |images: &Labelled| mean_loss(network, &images.samples::<f64>()?, loss);
    let gap = |class: usize| {
        let (seen, fresh) = (seen.class(class)?, fresh.class(class)?);
        // Without images of a class there is nothing to compare.
        if seen.points.is_empty() || fresh.points.is_empty() { Ok(0.0) } else { Ok(on(&fresh)? - on(&seen)?) }
    };
    let net = network.to_kernel()?;
    let certified = certify(&net)?;
    let mut constants = certified.outputs().to_vec();
    constants.sort_by(|a, b| b.total_cmp(a));
    Ok(Learnt {
        tau,
        images: seen.classes.len(),
        accuracy: (seen.accuracy(network)?, fresh.accuracy(network)?),
        loss: (on(seen)?, on(fresh)?),
        gaps: (0..CLASSES).map(gap).collect::<Result<_, CheckError>>()?,
        slope: loss.tau * constants.iter().take(2).sum::<f64>(),
    })
}

/// W1 between seen and fresh images of each class.
fn distance(images: usize, fresh: usize) -> Result<Distance, CheckError> {
    let data = mnist()?;
    let (seen, fresh) = (Labelled::first(&data.train, images)?, Labelled::first(&data.test, fresh)?);
    let upper = (0..CLASSES).map(|class| {
        let (seen, fresh) = (seen.class(class)?.points, fresh.class(class)?.points);
        if seen.is_empty() || fresh.is_empty() {
            // No distance, no bound.
            return Ok(f64::MAX);
        }
        let problem = Problem::new(&Measure::uniform(seen)?, &Measure::uniform(fresh)?, Cost::L2)?;
        Ok(lip1_ot::certify(&problem, solve(&problem, &Settings::default())?)?.bracket.upper)
    });
    Ok(Distance { images, upper: upper.collect::<Result<_, CheckError>>()? })
}

#[cfg(test)]
mod tests {
    use super::{Consistency, Part, Recipe, distance, learn};
    use crate::Experiment;

    #[test]
    fn tiny_networks_keep_their_gaps_below_the_bound() {
        let recipe = Recipe {
            seed: 1,
            images: (120, 80),
            shares: vec![1.0],
            taus: vec![4.0],
            hidden: vec![16],
            steps: 30,
            batch: 40,
        };
        let learnt: Vec<_> = [Some(4.0), None]
            .iter()
            .map(|&tau| learn(&Part { recipe: &recipe, tau, share: 1.0 }).unwrap())
            .collect();
        let distances = vec![distance(120, 80).unwrap()];
        assert!(distances[0].upper.iter().all(|w1| *w1 > 1.0));
        let results = Consistency { learnt, distances, fresh: 80 };
        assert!(results.statements()[0].holds && results.worst(&results.learnt[0]) > 0.0);
        assert!(results.learnt[0].accuracy.0 > 0.3);
        assert_eq!(results.pictures().unwrap().len(), 2);
    }
}
