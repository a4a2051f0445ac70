//! F7: random labels memorised by a network that is certified 1-Lipschitz.
//!
//! Real images, labels drawn uniformly. X2 and X5 memorise by construction; here it is done by training.

mod draw;

use std::ops::ControlFlow;

use lip1_core::{CategoricalHinge, Network, Schedule, Training, certify, train};
use lip1_datasets::data::mnist;
use lip1_figures::Picture;
use lip1_harness::CheckError;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::images::Labelled;
use super::lipnet::{in_double, joint_lipnet};
use super::{Experiment, Run, Setting, Statement, Table};

/// Train accuracy on CIFAR-100 that the paper's poster gives.
const PUBLISHED: f64 = 0.999;

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the labels, the network and the order of images.
    pub seed: u64,
    /// Images to memorise.
    pub images: usize,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Most passes over the data; training ends when all labels are right.
    pub epochs: usize,
    /// Images a step.
    pub batch: usize,
    /// Learning rate at the start.
    pub rate: f64,
    /// Margin of the hinge (pixels from 0 to 1).
    pub margin: f64,
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Memory {
    /// Images memorised, or tried.
    pub images: usize,
    /// Share of right labels after each epoch.
    pub course: Vec<f64>,
    /// The same at the end, decided by the kernel on the network in double precision.
    pub accuracy: f64,
    /// Certified Lipschitz constant of the map from images to all outputs.
    pub constant: f64,
    /// Certified radii of the right decisions, in ascending order.
    pub radii: Vec<f64>,
    /// Half the least distance between images of different labels: no classifier that has learnt all of them has a
    /// larger radius at both.
    pub bound: f64,
    /// Share of fresh images on which the network says what they really show.
    pub test_accuracy: f64,
}

impl Experiment for Memory {
    const ID: &'static str = "F7";
    const TITLE: &'static str = "random labels memorised under the constraint";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe {
            seed: 7,
            images: setting.pick(100, 1_000),
            hidden: setting.pick(vec![64, 64], vec![512, 512]),
            epochs: setting.pick(150, 400),
            batch: setting.pick(50, 250),
            rate: 0.02,
            margin: 0.05,
        }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        run.part("memory", recipe, memorise)
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(vec![("memory", draw::memory(self)?)])
    }

    fn tables(&self) -> Vec<Table> {
        let columns = ["", "here", "paper (CIFAR-100)"];
        let mut table = Table::new("memory", "Random labels memorised", &columns);
        let middle = self.radii.get(self.radii.len() / 2).copied();
        let rows = [
            ("images", Some(self.images as f64), Some(50_000.0)),
            ("epochs", Some(self.course.len() as f64), Some(500.0)),
            ("train accuracy (%)", Some(100.0 * self.accuracy), Some(100.0 * PUBLISHED)),
            ("certified constant", Some(self.constant), None),
            ("least certified radius", self.radii.first().copied(), None),
            ("middle certified radius", middle, None),
            ("half the least distance between labels", Some(self.bound), None),
            ("true digits on fresh images (%)", Some(100.0 * self.test_accuracy), None),
        ];
        for (name, here, paper) in rows {
            table.row([name.into(), here.into(), paper.into()]);
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let least = self.radii.first().copied().unwrap_or(f64::NAN);
        vec![
            Statement::at_most("certified constant", self.constant, super::f2::UNIT_CONSTANT),
            Statement::at_least("train accuracy", self.accuracy, 1.0).when_full(),
            Statement::at_most("least certified radius", least, self.bound).when_full(),
        ]
    }
}

/// Images with labels drawn uniformly.
fn relabelled(recipe: &Recipe) -> Result<Labelled, CheckError> {
    let mut images = Labelled::first(&mnist()?.train, recipe.images)?;
    let mut random = ChaCha8Rng::seed_from_u64(recipe.seed);
    images.classes.iter_mut().for_each(|class| *class = random.random_range(0..10));
    Ok(images)
}

fn memorise(recipe: &Recipe) -> Result<Memory, CheckError> {
    let images = relabelled(recipe)?;
    let start = joint_lipnet(images.points.dim(), &recipe.hidden, 10).build::<f32>(recipe.seed)?;
    let config = Training {
        epochs: recipe.epochs,
        batch: recipe.batch,
        learning_rate: recipe.rate,
        factor: Schedule::Cosine { from: 1.0, to: 0.02 },
        seed: recipe.seed,
        ..Training::default()
    };
    let (mut course, mut failed) = (Vec::new(), None);
    let loss = CategoricalHinge { margin: recipe.margin };
    let (network, _) = train(start, &images.samples()?, &loss, &config, &mut |progress| {
        if !progress.epoch_ends {
            return ControlFlow::Continue(());
        }
        match images.accuracy(progress.network) {
            Ok(accuracy) => course.push(accuracy),
            Err(error) => failed = Some(error),
        }
        // Every label right; a few more epochs would widen the margins, which is not asked.
        let done = course.last().is_some_and(|accuracy| *accuracy >= 1.0);
        if failed.is_some() || done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    failed.map_or(Ok(()), Err)?;
    certified(&in_double(&network)?, &images, course)
}

fn certified(network: &Network<f64>, images: &Labelled, course: Vec<f64>) -> Result<Memory, CheckError> {
    let mut radii = images.radii(network)?;
    let right = radii.iter().filter(|radius| **radius > 0.0).count();
    radii.retain(|radius| *radius > 0.0);
    radii.sort_by(f64::total_cmp);
    let net = network.to_kernel()?;
    let test = Labelled::first(&mnist()?.test, 2_000)?;
    Ok(Memory {
        images: images.classes.len(),
        course,
        accuracy: right as f64 / images.classes.len() as f64,
        constant: certify(&net)?.l2(),
        radii,
        bound: least_distance(images) / 2.0,
        test_accuracy: test.accuracy(network)?,
    })
}

/// The least distance between points of different classes.
fn least_distance(images: &Labelled) -> f64 {
    let mut least = f64::INFINITY;
    for (i, (x, a)) in images.points.rows().zip(&images.classes).enumerate() {
        for (y, b) in images.points.rows().zip(&images.classes).take(i) {
            if a != b {
                least = least.min(x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum());
            }
        }
    }
    least.sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Recipe, memorise};
    use crate::Experiment;

    #[test]
    fn a_few_images_are_memorised() {
        let recipe = Recipe {
            seed: 1,
            images: 20,
            hidden: vec![32],
            epochs: 200,
            batch: 20,
            rate: 0.02,
            margin: 0.05,
        };
        let memory = memorise(&recipe).unwrap();
        assert!(memory.statements().iter().all(|statement| statement.holds), "{:?}", memory.statements());
        assert!(memory.radii.len() == 20 && memory.course.last().is_some_and(|share| *share >= 1.0));
        assert_eq!(memory.pictures().unwrap().len(), 1);
    }
}
