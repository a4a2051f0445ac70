//! What experiments have to say, and the files that hold it.

use std::path::Path;

use lip1_figures::Picture;
use lip1_harness::CheckError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::run::value_of;
use super::{News, Run, Setting};
use lip1_harness::outputs::{File, Outputs};

/// The name of the file of results in the folder of a run.
const RESULTS: &str = "results.json";

/// An experiment: the type is that of its results.
pub trait Experiment: Serialize + DeserializeOwned + Sized {
    /// Its name on the command line, in capitals.
    const ID: &'static str;
    /// What it is about, in one line.
    const TITLE: &'static str;
    /// Everything that determines the results.
    type Recipe: Serialize;

    /// The recipe of a setting.
    fn recipe(setting: Setting) -> Self::Recipe;

    /// Does the work.
    ///
    /// # Errors
    /// When a step fails or a part of the run can't be kept.
    fn perform(recipe: &Self::Recipe, run: &mut Run<'_>) -> Result<Self, CheckError>;

    /// The pictures, each with the name of its file.
    ///
    /// # Errors
    /// When there is nothing to draw.
    fn pictures(&self) -> Result<Vec<(&'static str, Picture)>, CheckError>;

    /// The tables.
    fn tables(&self) -> Vec<Table>;

    /// What should have come out, and whether it did.
    fn statements(&self) -> Vec<Statement>;
}

/// Results with the setting they came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved<E> {
    /// The setting.
    pub setting: Setting,
    /// The results.
    pub results: E,
}

impl<E: Experiment> Saved<E> {
    /// Performs the experiment.
    ///
    /// # Errors
    /// As [`Experiment::perform`].
    pub fn perform(setting: Setting, run: &mut Run<'_>) -> Result<Self, CheckError> {
        Ok(Self { setting, results: E::perform(&E::recipe(setting), run)? })
    }

    /// Writes `results.json`, a CSV file a table and an SVG file a picture, and returns their names.
    ///
    /// # Errors
    /// When a picture can't be drawn or a file can't be written.
    pub fn write(&self, folder: &Path) -> Result<Vec<String>, CheckError> {
        let file = serde_json::json!({
            "experiment": E::ID,
            "setting": self.setting,
            "recipe": value_of(&E::recipe(self.setting))?,
            "results": value_of(&self.results)?,
        });
        let mut files = vec![(RESULTS.to_owned(), file.to_string() + "\n")];
        files.extend(self.drawn()?);
        put(folder, None, &files)?;
        Ok(files.into_iter().map(|(name, _)| name).collect())
    }

    /// Writes tables and pictures anew beside the results they are of, and returns the names of all.
    ///
    /// # Errors
    /// When a picture can't be drawn or a file can't be written.
    pub fn redraw(&self, folder: &Path) -> Result<Vec<String>, CheckError> {
        let files = self.drawn()?;
        put(folder, Some(RESULTS), &files)?;
        Ok(std::iter::once(RESULTS.to_owned()).chain(files.into_iter().map(|(name, _)| name)).collect())
    }

    /// A CSV file a table and an SVG file a picture: name and text.
    fn drawn(&self) -> Result<Vec<(String, String)>, CheckError> {
        let tables = self.results.tables();
        let mut files: Vec<_> =
            tables.iter().map(|table| (format!("{}.csv", table.name), table.csv())).collect();
        for (name, picture) in self.results.pictures()? {
            files.push((format!("{name}.svg"), picture.svg));
        }
        Ok(files)
    }

    /// Reads results that [`Saved::write`] wrote.
    ///
    /// # Errors
    /// When there are none, or they came from another recipe than the setting has now.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, CheckError> {
        let path = folder.as_ref().join(RESULTS);
        let text = std::fs::read(&path).map_err(CheckError::during("saved results"))?;
        let mut file: serde_json::Value =
            serde_json::from_slice(&text).map_err(CheckError::during("saved results"))?;
        let saved: Self =
            serde_json::from_value(file.clone()).map_err(CheckError::during("saved results"))?;
        if file["recipe"].take() == value_of(&E::recipe(saved.setting))? {
            Ok(saved)
        } else {
            Err(CheckError::Instance(format!("{}: results of another recipe", path.display())))
        }
    }

