//! Dots of a size in pixels, in shapes that can be told apart.

use plotters::element::{Drawable, PointCollection};
use plotters::style::{Color, RGBColor, WHITE};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

/// A disc, a triangle, a cross, a square or a ring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dot<At> {
    pub(super) at: At,
    /// Half of its width in pixels.
    pub(super) size: i32,
    pub(super) colour: RGBColor,
    /// Which shape, from 0.
    pub(super) shape: usize,
    /// Whether a white rim sets it off from a map.
    pub(super) rimmed: bool,
}

impl<'a, At: 'a> PointCollection<'a, At> for &'a Dot<At> {
    type Point = &'a At;
    type IntoIter = std::iter::Once<&'a At>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<At, DB: DrawingBackend> Drawable<DB> for Dot<At> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut places: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let Some((x, y)) = places.next() else { return Ok(()) };
        let (size, filled, thin) = (self.size, self.colour.filled(), self.colour.stroke_width(2));
        let square = |half: i32| ((x - half, y - half), (x + half, y + half));
        match self.shape % 5 {
            0 => {
                if self.rimmed {
                    backend.draw_circle((x, y), size as u32 + 1, &WHITE, true)?;
                }
                backend.draw_circle((x, y), size as u32, &filled, true)
            }
            1 => {
                let (high, wide) = (size + 2, size + 1);
                backend.fill_polygon([(x, y - high), (x - wide, y + wide), (x + wide, y + wide)], &filled)
            }
            2 => {
                let (from, to) = square(size);
                backend.draw_line(from, to, &thin)?;
                backend.draw_line((from.0, to.1), (to.0, from.1), &thin)
            }
            3 => {
                let (from, to) = square(size - 1);
                backend.draw_rect(from, to, &filled, true)
            }
            _ => backend.draw_circle((x, y), size as u32, &thin, false),
        }
    }
}
