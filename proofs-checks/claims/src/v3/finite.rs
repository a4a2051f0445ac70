//! Finite sets: a packing and covers that meet.

use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::cover::{self, Cover};
use lip1_kernel::{Points, shatter};
use lip1_vc::{Effort, packing_number};
use rand::RngExt;

/// A finite set with a packing and proofs for parts of it.
pub(super) struct Bracket {
    points: Points,
    margin: f64,
    /// Rows of the packing.
    packing: Vec<usize>,
    /// Rows and a cover of them.
    parts: Vec<(Vec<usize>, Cover)>,
}

impl Bracket {
    fn of(points: Points, margin: f64) -> Result<Self, CheckError> {
        let found = packing_number(&points, margin, Effort::default())?;
        let parts = found.proofs.into_iter().map(|part| (part.rows, part.cover)).collect();
        Ok(Self { points, margin, packing: found.shattered, parts })
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
        for (_, cover) in &mut self.parts {
            if let Cover::Cliques { cliques, .. } = cover
                && cliques.len() > 1
                && let (Some(last), Some(first)) = (cliques.pop(), cliques.first_mut())
            {
                first.members.extend(last.members);
            }
        }
        self
    }

    pub(super) fn with_one_clique_less(mut self) -> Self {
        for (_, cover) in &mut self.parts {
            if let Cover::Cliques { cliques, .. } = cover {
                cliques.pop();
            }
        }
        self
    }

    /// The packing and the rows of the proofs, without what stands for one row of the packing.
    pub(super) fn with_one_row_unproved(mut self) -> Self {
        self.packing.pop();
        for (rows, cover) in &mut self.parts {
            if let Cover::Cliques { cliques, .. } = cover
                && let Some(clique) = cliques.pop()
            {
                // The rows are renumbered without those of the clique.
                let gone = clique.members;
                let place =
                    |member: u32| member - gone.iter().filter(|other| **other < member).count() as u32;
                cliques
                    .iter_mut()
                    .flat_map(|clique| &mut clique.members)
                    .for_each(|member| *member = place(*member));
                let mut index = 0;
                rows.retain(|_| {
                    index += 1;
                    !gone.contains(&(index - 1))
                });
            }
        }
        self
    }

    /// The kernel on both ends, which must meet.
    pub(super) fn examine(&self) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("points");
        let rows = |rows: &[usize]| {
            Points::new(self.points.dim(), rows.iter().flat_map(|i| self.points.row(*i)).copied().collect())
        };
        let witness = || {
            let (count, dim) = (self.points.len(), self.points.dim());
            format!("{count} points in dimension {dim}, margin {}, packing {:?}", self.margin, self.packing)
        };
        finding.judged(shatter::shattered(&rows(&self.packing)?, self.margin), witness);
        let mut upper = 0;
        let mut proved = vec![false; self.points.len()];
        for (part, cover) in &self.parts {
            part.iter().for_each(|row| proved[*row] = true);
            match cover::packing_upper(&rows(part)?, 2.0 * self.margin, cover) {
                Ok(bound) => upper += bound.count,
                Err(refusal) => finding.refused(refusal),
            }
        }
        finding.exact(proved.iter().all(|proved| *proved), || format!("a row without proof: {}", witness()));
        let gap = upper as f64 - self.packing.len() as f64;
        finding.exact(gap <= 0.0, || format!("{upper} points not excluded, {}", witness()));
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
