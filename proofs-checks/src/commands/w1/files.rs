//! The files that `lip1 w1` can write.

use lip1_checks::plot::Mark;
use lip1_checks::{Chart, Series};
use lip1_ot::Certified;

use super::Failure;

/// Rows `i,j,mass`: data rows from 0, and the share of the mass that goes from i to j.
pub(super) fn plan(certified: &Certified) -> String {
    let total: u128 = certified.problem.statement().p_mass.iter().map(|mass| u128::from(*mass)).sum();
    let flows = certified.solution.plan.flows.iter();
    let rows = flows.map(|(i, j, mass)| format!("{i},{j},{:?}\n", *mass as f64 / total as f64));
    "i,j,mass\n".to_owned() + &rows.collect::<String>()
}

/// Rows `side,row,value`: the 1-Lipschitz function at the points of P and of Q.
pub(super) fn potential(certified: &Certified) -> String {
    let rows = |side: &'static str, values: &[f64]| -> String {
        values.iter().enumerate().map(|(row, value)| format!("{side},{row},{value:?}\n")).collect()
    };
    let potentials = &certified.solution.potentials;
    "side,row,value\n".to_owned() + &rows("p", &potentials.u) + &rows("q", &potentials.v)
}

/// Both clouds and the plan in the plane, or the potential on the line.
pub(super) fn picture(certified: &Certified) -> Result<String, Failure> {
    let statement = certified.problem.statement();
    let potentials = &certified.solution.potentials;
    let dots =
        |name: &str, points: Vec<(f64, f64)>| Series { name: name.to_owned(), mark: Mark::Dots, points };
    let chart = match statement.p.dim() {
        1 => {
            let over =
                |points: &[f64], values: &[f64]| points.iter().copied().zip(values.iter().copied()).collect();
            Chart {
                title: "The optimal potential".to_owned(),
                alternative: "The potential at the points of P and of Q, against their position.".to_owned(),
                x: "x".to_owned(),
                y: "potential".to_owned(),
                series: vec![
                    dots("P", over(statement.p.coords(), &potentials.u)),
                    dots("Q", over(statement.q.coords(), &potentials.v)),
                ],
            }
        }
        2 => {
            let points = |rows: &lip1_kernel::Points| rows.rows().filter_map(in_plane).collect::<Vec<_>>();
            let ends = certified.solution.plan.flows.iter().filter_map(|&(i, j, _)| {
                Some([in_plane(statement.p.row(i as usize))?, in_plane(statement.q.row(j as usize))?])
            });
            Chart {
                title: "The optimal plan".to_owned(),
                alternative: "The points of P and of Q, those that exchange mass joined by a segment."
                    .to_owned(),
                x: "first coordinate".to_owned(),
                y: "second coordinate".to_owned(),
                series: vec![
                    dots("P", points(&statement.p)),
                    dots("Q", points(&statement.q)),
                    Series {
                        name: "plan".to_owned(),
                        mark: Mark::Segments,
                        points: ends.flatten().collect(),
                    },
                ],
            }
        }
        dim => return Err(Failure::new(format!("--svg draws one or two dimensions, not {dim}"))),
    };
    let drawn = if statement.p.dim() == 2 { chart.draw_to_scale() } else { chart.draw() };
    Ok(drawn.map_err(Failure::new)?.svg)
}

fn in_plane(point: &[f64]) -> Option<(f64, f64)> {
    match point {
        [x, y] => Some((*x, *y)),
        _ => None,
    }
}
