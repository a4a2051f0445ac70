//! Cases: what a rule is asked, what is true, what it answers.

use std::env;
use std::fmt::Debug;
use std::time::Instant;

use lip1_kernel::Judgement;

use crate::random::Stream;

/// What a rule makes of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is true: a judgement that is verified, a certificate that is accepted.
    True,
    /// It is false: a judgement that is refuted.
    False,
    /// Neither: a judgement left open, a certificate that is refused.
    Open,
}

impl Answer {
    pub(crate) fn of<T>(judgement: &Judgement<T>) -> Self {
        match judgement {
            Judgement::Verified(_) => Self::True,
            Judgement::Refuted(_) => Self::False,
            Judgement::Undecided(_) => Self::Open,
        }
    }

    pub(crate) fn accepted(accepted: bool) -> Self {
        if accepted { Self::True } else { Self::Open }
    }
}

/// A statement about an instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    /// Whether 4 units in the last place of one of its numbers, or the smallest possible change, may decide it.
    pub(crate) near: bool,
    /// Whether it is true, by exact arithmetic.
    pub(crate) truth: bool,
    /// What the rule answers.
    pub(crate) answer: Answer,
}

#[derive(Debug, Default)]
struct Tally {
    near: u64,
    accepted: u64,
    refuted: u64,
    open_though_true: u64,
    open_and_false: u64,
}

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Asks a rule about cases that are made from their numbers, and prints what came out in a line.
pub(crate) fn examine<I: Debug>(rule: &str, one: fn(&mut Stream) -> (I, Case)) {
    let (first, count) = (number("ORACLE_FIRST", 0), number("PROPTEST_CASES", 256));
    let named = rule.bytes().fold(0_u64, |name, byte| name.wrapping_mul(257).wrapping_add(byte.into()));
    let began = Instant::now();
    let mut tally = Tally::default();
    for case in first..first + count {
        let seed = Stream::new(named).bits() ^ Stream::new(case).bits();
        let (instance, Case { near, truth, answer }) = one(&mut Stream::new(seed));
        tally.near += u64::from(near);
        match answer {
            Answer::True => tally.accepted += 1,
            Answer::False => tally.refuted += 1,
            Answer::Open if truth => tally.open_though_true += 1,
            Answer::Open => tally.open_and_false += 1,
        }
        let sound = answer == Answer::Open || truth == (answer == Answer::True);
        assert!(sound, "{rule}, case {case}: the rule answers {answer:?} about {instance:?}");
    }
    let Tally { near, accepted, refuted, open_though_true, open_and_false } = tally;
    println!(
        "oracle {rule} cases {count} near {near} accepted {accepted} refuted {refuted} open_though_true {open_though_true} \
         open_and_false {open_and_false} seconds {:.3}",
        began.elapsed().as_secs_f64()
    );
    assert!(count < 100 || 2 * near >= count, "{rule}: {near} of {count} cases are near the decision");
}
