//! What is learnt in F8: the mixture of F2 on the line, and real aspirates by two features and by all of them.

use lip1_datasets::data::breast_cancer;
use lip1_harness::CheckError;
use lip1_kernel::Points;
use serde::{Deserialize, Serialize};

use super::Recipe;
use crate::f2;

/// Data of two classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The mixture of F2.
    Line,
    /// Malignant and benign aspirates by their first two features, mean radius and mean texture, standardised: the classes overlap.
    TwoFeatures,
    /// The same aspirates with all 30 features.
    #[serde(rename = "cells")]
    BreastCancer,
}

impl World {
    pub(super) const ALL: [Self; 3] = [Self::Line, Self::TwoFeatures, Self::BreastCancer];

    /// Its name in tables and pictures.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Line => "mixture on the line",
            Self::TwoFeatures => "cells, two features",
            Self::BreastCancer => "cells, 30 features",
        }
    }

    /// The unit of its features, and so of `f`.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Line => "units of length",
            Self::TwoFeatures | Self::BreastCancer => "standard deviations",
        }
    }

    /// The points of either class, the positive one first.
    pub(super) fn classes(self, recipe: &Recipe) -> Result<(Points, Points), CheckError> {
        let data = breast_cancer()?;
        match self {
            Self::Line => {
                let sample = f2::Sample::draw(recipe.sample.0, recipe.sample.1)?;
                Ok((sample.points(1)?, sample.points(-1)?))
            }
            Self::TwoFeatures => Ok((first_two(&data.malignant)?, first_two(&data.benign)?)),
            Self::BreastCancer => Ok((data.malignant.clone(), data.benign.clone())),
        }
    }

    /// Temperatures at the end: a low and a high one.
    pub(super) fn ends(self) -> [f64; 2] {
        match self {
            Self::Line => [1.0, 8.0],
            Self::TwoFeatures => [1.0, 4.0],
            Self::BreastCancer => [1.0, 16.0],
        }
    }

    /// Passes over the data and samples a step: all samples at once in few dimensions.
    pub(super) fn pace(self, recipe: &Recipe, samples: usize) -> (usize, usize) {
        match self {
            Self::Line | Self::TwoFeatures => (recipe.whole_steps, samples),
            Self::BreastCancer => (recipe.epochs, recipe.batch),
        }
    }
}

fn first_two(points: &Points) -> Result<Points, CheckError> {
    let coords = points.rows().flat_map(|row| row.iter().take(2)).copied().collect();
    Ok(Points::new(2, coords)?)
}
