//! Pictures as inline SVG: curves over maps, linear or logarithmic axes, several panels in one picture.
//!
//! Curves differ in colour, in dashes and in the shape of their dots, so that they can be told apart in black and white;
//! maps go from dark to light.

mod axis;
mod dot;
mod map;
mod scale;

pub use axis::Axis;
pub use map::Map;

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::PathElement;
use plotters::prelude::{
    ChartBuilder, DrawingArea, IntoDrawingArea, IntoFont, LineSeries, RGBColor, SVGBackend, Text,
};
use plotters::style::{BLACK, Color, WHITE};

use crate::{Error, Picture};
use dot::Dot;
use scale::Scale;

/// Width of a picture in the units of the drawing.
const WIDTH: u32 = 960;
/// Height of a panel as a share of its width.
const ASPECT: f64 = 0.68;
/// Height of a line of the legend, as a multiple of the size of its letters.
const LEGEND: f64 = 1.45;
/// Left end of the legend, and what the sample of a line takes there before its name.
const INDENT: u32 = 90;
const KEY: u32 = 62;
/// Width of a letter as a share of the font's size, about; more than the mean of sans-serif fonts.
const LETTER: f64 = 0.6;
/// Width of lines.
const STROKE: u32 = 3;

/// Colours that can be told apart on white and on black, and without telling red from green, each with its dashes.
const LOOKS: [(RGBColor, &str); 6] = [
    (RGBColor(0x1f, 0x83, 0xc6), ""),
    (RGBColor(0xd9, 0x6c, 0x0a), "14 7"),
    (RGBColor(0x2a, 0x9d, 0x78), "3 6"),
    (RGBColor(0xc2, 0x4f, 0x9b), "14 6 3 6"),
    (RGBColor(0x85, 0x85, 0x85), "22 8"),
    (RGBColor(0x9a, 0x7b, 0x00), "8 4"),
];

/// How the white ground is filled, in SVG.
pub(crate) const GROUND: &str = "fill=\"#FFFFFF\"";

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The points joined.
    Line,
    /// A dot a point.
    Dots,
    /// The points joined, with dots.
    LineAndDots,
    /// The first point joined to the second, the third to the fourth, and so on.
    Segments,
    /// As segments, in thin lines: intervals around dots.
    Bars,
    /// As segments, in black, under the other curves.
    Frontier,
}

/// Points with a name.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Name in the legend; curves without one are left out there.
    pub name: String,
    /// How it is drawn.
    pub mark: Mark,
    /// Which colour, dashes and shape of dots, from 0.
    pub look: usize,
    /// Points; those that are not finite, or not positive on a logarithmic axis, are left out.
    pub points: Vec<(f64, f64)>,
}

impl Curve {
    /// A curve.
    pub fn new(name: impl Into<String>, mark: Mark, look: usize, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), mark, look, points }
    }
}

/// A pair of axes with what is drawn between them.
#[derive(Clone, Debug)]
pub struct Plot {
    /// Heading of the panel.
    pub heading: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What lies under the curves.
    pub map: Option<Map>,
    /// The curves, drawn in order.
    pub curves: Vec<Curve>,
}

