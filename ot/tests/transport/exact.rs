//! Small rational problems: the bracket contains the exact optimum, and a wrong answer never encloses wrongly.

use dashu_ratio::RBig;
use lip1_kernel::distance::Cost;
use lip1_kernel::transport;
use lip1_ot::testing::integer_pairs;
use lip1_ot::{LpBackend, Method, Problem, Settings, certify, solve};
use proptest::prelude::*;

/// Integer distance for l1 and l-infinity between integer points.
fn distance(cost: Cost, x: &[f64], y: &[f64]) -> i128 {
    let steps = x.iter().zip(y).map(|(a, b)| (a - b).abs() as i128);
    if cost == Cost::L1 { steps.sum() } else { steps.max().unwrap_or(0) }
}

/// Minimum cost by successive shortest paths (Bellman-Ford), in integers.
fn optimum(problem: &transport::Problem) -> i128 {
    let (n, m) = (problem.p.len(), problem.q.len());
    let (source, sink) = (n + m, n + m + 1);
    let mut arcs: Vec<(usize, usize, i128, i128)> = Vec::new();
    let mut add = |a, b, capacity, cost| {
        arcs.push((a, b, capacity, cost));
        arcs.push((b, a, 0, -cost));
    };
    for (i, &mass) in problem.p_mass.iter().enumerate() {
        add(source, i, i128::from(mass), 0);
        for (j, y) in problem.q.rows().enumerate() {
            add(i, n + j, i128::MAX / 4, distance(problem.cost, problem.p.row(i), y));
        }
    }
    for (j, &mass) in problem.q_mass.iter().enumerate() {
        add(n + j, sink, i128::from(mass), 0);
    }
    let mut cost = 0;
    loop {
        let mut reach: Vec<Option<(i128, usize)>> = vec![None; n + m + 2];
        reach[source] = Some((0, usize::MAX));
        for _ in 0..n + m + 2 {
            for (k, &(a, b, capacity, price)) in arcs.iter().enumerate() {
                if let (Some((at, _)), true) = (reach[a], capacity > 0)
                    && reach[b].is_none_or(|(old, _)| at + price < old)
                {
                    reach[b] = Some((at + price, k));
                }
            }
        }
        let Some((length, _)) = reach[sink] else { return cost };
        let path: Vec<usize> = std::iter::successors(reach[sink].map(|r| r.1), |&k| {
            reach[arcs[k].0].map(|r| r.1).filter(|&k| k != usize::MAX)
        })
        .collect();
        let amount = path.iter().map(|&k| arcs[k].2).min().unwrap_or(0);
        for k in path {
            arcs[k].2 -= amount;
            arcs[k ^ 1].2 += amount;
        }
        cost += amount * length;
    }
}

fn exact(x: f64) -> RBig {
    RBig::try_from(x).unwrap()
}

fn exact_optimum(problem: &Problem) -> RBig {
    let total: i128 = problem.statement().p_mass.iter().map(|&m| i128::from(m)).sum();
    RBig::from(optimum(problem.statement())) / RBig::from(total)
}

fn rational_costs() -> impl Strategy<Value = Cost> {
    prop_oneof![Just(Cost::L1), Just(Cost::Linf)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn the_bracket_contains_the_exact_optimum((p, q) in integer_pairs(8), cost in rational_costs()) {
        let problem = Problem::new(&p, &q, cost).unwrap();
        prop_assert!(problem.statement().weights.is_none());
        let optimum = exact_optimum(&problem);
        let methods = [Method::Auto, Method::Simplex, Method::Lp(LpBackend::Microlp), Method::Lp(LpBackend::Clarabel)];
        for method in methods {
            let settings = Settings { method, ..Settings::default() };
            let bracket = certify(&problem, solve(&problem, &settings).unwrap()).unwrap().bracket;
            prop_assert!(exact(bracket.lower) <= optimum && optimum <= exact(bracket.upper), "{:?}", method);
        }
    }

    #[test]
    fn a_wrong_answer_widens_the_bracket_or_is_refused(
        (p, q) in integer_pairs(8),
        cost in rational_costs(),
        flow: prop::sample::Index,
        other: prop::sample::Index,
        node: prop::sample::Index,
        shift in prop_oneof![-2.0..2.0f64, Just(1e-12), Just(-1e-12)],
        unbalanced: bool,
        in_u: bool,
    ) {
        let problem = Problem::new(&p, &q, cost).unwrap();
        let optimum = exact_optimum(&problem);
        let mut solution = solve(&problem, &Settings::default()).unwrap();
        let flows = &mut solution.plan.flows;
        let (a, b) = (flow.index(flows.len()), other.index(flows.len()));
        if unbalanced {
            flows[a].2 += 1;
        } else {
            // Exchange the targets of two flows of the same mass.
            let mass = flows[a].2.min(flows[b].2);
            let ((i, j, _), (k, l, _)) = (flows[a], flows[b]);
            if a != b {
                flows[a].2 -= mass;
                flows[b].2 -= mass;
                flows.push((i, l, mass));
                flows.push((k, j, mass));
            }
        }
        let potentials = &mut solution.potentials;
        let values = if in_u { &mut potentials.u } else { &mut potentials.v };
        let at = node.index(values.len());
        values[at] += shift;
        let verdict = certify(&problem, solution);
        prop_assert!(!(unbalanced && verdict.is_ok()));
        if let Ok(certified) = verdict {
            let bracket = certified.bracket;
            prop_assert!(exact(bracket.lower) <= optimum && optimum <= exact(bracket.upper));
        }
    }
}
