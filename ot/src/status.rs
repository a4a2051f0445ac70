//! How a computation ended.

/// How a solver ended; the bracket is sound whichever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// No improving step is left, up to rounding.
    Optimal,
    /// The iteration limit came first: plan and potentials are feasible, the bracket is wider.
    IterationLimit,
    /// The backend's own tolerance was reached: plan and potentials are repaired to be feasible.
    Tolerance,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Optimal => "optimal",
            Self::IterationLimit => "iteration-limit",
            Self::Tolerance => "tolerance",
        })
    }
}
