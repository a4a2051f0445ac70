use lip1_kernel::{Interval, Points, packing};

use super::{Finding, Outcome, WITNESS_LENGTH};
use crate::{Kind, Lemma, Rejection, Scope, Test, Tolerance};

fn floating(slacks: &[f64]) -> Finding {
    let mut finding = Finding::new("units");
    slacks.iter().for_each(|slack| finding.float(*slack, || format!("case {slack}")));
    finding
}

fn at_most(left: Interval, right: Interval) -> Finding {
    let mut finding = Finding::new("units");
    finding.at_most("left <= right", left, right, || "one".to_owned());
    finding
}

#[test]
fn the_tightest_case_is_kept_and_all_are_counted() {
    let finding = floating(&[3.0, 1.0, 2.0]);
    assert_eq!((finding.outcome(), finding.cases()), (Outcome::Holds, 3));
    assert_eq!(finding.worst_slack().map(|slack| slack.value), Some(1.0));
    assert_eq!(finding.witness(), Some("case 1"));
}

#[test]
fn nothing_examined_is_undecided() {
    assert_eq!(floating(&[]).outcome(), Outcome::Undecided);
    assert!(!Rejection::of(&floating(&[])).rejected());
}

#[test]
fn negative_and_nan_slacks_are_violations_and_zero_is_not() {
    assert_eq!(floating(&[-0.0, 0.0]).outcome(), Outcome::Holds);
    for bad in [-f64::MIN_POSITIVE, -1e-6, -1e-3, f64::NEG_INFINITY, f64::NAN] {
        assert_eq!(floating(&[1.0, bad, 1.0]).outcome(), Outcome::Violated, "{bad}");
        assert!(Rejection::of(&floating(&[bad])).rejected(), "{bad}");
    }
    assert!(floating(&[f64::NAN, -1.0]).worst_slack().is_some_and(|slack| slack.value.is_nan()));
}

#[test]
fn a_comparison_of_data_is_the_kernels_and_one_unit_in_the_last_place_is_not_forgiven() {
    let one = Interval::data(1.0);
    let finding = at_most(one, one);
    assert_eq!((finding.outcome(), finding.kind()), (Outcome::Holds, Kind::Certified));
    let above = at_most(Interval::data(1.0_f64.next_up()), one);
    assert_eq!((above.outcome(), above.kind()), (Outcome::Refuted, Kind::Certified));
}

#[test]
fn an_observed_number_makes_the_case_floating_point_and_refutes_nothing() {
    let (one, two) = (Interval::observed(1.0), Interval::data(2.0));
    let finding = at_most(one, two);
    assert_eq!((finding.outcome(), finding.kind()), (Outcome::Holds, Kind::Sampled));
    let finding = at_most(two, one);
    assert_eq!((finding.outcome(), finding.kind()), (Outcome::Violated, Kind::Sampled));
    let taken_through = at_most((one * two).sqr(), Interval::data(100.0));
    assert_eq!(taken_through.kind(), Kind::Sampled);
}

#[test]
fn an_observed_number_that_is_equal_is_not_less() {
    let less = |left: f64, right: f64| {
        let mut finding = Finding::new("units");
        finding.less("left < right", Interval::observed(left), Interval::data(right), String::new);
        finding.outcome()
    };
    assert_eq!(less(1.0, 1.0_f64.next_up()), Outcome::Holds);
    assert_eq!(less(1.0, 1.0), Outcome::Violated);
}

#[test]
fn the_pessimistic_end_of_an_observed_gap_decides() {
    let wide = Interval::observed(1.0).hull(Interval::data(3.0));
    let finding = at_most(wide, Interval::data(2.0));
    assert_eq!(finding.outcome(), Outcome::Undecided);
    assert!(!Rejection::of(&finding).rejected());
}

#[test]
fn an_undecided_comparison_is_neither_passed_nor_rejected() {
    let wide = Interval::ZERO.hull(Interval::ONE);
    let finding = at_most(wide, wide);
    assert_eq!(finding.outcome(), Outcome::Undecided);
    assert!(!Rejection::of(&finding).rejected());
}

#[test]
fn an_undecided_judgement_of_a_rule_is_neither_passed_nor_rejected() {
    // The distance of the two points is the root of 2, which no number is; ten of them are told apart, this one is not.
    let mut finding = Finding::new("units");
    let far = Points::new(1, vec![0.0, 1.0]).unwrap();
    finding.judged("apart", packing::separated(&far, 1.0), String::new);
    assert_eq!(finding.outcome(), Outcome::Holds);
    finding.judged("apart", packing::separated(&far, f64::NAN), String::new);
    assert_eq!(finding.outcome(), Outcome::Undecided);
    assert!(!Rejection::of(&finding).rejected());
}

