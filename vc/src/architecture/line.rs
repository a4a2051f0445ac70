//! One hidden layer of GroupSort2 on the line: VC dimension exactly W/2 + 2.

use lip1_kernel::net::{Dense, Layer, Net};

use crate::error::Error;
use crate::shatter::Label;

/// `W/2 + 2`, the VC dimension of one hidden GroupSort2 layer with W neurons and biases on the line.
///
/// Lower end: [`shattering_network`]. Upper end: each pair has one kink, so the output has at most W/2 + 1 affine
/// pieces, hence at most W/2 + 1 changes of sign; W/2 + 3 points labelled alternately need W/2 + 2.
///
/// # Errors
/// [`Error::Length`] for an odd or zero width.
pub fn line_vc_dimension(width: usize) -> Result<usize, Error> {
    if width == 0 || !width.is_multiple_of(2) {
        return Err(Error::Length { what: "width", found: width, expected: (width / 2 + 1) * 2 });
    }
    Ok(width / 2 + 2)
}

/// A network with one hidden GroupSort2 layer that takes the value ±1 of its label at each of the points `0, 1, ..., k - 1`.
///
/// The piecewise linear interpolant `f(0) + s_1 t + sum (s_{j+1} - s_j) max(t - j, 0)`, `s_j` the slope between points
/// j-1 and j, has its kinks at the k - 2 inner points; pair j sorts `(t - j, 0)`, whose maximum is the hinge and whose
/// minimum plus maximum is `t - j`. Width `2(k - 2)`; all weights are small integers and
/// no value is 0: the labels are right under either convention for sign 0.
///
/// ```
/// use lip1_kernel::forward;
/// use lip1_vc::{Label, shattering_network};
/// let net = shattering_network(&[Label::Plus, Label::Minus, Label::Plus, Label::Minus])?;
/// assert_eq!(net.layers().len(), 3);
/// assert!(forward::enclose(&net, &[2.0])?.values[0].lower() > 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Length`] for fewer than three labels.
pub fn shattering_network(labels: &[Label]) -> Result<Net, Error> {
    if labels.len() < 3 {
        return Err(Error::Length { what: "labels", found: labels.len(), expected: 3 });
    }
    let slopes: Vec<f64> = labels.windows(2).map(|pair| pair[1].sign() - pair[0].sign()).collect();
    let kinks = slopes.len() - 1;
    let hidden = Dense {
        outputs: 2 * kinks,
        inputs: 1,
        weight: [1.0, 0.0].repeat(kinks),
        bias: (1..=kinks).flat_map(|kink| [-(kink as f64), 0.0]).collect(),
    };
    // After sorting: minimum, maximum. The first pair also carries the line of slope s_1.
    let turns = slopes.windows(2).map(|pair| pair[1] - pair[0]);
    let weight = turns.enumerate().flat_map(|(j, turn)| {
        let line = if j == 0 { slopes[0] } else { 0.0 };
        [line, line + turn]
    });
    let output = Dense {
        outputs: 1,
        inputs: 2 * kinks,
        weight: weight.collect(),
        bias: vec![labels[0].sign() + slopes[0]],
    };
    let layers = vec![Layer::Dense(hidden), Layer::Sort { group: 2 }, Layer::Dense(output)];
    Ok(Net::new(1, layers)?)
}

#[cfg(test)]
mod tests {
    use super::{line_vc_dimension, shattering_network};
    use crate::pieces::pieces_on_line;
    use crate::shatter::labellings;
    use lip1_kernel::forward;

    #[test]
    fn every_labelling_of_half_the_width_plus_two_points_is_realised() {
        for width in [2, 4, 6, 8, 10, 12] {
            let points = line_vc_dimension(width).unwrap();
            for labels in labellings(points) {
                let net = shattering_network(&labels).unwrap();
                for (at, label) in labels.iter().enumerate() {
                    let value = forward::enclose(&net, &[at as f64]).unwrap().values[0];
                    assert!(label.sign() * value.lower() > 0.5 && label.sign() * value.upper() > 0.5);
                }
                assert!(pieces_on_line(&net).unwrap().maps <= width / 2 + 1);
            }
        }
        assert!(line_vc_dimension(3).is_err() && line_vc_dimension(0).is_err());
    }
}
