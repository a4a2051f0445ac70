//! How results show themselves in a notebook: the hook of the Rust kernel evcxr.

use std::io::Write;

use maud::html;

use super::Table;
use crate::Picture;

/// Hands the kernel a value in several formats, of which the reader's program takes the richest.
fn hand_over(formats: &[(&str, &str)]) {
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

impl Table {
    /// Shows the table in a notebook.
    pub fn evcxr_display(&self) {
        hand_over(&[("text/html", &self.html()), ("text/plain", &self.text())]);
    }

    /// As an HTML table.
    pub fn html(&self) -> String {
        let table = html! {
            table {
                caption { (self.title) }
                thead { tr { @for column in &self.columns { th scope="col" { (column) } } } }
                tbody { @for row in &self.rows { tr { @for cell in row { td { (cell.shown()) } } } } }
            }
        };
        table.into_string()
    }
}
