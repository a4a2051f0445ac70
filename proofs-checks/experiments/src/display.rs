//! How results show themselves in a notebook: the hook of the Rust kernel evcxr.

use lip1_figures::hand_over;
use maud::html;

use super::Table;

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