/// Draws panels side by side, `columns` in a row, under one legend.
///
/// # Errors
/// When a panel has nothing finite to draw.
pub fn draw(
    title: impl Into<String>,
    alternative: impl Into<String>,
    columns: usize,
    panels: &[Plot],
) -> Result<Picture, Error> {
    let (title, alternative) = (title.into(), alternative.into());
    let columns = columns.clamp(1, panels.len().max(1));
    let rows = panels.len().div_ceil(columns);
    let font = if columns == 1 {
        25.0
    } else if columns == 2 {
        20.0
    } else {
        17.0
    };
    let aspect = if columns == 1 { ASPECT } else { 0.92 };
    let width = WIDTH / columns as u32;
    let mut ranges = Vec::new();
    for plot in panels {
        ranges.push(plot.ranges().ok_or_else(|| Error::Nothing { title: title.clone() })?);
    }
    let mut panel = (f64::from(width) * aspect) as u32;
    for (plot, (x, y)) in panels.iter().zip(&ranges).filter(|(plot, _)| plot.y.same_unit) {
        panel = plot.true_height(width, font, *x, *y)?;
    }
    let names = names(panels);
    let room = f64::from(WIDTH - INDENT) / 2.0 - f64::from(KEY);
    let long = names.iter().any(|(name, ..)| name.chars().count() as f64 * font * LETTER > room);
    let in_a_row = if columns == 1 || long { 1 } else { 2 };
    let legend = (names.len().div_ceil(in_a_row) as f64 * font * LEGEND) as u32 + 8;
    let size = (WIDTH, panel * rows as u32 + legend);
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    let drawn = area.fill(&WHITE).map_err(Error::from).and_then(|()| {
        let (above, below) = area.split_vertically(panel * rows as u32);
        let mut maps = Vec::new();
        let places = above.split_evenly((rows, columns));
        for ((plot, place), (x, y)) in panels.iter().zip(places).zip(&ranges) {
            maps.push(plot.draw_on(&place, font, *x, *y)?);
        }
        write_names(&below, font, in_a_row, &names)?;
        area.present()?;
        Ok(maps.concat())
    });
    drop(area);
    let maps = drawn?;
    for (colour, dashes) in LOOKS.iter().filter(|(_, dashes)| !dashes.is_empty()) {
        // Plotters draws dashes as many short lines; SVG can do it with one.
        let plain =
            format!("stroke=\"#{:02X}{:02X}{:02X}\" stroke-width=\"{STROKE}\"", colour.0, colour.1, colour.2);
        svg = svg.replace(&plain, &format!("{plain} stroke-dasharray=\"{dashes}\""));
    }
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let opening = svg.find('>').map_or(0, |at| at + 1);
    let head = format!("<title>{}</title>\n<desc>{}</desc>", escaped(&title), escaped(&alternative));
    svg.insert_str(opening, &format!("\n{head}"));
    svg = svg.replacen("<svg ", "<svg role=\"img\" ", 1);
    // The white ground is the first element; maps lie on it and under everything else.
    if let Some(ground) = svg.find("<rect ").and_then(|at| svg[at..].find("/>").map(|end| at + end + 2)) {
        svg.insert_str(ground, &maps);
    }
    Ok(Picture { title, alternative, svg })
}

/// The names for the legend, each once.
fn names(panels: &[Plot]) -> Vec<(&str, Mark, usize)> {
    let mut names: Vec<(&str, Mark, usize)> = Vec::new();
    for curve in panels.iter().flat_map(|plot| &plot.curves) {
        let known = names.iter().any(|(name, ..)| *name == curve.name);
        if !curve.name.is_empty() && !known {
            names.push((&curve.name, curve.mark, curve.look));
        }
    }
    names
}

type Drawn<T> = Result<T, DrawingAreaErrorKind<std::io::Error>>;

fn write_names(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    font: f64,
    in_a_row: usize,
    names: &[(&str, Mark, usize)],
) -> Drawn<()> {
    for (index, (name, mark, look)) in names.iter().enumerate() {
        let left = (INDENT + (index % in_a_row) as u32 * (WIDTH - INDENT) / in_a_row as u32) as i32;
        let top = ((index / in_a_row) as f64 * font * LEGEND) as i32;
        let middle = top + (font / 2.0) as i32;
        let (colour, _) = LOOKS[look % LOOKS.len()];
        let line = match mark {
            Mark::Line | Mark::LineAndDots | Mark::Segments => Some(colour.stroke_width(STROKE)),
            Mark::Bars => Some(colour.stroke_width(1)),
            Mark::Frontier => Some(BLACK.stroke_width(1)),
            Mark::Dots => None,
        };
        if let Some(style) = line {
            area.draw(&PathElement::new([(left, middle), (left + 50, middle)], style))?;
        }
        if matches!(mark, Mark::Dots | Mark::LineAndDots) {
            area.draw(&Dot { at: (left + 25, middle), size: 6, colour, shape: *look, rimmed: false })?;
        }
        area.draw(&Text::new(
            (*name).to_owned(),
            (left + KEY as i32, top),
            ("sans-serif", font).into_font(),
        ))?;
    }
    Ok(())
}

impl Plot {
    /// The curve's points on the axes' scales.
    fn placed<'a>(&'a self, curve: &'a Curve) -> impl Iterator<Item = (f64, f64)> + 'a {
        let placed = curve.points.iter().map(|(x, y)| (self.x.place(*x), self.y.place(*y)));
        placed.filter(|(x, y)| x.is_finite() && y.is_finite())
    }

    fn ranges(&self) -> Option<((f64, f64), (f64, f64))> {
        let points = || self.curves.iter().flat_map(|curve| self.placed(curve));
        let corners = || self.map.iter().flat_map(|map| [(map.x.0, map.y.0), (map.x.1, map.y.1)]);
        let x = self.x.range(points().chain(corners()).map(|(x, _)| x), self.map.is_some())?;
        let y = self.y.range(points().chain(corners()).map(|(_, y)| y), self.map.is_some())?;
        Some((x, y))
    }

