//! Claims checked anew for a notebook.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Cell, Table};
use crate::claims::CLAIMS;
use crate::ledger::Ledger;
use crate::record::Record;
use crate::run::{Header, Job, Settings, Shard, jobs};
use crate::{Budget, CheckError, Claim};

/// Seed of the checks and controls.
const SEED: u64 = 0;

/// Threads that check.
const THREADS: usize = 2;

/// Checks claims at the quick budget, with their controls. A name is that of a claim, or a letter for all claims that
/// begin with it; without a name, all are checked.
///
/// # Errors
/// When a name fits no claim, or a claim does not come out as expected with every control rejected.
pub fn verdicts(names: &[&str]) -> Result<Table, CheckError> {
    let fits =
        |name: &str, claim: &Claim| claim.id == name || (name.len() == 1 && claim.id.starts_with(name));
    if let Some(name) = names.iter().find(|name| !CLAIMS.iter().any(|claim| fits(name, claim))) {
        return Err(CheckError::Instance(format!("no claim {name}")));
    }
    let chosen = |claim: &&&Claim| names.is_empty() || names.iter().any(|name| fits(name, claim));
    let claims: Vec<&'static Claim> = CLAIMS.iter().filter(chosen).copied().collect();
    let settings = Settings { seed: SEED, budget: Budget::Quick, cases: None };
    let (jobs, next) = (jobs(&claims), AtomicUsize::new(0));
    let records: Mutex<Vec<Record>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let record = job.run(settings);
                    records.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(record);
                }
            });
        }
    });
    let mut records = records.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    records.sort_by_key(|record| record.position);
    table(&claims, settings, &jobs, &records)
}

fn table(
    claims: &[&'static Claim],
    settings: Settings,
    jobs: &[Job],
    records: &[Record],
) -> Result<Table, CheckError> {
    let header = Header::new("notebook", settings, claims, Shard::WHOLE);
    let ledger = Ledger::new(&header, jobs, records).map_err(CheckError::during("ledger"))?;
    let columns = ["claim", "what", "verdict", "expected", "evidence", "cases", "controls rejected"];
    let mut table = Table::new("verdicts", "Verdicts, computed anew at the quick budget", &columns);
    for entry in &ledger.claims {
        let rejected = entry.controls.iter().filter(|control| control.rejected).count();
        let evidence = entry.evidence.map_or(Cell::Empty, |kind| Cell::from(kind.name()));
        table.row([
            Cell::from(entry.id),
            Cell::from(entry.title),
            Cell::Text(entry.verdict.name().to_owned()),
            Cell::Text(entry.expected.name().to_owned()),
            evidence,
            Cell::Number(entry.cases() as f64),
            Cell::Text(format!("{rejected} of {}", entry.controls.len())),
        ]);
    }
    if ledger.passes() {
        Ok(table)
    } else {
        Err(CheckError::Instance(format!("not every verdict is as expected:\n{}", table.text())))
    }
}

#[cfg(test)]
mod tests {
    use super::verdicts;

    #[test]
    fn a_claim_is_checked_and_an_unknown_one_refused() {
        let table = verdicts(&["L3"]).unwrap();
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rows[0][2], table.rows[0][3]);
        assert!(verdicts(&["Z9"]).is_err() && verdicts(&["Z"]).is_err());
    }
}
