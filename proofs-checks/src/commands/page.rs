//! What the page shows, besides the ledger: Table 1, the defects of the published code, the table of faults.

use lip1_checks::claims;
use lip1_checks::experiments::defects::Defects;
use lip1_checks::experiments::{Experiment, Setting};
use lip1_checks::ledger::Ledger;
use lip1_checks::page::{self, Cell, Defect, Notebook, Row, Shown};
use lip1_checks::table_one::{self, ROWS};

use super::Failure;

/// The page of a ledger, with links to notebooks.
pub(super) fn of(ledger: &Ledger, notebooks: &[Notebook]) -> Result<String, Failure> {
    let defects = Defects::compute(&Defects::recipe(Setting::Quick)).map_err(Failure::new)?;
    let shown = Shown {
        ledger,
        table_one: &table_one(ledger),
        defects: &shown(defects),
        power: claims::power::stored(),
        notebooks,
    };
    Ok(page::of(&shown))
}

fn table_one(ledger: &Ledger) -> Vec<Row> {
    let cell = |cell: &table_one::Cell| {
        let standing = cell.standing(ledger);
        Cell {
            says: cell.says,
            rests_on: cell.rests_on,
            verdict: standing.verdict(),
            standing: standing.word(),
            because_of: standing.because_of().to_vec(),
        }
    };
    let row = |row: &table_one::Row| Row {
        question: row.question,
        all_net: cell(&row.all_net),
        lip_net: cell(&row.lip_net),
    };
    ROWS.iter().map(row).collect()
}

fn shown(defects: Defects) -> Vec<Defect> {
    let shown = |figure: lip1_checks::experiments::defects::Defect| Defect {
        place: figure.place,
        quantity: figure.quantity,
        defect: figure.defect,
        published: figure.published,
        reproduced: figure.reproduced,
        corrected: figure.corrected,
    };
    defects.figures.into_iter().map(shown).collect()
}
