//! Shattering by exact difference constraints, for sets with integer distances.

use crate::error::Error;
use crate::shatter::by_lp::MOST_POINTS;
use crate::shatter::{Label, labellings};

/// How a labelling fares: values that realise it, or the points of a cycle that forbids them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labelling {
    /// `y_i f_i >= margin` and `f_i - f_j <= d_ij`, in integers.
    Realised(Vec<i128>),
    /// Constraints along these points (`None` is the origin) add up to a contradiction.
    Impossible(Vec<Option<usize>>),
}

/// Decides one labelling by Bellman and Ford: nodes are the points and an origin of value 0, an arc `j -> i` of length
/// `d_ij` says `f_i - f_j <= d_ij`, arcs from and to the origin say `f_i <= -margin` or `-f_i <= -margin`.
///
/// `distances` is k x k, row-major; it need not be a metric. Integer distances (points of a line in units of an ulp,
/// Pythagorean configurations) make this exact where a linear program in floating point cannot see a tie.
/// Cost: O(k³).
///
/// # Errors
/// [`Error::Length`] when `distances` is not k x k for k labels.
pub fn realise(distances: &[i64], labels: &[Label], margin: i64) -> Result<Labelling, Error> {
    let points = labels.len();
    if distances.len() != points * points {
        return Err(Error::Length { what: "distances", found: distances.len(), expected: points * points });
    }
    let origin = points;
    let mut arcs: Vec<(usize, usize, i128)> = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let (from, to) = if *label == Label::Minus { (origin, i) } else { (i, origin) };
        arcs.push((from, to, -i128::from(margin)));
        arcs.extend((0..points).filter(|j| *j != i).map(|j| (j, i, i128::from(distances[i * points + j]))));
    }
    let mut value = vec![0_i128; points + 1];
    let mut before: Vec<usize> = (0..=points).collect();
    for _ in 0..=points {
        let mut settled = true;
        for &(from, to, length) in &arcs {
            if value[from] + length < value[to] {
                (value[to], before[to], settled) = (value[from] + length, from, false);
            }
        }
        if settled {
            return Ok(Labelling::Realised(value[..points].iter().map(|v| v - value[origin]).collect()));
        }
    }
    Ok(Labelling::Impossible(cycle(before, &arcs, &value)))
}

/// The cycle of predecessors behind a node that still moves after as many rounds as there are nodes.
fn cycle(mut before: Vec<usize>, arcs: &[(usize, usize, i128)], value: &[i128]) -> Vec<Option<usize>> {
    let origin = before.len() - 1;
    let start =
        arcs.iter().find(|(from, to, length)| value[*from] + length < value[*to]).map_or(origin, |arc| {
            before[arc.1] = arc.0;
            arc.1
        });
    let on_cycle = before.iter().fold(start, |node, _| before[node]);
    let mut nodes = vec![on_cycle];
    let mut node = before[on_cycle];
    while node != on_cycle {
        nodes.push(node);
        node = before[node];
    }
    nodes.iter().rev().map(|&node| (node != origin).then_some(node)).collect()
}

/// Decides all `2^k` labellings of `k <= 14` points exactly: nothing if the set is shattered at `margin`, else the
/// first labelling that no 1-Lipschitz function realises.
///
/// # Errors
/// [`Error::TooLarge`] for more points, [`Error::Length`] when `distances` is not k x k.
pub fn shattered_by_differences(
    points: usize,
    distances: &[i64],
    margin: i64,
) -> Result<Option<Vec<Label>>, Error> {
    if points > MOST_POINTS {
        return Err(Error::TooLarge { what: "points", found: points, limit: MOST_POINTS });
    }
    for labels in labellings(points) {
        if matches!(realise(distances, &labels, margin)?, Labelling::Impossible(_)) {
            return Ok(Some(labels));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{Labelling, realise};
    use crate::shatter::Label;

    #[test]
    fn a_pair_closer_than_twice_the_margin_is_the_contradiction() {
        // A 3-4-5 triangle; the legs meet at point 0.
        let distances = [0, 3, 4, 3, 0, 5, 4, 5, 0];
        let labels = [Label::Plus, Label::Minus, Label::Plus];
        let Ok(Labelling::Realised(values)) = realise(&distances, &labels, 1) else {
            panic!("margin 1 fits")
        };
        assert!(values[0] >= 1 && values[1] <= -1 && values[2] >= 1);
        let Ok(Labelling::Impossible(cycle)) = realise(&distances, &labels, 2) else { panic!("3 < 2 · 2") };
        assert!(cycle.contains(&Some(0)) && cycle.contains(&Some(1)));
    }

    #[test]
    fn a_matrix_of_another_shape_is_refused() {
        assert!(realise(&[0, 1], &[Label::Plus, Label::Minus], 1).is_err());
    }
}
