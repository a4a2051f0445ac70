//! The list of faults: a name, the file, what goes wrong.

macro_rules! faults {
    ($($name:ident, $place:literal, $what:literal;)*) => {
        /// A fault on purpose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $(#[doc = $what] $name,)*
        }

        impl Fault {
            /// Every fault, in the order of the crates.
            pub const ALL: &'static [Fault] = &[$(Fault::$name),*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Fault::$name => stringify!($name)),* }
            }

            /// The file that it changes.
            #[must_use]
            pub const fn place(self) -> &'static str {
                match self { $(Fault::$name => $place),* }
            }

            /// What goes wrong, in a sentence.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Fault::$name => $what),* }
            }
        }
    };
}

faults! {
    BjorckQuarter, "core/src/weight/bjorck.rs", "A step of Björck iteration subtracts a quarter of the cubic term.";
    NormUnderestimated, "core/src/weight/spectral.rs", "Power iteration returns 40 % of the norm.";
    RetractionStopsEarly, "core/src/weight/orthogonal.rs", "The retraction to orthogonal matrices stops at residual 1e-3.";
    SortRepeatsLarger, "core/src/layer/group_sort.rs", "Sorting a pair returns the larger entry twice.";
    SortGradientCrossed, "core/src/layer/group_sort.rs", "The gradient of a sorted pair goes to the other entry.";
    MaxMinOffset, "core/src/max_min_network.rs", "The max-min network divides by the distance in place of its double.";
    NormHintTooLarge, "core/src/certificate/mod.rs", "The bound on the norm that is handed to the kernel is too large by a millionth.";
    CholeskyWithoutRoot, "core/src/certificate/cholesky.rs", "Columns of the triangular factor are divided by the pivot in place of its root.";
    PotentialTooSteep, "ot/src/repair.rs", "Repaired potentials are steeper than the cost by a millionth.";
    PlanLosesUnit, "ot/src/repair.rs", "A plan of transport loses one unit of mass.";
    MassMisplaced, "ot/src/masses.rs", "The first point of a measure gets the mass of the last as well.";
    HingeUpperLimit, "ot/src/regularised/hinge_kr.rs", "The dual of the hinge-regularised problem moves at most half of the optional mass.";
    EntropyClipped, "ot/src/regularised/log_loss.rs", "The dual masses of the log loss are clipped at a quarter.";
    ConstantForgotten, "ot/src/regularised/log_loss.rs", "The solver of the log loss takes the constant L for 1.";
    LineUnsorted, "ot/src/line.rs", "The closed form on a line pairs points in the order of the file.";
    SolverStopsAtOnce, "ot/src/solve.rs", "The network simplex stops after its first pivot.";
    DistanceSquared, "ot/src/distance.rs", "Solvers of transport work with squared distances in the plane.";
    HingeBySingleMargin, "ot/src/regularised/hinge.rs", "The hinge problem takes classes one margin apart for separable.";
    EntropicPlanCooled, "ot/src/entropic.rs", "The entropic plan belongs to half of the temperature asked for.";
    WitnessTooShort, "vc/src/shatter/by_distance.rs", "Functions that shatter a set reach twice the margin.";
    DifferencesShort, "vc/src/shatter/differences.rs", "Difference constraints take distances for shorter by one.";
    ProgramHalvesDistances, "vc/src/shatter/by_lp.rs", "The linear programs of shattering halve distances.";
    ConflictsAtDoubleMargin, "vc/src/finite/conflict.rs", "Points of a finite set conflict up to three times the margin.";
    CellsHoldNone, "vc/src/bounds/elementary.rs", "A bound by cells forgets half of the points.";
    PieceMissed, "vc/src/pieces/count.rs", "One piece of a network on a line is not counted.";
    KinkMisplaced, "vc/src/architecture/line.rs", "The kinks of the shattering network lie half a step off.";
    LineDimensionOff, "vc/src/architecture/line.rs", "The dimension of networks on a line is given one too small.";
    SampleTooSmall, "vc/src/scale/pac.rs", "The sample size forgets the logarithm of the number of labellings.";
    SignsIgnored, "vc/src/scale/rademacher.rs", "The lower end of a Rademacher supremum ignores the signs.";
    DuplicateAcrossClasses, "proofs-checks/datasets/src/data/breast_cancer.rs", "The first malignant cell is in the data as a benign one too.";
    FirstPointTwice, "proofs-checks/datasets/src/worlds/clouds.rs", "The first two points of a uniform cloud are the same.";
    ConesExchanged, "proofs-checks/claims/src/m0.rs", "The largest extension is computed with the slope reversed.";
    SlopeOfTheLossReversed, "proofs-checks/claims/src/l3.rs", "The linear term of the log loss has the wrong sign.";
    OddForEven, "proofs-checks/claims/src/t3/family.rs", "The positive points of a hard pair of laws lie on the negative ones.";
    MarginSignLost, "proofs-checks/claims/src/optimum.rs", "Margins of negative samples have the sign of positive ones.";
    WeightsForgotten, "proofs-checks/datasets/src/worlds/classes.rs", "Weighted points on a line count as equal.";
    BallTooSteep, "proofs-checks/datasets/src/worlds/shapes/mod.rs", "The signed distance of a ball has slope 2.";
    ShiftIsAScale, "proofs-checks/claims/src/n3/cubic.rs", "The cubic of the iteration has the wrong constant.";
    QuaternionSign, "proofs-checks/claims/src/n4/patterns.rs", "One sign of the quaternion matrices is wrong, so that their rows are not orthogonal.";
    UnitVectorsLonger, "proofs-checks/claims/src/n5/one_layer.rs", "Vectors that should have length 1 have length 2.";
    KernelDoubled, "proofs-checks/claims/src/n6/matrix.rs", "The matrix of a convolution is written out with doubled weights.";
    CertifiedTooSmall, "proofs-checks/claims/src/l1/bounds.rs", "The Lipschitz constant of a trained network is given a thousand times too small.";
    DivisorTooSmall, "proofs-checks/claims/src/x3.rs", "A network is divided by half of its certified constant.";
    NormalNotUnit, "proofs-checks/claims/src/r3.rs", "The normal of a half-plane is longer than 1.";
    NewtonForgetsOne, "proofs-checks/claims/src/l1a/growth.rs", "A step of Newton grows by e^-W alone.";
    BumpTooWide, "proofs-checks/claims/src/x5/cells.rs", "Bumps reach half as far again as they may.";
}

impl Fault {
    /// The fault of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Fault> {
        Fault::ALL.iter().copied().find(|fault| fault.name() == name)
    }
}
