use lip1_kernel::{Interval, Judgement, Points, Refusal, judge};

fn span(lo: f64, hi: f64) -> Interval {
    Interval::point(lo).hull(Interval::point(hi))
}

#[test]
fn an_order_is_proved_or_disproved_only_when_the_enclosures_leave_no_choice() {
    let verdict = |judgement: Judgement<judge::Proved>| (judgement.is_verified(), judgement.is_refuted());
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
        assert_eq!(verdict(judge::at_most("a <= b", left, right)), at_most, "{left} <= {right}");
        assert_eq!(verdict(judge::less("a < b", left, right)), less, "{left} < {right}");
    }
}

#[test]
fn verdicts_carry_their_reasons() {
    let slack = |judgement: Judgement<judge::Proved>| judgement.verified().map(judge::Proved::slack);
    assert_eq!(slack(judge::at_most("", span(0.0, 1.0), span(3.0, 9.0))), Some(2.0));
    assert_eq!(slack(judge::less("", span(0.0, 1.0), span(3.0, 9.0))), Some(2.0));
    assert_eq!(slack(judge::at_most("", span(0.0, 1.0), span(1.0, 9.0))), Some(0.0));
    assert_eq!(slack(judge::at_most("", span(2.0, 2.0), span(1.0, 1.0))), None);
    assert_eq!(slack(judge::at_most("", span(1.0, 3.0), span(2.0, 4.0))), None);
    let overlap = Refusal::Overlap { what: "a <= b".to_owned() };
    match judge::at_most("a <= b", span(0.0, 2.0), span(1.0, 3.0)) {
        Judgement::Undecided(refusal) => assert_eq!(refusal, overlap),
        _ => panic!("decided"),
    }
    match judge::less("a < b", span(2.0, 3.0), span(1.0, 2.0)) {
        Judgement::Refuted(pair) => {
            assert_eq!(
                (pair.statement(), pair.left(), pair.right()),
                ("a < b", span(2.0, 3.0), span(1.0, 2.0))
            );
            assert_eq!(pair.to_string(), "a < b: left side in [2.0, 3.0], right side in [1.0, 2.0]");
        }
        _ => panic!("not refuted"),
    }
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
        (Refusal::Overlap { what: "a".to_owned() }, "a: the enclosures overlap"),
        (Refusal::Hypothesis { why: "n = 2" }, "hypothesis not met: n = 2"),
        (Refusal::Claim { what: "upper", claimed: 1.0, proved: 2.5 }, "upper: claimed 1.0, proved 2.5"),
    ];
    for (refusal, text) in texts {
        assert_eq!(refusal.to_string(), text);
    }
}
