//! The list of layers in a model's metadata.

use serde_json::value::RawValue;

use super::at;
use crate::error::Error;
use crate::layer::LayerSpec;

/// Reads the list; an error names the item.
pub(crate) fn parse(text: &str) -> Result<Vec<LayerSpec>, Error> {
    let items: Vec<&RawValue> = serde_json::from_str(text).map_err(at("architecture"))?;
    if items.is_empty() {
        return Err(at("architecture")("no layer"));
    }
    let item = |(index, item): (usize, &&RawValue)| {
        serde_json::from_str(item.get()).map_err(at(&format!("architecture: layer {index}")))
    };
    items.iter().enumerate().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn all_but_the_input_of_a_convolution_has_a_default() {
        let plain = parse(r#"[{"kind":"conv2d","input":[1,2,3]}]"#).unwrap();
        let whole =
            r#"{"kind":"conv2d","input":[1,2,3],"stride":1,"padding":0,"padding_mode":"zeros","groups":1}"#;
        assert_eq!(serde_json::to_string(&plain[0]).unwrap(), whole);
    }

    #[test]
    fn unknown_kinds_unknown_keys_repeated_keys_and_missing_keys_are_refused_by_item() {
        for bad in [
            r#"{"kind":"tanh"}"#,
            r#"{"kind":"relu","slope":0.1}"#,
            r#"{"kind":"dense","bias":true}"#,
            r#"{"kind":"groupsort"}"#,
            r#"{"kind":"groupsort","group":2,"group":4}"#,
            r#"{"kind":"groupsort","group":-2}"#,
            r#"{"kind":"groupsort","group":2.5}"#,
            r#"{"kind":"scale","value":1e999}"#,
            r#"{"kind":"residual","body":[{"kind":"tanh"}],"weight":0.5}"#,
            r#"{"group":2}"#,
            r#"{"kind":"conv2d","input":[1,8,8],"padding_mode":"reflect"}"#,
            "7",
        ] {
            let error = parse(&format!(r#"[{{"kind":"dense"}},{bad}]"#)).unwrap_err().to_string();
            assert!(error.starts_with("architecture: layer 1: "), "{bad}: {error}");
        }
        for bad in ["", "[", "{}", "[]", "null"] {
            assert!(parse(bad).unwrap_err().to_string().starts_with("architecture: "), "{bad}");
        }
        let deep = format!("{}{}", r#"[{"kind":"residual","body":"#.repeat(10_000), "]".repeat(10_000));
        assert!(parse(&deep).is_err());
    }
}
