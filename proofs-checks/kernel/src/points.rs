//! Finite point sets.

use crate::Refusal;

/// A finite list of points of `R^dim`, row-major: point `i` is `coords[i * dim .. (i + 1) * dim]`.
///
/// ```
/// let square = lip1_kernel::Points::new(2, vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0])?;
/// assert_eq!(square.len(), 4);
/// assert_eq!(square.row(1), &[1.0, 0.0]);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    dim: usize,
    coords: Vec<f64>,
}

impl Points {
    /// Takes the coordinates of the points, one point after the other.
    ///
    /// # Errors
    /// When `dim` is 0, the number of coordinates is not a multiple of `dim`, or one is not finite.
    pub fn new(dim: usize, coords: Vec<f64>) -> Result<Self, Refusal> {
        whole_points(dim, coords.len())?;
        finite("coordinates", &coords)?;
        Ok(Self { dim, coords })
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.coords.len() / self.dim
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.coords.is_empty()
    }

    /// Dimension of the space.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Point `i`.
    ///
    /// # Panics
    /// When `i` is not below [`Points::len`].
    pub fn row(&self, i: usize) -> &[f64] {
        &self.coords[i * self.dim..(i + 1) * self.dim]
    }

    /// The points in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.coords.chunks_exact(self.dim)
    }

    /// All coordinates, row-major.
    pub fn coords(&self) -> &[f64] {
        &self.coords
    }
}

/// Refuses a dimension of 0, and coordinates that don't make whole points.
pub(crate) fn whole_points(dim: usize, coords: usize) -> Result<(), Refusal> {
    let count = coords.checked_div(dim).ok_or(Refusal::Empty { what: "dimension" })?;
    length("coordinates", if count * dim == coords { coords } else { (count + 1) * dim }, coords)
}

/// Refuses a list with a NaN or an infinity.
pub(crate) fn finite(what: &'static str, values: &[f64]) -> Result<(), Refusal> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Refusal::NotFinite { what, index }),
    }
}

/// Refuses a list of another length than `expected`.
pub(crate) fn length(what: &'static str, expected: usize, found: usize) -> Result<(), Refusal> {
    if expected == found { Ok(()) } else { Err(Refusal::Length { what, expected, found }) }
}

/// Refuses a list of indices that does not hold every one below `n` exactly once.
pub(crate) fn each_once(what: &'static str, order: &[u32], n: usize) -> Result<(), Refusal> {
    length(what, n, order.len())?;
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    // Before the first index out of place, all stand there once: so it is missing, or else the one found for the second time.
    let off = (0..).zip(sorted).find(|(index, found)| index != found);
    off.map_or(Ok(()), |(index, found)| Err(Refusal::NotOnce { what, index: index.min(found) as usize }))
}
