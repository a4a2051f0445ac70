//! Verdicts.

/// What the program concludes about a claim; computed from checks and controls alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every essential check passed and none is statistical.
    Holds,
    /// Refuted as transcribed; the corrected statement holds.
    HoldsCorrected,
    /// Every essential check passed and some are statistical.
    Supported,
    /// The kernel accepted a counterexample.
    Refuted,
    /// Something was left undecided, was violated without an accepted counterexample, crashed, or a control passed.
    Inconclusive,
}

impl Verdict {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::HoldsCorrected => "holds-corrected",
            Verdict::Supported => "supported",
            Verdict::Refuted => "refuted",
            Verdict::Inconclusive => "inconclusive",
        }
    }
}