#[test]
fn what_a_rule_must_disprove_is_violated_when_it_proves_it() {
    let points = Points::new(1, vec![0.0, 1.0]).unwrap();
    let mut finding = Finding::new("units");
    finding.disproved("further apart than they are", packing::separated(&points, 2.0), String::new);
    assert_eq!((finding.outcome(), finding.kind()), (Outcome::Holds, Kind::Certified));
    finding.disproved("as far apart as they are", packing::separated(&points, 1.0), String::new);
    assert_eq!(finding.outcome(), Outcome::Violated);
}

#[test]
fn exact_values_are_compared_here_and_a_difference_refutes() {
    let mut finding = Finding::new("units");
    finding.equal("n", &3_u64, &3, String::new);
    finding.not_above("n", &[1, 2][..], &[1, 2], String::new);
    finding.below("n", &2, &3, String::new);
    assert_eq!((finding.outcome(), finding.kind()), (Outcome::Holds, Kind::Exact));
    finding.equal("n", &3_u64, &4, || "three".to_owned());
    assert_eq!((finding.outcome(), finding.witness()), (Outcome::Refuted, Some("three")));
}

#[test]
fn what_the_examination_needs_is_violated_and_refutes_nothing() {
    let mut finding = Finding::new("units");
    finding.required("the bracket is narrow", Interval::ONE, Interval::ZERO, String::new);
    assert_eq!(finding.outcome(), Outcome::Violated);
    let mut finding = Finding::new("units");
    finding.required_equal("rows are orthonormal", &1, &2, String::new);
    assert_eq!(finding.outcome(), Outcome::Violated);
}

#[test]
fn a_wide_tolerance_makes_a_judgement_floating_point_and_a_narrow_one_does_not() {
    let case = |tolerance: f64| {
        let mut finding = Finding::new("units");
        let allowed = Tolerance::new(Interval::data(tolerance), Interval::ONE, "the width of the bracket");
        finding.equal_within("left = right", Interval::ONE, Interval::ONE, allowed, String::new);
        finding
    };
    assert_eq!(case(1e-9).kind(), Kind::Certified);
    assert_eq!(case(2e-6).kind(), Kind::Sampled);
    let mut both = case(1e-9);
    both.merge(case(2e-6));
    assert_eq!(both.tolerated().and_then(|widest| widest.value), Some(2e-6));
}

#[test]
fn a_difference_beyond_the_tolerance_refutes() {
    let mut finding = Finding::new("units");
    let allowed = Tolerance::new(Interval::data(1e-9), Interval::ONE, "the width of the bracket");
    finding.equal_within("left = right", Interval::ONE, Interval::data(1.0 + 2e-9), allowed, String::new);
    assert_eq!(finding.outcome(), Outcome::Refuted);
}

#[test]
fn statistics_name_the_kind_and_the_weakest_test() {
    let mut finding = Finding::new("units");
    finding.tested(Test { level: 1e-9, power: 0.99 }, 1.0, String::new);
    finding.tested(Test { level: 1e-3, power: 0.5 }, 1.0, String::new);
    assert_eq!(finding.kind(), Kind::Statistical);
    assert_eq!(finding.test(), Some(Test { level: 1e-3, power: 0.5 }));
}

const LEMMA: Lemma = Lemma {
    name: "PARITY",
    statement: "n^2 and n have the same parity.",
    proof: "n^2 - n = n (n - 1), one of two neighbours is even.",
    facts: "residues modulo 2",
};

fn residues(finding: &mut Finding, upto: u32) {
    for n in 0..upto {
        finding.element(n);
        finding.equal("n^2 = n modulo 2", &(n * n % 2), &(n % 2), String::new);
    }
}

#[test]
fn a_set_gone_through_in_full_is_exhaustive_and_half_of_it_undecided() {
    let over = |upto| {
        let mut finding = Finding::enumerating("units", "numbers below 10", 10);
        residues(&mut finding, upto);
        finding
    };
    assert_eq!((over(10).outcome(), over(10).kind()), (Outcome::Holds, Kind::Exhaustive));
    assert_eq!((over(5).outcome(), over(5).kind()), (Outcome::Undecided, Kind::Exact));
    assert_eq!(over(11).outcome(), Outcome::Undecided);
}

#[test]
fn a_repeated_element_one_that_was_asked_nothing_and_a_case_outside_do_not_make_a_set() {
    let mut repeated = Finding::enumerating("units", "two", 2);
    residues(&mut repeated, 2);
    residues(&mut repeated, 1);
    assert_eq!(repeated.outcome(), Outcome::Undecided);

    let mut unasked = Finding::enumerating("units", "two", 2);
    unasked.element(0);
    unasked.element(1);
    unasked.equal("n", &1, &1, String::new);
    assert_eq!(unasked.outcome(), Outcome::Undecided);

    let mut outside = Finding::enumerating("units", "two", 2);
    outside.equal("n", &1, &1, String::new);
    residues(&mut outside, 2);
    assert_eq!((outside.outcome(), outside.kind()), (Outcome::Holds, Kind::Exact));
}

