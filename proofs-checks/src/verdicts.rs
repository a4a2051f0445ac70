//! Claims checked anew for a notebook, and what the page of `lip1 report` makes of them.

use lip1_claims::{CLAIMS, power, table_one};
use lip1_experiments::{Cell, Table};
use lip1_figures::Picture;
use lip1_harness::ledger::Ledger;
use lip1_harness::record::Record;
use lip1_harness::run::{Header, Job, Settings, Shard, jobs};
use lip1_harness::{Budget, CheckError, Claim, pool};

/// Seed of the checks and controls.
const SEED: u64 = 0;

/// Threads that check.
const THREADS: usize = 2;

/// Claims that came out as expected, with every control rejected.
#[derive(Debug)]
pub struct Verdicts {
    ledger: Ledger,
}

/// Checks claims at the quick budget, with their controls. A name is that of a claim, or a letter for all claims that
/// begin with it; without a name, all are checked.
///
/// # Errors
/// When a name fits no claim, or a claim does not come out as expected with every control rejected.
pub fn verdicts(names: &[&str]) -> Result<Verdicts, CheckError> {
    let fits =
        |name: &str, claim: &Claim| claim.id == name || (name.len() == 1 && claim.id.starts_with(name));
    if let Some(name) = names.iter().find(|name| !CLAIMS.iter().any(|claim| fits(name, claim))) {
        return Err(CheckError::Instance(format!("no claim {name}")));
    }
    let chosen = |claim: &&&Claim| names.is_empty() || names.iter().any(|name| fits(name, claim));
    let claims: Vec<&'static Claim> = CLAIMS.iter().filter(chosen).copied().collect();
    let settings = Settings { seed: SEED, budget: Budget::Quick, cases: None };
    let jobs = jobs(&claims);
    let records = pool::each(THREADS, &jobs, |job| Ok::<_, CheckError>(job.run(settings)))?;
    Verdicts::of(&claims, settings, &jobs, &records)
}

