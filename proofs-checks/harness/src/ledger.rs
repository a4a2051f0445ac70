//! The ledger: every claim with its verdict and what it rests on. `ledger.json` is this structure.

use serde::Serialize;

use crate::paper::Paper;
use crate::record::{Ended, Examined, Record, Reduction};
use crate::run::{Header, Job, Part};
use crate::verdict::{Weighed, conclude};
use crate::{Check, Claim, Kind, Outcome, Picture, Scope, Sentence, Tally, Test, Tolerated, Verdict};

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
    /// What became of the paper's sentences.
    pub paper: Paper,
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
    /// The sentence that it stands for.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Its sentences, each with a verdict of its own.
    pub sentences: Vec<SentenceEntry>,
    /// The verdict that its author expects.
    pub expected: Verdict,
    /// The verdict computed.
    pub verdict: Verdict,
    /// The weakest evidence among its essential checks.
    pub evidence: Option<Kind>,
    /// The narrowest scope among its essential checks.
    pub scope: Option<Scope>,
    /// The instance with the smallest slack among those that count.
    pub tightest: Option<Tightest>,
    /// Its checks.
    pub checks: Vec<CheckEntry>,
    /// Its controls.
    pub controls: Vec<ControlEntry>,
}

/// A sentence in the ledger.
#[derive(Debug, Serialize)]
pub struct SentenceEntry {
    /// Its name within the claim.
    pub label: &'static str,
    /// `author`, `transcribed` or `ours`.
    pub whose: &'static str,
    /// The number of an author's sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<&'static str>,
    /// What it says.
    pub text: &'static str,
    /// The verdict computed.
    pub verdict: Verdict,
    /// The sentence that holds in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<&'static str>,
    /// The counterexample, if it is refuted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// The checks that decide it.
    pub checks: Vec<&'static str>,
}

/// The instance on which a claim came closest to failing, or failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tightest {
    /// The check that met it.
    pub check: &'static str,
    /// Its slack; negative means violated.
    pub slack: f64,
    /// What the slack is measured in.
    pub unit: String,
    /// The instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
}

/// A check in the ledger; a crashed one has no kind and no outcome.
#[derive(Debug, Serialize)]
pub struct CheckEntry {
    /// Its name.
    pub name: &'static str,
    /// The label of the sentence that it decides.
    pub about: &'static str,
    /// Strength of its evidence.
    pub kind: Option<Kind>,
    /// Whether the verdict waits for it.
    pub essential: bool,
    /// `holds`, `undecided`, `violated`, `refuted` or `crashed`.
    pub outcome: &'static str,
    /// Instances examined.
    pub cases: serde_json::Value,
    /// Who decided how many of them.
    pub decided: Tally,
    /// Reach of its evidence.
    pub scope: Option<Scope>,
    /// The lemmas behind a universal scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The widest tolerance used, relative to what was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Tolerated>,
    /// What a statistical decision may err by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
    /// Smallest slack; negative means violated.
    pub worst_slack: Option<f64>,
    /// What the slack is measured in.
    pub slack_unit: Option<String>,
    /// The budget to pass to `lip1 verify` to see it again.
    pub budget: &'static str,
    /// The seed to pass to `lip1 verify` to see it again.
    pub seed: String,
    /// Time it took.
    pub seconds: f64,
    /// The instance with the smallest slack, or the counterexample.
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
    /// The budget to pass to `lip1 verify` to see it again.
    pub budget: &'static str,
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
            let record = records.iter().find(|record| {
                record.position == job.position && record.claim == job.claim.id && record.name == job.name()
            });
            let missing = Missing { claim: job.claim.id, name: job.name() };
            let record = record.ok_or(missing)?.clone();
            if claims.last().is_none_or(|last| last.id != job.claim.id) {
                claims.push(ClaimEntry::empty(job.claim));
            }
            if let Some(entry) = claims.last_mut() {
                match job.part {
                    Part::Check(check) => {
                        entry.checks.push(CheckEntry::new(check, header, record));
                    }
                    Part::Control(control) => {
                        entry.controls.push(ControlEntry::new(control.name, header, record));
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
            paper: Paper::of(&claims),
            claims,
        })
    }

    /// Whether every verdict is the expected one and conclusive, and nothing crashed.
    pub fn passes(&self) -> bool {
        self.claims.iter().all(ClaimEntry::passes)
    }

    /// How many claims rest on evidence of each kind, strongest first; kinds without a claim are left out.
    pub fn by_evidence(&self) -> Vec<(Kind, usize)> {
        Kind::ALL
            .map(|kind| (kind, self.claims.iter().filter(|claim| claim.evidence == Some(kind)).count()))
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The command that computes the lines of a claim again.
    pub fn command(&self, id: &str) -> String {
        let cases = self.proptest_cases.map(|cases| format!("PROPTEST_CASES={cases} ")).unwrap_or_default();
        format!("{cases}lip1 verify {id} --budget {} --seed {}", self.budget, self.seed)
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
            statement: claim.statement(),
            source: claim.source,
            sentences: Vec::new(),
            expected: claim.expected,
            verdict: Verdict::Inconclusive,
            evidence: None,
            scope: None,
            tightest: None,
            checks: Vec::new(),
            controls: Vec::new(),
        }
    }

