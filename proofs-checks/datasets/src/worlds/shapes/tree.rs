//! Boxes around runs of neighbouring segments, four by four: most are too far away to matter.

use super::segment::{Bounds, Place, Segment};

/// Children of a box.
const BRANCHES: usize = 4;

/// Segments with a hierarchy of boxes; the first level has one box a segment, the last at most four.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    segments: Vec<Segment>,
    levels: Vec<Vec<Bounds>>,
}

impl Tree {
    pub(super) fn new(segments: Vec<Segment>) -> Self {
        let mut levels = vec![segments.iter().map(Bounds::of).collect::<Vec<_>>()];
        while let Some(last) = levels.last().filter(|last| last.len() > BRANCHES) {
            let next = last.chunks(BRANCHES).filter_map(|run| run.iter().copied().reduce(Bounds::hull));
            levels.push(next.collect());
        }
        Self { segments, levels }
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Segments whose boxes, and all boxes around them, are wanted.
    pub(super) fn select(&self, wanted: impl Fn(&Bounds) -> bool) -> Vec<(&Segment, &Bounds)> {
        let mut kept: Vec<usize> = (0..self.levels.last().map_or(0, Vec::len)).collect();
        for (depth, level) in self.levels.iter().enumerate().rev() {
            kept.retain(|index| level.get(*index).is_some_and(&wanted));
            if depth > 0 {
                kept = kept.iter().flat_map(|k| BRANCHES * k..BRANCHES * (k + 1)).collect();
            }
        }
        let boxes = self.levels.first().map_or(&[][..], Vec::as_slice);
        kept.into_iter().filter_map(|k| Some((self.segments.get(k)?, boxes.get(k)?))).collect()
    }

    /// The least distance, rounded, searched in the closest boxes first.
    pub(super) fn least_distance(&self, x: Place) -> f64 {
        let mut best = f64::INFINITY;
        let Some(depth) = self.levels.len().checked_sub(1) else { return best };
        let mut stack = Vec::new();
        self.push(&mut stack, depth, 0..self.levels[depth].len(), x);
        while let Some((distance, depth, index)) = stack.pop() {
            if distance > best {
                continue;
            }
            match depth.checked_sub(1) {
                None => {
                    let foot = self.segments[index].foot(x);
                    best = best.min((foot[0] - x[0]).hypot(foot[1] - x[1]));
                }
                Some(below) => self.push(&mut stack, below, BRANCHES * index..BRANCHES * (index + 1), x),
            }
        }
        best
    }

    /// Puts boxes on the stack, the closest on top.
    fn push(
        &self,
        stack: &mut Vec<(f64, usize, usize)>,
        depth: usize,
        range: std::ops::Range<usize>,
        x: Place,
    ) {
        let start = stack.len();
        let level = &self.levels[depth];
        let places = range.filter_map(|k| Some((level.get(k)?.distance(x), depth, k)));
        stack.extend(places);
        stack[start..].sort_by(|a, b| b.0.total_cmp(&a.0));
    }
}
