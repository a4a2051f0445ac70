//! T9: what the entropy costs.

mod enclosure;
mod instances;

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::transport;

use enclosure::{entropic_cost, entropy};
use instances::Instance;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T9",
    section: Section::Transport,
    title: "The price of entropic regularisation",
    statement: "For probability vectors p, q and the minimiser pi_eps of <pi, C> + eps KL(pi | p x q) over their couplings, \
                0 <= <pi_eps, C> - W1 <= eps min(H(p), H(q)), in nats.",
    formula: r"0 \le \langle \pi_\varepsilon, C \rangle - W_1(p, q) \le \varepsilon \min\bigl(H(p), H(q)\bigr)",
    corrected: None,
    hypotheses: &[
        "eps > 0: the plan is drawn towards p x q, not away from it",
        "p and q are probability vectors",
        "the plan has the marginals p and q",
        "pi_eps is the minimiser for this eps",
    ],
    source: "pi_eps is a coupling, so it costs at least W1. With an optimal pi*, <pi_eps, C> + eps KL(pi_eps) <= W1 + eps KL(pi*), \
             0 <= KL(pi_eps), and KL(pi* | p x q) is a mutual information, at most either entropy (Cover and Thomas, 2.4). \
             Sinkhorn's plan is rounded to exact marginals (Altschuler, Weed and Rigollet 2017) and its distance from pi_eps \
             enclosed: KL(pi | pi_eps) <= KL(pi | g) for the Gibbs kernel g of any scaling (Csiszar 1975), then Pinsker.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "two_atoms_pay_what_the_closed_form_says",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = Finding::new("distance");
                for eps in [4.0, 1.0, 0.5, 0.25, 0.125] {
                    finding.merge(examine(&instances::two_atoms(eps)?)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_bound_holds_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for instance in instances::real(ctx)? {
                    finding.merge(examine(&instance)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_bound_holds_on_random_and_degenerate_instances",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(random(ctx)?.certified(Scope::Instances)),
        },
    ],
    controls: &[
        Control {
            name: "with_minus_eps_the_plan_pays_more",
            breaks: "eps > 0: the plan is drawn towards p x q, not away from it",
            run: |_| {
                let (p, q) = instances::comb()?;
                let cost = lip1_kernel::distance::Cost::L2;
                Ok(Rejection::of(&examine(&instances::solved("minus eps", &p, &q, cost, -0.5)?)?))
            },
        },
        Control {
            name: "counts_have_no_entropy",
            breaks: "p and q are probability vectors",
            run: |_| {
                let mut instance = instances::two_atoms(0.5)?;
                // Two equal masses, each counted as one.
                instance.unit /= 2;
                Ok(Rejection::of(&examine(&instance)?))
            },
        },
        Control {
            name: "an_unconverged_plan_has_wrong_marginals",
            breaks: "the plan has the marginals p and q",
            run: |_| Ok(Rejection::of(&examine(&instances::unconverged()?)?)),
        },
        Control {
            name: "the_plan_of_a_larger_eps_costs_more",
            breaks: "pi_eps is the minimiser for this eps",
            run: |_| {
                let mut instance = instances::two_atoms(1.0)?;
                instance.known = instances::two_atoms(0.125)?.known;
                Ok(Rejection::of(&examine(&instance)?))
            },
        },
    ],
};

/// Has the kernel bracket the distance and check the entropic plan's marginals, encloses the entropic plan's cost, and compares.
fn examine(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let Instance { name, problem, optimal: (plan, potentials), eps, unit, .. } = instance;
    let witness = || format!("{name}, eps = {eps:?}");
    let distance = match transport::check(problem, plan, potentials) {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{}, without entropy: {refusal}", witness()));
            return Ok(finding);
        }
    };
    if let Err(refusal) = transport::check(problem, &instance.plan, potentials) {
        finding.refused(format!("{}: {refusal}", witness()));
        return Ok(finding);
    }
    let paid = entropic_cost(problem, &instance.plan, &instance.scaling, *eps);
    // Whatever is enclosed, it is the cost of a coupling.
    finding.exact(paid.upper() >= distance.lower, witness);
    let least = entropy(&problem.p_mass, *unit).min(entropy(&problem.q_mass, *unit));
    let bound = lip1_kernel::Interval::point(eps.abs()) * least;
    finding.at_most("<pi_eps, C> - W1 <= eps min(H(p), H(q))", paid - distance.enclosure(), bound, witness);
    if let Some(known) = instance.known {
        let meet = paid.lower() <= known.upper() && known.lower() <= paid.upper();
        finding.exact(meet, || format!("{}: {known} expected, {paid} found", witness()));
    }
    Ok(finding)
}

fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let cases = ctx.cases(150, 2_000, 50_000);
    ctx.sampled("entropic", "distance", &instances::drawn(), cases, |(p, q, cost, eps)| {
        let finding = examine(&instances::solved("drawn", p, q, *cost, *eps)?)?;
        let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
        Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
    })
}
