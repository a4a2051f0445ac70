use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::{Bracket, Plan, Potentials, Quantity};
use lip1_kernel::{Interval, Points, Refusal, Theorem};

/// Masses are multiples of `2^-40`: what the dual value loses by that.
const GRID: f64 = 1e-11;
/// A few roundings of numbers of size 1.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

fn line(coords: &[f64]) -> Points {
    Points::new(1, coords.to_vec()).unwrap()
}

/// One positive point at `x`, one negative at 0.
fn pair(x: f64, total: Total) -> Sample {
    Sample { p: line(&[x]), q: line(&[0.0]), p_weight: vec![2.0], q_weight: vec![2.0], cost: Cost::L2, total }
}

fn moves(flows: &[(u32, u32, u64)]) -> Plan {
    Plan { flows: flows.to_vec() }
}

fn potentials(u: &[f64], v: &[f64]) -> Potentials {
    Potentials { u: u.to_vec(), v: v.to_vec() }
}

fn ends(bracket: Result<Theorem<Bracket>, Refusal>) -> Result<(f64, f64), Refusal> {
    bracket.map(|b| (b.lower, b.upper))
}

/// Two laws of one point each at distance `d`, margin `m`: the best `f` is `d/2` and `-d/2`, or `m` and `-m` when that is closer:
/// the value is `d - 2 lambda (m - d/2)_+`.
#[test]
fn the_hinge_value_of_a_pair_is_met_from_both_sides() {
    let ask = |d: f64, m: f64, lambda: f64, unit: u64, flow: u64, u: f64, v: f64| {
        let plan = moves(&[(0, 0, flow)]);
        let f = potentials(&[u], &[v]);
        ends(regularised::hkr(&pair(d, Total::EachClass), m, lambda, unit, &plan, &f))
    };
    // Far apart: no hinge.
    assert_eq!(ask(4.0, 1.0, 10.0, 8, 8, 2.0, -2.0), Ok((4.0, 4.0)));
    // Close: the masses grow by 1 + lambda; 1 - 10 (2 - 1) = -9 = 11 * 1 - 1 * 20 with m = 1.
    assert_eq!(ask(1.0, 1.0, 10.0, 8, 88, 0.5, -0.5), Ok((-9.0, -9.0)));
    // In between, any mass in the range is a bound, at d = 2 m the same one.
    assert_eq!(ask(2.0, 1.0, 3.0, 8, 8, 1.0, -1.0), Ok((2.0, 2.0)));
    assert_eq!(ask(2.0, 1.0, 3.0, 8, 20, 1.0, -1.0), Ok((2.0, 2.0)));
    // Less good potentials, less good plan.
    assert_eq!(ask(1.0, 1.0, 10.0, 8, 8, 0.0, 0.0), Ok((-20.0, 1.0)));
}

#[test]
fn hinge_masses_one_unit_outside_their_range_are_refused() {
    let ask = |flow: u64, lambda: f64| {
        let plan = moves(&[(0, 0, flow)]);
        let f = potentials(&[0.0], &[0.0]);
        regularised::hkr(&pair(1.0, Total::EachClass), 1.0, lambda, 8, &plan, &f).map(|_| ())
    };
    let range = Err(Refusal::Range { what: "row and column sums", index: 0 });
    assert_eq!(
        (ask(7, 2.0), ask(8, 2.0), ask(24, 2.0), ask(25, 2.0)),
        (range.clone(), Ok(()), Ok(()), range.clone())
    );
    assert_eq!((ask(8, 0.0), ask(9, 0.0)), (Ok(()), range));
    // The second class is looked at as well: 8 of 8 leave, 4 + 4 arrive at two points of mass 4 and 4.
    let sample = Sample {
        p: line(&[1.0]),
        q: line(&[0.0, 0.0]),
        p_weight: vec![1.0],
        q_weight: vec![1.0, 1.0],
        cost: Cost::L2,
        total: Total::EachClass,
    };
    let split = |a: u64, b: u64| {
        let plan = moves(&[(0, 0, a), (0, 1, b)]);
        regularised::hkr(&sample, 1.0, 0.0, 8, &plan, &potentials(&[0.0], &[0.0, 0.0])).map(|_| ())
    };
    assert_eq!(split(4, 4), Ok(()));
    assert_eq!(split(5, 3), Err(Refusal::Range { what: "row and column sums", index: 1 }));
    assert_eq!(split(3, 5), Err(Refusal::Range { what: "row and column sums", index: 1 }));
}

