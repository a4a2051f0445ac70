//! The frontier of a network on the plane, on a grid.

use lip1_core::Network;
use lip1_figures::plot::Map;
use lip1_harness::CheckError;
use nalgebra::DMatrix;

/// The rectangle: horizontal and vertical range.
pub(super) const PLACE: ((f64, f64), (f64, f64)) = ((-1.9, 2.9), (-1.5, 2.0));

/// Halvings of an edge that the frontier crosses.
const HALVINGS: usize = 24;

/// Bands of the map on either side of the frontier, and their width as a radius.
const BANDS: usize = 4;
const BAND: f64 = 0.1;

/// Columns of the map; its cells are squares.
const COLUMNS: u16 = 192;

/// Where `f_0 - f_1` changes sign.
pub(super) struct Frontier<'a> {
    network: &'a Network<f64>,
    /// Width of a cell.
    step: f64,
    columns: usize,
    rows: usize,
    /// The difference at the corners, row by row from the bottom left.
    corners: Vec<f64>,
    /// Points of the frontier, two for each piece.
    pieces: Vec<(f64, f64)>,
    /// All of its points that were found.
    crossings: Vec<(f64, f64)>,
    /// Centres of the cells through which it may go.
    suspects: Vec<(f64, f64)>,
}

impl<'a> Frontier<'a> {
    /// Searches a grid of `cells` columns; `slope` is a Lipschitz constant of the difference.
    pub(super) fn of(network: &'a Network<f64>, slope: f64, cells: usize) -> Result<Self, CheckError> {
        let ((left, right), (bottom, top)) = PLACE;
        let step = (right - left) / cells as f64;
        let (columns, rows) = (cells + 1, ((top - bottom) / step) as usize + 1);
        let mut frontier = Self {
            network,
            step,
            columns,
            rows,
            corners: Vec::new(),
            pieces: Vec::new(),
            crossings: Vec::new(),
            suspects: Vec::new(),
        };
        let places: Vec<(f64, f64)> =
            (0..rows * columns).map(|k| frontier.corner(k % columns, k / columns)).collect();
        frontier.corners = frontier.differences(&places)?;
        frontier.find(slope)?;
        Ok(frontier)
    }

    fn corner(&self, column: usize, row: usize) -> (f64, f64) {
        (PLACE.0.0 + column as f64 * self.step, PLACE.1.0 + row as f64 * self.step)
    }

    fn differences(&self, places: &[(f64, f64)]) -> Result<Vec<f64>, CheckError> {
        let mut all = Vec::with_capacity(places.len());
        for part in places.chunks(4_096) {
            let inputs = DMatrix::from_fn(2, part.len(), |k, i| if k == 0 { part[i].0 } else { part[i].1 });
            all.extend(self.network.evaluate(&inputs)?.column_iter().map(|output| output[0] - output[1]));
        }
        Ok(all)
    }

    /// Crossed edges, refined all at once, and suspect cells.
    fn find(&mut self, slope: f64) -> Result<(), CheckError> {
        let at = |column: usize, row: usize| row * self.columns + column;
        let (mut cells, mut edges) = (Vec::new(), Vec::new());
        for row in 0..self.rows - 1 {
            for column in 0..self.columns - 1 {
                let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
                let least =
                    corners.iter().map(|(c, r)| self.corners[at(*c, *r)].abs()).fold(f64::INFINITY, f64::min);
                let half = self.step / 2.0;
                if least <= slope * half * 2.0_f64.sqrt() * 2.0 {
                    let (x, y) = self.corner(column, row);
                    self.suspects.push((x + half, y + half));
                }
                let mut crossed = Vec::new();
                for k in 0..4 {
                    let (a, b) = (corners[k], corners[(k + 1) % 4]);
                    let positive = |(c, r): (usize, usize)| self.corners[at(c, r)] > 0.0;
                    if positive(a) != positive(b) {
                        let (low, high) = if positive(a) { (b, a) } else { (a, b) };
                        crossed.push(edges.len());
                        edges.push((self.corner(low.0, low.1), self.corner(high.0, high.1)));
                    }
                }
                cells.extend(crossed.chunks_exact(2).map(|pair| (pair[0], pair[1])));
            }
        }
        let middle = |(a, b): &((f64, f64), (f64, f64))| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        for _ in 0..HALVINGS {
            let middles: Vec<(f64, f64)> = edges.iter().map(middle).collect();
            let values = self.differences(&middles)?;
            for ((edge, middle), value) in edges.iter_mut().zip(middles).zip(values) {
                *(if value > 0.0 { &mut edge.1 } else { &mut edge.0 }) = middle;
            }
        }
        // Both ends of a halved edge have been seen on either side: the farther one is across for certain.
        self.crossings = edges.iter().flat_map(|(a, b)| [*a, *b]).collect();
        self.pieces = cells.iter().flat_map(|(a, b)| [middle(&edges[*a]), middle(&edges[*b])]).collect();
        Ok(())
    }

