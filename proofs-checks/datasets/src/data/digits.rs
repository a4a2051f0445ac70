//! Optical Recognition of Handwritten Digits: 1,797 images of 8 x 8 pixels.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use lip1_kernel::Points;

use crate::{Error, csv};

pub(super) static FILE: &[u8] = include_bytes!("../../data/digits8x8.csv.gz");

/// The images as points, pixels 0 to 16, with their classes.
#[derive(Debug)]
pub struct Digits {
    /// 1,797 points of 64 integers.
    pub points: Points,
    /// The digit that each shows.
    pub labels: Vec<u8>,
}

impl Digits {
    /// The images that show `digit`.
    ///
    /// # Errors
    /// Never for the embedded images, all of which are finite.
    pub fn class(&self, digit: u8) -> Result<Points, Error> {
        let rows = self.points.rows().zip(&self.labels).filter(|(_, label)| **label == digit);
        Ok(Points::new(self.points.dim(), rows.flat_map(|(row, _)| row).copied().collect())?)
    }
}

/// The data, parsed at the first call.
///
/// # Errors
/// When the embedded file is not what it should be.
pub fn digits() -> Result<&'static Digits, Error> {
    static PARSED: OnceLock<Result<Digits, String>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| parse().map_err(|error| error.to_string()));
    parsed.as_ref().map_err(|reason| Error::Instance(reason.clone()))
}

fn parse() -> Result<Digits, Error> {
    let mut text = Vec::new();
    GzDecoder::new(FILE).read_to_end(&mut text)?;
    let table = csv::parse("digits8x8.csv", &text)?;
    let (points, labels) = table.split_last("a class")?;
    Ok(Digits { points, labels: labels.iter().map(|label| *label as u8).collect() })
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn every_image_has_pixels_from_0_to_16_and_a_digit() {
        let digits = digits().unwrap();
        assert_eq!((digits.points.len(), digits.points.dim()), (1797, 64));
        assert!(digits.points.coords().iter().all(|x| x.fract() == 0.0 && (0.0..=16.0).contains(x)));
        let sizes: Vec<usize> = (0..10).map(|digit| digits.class(digit).unwrap().len()).collect();
        assert_eq!(sizes, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    }
}
