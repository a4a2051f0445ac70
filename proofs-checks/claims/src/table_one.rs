//! The paper's Table 1, unconstrained networks (AllNet) against 1-Lipschitz ones (LipNet1), each cell computed from
//! the verdicts of the claims behind it.

use lip1_harness::Verdict;
use lip1_harness::ledger::Ledger;

/// What a cell says if its claims bear it out.
#[derive(Debug)]
pub struct Cell {
    /// The entry.
    pub says: &'static str,
    /// Ids of the claims that it rests on, all of them needed.
    pub rests_on: &'static [&'static str],
}

/// A row: one question, answered for both kinds of network.
#[derive(Debug)]
pub struct Row {
    /// What is compared.
    pub question: &'static str,
    /// Networks without a constraint.
    pub all_net: Cell,
    /// 1-Lipschitz networks.
    pub lip_net: Cell,
}

/// Whether a cell's entry is borne out by a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Every claim behind it holds.
    Holds,
    /// Every claim behind it holds, these in a corrected form.
    Corrected(Vec<&'static str>),
    /// Every claim behind it holds, these by statistics.
    Supported(Vec<&'static str>),
    /// These claims were refuted.
    Refuted(Vec<&'static str>),
    /// These claims were not decided, or not run.
    Open(Vec<&'static str>),
}

impl Standing {
    /// In a few words.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Holds => "borne out",
            Self::Corrected(_) => "borne out as corrected",
            Self::Supported(_) => "supported",
            Self::Refuted(_) => "refuted",
            Self::Open(_) => "open",
        }
    }

    /// What the verdicts of its claims amount to.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Holds => Verdict::Holds,
            Self::Corrected(_) => Verdict::HoldsCorrected,
            Self::Supported(_) => Verdict::Supported,
            Self::Refuted(_) => Verdict::Refuted,
            Self::Open(_) => Verdict::Inconclusive,
        }
    }

    /// The claims that make it so, unless all are alike.
    pub fn because_of(&self) -> &[&'static str] {
        match self {
            Self::Holds => &[],
            Self::Corrected(ids) | Self::Supported(ids) | Self::Refuted(ids) | Self::Open(ids) => ids,
        }
    }

    /// Whether the entry may be stated.
    pub fn is_borne_out(&self) -> bool {
        !matches!(self, Self::Refuted(_) | Self::Open(_))
    }
}

impl Cell {
    /// What the verdicts of a ledger make of the entry; what is worst is said.
    pub fn standing(&self, ledger: &Ledger) -> Standing {
        let verdict = |id: &str| ledger.claims.iter().find(|entry| entry.id == id).map(|entry| entry.verdict);
        let with = |wanted: &dyn Fn(Option<Verdict>) -> bool| -> Vec<&'static str> {
            self.rests_on.iter().copied().filter(|id| wanted(verdict(id))).collect()
        };
        let refuted = with(&|verdict| verdict == Some(Verdict::Refuted));
        let open = with(&|verdict| matches!(verdict, None | Some(Verdict::Inconclusive)));
        let supported = with(&|verdict| verdict == Some(Verdict::Supported));
        let corrected = with(&|verdict| verdict == Some(Verdict::HoldsCorrected));
        match (refuted.is_empty(), open.is_empty(), supported.is_empty(), corrected.is_empty()) {
            (false, ..) => Standing::Refuted(refuted),
            (_, false, ..) => Standing::Open(open),
            (_, _, false, _) => Standing::Supported(supported),
            (_, _, _, false) => Standing::Corrected(corrected),
            _ => Standing::Holds,
        }
    }
}

