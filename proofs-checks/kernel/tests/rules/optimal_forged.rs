//! Certificates for optimal potentials against answers found naively, sound ones and forged.

use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use lip1_kernel::optimal::{self, Chain, Conflict, Optimum};
use lip1_kernel::transport::{Plan, Problem};

use crate::exact::Exact;
use crate::optimal::{chain, conflict, line};
use crate::random::Stream;

// Instances in whole numbers, of which everything is known.

/// Points of a small grid, few units of mass, an optimal plan and what the optimal potentials have in common, all found naively.
struct Known {
    problem: Problem,
    plan: Vec<Vec<u64>>,
    /// Distances of all points.
    distance: Vec<Vec<i64>>,
    /// The greatest `f(x) - f(y)` over all optimal potentials.
    greatest: Vec<Vec<i64>>,
    /// The point after `x` on a path to `y` that shows it.
    next: Vec<Vec<usize>>,
    /// `M W1`.
    value: i64,
}

impl Known {
    fn random(stream: &mut Stream) -> Self {
        let (n, m) = (1 + stream.below(4) as usize, 1 + stream.below(4) as usize);
        let (dim, cost) =
            (1 + stream.below(4) as usize / 3, [Cost::L1, Cost::Linf][stream.below(2) as usize]);
        let coords: Vec<i64> = (0..dim * (n + m)).map(|_| stream.integer(4)).collect();
        let units = 1 + stream.below(8);
        let mut masses = |points: usize| {
            let mut masses = vec![0; points];
            (0..units).for_each(|_| masses[stream.below(points as u64) as usize] += 1);
            masses
        };
        let (p_mass, q_mass) = (masses(n), masses(m));
        let points = |range: std::ops::Range<usize>| {
            Points::new(dim, coords[range.start * dim..range.end * dim].iter().map(|&c| c as f64).collect())
                .unwrap()
        };
        let problem = Problem { p: points(0..n), q: points(n..n + m), p_mass, q_mass, cost, weights: None };
        Self::of(problem, &coords.chunks(dim).collect::<Vec<_>>())
    }

    fn of(problem: Problem, points: &[&[i64]]) -> Self {
        let (n, m, size) = (problem.p.len(), problem.q.len(), points.len());
        let norm = |x: &[i64], y: &[i64]| {
            let steps = x.iter().zip(y).map(|(a, b)| (a - b).abs());
            if problem.cost == Cost::Linf { steps.max().unwrap() } else { steps.sum() }
        };
        let distance: Vec<Vec<i64>> =
            points.iter().map(|x| points.iter().map(|y| norm(x, y)).collect()).collect();
        // Any plan, then cycles of negative cost until there is none.
        let mut plan = vec![vec![0_u64; m]; n];
        let (mut supply, mut demand) = (problem.p_mass.clone(), problem.q_mass.clone());
        for i in 0..n {
            for j in 0..m {
                let moved = supply[i].min(demand[j]);
                (plan[i][j], supply[i], demand[j]) = (moved, supply[i] - moved, demand[j] - moved);
            }
        }
        loop {
            // An unit more from x to y costs d; a unit less costs -d. Sources and sinks alternate.
            let mut bound = vec![vec![i64::MAX / 4; size]; size];
            let mut next: Vec<Vec<usize>> = vec![(0..size).collect(); size];
            for (i, row) in plan.iter().enumerate() {
                for (j, &moved) in row.iter().enumerate() {
                    bound[i][n + j] = distance[i][n + j];
                    if moved > 0 {
                        bound[n + j][i] = -distance[i][n + j];
                    }
                }
            }
            let Some(at) = shortest(&mut bound, &mut next) else { break };
            let cycle = cycle(&next, at);
            for (k, &x) in cycle.iter().enumerate() {
                let y = cycle[(k + 1) % cycle.len()];
                if x < n { plan[x][y - n] += 1 } else { plan[y][x - n] -= 1 }
            }
        }
        let mut greatest = distance.clone();
        let mut value = 0;
        for (i, row) in plan.iter().enumerate() {
            for (j, &moved) in row.iter().enumerate().filter(|(_, moved)| **moved > 0) {
                greatest[n + j][i] = -distance[i][n + j];
                value += moved as i64 * distance[i][n + j];
            }
        }
        let mut next: Vec<Vec<usize>> = vec![(0..size).collect(); size];
        assert_eq!(shortest(&mut greatest, &mut next), None, "an optimal plan leaves some function");
        Self { problem, plan, distance, greatest, next, value }
    }

