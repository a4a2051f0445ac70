//! N5: ReLU networks of norm 1 cannot express |x| with slope 1; MaxMin can.

mod absolute;
mod one_layer;
mod patterns;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N5",
    section: Section::Networks,
    title: "ReLU cannot express |x|, MaxMin can",
    statement: "A ReLU network of any depth with all |W_k|_2 <= 1 and slope +1 or -1 almost everywhere is affine, so never |x|; \
                with one hidden layer f(1) + f(-1) - 2 f(0) <= sum (v_i)_+ |w_i| <= 1, where |x| has 2. MaxMin expresses |x|: \
                x -> (x/sqrt 2, -x/sqrt 2) -> (max, min) -> (1/sqrt 2, -1/sqrt 2).",
    formula: r"|f'| = 1 \Rightarrow f' = W_K \cdots W_1, \qquad f(1) + f(-1) - 2 f(0) \le \sum_i (v_i)_+ |w_i| \le 1, \qquad \tfrac{1}{\sqrt2} \max\bigl(\tfrac{x}{\sqrt2}, \tfrac{-x}{\sqrt2}\bigr) - \tfrac{1}{\sqrt2} \min\bigl(\tfrac{x}{\sqrt2}, \tfrac{-x}{\sqrt2}\bigr) = |x|",
    corrected: None,
    hypotheses: &[
        "every norm is at most 1",
        "the bound 1 on the second difference: one hidden layer",
        "MaxMin gives the maximum first",
    ],
    source: "Anil, Lucas, Grosse 2019. f' = w D_K W_K ... D_1 W_1 with D_k of zeros and ones: |f'| = 1 forces \
             D_k W_k J_{k-1} = W_k J_{k-1} in every layer, so f' = w W_K ... W_1 on every piece with |f'| = 1. One layer: \
             max(w + b, 0) + max(b - w, 0) - 2 max(b, 0) lies in [0, |w|], and Cauchy-Schwarz. Not a gap that lasts: \
             orthogonal networks of width 2 reach 2/sqrt 3 with two hidden layers.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "one_hidden_layer_keeps_the_second_difference_at_most_1",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(one_layer::random(ctx)?.certified(Scope::Universal)),
        },
        Check {
            name: "no_pattern_of_slope_1_differs_from_the_product_of_the_weights",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(patterns::all(ctx.count(2, 3, 3), &[]).exhaustive(Scope::Universal)),
        },
        Check {
            name: "max_min_equals_the_absolute_value_exactly",
            essential: true,
            about: About::Transcribed,
            run: |_| Ok(absolute::with_order(false).certified(Scope::Universal)),
        },
    ],
    controls: &[
        Control {
            name: "unconstrained_relus_reach_2",
            breaks: "every norm is at most 1",
            run: |_| Ok(Rejection::of(&one_layer::unconstrained()?)),
        },
        Control {
            name: "weights_of_norm_root_2_allow_both_slopes",
            breaks: "every norm is at most 1",
            run: |_| Ok(Rejection::of(&patterns::all(1, &[[5, 5], [5, -5]]))),
        },
        Control {
            name: "two_hidden_layers_exceed_the_bound_of_one",
            breaks: "the bound 1 on the second difference: one hidden layer",
            run: |_| Ok(Rejection::of(&one_layer::two_layers()?)),
        },
        Control {
            name: "in_ascending_order_it_is_minus_the_absolute_value",
            breaks: "MaxMin gives the maximum first",
            run: |_| Ok(Rejection::of(&absolute::with_order(true))),
        },
    ],
};
