//! What a command ends with.

use std::fmt;

use lip1_checks::outputs::Outputs;
use lip1_checks::pool::NoThreads;

/// Text for standard output and an exit status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) status: u8,
    /// Whether the text goes to standard error, since standard output holds a file.
    pub(crate) aside: bool,
}

impl Answer {
    /// Everything is as it should be.
    pub(crate) fn passed(text: String) -> Self {
        Self { text, status: 0, aside: false }
    }

    /// One JSON value on one line.
    pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
        serde_json::to_string(value).map(|text| text + "\n").map_err(Failure::new)
    }

    /// Status 0 if `passes`, else 1.
    pub(crate) fn judged(text: String, passes: bool) -> Self {
        Self { text, status: u8::from(!passes), aside: false }
    }

    /// Beside a file on standard output the text goes to standard error.
    pub(crate) fn beside(self, outputs: &Outputs) -> Self {
        Self { aside: outputs.to_standard_output(), ..self }
    }
}

/// Bad usage or bad input: one line on standard error, exit status 2.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }

    /// What clap says in a paragraph and a hint, in one line.
    pub(crate) fn usage(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let said = text.split("\n\n").next().unwrap_or_default();
        let words: Vec<&str> = said.trim_start_matches("error: ").split_whitespace().collect();
        Self(format!("{} (try --help)", words.join(" ")))
    }
}

impl From<NoThreads> for Failure {
    fn from(error: NoThreads) -> Self {
        Self::new(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A file's name may hold a line end; the message must not.
        f.write_str(&self.0.replace(['\n', '\r'], " "))
    }
}
