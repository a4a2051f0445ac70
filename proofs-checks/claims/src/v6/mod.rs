//! V6: uniform convergence, with a margin and without.

mod cells;
mod law;

use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;
use lip1_vc::{sample_size, union_bound};

use cells::Cells;
use law::{Law, Task};

use crate::v8::Missing;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V6",
    section: Section::Capacity,
    title: "Uniform convergence",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Warning 5.2"),
            "A network may be as big as we want without risking overfitting if m is chosen well. With undecided an error, as in Def 16: if X \
             is covered by M sets of diameter below m, the law is realisable with margin m, and n >= (M ln 2 + ln(1/delta)) / epsilon, then \
             with probability at least 1 - delta every 1-Lipschitz f with y f >= m on the sample has P(y f < m) <= epsilon.",
        ),
        Sentence::correction(
            "a'",
            "a",
            "The same with P(y f <= 0) <= epsilon: undecided does not count as error where f has the right sign. With 1 % fewer samples it \
             is false.",
        ),
        Sentence::new(
            "0",
            Whose::Author("Warning 5.2"),
            "With m = 0 the training error need not converge to the test error, over 1-Lipschitz functions.",
        ),
    ],
    formula: r"n \ge \frac{M \ln 2 + \ln(1/\delta)}{\varepsilon} \;\Longrightarrow\; \mathbb{P}\bigl(\forall f:\; P(y f \le 0) \le \varepsilon\bigr) \ge 1 - \delta",
    hypotheses: &[
        "n is at least (M ln 2 + ln(1/delta)) / epsilon",
        "an error is a wrong sign or none, not a missing margin",
        "the sets have diameter below m",
        "the law is realisable: opposite labels are 2m apart",
        "for training and test to differ: no margin is asked for",
    ],
    source: "If a set of diameter below m was met at s, then y f(x) >= m - |x - s| > 0 on it for the label y of s, so f errs at \
             most on sets that were not met. A union of sets of mass above epsilon is missed with probability below \
             (1 - epsilon)^n, and there are at most 2^M unions: 2^M (1 - epsilon)^n <= delta. With undecided an error: \
             f = m - dist(x, S) has y f = m on the sample S of a law with one label and y f < m everywhere else; if no atom is \
             heavy, P(y f < m) is near 1 for every sample. With m = 0 any labels of distinct points are realised by a multiple of them. The PAC \
             statement is V8.",
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check {
            name: "every_consistent_function_keeps_the_margin_off_the_sample",
            essential: true,
            about: "a",
            run: |_| cells::cone_of_the_sample(cells::Error::NoMargin),
        },
        Check {
            name: "the_same_function_errs_nowhere_when_only_signs_count",
            essential: true,
            about: "a'",
            run: |_| cells::cone_of_the_sample(cells::Error::NoSign),
        },
        Check {
            name: "every_consistent_function_has_the_right_sign_on_sets_that_were_met",
            essential: true,
            about: "a'",
            run: right_signs,
        },
        Check { name: "the_union_bound_is_at_most_delta", essential: true, about: "a'", run: union_bounds },
        Check {
            name: "the_exact_probability_of_failure_is_at_most_delta",
            essential: true,
            about: "a'",
            run: |_| {
                let mut finding = Finding::new("probability");
                for task in law::TASKS {
                    for law in Law::family(task)? {
                        let samples = law.samples(&mut finding, task)?;
                        finding.merge(law.fails(samples, task)?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "the_number_of_samples_is_sharp",
            essential: true,
            about: "a'",
            run: |_| {
                let mut finding = one_of_two_sets((1, 1))?;
                finding.merge(too_few((99, 100))?);
                Ok(finding)
            },
        },
        Check {
            name: "without_a_margin_a_function_is_right_on_the_sample_and_nowhere_else",
            essential: true,
            about: "0",
            run: |ctx| cells::right_on_the_sample_only(ctx, true),
        },
        Check {
            name: "the_worst_consistent_function_rarely_errs_in_simulation",
            essential: false,
            about: "a'",
            run: |ctx| simulated(ctx, 1),
        },
    ],
    controls: &[
        Control {
            name: "a_quarter_of_the_sample_is_not_enough",
            breaks: "n is at least (M ln 2 + ln(1/delta)) / epsilon",
            run: |_| {
                let law = Law::hard(law::TASK)?;
                let mut finding = Finding::new("probability");
                let samples = law.samples(&mut finding, law::TASK)?;
                finding.merge(law.fails(samples / 4, law::TASK)?);
                Ok(finding)
            },
        },
        Control {
            name: "one_percent_fewer_samples_miss_one_of_two_sets",
            breaks: "n is at least (M ln 2 + ln(1/delta)) / epsilon",
            run: |_| one_of_two_sets((99, 100)),
        },
        Control {
            name: "a_margin_of_more_than_half_the_smallest_distance_forbids_it",
            breaks: "for training and test to differ: no margin is asked for",
            run: |ctx| cells::right_on_the_sample_only(ctx, false),
        },
        Control {
            name: "a_quarter_of_the_sample_is_not_enough_in_simulation",
            breaks: "n is at least (M ln 2 + ln(1/delta)) / epsilon",
            run: |ctx| simulated(ctx, 4),
        },
        Control {
            name: "the_margin_itself_is_missed_on_sets_that_were_met",
            breaks: "an error is a wrong sign or none, not a missing margin",
            run: |ctx| Cells::sampled(ctx, 0)?.examine(cells::MARGIN),
        },
        Control {
            name: "a_set_of_diameter_m_can_be_undecided",
            breaks: "the sets have diameter below m",
            run: |_| Cells::pair_at_the_margin()?.examine(0.0),
        },
        Control {
            name: "a_set_with_both_labels_is_wrong_somewhere",
            breaks: "the law is realisable: opposite labels are 2m apart",
            run: |_| Cells::with_both_labels()?.examine(0.0),
        },
    ],
};

/// Random sets, and pairs of atoms that come as close to the margin as doubles do.
fn right_signs(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut widest = Interval::ZERO;
    for index in 0..ctx.count(30, 600, 20_000) {
        let cells = Cells::sampled(ctx, index)?;
        widest = widest.max(cells.widest());
        finding.merge(cells.examine(0.0)?);
    }
    let margin = Interval::constant(cells::MARGIN);
    let half = margin / Interval::integer(2);
    finding.required("some set is wider than m/2", half, widest, || widest.to_string());
    finding.required("no set is wider than m", widest, margin, || widest.to_string());
    for places in [1, 8, 24, 53] {
        finding.merge(Cells::just_narrow_enough(places)?.examine(0.0)?);
    }
    Ok(finding)
}

/// `2^M (1 - epsilon)^n <= delta` at the n of the claim, for numbers of sets, errors and confidences of many sizes.
fn union_bounds(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("probability");
    for cells in (1..=ctx.count(60, 600, 6_000) as u64).step_by(3) {
        for (epsilon, delta) in [(0.5, 0.25), (0.125, 0.0625), (1e-2, 1e-3), (1e-4, 1e-9)] {
            let samples = least_sample_of(&mut finding, cells, [epsilon, delta])?;
            let witness = || format!("M = {cells}, epsilon = {epsilon}, delta = {delta}, n = {samples}");
            let log = Interval::integer(cells.into()) * Interval::integer(2).ln()
                + Interval::integer(samples.into()) * (-Interval::constant(epsilon)).ln_1p();
            for bound in [log.exp(), union_bound(cells, epsilon, samples)?] {
                finding.at_most("2^M (1 - epsilon)^n <= delta", bound, Interval::constant(delta), witness);
            }
        }
    }
    Ok(finding)
}

/// A set of mass just above epsilon beside a heavy one, with a part of the sample of the claim: whether the light one is missed with
/// probability delta at most.
fn one_of_two_sets(part: (u128, u128)) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("probability");
    let (samples, missed, delta) = two_sets(part)?;
    let told = || format!("n = {samples}: ln P in {missed}");
    finding.at_most("ln P(more than epsilon is missed) <= ln delta", missed, delta, told);
    Ok(finding)
}

/// The same: with a probability above delta.
fn too_few(part: (u128, u128)) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("probability");
    let (samples, missed, delta) = two_sets(part)?;
    let told = || format!("n = {samples}: ln P in {missed}");
    finding.less("ln delta < ln P(more than epsilon is missed)", delta, missed, told);
    Ok(finding)
}

