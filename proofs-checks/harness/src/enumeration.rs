//! Finite sets gone through in full.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A finite set of cases: how many there must be, and which were met.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    formula: String,
    size: u128,
    met: HashSet<u64>,
    repeated: bool,
}

impl Enumeration {
    /// A set of `size` elements, counted by `formula` in words or symbols.
    pub(crate) fn new(formula: impl Into<String>, size: u128) -> Self {
        Self { formula: formula.into(), size, met: HashSet::new(), repeated: false }
    }

    /// Notes that the element of that key was met.
    ///
    /// Keys are kept as 64-bit digests: two that collide look like one met twice, which is an error and not a pass.
    pub(crate) fn meet(&mut self, key: &impl Hash) {
        let mut digest = DefaultHasher::new();
        key.hash(&mut digest);
        self.repeated |= !self.met.insert(digest.finish());
    }

    /// What is wrong with it; `None` if every element was met exactly once.
    pub(crate) fn gap(&self) -> Option<String> {
        let met = self.met.len() as u128;
        if self.repeated {
            Some(format!("{}: an element was met twice", self.formula))
        } else if met != self.size {
            Some(format!("{}: {met} of {} elements were met", self.formula, self.size))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Enumeration;

    fn over(keys: impl IntoIterator<Item = u32>) -> Enumeration {
        let mut set = Enumeration::new("numbers below 6", 6);
        keys.into_iter().for_each(|key| set.meet(&key));
        set
    }

    #[test]
    fn every_element_once_is_complete() {
        assert_eq!(over(0..6).gap(), None);
    }

    #[test]
    fn half_a_set_one_element_too_many_and_one_met_twice_are_not() {
        assert!(over(0..3).gap().unwrap().contains("3 of 6"));
        assert!(over(0..7).gap().unwrap().contains("7 of 6"));
        assert!(over([0, 1, 2, 3, 4, 5, 5]).gap().unwrap().contains("twice"));
        assert!(over([0, 0, 0, 0, 0, 0]).gap().is_some());
    }
}
