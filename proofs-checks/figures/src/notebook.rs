//! How values show themselves in a notebook: the hook of the Rust kernel evcxr.

use std::io::Write;

use crate::Picture;

/// Hands the kernel a value in several formats, named by their media types, of which the reader's program takes the richest.
pub fn hand_over(formats: &[(&str, &str)]) {
    let mut out = std::io::stdout().lock();
    for (format, content) in formats {
        // A notebook that went away needs nothing any more.
        let _ = writeln!(out, "EVCXR_BEGIN_CONTENT {format}\n{}\nEVCXR_END_CONTENT", content.trim_end());
    }
}

impl Picture {
    /// Shows the picture in a notebook, with its text alternative.
    pub fn evcxr_display(&self) {
        hand_over(&[("image/svg+xml", &self.svg), ("text/plain", &self.alternative)]);
    }
}
