//! Classes on a line that are unions of intervals, in integers.

use lip1_harness::{Context, Finding};
use rand::RngExt;

/// Units between neighbouring ends: a half and a quarter of the gap are whole numbers.
const UNIT: i64 = 4;

/// An interval of one class; without its right end when it is not closed.
struct Piece {
    from: i64,
    to: i64,
    positive: bool,
    closed: bool,
}

impl Piece {
    fn points(&self) -> impl Iterator<Item = i64> {
        self.from..self.to + i64::from(self.closed)
    }
}

/// The places at which both classes are equally far away, their number of pieces being finite: midpoints of gaps.
fn frontier(pieces: &[Piece]) -> Vec<i64> {
    let gaps = pieces.windows(2).filter_map(|pair| match pair {
        [left, right] if left.positive != right.positive => Some((left.to + right.from) / 2),
        _ => None,
    });
    gaps.collect()
}

/// The signed distance at `x`: positive where the class A+ is closer.
fn signed_distance(pieces: &[Piece], frontier: &[i64], x: i64) -> i64 {
    let to_class = |positive: bool| {
        let pieces = pieces.iter().filter(move |piece| piece.positive == positive);
        pieces.map(|piece| (piece.from - x).max(x - piece.to).max(0)).min()
    };
    let least = frontier.iter().map(|place| (place - x).abs()).min().unwrap_or(0);
    // Nothing is no closer than anything.
    let order = to_class(false).unwrap_or(i64::MAX).cmp(&to_class(true).unwrap_or(i64::MAX));
    least * order as i64
}

/// Random unions of intervals: every point in quarters must get its sign, every pair a slope of at most 1.
pub(super) fn over_lines(ctx: &Context, closed: bool) -> Finding {
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator("lines");
    for line in 0..ctx.count(50, 1_000, 20_000) {
        let (mut at, mut pieces) = (0, Vec::new());
        for k in 0..random.random_range(2..8) {
            let to = at + UNIT * random.random_range(0..4) + UNIT * i64::from(!closed);
            // The second is of another class than the first, so that both are there.
            let positive = if k < 2 { k == 0 } else { random.random() };
            pieces.push(Piece { from: at, to, positive, closed });
            at = to + UNIT * i64::from(closed) * random.random_range(1..4);
        }
        let frontier = frontier(&pieces);
        let value = |x: i64| signed_distance(&pieces, &frontier, x);
        for piece in &pieces {
            for x in piece.points() {
                let own = if piece.positive { value(x) } else { -value(x) };
                finding
                    .below("0 < y f in a class", &0, &own, || format!("line {line}: f({x}) = {}", value(x)));
            }
        }
        // Slopes between neighbours bound those of all pairs.
        for x in -UNIT..at + UNIT {
            let step = (value(x + 1) - value(x)).abs();
            finding.not_above("|f(x + 1) - f(x)| <= 1", &step, &1, || format!("line {line}: x = {x}"));
        }
    }
    finding
}
