//! The way to the notebooks, where they lie beside the page.

use maud::{Markup, html};

/// A rendered notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notebook {
    /// Where it lies, as seen from the page.
    pub address: String,
    /// Its title.
    pub title: String,
}

/// Links to them; nothing if there are none.
pub(super) fn links(notebooks: &[Notebook]) -> Markup {
    html! {
        @if !notebooks.is_empty() {
            nav aria-label="Notebooks" {
                "The paper, read and re-run:"
                @for notebook in notebooks { " " a href=(notebook.address) { (notebook.title) } }
            }
        }
    }
}
