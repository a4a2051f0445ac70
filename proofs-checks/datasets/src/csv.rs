//! Points from comma-separated text: finite numbers, one point a row.
//!
//! A first line with any field that is not a number is a header. A byte order mark, CRLF and blank lines at the end
//! are fine. Errors name the file and the line, from 1.

use std::fs;
use std::io::{self, Read};

use lip1_kernel::Points;

/// Longest piece of the input that a message repeats, in characters.
const QUOTED: usize = 40;

/// Why a file of numbers was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// The file could not be read.
    #[error("{file}: {source}")]
    File {
        /// Its name.
        file: String,
        /// The I/O error.
        source: io::Error,
    },
    /// The file as a whole is unusable.
    #[error("{file}: {what}")]
    Whole {
        /// Its name.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// A line is malformed.
    #[error("{file}: line {line}: {what}")]
    Line {
        /// Its name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

/// Rows of equally many finite numbers, at least one row of at least one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    file: String,
    first_line: usize,
    columns: usize,
    values: Vec<f64>,
}

/// Points with a mass each.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// The points.
    pub points: Points,
    /// One mass a point, not negative, not all zero; `None` means uniform.
    pub masses: Option<Vec<f64>>,
}

/// Reads a file; `-` is standard input.
///
/// # Errors
/// When it cannot be read or is not such a table.
pub fn read(file: &str) -> Result<Table, CsvError> {
    let failed = |source| CsvError::File { file: file.to_owned(), source };
    if file == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        return parse("standard input", &bytes);
    }
    parse(file, &fs::read(file).map_err(failed)?)
}

/// Parses a file's bytes; `file` is its name in messages.
///
/// # Errors
/// When they are not such a table.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Table, CsvError> {
    let error = |line, what| CsvError::Line { file: file.to_owned(), line, what };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    while lines.last().is_some_and(|line| line.trim_ascii().is_empty()) {
        lines.pop();
    }
    let header = lines.first().is_some_and(|line| !fields(line).all(|field| number(field).is_some()));
    let mut table =
        Table { file: file.to_owned(), first_line: 1 + usize::from(header), columns: 0, values: Vec::new() };
    for (index, line) in lines.iter().enumerate().skip(usize::from(header)) {
        if line.trim_ascii().is_empty() {
            return Err(error(index + 1, "blank line between rows".to_owned()));
        }
        let before = table.values.len();
        for (column, field) in fields(line).enumerate() {
            table.values.push(finite(field).map_err(|what| {
                error(index + 1, format!("field {}: {} {what}", column + 1, quoted(field)))
            })?);
        }
        let found = table.values.len() - before;
        if table.columns == 0 {
            table.columns = found;
        } else if found != table.columns {
            return Err(error(
                index + 1,
                format!("{found} fields, but the rows before have {}", table.columns),
            ));
        }
    }
    if table.columns == 0 {
        return Err(CsvError::Whole { file: file.to_owned(), what: "no rows of numbers".to_owned() });
    }
    Ok(table)
}

impl Table {
    /// The name of the file, for messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Numbers in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Never: a table has a row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.columns)
    }

    /// Every row is a point.
    ///
    /// # Errors
    /// When the kernel refuses the points.
    pub fn points(&self) -> Result<Points, CsvError> {
        self.kernel_points(self.columns, self.values.clone())
    }

    /// Every row is a point; with `weights` its last number is the point's mass.
    ///
    /// # Errors
    /// When a mass is negative, all are zero, or only masses are there.
    pub fn weighted(&self, weights: bool) -> Result<Weighted, CsvError> {
        if !weights {
            return Ok(Weighted { points: self.points()?, masses: None });
        }
        let (points, masses) = self.split_last("a mass")?;
        if let Some(row) = masses.iter().position(|mass| *mass < 0.0) {
            return Err(self.row_error(row, "negative mass".to_owned()));
        }
        let total: f64 = masses.iter().sum();
        if total <= 0.0 || !total.is_finite() {
            let what = format!("the total mass is {total}");
            return Err(CsvError::Whole { file: self.file.clone(), what });
        }
        Ok(Weighted { points, masses: Some(masses) })
    }

    /// The points without their last number, and the last numbers; `meaning` says what these are.
    ///
    /// # Errors
    /// When a row has one number only.
    pub fn split_last(&self, meaning: &str) -> Result<(Points, Vec<f64>), CsvError> {
        let dim = self.columns - 1;
        if dim == 0 {
            return Err(self.row_error(0, format!("a row needs coordinates besides {meaning}")));
        }
        let coords = self.rows().flat_map(|row| row.iter().take(dim)).copied().collect();
        let last = self.rows().filter_map(|row| row.last()).copied().collect();
        Ok((self.kernel_points(dim, coords)?, last))
    }

    /// An error at a data row, counted from 0.
    pub fn row_error(&self, row: usize, what: String) -> CsvError {
        CsvError::Line { file: self.file.clone(), line: self.first_line + row, what }
    }

    fn kernel_points(&self, dim: usize, coords: Vec<f64>) -> Result<Points, CsvError> {
        Points::new(dim, coords)
            .map_err(|refusal| CsvError::Whole { file: self.file.clone(), what: refusal.to_string() })
    }
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b',').map(|field| field.trim_ascii())
}

