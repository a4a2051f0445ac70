//! What a check may depend on: a seed, a budget, its own name, and nothing else.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// How much work a run may do, as counts and never as time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Budget {
    /// Seconds on a small machine.
    #[default]
    Quick,
    /// Minutes.
    Standard,
    /// Hours.
    Deep,
}

impl Budget {
    /// Every budget, the smallest first.
    pub const ALL: [Self; 3] = [Self::Quick, Self::Standard, Self::Deep];

    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Budget::Quick => "quick",
            Budget::Standard => "standard",
            Budget::Deep => "deep",
        }
    }
}

/// The surroundings of one check or control.
#[derive(Clone, Debug)]
pub struct Context {
    seed: u64,
    budget: Budget,
    claim: &'static str,
    name: &'static str,
    cases: Option<u32>,
}

impl Context {
    /// The surroundings of check or control `name` of `claim`; `cases` replaces every count of sampled cases.
    pub fn new(
        seed: u64,
        budget: Budget,
        claim: &'static str,
        name: &'static str,
        cases: Option<u32>,
    ) -> Self {
        Self { seed, budget, claim, name, cases }
    }

    /// The seed of the run.
    pub fn run_seed(&self) -> u64 {
        self.seed
    }

    /// The budget of the run.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// The count that belongs to the budget.
    pub fn count(&self, quick: usize, standard: usize, deep: usize) -> usize {
        match self.budget {
            Budget::Quick => quick,
            Budget::Standard => standard,
            Budget::Deep => deep,
        }
    }

    /// Sampled cases to examine: the count of the budget unless `PROPTEST_CASES` was set.
    pub fn cases(&self, quick: u32, standard: u32, deep: u32) -> u32 {
        self.cases.unwrap_or(match self.budget {
            Budget::Quick => quick,
            Budget::Standard => standard,
            Budget::Deep => deep,
        })
    }

    /// A portable generator, independent for each `stream`.
    pub fn generator(&self, stream: &str) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.digest(stream))
    }

    /// A seed for code that takes one, independent for each `stream`.
    pub fn seed(&self, stream: &str) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.digest(stream);
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// A hash of (seed, claim, check, stream) that no compiler or platform changes.
    pub(crate) fn digest(&self, stream: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_le_bytes());
        for part in [self.claim, self.name, stream] {
            // The length keeps ("ab", "c") apart from ("a", "bc").
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::{Budget, Context};

    fn context(seed: u64, claim: &'static str, name: &'static str) -> Context {
        Context::new(seed, Budget::Quick, claim, name, None)
    }

    /// A ledger can be reproduced only as long as these numbers stay.
    #[test]
    fn seeds_and_generators_never_change() {
        let ctx = context(0, "T1", "name");
        assert_eq!(ctx.seed("stream"), SEED);
        assert_eq!(ctx.generator("stream").next_u64(), FIRST_DRAW);
    }
    const SEED: u64 = 5_173_767_580_293_146_314;
    const FIRST_DRAW: u64 = 8_336_190_437_468_872_153;

    #[test]
    fn seed_claim_name_and_stream_all_matter_and_do_not_run_together() {
        let seeds = [
            context(0, "T1", "name").seed("stream"),
            context(1, "T1", "name").seed("stream"),
            context(0, "T1n", "ame").seed("stream"),
            context(0, "T1", "names").seed("tream"),
            context(0, "T1", "name").seed("other"),
        ];
        for (index, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..index].contains(seed));
        }
    }

    #[test]
    fn counts_follow_the_budget_and_cases_the_override() {
        let deep = Context::new(0, Budget::Deep, "T1", "name", Some(7));
        assert_eq!((deep.count(1, 2, 3), deep.cases(1, 2, 3)), (3, 7));
    }
}
