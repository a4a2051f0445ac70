//! The switch, for the whole process: data that is parsed once would keep the fault of another thread.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::Fault;

const NONE: usize = usize::MAX;

static ACTIVE: AtomicUsize = AtomicUsize::new(NONE);
static REACHED: [AtomicBool; Fault::ALL.len()] = [const { AtomicBool::new(false) }; Fault::ALL.len()];

static FLIPPED: OnceLock<String> = OnceLock::new();

/// Whether the fault is switched on; remembers that its place was passed.
#[must_use]
pub fn active(fault: Fault) -> bool {
    if let Some(passed) = REACHED.get(fault as usize)
        && !passed.load(Ordering::Relaxed)
    {
        passed.store(true, Ordering::Relaxed);
    }
    ACTIVE.load(Ordering::Relaxed) == fault as usize
}

/// Switches one fault on, for the rest of the process.
pub fn switch_on(fault: Fault) {
    ACTIVE.store(fault as usize, Ordering::Relaxed);
}

/// Edits claims to be false: asks inequalities of that name the other way round, for the rest of the process. The
/// first name stays.
pub fn flip(statement: &str) {
    FLIPPED.get_or_init(|| statement.to_owned());
}

/// Whether a claim's inequality of that name is asked the other way round.
#[must_use]
pub fn flipped(statement: &str) -> bool {
    FLIPPED.get().is_some_and(|name| name == statement)
}

/// The faults whose places were passed so far.
#[must_use]
pub fn reached() -> Vec<Fault> {
    let passed = Fault::ALL.iter().zip(&REACHED).filter(|(_, passed)| passed.load(Ordering::Relaxed));
    passed.map(|(fault, _)| *fault).collect()
}

#[cfg(test)]
mod tests {
    use super::{active, reached, switch_on};
    use crate::{Fault, unless};

    #[test]
    fn one_fault_is_on_and_places_that_were_passed_are_known() {
        assert_eq!(unless(Fault::BjorckQuarter, 1, 2), 1);
        switch_on(Fault::BjorckQuarter);
        assert_eq!(unless(Fault::BjorckQuarter, 1, 2), 2);
        assert!(!active(Fault::PlanLosesUnit));
        assert_eq!(reached(), [Fault::BjorckQuarter, Fault::PlanLosesUnit]);
    }
}
