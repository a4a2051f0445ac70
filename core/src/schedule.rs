//! Quantities that change over a run: learning rates, temperatures, margins.

use crate::error::Error;

/// A number as a function of the share of a run that is over, in [0, 1].
///
/// # Examples
/// ```
/// use lip1_core::Schedule;
/// let cosine = Schedule::Cosine { from: 1.0, to: 0.0 };
/// assert_eq!((cosine.at(0.0), cosine.at(1.0)), (1.0, 0.0));
/// assert!((cosine.at(0.5) - 0.5).abs() < 1e-15);
/// let steps = Schedule::Steps { start: 8.0, changes: vec![(0.5, 2.0), (0.75, 1.0)] };
/// assert_eq!((steps.at(0.4), steps.at(0.5), steps.at(0.9)), (8.0, 2.0, 1.0));
/// let ramp = Schedule::Linear(vec![(0.0, 1.0), (0.5, 3.0)]);
/// assert_eq!((ramp.at(0.25), ramp.at(0.8)), (2.0, 3.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Schedule {
    /// Always the same.
    Constant(f64),
    /// `to + (from - to) (1 + cos(pi share)) / 2`.
    Cosine {
        /// The value at the start.
        from: f64,
        /// The value at the end.
        to: f64,
    },
    /// Constant pieces: a value from the start, and changes at given shares, in ascending order.
    Steps {
        /// The value before the first change.
        start: f64,
        /// Share of the run and value from there on.
        changes: Vec<(f64, f64)>,
    },
    /// Straight lines between given shares and values, in ascending order of shares, constant before the first
    /// and after the last.
    Linear(Vec<(f64, f64)>),
}

impl From<f64> for Schedule {
    fn from(value: f64) -> Self {
        Self::Constant(value)
    }
}

impl Schedule {
    /// The value when that share of the run is over.
    pub fn at(&self, share: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Cosine { from, to } => {
                to + (from - to) * 0.5 * (1.0 + (std::f64::consts::PI * share.clamp(0.0, 1.0)).cos())
            }
            Self::Steps { start, changes } => {
                let past = changes.iter().take_while(|(when, _)| *when <= share);
                past.last().map_or(*start, |(_, value)| *value)
            }
            Self::Linear(knots) => linear(knots, share),
        }
    }

    /// Checks that shares ascend and all numbers are finite.
    ///
    /// # Errors
    /// When they are not, or there is no knot to go by.
    pub fn guard(&self) -> Result<(), Error> {
        let (mut values, knots): (Vec<f64>, &[(f64, f64)]) = match self {
            Self::Constant(value) => (vec![*value], &[]),
            Self::Cosine { from, to } => (vec![*from, *to], &[]),
            Self::Steps { start, changes } => (vec![*start], changes),
            Self::Linear(knots) => (Vec::new(), knots),
        };
        values.extend(knots.iter().flat_map(|(when, value)| [*when, *value]));
        if values.is_empty() {
            return Err(Error::Empty { what: "a schedule" });
        }
        let ascending = knots.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
        if ascending && values.iter().all(|value| value.is_finite()) {
            Ok(())
        } else {
            Err(Error::NotFinite { what: "a schedule, or its order," })
        }
    }
}

fn linear(knots: &[(f64, f64)], share: f64) -> f64 {
    let next = knots.partition_point(|(when, _)| *when <= share);
    match (next.checked_sub(1).and_then(|last| knots.get(last)), knots.get(next)) {
        (Some((a, from)), Some((b, to))) => from + (to - from) * (share - a) / (b - a),
        (Some((_, value)), None) | (None, Some((_, value))) => *value,
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    #[test]
    fn disorder_and_infinities_are_refused() {
        assert!(Schedule::Linear(vec![(0.5, 1.0), (0.5, 2.0)]).guard().is_err());
        assert!(Schedule::Linear(vec![]).guard().is_err());
        assert!(Schedule::Constant(f64::NAN).guard().is_err());
        assert!(Schedule::Steps { start: 1.0, changes: vec![(0.2, 0.1), (0.6, 0.01)] }.guard().is_ok());
    }
}
