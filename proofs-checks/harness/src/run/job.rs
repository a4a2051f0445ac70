//! One check or control to run.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::record::{Ended, Record};
use crate::{Budget, Check, CheckError, Claim, Context, Control};

/// What all jobs of a run share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Every generator is derived from it.
    pub seed: u64,
    /// How much work.
    pub budget: Budget,
    /// Replaces every count of sampled cases (`PROPTEST_CASES`).
    pub cases: Option<u32>,
}

/// A check or a control.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A check.
    Check(&'static Check),
    /// A control.
    Control(&'static Control),
}

/// A check or control at its place in the list of a run.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// Position in the list, from 0.
    pub position: usize,
    /// The claim it belongs to.
    pub claim: &'static Claim,
    /// The check or control.
    pub part: Part,
}

/// The checks and controls of the claims, in order: each claim's checks, then its controls.
pub fn jobs(claims: &[&'static Claim]) -> Vec<Job> {
    let parts = claims.iter().flat_map(|&claim| {
        let checks = claim.checks.iter().map(Part::Check);
        let controls = claim.controls.iter().map(Part::Control);
        checks.chain(controls).map(move |part| (claim, part))
    });
    parts.enumerate().map(|(position, (claim, part))| Job { position, claim, part }).collect()
}

impl Job {
    /// The name of the check or control.
    pub fn name(&self) -> &'static str {
        match self.part {
            Part::Check(check) => check.name,
            Part::Control(control) => control.name,
        }
    }

    /// Runs it; a panic ends as a crash, not as the end of the run.
    pub fn run(&self, settings: Settings) -> Record {
        let began = Instant::now();
        let context =
            Context::new(settings.seed, settings.budget, self.claim.id, self.name(), settings.cases);
        let result = catch_unwind(AssertUnwindSafe(|| self.examine(&context)))
            .unwrap_or_else(|panic| Ended::Crashed { reason: format!("panicked: {}", said(&*panic)) });
        Record {
            position: self.position,
            claim: self.claim.id.to_owned(),
            name: self.name().to_owned(),
            seconds: began.elapsed().as_secs_f64(),
            result,
        }
    }

    fn examine(&self, context: &Context) -> Ended {
        let ended: Result<Ended, CheckError> = match self.part {
            Part::Check(check) => (check.run)(context).map(|finding| Ended::check(&finding)),
            Part::Control(control) => (control.run)(context).map(|finding| Ended::control(&finding)),
        };
        ended.unwrap_or_else(|error| Ended::Crashed { reason: error.to_string() })
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        text
    } else {
        panic.downcast_ref::<String>().map_or("without a message", String::as_str)
    }
}