/// NaN and infinities are numbers here: a first line with one is a bad row, not a header.
fn number(field: &[u8]) -> Option<f64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn finite(field: &[u8]) -> Result<f64, &'static str> {
    match number(field) {
        Some(value) if value.is_finite() => Ok(value),
        Some(_) => Err("is not finite"),
        None if field.is_empty() => Err("is empty"),
        None => Err("is not a number"),
    }
}

/// A field on one line, whatever it holds.
fn quoted(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    let shown: String = text.chars().take(QUOTED).collect();
    if shown.len() < text.len() { format!("{shown:?}...") } else { format!("{shown:?}") }
}

#[cfg(test)]
mod tests {
    use super::{Table, parse};

    fn table(text: &str) -> Table {
        parse("f", text.as_bytes()).unwrap()
    }

    fn error(bytes: &[u8]) -> String {
        parse("f", bytes).unwrap_err().to_string()
    }

    #[test]
    fn rows_are_points() {
        let table = table("1,2\n-3.5, 4e2\n");
        assert_eq!(table.rows().collect::<Vec<_>>(), [[1.0, 2.0], [-3.5, 400.0]]);
    }

    #[test]
    fn a_first_line_with_a_word_is_a_header_of_any_width() {
        assert_eq!(table("569,30,malignant,benign\n1,2\n"), Table { first_line: 2, ..table("1,2") });
    }

    #[test]
    fn byte_order_mark_crlf_and_blank_lines_at_the_end_are_fine() {
        assert_eq!(table("\u{feff}1,2\r\n3,4\r\n\r\n  \n\n"), table("1,2\n3,4"));
    }

    #[test]
    fn errors_name_file_and_line() {
        assert_eq!(error(b"x,y\n1,2\n3\n"), "f: line 3: 1 fields, but the rows before have 2");
        assert_eq!(error(b"1,2\n3,NaN\n"), "f: line 2: field 2: \"NaN\" is not finite");
        assert_eq!(error(b"inf,2\n"), "f: line 1: field 1: \"inf\" is not finite");
        assert_eq!(error(b"1,2\n1e999,1\n"), "f: line 2: field 1: \"1e999\" is not finite");
        assert_eq!(error(b"1,2\n\n3,4\n"), "f: line 2: blank line between rows");
        assert_eq!(error(b"1,2\n3,\n"), "f: line 2: field 2: \"\" is empty");
        assert_eq!(error(b"1,2\n3,\xff\x00\n"), "f: line 2: field 2: \"\u{fffd}\\0\" is not a number");
    }

    #[test]
    fn a_file_without_rows_is_refused() {
        for text in ["", "\n\n", "x,y\n", "\u{feff}"] {
            assert_eq!(error(text.as_bytes()), "f: no rows of numbers", "{text:?}");
        }
    }

    #[test]
    fn a_message_stays_on_one_short_line() {
        let message = error(format!("1\n{}\n", "x\r".repeat(1_000_000)).as_bytes());
        assert!(message.len() < 200 && !message.contains(['\n', '\r']), "{message}");
    }

    #[test]
    fn masses_are_the_last_column() {
        let weighted = table("0,0,1\n3,4,0\n").weighted(true).unwrap();
        assert_eq!(weighted.points.coords(), [0.0, 0.0, 3.0, 4.0]);
        assert_eq!(weighted.masses, Some(vec![1.0, 0.0]));
    }

    #[test]
    fn bad_masses_are_refused() {
        let refused = |text| table(text).weighted(true).unwrap_err().to_string();
        assert_eq!(refused("x,m\n0,1\n1,-1\n"), "f: line 3: negative mass");
        assert_eq!(refused("0,0\n1,0\n"), "f: the total mass is 0");
        assert_eq!(refused("0,1e308\n1,1e308\n"), "f: the total mass is inf");
        assert_eq!(refused("1\n"), "f: line 1: a row needs coordinates besides a mass");
    }
}
