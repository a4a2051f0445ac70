//! The ledger: every claim with its verdict and what it rests on. `ledger.json` is this structure.

use serde::Serialize;

use crate::record::{Ended, Examined, Record};
use crate::run::{Header, Job, Part};
use crate::verdict::{Weighed, conclude};
use crate::{Claim, Kind, Outcome, Scope, Verdict};

/// The results of a run.
#[derive(Debug, Serialize)]
pub struct Ledger {
    /// Version of the format.
    pub schema: u32,
    /// SHA-256 of the program.
    pub program: String,
    /// Seed of the run, as text.
    pub seed: String,
    /// Budget of the run.
    pub budget: &'static str,
    /// `PROPTEST_CASES`, if it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proptest_cases: Option<u32>,
    /// Where it ran; not part of what two equal runs share.
    pub machine: Machine,
    /// The claims, in the order of the paper.
    pub claims: Vec<ClaimEntry>,
}

/// The machine of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Operating system.
    pub os: &'static str,
    /// Processor architecture.
    pub arch: &'static str,
    /// Hardware threads available.
    pub cores: usize,
}

impl Machine {
    /// This machine.
    pub fn this() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { os: std::env::consts::OS, arch: std::env::consts::ARCH, cores }
    }
}

/// A claim in the ledger.
#[derive(Debug, Serialize)]
pub struct ClaimEntry {
    /// The claim itself, for those who show the ledger.
    #[serde(skip)]
    pub claim: &'static Claim,
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The statement as transcribed.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// The verdict that its author expects.
    pub expected: Verdict,
    /// The verdict computed.
    pub verdict: Verdict,
    /// The weakest evidence among its essential checks.
    pub evidence: Option<Kind>,
    /// The narrowest scope among its essential checks.
    pub scope: Option<Scope>,
    /// Its checks.
    pub checks: Vec<CheckEntry>,
    /// Its controls.
    pub controls: Vec<ControlEntry>,
}

/// A check in the ledger; a crashed one has no kind and no outcome.
#[derive(Debug, Serialize)]
pub struct CheckEntry {
    /// Its name.
    pub name: &'static str,
    /// Strength of its evidence.
    pub kind: Option<Kind>,
    /// Whether the verdict waits for it.
    pub essential: bool,
    /// `holds`, `undecided`, `violated`, `refuted` or `crashed`.
    pub outcome: &'static str,
    /// Instances examined.
    pub cases: serde_json::Value,
    /// Smallest slack; negative means violated.
    pub worst_slack: Option<f64>,
    /// What the slack is measured in.
    pub slack_unit: Option<String>,
    /// The seed to pass to `lip1 verify` to see it again.
    pub seed: String,
    /// Time it took.
    pub seconds: f64,
    /// The instance with the smallest slack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// The record behind it.
    #[serde(skip)]
    pub record: Record,
}

/// A control in the ledger.
#[derive(Debug, Serialize)]
pub struct ControlEntry {
    /// Its name.
    pub name: &'static str,
    /// Whether the broken instance was rejected; false if the control crashed.
    pub rejected: bool,
    /// The seed to pass to `lip1 verify` to see it again.
    pub seed: String,
    /// Time it took.
    pub seconds: f64,
    /// The record behind it.
    #[serde(skip)]
    pub record: Record,
}

/// A job of the run without a record.
#[derive(Debug, thiserror::Error)]
#[error("{claim} {name}: no result")]
pub struct Missing {
    claim: &'static str,
    name: &'static str,
}

impl Ledger {
    /// Makes the verdicts from the records of all jobs.
    ///
    /// # Errors
    /// When a job has no record.
    pub fn new(header: &Header, jobs: &[Job], records: &[Record]) -> Result<Self, Missing> {
        let mut claims: Vec<ClaimEntry> = Vec::new();
        for job in jobs {
            let record = records.iter().find(|record| record.position == job.position);
            let missing = Missing { claim: job.claim.id, name: job.name() };
            let record = record.ok_or(missing)?.clone();
            if claims.last().is_none_or(|last| last.id != job.claim.id) {
                claims.push(ClaimEntry::empty(job.claim));
            }
            if let Some(entry) = claims.last_mut() {
                match job.part {
                    Part::Check(check) => {
                        entry.checks.push(CheckEntry::new(check.name, check.essential, &header.seed, record));
                    }
                    Part::Control(control) => {
                        entry.controls.push(ControlEntry::new(control.name, &header.seed, record));
                    }
                }
            }
        }
        claims.iter_mut().for_each(ClaimEntry::conclude);
        Ok(Self {
            schema: header.schema,
            program: header.program.clone(),
            seed: header.seed.clone(),
            budget: header.budget.name(),
            proptest_cases: header.proptest_cases,
            machine: Machine::this(),
            claims,
        })
    }