    fn sources(&self) -> usize {
        self.problem.p.len()
    }

    fn masses(&self) -> Vec<u64> {
        [&self.problem.p_mass[..], &self.problem.q_mass].concat()
    }

    fn plan(&self) -> Plan {
        let mut flows = Vec::new();
        for (i, row) in self.plan.iter().enumerate() {
            flows.extend(
                row.iter().enumerate().filter(|(_, m)| **m > 0).map(|(j, &m)| (i as u32, j as u32, m)),
            );
        }
        Plan { flows }
    }

    /// An optimal potential: the least, or the greatest, that has some value at a point.
    fn member(&self, at: usize, least: bool, shift: i64) -> Vec<i64> {
        let value = |z: usize| if least { -self.greatest[at][z] } else { self.greatest[z][at] };
        (0..self.greatest.len()).map(|z| value(z) + shift).collect()
    }

    fn path(&self, x: usize, y: usize) -> Vec<u32> {
        let mut path = vec![x as u32];
        let mut at = x;
        while at != y || path.len() < 2 {
            at = self.next[at][y];
            path.push(at as u32);
        }
        path
    }

    /// `g(z) = min_w values_w + d(z, w)`, and `M (E_P g - E_Q g)`.
    fn function(&self, values: &[i64]) -> (Vec<i64>, i64) {
        let cone = |z: usize| (0..values.len()).map(|w| values[w] + self.distance[z][w]).min().unwrap();
        let g: Vec<i64> = (0..values.len()).map(cone).collect();
        let worth =
            |(k, m): (usize, u64)| if k < self.sources() { m as i64 * g[k] } else { -(m as i64) * g[k] };
        let value = self.masses().into_iter().enumerate().map(worth).sum();
        (g, value)
    }

    fn wrong(&self, g: &[i64]) -> u64 {
        let is_wrong = |k: usize| if k < self.sources() { g[k] < 0 } else { g[k] > 0 };
        (0..g.len()).filter(|&k| is_wrong(k)).map(|k| self.masses()[k]).sum()
    }

    /// The least error, by trying which points may be right together: all, unless an origin of value 0 closes a negative cycle.
    fn least_error(&self) -> u64 {
        let (n, size) = (self.sources(), self.greatest.len());
        let together = |right: u32| {
            let mut bound = self.greatest.clone();
            bound.iter_mut().for_each(|row| row.push(i64::MAX / 4));
            bound.push(vec![i64::MAX / 4; size + 1]);
            for k in (0..size).filter(|k| right >> k & 1 == 1) {
                let (x, y) = if k < n { (size, k) } else { (k, size) };
                bound[x][y] = 0;
            }
            shortest(&mut bound, &mut vec![(0..=size).collect(); size + 1]).is_none()
        };
        let masses = self.masses();
        let wrong = |right: u32| (0..size).filter(|k| right >> k & 1 == 0).map(|k| masses[k]).sum();
        (0..1_u32 << size).filter(|right| together(*right)).map(wrong).min().unwrap()
    }

    /// As many conflicts as there can be, one a unit of mass, by augmenting paths.
    fn conflicts(&self) -> Vec<Conflict> {
        let n = self.sources();
        let units = |from: usize, masses: &[u64]| -> Vec<usize> {
            masses.iter().enumerate().flat_map(|(k, &m)| vec![from + k; m as usize]).collect()
        };
        let (p, q) = (units(0, &self.problem.p_mass), units(n, &self.problem.q_mass));
        let mut partner: Vec<Option<usize>> = vec![None; q.len()];
        for unit in 0..p.len() {
            self.augment(unit, &p, &q, &mut partner, &mut vec![false; q.len()]);
        }
        let pairs = partner.iter().enumerate().filter_map(|(y, x)| x.map(|x| (p[x], q[y])));
        pairs.map(|(x, y)| conflict(1, &self.path(x, y))).collect()
    }

    fn augment(
        &self,
        x: usize,
        p: &[usize],
        q: &[usize],
        partner: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for y in 0..q.len() {
            if self.greatest[p[x]][q[y]] < 0 && !seen[y] {
                seen[y] = true;
                if partner[y].is_none_or(|other| self.augment(other, p, q, partner, seen)) {
                    partner[y] = Some(x);
                    return true;
                }
            }
        }
        false
    }
}