    /// The chart around the axes.
    fn frame<'a, 'b>(
        &self,
        area: &'a DrawingArea<SVGBackend<'b>, Shift>,
        font: f64,
    ) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
        let mut builder = ChartBuilder::on(area);
        builder.margin(10).margin_right(24).x_label_area_size(font * 2.7).y_label_area_size(font * 4.0);
        if self.heading.is_empty() {
            // Room for the upper half of a label at the very top.
            builder.margin_top(font * 0.7);
        } else {
            builder.caption(&self.heading, ("sans-serif", font).into_font());
        }
        builder
    }

    /// The height at which units of both axes are equally long, in a panel of a given width.
    fn true_height(&self, width: u32, font: f64, x: (f64, f64), y: (f64, f64)) -> Drawn<u32> {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, (width, width)).into_drawing_area();
        let scales = (Scale::new(&self.x, x), Scale::new(&self.y, y));
        let chart = self.frame(&area, font).build_cartesian_2d(scales.0, scales.1)?;
        let (columns, rows) = chart.plotting_area().get_pixel_range();
        let around = f64::from(width) - rows.len() as f64;
        Ok((around + columns.len() as f64 * (y.1 - y.0) / (x.1 - x.0)).round() as u32)
    }

    /// Draws all but the map and the frontiers, which lie under the rest and are returned as SVG.
    fn draw_on(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        font: f64,
        x: (f64, f64),
        y: (f64, f64),
    ) -> Drawn<String> {
        let letters = || ("sans-serif", font).into_font();
        let (across, up) = (Scale::new(&self.x, x), Scale::new(&self.y, y));
        let mut chart = self.frame(area, font).build_cartesian_2d(across, up)?;
        chart
            .configure_mesh()
            .x_desc(&self.x.label)
            .y_desc(&self.y.label)
            .label_style(letters())
            .axis_desc_style(letters())
            .light_line_style(BLACK.mix(0.0))
            .bold_line_style(BLACK.mix(0.12))
            .draw()?;
        for curve in &self.curves {
            let (colour, _) = LOOKS[curve.look % LOOKS.len()];
            let points: Vec<(f64, f64)> = self.placed(curve).collect();
            match curve.mark {
                Mark::Line | Mark::LineAndDots => {
                    let line = points.iter().copied();
                    chart.draw_series(LineSeries::new(line, colour.stroke_width(STROKE)))?;
                }
                Mark::Segments | Mark::Bars => {
                    let style = colour.stroke_width(if curve.mark == Mark::Bars { 1 } else { STROKE });
                    for ends in points.chunks_exact(2) {
                        chart.draw_series(LineSeries::new(ends.iter().copied(), style))?;
                    }
                }
                Mark::Frontier | Mark::Dots => {}
            }
            if matches!(curve.mark, Mark::Dots | Mark::LineAndDots) {
                let size = if points.len() > 100 { 2 } else { 5 };
                let rimmed = self.map.is_some();
                let dot = |at: &(f64, f64)| Dot { at: *at, size, colour, shape: curve.look, rimmed };
                chart.draw_series(points.iter().map(dot))?;
            }
        }
        let (columns, rows) = chart.plotting_area().get_pixel_range();
        let across = |value: f64| spot(x, value, (columns.start, columns.end));
        let up = |value: f64| spot(y, value, (rows.end, rows.start));
        let mut under = String::new();
        if let Some(map) = &self.map {
            under += &map.svg((across(map.x.0), across(map.x.1)), (up(map.y.1), up(map.y.0)));
        }
        for curve in self.curves.iter().filter(|curve| curve.mark == Mark::Frontier) {
            let points: Vec<(f64, f64)> = self.placed(curve).collect();
            let piece = |ends: &[(f64, f64)]| {
                let [(a, b), (c, d)] = [ends[0], ends[1]].map(|(x, y)| (across(x), up(y)));
                format!("M{a:.1} {b:.1}L{c:.1} {d:.1}")
            };
            let path: String = points.chunks_exact(2).map(piece).collect();
            under += &format!("<path fill=\"none\" stroke=\"#000000\" stroke-width=\"1.5\" d=\"{path}\"/>\n");
        }
        Ok(under)
    }
}

/// Where a value lies between two pixels.
fn spot((low, high): (f64, f64), value: f64, (from, to): (i32, i32)) -> f64 {
    f64::from(from) + (value - low) / (high - low) * f64::from(to - from)
}

#[cfg(test)]
mod tests {
    use super::{Axis, Curve, Map, Mark, Plot, draw};
    use crate::on_any_ground;

    fn plot(points: Vec<(f64, f64)>) -> Plot {
        Plot {
            heading: "panel".into(),
            x: Axis::linear("time (s)"),
            y: Axis::logarithmic("norm"),
            map: None,
            curves: vec![Curve::new("a & b", Mark::LineAndDots, 1, points)],
        }
    }

