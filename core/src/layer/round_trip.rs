//! Every layer of the list through its description, its tensors and the kernel's primitives.

use std::collections::BTreeSet;

use lip1_kernel::forward::enclose;
use lip1_kernel::net::Net;
use nalgebra::DMatrix;

use super::{Builder, KINDS, Layer, examples};
use crate::interchange::{Tensors, Writer, parse};
use crate::network::Network;
use crate::random::gaussian;
use crate::shape::Shape;

/// More than the examples have together.
const ENTRIES: usize = 1 << 12;
/// Rounding of a forward pass of a few dozen terms, relative.
const ROUNDING: f64 = 1e-13;

/// The description of a layer as text, and the layer that this and its tensors are read as.
fn there_and_back(layer: &Layer<f64>, shape: Shape) -> Option<(String, Network<f64>)> {
    let mut writer = Writer::new::<f64>(shape);
    let list = writer.layers(std::slice::from_ref(layer)).ok()?;
    let text = serde_json::to_string(&list).unwrap();
    let read = parse(&text).unwrap();
    assert_eq!(read, list, "{text}");
    let bytes = writer.bytes(&list).unwrap();
    let tensors = Tensors::new(&bytes).unwrap().0;
    let shape_of =
        |index: usize, name: &str| tensors.shape(&format!("{index}.{name}")).map(<[usize]>::to_vec);
    let inputs: Vec<_> = read
        .iter()
        .enumerate()
        .map(|(index, spec)| spec.spec().input(&|name| shape_of(index, name)))
        .collect();
    let mut builder = Builder::from_file(tensors, ENTRIES, shape).unwrap();
    let (mut layers, mut after) = (Vec::new(), shape);
    for (index, spec) in read.iter().enumerate() {
        let (built, output) = builder.layer::<f64>(spec, index.to_string(), after).unwrap();
        // The shape that arrived, as far as the layer tells it or what leaves it: not what a pool has dropped.
        let told = inputs[index].or_else(|| spec.spec().before(output));
        assert!(told.is_none_or(|told| told.features() <= after.features()), "{text}");
        layers.extend(built);
        after = output;
    }
    builder.finish().unwrap();
    assert_eq!(after.features(), layer.outputs(shape.features()).unwrap(), "{text}");
    Some((text, Network::new(shape.features(), layers).unwrap()))
}

#[test]
fn every_kind_comes_back_from_its_text_and_tensors_as_the_same_function_bit_for_bit() {
    let mut reached = BTreeSet::new();
    for (layer, shape) in examples(3) {
        let Some((text, back)) = there_and_back(&layer, shape) else {
            // Layers without a kind.
            assert!(["centring", "rearrange"].contains(&layer.kind()), "{layer:?}");
            continue;
        };
        // Those of layers inside layers too.
        reached.extend(KINDS.iter().filter(|(kind, _)| text.contains(&format!("{{\"kind\":\"{kind}\""))));
        let network = Network::new(shape.features(), vec![layer]).unwrap();
        let batch = gaussian::<f64>(shape.features(), 4, 1.0, 1, 1);
        let bits = |network: &Network<f64>| network.evaluate(&batch).unwrap().map(f64::to_bits);
        assert_eq!(bits(&back), bits(&network), "{text}");
        assert_eq!(back.to_kernel().unwrap(), network.to_kernel().unwrap());
    }
    assert_eq!(reached, KINDS.iter().collect::<BTreeSet<_>>());
}

#[test]
fn what_the_kernel_encloses_is_what_every_layer_computes() {
    for (layer, shape) in examples(4) {
        let x = gaussian::<f64>(shape.features(), 1, 1.0, 2, 1);
        let kernel = Net::new(x.len(), layer.rule().to_kernel(x.len())).unwrap();
        let network = Network::new(x.len(), vec![layer]).unwrap();
        let values: DMatrix<f64> = network.evaluate(&x).unwrap();
        let enclosures = enclose(&kernel, x.as_slice()).unwrap();
        assert_eq!(values.len(), enclosures.values.len());
        for (value, enclosure) in values.iter().zip(&enclosures.values) {
            let slack = ROUNDING * (1.0 + value.abs());
            let inside = enclosure.lower() - slack <= *value && *value <= enclosure.upper() + slack;
            assert!(inside, "{network:?}: {value} {enclosure:?}");
        }
    }
}
