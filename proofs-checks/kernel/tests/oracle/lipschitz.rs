use lip1_kernel::distance::Cost;
use lip1_kernel::{Points, lipschitz};

use crate::case::{Answer, Case, examine};
use crate::draw::gauge;
use crate::number::Exact;
use crate::random::Stream;

/// Values on two to four points, one of which climbs as much as it may, or a little more or less.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (dim, n) = (stream.dimension(), 2 + stream.below(3) as usize);
    let points = stream.points(n, dim);
    let constant: f64 = match stream.below(4) {
        0 | 1 => 1.0,
        2 if stream.once_in(4) => {
            // Times the distance it is next to the smallest numbers.
            let exponent = -1074 + stream.below(60) as i32;
            (stream.sized(exponent) / gauge(&points[0], &points[1], Cost::L2).root()).abs().min(f64::MAX)
        }
        2 => stream.pick(&[0.5, 3.0, 0.1, 0.0]),
        _ => stream.any().abs(),
    };
    // No distance, no quotient.
    let constant = if constant.is_nan() { 1.0 } else { constant };
    let near = !stream.once_in(4);
    let mut values = vec![if stream.once_in(2) { 0.0 } else { stream.any() }];
    for k in 1..n {
        // The most that all earlier points allow.
        let most = (0..k)
            .map(|j| {
                let reach = (Exact::of(constant).squared() * gauge(&points[k], &points[j], Cost::L2)).root();
                Exact::of(values[j]) + Exact::of(reach)
            })
            .reduce(Exact::smaller)
            .unwrap();
        values.push(if near { stream.nudged(most.to_f64()) } else { stream.any() });
    }
    let mut truth = true;
    for i in 0..n {
        for j in 0..i {
            let rise = Exact::of(values[i]) - Exact::of(values[j]);
            let limit = Exact::of(constant).squared() * gauge(&points[i], &points[j], Cost::L2);
            truth &= rise.squared() <= limit;
        }
    }
    let set = Points::new(dim, points.concat()).unwrap();
    let answer = Answer::of(&lipschitz::values(&set, &values, constant));
    ((points, values, constant), Case { near, truth, answer })
}

#[test]
fn lipschitz_values() {
    examine("lipschitz", one);
}
