//! Why a check or a control could not be carried out.

use std::error::Error;

/// A check that could not be carried out; the ledger calls it crashed, never held or violated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The instance could not be built.
    #[error("instance: {0}")]
    Instance(String),
    /// The kernel was given something malformed. (A certificate that it refuses is a finding, not an error.)
    #[error("kernel: {0}")]
    Kernel(#[from] lip1_kernel::Refusal),
    /// A network could not be built, trained or certified.
    #[error("network: {0}")]
    Network(#[from] lip1_core::Error),
    /// A transport problem could not be stated, solved or certified.
    #[error("transport: {0}")]
    Transport(#[from] lip1_ot::Error),
    /// A capacity could not be computed.
    #[error("capacity: {0}")]
    Capacity(#[from] lip1_vc::Error),
    /// Another step of the examination failed.
    #[error("{step}: {source}")]
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