/// Shortest paths; a point on a negative cycle, if there is one.
fn shortest(bound: &mut [Vec<i64>], next: &mut [Vec<usize>]) -> Option<usize> {
    for via in 0..bound.len() {
        for x in 0..bound.len() {
            for y in 0..bound.len() {
                let detour = bound[x][via] + bound[via][y];
                if detour < bound[x][y] && bound[x][via] < i64::MAX / 8 && bound[via][y] < i64::MAX / 8 {
                    (bound[x][y], next[x][y]) = (detour, next[x][via]);
                }
            }
            if bound[x][x] < 0 {
                return Some(x);
            }
        }
    }
    None
}

/// The points of a cycle on which `next` runs from `at` to itself.
fn cycle(next: &[Vec<usize>], at: usize) -> Vec<usize> {
    let mut walk = vec![at];
    loop {
        let last = next[walk[walk.len() - 1]][at];
        if let Some(start) = walk.iter().position(|&seen| seen == last) {
            return walk.split_off(start);
        }
        walk.push(last);
    }
}

fn floats(values: &[i64]) -> Vec<f64> {
    values.iter().map(|&value| value as f64).collect()
}

#[test]
fn sound_certificates_prove_exactly_what_enumeration_finds() {
    let mut stream = Stream::new(41);
    let mut wrong = 0;
    for _ in 0..1500 {
        let known = Known::random(&mut stream);
        let size = known.greatest.len();
        let at = stream.below(size as u64) as usize;
        let member = known.member(at, stream.below(2) == 0, stream.integer(3));
        let optimum = Optimum { plan: known.plan(), values: floats(&member) };

        let pairs: Vec<(usize, usize)> = (0..size).flat_map(|x| (0..size).map(move |y| (x, y))).collect();
        let paths: Vec<Vec<u32>> = pairs.iter().map(|&(x, y)| known.path(x, y)).collect();
        let slopes = optimal::slopes(&known.problem, &optimum, &paths).unwrap();
        assert_eq!(slopes.excess, 0.0);
        for (slope, &(x, y)) in slopes.slopes.iter().zip(&pairs) {
            assert_eq!((slope.first, slope.last), (x, y));
            assert_eq!(slope.upper, known.greatest[x][y] as f64);
            assert_eq!(slope.lower, (member[x] - member[y]) as f64);
        }

        let least = optimal::least_error(&known.problem, &optimum, &known.conflicts()).unwrap();
        assert_eq!(least.lower, u128::from(known.least_error()));
        assert_eq!(least.upper, u128::from(known.wrong(&member)));
        assert_eq!(least.of, u128::from(known.masses().iter().sum::<u64>()));
        wrong += usize::from(least.lower > 0);

        // A difference: one chain the other way round.
        let (x, y) = (stream.below(size as u64) as usize, at);
        let mut c = vec![0.0; size];
        c[x] += 2.5;
        c[y] -= 2.5;
        let (a, b) = c.split_at(known.sources());
        let chains = [chain(2.5, &known.path(y, x))];
        let least = optimal::least_value(&known.problem, &optimum, a, b, &chains).unwrap();
        assert_eq!(least.lower, -2.5 * known.greatest[y][x] as f64);
        assert_eq!(least.upper, 2.5 * (member[x] - member[y]) as f64);
    }
    assert!(wrong > 100, "{wrong} instances have conflicts");
}

/// A path that may prove something, or nothing.
fn forged_path(known: &Known, stream: &mut Stream) -> Vec<u32> {
    let size = known.greatest.len() as u64;
    let (x, y) = (stream.below(size) as usize, stream.below(size) as usize);
    let mut path = known.path(x, y);
    match stream.below(4) {
        0 => path = (0..2 + stream.below(4)).map(|_| stream.below(size) as u32).collect(),
        1 => path.insert(stream.below(path.len() as u64 + 1) as usize, stream.below(size) as u32),
        2 if stream.below(4) == 0 => path.push(size as u32),
        2 => path.reverse(),
        _ => {}
    }
    path
}

/// A plan and a function that may be optimal, or something else, or not even fit.
fn forged_optimum(known: &Known, values: &mut [i64], stream: &mut Stream) -> Optimum {
    let mut plan = known.plan();
    let at = stream.below(values.len() as u64) as usize;
    match stream.below(6) {
        0 => values[at] += stream.integer(2),
        1 => plan.flows.iter_mut().for_each(|flow| flow.2 += u64::from(stream.below(8) == 0)),
        2 => {
            // The same marginals by another way.
            if let [first, .., last] = &mut plan.flows[..] {
                (first.2, last.2) = (first.2 - 1, last.2 - 1);
                let crossed = [(first.0, last.1, 1), (last.0, first.1, 1)];
                plan.flows.extend(crossed);
            }
        }
        3 => plan.flows.reverse(),
        _ => {}
    }
    Optimum { plan, values: floats(values) }
}

