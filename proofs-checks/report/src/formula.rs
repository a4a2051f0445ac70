//! Formulas: one line of LaTeX becomes MathML, which browsers and screen readers read without help.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, ParserError, Storage, push_mathml};

/// A display line of LaTeX as one `<math>` element.
///
/// # Errors
/// When the line is not LaTeX that the converter knows, with the place.
pub fn mathml(latex: &str) -> Result<String, String> {
    let storage = Storage::new();
    let events: Result<Vec<_>, _> = Parser::new(latex, &storage).collect();
    let events = events.map_err(|error| format!("{latex}: {error}"))?;
    let config = RenderConfig { display_mode: DisplayMode::Block, ..RenderConfig::default() };
    let mut text = String::new();
    push_mathml(&mut text, events.into_iter().map(Ok::<_, Box<ParserError>>), config)
        .map_err(|error| format!("{latex}: {error}"))?;
    // The converter leaves these two bare, which browsers forgive and HTML does not allow.
    Ok(text.replace("<mo><</mo>", "<mo>&lt;</mo>").replace("<mo>></mo>", "<mo>&gt;</mo>"))
}

#[cfg(test)]
mod tests {
    use super::mathml;

    #[test]
    fn what_is_not_latex_is_an_error() {
        for wrong in [r"\frac{1", r"\nosuchcommand", "{", "x^^2"] {
            assert!(mathml(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn comparisons_do_not_become_markup() {
        let text = mathml(r"a < b > c \text{ if } x <y").unwrap();
        assert!(text.contains("<mo>&lt;</mo>") && text.contains("<mo>&gt;</mo>"), "{text}");
        assert!(!text.contains("<<") && !text.contains(">><"), "{text}");
    }
}
