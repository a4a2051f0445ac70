//! MNIST: 10,000 handwritten digits of 28 x 28 pixels.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use lip1_kernel::Points;

use crate::Error;

pub(super) static FILES: [&[u8]; 4] = [
    include_bytes!("../../data/mnist10k-train-images-idx3-ubyte.gz"),
    include_bytes!("../../data/mnist10k-train-labels-idx1-ubyte.gz"),
    include_bytes!("../../data/mnist10k-test-images-idx3-ubyte.gz"),
    include_bytes!("../../data/mnist10k-test-labels-idx1-ubyte.gz"),
];

/// Pixels of an image.
const PIXELS: usize = 28 * 28;

/// Two disjoint sets of images.
#[derive(Debug)]
pub struct Mnist {
    /// 8,000 images.
    pub train: Images,
    /// 2,000 images.
    pub test: Images,
}

/// Images with the digits that they show.
#[derive(Debug)]
pub struct Images {
    /// 784 bytes an image, row by row, 0 background and 255 ink.
    pub pixels: Vec<u8>,
    /// The digit of each.
    pub labels: Vec<u8>,
}

impl Images {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Some images as points with coordinates from 0 to 1; numbers out of range are left out.
    ///
    /// # Errors
    /// Never for embedded images.
    pub fn points(&self, which: impl IntoIterator<Item = usize>) -> Result<Points, Error> {
        let images = which.into_iter().filter_map(|k| self.pixels.get(k * PIXELS..(k + 1) * PIXELS));
        Ok(Points::new(PIXELS, images.flatten().map(|byte| f64::from(*byte) / 255.0).collect())?)
    }

    /// The numbers of the images that show a digit.
    pub fn of_class(&self, digit: u8) -> impl Iterator<Item = usize> {
        self.labels.iter().enumerate().filter(move |(_, label)| **label == digit).map(|(k, _)| k)
    }
}

/// The data, read at the first call.
///
/// # Errors
/// When an embedded file is not what it should be.
pub fn mnist() -> Result<&'static Mnist, Error> {
    static READ: OnceLock<Result<Mnist, String>> = OnceLock::new();
    let read = READ.get_or_init(|| read().map_err(|error| error.to_string()));
    read.as_ref().map_err(|reason| Error::Instance(reason.clone()))
}

fn read() -> Result<Mnist, Error> {
    let [train, train_labels, test, test_labels] = FILES;
    Ok(Mnist { train: images(train, train_labels)?, test: images(test, test_labels)? })
}

fn images(pixels: &[u8], labels: &[u8]) -> Result<Images, Error> {
    let (pixels, labels) = (payload(pixels, &[28, 28])?, payload(labels, &[])?);
    if pixels.len() != labels.len() * PIXELS || labels.iter().any(|label| *label > 9) {
        return Err(Error::Instance("embedded images and labels do not belong together".into()));
    }
    Ok(Images { pixels, labels })
}

/// The bytes of an IDX file whose items have the given shape.
fn payload(file: &[u8], shape: &[u32]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes)?;
    let number = |k: usize| {
        let four = bytes.get(4 * k..4 * k + 4).and_then(|four| four.try_into().ok());
        four.map(u32::from_be_bytes)
    };
    // Magic number: bytes, and the number of dimensions; then the sizes.
    let dimensions = shape.len() as u32 + 1;
    let right = number(0) == Some(0x0800 + dimensions)
        && shape.iter().enumerate().all(|(k, size)| number(k + 2) == Some(*size));
    let header = 4 * (shape.len() + 2);
    let items = number(1).map(|count| count as usize * shape.iter().product::<u32>() as usize);
    if right && items == bytes.len().checked_sub(header) {
        bytes.drain(..header);
        Ok(bytes)
    } else {
        Err(Error::Instance("an embedded IDX file has another shape".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::mnist;

    #[test]
    fn every_image_has_its_pixels_and_its_digit() {
        let mnist = mnist().unwrap();
        assert_eq!((mnist.train.len(), mnist.test.len()), (8_000, 2_000));
        let counts: Vec<usize> = (0..10).map(|digit| mnist.train.of_class(digit).count()).collect();
        assert!(counts.iter().all(|count| (600..1_000).contains(count)), "{counts:?}");
        let points = mnist.test.points([0, 1_999, 2_000]).unwrap();
        assert_eq!((points.len(), points.dim()), (2, 784));
        assert!(points.coords().iter().all(|x| (0.0..=1.0).contains(x)));
        assert!(points.rows().all(|row| row.iter().sum::<f64>() > 20.0));
    }
}
