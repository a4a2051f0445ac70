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
    /// Whether a unit is as long as on the horizontal axis, as on a map; of vertical axes, both linear.
    pub same_unit: bool,
}

/// Share of the range left free on either side.
const MARGIN: f64 = 0.03;

/// How far outside a range a tick may be, as a share of it: rounding of its ends.
const SLACK: f64 = 1e-9;

/// Ticks on a linear axis, about, and on any axis at least.
const TICKS: f64 = 5.0;
const FEWEST: usize = 3;
/// Ticks on a logarithmic axis at most: labels are longer there.
const MOST: usize = 6;

impl Axis {
    /// A linear axis.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), logarithmic: false, between: None, at: None, same_unit: false }
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

    /// The same, a unit being as long as on the horizontal axis: the picture is as high as that takes.
    #[must_use]
    pub fn same_unit(self) -> Self {
        Self { same_unit: true, ..self }
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
        let slack = (high - low) * SLACK;
        let inside = |place: &f64| (low - slack..=high + slack).contains(place);
        if let Some(at) = &self.at {
            return at.iter().map(|value| self.place(*value)).filter(inside).collect();
        }
        if self.logarithmic {
            let (from, to) = (low.floor() as i32, high.ceil() as i32);
            let all = |digits: &[f64], step: usize| -> Vec<f64> {
                let powers = (from..=to).step_by(step).map(f64::from);
                powers
                    .flat_map(|power| digits.iter().map(move |digit| power + digit.log10()))
                    .filter(inside)
                    .collect()
            };
            if high - low > 2.5 {
                let few = (1..).map(|step| all(&[1.0], step)).find(|ticks| ticks.len() <= MOST);
                if let Some(ticks) = few.filter(|ticks| ticks.len() >= FEWEST) {
                    return ticks;
                }
            }
            let digits = [all(&[1.0, 2.0, 5.0], 1), all(&[1.0, 3.0], 1)];
            if let Some(ticks) = digits.into_iter().find(|ticks| (FEWEST..=MOST).contains(&ticks.len())) {
                return ticks;
            }
            return round((10_f64.powf(low), 10_f64.powf(high))).into_iter().map(f64::log10).collect();
        }
        round((low, high))
    }

    /// A position as the label of its tick, with as many digits as tell it from its neighbours.
    pub(super) fn written(&self, place: f64, range: (f64, f64)) -> String {
        let value_at = |place: f64| if self.logarithmic { 10_f64.powf(place) } else { place };
        let value = value_at(place);
        if !self.logarithmic && value.abs() < f64::EPSILON {
            return "0".into();
        }
        let size = value.abs().log10().floor();
        if !(-3.0..5.0).contains(&size) {
            return format!("{value:.0e}");
        }
        let ticks = self.ticks(range);
        let gaps = ticks.windows(2).map(|pair| (value_at(pair[1]) - value_at(pair[0])).abs());
        // Two digits of the value at least, and one of the smallest step.
        let step = gaps.fold(value.abs(), f64::min).log10().floor();
        let text = format!("{value:.0$}", (1.0 - size).max(1.0 - step).clamp(0.0, LONGEST) as usize);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

/// Decimals of a label at most.
const LONGEST: f64 = 9.0;

/// Round numbers at equal distances in a range.
fn round((low, high): (f64, f64)) -> Vec<f64> {
    let slack = (high - low) * SLACK;
    let inside = |place: &f64| (low - slack..=high + slack).contains(place);
    let rough = (high - low) / TICKS;
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [10.0, 5.0, 2.0, 1.0, 0.5].map(|factor| factor * power);
    let at = |step: f64| -> Vec<f64> {
        let first = (low / step).ceil();
        (0..=4 * TICKS as usize).map(|k| (first + k as f64) * step).filter(inside).collect()
    };
    // The finest of them that is coarse enough, or the next one if that leaves too few.
    let coarse = steps.iter().rposition(|step| *step >= rough).unwrap_or(0);
    let candidates = steps.iter().skip(coarse).map(|step| at(*step));
    candidates.into_iter().find(|ticks| ticks.len() >= FEWEST).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::linear("");
        let written = |axis: &Axis, range| -> Vec<String> {
            axis.ticks(range).into_iter().map(|tick| axis.written(tick, range)).collect()
        };
        assert_eq!(written(&axis, (-0.03, 1.03)), ["0", "0.5", "1"]);
        assert_eq!(written(&axis, (0.0, 5000.0)), ["0", "1000", "2000", "3000", "4000", "5000"]);
        let log = Axis::logarithmic("");
        assert_eq!(written(&log, (0.0, 1.5)), ["1", "2", "5", "10", "20"]);
        assert_eq!(written(&log, (-2.0, 2.0)), ["0.01", "0.1", "1", "10", "100"]);
        // Between two powers, and where few round numbers lie.
        assert_eq!(written(&log, (1.05, 1.6)), ["15", "20", "25", "30", "35"]);
        assert_eq!(written(&log, (-5.0, -1.9)), ["1e-5", "1e-4", "0.001", "0.01"]);
        assert_eq!(written(&log, (-2.75, -0.65)), ["0.003", "0.01", "0.03", "0.1"]);
        assert_eq!(written(&log, (-15.0, 0.0)), ["1e-15", "1e-12", "1e-9", "1e-6", "0.001", "1"]);
        assert_eq!(written(&log, (-24.0, -12.0))[0], "1e-24");
        assert_eq!(written(&axis, (1.0, 28.0)), ["5", "10", "15", "20", "25"]);
        assert_eq!(written(&axis, (4.219, 4.242)), ["4.22", "4.225", "4.23", "4.235", "4.24"]);
        assert_eq!(written(&log, (-5.05, -0.4)), ["1e-5", "1e-4", "0.001", "0.01", "0.1"]);
        assert_eq!(written(&log.ticks_at(&[1.0, 8.0]), (0.0, 1.5)), ["1", "8"]);
    }

    #[test]
    fn one_value_has_a_range_and_none_has_not() {
        let axis = Axis::linear("");
        assert!(axis.range([2.0].into_iter(), false).is_some_and(|(low, high)| low < 2.0 && high > 2.0));
        assert!(axis.range(std::iter::empty(), false).is_none());
    }
}
