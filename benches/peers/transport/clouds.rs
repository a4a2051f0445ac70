//! The clouds that are compared, each a function of its kind and sizes.

use lip1_benches::{SEED, normal};
use lip1_kernel::Points;
use lip1_ot::{Error, Measure};

/// Where the second cloud lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Two standard normal clouds.
    Normal,
    /// The second one moved along the first axis.
    Shifted,
    /// Each a mixture of narrow normal laws at places of its own.
    Clusters,
}

/// How far the second cloud is moved, in standard deviations.
const SHIFT: f64 = 3.0;

/// Laws in a mixture.
const CENTRES: usize = 100;

/// Standard deviation within a cluster; that of the centres is 1.
const WIDTH: f64 = 0.02;

impl Kind {
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        match name {
            "normal" => Ok(Self::Normal),
            "shifted" => Ok(Self::Shifted),
            "clusters" => Ok(Self::Clusters),
            _ => Err(format!("no kind {name}: normal, shifted or clusters")),
        }
    }
}

/// Two clouds of `n` points each; weights are squares of normal draws.
pub(crate) fn cloud(kind: Kind, n: usize, dim: usize, weighted: bool) -> Result<(Measure, Measure), Error> {
    let side = |seed: u64, shift: f64| {
        let mut coords = normal(n * dim, seed);
        match kind {
            Kind::Clusters => {
                let centres = normal(CENTRES * dim, seed + 100);
                for (k, x) in coords.iter_mut().enumerate() {
                    *x = *x * WIDTH + centres[(k / dim % CENTRES) * dim + k % dim];
                }
            }
            _ => coords.iter_mut().step_by(dim).for_each(|x| *x += shift),
        }
        let points = Points::new(dim, coords)?;
        if weighted {
            let weights = normal(n, seed + 200).into_iter().map(|z| z * z).collect();
            Measure::weighted(points, weights)
        } else {
            Measure::uniform(points)
        }
    };
    let shift = if kind == Kind::Shifted { SHIFT } else { 0.0 };
    Ok((side(SEED, 0.0)?, side(SEED + 1, shift)?))
}

/// Both clouds, then the weights of both if there are any.
pub(crate) fn bytes(p: &Measure, q: &Measure) -> Vec<u8> {
    let coords = p.points().coords().iter().chain(q.points().coords());
    let weights = p.weights().into_iter().chain(q.weights()).flatten();
    coords.chain(weights).flat_map(|x| x.to_le_bytes()).collect()
}
