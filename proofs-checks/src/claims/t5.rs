//! T5: the log loss over Lipschitz functions is an entropy-regularised partial transport.

mod instances;
mod picture;
mod weak;

use lip1_kernel::Interval;
use lip1_kernel::transport::Plan;

use crate::optimum::{LeastLoss, logistic};
use crate::{About, Check, CheckError, Claim, Control, Finding, Outcome, Rejection, Scope, Section, Verdict};
use instances::{Known, drawn};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T5",
    section: Section::Transport,
    title: "The log loss is an entropy-regularised partial transport",
    statement: "The least mean log loss E softplus(-tau y f) over L-Lipschitz f is the largest value of sum w_i H(s_i) - \
                tau L W1(w s on the positive points, w s on the negative ones) over s in [0,1]^N that move as much mass \
                from one class as to the other, H the binary entropy in nats. At the optimum s_i = sigma(-tau y_i f(x_i)), \
                the probability that the model gives to the wrong label.",
    formula: r"\min_{\mathrm{Lip}(f) \le L} \sum_i w_i\, \mathrm{softplus}(-\tau y_i f(x_i)) \;=\; \max_{s \in [0,1]^N,\; |ws|_+ = |ws|_-} \sum_i w_i H(s_i) - \tau L\, W_1(w s|_+, w s|_-)",
    corrected: None,
    hypotheses: &[
        "f is L-Lipschitz",
        "s is the logistic function of -tau y f",
        "s moves equal masses from one class and to the other",
        "transport costs tau L a unit of length",
    ],
    source: "Fenchel duality: softplus(z) is the largest s z + H(s) over s in [0,1], reached at s = sigma(z). With \
             z = -tau y f the inner minimum over f is -tau L W1 when both classes move the same mass and minus infinity \
             otherwise, since a constant may be added to f. Minimum and maximum change places because the sample values \
             of f range over a polyhedron that contains 0.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "both_problems_meet_on_random_and_degenerate_samples",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(60, 1_000, 50_000);
                let found =
                    ctx.sampled("samples", "nats", &drawn(10), cases, |(classes, tau, constant)| {
                        outcome(&examine(&classes.name, &LeastLoss::solve(classes, *tau, *constant)?, None)?)
                    })?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "both_problems_meet_where_the_minimum_is_known",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = Finding::new("nats");
                for Known { classes, tau, constant, minimum } in instances::known()? {
                    let least = LeastLoss::solve(&classes, tau, constant)?;
                    finding.merge(examine(&classes.name, &least, Some(minimum))?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "both_problems_meet_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("nats");
                for (classes, tau, constant) in instances::real(ctx)? {
                    finding.merge(examine(&classes.name, &LeastLoss::solve(&classes, tau, constant)?, None)?);
                }
                finding.picture(picture::minimisers(ctx)?);
                finding.picture(picture::masses()?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "no_admissible_s_exceeds_any_loss",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                let found = ctx.sampled("weak duality", "nats", &weak::drawn(6), cases, |instance| {
                    outcome(&weak::examine(&instance.world()?)?)
                })?;
                Ok(found.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "s_away_from_the_logistic_function_leaves_a_gap",
            breaks: "s is the logistic function of -tau y f",
            run: |_| {
                let mut least = real_one()?;
                least.dual.plan = thinned(&least.dual.plan);
                Ok(Rejection::of(&examine("nine tenths of every s", &least, None)?))
            },
        },
        Control {
            name: "unequal_masses_exceed_the_least_loss",
            breaks: "s moves equal masses from one class and to the other",
            run: |_| Ok(Rejection::of(&weak::examine(&weak::unequal()?)?)),
        },
        Control {
            name: "half_of_the_transport_cost_exceeds_the_least_loss",
            breaks: "transport costs tau L a unit of length",
            run: |_| Ok(Rejection::of(&weak::examine(&weak::cheap()?)?)),
        },
        Control {
            name: "one_steeper_pair_is_refused",
            breaks: "f is L-Lipschitz",
            run: |_| {
                let mut least = real_one()?;
                if let Some(value) = least.dual.potentials.u.first_mut() {
                    *value += 1.0;
                }
                Ok(Rejection::of(&examine("one value raised by 1", &least, None)?))
            },
        },
    ],
};

/// Width that a bracket may have, in nats; the claim asks for one part in a billion of ln 2 or so.
const WIDTH: f64 = 1e-9;

/// Has the kernel bracket the least loss, and judges how well both problems meet and what the plan moves.
fn examine(name: &str, least: &LeastLoss, known: Option<Interval>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    let bracket = match least.bracket() {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{name}: {refusal}"));
            return Ok(finding);
        }
    };
    let width = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    let tau = least.problem.temperature;
    // A gap would be the solver's failure, not a counterexample to the claim.
    finding.case((Interval::point(WIDTH) - width).lower(), || {
        format!("{name}, tau = {tau:?}, L = {:?}: {:?}", least.problem.constant, *bracket)
    });
    if let Some(known) = known {
        let meet = bracket.lower <= known.upper() && known.lower() <= bracket.upper;
        finding.exact(meet, || format!("{name}: {known} expected, found {:?}", *bracket));
    }
    finding.merge(moved(name, least, bracket.enclosure().width()));
    Ok(finding)
}

/// That the plan moves `sigma(-tau y f)` from every point, up to what a gap between the two problems allows.
///
/// The gap contains `w (softplus(z) - s z - H(s))` for every point, and that is at least `2 w (s - sigma(z))^2`, the entropy being
/// strongly concave.
fn moved(name: &str, least: &LeastLoss, gap: f64) -> Finding {
    let mut finding = Finding::new("probability");
    for term in least.terms() {
        let wrong = logistic(-(least.temperature() * term.margin));
        let off = (term.moved - wrong).abs();
        let allowed = (Interval::point(gap) / (Interval::integer(2) * term.mass)).sqrt();
        finding.exact(off.lower() <= allowed.upper(), || {
            format!(
                "{name}: row {} of label {}: moved {}, logistic {wrong}",
                term.row, term.positive, term.moved
            )
        });
    }
    finding
}

/// The slack of a finding, minus infinity if it does not hold.
fn outcome(finding: &Finding) -> Result<f64, CheckError> {
    let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
    Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
}

fn real_one() -> Result<LeastLoss, CheckError> {
    LeastLoss::solve(&crate::worlds::Classes::cells(30, 30)?, 1.0, 1.0)
}

/// Nine tenths of a plan.
fn thinned(plan: &Plan) -> Plan {
    Plan { flows: plan.flows.iter().map(|&(i, j, mass)| (i, j, mass / 10 * 9)).collect() }
}