/// A number of samples, the logarithm of the probability that they miss the light set, and `ln delta`. Two sets add little to
/// `ln(1/delta)`, so that the bound is nearly an equality.
fn two_sets((numerator, denominator): (u128, u128)) -> Result<(u128, Interval, Interval), CheckError> {
    let law = Missing::TWO_CELLS;
    let [epsilon, delta] = law.asked();
    let whole = u128::from(sample_size(2, epsilon, delta)?);
    let samples = (whole * numerator).div_ceil(denominator);
    Ok((samples, law.failure(samples), Interval::constant(delta).ln()))
}

/// The hard law with a part of the sample of the claim.
fn simulated(ctx: &Context, part: u32) -> Result<Finding, CheckError> {
    let law = Law::hard(law::TASK)?;
    let mut finding = Finding::new("probability");
    let samples = law.samples(&mut finding, law::TASK)?;
    finding.merge(law.simulated(ctx, samples / part, law::TASK)?);
    Ok(finding)
}

/// The n of the claim for a task.
fn least_sample(finding: &mut Finding, cells: u64, task: Task) -> Result<u64, CheckError> {
    least_sample_of(finding, cells, [task.epsilon(), task.delta()])
}

/// The least `n >= (M ln 2 + ln(1/delta)) / epsilon`, with the cases that it is.
fn least_sample_of(finding: &mut Finding, cells: u64, [epsilon, delta]: [f64; 2]) -> Result<u64, CheckError> {
    let samples = sample_size(cells, epsilon, delta)?;
    let log = Interval::integer(cells.into()) * Interval::integer(2).ln() - Interval::constant(delta).ln();
    let asked = log / Interval::constant(epsilon);
    let found = Interval::integer(samples.into());
    let witness = || format!("M = {cells}, epsilon = {epsilon}, delta = {delta}, n = {samples}");
    finding.required("(M ln 2 + ln(1/delta)) / epsilon <= n", asked, found, witness);
    finding.required("n - 1 is too few", found - Interval::ONE, asked, witness);
    Ok(samples)
}

impl Task {
    fn delta(self) -> f64 {
        1.0 / f64::from(self.one_in_delta)
    }

    fn epsilon(self) -> f64 {
        1.0 / f64::from(self.one_in_epsilon)
    }

    fn delta_enclosed(self) -> Interval {
        Interval::ratio(1, self.one_in_delta.into())
    }

    fn epsilon_enclosed(self) -> Interval {
        Interval::ratio(1, self.one_in_epsilon.into())
    }
}
