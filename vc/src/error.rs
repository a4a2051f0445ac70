//! What a caller can get wrong.

/// Bad input, or input outside what exact arithmetic can hold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A size or a margin is not written as a decimal number.
    #[error("`{text}` is not a decimal number: {why}")]
    NotDecimal {
        /// The text as given.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A quantity that must be positive is zero or negative.
    #[error("the {what} must be positive")]
    NotPositive {
        /// The name of the quantity.
        what: &'static str,
    },
    /// size/margin in lowest terms does not fit in 60 bits over 60 bits.
    #[error("size/margin has too many digits: numerator and denominator must stay below 2^60")]
    TooPrecise,
    /// A dimension of zero.
    #[error("the dimension must be at least 1")]
    NoDimension,
    /// Data of the wrong length.
    #[error("{what}: {found} given, {expected} expected")]
    Length {
        /// The name of the argument.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length that fits the other arguments.
        expected: usize,
    },
    /// A problem too large for the method asked.
    #[error("{what}: {found} is more than the {limit} this method handles")]
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A number that is NaN, infinite or outside its range.
    #[error("{what}: {value} is not {range}")]
    OutOfRange {
        /// The name of the number.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it should be.
        range: &'static str,
    },
    /// A network layer that the method cannot follow.
    #[error("unsupported layer: {what}")]
    Unsupported {
        /// What is supported.
        what: &'static str,
    },
    /// The linear-programming solver stopped without an answer.
    #[error("linear program: {0}")]
    Solver(String),
    /// The kernel refused the data it was given.
    #[error("{0}")]
    Refused(String),
}

impl From<lip1_kernel::Refusal> for Error {
    fn from(refusal: lip1_kernel::Refusal) -> Self {
        Error::Refused(refusal.to_string())
    }
}
