//! How large the numbers of a linear layer are, as rounding errors see them.

use crate::float::{largest, mul, sqrt};
use crate::format::{Precision, STORED};
use crate::layer::{Conv, Dense};
use crate::{Refusal, conv, norm};

/// Upper bounds on the numbers of a layer `x -> W x + b`, of which each row of the weight serves one output, or one channel of a
/// convolution, at several places.
#[derive(Debug, Clone)]
pub(crate) struct Sizes {
    /// `|| |W| |x| || <= frobenius |x|` in `l2`.
    pub(crate) frobenius: f64,
    /// `(|W| |x|)_i <= row |x|` for every output.
    pub(crate) row: f64,
    /// `l2` norm of the bias, at all places.
    pub(crate) bias: f64,
    /// Its largest entry.
    pub(crate) bias_entry: f64,
    /// The same as `frobenius` and `bias`, of what storing takes from them in each format.
    lost: [(f64, f64); STORED.len()],
    /// The root of the number of outputs.
    pub(crate) outputs: f64,
    /// Roundings on the way of a product into its sum, the bias included: 1, and an addition for every further term that is not 0.
    pub(crate) roundings: usize,
}

impl Sizes {
    pub(crate) fn of_dense(dense: &Dense) -> Self {
        Self::of(&dense.weight, &dense.bias, dense.inputs, 1, 1.0)
    }

    /// Each input lies in at most `multiplicity` windows, also in those of one output alone.
    pub(crate) fn of_conv(conv: &Conv) -> Result<Self, Refusal> {
        let repeats = conv::multiplicity(conv)?.sqrt().upper();
        let [_, rows, columns] = conv.output()?;
        Ok(Self::of(&conv.weight, &conv.bias, conv.weight.len() / conv.outputs, rows * columns, repeats))
    }

    fn of(weight: &[f64], bias: &[f64], inputs: usize, places: usize, repeats: f64) -> Self {
        let count = |row: &[f64]| row.iter().filter(|w| **w != 0.0).count();
        let (places, rows) = (sqrt(places as f64).1, weight.chunks_exact(inputs));
        let norms: Vec<f64> = rows.clone().map(norm::euclidean).collect();
        let biased = |k: usize| usize::from(bias.get(k).is_some_and(|b| *b != 0.0));
        let roundings =
            rows.clone().map(count).enumerate().map(|(k, n)| if n > 0 { n + biased(k) } else { 0 });
        let lost = STORED.map(|precision| {
            let norm = |numbers: &[f64]| {
                norm::euclidean(&numbers.iter().map(|x| precision.lost(*x)).collect::<Vec<_>>())
            };
            (mul(norm(weight), repeats).1, mul(norm(bias), places).1)
        });
        Self {
            lost,
            frobenius: mul(norm::euclidean(&norms), repeats).1,
            row: mul(largest(norms.iter().copied()), repeats).1,
            bias: mul(norm::euclidean(bias), places).1,
            bias_entry: largest(bias.iter().map(|b| b.abs())),
            outputs: mul(sqrt(norms.len() as f64).1, places).1,
            roundings: roundings.max().unwrap_or(0),
        }
    }

    /// As `frobenius` and `bias`, of what storing takes from weights and biases.
    pub(crate) fn lost(&self, storage: Precision) -> (f64, f64) {
        let at = STORED.iter().position(|precision| *precision == storage);
        at.map_or((f64::INFINITY, f64::INFINITY), |at| self.lost[at])
    }
}