#[test]
fn masses_of_one_law_are_shares_of_all_weights() {
    // One law: each point has mass 1/2, so values are halved, and 4 of 8 units belong to each.
    let sample = pair(4.0, Total::Together);
    let f = potentials(&[2.0], &[-2.0]);
    let ask = |flow: u64| ends(regularised::hkr(&sample, 1.0, 1.0, 8, &moves(&[(0, 0, flow)]), &f));
    assert_eq!(ask(4), Ok((2.0, 2.0)));
    assert_eq!(ask(8), Ok((2.0, 2.0 + 2.0 - 1.0)));
    assert!(ask(3).is_err() && ask(9).is_err());
}

/// Against points at 0, the loss of one pair: `min over f in [0, d/2] of softplus(-tau f)`.
#[test]
fn the_log_loss_of_a_pair_is_met_from_both_sides() {
    let sample = pair(2.0, Total::Together);
    // tau L = 1: f = 1 and -1, loss ln(1 + 1/e) = 0.313261687518..., at s = 1 / (1 + e) = 0.268941421...
    let unit = 1 << 40;
    let share = (0.268_941_421_369_995_1 * 0.5 * unit as f64) as u64;
    let f = potentials(&[1.0], &[-1.0]);
    let found = regularised::bce(&sample, 1.0, 1.0, unit, &moves(&[(0, 0, share)]), &f).unwrap();
    let value = 0.313_261_687_518_222_86;
    assert!(found.lower <= value && value <= found.upper && found.upper - found.lower < GRID);
    assert!(found.upper - value < ROUNDING);
    // The constant and the temperature act as their product.
    let other = regularised::bce(&sample, 0.25, 4.0, unit, &moves(&[(0, 0, share)]), &f).unwrap();
    assert_eq!((other.lower, other.upper), (found.lower, found.upper));
    assert_eq!(other.of, Quantity::Bce { temperature: 0.25, constant: 4.0 });
    assert_eq!(
        (found.lower_bound(), found.upper_bound()),
        (Interval::data(found.lower), Interval::data(found.upper))
    );
    assert_eq!(found.enclosure(), found.lower_bound().hull(found.upper_bound()));
    // Worse duals and worse potentials give true but wider ends.
    for worse in [0, share / 2, share + share / 2, unit / 2] {
        let wide = regularised::bce(&sample, 1.0, 1.0, unit, &moves(&[(0, 0, worse)]), &f).unwrap();
        assert!(wide.lower < value - 1e-3 && wide.lower >= 0.0, "{wide:?}");
    }
    let flat =
        regularised::bce(&sample, 1.0, 1.0, unit, &moves(&[(0, 0, share)]), &potentials(&[0.0], &[0.0]));
    assert!((flat.unwrap().upper - std::f64::consts::LN_2).abs() < ROUNDING);
    // No slope: ln 2 exactly between, reached at s = 1/2.
    let still = regularised::bce(&sample, 0.0, 1.0, 8, &moves(&[(0, 0, 2)]), &f).unwrap();
    assert!(still.lower <= std::f64::consts::LN_2 && still.upper - still.lower < ROUNDING);
}

