use lip1_kernel::Points;
use lip1_kernel::cover::{self, Clique, Cover};
use lip1_kernel::distance::Cost;

use crate::case::{Answer, Case, examine};
use crate::draw::gauge;
use crate::number::Exact;
use crate::random::Stream;

/// The pairs of points closer than a distance, exactly.
type Close = Vec<Vec<bool>>;

/// A cover of the points of `open`, right but for what `forge` makes of it once.
fn drawn(stream: &mut Stream, close: &Close, open: &[bool], depth: u32) -> Cover {
    let n = open.len();
    let kind = if depth == 0 { 0 } else { stream.below(4) };
    let some = stream.below(n as u64) as usize;
    match kind {
        1 => {
            let mut rest = open.to_vec();
            rest[some] = false;
            let left = Box::new(drawn(stream, close, &rest, depth - 1));
            rest.iter_mut().zip(&close[some]).for_each(|(open, close)| *open &= !close);
            Cover::Branch {
                vertex: some as u32,
                taken: Box::new(drawn(stream, close, &rest, depth - 1)),
                left,
            }
        }
        2 => {
            let side: Vec<bool> = (0..n).map(|_| stream.once_in(2)).collect();
            let mut part = |inside: bool| {
                let open: Vec<bool> =
                    open.iter().zip(&side).map(|(open, side)| *open && *side == inside).collect();
                let members = (0..n as u32).filter(|k| open[*k as usize]).collect();
                (members, drawn(stream, close, &open, depth - 1))
            };
            Cover::Split { parts: vec![part(true), part(false)] }
        }
        _ => {
            // Cliques by greed, from a random first point on; each a few times, with as many as the unit.
            let unit = 1 + stream.below(3);
            let mut cliques: Vec<Clique> = Vec::new();
            for _ in 0..unit {
                let mut rest = open.to_vec();
                let first = stream.below(n as u64) as usize;
                for k in (0..n).map(|k| (k + first) % n) {
                    if !rest[k] {
                        continue;
                    }
                    let mut members = vec![k as u32];
                    rest[k] = false;
                    for other in (0..n).filter(|other| rest[*other]).collect::<Vec<_>>() {
                        if members.iter().all(|member| close[*member as usize][other]) {
                            members.push(other as u32);
                            rest[other] = false;
                        }
                    }
                    cliques.push(Clique { members, weight: 1 });
                }
            }
            Cover::Cliques { cliques, unit }
        }
    }
}

/// One number of a cover changed by 1, or one entry added or left out.
fn forge(stream: &mut Stream, cover: &mut Cover, n: usize) {
    let point = stream.below(n as u64 + 1) as u32;
    match cover {
        Cover::Branch { vertex, taken, left } => match stream.below(3) {
            0 => *vertex = point,
            1 => forge(stream, taken, n),
            _ => forge(stream, left, n),
        },
        Cover::Split { parts } => {
            let k = stream.below(parts.len() as u64) as usize;
            match stream.below(3) {
                0 => drop(parts[k].0.pop()),
                1 => parts[k].0.push(point),
                _ => forge(stream, &mut parts[k].1, n),
            }
        }
        Cover::Cliques { cliques, unit } => {
            if cliques.is_empty() {
                *unit = 0;
                return;
            }
            let k = stream.below(cliques.len() as u64) as usize;
            match stream.below(6) {
                0 => *unit += 1,
                1 => cliques[k].weight -= 1,
                2 => drop(cliques[k].members.pop()),
                3 => cliques[k].members.push(point),
                4 => drop(cliques.remove(k)),
                _ => cliques[k].weight = u64::MAX,
            }
        }
    }
}

/// The bound that a cover proves, by its definition; none where it proves nothing.
fn bound(close: &Close, cover: &Cover, open: &[bool]) -> Option<u128> {
    let n = open.len();
    match cover {
        Cover::Branch { vertex, taken, left } => {
            let v = *vertex as usize;
            let close = (v < n).then(|| close.clone())?;
            let without: Vec<bool> = (0..n).map(|k| open[k] && k != v).collect();
            let with: Vec<bool> = (0..n).map(|k| without[k] && !close[v][k]).collect();
            Some(bound(&close, left, &without)?.max(bound(&close, taken, &with)? + 1))
        }
        Cover::Split { parts } => {
            let held = |k: usize| parts.iter().any(|(members, _)| members.contains(&(k as u32)));
            if (0..n).any(|k| open[k] && !held(k)) {
                return None;
            }
            let part = |(members, cover): &(Vec<u32>, Cover)| {
                let inside = members.iter().all(|member| (*member as usize) < n);
                let open: Vec<bool> = (0..n).map(|k| open[k] && members.contains(&(k as u32))).collect();
                inside.then(|| bound(close, cover, &open))?
            };
            parts.iter().map(part).sum()
        }
        Cover::Cliques { cliques, unit } => {
            let is_clique = |clique: &Clique| {
                let members: Vec<usize> = clique.members.iter().map(|member| *member as usize).collect();
                members.iter().all(|a| *a < n)
                    && (0..members.len()).all(|i| (0..i).all(|j| close[members[i]][members[j]]))
            };
            let weight = |k: usize| -> u128 {
                let own = cliques.iter().filter(|clique| clique.members.contains(&(k as u32)));
                own.map(|clique| u128::from(clique.weight)).sum()
            };
            let unit = u128::from(*unit);
            let total: u128 = cliques.iter().map(|clique| u128::from(clique.weight)).sum();
            let sound =
                unit > 0 && cliques.iter().all(is_clique) && (0..n).all(|k| !open[k] || weight(k) >= unit);
            // Weights are added in 64 bits.
            (sound && total <= u64::MAX.into()).then(|| total / unit)
        }
    }
}

fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (n, dim) = (1 + stream.below(7) as usize, 1 + stream.below(3) as usize);
    let points = stream.points(n, dim);
    let squares: Vec<Vec<Exact>> =
        points.iter().map(|x| points.iter().map(|y| gauge(x, y, Cost::L2)).collect()).collect();
    // At or next to one of the distances.
    let (i, j) = (stream.below(n as u64) as usize, stream.below(n as u64) as usize);
    let distance = stream.nudged(squares[i][j].root());
    let reach = Exact::of(distance).squared();
    let close: Close =
        (0..n).map(|i| (0..n).map(|j| i != j && distance > 0.0 && squares[i][j] < reach).collect()).collect();
    let mut cover = drawn(stream, &close, &vec![true; n], 3);
    if stream.once_in(2) {
        forge(stream, &mut cover, n);
    }
    let found = cover::packing_upper(&Points::new(dim, points.concat()).unwrap(), distance, &cover);
    let proved = bound(&close, &cover, &vec![true; n]);
    // No packing has more points: all subsets are tried.
    let apart = |set: usize| {
        let members: Vec<usize> = (0..n).filter(|k| set >> k & 1 == 1).collect();
        members.iter().all(|a| members.iter().all(|b| a >= b || !close[*a][*b]))
    };
    let packing = (0_usize..1 << n).filter(|set| apart(*set)).map(usize::count_ones).max().unwrap();
    assert!(proved.is_none_or(|proved| proved >= u128::from(packing)), "the definition of a cover is wrong");
    let mut truth = proved.is_some();
    if let Ok(bound) = &found {
        let most = proved.map(|proved| proved.min(u64::MAX.into()));
        truth = bound.count >= u64::from(packing) && most == Some(bound.count.into());
    }
    let case = Case { near: true, truth, answer: Answer::accepted(found.is_ok()) };
    ((points, distance, cover), case)
}

#[test]
fn covers() {
    examine("covers", one);
}
