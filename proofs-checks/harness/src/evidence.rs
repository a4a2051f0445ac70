//! How strong a check's evidence is: computed from who decided its cases, and from nothing else.

use serde::{Deserialize, Serialize};

/// Who decided a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// The kernel: a theorem, or a judgement between enclosures of data, constants and theorems.
    Kernel,
    /// Exact arithmetic outside the kernel; the harness compared the two values.
    Exact,
    /// Floating point, or an enclosure of a number that floating point computed.
    Float,
    /// A confidence interval or a test.
    Statistical,
}

/// How many cases each of them decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By the kernel.
    pub kernel: u64,
    /// By exact arithmetic outside it.
    pub exact: u64,
    /// In floating point.
    pub float: u64,
    /// By a statistical test.
    pub statistical: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, decider: Decider) {
        let cases = match decider {
            Decider::Kernel => &mut self.kernel,
            Decider::Exact => &mut self.exact,
            Decider::Float => &mut self.float,
            Decider::Statistical => &mut self.statistical,
        };
        *cases += 1;
    }

    pub(crate) fn add(&mut self, other: Tally) {
        self.kernel += other.kernel;
        self.exact += other.exact;
        self.float += other.float;
        self.statistical += other.statistical;
    }

    /// Cases decided in all.
    pub fn total(self) -> u64 {
        self.kernel + self.exact + self.float + self.statistical
    }

    /// The kind of evidence that such cases are; `complete` if they are a finite set enumerated in full.
    pub(crate) fn kind(self, complete: bool) -> Kind {
        if self.statistical > 0 {
            Kind::Statistical
        } else if self.float > 0 || self.total() == 0 {
            Kind::Sampled
        } else if complete {
            Kind::Exhaustive
        } else if self.exact > 0 {
            Kind::Exact
        } else {
            Kind::Certified
        }
    }
}

/// How strong a check's evidence is, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Every case was decided by the kernel.
    Certified,
    /// Every case was decided by the kernel or by exact arithmetic outside it, which allows no tolerance.
    Exact,
    /// Certified or exact, over a finite set whose distinct cases were counted against its size.
    Exhaustive,
    /// Some case was decided in floating point, within a tolerance derived from the arithmetic.
    Sampled,
    /// Some case was decided by a confidence interval or a test of stated level and power.
    Statistical,
}

impl Kind {
    /// Every kind, strongest first.
    pub const ALL: [Kind; 5] =
        [Kind::Certified, Kind::Exact, Kind::Exhaustive, Kind::Sampled, Kind::Statistical];

    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Certified => "certified",
            Kind::Exact => "exact",
            Kind::Exhaustive => "exhaustive",
            Kind::Sampled => "sampled",
            Kind::Statistical => "statistical",
        }
    }

    /// What the word means, for a legend.
    pub fn meaning(self) -> &'static str {
        match self {
            Kind::Certified => "every case was decided by the kernel, rounding included",
            Kind::Exact => {
                "every case was decided by the kernel or, without a tolerance, by comparing exact values"
            }
            Kind::Exhaustive => "certified or exact, over a finite set enumerated in full",
            Kind::Sampled => "some case was decided in floating point, within a tolerance that is stated",
            Kind::Statistical => "some case was decided by a test or a confidence interval",
        }
    }
}

/// How far evidence reaches, widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// A lemma reduces all instances to finitely many facts, and the cases are exactly these.
    Universal,
    /// The instances examined, and no others.
    Instances,
}

impl Scope {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Universal => "universal",
            Scope::Instances => "instances",
        }
    }

    /// What the word means, for a legend.
    pub fn meaning(self) -> &'static str {
        match self {
            Scope::Universal => "a lemma reduces every instance to the facts that were checked",
            Scope::Instances => "the instances examined, and no others",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decider, Kind, Tally};

    fn kind(deciders: &[Decider], complete: bool) -> Kind {
        let mut tally = Tally::default();
        deciders.iter().for_each(|decider| tally.count(*decider));
        tally.kind(complete)
    }

    #[test]
    fn the_weakest_decider_names_the_kind() {
        use Decider::{Exact, Float, Kernel, Statistical};
        assert_eq!(kind(&[Kernel, Kernel], false), Kind::Certified);
        assert_eq!(kind(&[Kernel, Exact], false), Kind::Exact);
        assert_eq!(kind(&[Kernel, Exact], true), Kind::Exhaustive);
        assert_eq!(kind(&[Kernel, Exact, Float], true), Kind::Sampled);
        assert_eq!(kind(&[Float, Statistical, Kernel], true), Kind::Statistical);
    }

    #[test]
    fn nothing_decided_is_nothing_certified() {
        assert_eq!(kind(&[], true), Kind::Sampled);
    }
}
