//! The paper's Fig 3, read off its plot: CIFAR-10, convolutional networks. Its data was not published.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::Family;
use crate::{Cell, Table};

/// A point of the plot: the parameter, accuracy, and accuracy certified at 36/255, in shares. The last one of cross-entropy
/// stands for all temperatures from .5 on, at accuracies of .86 to .87.
type Spot = (f64, f64, f64);

/// A loss as the paper has it; its margins are in pixels from 0 to 255, its alpha is the weight of the hinge.
struct Front {
    family: Family,
    name: &'static str,
    spots: &'static [Spot],
}

static FRONTS: &[Front] = &[
    Front {
        family: Family::Temperature,
        name: "cross-entropy, tau (pixels 0..255)",
        spots: &[(0.05, 0.793, 0.255), (0.1, 0.83, 0.07), (0.5, 0.865, 0.0)],
    },
    Front {
        family: Family::Margin,
        name: "hinge, m (pixels 0..255)",
        spots: &[
            (100.0, 0.70, 0.437),
            (50.0, 0.75, 0.362),
            (36.0, 0.768, 0.29),
            (20.0, 0.80, 0.143),
            (10.0, 0.833, 0.01),
            (2.0, 0.862, 0.0),
        ],
    },
    Front {
        family: Family::Lambda,
        name: "HKR (m = 20, pixels 0..255), alpha",
        spots: &[
            (5.0, 0.575, 0.437),
            (10.0, 0.668, 0.42),
            (30.0, 0.775, 0.305),
            (50.0, 0.79, 0.245),
            (100.0, 0.80, 0.21),
            (300.0, 0.805, 0.167),
        ],
    },
];

/// The points as a table.
pub(super) fn table() -> Table {
    let columns = ["loss", "value", "accuracy (%)", "certified at 0.141 (%)"];
    let mut table = Table::new("published", "The paper's Fig 3, read off its plot (CIFAR-10)", &columns);
    for front in FRONTS {
        for &(value, accuracy, certified) in front.spots {
            table.row([
                Cell::from(front.name),
                value.into(),
                (100.0 * accuracy).into(),
                (100.0 * certified).into(),
            ]);
        }
    }
    table
}

/// The points as a picture in the looks of ours.
pub(super) fn picture() -> Result<Picture, Error> {
    let curve = |front: &Front| {
        let look = Family::ALL.iter().position(|family| *family == front.family).unwrap_or(0);
        let points = front.spots.iter().map(|(_, accuracy, certified)| (100.0 * accuracy, 100.0 * certified));
        Curve::new(front.name, Mark::LineAndDots, look, points.collect())
    };
    let plot = Plot {
        heading: String::new(),
        x: Axis::linear("accuracy (%)"),
        y: Axis::linear("accuracy certified at 36/255 (%)"),
        map: None,
        curves: FRONTS.iter().map(curve).collect(),
    };
    let alternative = "The paper's Fig 3 on CIFAR-10: accuracy certified at 36/255 against accuracy, one curve a loss. All three \
        fall: the hinge from 44 % certified at 70 % accuracy to nothing at 86 %, HKR from 44 % at 58 to 17 % at 81, \
        cross-entropy from 26 % at 79 to nothing at 86 to 87 %.";
    draw("The paper's Fig 3, read off its plot (CIFAR-10)", alternative, 1, &[plot])
}