    fn conclude(&mut self) {
        let weighed: Vec<Weighed<'_>> = self
            .checks
            .iter()
            .map(|entry| Weighed {
                essential: entry.essential,
                about: entry.about,
                found: entry.examined().map(|found| (found.outcome, found.kind, found.scope)),
            })
            .collect();
        let rejections: Vec<Option<bool>> =
            self.controls.iter().map(|control| Some(control.rejected)).collect();
        let conclusion = conclude(self.claim.sentences, &weighed, &rejections);
        self.sentences = self
            .claim
            .sentences
            .iter()
            .zip(&conclusion.sentences)
            .map(|(sentence, verdict)| self.sentence(sentence, *verdict))
            .collect();
        self.verdict = conclusion.verdict;
        self.evidence = conclusion.evidence;
        self.scope = conclusion.scope;
        self.tightest = self.find_tightest();
    }

    fn sentence(&self, sentence: &Sentence, verdict: Verdict) -> SentenceEntry {
        let about = || self.checks.iter().filter(|check| check.about == sentence.label);
        let refuting = about().find(|check| check.outcome == Outcome::Refuted.name());
        SentenceEntry {
            label: sentence.label,
            whose: sentence.whose.name(),
            number: sentence.whose.number(),
            text: sentence.text,
            verdict,
            corrected: self.claim.correction_of(sentence.label).map(|correction| correction.text),
            witness: refuting.and_then(|check| check.witness.clone()),
            checks: about().map(|check| check.name).collect(),
        }
    }

    /// The smallest slack among the essential checks; where a corrected statement holds, among the checks that hold,
    /// for the others are refuted by any amount.
    fn find_tightest(&self) -> Option<Tightest> {
        let corrected = self.verdict == Verdict::HoldsCorrected;
        let counts =
            |check: &&CheckEntry| check.essential && (!corrected || check.outcome == Outcome::Holds.name());
        let slacks = self.checks.iter().filter(counts).filter_map(|check| {
            let (slack, unit) = (check.worst_slack?, check.slack_unit.clone()?);
            Some(Tightest { check: check.name, slack, unit, witness: check.witness.clone() })
        });
        slacks.min_by(|one, other| one.slack.total_cmp(&other.slack))
    }

    /// Instances examined by all its checks.
    pub fn cases(&self) -> u64 {
        self.checks.iter().filter_map(CheckEntry::examined).map(|found| found.cases).sum()
    }

    /// Who decided the cases of its essential checks.
    pub fn decided(&self) -> Tally {
        let mut all = Tally::default();
        self.checks.iter().filter(|check| check.essential).for_each(|check| all.add(check.decided));
        all
    }

    /// The pictures of its checks, in their order.
    pub fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.checks.iter().filter_map(CheckEntry::examined).flat_map(|found| &found.pictures)
    }

    /// Time that its checks and controls took.
    pub fn seconds(&self) -> f64 {
        let checks = self.checks.iter().map(|check| check.seconds);
        checks.chain(self.controls.iter().map(|control| control.seconds)).sum()
    }

    /// Whether the verdict is the expected one and conclusive.
    pub fn passes(&self) -> bool {
        self.verdict == self.expected && self.verdict != Verdict::Inconclusive
    }
}

impl CheckEntry {
    fn new(check: &Check, header: &Header, record: Record) -> Self {
        let examined = match &record.result {
            Ended::Check(examined) => Some(&**examined),
            Ended::Control { .. } | Ended::Crashed { .. } => None,
        };
        Self {
            name: check.name,
            about: check.about,
            essential: check.essential,
            kind: examined.map(|found| found.kind),
            decided: examined.map(|found| found.decided).unwrap_or_default(),
            scope: examined.map(|found| found.scope),
            because: examined.and_then(|found| because(&found.because)),
            tolerance: examined.and_then(|found| found.tolerance.clone()),
            test: examined.and_then(|found| found.test),
            outcome: examined.map_or("crashed", |found| found.outcome.name()),
            cases: integer(examined.map_or(0, |found| found.cases)),
            worst_slack: examined.and_then(|found| found.worst_slack),
            slack_unit: examined.and_then(|found| found.slack_unit.clone()),
            budget: header.budget.name(),
            seed: header.seed.clone(),
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
    fn new(name: &'static str, header: &Header, record: Record) -> Self {
        let rejected = matches!(record.result, Ended::Control { rejected: true, .. });
        let (budget, seed) = (header.budget.name(), header.seed.clone());
        Self { name, rejected, budget, seed, seconds: record.seconds, record }
    }

    /// What the examination said of the broken instance.
    pub fn reason(&self) -> &str {
        match &self.record.result {
            Ended::Control { reason, .. } | Ended::Crashed { reason } => reason,
            Ended::Check(_) => "",
        }
    }
}

/// The lemmas by name, each with what it says; `None` without any.
fn because(reductions: &[Reduction]) -> Option<String> {
    let each = reductions.iter().map(|reduction| format!("{}: {}", reduction.lemma, reduction.statement));
    let all: Vec<String> = each.collect();
    if all.is_empty() { None } else { Some(all.join(" ")) }
}

/// A JSON number up to 2^53, text above: readers that keep numbers as f64 lose nothing.
fn integer(value: u64) -> serde_json::Value {
    if value <= 1 << 53 { value.into() } else { value.to_string().into() }
}
