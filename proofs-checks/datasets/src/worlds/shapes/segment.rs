//! Segments of the plane: closest points, distances, the box around one.

use lip1_kernel::Interval;

/// A point of the plane.
pub(super) type Place = [f64; 2];

/// The points between two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) from: Place,
    pub(super) to: Place,
}

impl Segment {
    /// The closest point, rounded; an end exactly where that is the closest.
    pub(super) fn foot(&self, x: Place) -> Place {
        let (along, from) = ([self.to[0] - self.from[0], self.to[1] - self.from[1]], self.from);
        let product = (x[0] - from[0]) * along[0] + (x[1] - from[1]) * along[1];
        let square = along[0] * along[0] + along[1] * along[1];
        if product <= 0.0 {
            from
        } else if product >= square {
            self.to
        } else {
            let share = product / square;
            [from[0] + share * along[0], from[1] + share * along[1]]
        }
    }

    /// The distance, enclosed.
    ///
    /// Beyond an end it is the distance to that end, between them that to the line. Where rounding leaves the side of an
    /// end open, it is one of the two.
    pub(super) fn distance(&self, x: Place) -> Interval {
        let point = Interval::data;
        let difference = |a: Place, b: Place| [point(a[0]) - point(b[0]), point(a[1]) - point(b[1])];
        let (along, after, before) =
            (difference(self.to, self.from), difference(x, self.from), difference(x, self.to));
        let square = along[0].sqr() + along[1].sqr();
        let product = |v: [Interval; 2]| v[0] * along[0] + v[1] * along[1];
        let length = |v: [Interval; 2]| (v[0].sqr() + v[1].sqr()).sqrt();
        let line = (after[0] * along[1] - after[1] * along[0]).abs() / square.sqrt();
        let (start, end) = (product(after), product(before));
        if start.upper() <= 0.0 {
            length(after)
        } else if end.lower() >= 0.0 {
            length(before)
        } else {
            let mut distance = line;
            if start.lower() < 0.0 {
                distance = distance.hull(length(after));
            }
            if end.upper() > 0.0 {
                distance = distance.hull(length(before));
            }
            distance
        }
    }
}

/// A box with sides along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) low: Place,
    pub(super) high: Place,
}

impl Bounds {
    pub(super) fn of(segment: &Segment) -> Self {
        let Segment { from, to } = segment;
        Self { low: [from[0].min(to[0]), from[1].min(to[1])], high: [from[0].max(to[0]), from[1].max(to[1])] }
    }

    pub(super) fn hull(self, other: Self) -> Self {
        let (low, high) = (other.low, other.high);
        Self {
            low: [self.low[0].min(low[0]), self.low[1].min(low[1])],
            high: [self.high[0].max(high[0]), self.high[1].max(high[1])],
        }
    }

    /// The distance, rounded; 0 inside.
    pub(super) fn distance(&self, x: Place) -> f64 {
        let outside = |k: usize| (self.low[k] - x[k]).max(x[k] - self.high[k]).max(0.0);
        (outside(0) * outside(0) + outside(1) * outside(1)).sqrt()
    }

    pub(super) fn contains(&self, x: Place) -> bool {
        (0..2).all(|k| self.low[k] <= x[k] && x[k] <= self.high[k])
    }

    /// Whether the ray from `x` to the right meets the box.
    pub(super) fn meets_ray(&self, x: Place) -> bool {
        self.low[1] <= x[1] && x[1] <= self.high[1] && x[0] <= self.high[0]
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Segment};

    /// Roundings of numbers up to 10.
    const ROUNDING: f64 = 80.0 * f64::EPSILON;

    #[test]
    fn distances_beyond_the_ends_and_between_them() {
        let segment = Segment { from: [0.0, 0.0], to: [3.0, 4.0] };
        for (x, distance) in [
            ([-3.0, -4.0], 5.0),
            ([6.0, 8.0], 5.0),
            ([-4.0, 3.0], 5.0),
            ([5.5, -1.0], 5.0),
            ([1.5, 2.0], 0.0),
        ] {
            let enclosed = segment.distance(x);
            assert!(enclosed.contains(distance) && enclosed.width() < ROUNDING, "{x:?} {enclosed}");
            let foot = segment.foot(x);
            assert!(((foot[0] - x[0]).hypot(foot[1] - x[1]) - distance).abs() < 8.0 * f64::EPSILON);
            assert!(Bounds::of(&segment).distance(x) <= distance);
        }
    }
}
