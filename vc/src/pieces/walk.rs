//! Pushing cells through a network, layer by layer.

use dashu_int::IBig;
use lip1_kernel::net::{Dense, Layer};

use crate::error::Error;
use crate::pieces::cell::{Cell, Form, Sides, product};
use crate::pieces::dyadic::{common_shift, scaled};

/// A cell on which the network so far is affine.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) cell: Cell,
    /// The entries as forms, all times `2^shift` of the walk.
    pub(crate) entries: Vec<Form>,
    /// What every group and unit did: the cell is the set of points with this pattern.
    pub(crate) pattern: Vec<u32>,
}

/// Cells with one common power of two.
pub(crate) struct Walk {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) shift: usize,
    most_cells: usize,
}

impl Walk {
    pub(crate) fn new(pieces: Vec<Piece>, shift: usize, most_cells: usize) -> Walk {
        Walk { pieces, shift, most_cells }
    }

    /// # Errors
    /// [`Error::Unsupported`] for a layer that is not piecewise affine with rational pieces, [`Error::TooLarge`]
    /// when there are too many cells.
    pub(crate) fn apply(&mut self, layer: &Layer) -> Result<(), Error> {
        match layer {
            Layer::Dense(dense) => self.dense(dense),
            Layer::Sort { group } => self.split(|piece, done| sort(piece, *group, done))?,
            Layer::Relu => {
                self.split(|piece, done| fold(piece, done, |_| [IBig::ZERO, IBig::ZERO, IBig::ZERO]))?
            }
            Layer::Abs => self.split(|piece, done| fold(piece, done, |form| form.map(|x| -x)))?,
            Layer::Select { from } => {
                for piece in &mut self.pieces {
                    piece.entries = from.iter().map(|i| piece.entries[*i].clone()).collect();
                }
            }
            Layer::Scale(factor) => self.scale(*factor),
            _ => {
                return Err(Error::Unsupported {
                    what: "dense, sort, select, relu, abs and scale layers only",
                });
            }
        }
        Ok(())
    }

    fn scale(&mut self, factor: f64) {
        let shift = common_shift([&factor]);
        let factor = scaled(factor, shift);
        for entry in self.pieces.iter_mut().flat_map(|piece| &mut piece.entries) {
            entry.iter_mut().for_each(|x| *x *= &factor);
        }
        self.shift += shift;
    }

    fn dense(&mut self, dense: &Dense) {
        // Biases must be integers in the new unit, weights in the step to it.
        let step = common_shift(&dense.weight).max(common_shift(&dense.bias).saturating_sub(self.shift));
        self.shift += step;
        let weight: Vec<IBig> = dense.weight.iter().map(|w| scaled(*w, step)).collect();
        let bias: Vec<IBig> = dense.bias.iter().map(|b| scaled(*b, self.shift)).collect();
        for piece in &mut self.pieces {
            let rows = weight.chunks(dense.inputs.max(1)).enumerate();
            piece.entries = rows
                .map(|(output, row)| {
                    let mut form = [IBig::ZERO, IBig::ZERO, bias.get(output).cloned().unwrap_or(IBig::ZERO)];
                    for (w, entry) in row.iter().zip(&piece.entries).filter(|(w, _)| **w != IBig::ZERO) {
                        form.iter_mut().zip(entry).for_each(|(sum, x)| *sum += w * x);
                    }
                    form
                })
                .collect();
        }
    }

    fn split(&mut self, cut: impl Fn(Piece, &mut Vec<Piece>)) -> Result<(), Error> {
        let mut done = Vec::with_capacity(self.pieces.len());
        for piece in std::mem::take(&mut self.pieces) {
            cut(piece, &mut done);
            if done.len() > self.most_cells {
                return Err(Error::TooLarge { what: "cells", found: done.len(), limit: self.most_cells });
            }
        }
        self.pieces = done;
        Ok(())
    }
}

/// The cells into which the zero sets of forms cut a cell; in order along a line.
fn parts(cell: Cell, forms: &[Form]) -> Vec<Cell> {
    let mut cells = vec![cell];
    for form in forms {
        let mut next = Vec::with_capacity(cells.len() + 1);
        for cell in cells {
            match cell.sides(form) {
                Sides::Both { above, below } => {
                    // The part that contains the first ray comes first.
                    let ascending = below.rays.first() == cell.rays.first();
                    next.extend(if ascending { [below, above] } else { [above, below] });
                }
                Sides::Above | Sides::Below | Sides::Neither => next.push(cell),
            }
        }
        cells = next;
    }
    cells
}

/// Orders each group by value, on the cells where that order does not change.
fn sort(piece: Piece, group: usize, done: &mut Vec<Piece>) {
    let groups = piece.entries.len() / group;
    let differences: Vec<Form> = (0..groups)
        .flat_map(|g| (0..group).flat_map(move |j| (0..j).map(move |i| (g * group + i, g * group + j))))
        .map(|(i, j)| difference(&piece.entries[i], &piece.entries[j]))
        .collect();
    for cell in parts(piece.cell, &differences) {
        let inside = cell.inside();
        let values: Vec<IBig> = piece.entries.iter().map(|form| product(form, &inside)).collect();
        let mut order: Vec<usize> = (0..piece.entries.len()).collect();
        order.chunks_mut(group).for_each(|run| run.sort_by(|i, j| values[*i].cmp(&values[*j])));
        let entries = order.iter().map(|i| piece.entries[*i].clone()).collect();
        let mut pattern = piece.pattern.clone();
        pattern.extend(order.iter().map(|i| u32::try_from(i % group).unwrap_or(u32::MAX)));
        done.push(Piece { cell, entries, pattern });
    }
}

/// Replaces negative entries, on the cells where no entry changes sign.
fn fold(piece: Piece, done: &mut Vec<Piece>, negative: impl Fn(Form) -> Form) {
    for cell in parts(piece.cell, &piece.entries) {
        let inside = cell.inside();
        let signs: Vec<bool> = piece.entries.iter().map(|form| product(form, &inside) < IBig::ZERO).collect();
        let entries = piece.entries.iter().zip(&signs);
        let entries = entries.map(|(form, below)| if *below { negative(form.clone()) } else { form.clone() });
        let mut pattern = piece.pattern.clone();
        pattern.extend(signs.iter().map(|below| u32::from(*below)));
        done.push(Piece { cell, entries: entries.collect(), pattern });
    }
}

fn difference(a: &Form, b: &Form) -> Form {
    [&a[0] - &b[0], &a[1] - &b[1], &a[2] - &b[2]]
}
