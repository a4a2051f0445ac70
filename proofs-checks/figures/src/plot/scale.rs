//! An axis as plotters wants it: a range with the ticks and labels that were chosen.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::Axis;

/// Positions on an axis.
pub(super) struct Scale<'a> {
    axis: &'a Axis,
    range: (f64, f64),
}

impl<'a> Scale<'a> {
    pub(super) fn new(axis: &'a Axis, range: (f64, f64)) -> Self {
        Self { axis, range }
    }
}

impl Ranged for Scale<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        let share = (value - self.range.0) / (self.range.1 - self.range.0);
        pixels.0 + (share * f64::from(pixels.1 - pixels.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.axis.ticks(self.range)
    }

    fn range(&self) -> Range<f64> {
        self.range.0..self.range.1
    }
}

impl ValueFormatter<f64> for Scale<'_> {
    fn format_ext(&self, value: &f64) -> String {
        self.axis.written(*value, self.range)
    }
}
