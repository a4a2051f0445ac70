//! What can be wrong with a caller's data.

/// Why a network could not be built, trained or certified.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two sizes that must agree do not.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// What was measured.
        what: &'static str,
        /// The size that fits.
        expected: usize,
        /// The size that was given.
        found: usize,
    },
    /// A layer cannot follow the one before it.
    #[error("layer {index} ({kind}) does not accept {features} features")]
    LayerShape {
        /// Position of the layer, from 0.
        index: usize,
        /// The kind of layer.
        kind: &'static str,
        /// The number of features that reach it.
        features: usize,
    },
    /// A parameter is outside its range.
    #[error("{name} = {value}: must be {range}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The values allowed.
        range: &'static str,
    },
    /// An infinity or a NaN where a number was due.
    #[error("{what} is not finite")]
    NotFinite {
        /// Where it stood.
        what: &'static str,
    },
    /// The targets do not suit the loss.
    #[error("the {loss} loss needs {needed}")]
    Targets {
        /// The loss.
        loss: &'static str,
        /// What it is defined for.
        needed: &'static str,
    },
    /// A class number beyond the number of outputs.
    #[error("row {row}: class {class}, but the network has {outputs} outputs")]
    Class {
        /// The sample, from 0.
        row: usize,
        /// Its class.
        class: usize,
        /// The number of scores.
        outputs: usize,
    },
    /// The polar factor of a matrix could not be reached: it is (nearly) rank deficient.
    #[error("no orthogonal matrix near this {rows} x {columns} matrix after {iterations} iterations")]
    RankDeficient {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
        /// Iterations spent.
        iterations: usize,
    },
    /// Nothing to learn from, or nothing to compute.
    #[error("{what} is empty")]
    Empty {
        /// What was expected to hold something.
        what: &'static str,
    },
    /// Two points that must differ are equal.
    #[error("points {first} and {second} are equal but have opposite labels")]
    Duplicate {
        /// One point, from 0.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A model file is malformed, or a network can't be written as one.
    #[error("{place}: {what}")]
    Model {
        /// The layer, tensor or part of the file.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// The kernel did not accept what it was given.
    #[error(transparent)]
    Refused(#[from] lip1_kernel::Refusal),
}
