//! Finite sets: a packing and a cover that meet.

use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::cover::{self, Clique, Cover};
use lip1_kernel::{Interval, Points, shatter};
use lip1_vc::{Limits, packing_number};
use rand::RngExt;

/// A finite set with a packing and a proof that no packing is larger.
pub(super) struct Bracket {
    points: Points,
    margin: f64,
    /// Rows of the packing.
    packing: Vec<usize>,
    cover: Cover,
}

impl Bracket {
    fn of(points: Points, margin: f64) -> Result<Self, CheckError> {
        let found = packing_number(&points, margin, Limits::default())?;
        let cover = found.cover();
        Ok(Self { points, margin, packing: found.shattered, cover })
    }

    /// Six points at distance 1 on a line, with 2m = 3/2: three of them.
    pub(super) fn of_a_grid() -> Result<Self, CheckError> {
        Self::of(Points::new(1, (0..6).map(f64::from).collect())?, 0.75)
    }

    pub(super) fn with_one_point_more(mut self) -> Self {
        let fresh = (0..self.points.len()).find(|row| !self.packing.contains(row));
        self.packing.extend(fresh);
        self
    }

    pub(super) fn with_two_cliques_joined(mut self) -> Self {
        for (_, cliques) in self.parts_in_cliques() {
            if cliques.len() > 1
                && let (Some(last), Some(first)) = (cliques.pop(), cliques.first_mut())
            {
                first.members.extend(last.members);
            }
        }
        self
    }

    pub(super) fn with_one_clique_less(mut self) -> Self {
        for (_, cliques) in self.parts_in_cliques() {
            cliques.pop();
        }
        self
    }

    /// The packing and the parts of the proof, without what stands for one row of the packing.
    pub(super) fn with_one_row_unproved(mut self) -> Self {
        self.packing.pop();
        for (rows, cliques) in self.parts_in_cliques() {
            if let Some(gone) = cliques.pop() {
                rows.retain(|row| !gone.members.contains(row));
            }
        }
        self
    }

    /// The parts of the proof that are cliques: their rows and the cliques.
    fn parts_in_cliques(&mut self) -> impl Iterator<Item = (&mut Vec<u32>, &mut Vec<Clique>)> {
        let parts = match &mut self.cover {
            Cover::Split { parts } => parts.as_mut_slice(),
            Cover::Cliques { .. } | Cover::Branch { .. } => &mut [],
        };
        parts.iter_mut().filter_map(|(rows, cover)| match cover {
            Cover::Cliques { cliques, .. } => Some((rows, cliques)),
            Cover::Branch { .. } | Cover::Split { .. } => None,
        })
    }

    /// The kernel on both ends, which must meet.
    pub(super) fn examine(&self) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("points");
        let rows = self.packing.iter().flat_map(|i| self.points.row(*i)).copied().collect();
        let witness = || {
            let (count, dim) = (self.points.len(), self.points.dim());
            let rows: Vec<String> = self.packing.iter().map(usize::to_string).collect();
            format!("{count} points in dimension {dim}, margin {}, rows {}", self.margin, rows.join(", "))
        };
        let packing = shatter::shattered(&Points::new(self.points.dim(), rows)?, self.margin);
        let lower = finding.judged("the points of the packing are 2m apart", packing, witness);
        let upper =
            finding.accepted(cover::packing_upper(&self.points, 2.0 * self.margin, &self.cover), witness);
        if let (Some(lower), Some(upper)) = (lower, upper) {
            let found = Interval::integer(lower.points.len() as u128);
            let most = Interval::integer(upper.count.into());
            finding.at_most("bound by the cover <= points of the packing", most, found, witness);
        }
        Ok(finding)
    }
}

/// Random sets, integer ones with many ties among them, and regular polygons, whose odd cycles no clique cover meets.
pub(super) fn random(ctx: &Context) -> Result<Vec<Bracket>, CheckError> {
    let mut random = ctx.generator("sets");
    let mut brackets = Vec::new();
    for index in 0..ctx.count(40, 400, 4_000) {
        let dim = random.random_range(1..=4_usize);
        let count = random.random_range(1..=60_usize);
        let coords: Vec<f64> = (0..count * dim)
            .map(|_| {
                if index % 2 == 0 {
                    f64::from(random.random_range(0..12))
                } else {
                    random.random_range(0.0..12.0)
                }
            })
            .collect();
        let margin = f64::from(random.random_range(1..=10)) / 2.0;
        brackets.push(Bracket::of(Points::new(dim, coords)?, margin)?);
    }
    for corners in [5, 7, 9, 11, 21] {
        let angle = |k: usize| std::f64::consts::TAU * k as f64 / corners as f64;
        let coords = (0..corners).flat_map(|k| [angle(k).cos(), angle(k).sin()]).collect();
        // Neighbours conflict, others do not.
        let step = std::f64::consts::PI / corners as f64;
        let margin = 0.5 * (step.sin() + (2.0 * step).sin());
        brackets.push(Bracket::of(Points::new(2, coords)?, margin)?);
    }
    Ok(brackets)
}

/// Cells and digits at margins where the search closes in seconds.
pub(super) fn real_data(ctx: &Context) -> Result<Vec<Bracket>, CheckError> {
    let data = breast_cancer()?;
    let dim = data.benign.dim();
    let cells = |count: usize| {
        let coords = data.malignant.coords().iter().chain(data.benign.coords()).take(count * dim);
        Points::new(dim, coords.copied().collect())
    };
    let images = |count: usize| {
        let points = &digits()?.points;
        Ok::<_, CheckError>(Points::new(points.dim(), points.coords()[..count * points.dim()].to_vec())?)
    };
    let mut brackets = Vec::new();
    for margin in [1.0, 2.0, 6.0] {
        brackets.push(Bracket::of(cells(ctx.count(120, 569, 569))?, margin)?);
    }
    for margin in [6.0, 8.0] {
        brackets.push(Bracket::of(images(ctx.count(300, 1_797, 1_797))?, margin)?);
    }
    Ok(brackets)
}
