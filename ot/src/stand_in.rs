//! Local stand-in for the kernel's transport rule, until that rule is there.
#![allow(missing_docs)]
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(pub String);
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Refusal {}
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    dim: usize,
    coords: Vec<f64>,
}
impl Points {
    pub fn new(dim: usize, coords: Vec<f64>) -> Result<Self, Refusal> {
        if dim == 0 || coords.len() % dim != 0 || coords.iter().any(|c| !c.is_finite()) {
            return Err(Refusal("points".into()));
        }
        Ok(Self { dim, coords })
    }
    pub fn len(&self) -> usize {
        self.coords.len() / self.dim
    }
    pub fn is_empty(&self) -> bool {
        self.coords.is_empty()
    }
    pub fn dim(&self) -> usize {
        self.dim
    }
    pub fn row(&self, i: usize) -> &[f64] {
        &self.coords[i * self.dim..(i + 1) * self.dim]
    }
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.coords.chunks_exact(self.dim)
    }
    pub fn coords(&self) -> &[f64] {
        &self.coords
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    L2,
    L1,
    Linf,
}
#[derive(Debug, Clone)]
pub struct Problem {
    pub p: Points,
    pub q: Points,
    pub p_mass: Vec<u64>,
    pub q_mass: Vec<u64>,
    pub cost: Cost,
}
#[derive(Debug, Clone)]
pub struct Weights {
    pub p: Vec<f64>,
    pub q: Vec<f64>,
}
#[derive(Debug, Clone)]
pub struct Plan {
    pub flows: Vec<(u32, u32, u64)>,
}
#[derive(Debug, Clone)]
pub struct Potentials {
    pub u: Vec<f64>,
    pub v: Vec<f64>,
}
#[derive(Debug, Clone, Copy)]
pub struct Bracket {
    pub lower: f64,
    pub upper: f64,
}
pub fn distance(x: &[f64], y: &[f64], cost: Cost) -> f64 {
    let d = x.iter().zip(y).map(|(a, b)| (a - b).abs());
    match cost {
        Cost::L2 => d.map(|d| d * d).sum::<f64>().sqrt(),
        Cost::L1 => d.sum(),
        Cost::Linf => d.fold(0.0, f64::max),
    }
}
pub fn distance_below(x: &[f64], y: &[f64], cost: Cost) -> f64 {
    distance(x, y, cost) * (1.0 - (x.len() as f64 + 4.0) * f64::EPSILON)
}
pub fn check(pb: &Problem, w: Option<&Weights>, plan: &Plan, pot: &Potentials) -> Result<Bracket, Refusal> {
    let total: u128 = pb.p_mass.iter().map(|&m| u128::from(m)).sum();
    let mut row = vec![0u128; pb.p.len()];
    let mut col = vec![0u128; pb.q.len()];
    let mut upper = 0.0;
    for &(i, j, f) in &plan.flows {
        row[i as usize] += u128::from(f);
        col[j as usize] += u128::from(f);
        upper += f as f64 / total as f64 * distance(pb.p.row(i as usize), pb.q.row(j as usize), pb.cost);
    }
    if row.iter().zip(&pb.p_mass).any(|(a, &b)| *a != u128::from(b))
        || col.iter().zip(&pb.q_mass).any(|(a, &b)| *a != u128::from(b))
    {
        return Err(Refusal("marginals".into()));
    }
    for (i, x) in pb.p.rows().enumerate() {
        for (j, y) in pb.q.rows().enumerate() {
            let d = distance(x, y, pb.cost);
            if (pot.u[i] - pot.v[j]).next_up() > d && pot.u[i] > pot.v[j] {
                return Err(Refusal(format!("slope {i} {j}: {} {} {d}", pot.u[i], pot.v[j])));
            }
        }
    }
    let mut lower = 0.0;
    match w {
        None => {
            lower += pb.p_mass.iter().zip(&pot.u).map(|(&m, u)| m as f64 / total as f64 * u).sum::<f64>();
            lower -= pb.q_mass.iter().zip(&pot.v).map(|(&m, v)| m as f64 / total as f64 * v).sum::<f64>();
        }
        Some(w) => {
            let (sp, sq) = (w.p.iter().sum::<f64>(), w.q.iter().sum::<f64>());
            lower += w.p.iter().zip(&pot.u).map(|(&m, u)| m / sp * u).sum::<f64>();
            lower -= w.q.iter().zip(&pot.v).map(|(&m, v)| m / sq * v).sum::<f64>();
        }
    }
    let slop = 1e-14 * upper;
    Ok(Bracket { lower: (lower - slop).max(0.0), upper: upper + slop })
}
