//! Rademacher complexity against linear programs, covering and packing bounds.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, microlp, variable};
use lip1_kernel::Points;
use lip1_kernel::distance::{self, Cost};
use lip1_vc::{
    Label, Limits, covering_bound, farthest_point_net, labellings, packing_bound, rademacher_exact,
    rademacher_sampled, supremum,
};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

/// The solver's tolerance.
const SOLVER: f64 = 1e-6;

/// The supremum as a linear program in the values.
fn by_lp(points: &Points, signs: &[Label], bound: f64) -> Option<f64> {
    let n = points.len();
    let mut unknowns = ProblemVariables::new();
    let f: Vec<Variable> = unknowns.add_vector(variable().min(-bound).max(bound), n);
    let total: Expression = f.iter().zip(signs).map(|(f, s)| s.sign() * *f).sum();
    let mut model = unknowns.maximise(total.clone()).using(microlp);
    for i in 0..n {
        for j in 0..n {
            let d = points.row(i).iter().zip(points.row(j)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            model = model.with(constraint!(f[i] - f[j] <= d));
        }
    }
    let solution = model.solve().ok()?;
    Some(f.iter().zip(signs).map(|(f, s)| s.sign() * solution.value(*f)).sum::<f64>() / n as f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn matchings_agree_with_linear_programs(
        coords in vec(-1.0_f64..1.0, 2..=16), code: u8, bound in 0.05_f64..2.0
    ) {
        let points = Points::new(2, coords[..coords.len() / 2 * 2].to_vec()).unwrap();
        let signs = labellings(points.len()).nth(usize::from(code) % (1 << points.len())).unwrap();
        let found = supremum(&points, &signs, bound).unwrap();
        let lp = by_lp(&points, &signs, bound).unwrap();
        prop_assert!(found.lower <= found.upper);
        prop_assert!(found.upper - found.lower <= SOLVER, "{found:?} {signs:?}");
        prop_assert!((found.upper - lp).abs() <= SOLVER, "{found:?} {lp}");
        prop_assert!(found.values.iter().all(|f| f.abs() <= bound));
        prop_assert!(found.pairs.iter().all(|[p, q]| (signs[*p], signs[*q]) == (Label::Plus, Label::Minus)));
        let apart = |[p, q]: &[usize; 2]| distance::enclose(points.row(*p), points.row(*q), Cost::L2).upper();
        let alone = (points.len() - 2 * found.pairs.len()) as f64;
        let matched = found.pairs.iter().map(apart).sum::<f64>() + bound * alone;
        prop_assert!((found.upper - matched / points.len() as f64).abs() <= SOLVER, "{found:?} {matched}");
    }

    #[test]
    fn covering_and_packing_bounds_enclose_the_exact_value(coords in vec(-1.0_f64..1.0, 4..=14), bound in 0.1_f64..1.5) {
        let points = Points::new(2, coords[..coords.len() / 2 * 2].to_vec()).unwrap();
        let exact = rademacher_exact(&points, bound).unwrap();
        let net = farthest_point_net(&points, points.len());
        let margins: Vec<f64> = net.radii.iter().map(|r| r / 2.0).filter(|m| *m > 0.0).collect();
        let limits = Limits { moves: 500, nodes: 5_000, ..Limits::default() };
        prop_assert!(packing_bound(&points, bound, &margins, limits).unwrap() <= exact.upper);
        prop_assert!(exact.lower <= covering_bound(&points, bound).unwrap());
    }
}

#[test]
fn far_points_have_complexity_equal_to_the_bound() {
    let far = Points::new(1, vec![0.0, 10.0, 20.0, 30.0]).unwrap();
    let found = rademacher_exact(&far, 1.0).unwrap();
    assert!(found.lower <= 1.0 && found.upper >= 1.0 && found.upper - found.lower < SOLVER);
    assert_eq!(found.signs, 16);
    assert!(rademacher_exact(&far, f64::INFINITY).is_err());
}

#[test]
fn points_so_close_that_rounding_shows_in_slopes_have_a_bracket() {
    let close = Points::new(2, (0..16_u32).map(|k| 1.0 + 1e-6 * f64::from(k * k % 17)).collect()).unwrap();
    let found = rademacher_exact(&close, 0.7).unwrap();
    // All at one place it is 8 C(7,3) / 2^7 for |f| <= 1; a 1-Lipschitz function varies by their diameter at most.
    let diameter = 16e-6 * 2.0_f64.sqrt();
    assert!((found.upper - 0.7 * 35.0 / 128.0).abs() < diameter, "{found:?}");
    assert!(found.lower <= found.upper && found.upper - found.lower < SOLVER, "{found:?}");
}

#[test]
fn sampling_encloses_the_exact_value() {
    let line = Points::new(1, (0..10).map(|k| f64::from(k * k) / 40.0).collect()).unwrap();
    let exact = rademacher_exact(&line, 0.5).unwrap();
    let sampled = rademacher_sampled(&line, 0.5, 2_000, 1e-6, 7).unwrap();
    assert!(sampled.lower <= exact.upper && exact.lower <= sampled.upper);
    assert!(sampled.upper - sampled.lower < 0.1);
}
