use lip1_kernel::judge::Inequality;
use lip1_kernel::{Interval, Judgement, Points, Refusal, Rule, Theorem, judge, lipschitz, shatter};

fn span(lo: f64, hi: f64) -> Interval {
    Interval::data(lo).hull(Interval::data(hi))
}

fn verdict(judgement: &Judgement<Theorem<Inequality>>) -> (bool, bool) {
    (judgement.is_verified(), judgement.is_refuted())
}

#[test]
fn an_order_is_proved_or_disproved_only_when_the_enclosures_leave_no_choice() {
    let cases = [
        // left, right, at most (verified, refuted), less (verified, refuted)
        (span(0.0, 1.0), span(2.0, 3.0), (true, false), (true, false)),
        (span(0.0, 1.0), span(1.0, 3.0), (true, false), (false, false)),
        (span(0.0, 1.0), span(0.5, 3.0), (false, false), (false, false)),
        (span(1.0, 2.0), span(0.0, 1.0), (false, false), (false, true)),
        (span(1.5, 2.0), span(0.0, 1.0), (false, true), (false, true)),
        (span(1.0, 1.0), span(1.0, 1.0), (true, false), (false, true)),
        (Interval::ENTIRE, span(0.0, 0.0), (false, false), (false, false)),
        (span(0.0, 0.0), Interval::ENTIRE, (false, false), (false, false)),
    ];
    for (left, right, at_most, less) in cases {
        assert_eq!(verdict(&judge::at_most(left, right)), at_most, "{left} <= {right}");
        assert_eq!(verdict(&judge::less(left, right)), less, "{left} < {right}");
    }
}

#[test]
fn an_observed_number_decides_nothing() {
    let observed = |lo: f64, hi: f64| Interval::observed(lo).hull(Interval::data(hi));
    for (left, right) in [
        (observed(0.0, 1.0), span(2.0, 3.0)),
        (span(0.0, 1.0), observed(2.0, 3.0)),
        (observed(2.0, 3.0), span(0.0, 1.0)),
        (span(2.0, 3.0), observed(0.0, 1.0)),
        (observed(2.0, 3.0), observed(0.0, 1.0)),
        (observed(0.0, 1.0), span(0.5, 3.0)),
    ] {
        for judged in [judge::at_most(left, right), judge::less(left, right)] {
            assert_eq!(judged, Judgement::Undecided(Refusal::Observed), "{left} and {right}");
        }
    }
    assert_eq!(Refusal::Observed.to_string(), "an observed number cannot decide");
}

#[test]
fn verdicts_carry_their_reasons() {
    let slack = |judgement: Judgement<Theorem<Inequality>>| judgement.verified().map(|proved| proved.slack());
    assert_eq!(slack(judge::at_most(span(0.0, 1.0), span(3.0, 9.0))), Some(2.0));
    assert_eq!(slack(judge::less(span(0.0, 1.0), span(3.0, 9.0))), Some(2.0));
    assert_eq!(slack(judge::at_most(span(0.0, 1.0), span(1.0, 9.0))), Some(0.0));
    assert_eq!(slack(judge::at_most(span(2.0, 2.0), span(1.0, 1.0))), None);
    assert_eq!(slack(judge::at_most(span(1.0, 3.0), span(2.0, 4.0))), None);
    for (judged, strict) in [
        (judge::at_most(span(0.0, 1.0), span(3.0, 9.0)), false),
        (judge::less(span(0.0, 1.0), span(3.0, 9.0)), true),
    ] {
        let proved = judged.verified().unwrap();
        assert_eq!((proved.left, proved.right, proved.strict), (span(0.0, 1.0), span(3.0, 9.0), strict));
    }
    let (left, right) = (span(0.0, 2.0), span(1.0, 3.0));
    assert_eq!(judge::at_most(left, right), Judgement::Undecided(Refusal::Overlap { left, right }));
}

