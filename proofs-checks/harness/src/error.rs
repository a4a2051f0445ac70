//! Why a check or a control could not be carried out.

use std::error::Error;
use std::fmt;

/// A check that could not be carried out; the ledger calls it crashed, never held or violated.
///
/// Any error becomes one by `?`, whatever crate it comes from. Therefore this type is no [`Error`] itself: a type cannot both
/// be one and be made of every one. (A certificate that the kernel refuses is a finding, not an error.)
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckError {
    /// The instance could not be built.
    Instance(String),
    /// What was asked of another crate failed.
    Failed(Box<dyn Error + Send + Sync>),
    /// A named step of the examination failed.
    Step {
        /// What was being done.
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

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Instance(reason) => write!(f, "instance: {reason}"),
            CheckError::Failed(source) => source.fmt(f),
            CheckError::Step { step, source } => write!(f, "{step}: {source}"),
        }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for CheckError {
    fn from(source: E) -> Self {
        CheckError::Failed(Box::new(source))
    }
}

#[cfg(test)]
mod tests {
    use super::CheckError;

    fn parsed(text: &str) -> Result<i32, CheckError> {
        Ok(text.parse::<i32>()?)
    }

    #[test]
    fn any_error_becomes_one_and_keeps_its_words() {
        let error = parsed("x").unwrap_err();
        assert_eq!(error.to_string(), "invalid digit found in string");
        let step = "x".parse::<i32>().map_err(CheckError::during("reading")).unwrap_err();
        assert_eq!(step.to_string(), "reading: invalid digit found in string");
    }
}
