//! `lip1 verify`: run checks and controls, write the ledger and its page.

use std::path::PathBuf;
use std::process;

use lip1_checks::claims::{CLAIMS, find};
use lip1_checks::ledger::Ledger;
use lip1_checks::record::{Ended, Record};
use lip1_checks::run::{self, Again, Header, Job, Journal, Part, Settings, Shard};
use lip1_checks::{Budget, Claim, Outcome};

use super::progress::Progress;
use super::{Answer, Failure, choice, output, table};

/// Check the claims, write the ledger and its page.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
    /// The claims to check; all of them without any
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// How much work, as counts
    #[arg(long, value_parser = choice::budget(), default_value = Budget::Quick.name())]
    budget: Budget,
    /// Every random choice follows from it
    #[arg(long, default_value_t)]
    seed: u64,
    /// Worker threads; all cores without it
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Where the ledger goes
    #[arg(long, value_name = "DIR", default_value = output::FOLDER)]
    out: Option<PathBuf>,
    /// Run part I of N only, I from 0; `lip1 report` merges the parts
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Begin anew what an earlier run left unfinished, or a shard that it finished
    #[arg(long)]
    fresh: bool,
    /// Print the ledger as JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let claims = chosen(&self.ids)?;
        let settings = Settings { seed: self.seed, budget: self.budget, cases: proptest_cases()? };
        let shard = self.shard.unwrap_or(Shard::WHOLE);
        let program = run::program_hash().map_err(Failure::new)?;
        let header = Header::new(&program, settings, &claims, shard);
        let jobs: Vec<Job> =
            run::jobs(&claims).into_iter().filter(|job| shard.contains(job.position)).collect();
        let again = self.again();
        let out = self.out.unwrap_or_else(|| output::FOLDER.into());
        let [ledger, page] = output::FILES;
        let names = if self.shard.is_some() { vec![run::JOURNAL] } else { vec![run::JOURNAL, ledger, page] };
        let outputs = output::examine_folder(&out, &[], &names, self.json)?;
        let mut journal = Journal::open(&out, &header, &jobs, again).map_err(Failure::new)?;
        if let Some(notice) = journal.notice() {
            eprintln!("lip1: {notice}");
        }
        interrupt()?;
        let threads = self.threads.map_or_else(cores, usize::from);
        let shown = Progress::after(journal.resumed().len(), "checked", jobs.len());
        let show = |so_far: run::Progress<'_>| {
            shown.show(so_far.done, format_args!("last {} {}", so_far.last.claim, so_far.last.name));
        };
        let records = run::run(&jobs, settings, threads, &mut journal, show).map_err(Failure::new)?;
        drop(shown);
        let answer = if self.shard.is_some() {
            part(&jobs, &records, shard, self.json)?
        } else {
            let ledger = Ledger::new(&header, &jobs, &records).map_err(Failure::new)?;
            let written = output::write(&out, &outputs, &ledger)?;
            let text = if self.json { output::json(&ledger)? } else { table::of(&ledger) + &written };
            Answer::judged(text, ledger.passes())
        };
        journal.finish().map_err(Failure::new)?;
        Ok(answer.beside(&outputs))
    }

    /// A shard is a task that a scheduler may start twice; who runs everything once more wants to see it done.
    fn again(&self) -> Again {
        match (self.fresh, self.shard) {
            (true, _) => Again::Fresh,
            (false, Some(_)) => Again::Keep,
            (false, None) => Again::Redo,
        }
    }
}

/// The claims named, in the order of the paper; all without a name.
fn chosen(ids: &[String]) -> Result<Vec<&'static Claim>, Failure> {
    if let Some(unknown) = ids.iter().find(|id| find(id).is_none()) {
        return Err(Failure::new(format!("unknown claim `{unknown}` (see `lip1 claims`)")));
    }
    let named = |claim: &&&Claim| ids.is_empty() || ids.iter().any(|id| claim.id.eq_ignore_ascii_case(id));
    Ok(CLAIMS.iter().filter(named).copied().collect())
}

fn proptest_cases() -> Result<Option<u32>, Failure> {
    match std::env::var("PROPTEST_CASES") {
        Err(_) => Ok(None),
        Ok(text) => match text.parse() {
            Ok(cases) => Ok(Some(cases)),
            Err(_) => Err(Failure::new(format!("PROPTEST_CASES={text} is not a count"))),
        },
    }
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Finished checks are on the disk already, so an interrupted run just stops.
fn interrupt() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        eprintln!("lip1: interrupted; the same command resumes");
        process::exit(130);
    })
    .map_err(Failure::new)
}

/// The answer of a shard: its own checks and controls, without verdicts.
fn part(jobs: &[Job], records: &[Record], shard: Shard, json: bool) -> Result<Answer, Failure> {
    let passed =
        |job: &Job| records.iter().any(|record| record.position == job.position && passes(job, record));
    let failed: Vec<String> = jobs
        .iter()
        .filter(|job| !passed(job))
        .map(|job| format!("{} {}", job.claim.id, job.name()))
        .collect();
    let text = if json {
        let answer = serde_json::json!({
            "shard": shard.to_string(), "done": records.len(), "failed": failed
        });
        format!("{answer}\n")
    } else {
        let lines: String = failed.iter().map(|name| format!("not passed: {name}\n")).collect();
        format!("{lines}shard {shard}: {} done, {} passed\n", records.len(), records.len() - failed.len())
    };
    Ok(Answer::judged(text, failed.is_empty()))
}

/// Whether a check or control passed on its own; the verdict waits for all shards.
fn passes(job: &Job, record: &Record) -> bool {
    match (&record.result, job.part) {
        (Ended::Control { rejected, .. }, Part::Control(_)) => *rejected,
        (Ended::Check(found), Part::Check(check)) => match found.outcome {
            Outcome::Holds => true,
            Outcome::Undecided => !check.essential,
            Outcome::Refuted => job.claim.correction_of(check.about).is_some(),
            Outcome::Violated => false,
        },
        _ => false,
    }
}
