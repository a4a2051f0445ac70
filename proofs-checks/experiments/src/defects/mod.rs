//! Figures of the paper's published code that come from its defects: as published, reproduced with the defect, corrected.
//!
//! None of them touches a theorem; each is a trap for who builds on the code.

mod convolution;
mod logistic;

use lip1_core::spectral_certificate;
use lip1_datasets::worlds::gaussian;
use lip1_figures::Picture;
use lip1_harness::CheckError;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{network, norm};
use serde::{Deserialize, Serialize};

use super::{Cell, Experiment, Run, Setting, Statement, Table};

/// A figure that a defect explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Defect {
    /// Where it was published.
    pub place: String,
    /// What the figure is.
    pub quantity: String,
    /// What is wrong.
    pub defect: String,
    /// As published; none if the publication does not print it.
    pub published: Option<f64>,
    /// Computed here with the defect.
    pub reproduced: f64,
    /// Computed here without it.
    pub corrected: f64,
    /// How near the reproduction should be to the published figure, relative: half a unit of its last printed digit,
    /// or the spread of what is random.
    pub within: f64,
}

/// The results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Defects {
    /// One entry a figure.
    pub figures: Vec<Defect>,
}

/// Everything that determines the results.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    /// Of the random kernels and weights.
    pub seed: u64,
    /// Random kernels for the estimate of a convolution's norm.
    pub kernels: usize,
}

impl Defects {
    /// The results of a recipe, in a second at the quick setting.
    ///
    /// # Errors
    /// When a norm cannot be certified.
    pub fn compute(recipe: &Recipe) -> Result<Self, CheckError> {
        let mut figures = logistic::figures();
        figures.push(frobenius(recipe.seed)?);
        figures.push(doubled_radius()?);
        figures.extend(convolution::figures(recipe.seed, recipe.kernels)?);
        Ok(Self { figures })
    }
}

impl Experiment for Defects {
    const ID: &'static str = "DEFECTS";
    const TITLE: &'static str =
        "figures of the published code that come from its defects, beside the corrected ones";
    type Recipe = Recipe;

    fn recipe(setting: Setting) -> Recipe {
        Recipe { seed: 1, kernels: setting.pick(8, 60) }
    }

    fn perform(recipe: &Recipe, run: &mut Run<'_>) -> Result<Self, CheckError> {
        let figures = run.part("figures", recipe, |recipe| Ok(Self::compute(recipe)?.figures))?;
        Ok(Self { figures })
    }

    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError> {
        Ok(Vec::new())
    }

    fn tables(&self) -> Vec<Table> {
        let columns = ["where", "figure", "published", "reproduced", "corrected", "what is wrong"];
        let mut table = Table::new("defects", "Published, reproduced, corrected", &columns);
        for figure in &self.figures {
            table.row([
                Cell::from(figure.place.as_str()),
                Cell::from(figure.quantity.as_str()),
                figure.published.into(),
                figure.reproduced.into(),
                figure.corrected.into(),
                Cell::from(figure.defect.as_str()),
            ]);
        }
        vec![table]
    }

    fn statements(&self) -> Vec<Statement> {
        let compared = self.figures.iter().filter_map(|figure| {
            let published = figure.published?;
            let text = format!("{}, {}: reproduced off published, relative", figure.place, figure.quantity);
            Some(Statement::at_most(text, (figure.reproduced / published - 1.0).abs(), figure.within))
        });
        compared.collect()
    }
}

/// Fig 12: the norm of a 2-D array in jax.numpy is Frobenius'.
fn frobenius(seed: u64) -> Result<Defect, CheckError> {
    let (outputs, inputs) = (256, 3_136);
    let draw = gaussian(seed, outputs, &vec![0.0; inputs], (1.0 / inputs as f64).sqrt())?;
    let dense = Dense { outputs, inputs, weight: draw.coords().to_vec(), bias: Vec::new() };
    Ok(Defect {
        place: "Fig 12".into(),
        quantity: "\"spectral norm\" of the first dense layer before training (LeCun's initialisation)"
            .into(),
        defect: "jnp.linalg.norm of a matrix is the Frobenius norm".into(),
        published: Some(16.0),
        reproduced: norm::frobenius(&dense)?.upper,
        corrected: norm::spectral(&dense, &spectral_certificate(&dense))?.upper,
        // The deviation of the norm of 256 x 3136 normal entries is 1/sqrt(2 * 256 * 3136) of it; four of them.
        within: 4.0 / (2.0 * outputs as f64 * inputs as f64).sqrt(),
    })
}

/// Fig 2: the difference of two outputs of unit rows, shown as a radius. On the line with outputs x and -x, at 1.
fn doubled_radius() -> Result<Defect, CheckError> {
    let dense = Dense { outputs: 2, inputs: 1, weight: vec![1.0, -1.0], bias: Vec::new() };
    let net = Net::new(1, vec![Layer::Dense(dense)])?;
    let at = [1.0];
    let outputs = lip1_kernel::forward::enclose(&net, &at)?.values.clone();
    Ok(Defect {
        place: "Fig 2".into(),
        quantity: "radius at distance 1 from the frontier, outputs x and -x".into(),
        defect: "the axis is the difference of two outputs, each 1-Lipschitz: the radius is half of it"
            .into(),
        published: None,
        reproduced: (outputs[0] - outputs[1]).lower(),
        corrected: network::lipschitz(&net, &[None])?.decide(&at)?.radius(),
        within: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::{Defects, doubled_radius, frobenius};
    use crate::{Experiment, News, Run};

    /// The certified radius may fall short of 1 by rounding.
    const ROUNDING: f64 = 1e-12;

    #[test]
    fn the_frobenius_norm_of_a_wide_gaussian_matrix_is_not_its_spectral_norm() {
        let defect = frobenius(1).unwrap();
        assert!((defect.reproduced - 16.0).abs() < 0.1 && (defect.corrected - 1.286).abs() < 0.05);
    }

    #[test]
    fn the_shown_radius_is_twice_the_distance() {
        let defect = doubled_radius().unwrap();
        assert!((defect.reproduced - 2.0).abs() < ROUNDING && defect.corrected <= 1.0);
        assert!(defect.corrected > 1.0 - ROUNDING);
    }

    #[test]
    fn every_published_figure_is_reproduced() {
        let folder = tempfile::tempdir().unwrap();
        let mut tell = |_: News<'_>| {};
        let mut run = Run::new(folder.path(), 1, &mut tell).unwrap();
        let defects = Defects::perform(&super::Recipe { seed: 1, kernels: 2 }, &mut run).unwrap();
        for statement in defects.statements() {
            assert!(statement.holds, "{statement:?}");
        }
    }
}
