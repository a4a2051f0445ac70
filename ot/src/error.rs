//! What can be wrong with a caller's data.

use lip1_kernel::Refusal;

/// Why a problem could not be stated, solved or certified.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A measure needs at least one point.
    #[error("a measure needs at least one point")]
    Empty,
    /// More points than a plan can index.
    #[error("{points} points are more than the {limit} a plan can index")]
    TooMany {
        /// Points given.
        points: usize,
        /// Largest number that is possible.
        limit: usize,
    },
    /// One weight per point is needed.
    #[error("{weights} weights for {points} points")]
    Lengths {
        /// Points given.
        points: usize,
        /// Weights given.
        weights: usize,
    },
    /// A weight is negative, infinite or not a number.
    #[error("weight {index} is {weight}; weights are finite and not negative")]
    Weight {
        /// Its position, from 0.
        index: usize,
        /// Its value.
        weight: f64,
    },
    /// All weights are zero, or their sum overflows.
    #[error("the weights sum to {total}; a finite positive total is needed")]
    Total {
        /// The sum found.
        total: f64,
    },
    /// The two sides live in different spaces.
    #[error("points of dimension {p} against points of dimension {q}")]
    Dimensions {
        /// Dimension of the first measure.
        p: usize,
        /// Dimension of the second measure.
        q: usize,
    },
    /// A square matrix is needed.
    #[error("{entries} entries are not a matrix of {size} rows and columns")]
    Matrix {
        /// Rows asked for.
        size: usize,
        /// Entries given.
        entries: usize,
    },
    /// An entry of a matrix cannot be a distance.
    #[error(
        "row {row}, column {column} is {distance}; distances are finite, not negative, symmetric, and zero on the diagonal"
    )]
    Distance {
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
        /// Its value.
        distance: f64,
    },
    /// Distances between the points overflow.
    #[error("the points are so far apart that their distances overflow")]
    Overflow,
    /// The method named does not apply.
    #[error("method {method} does not apply: {why}")]
    Method {
        /// The method.
        method: &'static str,
        /// The reason.
        why: &'static str,
    },
    /// A parameter is out of its range.
    #[error("{name} is {value}, but must be {range}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        range: &'static str,
    },
    /// The value is plus infinity: a shift of the function gains more by mass than the hinge takes back.
    #[error(
        "the value is +infinity: the lighter class has mass {light}, lambda times which is below {difference}, the difference of the classes"
    )]
    Unbounded {
        /// Mass of the lighter class.
        light: f64,
        /// Mass of the heavier class minus that.
        difference: f64,
    },
    /// The linear-programming backend gave up.
    #[error("the {backend} backend failed: {why}")]
    Backend {
        /// Its name.
        backend: &'static str,
        /// What it said.
        why: String,
    },
    /// The kernel refused data or a certificate.
    #[error("the kernel refused: {0}")]
    Kernel(#[from] Refusal),
}
