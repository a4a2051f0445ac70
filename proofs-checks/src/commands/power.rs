//! `lip1 power`, in builds with the feature `faults` alone: which claims notice which faults.
//!
//! Every run is a process of its own, for a fault is switched on for the whole process and data is parsed once.

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lip1_checks::claims::{CLAIMS, find};
use lip1_checks::ledger::{ClaimEntry, Ledger};
use lip1_checks::power::{Power, Run, Tried};
use lip1_checks::run::{self, Header, Settings, Shard};
use lip1_checks::{Budget, Claim, Outcome};
use lip1_faults::Fault;
use serde::{Deserialize, Serialize};

use super::{Answer, Failure};

/// Run every claim under every fault that it comes to, and print the table as JSON
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The claims to run; all of them without any
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Run one claim in this process and print how it fared and which faults it came to
    #[arg(long, value_name = "ID", conflicts_with = "ids")]
    probe: Option<String>,
    /// With --probe: the fault that is switched on
    #[arg(long, requires = "probe")]
    fault: Option<String>,
    /// With --probe: the inequality that is asked the other way round, by its name
    #[arg(long, value_name = "INEQUALITY", requires = "probe")]
    flip: Option<String>,
    /// Every random choice follows from it
    #[arg(long, default_value_t)]
    seed: u64,
    /// Processes at a time
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// What a probe prints.
#[derive(Debug, Serialize, Deserialize)]
struct Probe {
    run: Run,
    reached: Vec<String>,
    witness: Option<String>,
}