    /// Performs the experiment in a folder of its own, which is removed, without a word.
    ///
    /// # Errors
    /// As [`Experiment::perform`].
    pub fn now(setting: Setting) -> Result<Self, CheckError> {
        let folder = tempfile::tempdir().map_err(CheckError::during("a folder for the run"))?;
        let mut tell = |_: News<'_>| {};
        Self::perform(setting, &mut Run::new(folder.path(), 2, &mut tell)?)
    }

    /// The picture of that name.
    ///
    /// # Errors
    /// When there is none, or it can't be drawn.
    pub fn picture(&self, name: &str) -> Result<Picture, CheckError> {
        let found = self.results.pictures()?.into_iter().find(|(file, _)| *file == name);
        found.map(|(_, picture)| picture).ok_or_else(|| CheckError::Instance(format!("no picture {name}")))
    }

    /// The table of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn table(&self, name: &str) -> Result<Table, CheckError> {
        let found = self.results.tables().into_iter().find(|table| table.name == name);
        found.ok_or_else(|| CheckError::Instance(format!("no table {name}")))
    }

    /// What should have come out, as a table.
    ///
    /// # Errors
    /// When something has not.
    pub fn judged(&self) -> Result<Table, CheckError> {
        let statements = self.statements();
        match statements.iter().find(|statement| !statement.holds) {
            None => Ok(Statement::table(&statements)),
            Some(failed) => Err(CheckError::Instance(format!("{} is {}", failed.text, failed.found))),
        }
    }

    /// What should have come out at this setting, and whether it did.
    pub fn statements(&self) -> Vec<Statement> {
        let mut statements = self.results.statements();
        statements.retain(|statement| statement.from == Setting::Quick || self.setting == Setting::Full);
        statements
    }
}

/// Writes files into a folder, none of them before all are whole.
fn put(folder: &Path, input: Option<&str>, files: &[(String, String)]) -> Result<(), CheckError> {
    let input = input.map(|name| folder.join(name));
    let files: Vec<File> =
        files.iter().map(|(name, text)| File::new(folder.join(name), text.as_str())).collect();
    let outputs = Outputs::new(input, files.iter().map(|file| &file.name));
    outputs.and_then(|outputs| outputs.write(&files)).map_err(CheckError::during("writing of results"))
}

/// A number that should lie on one side of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// What the number is.
    pub text: String,
    /// The number found.
    pub found: f64,
    /// `<=` or `>=`.
    pub relation: Relation,
    /// The number to compare with.
    pub bound: f64,
    /// Whether it holds.
    pub holds: bool,
    /// The least setting at which this is to be expected.
    pub from: Setting,
}

/// How two numbers should lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Statement {
    /// `found <= bound`; NaN never is.
    pub fn at_most(text: impl Into<String>, found: f64, bound: f64) -> Self {
        let (relation, from) = (Relation::AtMost, Setting::Quick);
        Self { text: text.into(), found, relation, bound, holds: found <= bound, from }
    }

    /// `found >= bound`; NaN never is.
    pub fn at_least(text: impl Into<String>, found: f64, bound: f64) -> Self {
        let (relation, from) = (Relation::AtLeast, Setting::Quick);
        Self { text: text.into(), found, relation, bound, holds: found >= bound, from }
    }

    /// The same, to be expected at the full setting only.
    #[must_use]
    pub fn when_full(self) -> Self {
        Self { from: Setting::Full, ..self }
    }

    /// Statements as a table.
    pub fn table(statements: &[Self]) -> Table {
        let mut table = Table::new("statements", "What should come out", &["", "found", "wanted", "holds"]);
        for statement in statements {
            let sign = match statement.relation {
                Relation::AtMost => "≤",
                Relation::AtLeast => "≥",
            };
            table.row([
                Cell::from(statement.text.as_str()),
                statement.found.into(),
                Cell::Text(format!("{sign} {}", short(statement.bound))),
                Cell::from(if statement.holds { "yes" } else { "NO" }),
            ]);
        }
        table
    }
}

