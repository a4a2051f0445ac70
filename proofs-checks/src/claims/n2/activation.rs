//! The activations of lip1-core, the same lowered to the kernel's primitives, and two broken ones.

use lip1_core::{FullSort, GroupSort, Layer, MaxMinHalves, Network, Tape};
use lip1_kernel::forward;
use lip1_kernel::net::Net;
use nalgebra::DMatrix;

use crate::{CheckError, Finding};

/// A map of R^width that is given by code.
pub(super) struct Activation {
    pub(super) name: String,
    pub(super) width: usize,
    code: Code,
}

enum Code {
    Core(Box<Network<f64>>),
    Kernel(Box<Net>),
    Formula(fn(&[f64]) -> Vec<f64>),
}

impl Activation {
    /// GroupSort, FullSort and MaxMin, in both implementations, for every width up to `widest`.
    pub(super) fn all_up_to(widest: usize) -> Result<Vec<Self>, CheckError> {
        (1..=widest)
            .map(Self::all)
            .collect::<Result<Vec<_>, _>>()
            .map(|all| all.into_iter().flatten().collect())
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
    fn formula(name: &str, formula: fn(&[f64]) -> Vec<f64>) -> Self {
        Self { name: name.to_owned(), width: 2, code: Code::Formula(formula) }
    }

    /// The outputs at `x`; exact wherever they are entries or sums of few integers.
    pub(super) fn value(&self, x: &[f64]) -> Result<Vec<f64>, CheckError> {
        match &self.code {
            Code::Core(network) => {
                let batch = DMatrix::from_column_slice(x.len(), 1, x);
                let outputs = network.evaluate(&batch).map_err(CheckError::during("evaluation"))?;
                Ok(outputs.as_slice().to_vec())
            }
            Code::Kernel(net) => {
                // No arithmetic happens, so the enclosures are points; where one is not, NaN equals nothing.
                let point = |lower: f64, upper: f64| if lower < upper { f64::NAN } else { lower };
                Ok(forward::enclose(net, x)?.iter().map(|v| point(v.lower(), v.upper())).collect())
            }
            Code::Formula(formula) => {
                let mut sorted = x.to_vec();
                sorted.sort_by(f64::total_cmp);
                Ok(formula(&sorted))
            }
        }
    }

    /// The Jacobian at `x` (outputs x inputs) by back-propagation, where there is such code.
    pub(super) fn back_propagated(&self, x: &[f64]) -> Result<Option<DMatrix<f64>>, CheckError> {
        let Code::Core(network) = &self.code else { return Ok(None) };
        // One sample an output: the gradient of output k comes out as column k.
        let batch = DMatrix::from_fn(x.len(), self.width, |row, _| x[row]);
        let mut tape = Tape::new(network);
        tape.forward(network, &batch).map_err(CheckError::during("forward"))?;
        let unit = DMatrix::identity(self.width, self.width);
        tape.differentiate(network, &unit).map_err(CheckError::during("backward"))?;
        Ok(Some(tape.input_gradient().transpose()))
    }
}

/// Merges the findings of several activations.
pub(super) fn over(
    activations: &[Activation],
    examine: impl Fn(&Activation) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("squared distance");
    for activation in activations {
        finding.merge(examine(activation)?);
    }
    Ok(finding)
}