#[test]
fn shares_beyond_their_mass_are_refused() {
    let sample = pair(2.0, Total::Together);
    let f = potentials(&[1.0], &[-1.0]);
    let ask = |flow: u64| regularised::bce(&sample, 1.0, 1.0, 8, &moves(&[(0, 0, flow)]), &f).map(|_| ());
    assert_eq!((ask(4), ask(5)), (Ok(()), Err(Refusal::Range { what: "row and column sums", index: 0 })));
    // A point without weight takes no mass, and costs nothing.
    let mut sample = sample;
    sample.p = line(&[2.0, 9.0]);
    sample.p_weight = vec![2.0, 0.0];
    let f = potentials(&[1.0, 1.0], &[-1.0]);
    let none = regularised::bce(&sample, 1.0, 1.0, 8, &moves(&[(0, 0, 1)]), &f);
    assert!(none.is_ok());
    let some = regularised::bce(&sample, 1.0, 1.0, 8, &moves(&[(0, 0, 1), (1, 0, 1)]), &f);
    assert_eq!(some, Err(Refusal::Range { what: "row and column sums", index: 1 }));
}

#[test]
fn wrong_input_is_refused_by_both_problems() {
    let plan = moves(&[(0, 0, 4)]);
    let f = potentials(&[1.0], &[-1.0]);
    let both = |sample: &Sample, a: f64, b: f64, unit: u64, plan: &Plan, f: &Potentials| {
        let hinge = regularised::hkr(sample, a, b, unit, plan, f).map(|_| ());
        let log = regularised::bce(sample, a, b, unit, plan, f).map(|_| ());
        (hinge, log)
    };
    let good = pair(2.0, Total::Together);
    assert_eq!(both(&good, 1.0, 1.0, 8, &plan, &f), (Ok(()), Ok(())));
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        for (a, b) in [(bad, 1.0), (1.0, bad)] {
            let (hinge, log) = both(&good, a, b, 8, &plan, &f);
            assert!(hinge.is_err() && log.is_err());
        }
    }
    let negative = regularised::hkr(&good, -1e-300, 1.0, 8, &plan, &f);
    assert_eq!(negative, Err(Refusal::Range { what: "margin", index: 0 }));
    let same = |refusal: Refusal| (Err(refusal.clone()), Err(refusal));
    assert_eq!(both(&good, 1.0, 1.0, 0, &plan, &f), same(Refusal::Empty { what: "unit of mass" }));
    let steep = potentials(&[1.0_f64.next_up()], &[-1.0]);
    assert_eq!(both(&good, 1.0, 1.0, 8, &plan, &steep), same(Refusal::Slope { i: 0, j: 0 }));
    let index = Refusal::Index { what: "flow to q", index: 1, limit: 1 };
    assert_eq!(both(&good, 1.0, 1.0, 8, &moves(&[(0, 1, 4)]), &f), same(index));
    let mut bad = good.clone();
    bad.q_weight = vec![-2.0];
    let range = Refusal::Range { what: "weights of q", index: 0 };
    assert_eq!(both(&bad, 1.0, 1.0, 8, &plan, &f), same(range));
    bad.q_weight = vec![0.0];
    assert_eq!(both(&bad, 1.0, 1.0, 8, &plan, &f), same(Refusal::Empty { what: "weights of q" }));
    bad.q_weight = vec![1.0, 1.0];
    let length = Refusal::Length { what: "weights of q", expected: 1, found: 2 };
    assert_eq!(both(&bad, 1.0, 1.0, 8, &plan, &f), same(length));
    bad = good.clone();
    bad.p_weight = vec![f64::NAN];
    assert_eq!(
        both(&bad, 1.0, 1.0, 8, &plan, &f),
        same(Refusal::NotFinite { what: "weights of p", index: 0 })
    );
    bad = good;
    bad.q = Points::new(2, vec![0.0, 0.0]).unwrap();
    let length = Refusal::Length { what: "dimension of q", expected: 1, found: 2 };
    assert_eq!(both(&bad, 1.0, 1.0, 8, &plan, &f), same(length));
}
