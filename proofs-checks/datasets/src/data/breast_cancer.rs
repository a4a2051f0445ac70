//! Breast Cancer Wisconsin (Diagnostic): 569 fine-needle aspirates, 30 features, malignant or benign.

use std::sync::OnceLock;

use lip1_kernel::Points;

use crate::{Error, csv};

pub(super) static FILE: &[u8] = include_bytes!("../../data/breast_cancer.csv");

/// The aspirates by class, each feature standardised over all of them (mean 0, standard deviation 1).
#[derive(Debug)]
pub struct BreastCancer {
    /// 212 malignant aspirates, 30 features.
    pub malignant: Points,
    /// 357 benign aspirates, 30 features.
    pub benign: Points,
}

/// The data, parsed at the first call.
///
/// # Errors
/// When the embedded file is not what it should be.
pub fn breast_cancer() -> Result<&'static BreastCancer, Error> {
    static PARSED: OnceLock<Result<BreastCancer, String>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| parse().map_err(|error| error.to_string()));
    parsed.as_ref().map_err(|reason| Error::Instance(reason.clone()))
}

fn parse() -> Result<BreastCancer, Error> {
    let table = csv::parse("breast_cancer.csv", FILE)?;
    let (points, classes) = table.split_last("a class")?;
    let scales: Vec<Scale> = (0..points.dim()).map(|column| Scale::of(&points, column)).collect();
    // The file has 0 for malignant and 1 for benign.
    let class = |benign: bool| {
        let rows = points.rows().zip(&classes).filter(|(_, class)| (**class > 0.5) == benign);
        let coords = rows.flat_map(|(row, _)| row.iter().zip(&scales).map(|(x, scale)| scale.apply(*x)));
        Points::new(points.dim(), coords.collect())
    };
    let (malignant, benign) = (class(false)?, class(true)?);
    Ok(BreastCancer { malignant, benign })
}

struct Scale {
    mean: f64,
    deviation: f64,
}

impl Scale {
    fn of(points: &Points, column: usize) -> Self {
        let count = points.len() as f64;
        let values = || points.rows().filter_map(|row| row.get(column));
        let mean = values().sum::<f64>() / count;
        let variance = values().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
        Self { mean, deviation: variance.sqrt() }
    }

    fn apply(&self, x: f64) -> f64 {
        (x - self.mean) / self.deviation
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_classes_have_their_sizes_and_every_feature_is_standardised() {
        let data = super::breast_cancer().unwrap();
        assert_eq!((data.malignant.len(), data.benign.len()), (212, 357));
        for column in 0..30 {
            let all = || data.malignant.rows().chain(data.benign.rows()).map(|row| row[column]);
            let rounding = 569.0 * f64::EPSILON * 20.0;
            assert!((all().sum::<f64>() / 569.0).abs() < rounding);
            assert!((all().map(|x| x * x).sum::<f64>() / 569.0 - 1.0).abs() < rounding);
        }
    }
}
