//! Charts of claims: drawn, and turned into the pictures that a finding keeps.

use lip1_figures::Chart;
use lip1_harness::{CheckError, Picture};

/// A chart as a picture for the report.
pub(crate) trait Drawn {
    /// With axes of their own scale.
    fn drawn(&self) -> Result<Picture, CheckError>;

    /// As a map: a unit is as long on one axis as on the other.
    fn drawn_to_scale(&self) -> Result<Picture, CheckError>;
}

impl Drawn for Chart {
    fn drawn(&self) -> Result<Picture, CheckError> {
        Ok(kept(self.draw()?))
    }

    fn drawn_to_scale(&self) -> Result<Picture, CheckError> {
        Ok(kept(self.draw_to_scale()?))
    }
}

fn kept(drawn: lip1_figures::Picture) -> Picture {
    let lip1_figures::Picture { title, alternative, svg } = drawn;
    Picture { title, alternative, svg }
}
