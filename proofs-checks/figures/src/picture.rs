//! Pictures with a text alternative, and the charts of claims: one panel with two labelled axes, drawn by [`plot`].

use crate::Error;
use crate::plot::{self, Axis, Curve, Mark, Plot};

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Caption.
    pub title: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// One `<svg>` element.
    pub svg: String,
}

/// The drawing of a picture without its white ground, black being the colour of the text around it, light or dark.
pub fn on_any_ground(svg: &str) -> String {
    svg.replacen(plot::GROUND, "fill=\"none\"", 1).replace("#000000", "currentColor")
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
    pub fn draw(&self) -> Result<Picture, Error> {
        self.draw_against(Axis::linear(&self.y))
    }

    /// Draws the chart as a map: a unit is as long on one axis as on the other.
    ///
    /// # Errors
    /// When there is nothing finite to draw.
    pub fn draw_to_scale(&self) -> Result<Picture, Error> {
        self.draw_against(Axis::linear(&self.y).same_unit())
    }

    fn draw_against(&self, y: Axis) -> Result<Picture, Error> {
        let curve = |(look, series): (usize, &Series)| {
            Curve::new(&series.name, series.mark, look, series.points.clone())
        };
        let curves = self.series.iter().enumerate().map(curve).collect();
        let panel = Plot { heading: String::new(), x: Axis::linear(&self.x), y, map: None, curves };
        plot::draw(&self.title, &self.alternative, 1, &[panel])
    }
}

#[cfg(test)]
mod tests {
    use super::{Chart, Mark, Series, on_any_ground};

    fn chart(points: Vec<(f64, f64)>) -> Chart {
        let series = vec![Series { name: "values".into(), mark: Mark::Line, points }];
        Chart { title: "t".into(), alternative: "a".into(), x: "time".into(), y: "length".into(), series }
    }

    #[test]
    fn a_chart_has_its_labels_and_on_a_page_neither_black_nor_a_ground() {
        let picture = chart(vec![(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0)]).draw().unwrap();
        let svg = on_any_ground(&picture.svg);
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        for text in ["time", "length", "values"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(picture.svg.contains("#FFFFFF") && picture.svg.contains("#000000"));
        assert!(!svg.contains("#FFFFFF") && !svg.contains("#000000") && !svg.contains("NaN"));
    }

    #[test]
    fn one_point_is_enough_and_none_is_refused() {
        assert!(chart(vec![(1.0, 1.0)]).draw().is_ok());
        assert!(chart(vec![(f64::NAN, 1.0)]).draw().is_err());
    }
}