/// Certificates of which anything may be wrong: whatever is accepted is true of all optimal potentials.
#[test]
fn forged_certificates_prove_nothing_false() {
    let mut stream = Stream::new(43);
    let (mut accepted, mut exact) = ([0; 3], 0);
    for _ in 0..20_000 {
        let known = Known::random(&mut stream);
        let (size, n) = (known.greatest.len(), known.sources());
        let at = stream.below(size as u64) as usize;
        let mut values = known.member(at, stream.below(2) == 0, stream.integer(3));
        let optimum = forged_optimum(&known, &mut values, &mut stream);
        let (g, worth) = known.function(&values);
        let missed = |excess: f64| {
            let total = known.problem.p_mass.iter().sum::<u64>() as f64;
            assert!(excess * total * (1.0 + 4.0 * f64::EPSILON) >= (known.value - worth) as f64, "excess");
        };

        let paths: Vec<Vec<u32>> = (0..4).map(|_| forged_path(&known, &mut stream)).collect();
        if let Ok(slopes) = optimal::slopes(&known.problem, &optimum, &paths) {
            accepted[0] += 1;
            missed(slopes.excess);
            for (slope, path) in slopes.slopes.iter().zip(&paths) {
                assert_eq!([slope.first as u32, slope.last as u32], [path[0], path[path.len() - 1]]);
                assert!(slope.upper >= known.greatest[slope.first][slope.last] as f64);
                assert_eq!(slope.lower, (g[slope.first] - g[slope.last]) as f64);
            }
        }

        let mut conflicts = known.conflicts();
        let forged = conflict(stream.below(3), &forged_path(&known, &mut stream));
        match stream.below(5) {
            0 => conflicts.push(forged),
            1 => conflicts = vec![forged],
            2 => conflicts.iter_mut().for_each(|c| c.mass += stream.below(2)),
            3 => conflicts.truncate(1),
            _ => {}
        }
        if let Ok(least) = optimal::least_error(&known.problem, &optimum, &conflicts) {
            accepted[1] += 1;
            missed(least.excess);
            let truth = if least.lower > 0 { u128::from(known.least_error()) } else { 0 };
            exact += usize::from(truth > 0 && least.lower == truth);
            assert!(least.lower <= truth, "{} of {truth}", least.lower);
            assert_eq!(least.upper, u128::from(known.wrong(&g)));
        }

        let c: Vec<i64> = (0..size).map(|_| stream.integer(3)).collect();
        let weighed = paths.iter().map(|path| chain(stream.below(3) as f64, path));
        let (chains, coefficients) = (weighed.collect::<Vec<_>>(), floats(&c));
        let (a, b) = coefficients.split_at(n);
        if let Ok(least) = optimal::least_value(&known.problem, &optimum, a, b, &chains) {
            accepted[2] += 1;
            missed(least.excess);
            let value = |f: &[i64]| c.iter().zip(f).map(|(c, z)| c * (z - f[n])).sum::<i64>() as f64;
            for (at, is_least) in (0..size).flat_map(|at| [(at, true), (at, false)]) {
                assert!(least.lower <= value(&known.member(at, is_least, 0)));
            }
            assert_eq!(least.upper, value(&g));
        }
    }
    assert!(accepted.iter().all(|&count| count > 3_000) && exact > 500, "{accepted:?} {exact}");
}

// Laws on a line whose mass all goes to the right: `-x` is an optimal potential, whatever the coordinates.