#[test]
fn counterexamples_say_what_is_false_by_their_data() {
    let refuted = |judged: Judgement<Theorem<Inequality>>| match judged {
        Judgement::Refuted(found) => found,
        _ => panic!("not refuted"),
    };
    let (left, right) = (span(2.0, 3.0), span(1.0, 2.0));
    let less = refuted(judge::less(left, right));
    assert_eq!((less.rule(), less.pair(), less.left(), less.right()), (Rule::Less, None, left, right));
    assert!(less.inequality().is_strict());
    assert_eq!(less.to_string(), "the number in [2.0, 3.0] is not less than the one in [1.0, 2.0]");
    let most = refuted(judge::at_most(left, Interval::ONE));
    assert_eq!((most.rule(), most.inequality().is_strict()), (Rule::AtMost, false));
    assert_eq!(most.to_string(), "the number in [2.0, 3.0] is not at most the one in [1.0, 1.0]");

    let line = Points::new(1, vec![0.0, 5.0, 6.0]).unwrap();
    let Judgement::Refuted(close) = shatter::shattered(&line, 1.0) else { panic!("not refuted") };
    assert_eq!((close.rule(), close.pair()), (Rule::Shattered, Some([1, 2])));
    assert_eq!((close.left(), close.right()), (span(2.0, 2.0), span(1.0, 1.0)));
    let text =
        "shattered points: for points 1 and 2 the number in [2.0, 2.0] is not at most the one in [1.0, 1.0]";
    assert_eq!(close.to_string(), text);
    let Judgement::Refuted(steep) = lipschitz::values(&line, &[0.0, 0.0, 3.0], 2.0) else {
        panic!("not refuted")
    };
    assert_eq!((steep.rule(), steep.pair()), (Rule::LipschitzValues, Some([1, 2])));
    assert_eq!((steep.left(), steep.right()), (span(3.0, 3.0), span(2.0, 2.0)));
    let names =
        [Rule::AtMost, Rule::Less, Rule::Separated, Rule::Shattered, Rule::LipschitzValues].map(Rule::name);
    assert_eq!(names, ["at most", "less than", "separated points", "shattered points", "Lipschitz values"]);
}

#[test]
fn points_are_whole_and_finite() {
    let new = |dim: usize, coords: &[f64]| Points::new(dim, coords.to_vec());
    assert_eq!(new(0, &[]), Err(Refusal::Empty { what: "dimension" }));
    assert_eq!(new(2, &[1.0, 2.0, 3.0]), Err(Refusal::Length { what: "coordinates", expected: 4, found: 3 }));
    assert_eq!(new(5, &[1.0]), Err(Refusal::Length { what: "coordinates", expected: 5, found: 1 }));
    assert_eq!(new(1, &[0.0, f64::NAN]), Err(Refusal::NotFinite { what: "coordinates", index: 1 }));
    assert_eq!(new(1, &[f64::NEG_INFINITY]), Err(Refusal::NotFinite { what: "coordinates", index: 0 }));
    assert!(new(usize::MAX, &[1.0]).is_err());
    let three = new(2, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    assert_eq!((three.len(), three.dim(), three.is_empty()), (3, 2, false));
    assert_eq!((three.row(2), three.coords().len()), (&[5.0, 6.0][..], 6));
    assert_eq!(three.rows().map(|row| row[1]).collect::<Vec<_>>(), [2.0, 4.0, 6.0]);
    assert!(new(3, &[]).unwrap().is_empty());
}

#[test]
fn refusals_name_the_step_and_the_place() {
    let texts = [
        (Refusal::Length { what: "u", expected: 3, found: 2 }, "u: expected 3 numbers, found 2"),
        (Refusal::Empty { what: "u" }, "u: empty"),
        (Refusal::NotFinite { what: "u", index: 4 }, "u[4]: not a finite number"),
        (Refusal::Range { what: "u", index: 4 }, "u[4]: outside the range in which the error bounds hold"),
        (Refusal::Index { what: "flow", index: 7, limit: 5 }, "flow: index 7 is not below 5"),
        (Refusal::Totals { p: 1, q: 2 }, "total masses 1 and 2 are not equal and positive"),
        (
            Refusal::Marginal { side: "p", index: 1, expected: 2, found: 3 },
            "point 1 of p: mass 2, the coupling gives it 3",
        ),
        (Refusal::Slope { i: 1, j: 2 }, "values at points 1 and 2 may differ by more than allowed"),
        (Refusal::TooClose { i: 1, j: 2 }, "points 1 and 2 may be too close"),
        (Refusal::Outside { index: 3 }, "point 3 may lie outside the domain"),
        (Refusal::Overflow { what: "sum" }, "sum: too large for exact arithmetic"),
        (
            Refusal::Overlap { left: Interval::ZERO, right: Interval::ONE },
            "the enclosures [0.0, 0.0] and [1.0, 1.0] overlap",
        ),
        (
            Refusal::Contradiction { what: "a", lower: 2.0, upper: 1.0 },
            "a: at least 2.0 and at most 1.0 at once",
        ),
        (Refusal::Hypothesis { why: "n = 2" }, "hypothesis not met: n = 2"),
        (Refusal::Claim { what: "upper", claimed: 1.0, proved: 2.5 }, "upper: claimed 1.0, proved 2.5"),
    ];
    for (refusal, text) in texts {
        assert_eq!(refusal.to_string(), text);
    }
}