    #[test]
    fn a_picture_has_axes_a_legend_and_a_text_alternative() {
        let picture =
            draw("t", "what < is seen", 2, &[plot(vec![(0.0, 1.0), (2.0, 1000.0)]), plot(vec![(1.0, 1.0)])])
                .unwrap();
        for text in ["time (s)", "norm", "panel", "a &amp; b", "<desc>what &lt; is seen</desc>", "dasharray"]
        {
            assert!(picture.svg.contains(text), "{text}");
        }
        assert!(picture.svg.starts_with("<svg role=\"img\"") && picture.svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn circles_are_round_where_units_are_to_be_equal() {
        let corners = vec![(0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (10.0, 20.0)];
        let plot = Plot {
            heading: String::new(),
            x: Axis::linear("x").between(0.0, 10.0),
            y: Axis::linear("y").between(0.0, 20.0).same_unit(),
            map: None,
            curves: vec![Curve::new("edge", Mark::Frontier, 0, corners)],
        };
        let svg = draw("t", "", 1, &[plot]).unwrap().svg;
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let places: Vec<f64> = path.split(['M', 'L', ' ']).filter_map(|place| place.parse().ok()).collect();
        let (across, up) = (places[2] - places[0], places[5] - places[7]);
        assert!(across > 100.0 && (up - 2.0 * across).abs() <= 2.0, "{path}");
        // The frontier has a name and is in the legend.
        assert!(svg.contains("edge"));
    }

    #[test]
    fn a_long_name_has_a_line_of_its_own() {
        let named = |name: &str| Curve::new(name, Mark::Line, 0, vec![(0.0, 1.0), (1.0, 2.0)]);
        let height = |name: &str| {
            let two = Plot { curves: vec![named("short"), named(name)], ..plot(vec![]) };
            let svg = draw("t", "", 2, &[two.clone(), two]).unwrap().svg;
            svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse::<u32>().unwrap()
        };
        assert!(height("a name that is far too long for half of a picture") > height("also short"));
    }

    #[test]
    fn nothing_to_draw_is_an_error() {
        assert!(draw("t", "", 1, &[plot(vec![(0.0, -1.0)])]).is_err());
    }

    #[test]
    fn a_map_lies_between_the_ground_and_the_axes() {
        let map = Map::of((0.0, 1.0), (0.0, 2.0), 4, 3, 2, |x, _| usize::from(x > 0.5));
        let plot = Plot {
            heading: String::new(),
            x: Axis::linear("x"),
            y: Axis::linear("y"),
            map: Some(map),
            curves: vec![],
        };
        let svg = draw("t", "", 1, &[plot]).unwrap().svg;
        let (ground, map, axis) =
            (svg.find("<rect").unwrap(), svg.find("<g ").unwrap(), svg.find("<line").unwrap());
        assert!(ground < map && map < axis);
    }

    #[test]
    fn on_a_page_only_the_ground_goes_and_dots_on_a_map_keep_their_rims() {
        let map = Map::of((0.0, 1.0), (0.0, 1.0), 2, 2, 2, |x, _| usize::from(x > 0.5));
        let dots = Curve::new("dots", Mark::Dots, 0, vec![(0.2, 0.2), (0.7, 0.7)]);
        let plot = Plot { map: Some(map), curves: vec![dots], ..plot(vec![]) };
        let plot = Plot { y: Axis::linear("y"), ..plot };
        let picture = draw("t", "", 1, &[plot]).unwrap();
        let white = |svg: &str| svg.matches(super::GROUND).count();
        assert_eq!((white(&picture.svg), white(&on_any_ground(&picture.svg))), (3, 2));
    }

    #[test]
    fn looks_differ_in_the_shape_of_their_dots() {
        let shapes: Vec<String> = (0..5)
            .map(|look| {
                let dots = Curve::new("", Mark::Dots, look, vec![(1.0, 10.0)]);
                let svg = draw("t", "", 1, &[Plot { curves: vec![dots], ..plot(vec![]) }]).unwrap().svg;
                // What the dot adds to axes and labels, without its colour.
                svg.lines()
                    .filter(|line| line.contains("opacity=\"1\"") && !line.contains("#000000"))
                    .map(|line| {
                        line.split(' ').next().unwrap_or_default().to_owned()
                            + if line.contains("fill=\"none\"") { "-" } else { "+" }
                    })
                    .collect()
            })
            .collect();
        for (k, shape) in shapes.iter().enumerate() {
            assert!(!shapes[..k].contains(shape), "{shapes:?}");
        }
    }
}
