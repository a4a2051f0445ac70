//! The activations of lip1-core, the same as the kernel sees them, and two broken ones, as maps of integers.

use lip1_core::{FullSort, GroupSort, Layer, MaxMinHalves, Network, Tape};
use lip1_harness::CheckError;
use lip1_kernel::forward;
use lip1_kernel::net::Net;
use nalgebra::DMatrix;

/// A map of R^width that is given by code.
pub(super) struct Activation {
    pub(super) name: String,
    pub(super) width: usize,
    code: Code,
}

enum Code {
    Core(Box<Network<f64>>),
    Kernel(Box<Net>),
    Formula(fn(&[i64]) -> Vec<i64>),
}

/// A matrix of integers, row by row.
pub(super) type Matrix = Vec<Vec<i64>>;

impl Activation {
    /// GroupSort, FullSort and MaxMin, in both implementations, for every width up to `widest`.
    pub(super) fn all_up_to(widest: usize) -> Result<Vec<Self>, CheckError> {
        (1..=widest)
            .map(Self::all)
            .collect::<Result<Vec<_>, _>>()
            .map(|all| all.into_iter().flatten().collect())
    }

    /// How many [`Activation::all`] makes: in two implementations FullSort, GroupSort for each divisor, MaxMin for each
    /// even width.
    pub(super) fn count(width: usize) -> u128 {
        let divisors = (1..=width).filter(|group| width.is_multiple_of(*group)).count() as u128;
        2 * (1 + divisors + u128::from(width.is_multiple_of(2)))
    }

    /// Those of one width.
    pub(super) fn all(width: usize) -> Result<Vec<Self>, CheckError> {
        let mut layers = vec![("FullSort".to_owned(), Layer::FullSort(FullSort))];
        for group in (1..=width).filter(|group| width.is_multiple_of(*group)) {
            let sort = GroupSort::new(group).map_err(CheckError::during("GroupSort"))?;
            layers.push((format!("GroupSort {group}"), Layer::GroupSort(sort)));
        }
        if width.is_multiple_of(2) {
            layers.push(("MaxMin".to_owned(), Layer::MaxMinHalves(MaxMinHalves)));
        }
        let mut all = Vec::new();
        for (name, layer) in layers {
            let network = Network::new(width, vec![layer]).map_err(CheckError::during("activation"))?;
            let net = network.to_kernel().map_err(CheckError::during("lowering"))?;
            let kernel = Code::Kernel(Box::new(net));
            all.push(Self { name: format!("{name} of width {width}, kernel"), width, code: kernel });
            let core = Code::Core(Box::new(network));
            all.push(Self { name: format!("{name} of width {width}"), width, code: core });
        }
        Ok(all)
    }

    /// `(max, max, min)`: an entry twice.
    pub(super) fn duplicating() -> Self {
        Self::formula("duplicating", |sorted| sorted.iter().skip(1).chain(sorted.last()).copied().collect())
    }

    /// `(max + min, ...)`: a sum where the maximum should be.
    pub(super) fn adding() -> Self {
        Self::formula("adding", |sorted| {
            let sum = sorted.iter().sum();
            sorted.iter().take(sorted.len().saturating_sub(1)).copied().chain([sum]).collect()
        })
    }

    /// A map of the plane, from its entries in ascending order.
    fn formula(name: &str, formula: fn(&[i64]) -> Vec<i64>) -> Self {
        Self { name: name.to_owned(), width: 2, code: Code::Formula(formula) }
    }

    /// The outputs at `x`.
    ///
    /// # Errors
    /// When one of them is not a whole number.
    pub(super) fn value(&self, x: &[i64]) -> Result<Vec<i64>, CheckError> {
        let input: Vec<f64> = x.iter().map(|x| *x as f64).collect();
        match &self.code {
            Code::Core(network) => {
                let batch = DMatrix::from_column_slice(x.len(), 1, &input);
                let outputs = network.evaluate(&batch).map_err(CheckError::during("evaluation"))?;
                outputs.iter().map(|y| whole(*y)).collect()
            }
            Code::Kernel(net) => {
                // No arithmetic happens, so the enclosures are points; where one is not, NaN is no whole number.
                let point = |lower: f64, upper: f64| if lower < upper { f64::NAN } else { lower };
                forward::enclose(net, &input)?
                    .values
                    .iter()
                    .map(|y| whole(point(y.lower(), y.upper())))
                    .collect()
            }
            Code::Formula(formula) => {
                let mut sorted = x.to_vec();
                sorted.sort_unstable();
                Ok(formula(&sorted))
            }
        }
    }

    /// The Jacobian at `x` (outputs x inputs) by back-propagation, where there is such code.
    pub(super) fn back_propagated(&self, x: &[i64]) -> Result<Option<Matrix>, CheckError> {
        let Code::Core(network) = &self.code else { return Ok(None) };
        // One sample an output: the gradient of output k comes out as column k.
        let batch = DMatrix::from_fn(x.len(), self.width, |row, _| x[row] as f64);
        let mut tape = Tape::new(network);
        tape.forward(network, &batch).map_err(CheckError::during("forward"))?;
        let unit = DMatrix::identity(self.width, self.width);
        tape.differentiate(network, &unit).map_err(CheckError::during("backward"))?;
        let gradients = tape.input_gradient().column_iter();
        gradients
            .map(|gradient| gradient.iter().map(|g| whole(*g)).collect::<Result<Vec<_>, _>>())
            .collect::<Result<Matrix, _>>()
            .map(Some)
    }
}

/// A floating-point number as the integer that it is.
fn whole(x: f64) -> Result<i64, CheckError> {
    // Below this every whole number has a double of its own.
    let limit = 2.0_f64.powi(53);
    if x.fract().abs() > 0.0 || x.abs().partial_cmp(&limit).is_none_or(std::cmp::Ordering::is_gt) {
        return Err(CheckError::Instance(format!("{x} is no whole number")));
    }
    Ok(x as i64)
}

/// A point for a reader.
pub(super) fn shown(x: &[i64]) -> String {
    let entries: Vec<String> = x.iter().map(i64::to_string).collect();
    format!("({})", entries.join(", "))
}
