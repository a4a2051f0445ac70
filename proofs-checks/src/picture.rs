//! Pictures for the report: inline SVG with labelled axes and a text alternative.

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::Circle;
use plotters::prelude::{
    ChartBuilder, DrawingArea, IntoDrawingArea, IntoFont, LineSeries, PathElement, RGBColor, SVGBackend, Text,
};
use plotters::style::{BLACK, Color};

use crate::CheckError;

/// Width and height in the units of the drawing, of which plotters draws whole ones; the page scales it.
const SIZE: (u32, u32) = (960, 680);
/// Size of the letters in the same units.
const FONT: i32 = 27;
/// Height of a line of the legend.
const LEGEND: i32 = 40;
/// Colours that can be told apart on white and on black, and without telling red from green.
const COLOURS: [RGBColor; 5] = [
    RGBColor(0x1f, 0x83, 0xc6),
    RGBColor(0xd9, 0x6c, 0x0a),
    RGBColor(0x2a, 0x9d, 0x78),
    RGBColor(0xc2, 0x4f, 0x9b),
    RGBColor(0x85, 0x85, 0x85),
];

/// A picture of one check.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// Caption.
    pub title: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// One `<svg>` element.
    pub svg: String,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The points joined.
    Line,
    /// A dot a point.
    Dots,
    /// The first point joined to the second, the third to the fourth, and so on.
    Segments,
}

/// Points in the plane with a name.
#[derive(Clone, Debug)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// How it is drawn.
    pub mark: Mark,
    /// Points; those that are not finite are left out.
    pub points: Vec<(f64, f64)>,
}

/// A chart with two labelled axes.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Caption.
    pub title: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// Label of the horizontal axis.
    pub x: String,
    /// Label of the vertical axis.
    pub y: String,
    /// What is drawn, at least one finite point in all.
    pub series: Vec<Series>,
}

impl Chart {
    /// Draws the chart.
    ///
    /// # Errors
    /// When there is nothing finite to draw.
    pub fn draw(&self) -> Result<Picture, CheckError> {
        let failed = || CheckError::Instance(format!("picture \"{}\": nothing finite to draw", self.title));
        let x = range(self.finite().map(|(x, _)| x)).ok_or_else(failed)?;
        let y = range(self.finite().map(|(_, y)| y)).ok_or_else(failed)?;
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        self.draw_on(&area, x, y).map_err(|error| CheckError::Instance(error.to_string()))?;
        drop(area);
        // Black becomes the colour of the page's text, light or dark.
        let svg = svg.replace("#000000", "currentColor");
        Ok(Picture { title: self.title.clone(), alternative: self.alternative.clone(), svg })
    }

    fn finite(&self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.series.iter().flat_map(|series| series.points.iter().copied());
        points.filter(|(x, y)| x.is_finite() && y.is_finite())
    }

    fn draw_on(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        x: (f64, f64),
        y: (f64, f64),
    ) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
        let font = ("sans-serif", FONT).into_font();
        let legend = LEGEND * self.series.len() as i32;
        let (plot, names) = area.split_vertically(SIZE.1 as i32 - legend);
        let mut chart = ChartBuilder::on(&plot)
            .margin(16)
            .x_label_area_size(80)
            .y_label_area_size(120)
            .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
        chart
            .configure_mesh()
            .x_desc(&self.x)
            .y_desc(&self.y)
            .x_labels(6)
            .y_labels(6)
            .label_style(font.clone())
            .axis_desc_style(font.clone())
            .light_line_style(BLACK.mix(0.0))
            .bold_line_style(BLACK.mix(0.12))
            .draw()?;
        for (index, (series, colour)) in self.series.iter().zip(COLOURS.iter().cycle()).enumerate() {
            let points = series.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite());
            let height = LEGEND * index as i32 + 4;
            match series.mark {
                Mark::Line | Mark::Segments => {
                    let points: Vec<(f64, f64)> = points.collect();
                    let piece = if series.mark == Mark::Line { points.len().max(1) } else { 2 };
                    for ends in points.chunks(piece) {
                        chart.draw_series(LineSeries::new(ends.iter().copied(), colour.stroke_width(4)))?;
                    }
                    names.draw(&PathElement::new(
                        [(124, height + 14), (164, height + 14)],
                        colour.stroke_width(4),
                    ))?;
                }
                Mark::Dots => {
                    chart.draw_series(points.map(|point| Circle::new(point, 5, colour.filled())))?;
                    names.draw(&Circle::new((144, height + 14), 7, colour.filled()))?;
                }
            }
            names.draw(&Text::new(series.name.clone(), (178, height), font.clone()))?;
        }
        area.present()
    }
}

/// The range of some numbers, a little wider; never empty.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let margin = if high > low { (high - low) * 0.03 } else { low.abs().max(1.0) * 0.1 };
    let wider = (low - margin, high + margin);
    (wider.0.is_finite() && wider.1.is_finite()).then_some(wider)
}

#[cfg(test)]
mod tests {
    use super::{Chart, Mark, Series};

    fn chart(points: Vec<(f64, f64)>) -> Chart {
        let series = vec![Series { name: "values".into(), mark: Mark::Line, points }];
        Chart { title: "t".into(), alternative: "a".into(), x: "time".into(), y: "length".into(), series }
    }

    #[test]
    fn a_chart_has_its_labels_and_no_black() {
        let svg = chart(vec![(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0)]).draw().unwrap().svg;
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        for text in ["time", "length", "values"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(!svg.contains("#000000") && !svg.contains("NaN"));
    }

    #[test]
    fn one_point_is_enough_and_none_is_refused() {
        assert!(chart(vec![(1.0, 1.0)]).draw().is_ok());
        assert!(chart(vec![(f64::NAN, 1.0)]).draw().is_err());
    }
}