    /// The distance from a point to the frontier, from below and from above, up to rounding: above, the nearest point
    /// found on the other side; below, the nearest cell through which a function of that slope can change its sign,
    /// or the edge of the rectangle.
    pub(super) fn distance(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let nearest = |places: &[(f64, f64)]| {
            places.iter().map(|(a, b)| (a - x).hypot(b - y)).fold(f64::INFINITY, f64::min)
        };
        let ((left, right), (bottom, top)) = PLACE;
        let edge = (x - left).min(right - x).min(y - bottom).min(top - y).max(0.0);
        let cell = nearest(&self.suspects) - self.step / 2.0_f64.sqrt();
        // A pair of crossing ends straddles the frontier; the distance to the farther end is at least that to it.
        let found = self.crossings.chunks_exact(2);
        let above = found
            .map(|pair| (pair[0].0 - x).hypot(pair[0].1 - y).max((pair[1].0 - x).hypot(pair[1].1 - y)))
            .fold(f64::INFINITY, f64::min);
        (cell.max(0.0).min(edge).min(above), above)
    }

    /// Bands of half the difference, dark where class 1 is decided.
    pub(super) fn map(&self) -> Map {
        let ((left, right), (bottom, top)) = PLACE;
        let rows = (f64::from(COLUMNS) * (top - bottom) / (right - left)) as u16;
        Map::of(PLACE.0, PLACE.1, COLUMNS, rows, 2 * BANDS as u8, |x, y| {
            let near = |value: f64, low: f64, count: usize| {
                (((value - low) / self.step).round().max(0.0) as usize).min(count - 1)
            };
            let corner = near(y, bottom, self.rows) * self.columns + near(x, left, self.columns);
            let band = (self.corners[corner] / 2.0 / BAND).floor() + BANDS as f64;
            band.clamp(0.0, 2.0 * BANDS as f64 - 1.0) as usize
        })
    }

    /// Ends of the pieces, rounded to a thousandth for drawing.
    pub(super) fn pieces(&self) -> Vec<(f64, f64)> {
        let round = |value: f64| (value * 1e3).round() / 1e3;
        self.pieces.iter().map(|(x, y)| (round(*x), round(*y))).collect()
    }
}

#[cfg(test)]
mod tests {
    use lip1_core::{Dense, Layer, Network, Parametrisation, Weight};
    use nalgebra::{dmatrix, dvector};

    use super::Frontier;

    #[test]
    fn the_distance_to_a_line_is_enclosed() {
        let weight =
            Weight::new(dmatrix![0.6, 0.8; -0.6, -0.8], Parametrisation::Unconstrained, 1.0).unwrap();
        let dense = Dense::new(weight, dvector![0.0, 0.0]).unwrap();
        let network = Network::new(2, vec![Layer::Dense(dense)]).unwrap();
        let frontier = Frontier::of(&network, 2.0, 120).unwrap();
        for place in [(0.5_f64, 0.5_f64), (-0.3, 0.7), (1.0, -0.2)] {
            let exact = (0.6 * place.0 + 0.8 * place.1).abs();
            let (low, high) = frontier.distance(place);
            assert!(low <= exact && exact <= high && high - low < 0.15, "{low} {exact} {high}");
        }
        assert!(frontier.pieces().len() > 100);
    }
}
