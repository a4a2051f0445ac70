//! `lip1 power`: which claim notices which fault, from the table that `proofs-checks/faults/run` computed.

use lip1_checks::claims::power;
use lip1_checks::power::{Power, Tried};

use super::{Answer, Failure};

/// Show which claims notice which faults built in on purpose.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The faults to show; all of them without any
    #[arg(value_name = "FAULT")]
    faults: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let table = power::stored().ok_or_else(|| Failure::new("no table of faults is built in"))?;
        let unknown = |name: &&String| !table.faults.iter().any(|fault| fault.name == **name);
        if let Some(name) = self.faults.iter().find(unknown) {
            return Err(Failure::new(format!("unknown fault `{name}`")));
        }
        let wanted = |fault: &&Tried| self.faults.is_empty() || self.faults.contains(&fault.name);
        let faults: Vec<Tried> = table.faults.iter().filter(wanted).cloned().collect();
        let shown = Power { faults, ..table.clone() };
        Ok(Answer::passed(if self.json { Answer::json(&shown)? } else { in_words(&shown) }))
    }
}

fn in_words(table: &Power) -> String {
    let mut text = String::new();
    for fault in &table.faults {
        let named = |passes: bool| {
            let runs = fault.runs.iter().filter(|run| run.passes == passes);
            runs.map(|run| run.claim.as_str()).collect::<Vec<_>>().join(", ")
        };
        text += &format!("{} ({})\n  {}\n", fault.name, fault.place, fault.what);
        let (noticed, passed) = (named(false), named(true));
        text += &format!("  noticed by {}\n", if noticed.is_empty() { "no claim" } else { &noticed });
        if !passed.is_empty() {
            text += &format!("  passed by {passed}\n");
        }
    }
    let noticed = table.faults.iter().filter(|fault| fault.noticing().next().is_some()).count();
    text + &format!(
        "\n{noticed} of {} faults noticed; program {}, seed {}, budget {}: {}\n",
        table.faults.len(),
        table.program,
        table.seed,
        table.budget,
        table.command
    )
}
