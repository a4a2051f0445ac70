//! Axes: their scale, range and ticks.

/// An axis with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit.
    pub label: String,
    /// Whether equal factors take equal room.
    pub logarithmic: bool,
    /// The range, if it is not to follow from what is drawn.
    pub between: Option<(f64, f64)>,
    /// Where ticks are, if not at round numbers.
    pub at: Option<Vec<f64>>,
}

/// Share of the range left free on either side.
const MARGIN: f64 = 0.03;

/// Ticks on a linear axis, about.
const TICKS: f64 = 5.0;

impl Axis {
    /// A linear axis.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), logarithmic: false, between: None, at: None }
    }

    /// A logarithmic axis; what is not positive is left out.
    pub fn logarithmic(label: impl Into<String>) -> Self {
        Self { logarithmic: true, ..Self::linear(label) }
    }

    /// The same with a given range.
    #[must_use]
    pub fn between(self, low: f64, high: f64) -> Self {
        Self { between: Some((low, high)), ..self }
    }

    /// The same with given ticks.
    #[must_use]
    pub fn ticks_at(self, ticks: &[f64]) -> Self {
        Self { at: Some(ticks.to_vec()), ..self }
    }

    /// The position of a value on the axis.
    pub(super) fn place(&self, value: f64) -> f64 {
        if self.logarithmic { value.log10() } else { value }
    }

    /// The range of positions; `None` when there is nothing finite.
    pub(super) fn range(&self, places: impl Iterator<Item = f64>, tight: bool) -> Option<(f64, f64)> {
        if let Some((low, high)) = self.between {
            return Some((self.place(low), self.place(high)));
        }
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let margin = match (tight, high > low) {
            (true, true) => 0.0,
            (false, true) => (high - low) * MARGIN,
            _ => low.abs().max(1.0) * 0.1,
        };
        let wider = (low - margin, high + margin);
        (wider.0.is_finite() && wider.1.is_finite()).then_some(wider)
    }

    /// Positions of ticks in a range of positions.
    pub(super) fn ticks(&self, (low, high): (f64, f64)) -> Vec<f64> {
        let slack = (high - low) * 1e-9;
        let inside = |place: &f64| (low - slack..=high + slack).contains(place);
        if let Some(at) = &self.at {
            return at.iter().map(|value| self.place(*value)).filter(inside).collect();
        }
        if self.logarithmic {
            let (from, to) = (low.floor() as i32, high.ceil() as i32);
            let digits: &[f64] = if high - low > 2.5 { &[1.0] } else { &[1.0, 2.0, 5.0] };
            let step = ((to - from) as usize / 8 + 1).max(1);
            let powers = (from..=to).step_by(step);
            let ticks =
                powers.flat_map(|power| digits.iter().map(move |digit| f64::from(power) + digit.log10()));
            return ticks.filter(inside).collect();
        }
        let rough = (high - low) / TICKS;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
        let first = (low / step).ceil();
        (0..=2 * TICKS as usize).map(|k| (first + k as f64) * step).filter(inside).collect()
    }

    /// A position as the label of its tick.
    pub(super) fn written(&self, place: f64) -> String {
        let value = if self.logarithmic { 10_f64.powf(place) } else { place };
        if value.abs() < f64::EPSILON {
            return "0".into();
        }
        let size = value.abs().log10().floor();
        if !(-4.0..5.0).contains(&size) {
            return format!("{value:.0e}");
        }
        let text = format!("{value:.0$}", (2.0 - size).max(0.0) as usize);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::linear("");
        let written = |axis: &Axis, range| -> Vec<String> {
            axis.ticks(range).into_iter().map(|tick| axis.written(tick)).collect()
        };
        assert_eq!(written(&axis, (-0.03, 1.03)), ["0", "0.5", "1"]);
        assert_eq!(written(&axis, (0.0, 5000.0)), ["0", "1000", "2000", "3000", "4000", "5000"]);
        let log = Axis::logarithmic("");
        assert_eq!(written(&log, (0.0, 1.5)), ["1", "2", "5", "10", "20"]);
        assert_eq!(written(&log, (-2.0, 2.0)), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(written(&log.ticks_at(&[1.0, 8.0]), (0.0, 1.5)), ["1", "8"]);
    }

    #[test]
    fn one_value_has_a_range_and_none_has_not() {
        let axis = Axis::linear("");
        assert!(axis.range([2.0].into_iter(), false).is_some_and(|(low, high)| low < 2.0 && high > 2.0));
        assert!(axis.range(std::iter::empty(), false).is_none());
    }
}