/// A run under a fault may take this much longer than without, and this many seconds besides.
const SLOWER: f64 = 20.0;
const GRACE: Duration = Duration::from_secs(30);
/// No run without a fault takes longer at the quick budget.
const MOST: Duration = Duration::from_secs(300);

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        if let Some(id) = &self.probe {
            let probe = self.probe(find(id).ok_or_else(|| Failure::new(format!("unknown claim `{id}`")))?)?;
            return Ok(Answer::passed(Answer::json(&probe)?));
        }
        let table = self.table()?;
        Ok(Answer::passed(format!("{}\n", serde_json::to_string_pretty(&table).map_err(Failure::new)?)))
    }

    fn probe(&self, claim: &'static Claim) -> Result<Probe, Failure> {
        if let Some(name) = &self.fault {
            let unknown = || Failure::new(format!("unknown fault `{name}`"));
            lip1_faults::switch_on(Fault::find(name).ok_or_else(unknown)?);
        }
        if let Some(inequality) = &self.flip {
            lip1_faults::flip(inequality);
        }
        let began = Instant::now();
        let settings = Settings { seed: self.seed, budget: Budget::Quick, cases: None };
        let jobs = run::jobs(&[claim]);
        let records: Vec<_> = jobs.iter().map(|job| job.run(settings)).collect();
        let header = Header::new("", settings, &[claim], Shard::WHOLE);
        let ledger = Ledger::new(&header, &jobs, &records).map_err(Failure::new)?;
        let entry = ledger.claims.first().ok_or_else(|| Failure::new("no claim"))?;
        let run = Run {
            claim: claim.id.to_owned(),
            verdict: entry.verdict.name().to_owned(),
            passes: entry.passes(),
            by: trouble(entry),
            // Ten milliseconds tell enough, and keep the table from changing at each run.
            seconds: (began.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        };
        let reached = lip1_faults::reached().iter().map(|fault| fault.name().to_owned()).collect();
        Ok(Probe { run, reached, witness: entry.tightest.clone().and_then(|tightest| tightest.witness) })
    }

    fn table(&self) -> Result<Power, Failure> {
        if let Some(unknown) = self.ids.iter().find(|id| find(id).is_none()) {
            return Err(Failure::new(format!("unknown claim `{unknown}`")));
        }
        let named = |claim: &&&Claim| {
            self.ids.is_empty() || self.ids.iter().any(|id| claim.id.eq_ignore_ascii_case(id))
        };
        let claims: Vec<&'static Claim> = CLAIMS.iter().filter(named).copied().collect();
        let sound = self.all(claims.len(), |at| self.child(claims[at].id, None, MOST))?;
        let mut pairs = Vec::new();
        for probe in &sound {
            let run = &probe.run;
            if !run.passes {
                eprintln!("lip1: {} does not pass without a fault and is left out", run.claim);
                continue;
            }
            let patience = Duration::from_secs_f64(SLOWER * run.seconds) + GRACE;
            pairs.extend(probe.reached.iter().map(|fault| (run.claim.clone(), fault.clone(), patience)));
        }
        let runs = self.all(pairs.len(), |at| {
            let (claim, fault, patience) = &pairs[at];
            self.child(claim, Some(fault), *patience)
        })?;
        let faults = Fault::ALL.iter().map(|fault| Tried {
            name: fault.name().to_owned(),
            place: fault.place().to_owned(),
            what: fault.what().to_owned(),
            runs: pairs
                .iter()
                .zip(&runs)
                .filter(|((_, name, _), _)| name == fault.name())
                .map(|(_, probe)| probe.run.clone())
                .collect(),
        });
        let passing = sound.iter().filter(|probe| probe.run.passes);
        Ok(Power {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            seed: self.seed.to_string(),
            budget: Budget::Quick.name().to_owned(),
            command: format!("cargo run --features lip1-checks/faults -- power --seed {}", self.seed),
            claims: passing.map(|probe| probe.run.claim.clone()).collect(),
            faults: faults.collect(),
        })
    }

    /// Calls `each` for 0 to `count` on several threads; the results in order.
    fn all(
        &self,
        count: usize,
        each: impl Fn(usize) -> Result<Probe, Failure> + Sync,
    ) -> Result<Vec<Probe>, Failure> {
        let next = AtomicUsize::new(0);
        let found = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= count {
                            break;
                        }
                        let probe = each(at);
                        eprintln!("lip1: {at}/{count}");
                        if let Ok(mut found) = found.lock() {
                            found.push((at, probe));
                        }
                    }
                });
            }
        });
        let mut found = found.into_inner().map_err(Failure::new)?;
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, probe)| probe).collect()
    }

    /// Probes a claim in a process of its own; one that does not end in time is ended, and noticed nothing.
    fn child(&self, claim: &str, fault: Option<&str>, patience: Duration) -> Result<Probe, Failure> {
        let program = std::env::current_exe().map_err(Failure::new)?;
        let mut command = Command::new(program);
        command.args(["power", "--probe", claim, "--seed", &self.seed.to_string()]);
        command.args(fault.iter().flat_map(|fault| ["--fault", fault]));
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(Failure::new)?;
        // A probe prints one line of a few kilobytes, less than a pipe holds.
        while child.try_wait().map_err(Failure::new)?.is_none() {
            if began.elapsed() > patience {
                child.kill().map_err(Failure::new)?;
                child.wait().map_err(Failure::new)?;
                return Ok(unfinished(claim, "did not end", began));
            }
            thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().map_err(Failure::new)?;
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_else(|_| unfinished(claim, "broke down", began)))
    }
}

/// A run without an answer counts as one that noticed nothing.
fn unfinished(claim: &str, how: &str, began: Instant) -> Probe {
    let seconds = began.elapsed().as_secs_f64();
    let run = Run {
        claim: claim.to_owned(),
        verdict: "none".to_owned(),
        passes: true,
        by: Some(how.to_owned()),
        seconds,
    };
    Probe { run, reached: Vec::new(), witness: None }
}

/// The first check or control that is not as it should be.
fn trouble(entry: &ClaimEntry) -> Option<String> {
    if entry.passes() {
        return None;
    }
    let checks = entry.checks.iter().filter(|check| check.outcome != Outcome::Holds.name());
    let controls = entry.controls.iter().filter(|control| !control.rejected);
    let checks = checks.map(|check| format!("{} {}", check.name, check.outcome));
    checks.chain(controls.map(|control| format!("{} not rejected", control.name))).next()
}
