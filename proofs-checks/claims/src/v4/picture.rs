//! The network that realises a labelling.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Picture};
use lip1_vc::{Label, shattering_network};

use super::instance::Instance;
use crate::picture::Drawn;

/// The interpolating network of width 8 for six labels.
pub(super) fn interpolant() -> Result<Picture, CheckError> {
    let labels = [Label::Plus, Label::Minus, Label::Minus, Label::Plus, Label::Plus, Label::Minus];
    let network = Instance::new(8, 2, shattering_network(&labels)?);
    let value = |step: i32| -> Result<(f64, f64), CheckError> {
        let x = f64::from(step) / 20.0;
        Ok((x, network.at(x)?.lower()))
    };
    let line = (-10..=110).map(value).collect::<Result<_, _>>()?;
    let dots = labels.iter().enumerate().map(|(k, label)| (k as f64, label.sign())).collect();
    Chart {
        title: "A GroupSort2 layer of 8 neurons that realises six labels".to_owned(),
        alternative: "A zigzag through the values +1, -1, -1, +1, +1, -1 at the points 0 to 5, with a kink at each of the \
                      four inner points: one pair of neurons a kink. A seventh point with the label + would need a fifth."
            .to_owned(),
        x: "x".to_owned(),
        y: "f(x)".to_owned(),
        series: vec![
            Series { name: "the network".to_owned(), mark: Mark::Line, points: line },
            Series { name: "labels".to_owned(), mark: Mark::Dots, points: dots },
        ],
    }
    .drawn()
}
