//! Numbers from a seed, the same everywhere.

/// A stream of pseudorandom numbers (SplitMix64, by Steele, Lea and Flood).
pub(crate) struct Stream(u64);

impl Stream {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from `0` to `limit - 1`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.bits() % limit
    }

    /// An integer from `-limit` to `limit`.
    pub(crate) fn integer(&mut self, limit: i64) -> i64 {
        self.below(2 * limit as u64 + 1) as i64 - limit
    }

    /// A number in `[-1, 1)` with 53 random bits.
    pub(crate) fn signed(&mut self) -> f64 {
        (self.bits() >> 10) as f64 / (1_u64 << 53) as f64 - 1.0
    }

    /// `n` numbers in `[-1, 1)`.
    pub(crate) fn vector(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.signed()).collect()
    }
}

/// How many instances a test tries: `PROPTEST_CASES`, or as many as usual.
pub(crate) fn cases(usual: u64) -> u64 {
    std::env::var("PROPTEST_CASES").map_or(usual, |cases| cases.parse().unwrap())
}
