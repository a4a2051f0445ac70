//! Labels in the last column: what a number means as a class.
//!
//! Of two classes the larger number is the one that a model with one output predicts where it is positive; a
//! file with one label only means it by its sign. A model with `C` outputs has the classes `0..C`.

use lip1_checks::csv::Table;
use serde_json::Value;

use super::Failure;

/// The classes of a model, named by numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Classes {
    /// Two classes for one output: the number of the negative one, then of the positive one.
    Two([f64; 2]),
    /// So many outputs, each a class.
    Many(usize),
}

impl Classes {
    /// The classes of a model with that many outputs, by the labels of a file if there are any.
    pub(super) fn of(outputs: usize, table: &Table, labels: Option<&[f64]>) -> Result<Self, Failure> {
        if outputs != 1 {
            return Ok(Self::Many(outputs));
        }
        let Some(labels) = labels else { return Ok(Self::Two([-1.0, 1.0])) };
        let lower = labels.iter().copied().fold(f64::INFINITY, f64::min);
        let upper = labels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if let Some(row) = labels.iter().position(|label| lower < *label && *label < upper) {
            let said = format!("a third class, {}, besides {lower} and {upper}", labels[row]);
            return Err(Failure::new(table.row_error(row, said)));
        }
        Ok(match (lower < upper, upper > 0.0) {
            (true, _) => Self::Two([lower, upper]),
            (false, true) => Self::Two([-upper, upper]),
            (false, false) => Self::Two([lower, 1.0]),
        })
    }

    /// The class that a label names: 0 or 1 of two, or the position of an output.
    pub(super) fn class(self, table: &Table, row: usize, label: f64) -> Result<usize, Failure> {
        let class = match self {
            Self::Two([lower, upper]) => {
                [lower, upper].iter().position(|known| known.total_cmp(&label).is_eq())
            }
            // The conversion saturates; what is no whole number in the range does not come back.
            Self::Many(count) => Some(label as usize)
                .filter(|class| *class < count && (*class as f64 - label).abs() < f64::MIN_POSITIVE),
        };
        class.ok_or_else(|| {
            let said = match self {
                Self::Two([lower, upper]) => {
                    format!("label {label}, but the classes are {lower} and {upper}")
                }
                Self::Many(count) => {
                    format!("label {label}, but the classes are 0 to {}", count.saturating_sub(1))
                }
            };
            Failure::new(table.row_error(row, said))
        })
    }

    /// The number that names a class, whole if it can be.
    pub(super) fn name(self, class: usize) -> Value {
        match self {
            Self::Many(_) => Value::from(class),
            Self::Two(names) => {
                let name = names.get(class).copied().unwrap_or(f64::NAN);
                if name.fract() == 0.0 && name.abs() < 1e15 {
                    Value::from(name as i64)
                } else {
                    Value::from(name)
                }
            }
        }
    }
}

/// Points in the rows of a file, with classes when there is a column more than inputs.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) classes: Classes,
    /// The coordinates of each point.
    pub(super) points: Vec<Vec<f64>>,
    /// The class of each point.
    pub(super) labels: Option<Vec<usize>>,
}

impl Labelled {
    /// Splits a file for a model of that many inputs and outputs.
    pub(super) fn of(table: &Table, inputs: usize, outputs: usize) -> Result<Self, Failure> {
        let labelled = table.columns() == inputs + 1;
        if !labelled && table.columns() != inputs {
            let (file, columns) = (table.file(), table.columns());
            let said = format!("{file}: {columns} columns, but the model has {inputs} inputs");
            return Err(Failure::new(said));
        }
        let points = table.rows().map(|row| row.iter().take(inputs).copied().collect()).collect();
        let last: Option<Vec<f64>> =
            labelled.then(|| table.rows().filter_map(|row| row.last().copied()).collect());
        let classes = Classes::of(outputs, table, last.as_deref())?;
        let numbered = |labels: Vec<f64>| {
            let each = labels.into_iter().enumerate();
            each.map(|(row, label)| classes.class(table, row, label)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self { classes, points, labels: last.map(numbered).transpose()? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Classes, Labelled};
    use lip1_checks::csv::parse;

    fn labelled(text: &str, outputs: usize) -> Result<Labelled, String> {
        Labelled::of(&parse("f", text.as_bytes()).unwrap(), 1, outputs).map_err(|error| error.to_string())
    }

    #[test]
    fn the_larger_of_two_labels_is_positive_and_many_are_positions() {
        let two = labelled("0,3\n1,7\n2,3\n", 1).unwrap();
        assert_eq!((two.classes, two.labels), (Classes::Two([3.0, 7.0]), Some(vec![0, 1, 0])));
        assert_eq!(labelled("0,1\n", 1).unwrap().labels, Some(vec![1]));
        assert_eq!(labelled("0,0\n", 1).unwrap().labels, Some(vec![0]));
        assert_eq!(labelled("0,-1\n", 1).unwrap().labels, Some(vec![0]));
        assert_eq!(labelled("0,2\n1,0\n", 3).unwrap().labels, Some(vec![2, 0]));
        assert_eq!(labelled("0\n", 3).unwrap().labels, None);
        assert_eq!(two.classes.name(1), 7);
    }

    #[test]
    fn labels_that_name_no_class_are_refused_by_line() {
        assert!(labelled("0,1\n0,2\n0,3\n", 1).unwrap_err().starts_with("f: line 2: a third class"));
        for label in ["3", "-1", "0.5", "1e300"] {
            let said = labelled(&format!("0,0\n0,{label}\n"), 3).unwrap_err();
            assert!(said.starts_with("f: line 2: label"), "{said}");
        }
        assert!(labelled("0,1,2\n", 1).unwrap_err().contains("3 columns, but the model has 1 inputs"));
    }
}
