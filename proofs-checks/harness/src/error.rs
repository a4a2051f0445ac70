//! Why a check or a control could not be carried out.

use std::error::Error;
use std::fmt;

/// A check that could not be carried out; the ledger calls it crashed, never held or violated.
///
/// Every error of a library becomes one by `?`. For that it is no `std::error::Error` itself, as nothing but the journal
/// ever looks at it.
#[derive(Debug)]
pub enum CheckError {
    /// The instance could not be built.
    Instance(String),
    /// A step of the examination failed.
    Step {
        /// What was being done; empty if the source says it.
        step: &'static str,
        /// What went wrong.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl CheckError {
    /// For `map_err`: names the step that failed, as in `solve(..).map_err(CheckError::during("dual"))?`.
    pub fn during<E: Error + Send + Sync + 'static>(step: &'static str) -> impl FnOnce(E) -> CheckError {
        move |source| CheckError::Step { step, source: Box::new(source) }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for CheckError {
    fn from(source: E) -> Self {
        CheckError::Step { step: "", source: Box::new(source) }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Instance(reason) => write!(f, "instance: {reason}"),
            CheckError::Step { step: "", source } => write!(f, "{source}"),
            CheckError::Step { step, source } => write!(f, "{step}: {source}"),
        }
    }
}
