//! Optimal potentials with their last places spent where the plan needs them.
//!
//! What a bracket loses is what the flows lose on slope 1, and a potential cannot resolve less than a unit in its own last place. Where all
//! mass moves far less than the points are apart, potentials as large as the diameter, or found along arcs as long, are too coarse. Both
//! can be mended: only the differences along flows matter, and any 1-Lipschitz function of an optimal potential that rises with slope
//! 1 over the values that flows span is optimal too.

use lip1_kernel::transport;

use crate::distance::distance;
use crate::tolerance;

/// Values `v` at the sinks that are as good as those given, smaller, and computed anew along the flows.
///
/// Heights within what flows connect follow from the distances alone. The levels of these components are those of the folded potential, and
/// are then lowered until no source is above what the sinks of other components allow: `O(n m)` a round.
pub(crate) fn settle(statement: &transport::Problem, v: &[f64], flows: &[(u32, u32, u64)]) -> Vec<f64> {
    let mut components = components(statement, v, flows);
    let mut spans: Vec<(f64, f64)> = components.iter().map(Component::span).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let folds = fold(&spans);
    let mut settled: Vec<f64> = v.iter().map(|&v| at(&folds, v)).collect();
    let mut owner = vec![usize::MAX; v.len()];
    for (k, component) in components.iter_mut().enumerate() {
        component.level = at(&folds, component.level);
        component.sinks.iter().for_each(|&(j, _)| owner[j] = k);
        component.write(&mut settled);
    }
    let d = |i: usize, j: usize| distance(statement.cost, statement.p.row(i), statement.q.row(j));
    for _ in 0..ROUNDS {
        let mut lowered = false;
        for (k, component) in components.iter_mut().enumerate() {
            let others = || (0..v.len()).filter(|&j| owner[j] < usize::MAX && owner[j] != k);
            let level = component.sources.iter().fold(component.level, |level, &(i, height)| {
                others().map(|j| settled[j] + d(i, j) - height).fold(level, f64::min)
            });
            if level < component.level {
                component.level = level;
                component.write(&mut settled);
                lowered = true;
            }
        }
        if !lowered {
            break;
        }
    }
    // Massless sinks stay out of the way.
    let massless = (0..v.len()).filter(|&j| owner[j] == usize::MAX);
    for j in massless {
        let sources =
            components.iter().flat_map(|c| c.sources.iter().map(move |(i, height)| (*i, c.level + height)));
        let (least, size) = sources.fold((f64::NEG_INFINITY, 0.0f64), |(least, size), (i, u)| {
            let d = d(i, j);
            (least.max(u - d), size.max(u.abs() + d))
        });
        settled[j] = least + tolerance::violation(size);
    }
    settled
}

/// Most rounds in which levels are lowered: one for each component on a chain of components.
const ROUNDS: usize = 64;

/// Points that flows connect.
#[derive(Debug)]
struct Component {
    /// Value at the first sink.
    level: f64,
    /// Sinks, with the height of the potential over that of the first, by the distances along flows alone.
    sinks: Vec<(usize, f64)>,
    /// Sources, likewise.
    sources: Vec<(usize, f64)>,
}

impl Component {
    /// The values that the potential takes.
    fn span(&self) -> (f64, f64) {
        let least = self.sinks.iter().map(|sink| sink.1).fold(0.0, f64::min);
        let most = self.sources.iter().map(|source| source.1).fold(0.0, f64::max);
        (self.level + least, self.level + most)
    }

    /// Notes the values at the sinks.
    fn write(&self, values: &mut [f64]) {
        self.sinks.iter().for_each(|&(j, height)| values[j] = self.level + height);
    }
}

fn components(statement: &transport::Problem, v: &[f64], flows: &[(u32, u32, u64)]) -> Vec<Component> {
    let (n, m) = (statement.p.len(), statement.q.len());
    let mut at: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n + m];
    for &(i, j, _) in flows.iter().filter(|flow| flow.2 > 0) {
        let (i, j) = (i as usize, j as usize);
        let d = distance(statement.cost, statement.p.row(i), statement.q.row(j));
        at[i].push((n + j, -d));
        at[n + j].push((i, d));
    }
    let mut seen = vec![false; n + m];
    let mut components = Vec::new();
    for first in (n..n + m).filter(|&k| !at[k].is_empty()) {
        if seen[first] {
            continue;
        }
        seen[first] = true;
        let mut component = Component { level: v[first - n], sinks: Vec::new(), sources: Vec::new() };
        let mut open = vec![(first, 0.0)];
        while let Some((k, height)) = open.pop() {
            if k >= n {
                component.sinks.push((k - n, height));
            } else {
                component.sources.push((k, height));
            }
            for &(next, rise) in &at[k] {
                if !std::mem::replace(&mut seen[next], true) {
                    open.push((next, height + rise));
                }
            }
        }
        components.push(component);
    }
    components
}

/// A piece of a function of slope 1: `[from, to]` begins at `value`.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: f64,
    to: f64,
    value: f64,
}

/// Slope 1 over every span, sorted by their lower ends; between them towards values around 0, as far as slope 1 allows.
fn fold(spans: &[(f64, f64)]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for &(from, to) in spans {
        match pieces.last_mut() {
            Some(last) if from <= last.to => last.to = last.to.max(to),
            _ => pieces.push(Piece { from, to, value: 0.0 }),
        }
    }
    let mut before: Option<(f64, f64)> = None;
    for piece in &mut pieces {
        let wanted = -(piece.to - piece.from) / 2.0;
        piece.value = before.map_or(wanted, |(end, value)| {
            let reach = piece.from - end;
            wanted.max(value - reach).min(value + reach)
        });
        before = Some((piece.to, piece.value + (piece.to - piece.from)));
    }
    pieces
}

/// The value of the folded line at `t`: constant beyond its ends, straight between pieces.
fn at(pieces: &[Piece], t: f64) -> f64 {
    let next = pieces.partition_point(|piece| piece.from <= t);
    let end = |piece: &Piece| piece.value + (piece.to - piece.from);
    match (next.checked_sub(1).map(|k| pieces[k]), pieces.get(next)) {
        (Some(last), _) if t <= last.to => last.value + (t - last.from),
        (Some(last), Some(next)) => {
            let share = (t - last.to) / (next.from - last.to);
            end(&last) + share * (next.value - end(&last))
        }
        (Some(last), None) => end(&last),
        (None, Some(next)) => next.value,
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{at, fold};

    #[test]
    fn a_folded_line_has_slope_1_on_the_spans_and_stays_small() {
        let spans = [(0.0, 1.0), (0.5, 1.5), (3.0, 3.25), (10.0, 10.0), (10.25, 12.25)];
        let pieces = fold(&spans);
        for (from, to) in spans {
            assert!((at(&pieces, to) - at(&pieces, from) - (to - from)).abs() <= f64::EPSILON);
        }
        let grid: Vec<f64> = (-8..64).map(|k| f64::from(k) / 4.0).collect();
        for pair in grid.windows(2) {
            assert!((at(&pieces, pair[1]) - at(&pieces, pair[0])).abs() <= 0.25 + f64::EPSILON);
        }
        assert!(grid.iter().all(|&t| at(&pieces, t).abs() <= 2.0), "the longest span is 2");
        assert!(at(&fold(&[]), 1.0).abs() <= 0.0);
    }
}
