//! The constant at which the log loss of rigidly moving values is least.

/// Newton steps, halvings of the bracket included.
const STEPS: usize = 100;

/// The `c` that minimises `sum w softplus(-slope y (g + c))` over terms `(w, y, g)`, or `None` when only one class is
/// there: guarded Newton steps for the root of an increasing function.
pub(super) fn best_shift<I: Iterator<Item = (f64, f64, f64)>>(
    terms: impl Fn() -> I,
    slope: f64,
) -> Option<f64> {
    let (mut positive, mut negative) = (false, false);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for (_, y, g) in terms() {
        positive |= y > 0.0;
        negative |= y < 0.0;
        (least, most) = (least.min(g), most.max(g));
    }
    if !(positive && negative) {
        return None;
    }
    let derivative = |c: f64| {
        terms().fold((0.0, 0.0), |(first, second), (w, y, g)| {
            let s = sigmoid(-slope * y * (g + c));
            (first - w * y * s, second + w * slope * s * (1.0 - s))
        })
    };
    let mut c = 0.0;
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut reach = (most - least).max(1.0 / slope);
    for _ in 0..STEPS {
        let (first, second) = derivative(c);
        if first > 0.0 {
            high = c;
        } else {
            low = c;
        }
        let newton = c - first / second;
        let near = (newton - c).abs() <= reach;
        let next = if newton > low && newton < high && near {
            newton
        } else if low.is_finite() && high.is_finite() {
            low / 2.0 + high / 2.0
        } else {
            reach *= 2.0;
            if first > 0.0 { c - reach } else { c + reach }
        };
        if (next - c).abs() <= f64::EPSILON * (c.abs() + least.abs().max(most.abs())) {
            break;
        }
        c = next;
    }
    Some(c)
}

/// `1 / (1 + e^-x)` without overflow.
pub(super) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