    /// Whether every verdict is the expected one and conclusive, and nothing crashed.
    pub fn passes(&self) -> bool {
        self.claims.iter().all(ClaimEntry::passes)
    }

    /// The ledger as it is written to `ledger.json`.
    ///
    /// # Errors
    /// Never for a ledger made by [`Ledger::new`]; the type is the serialiser's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

impl ClaimEntry {
    fn empty(claim: &'static Claim) -> Self {
        Self {
            claim,
            id: claim.id,
            title: claim.title,
            statement: claim.statement,
            source: claim.source,
            expected: claim.expected,
            verdict: Verdict::Inconclusive,
            evidence: None,
            scope: None,
            checks: Vec::new(),
            controls: Vec::new(),
        }
    }

    fn conclude(&mut self) {
        let weighed: Vec<Weighed> = self
            .claim
            .checks
            .iter()
            .zip(&self.checks)
            .map(|(check, entry)| Weighed {
                essential: check.essential,
                about: check.about,
                found: entry.examined().map(|found| (found.outcome, found.kind, found.scope)),
            })
            .collect();
        let rejections: Vec<Option<bool>> =
            self.controls.iter().map(|control| Some(control.rejected)).collect();
        let conclusion = conclude(&weighed, &rejections);
        self.verdict = conclusion.verdict;
        self.evidence = conclusion.evidence;
        self.scope = conclusion.scope;
    }

    /// The smallest slack among the essential checks, with its unit; where a corrected statement holds, among the
    /// checks that hold, for the others are refuted by any amount.
    pub fn tightest(&self) -> Option<(f64, &str)> {
        let corrected = self.verdict == Verdict::HoldsCorrected;
        let counts =
            |check: &&CheckEntry| check.essential && (!corrected || check.outcome == Outcome::Holds.name());
        let slacks = self
            .checks
            .iter()
            .filter(counts)
            .filter_map(|check| Some((check.worst_slack?, check.slack_unit.as_deref()?)));
        slacks.min_by(|(one, _), (other, _)| one.total_cmp(other))
    }

    /// Whether the verdict is the expected one and conclusive.
    pub fn passes(&self) -> bool {
        self.verdict == self.expected && self.verdict != Verdict::Inconclusive
    }
}

impl CheckEntry {
    fn new(name: &'static str, essential: bool, seed: &str, record: Record) -> Self {
        let examined = match &record.result {
            Ended::Check(examined) => Some(examined),
            Ended::Control { .. } | Ended::Crashed { .. } => None,
        };
        Self {
            name,
            essential,
            kind: examined.map(|found| found.kind),
            outcome: examined.map_or("crashed", |found| found.outcome.name()),
            cases: integer(examined.map_or(0, |found| found.cases)),
            worst_slack: examined.and_then(|found| found.worst_slack),
            slack_unit: examined.and_then(|found| found.slack_unit.clone()),
            seed: seed.to_owned(),
            seconds: record.seconds,
            witness: examined.and_then(|found| found.witness.clone()),
            record,
        }
    }

    /// The evidence, unless the check crashed.
    pub fn examined(&self) -> Option<&Examined> {
        match &self.record.result {
            Ended::Check(examined) => Some(examined),
            Ended::Control { .. } | Ended::Crashed { .. } => None,
        }
    }

    /// Why it did not hold.
    pub fn reason(&self) -> Option<&str> {
        match &self.record.result {
            Ended::Check(examined) => examined.reason.as_deref(),
            Ended::Control { reason, .. } | Ended::Crashed { reason } => Some(reason),
        }
    }
}

impl ControlEntry {
    fn new(name: &'static str, seed: &str, record: Record) -> Self {
        let rejected = matches!(record.result, Ended::Control { rejected: true, .. });
        Self { name, rejected, seed: seed.to_owned(), seconds: record.seconds, record }
    }

    /// What the examination said of the broken instance.
    pub fn reason(&self) -> &str {
        match &self.record.result {
            Ended::Control { reason, .. } | Ended::Crashed { reason } => reason,
            Ended::Check(_) => "",
        }
    }
}

/// A JSON number up to 2^53, text above: readers that keep numbers as f64 lose nothing.
fn integer(value: u64) -> serde_json::Value {
    if value <= 1 << 53 { value.into() } else { value.to_string().into() }
}