#[test]
fn a_floating_case_in_a_complete_set_is_sampled() {
    let mut finding = Finding::enumerating("units", "one", 1);
    finding.element(0);
    finding.float(1.0, String::new);
    assert_eq!(finding.kind(), Kind::Sampled);
}

#[test]
fn a_finding_merged_into_an_element_is_of_that_element() {
    let mut whole = Finding::enumerating("units", "two", 2);
    for n in 0..2 {
        whole.element(n);
        whole.merge(at_most(Interval::ZERO, Interval::ONE));
    }
    assert_eq!((whole.outcome(), whole.kind()), (Outcome::Holds, Kind::Exhaustive));
    let mut loose = Finding::new("units");
    loose.merge(whole);
    assert_eq!(loose.kind(), Kind::Exhaustive);
    loose.merge(at_most(Interval::ZERO, Interval::ONE));
    assert_eq!(loose.kind(), Kind::Certified);
}

#[test]
fn a_lemma_whose_facts_are_all_checked_reaches_every_instance() {
    let reduced = |upto| {
        let mut finding = Finding::reducing("units", &LEMMA, 2);
        residues(&mut finding, upto);
        finding
    };
    assert_eq!(reduced(2).scope(), Scope::Universal);
    assert_eq!(reduced(2).lemmas(), [&LEMMA]);
    assert_eq!(reduced(1).scope(), Scope::Instances);
    let mut with_more = Finding::new("units");
    with_more.merge(reduced(2));
    assert_eq!(with_more.scope(), Scope::Universal);
    with_more.merge(at_most(Interval::ZERO, Interval::ONE));
    assert_eq!(with_more.scope(), Scope::Instances);
    let mut observed = Finding::reducing("units", &LEMMA, 1);
    observed.element(0);
    observed.float(1.0, String::new);
    assert_eq!(observed.scope(), Scope::Instances);
}

#[test]
fn random_cases_reach_no_further_than_themselves() {
    assert_eq!(at_most(Interval::ZERO, Interval::ONE).scope(), Scope::Instances);
}

#[test]
fn the_gravest_trouble_wins_whatever_the_order() {
    let troubles: [fn(&mut Finding); 3] = [
        |finding| finding.undecided("no answer"),
        |finding| finding.refused("bad certificate"),
        |finding| finding.at_most("1 <= 0", Interval::ONE, Interval::ZERO, || "one".to_owned()),
    ];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut finding = at_most(Interval::ZERO, Interval::ONE);
        order.iter().for_each(|index| troubles[*index](&mut finding));
        assert_eq!((finding.outcome(), finding.cases()), (Outcome::Refuted, 4));
        assert_eq!(finding.witness(), Some("one"));
        assert_eq!(finding.worst_slack().map(|slack| slack.value), Some(-1.0));
    }
}

#[test]
fn merging_keeps_counts_troubles_and_the_tightest_of_the_same_unit() {
    let mut finding = floating(&[2.0]);
    finding.merge(floating(&[-1.0]));
    assert_eq!((finding.outcome(), finding.cases()), (Outcome::Violated, 2));
    assert_eq!(finding.witness(), Some("case -1"));
    let mut other = Finding::new("others");
    other.float(-5.0, String::new);
    finding.merge(other);
    assert_eq!(finding.worst_slack().map(|slack| slack.value), Some(-1.0));
}

#[test]
fn a_part_that_examined_nothing_leaves_the_whole_undecided() {
    let mut finding = floating(&[1.0]);
    finding.merge(floating(&[]));
    assert_eq!(finding.outcome(), Outcome::Undecided);
}

#[test]
fn an_undecided_part_leaves_the_whole_undecided() {
    let mut finding = floating(&[1.0]);
    let mut open = Finding::new("units");
    open.undecided("no answer");
    finding.merge(open);
    assert_eq!((finding.outcome(), finding.cases()), (Outcome::Undecided, 2));
}

#[test]
fn a_refutation_survives_merging() {
    let mut refuted = Finding::new("others");
    refuted.at_most("1 <= 0", Interval::ONE, Interval::ZERO, || "one".to_owned());
    let mut finding = floating(&[2.0]);
    finding.merge(refuted);
    assert_eq!((finding.outcome(), finding.witness()), (Outcome::Refuted, Some("one")));
}

#[test]
fn a_long_witness_is_cut_and_says_so() {
    let mut finding = Finding::new("units");
    finding.float(1.0, || "é".repeat(3 * WITNESS_LENGTH));
    let witness = finding.witness().unwrap();
    assert!(witness.ends_with("... (6000 characters in all)"));
    assert!(witness.chars().count() < WITNESS_LENGTH + 50);
}
