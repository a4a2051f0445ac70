//! The logistic regression of example_1: x = ±1, labels 1 and 0, f = W x + b, 50 steps from W = -3, b = 2.

use super::Defect;

/// The start, the number of steps, and the step of gradient descent and Adam.
const START: [f64; 2] = [-3.0, 2.0];
const STEPS: usize = 50;
const RATE: f64 = 1.0;

/// A loss of (W, b): value, gradient, and Hessian as (ww, wb, bb).
type Loss = fn([f64; 2]) -> (f64, [f64; 2], [f64; 3]);

/// A rule: from a loss and a number of steps to (W, b).
type Rule = fn(Loss, usize) -> [f64; 2];

/// Value, slope and curvature of softplus.
fn softplus(u: f64) -> (f64, f64, f64) {
    let small = (-u.abs()).exp();
    let sigma = if u >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
    (u.max(0.0) + small.ln_1p(), sigma, small / (1.0 + small).powi(2))
}

/// Weighted sum of `softplus(-(sign (W x + b)))` over samples (x, sign, weight).
fn sum(at: [f64; 2], samples: &[(f64, f64, f64)]) -> (f64, [f64; 2], [f64; 3]) {
    let mut all = (0.0, [0.0; 2], [0.0; 3]);
    for &(x, sign, weight) in samples {
        let (value, slope, curvature) = softplus(-sign * (at[0] * x + at[1]));
        all.0 += weight * value;
        all.1[0] -= weight * slope * sign * x;
        all.1[1] -= weight * slope * sign;
        all.2[0] += weight * curvature * x * x;
        all.2[1] += weight * curvature * x;
        all.2[2] += weight * curvature;
    }
    all
}

/// As published: the term of label 0 is missing, and labels (2, 1) against predictions (2) make a 2 x 2 table.
fn published(at: [f64; 2]) -> (f64, [f64; 2], [f64; 3]) {
    sum(at, &[(1.0, 1.0, 0.25), (-1.0, 1.0, 0.25)])
}

/// The binary cross-entropy.
fn corrected(at: [f64; 2]) -> (f64, [f64; 2], [f64; 3]) {
    sum(at, &[(1.0, 1.0, 0.5), (-1.0, -1.0, 0.5)])
}

fn gradient_descent(loss: Loss, steps: usize) -> [f64; 2] {
    (0..steps).fold(START, |at, _| {
        let (_, slope, _) = loss(at);
        [at[0] - RATE * slope[0], at[1] - RATE * slope[1]]
    })
}

fn adam(loss: Loss, steps: usize) -> [f64; 2] {
    let (mut at, mut first, mut second) = (START, [0.0; 2], [0.0; 2]);
    for step in 1..=steps as i32 {
        let (_, slope, _) = loss(at);
        for k in 0..2 {
            first[k] = 0.9 * first[k] + 0.1 * slope[k];
            second[k] = 0.999 * second[k] + 0.001 * slope[k] * slope[k];
            let (mean, square) =
                (first[k] / (1.0 - 0.9_f64.powi(step)), second[k] / (1.0 - 0.999_f64.powi(step)));
            at[k] -= RATE * mean / (square.sqrt() + 1e-8);
        }
    }
    at
}

/// Newton's steps; without a minimum they end where the Hessian is singular in double precision.
fn newton(loss: Loss, steps: usize) -> [f64; 2] {
    let mut at = START;
    for _ in 0..steps {
        let (_, [gw, gb], [ww, wb, bb]) = loss(at);
        let determinant = ww * bb - wb * wb;
        let step = [(bb * gw - wb * gb) / determinant, (ww * gb - wb * gw) / determinant];
        if !step.iter().all(|s| s.is_finite()) {
            break;
        }
        at = [at[0] - step[0], at[1] - step[1]];
    }
    at
}

/// Loss, W and b after 50 steps of each rule.
pub(super) fn figures() -> Vec<Defect> {
    let mut figures = Vec::new();
    // Half a unit of the last digit that the notebook shows, relative.
    let mut add = |rule: &str, run: Rule, shown: [(f64, f64); 3]| {
        let (with, without) = (run(published, STEPS), run(corrected, STEPS));
        // The notebook shows the loss that it computed for the last step, hence before it.
        let before = |loss: Loss| loss(run(loss, STEPS - 1)).0;
        let quantities = [
            ("loss (nats) before the last step", before(published), before(corrected)),
            ("W", with[0], without[0]),
            ("b", with[1], without[1]),
        ];
        for ((name, reproduced, corrected), (figure, within)) in quantities.into_iter().zip(shown) {
            figures.push(Defect {
                place: "example_1".into(),
                quantity: format!("{name}, 50 steps of {rule}"),
                defect: "the term of label 0 is missing, and shapes pair every label with every prediction: both points are \
                         pushed to label 1, at half weight"
                    .into(),
                published: Some(figure),
                reproduced,
                corrected,
                within,
            });
        }
    };
    let digits = |count: i32| 10_f64.powi(-count);
    add(
        "gradient descent",
        gradient_descent,
        [(0.012_801_957_035_884_0, digits(13)), (-1.032_090_32, digits(8)), (4.122_914_86, digits(8))],
    );
    add("Adam", adam, [(2.57e-4, 0.005), (4.12, 0.005), (11.03, 0.005)]);
    add("Newton", newton, [(2.21e-23, 0.005), (-1.595, digits(3)), (53.42, digits(3))]);
    figures
}

#[cfg(test)]
mod tests {
    use super::{Loss, corrected, published};

    /// Central differences at this step agree to its square, about.
    const STEP: f64 = 1e-4;
    const AGREEMENT: f64 = 1e-7;

    #[test]
    fn gradients_and_hessians_agree_with_differences() {
        for loss in [published as Loss, corrected] {
            let at = [0.7, -0.4];
            let (_, slope, [ww, wb, bb]) = loss(at);
            let moved = |k: usize, by: f64| {
                let mut place = at;
                place[k] += by;
                loss(place)
            };
            for (k, (slope, row)) in slope.into_iter().zip([[ww, wb], [wb, bb]]).enumerate() {
                let (up, down) = (moved(k, STEP), moved(k, -STEP));
                assert!(((up.0 - down.0) / (2.0 * STEP) - slope).abs() < AGREEMENT);
                for ((up, down), second) in up.1.into_iter().zip(down.1).zip(row) {
                    assert!(((up - down) / (2.0 * STEP) - second).abs() < AGREEMENT);
                }
            }
        }
    }
}