/// Coordinates of very different sizes, points of both laws in some order, flows from left to right.
fn to_the_right(stream: &mut Stream) -> (Problem, Plan, Vec<f64>) {
    let (n, m) = (1 + stream.below(4) as usize, 1 + stream.below(4) as usize);
    let spread = [1, 4, 60, 900][stream.below(4) as usize];
    let coords: Vec<f64> = (0..n + m)
        .map(|_| match stream.below(8) {
            0 => 0.0,
            1 => 1.0,
            _ => stream.signed() * 2.0_f64.powi(stream.integer(spread) as i32 / 2),
        })
        .collect();
    let mut flows = Vec::new();
    for (i, x) in coords[..n].iter().enumerate() {
        for (j, y) in coords[n..].iter().enumerate().filter(|(_, y)| x <= y) {
            if stream.below(3) > 0 && x <= y {
                flows.push((i as u32, j as u32, 1 + (stream.bits() >> (1 + stream.below(63)))));
            }
        }
    }
    let (mut p_mass, mut q_mass) = (vec![0; n], vec![0; m]);
    flows.retain(|&(i, j, mass): &(u32, u32, u64)| {
        let (p, q) = (&mut p_mass[i as usize], &mut q_mass[j as usize]);
        match (u64::checked_add(*p, mass), u64::checked_add(*q, mass)) {
            (Some(sum), Some(other)) => {
                (*p, *q) = (sum, other);
                true
            }
            _ => false,
        }
    });
    let cost = [Cost::L2, Cost::L1, Cost::Linf][stream.below(3) as usize];
    let (p, q) = (line(&coords[..n]), line(&coords[n..]));
    (Problem { p, q, p_mass, q_mass, cost, weights: None }, Plan { flows }, coords)
}

#[test]
fn rounding_never_excludes_an_optimal_potential() {
    let mut stream = Stream::new(47);
    let mut tight = 0;
    for _ in 0..20_000 {
        let (problem, plan, coords) = to_the_right(&mut stream);
        if plan.flows.is_empty() {
            continue;
        }
        let (n, size) = (problem.p.len(), coords.len());
        let falls: Vec<Exact> = coords.iter().map(|&x| -Exact::of(x)).collect();
        let mut values: Vec<f64> = coords.iter().map(|x| -x).collect();
        if stream.below(3) == 0 {
            let at = stream.below(size as u64) as usize;
            values[at] = [values[at].next_up(), values[at].next_down(), 0.0][stream.below(3) as usize];
        }
        let optimum = Optimum { plan, values };
        // Along the flows there and back, and anywhere.
        let mut paths: Vec<Vec<u32>> = Vec::new();
        for &(i, j, _) in &optimum.plan.flows {
            let (x, y) = (i, n as u32 + j);
            paths.push(vec![y, x]);
            paths.push(vec![stream.below(size as u64) as u32, y, x, stream.below(size as u64) as u32]);
        }
        paths.push((0..5).map(|_| stream.below(size as u64) as u32).collect());

        let slopes = optimal::slopes(&problem, &optimum, &paths).unwrap();
        for slope in &slopes.slopes {
            let exact = falls[slope.first].clone() - falls[slope.last].clone();
            assert!(Exact::of(slope.upper) >= exact, "{problem:?} {optimum:?} {slope:?}");
            tight += usize::from(Exact::of(slope.upper) == exact && coords[slope.first] > coords[slope.last]);
        }

        // A shift that is right at most: a threshold at one of the points.
        let masses = [&problem.p_mass[..], &problem.q_mass].concat();
        let wrong = |c: f64| -> u128 {
            let errs = |&k: &usize| if k < n { coords[k] > c } else { coords[k] < c };
            (0..size).filter(errs).map(|k| u128::from(masses[k])).sum()
        };
        let truth = coords.iter().map(|&c| wrong(c)).min().unwrap();
        let mut conflicts = Vec::new();
        for slope in slopes.slopes.iter().filter(|s| s.first < n && n <= s.last && s.upper < 0.0) {
            let path =
                paths.iter().find(|p| p[0] as usize == slope.first && p[p.len() - 1] as usize == slope.last);
            conflicts.push(conflict(masses[slope.first].min(masses[slope.last]), path.unwrap()));
        }
        conflicts.truncate(1);
        if let Ok(least) = optimal::least_error(&problem, &optimum, &conflicts) {
            assert!(least.lower <= truth, "{problem:?} {optimum:?} {least:?}");
        }

        let c: Vec<f64> =
            (0..size).map(|_| stream.signed() * 2.0_f64.powi(stream.integer(30) as i32)).collect();
        let value = c
            .iter()
            .zip(&falls)
            .fold(Exact::integer(0), |sum, (c, f)| sum + Exact::of(*c) * (f.clone() - falls[n].clone()));
        let chains: Vec<Chain> = paths.iter().map(|path| chain(stream.signed().abs(), path)).collect();
        let (a, b) = c.split_at(n);
        let least = optimal::least_value(&problem, &optimum, a, b, &chains).unwrap();
        assert!(Exact::of(least.lower) <= value, "{problem:?} {optimum:?} {least:?}");
    }
    assert!(tight > 200, "{tight}");
}
