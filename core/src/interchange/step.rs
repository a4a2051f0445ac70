//! The list of layers in a model's metadata.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::at;
use crate::error::Error;

/// One item of the list. Variants without fields have braces: else unknown keys would pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    Dense {},
    Conv2d {
        input: [usize; 3],
        #[serde(default = "one")]
        stride: usize,
        #[serde(default)]
        padding: usize,
        #[serde(default)]
        padding_mode: PaddingMode,
        #[serde(default = "one")]
        groups: usize,
    },
    Groupsort {
        group: usize,
    },
    Fullsort {},
    MaxminHalves {},
    MaxminConcat {},
    Relu {},
    Abs {},
    Householder {},
    Avgpool {
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        global: bool,
    },
    L2pool {
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        global: bool,
    },
    PixelUnshuffle {
        factor: usize,
    },
    PixelShuffle {
        factor: usize,
    },
    Flatten {},
    Scale {
        value: f64,
    },
    Residual {
        body: Vec<Step>,
        weight: f64,
    },
}

/// What stands around an image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaddingMode {
    #[default]
    Zeros,
    Circular,
}

fn one() -> usize {
    1
}

impl Step {
    /// The name in files.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Dense {} => "dense",
            Self::Conv2d { .. } => "conv2d",
            Self::Groupsort { .. } => "groupsort",
            Self::Fullsort {} => "fullsort",
            Self::MaxminHalves {} => "maxmin_halves",
            Self::MaxminConcat {} => "maxmin_concat",
            Self::Relu {} => "relu",
            Self::Abs {} => "abs",
            Self::Householder {} => "householder",
            Self::Avgpool { .. } => "avgpool",
            Self::L2pool { .. } => "l2pool",
            Self::PixelUnshuffle { .. } => "pixel_unshuffle",
            Self::PixelShuffle { .. } => "pixel_shuffle",
            Self::Flatten {} => "flatten",
            Self::Scale { .. } => "scale",
            Self::Residual { .. } => "residual",
        }
    }
}

/// Reads the list; an error names the item.
pub(super) fn parse(text: &str) -> Result<Vec<Step>, Error> {
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
    use super::{PaddingMode, Step, parse};

    #[test]
    fn every_kind_reads_back_to_itself_under_its_name() {
        let steps = vec![
            Step::Dense {},
            Step::Conv2d {
                input: [3, 8, 8],
                stride: 2,
                padding: 1,
                padding_mode: PaddingMode::Circular,
                groups: 3,
            },
            Step::Groupsort { group: 2 },
            Step::Fullsort {},
            Step::MaxminHalves {},
            Step::MaxminConcat {},
            Step::Relu {},
            Step::Abs {},
            Step::Householder {},
            Step::Avgpool { size: Some(2), global: false },
            Step::L2pool { size: None, global: true },
            Step::PixelUnshuffle { factor: 2 },
            Step::PixelShuffle { factor: 2 },
            Step::Flatten {},
            Step::Scale { value: 0.1 },
            Step::Residual { body: vec![Step::Dense {}, Step::Relu {}], weight: 0.5 },
        ];
        let text = serde_json::to_string(&steps).unwrap();
        assert_eq!(parse(&text).unwrap(), steps);
        for step in &steps {
            assert!(text.contains(&format!("{{\"kind\":\"{}\"", step.kind())));
        }
    }

    #[test]
    fn all_but_the_input_of_a_convolution_has_a_default() {
        let steps = parse(r#"[{"kind":"conv2d","input":[1,2,3]}]"#).unwrap();
        let zeros = PaddingMode::Zeros;
        let plain = Step::Conv2d { input: [1, 2, 3], stride: 1, padding: 0, padding_mode: zeros, groups: 1 };
        assert_eq!(steps, [plain]);
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
