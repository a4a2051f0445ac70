//! Spaces divided into regions, and their scores.

use lip1_datasets::worlds::uniform;
use lip1_harness::{CheckError, Context};
use lip1_kernel::Interval;
use lip1_kernel::Points;
use lip1_kernel::distance::{self, Cost};

/// Regions of R^n.
pub(super) enum World {
    /// The points closest to each site.
    Cells(Points),
    /// Balls and, as the last region, what is outside all of them.
    Balls { centres: Points, radii: Vec<f64> },
}

/// What becomes of the signed distances.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scores {
    /// 0 in place of a negative one: the distance to the complement.
    Clipped,
    /// As they are. (For cells the least of the distances to the half-spaces, no less than the signed distance.)
    Signed,
}

impl World {
    /// Cells of random sites in several dimensions, disjoint balls in the plane and in space.
    pub(super) fn sound(ctx: &Context) -> Result<Vec<Self>, CheckError> {
        let mut worlds = Vec::new();
        for (dim, sites) in [(1, 4), (2, 2), (2, 7), (3, 10), (8, 12)] {
            let seed = ctx.seed(&format!("sites {dim} {sites}"));
            worlds.push(World::Cells(uniform(seed, sites, dim, 1.0)?));
        }
        let plane = Points::new(2, vec![-0.5, -0.5, 0.5, 0.25, -0.5, 0.75])?;
        worlds.push(World::Balls { centres: plane, radii: vec![0.5, 0.625, 0.25] });
        let space = Points::new(3, vec![-0.5, -0.5, 0.0, 0.5, 0.25, 0.0])?;
        worlds.push(World::Balls { centres: space, radii: vec![0.5, 0.75] });
        Ok(worlds)
    }

    /// Two cells of the plane.
    pub(super) fn two_sites() -> Result<Self, CheckError> {
        Ok(World::Cells(Points::new(2, vec![-0.5, 0.0, 0.5, 0.25])?))
    }

    /// Two discs that overlap.
    pub(super) fn overlapping() -> Result<Self, CheckError> {
        let centres = Points::new(2, vec![-0.25, 0.0, 0.25, 0.0])?;
        Ok(World::Balls { centres, radii: vec![1.0, 1.0] })
    }

    pub(super) fn dim(&self) -> usize {
        match self {
            World::Cells(sites) => sites.dim(),
            World::Balls { centres, .. } => centres.dim(),
        }
    }

    /// The region of a point by squares of distances; `None` where it is open.
    pub(super) fn region(&self, x: &[f64]) -> Option<usize> {
        match self {
            World::Cells(sites) => {
                let squares: Vec<Interval> = sites.rows().map(|site| square(x, site)).collect();
                let order = |a: &usize, b: &usize| squares[*a].lower().total_cmp(&squares[*b].lower());
                let closest = (0..squares.len()).min_by(order)?;
                let others = squares.iter().enumerate().filter(|(other, _)| *other != closest);
                let mut farther = others.map(|(_, square)| squares[closest].upper() < square.lower());
                farther.all(|certain| certain).then_some(closest)
            }
            World::Balls { centres, radii } => {
                for (index, (centre, radius)) in centres.rows().zip(radii).enumerate() {
                    let (square, limit) = (square(x, centre), Interval::data(*radius).sqr());
                    if square.upper() < limit.lower() {
                        return Some(index);
                    }
                    if square.lower() <= limit.upper() {
                        return None;
                    }
                }
                Some(radii.len())
            }
        }
    }

    /// One score a region.
    pub(super) fn scores(&self, x: &[f64], kind: Scores) -> Vec<Interval> {
        let signed: Vec<Interval> = match self {
            World::Cells(sites) => (0..sites.len()).map(|k| self.to_half_spaces(sites, x, k).1).collect(),
            World::Balls { centres, radii } => {
                let balls = centres.rows().zip(radii);
                let inside = balls
                    .map(|(centre, radius)| Interval::data(*radius) - distance::enclose(x, centre, Cost::L2));
                let inside: Vec<Interval> = inside.collect();
                let outside = inside.iter().map(|score| -*score).reduce(Interval::min);
                inside.into_iter().chain(outside).collect()
            }
        };
        let clipped =
            |score: Interval| if kind == Scores::Clipped { score.max(Interval::ZERO) } else { score };
        signed.into_iter().map(clipped).collect()
    }

    /// The least distance from inside to the half-spaces that are closer to another site than to site `k`, and that site.
    fn to_half_spaces(&self, sites: &Points, x: &[f64], k: usize) -> (usize, Interval) {
        let own = square(x, sites.row(k));
        let mut least = (k, Interval::constant(f64::MAX));
        for (other, site) in sites.rows().enumerate().filter(|(other, _)| *other != k) {
            let apart = distance::enclose(site, sites.row(k), Cost::L2);
            let room = (square(x, site) - own) / (apart + apart);
            let closer = if room.lower() < least.1.lower() { other } else { least.0 };
            least = (closer, least.1.min(room));
        }
        least
    }

    /// The direction, not normalised, in which the closest point of another region lies.
    pub(super) fn way_out(&self, x: &[f64], region: usize) -> Vec<f64> {
        let away = |from: &[f64], to: &[f64]| from.iter().zip(to).map(|(from, to)| to - from).collect();
        match self {
            World::Cells(sites) => {
                let (other, _) = self.to_half_spaces(sites, x, region);
                away(sites.row(region), sites.row(other))
            }
            World::Balls { centres, radii } => {
                if region < radii.len() {
                    return away(centres.row(region), x);
                }
                let room = |k: &usize| distance::below(x, centres.row(*k), Cost::L2) - radii[*k];
                let closest = (0..radii.len()).min_by(|a, b| room(a).total_cmp(&room(b)));
                closest.map_or_else(|| x.to_vec(), |k| away(x, centres.row(k)))
            }
        }
    }
}

fn square(x: &[f64], y: &[f64]) -> Interval {
    let squares = x.iter().zip(y).map(|(a, b)| (Interval::data(*a) - Interval::data(*b)).sqr());
    squares.fold(Interval::ZERO, |sum, square| sum + square)
}

#[cfg(test)]
mod tests {
    use lip1_kernel::Points;

    use super::{Scores, World};

    #[test]
    fn two_sites_share_the_line_at_their_middle() {
        let world = World::Cells(Points::new(1, vec![0.0, 4.0]).unwrap());
        assert_eq!(
            (world.region(&[1.0]), world.region(&[2.0]), world.region(&[3.5])),
            (Some(0), None, Some(1))
        );
        let lower = |kind| world.scores(&[0.5], kind).iter().map(|s| s.lower()).collect::<Vec<_>>();
        assert_eq!(lower(Scores::Clipped), [1.5, 0.0]);
        assert_eq!(lower(Scores::Signed), [1.5, -1.5]);
        assert_eq!(world.way_out(&[0.5], 0), [4.0]);
    }

    #[test]
    fn what_is_outside_all_balls_is_a_region() {
        let centres = Points::new(2, vec![0.0, 0.0]).unwrap();
        let world = World::Balls { centres, radii: vec![5.0] };
        assert_eq!((world.region(&[0.0, 1.0]), world.region(&[6.0, 8.0])), (Some(0), Some(1)));
        let scores = world.scores(&[6.0, 8.0], Scores::Signed);
        assert_eq!((scores[0].lower(), scores[1].lower()), (-5.0, 5.0));
    }
}
