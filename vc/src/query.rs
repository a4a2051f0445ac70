//! What is asked: a domain, its dimension, its size and a margin.

use lip1_kernel::capacity;
use lip1_kernel::packing::Domain;

use crate::error::Error;
use crate::ratio::Ratio;

/// A box `[0, S]^n` or a ball of radius S in `R^n`, and a margin m.
///
/// VCdim of the classifiers that are +1 where f >= m and -1 where f <= -m, f 1-Lipschitz, is the largest number of
/// points of the domain at mutual distance at least 2m, and depends on `r = S/m` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    domain: Domain,
    dim: u32,
    ratio: Ratio,
}

/// Dimensions above this are refused: counts and volumes leave the range of `f64` long before.
const LARGEST_DIM: usize = 4096;

impl Query {
    /// `size` and `margin` are decimal strings, taken exactly.
    ///
    /// # Errors
    /// [`Error::NoDimension`], [`Error::TooLarge`] above dimension 4096, and those of [`Ratio::of_decimals`].
    pub fn of_decimals(domain: Domain, dim: usize, size: &str, margin: &str) -> Result<Query, Error> {
        Query::new(domain, dim, Ratio::of_decimals(size, margin)?)
    }

    /// `ratio` is size/margin.
    ///
    /// # Errors
    /// [`Error::NoDimension`], [`Error::TooLarge`] above dimension 4096.
    pub fn new(domain: Domain, dim: usize, ratio: Ratio) -> Result<Query, Error> {
        if dim == 0 {
            return Err(Error::NoDimension);
        }
        let dim = u32::try_from(dim).ok().filter(|_| dim <= LARGEST_DIM).ok_or(Error::TooLarge {
            what: "dimension",
            found: dim,
            limit: LARGEST_DIM,
        })?;
        Ok(Query { domain, dim, ratio })
    }

    /// Box or ball.
    #[must_use]
    pub fn domain(self) -> Domain {
        self.domain
    }

    /// n.
    #[must_use]
    pub fn dim(self) -> usize {
        self.dim as usize
    }

    /// `S/m`.
    #[must_use]
    pub fn ratio(self) -> Ratio {
        self.ratio
    }

    /// The same in the kernel's terms.
    ///
    /// # Errors
    /// [`Error::Refused`] when the kernel refuses, which a valid query never meets.
    pub fn scale(self) -> Result<capacity::Scale, Error> {
        capacity::Scale::new(self.domain, self.dim, self.ratio.num(), self.ratio.den()).map_err(Error::from)
    }
}