/// The rows, in the order of the paper.
pub static ROWS: &[Row] = &[
    Row {
        question: "Can it fit any frontier, and memorise any labels?",
        all_net: Cell {
            says: "Yes: a 1-Lipschitz network that does is also an unconstrained one, and conversely dividing by a \
                   bound on the Lipschitz constant changes no decision.",
            rests_on: &["X2", "X3", "X5"],
        },
        lip_net: Cell {
            says: "Yes: the signed distance function of the frontier, on samples a max-min network with the largest \
                   margin possible, random labels included.",
            rests_on: &["X1", "X2", "X3", "X4", "X5"],
        },
    },
    Row {
        question: "Is the log loss well posed?",
        all_net: Cell {
            says: "No: on separable data the infimum is not attained; as the loss vanishes the Lipschitz constant \
                   and some layer's norm go to infinity and the probabilities saturate.",
            rests_on: &["L1", "L1a"],
        },
        lip_net: Cell {
            says: "Yes: the minimum is attained, its values on the sample are unique, and the temperature decides \
                   between transport and the hinge.",
            rests_on: &["L2", "L3", "L4"],
        },
    },
    Row {
        question: "Are hinge and Kantorovich-Rubinstein losses well posed?",
        all_net: Cell {
            says: "No: every loss with a linear term (KR, MCR, HKR) is unbounded below on separable data.",
            rests_on: &["L7"],
        },
        lip_net: Cell {
            says: "Yes, under stated conditions: KR always, the mean certifiable robustness for equal class masses, \
                   HKR for lambda large enough; the hinge reaches 0 if and only if the classes are 2m apart.",
            rests_on: &["L6", "L7"],
        },
    },
    Row {
        question: "Do gradients survive?",
        all_net: Cell { says: "No: the sigmoid saturates along training.", rests_on: &["L1", "L1a"] },
        lip_net: Cell {
            says: "Yes: layers with orthonormal rows preserve the norm of gradients, and the loss keeps a gradient at every \
                   sample not too far from a zero of f.",
            rests_on: &["N3", "N4", "L5"],
        },
    },
    Row {
        question: "Is training a transport problem?",
        all_net: Cell { says: "No: the dual is unbounded without the constraint.", rests_on: &["L7"] },
        lip_net: Cell {
            says: "Yes: KR is W1, HKR partial transport with a range of masses, the log loss transport with \
                   entropy.",
            rests_on: &["T1", "T2", "T4", "T5", "T6"],
        },
    },
    Row {
        question: "Does a prediction carry a certificate of robustness?",
        all_net: Cell {
            says: "Only after dividing by a bound on the Lipschitz constant, which grows without limit as the loss vanishes.",
            rests_on: &["N1", "L1", "X3"],
        },
        lip_net: Cell {
            says: "Yes, for nothing: |f(x)|, half the margin for several classes; tight for the signed distance \
                   function, and it survives rounding if rounding is counted.",
            rests_on: &["N1", "N2", "R1", "R2", "R3", "R4", "R6"],
        },
    },
    Row {
        question: "Can robustness be traded for accuracy?",
        all_net: Cell { says: "Not by the loss alone: its scale is free.", rests_on: &["L1"] },
        lip_net: Cell {
            says: "Yes: lambda moves along a Pareto front; temperature and margin act as another Lipschitz constant would.",
            rests_on: &["R5", "T7"],
        },
    },
    Row {
        question: "Does training loss say something of test loss?",
        all_net: Cell {
            says: "No: for any sample some network has a train loss as near to 0 and a test error as near to 1 as wanted.",
            rests_on: &["G4"],
        },
        lip_net: Cell {
            says: "Yes: the gap is at most the loss's slope times the Wasserstein distance of the samples, which \
                   vanishes as they grow.",
            rests_on: &["G1", "G2", "G3"],
        },
    },
    Row {
        question: "Is the VC dimension finite?",
        all_net: Cell {
            says: "For a fixed architecture: it grows with the number of neurons, without a bound over all of them.",
            rests_on: &["V4", "V5"],
        },
        lip_net: Cell {
            says: "With a margin on a bounded domain, whatever the architecture: the packing number, between the \
                   corrected volume bounds.",
            rests_on: &["V1", "V2", "V3", "V6", "V7"],
        },
    },
];
