//! The experiments of the paper at the size of a small machine.
//!
//! Each is a type, that of its results, with a recipe for either [`Setting`]: what is saved can be drawn again without
//! being computed again.
//!
//! | to do this | use that |
//! |---|---|
//! | perform or draw again an experiment by name | [`by_id`], [`Entry::perform`], [`Entry::redraw`] |
//! | write an experiment | [`Experiment`] |
//! | do its work in parts that survive an interruption | [`Run`] |
//! | read results, their tables and pictures | [`Saved`] |
//! | say what should come out | [`Statement`] |
//! | see what defects of the published code do to its figures | [`defects`] |

pub mod defects;
mod display;
pub mod f1;
pub mod f2;
pub mod f3;
pub mod f4;
pub mod f5;
pub mod f6;
pub mod f7;
pub mod f8;
mod images;
mod lipnet;
mod report;
mod run;

pub use report::{Cell, Experiment, Relation, Saved, Statement, Table};
pub use run::{News, Run, Setting, Tell};

use std::path::Path;

use lip1_harness::CheckError;

/// What an experiment leaves behind.
#[derive(Debug)]
pub struct Outcome {
    /// How much was done.
    pub setting: Setting,
    /// What should have come out at the setting, and whether it did.
    pub statements: Vec<Statement>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The files that hold it.
    pub files: Vec<String>,
}

type Perform = fn(Setting, &Path, usize, Tell<'_>) -> Result<Outcome, CheckError>;

/// An experiment by name.
#[derive(Debug)]
pub struct Entry {
    /// Its name in capitals.
    pub id: &'static str,
    /// What it is about.
    pub title: &'static str,
    perform: Perform,
    redraw: fn(&Path) -> Result<Outcome, CheckError>,
}

impl Entry {
    const fn of<E: Experiment>() -> Self {
        Self { id: E::ID, title: E::TITLE, perform: perform::<E>, redraw: redraw::<E> }
    }

    /// Performs the experiment and writes its results into `folder`.
    ///
    /// # Errors
    /// When a step fails or a file can't be written.
    pub fn perform(
        &self,
        setting: Setting,
        folder: &Path,
        threads: usize,
        tell: Tell<'_>,
    ) -> Result<Outcome, CheckError> {
        (self.perform)(setting, folder, threads, tell)
    }

    /// Writes tables and pictures anew from the results in `folder`.
    ///
    /// # Errors
    /// When there are none of this recipe, or a file can't be written.
    pub fn redraw(&self, folder: &Path) -> Result<Outcome, CheckError> {
        (self.redraw)(folder)
    }
}

fn perform<E: Experiment>(
    setting: Setting,
    folder: &Path,
    threads: usize,
    tell: Tell<'_>,
) -> Result<Outcome, CheckError> {
    let saved = Saved::<E>::perform(setting, &mut Run::new(folder, threads, tell)?)?;
    Ok(outcome(&saved, saved.write(folder)?))
}

fn redraw<E: Experiment>(folder: &Path) -> Result<Outcome, CheckError> {
    let saved = Saved::<E>::load(folder)?;
    Ok(outcome(&saved, saved.redraw(folder)?))
}

fn outcome<E: Experiment>(saved: &Saved<E>, files: Vec<String>) -> Outcome {
    Outcome { setting: saved.setting, statements: saved.statements(), tables: saved.results.tables(), files }
}

/// Every experiment, in the paper's order.
pub const ALL: &[Entry] = &[
    Entry::of::<f1::VonKoch>(),
    Entry::of::<f2::Mixture>(),
    Entry::of::<f3::Moons>(),
    Entry::of::<f4::Fronts>(),
    Entry::of::<f5::Consistency>(),
    Entry::of::<f6::Norms>(),
    Entry::of::<f7::Memory>(),
    Entry::of::<f8::Temperatures>(),
    Entry::of::<defects::Defects>(),
];

/// The experiment of that name, in letters of any size.
pub fn by_id(id: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.id.eq_ignore_ascii_case(id))
}