/// Rows of words and numbers under a heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name of its file, without the ending.
    pub name: &'static str,
    /// Its caption.
    pub title: String,
    /// The names of its columns, units included.
    pub columns: Vec<String>,
    /// Rows as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A field of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number, in full in the file and rounded for readers.
    Number(f64),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

impl Cell {
    /// For readers: at most four significant digits.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) => short(*value),
            Self::Empty => String::new(),
        }
    }
}

/// Decimals of a number that is almost 1, of which the difference matters.
const NEAR_ONE: f64 = 1e-3;

/// A number with four significant digits, or what it differs from 1 by when it is that close.
pub(super) fn short(value: f64) -> String {
    let off = value - 1.0;
    if value.abs() < f64::MIN_POSITIVE {
        return "0".into();
    }
    if !value.is_finite() {
        return format!("{value}");
    }
    if off.abs() < NEAR_ONE && off.abs() >= f64::EPSILON {
        return format!("1 {} {:.1e}", if off > 0.0 { '+' } else { '−' }, off.abs());
    }
    let decimals = 3 - value.abs().log10().floor() as i32;
    match decimals {
        ..0 if value.abs() < 1e9 => format!("{value:.0}"),
        0..8 => {
            let text = format!("{value:.0$}", decimals as usize);
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        _ => format!("{value:.3e}"),
    }
}

impl Table {
    /// A table without rows yet.
    pub fn new(name: &'static str, title: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Self { name, title: title.into(), columns, rows: Vec::new() }
    }

    /// Appends a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Comma-separated: fields with a comma or a quote are quoted, numbers are written in full.
    pub fn csv(&self) -> String {
        let quoted = |text: &str| {
            if text.contains([',', '"', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let field = |cell: &Cell| match cell {
            Cell::Text(text) => quoted(text),
            Cell::Number(value) => format!("{value:?}"),
            Cell::Empty => String::new(),
        };
        let line = |fields: Vec<String>| fields.join(",") + "\n";
        let head = line(self.columns.iter().map(|column| quoted(column)).collect());
        let rows = self.rows.iter().map(|row| line(row.iter().map(field).collect()));
        std::iter::once(head).chain(rows).collect()
    }

    /// For a terminal: columns lined up.
    pub fn text(&self) -> String {
        let head = self.columns.clone();
        let shown = self.rows.iter().map(|row| row.iter().map(Cell::shown).collect::<Vec<String>>());
        let lines: Vec<Vec<String>> = std::iter::once(head).chain(shown).collect();
        let width = |column: usize| {
            lines.iter().filter_map(|line| line.get(column)).map(|t| t.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |line: &Vec<String>| {
            let padded = line.iter().zip(&widths).map(|(text, width)| format!("{text:<0$}", *width));
            padded.collect::<Vec<String>>().join("  ").trim_end().to_owned() + "\n"
        };
        lines.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Statement, Table, short};

    #[test]
    fn numbers_are_short_for_readers_and_whole_in_files() {
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(1.0), "1");
        assert_eq!(short(1.0 + 1e-10), "1 + 1.0e-10");
        assert_eq!((short(0.0), short(-0.0)), ("0".into(), "0".into()));
        assert_eq!(short(12_345.678), "12346");
        assert_eq!(short(1.23456e-12), "1.235e-12");
        assert_eq!(short(-0.019_999), "-0.02");
        let mut table = Table::new("t", "T", &["a, b", "c"]);
        table.row([Cell::from("say \"x\""), Cell::from(0.1 + 0.2)]);
        assert_eq!(table.csv(), "\"a, b\",c\n\"say \"\"x\"\"\",0.30000000000000004\n");
        assert_eq!(table.text(), "a, b     c\nsay \"x\"  0.3\n");
    }

    #[test]
    fn nan_satisfies_no_statement() {
        assert!(
            !Statement::at_most("", f64::NAN, 1.0).holds && !Statement::at_least("", f64::NAN, 1.0).holds
        );
        assert!(Statement::at_most("", 1.0, 1.0).holds && !Statement::at_least("", 0.9, 1.0).holds);
    }
}