impl Verdicts {
    fn of(
        claims: &[&'static Claim],
        settings: Settings,
        jobs: &[Job],
        records: &[Record],
    ) -> Result<Self, CheckError> {
        let header = Header::new("notebook", settings, claims, Shard::WHOLE);
        let ledger = Ledger::new(&header, jobs, records).map_err(CheckError::during("ledger"))?;
        let passes = ledger.passes();
        let verdicts = Self { ledger };
        if passes {
            Ok(verdicts)
        } else {
            let found = verdicts.table().text();
            Err(CheckError::Instance(format!("not every verdict is as expected:\n{found}")))
        }
    }

    /// A line a claim.
    pub fn table(&self) -> Table {
        let columns = ["claim", "what", "verdict", "expected", "evidence", "cases", "controls rejected"];
        let mut table = Table::new("verdicts", "Verdicts, computed anew at the quick budget", &columns);
        for entry in &self.ledger.claims {
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
        table
    }

    /// Who decided the cases of every claim's essential checks.
    pub fn deciders(&self) -> Table {
        let columns =
            ["claim", "evidence", "by the kernel", "in exact arithmetic", "in floating point", "by a test"];
        let mut table =
            Table::new("deciders", "Cases of the essential checks, by who decided them", &columns);
        for entry in &self.ledger.claims {
            let decided = entry.decided();
            let counts = [decided.kernel, decided.exact, decided.float, decided.statistical];
            let [kernel, exact, float, statistical] = counts.map(|cases| Cell::Number(cases as f64));
            let evidence = entry.evidence.map_or(Cell::Empty, |kind| Cell::from(kind.name()));
            table.row([Cell::from(entry.id), evidence, kernel, exact, float, statistical]);
        }
        table
    }

    /// How many claims rest on evidence of each kind.
    pub fn evidence(&self) -> Table {
        let mut table = Table::new("evidence", "Evidence, strongest first", &["evidence", "claims"]);
        for (kind, count) in self.ledger.by_evidence() {
            table.row([Cell::from(kind.name()), Cell::Number(count as f64)]);
        }
        table
    }

    /// A picture that a check of the claim drew, counted from 0.
    ///
    /// # Errors
    /// When there is none.
    pub fn picture(&self, claim: &str, index: usize) -> Result<Picture, CheckError> {
        let entry = self.ledger.claims.iter().find(|entry| entry.id == claim);
        let picture = entry.and_then(|entry| entry.pictures().nth(index)).cloned();
        let picture = picture.map(|lip1_harness::Picture { title, alternative, svg }| Picture {
            title,
            alternative,
            svg,
        });
        picture.ok_or_else(|| CheckError::Instance(format!("no picture {index} of {claim}")))
    }

    /// The paper's Table 1, every entry with what the verdicts make of it; one that they do not bear out is not stated.
    pub fn table_one(&self) -> Table {
        let entry = |cell: &table_one::Cell| {
            let standing = cell.standing(&self.ledger);
            let says = if standing.is_borne_out() { cell.says } else { "Not stated." };
            let from = match standing.because_of() {
                [] => cell.rests_on.join(", "),
                ids => format!("{}; because of {}", cell.rests_on.join(", "), ids.join(", ")),
            };
            Cell::Text(format!("{says} [{}: {from}]", standing.word()))
        };
        let columns = ["question", "AllNet (unconstrained)", "LipNet1 (1-Lipschitz)"];
        let mut table =
            Table::new("table-1", "Table 1, computed from the verdicts of the claims in brackets", &columns);
        for row in table_one::ROWS {
            table.row([Cell::from(row.question), entry(&row.all_net), entry(&row.lip_net)]);
        }
        table
    }
}

/// Faults built in on purpose, and which claims noticed each: the table that `proofs-checks/faults/run` computed and the
/// program holds.
///
/// # Errors
/// When there is none.
pub fn faults() -> Result<Table, CheckError> {
    let power = power::stored().ok_or_else(|| CheckError::Instance("no table of faults".into()))?;
    let columns = ["fault", "what goes wrong", "noticed by", "passed by"];
    let title =
        format!("{} claims under {} faults ({})", power.claims.len(), power.faults.len(), power.command);
    let mut table = Table::new("faults", &title, &columns);
    for fault in &power.faults {
        let claims = |passes: bool| {
            let those = fault.runs.iter().filter(|run| run.passes == passes);
            Cell::Text(those.map(|run| run.claim.as_str()).collect::<Vec<_>>().join(", "))
        };
        table.row([
            Cell::from(fault.name.as_str()),
            Cell::from(fault.what.as_str()),
            claims(false),
            claims(true),
        ]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::{faults, verdicts};

    #[test]
    fn a_claim_is_checked_and_drawn_and_an_unknown_one_refused() {
        let checked = verdicts(&["L3"]).unwrap();
        let table = checked.table();
        assert_eq!((table.rows.len(), &table.rows[0][2]), (1, &table.rows[0][3]));
        assert!(checked.picture("L3", 0).is_ok());
        assert!(checked.picture("L3", 9).is_err() && checked.picture("T1", 0).is_err());
        assert!(verdicts(&["Z9"]).is_err() && verdicts(&["Z"]).is_err());
    }

    #[test]
    fn entries_of_table_one_without_their_claims_are_not_stated() {
        let table = verdicts(&["L7"]).unwrap().table_one();
        let shown: Vec<String> = table.rows.iter().flatten().map(|cell| cell.shown()).collect();
        // The dual is unbounded without the constraint: L7 is all that this entry rests on.
        assert!(
            shown
                .iter()
                .any(|text| text.starts_with("No: the dual is unbounded") && text.contains("borne out: L7"))
        );
        assert!(
            shown.iter().any(|text| text.starts_with("Not stated. [open: T1, T2, T4, T5, T6; because of T1"))
        );
    }

    #[test]
    fn every_fault_has_a_claim_that_notices_it() {
        let table = faults().unwrap();
        assert!(table.rows.len() > 40 && table.rows.iter().all(|row| !row[2].shown().is_empty()));
    }
}
