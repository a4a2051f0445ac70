//! Every derivative against finite differences.

use crate::finite_difference::{agrees, matrix};
use lip1_core::{
    Abs, Balance, BinaryCrossEntropy, Bjorck, CategoricalCrossEntropy, CategoricalHinge, Dense, FullSort,
    GroupSort, Hinge, HingeKantorovich, Householder, Kantorovich, Layer, LogSumExpHingeKantorovich, Loss,
    MaxMinConcat, MaxMinHalves, MeanSquare, Network, Parametrisation, Relu, Scale, SoftHingeKantorovich,
    Tape, Targets, Weight, loss_value,
};
use nalgebra::{DMatrix, DVector};
use proptest::collection::vec;
use proptest::prelude::{Strategy as _, any, prop_assert, prop_assume, proptest};
use proptest::sample::select;

const FEATURES: usize = 6;
const SAMPLES: usize = 3;

fn activations() -> Vec<Layer<f64>> {
    vec![
        Layer::GroupSort(GroupSort::new(2).unwrap()),
        Layer::GroupSort(GroupSort::new(3).unwrap()),
        Layer::FullSort(FullSort),
        Layer::MaxMinHalves(MaxMinHalves),
        Layer::MaxMinConcat(MaxMinConcat),
        Layer::Relu(Relu),
        Layer::Abs(Abs),
        Layer::Householder(Householder::new(DVector::from_vec(vec![0.3, 1.6, -2.5])).unwrap()),
        Layer::Scale(Scale::new(-0.7).unwrap()),
    ]
}

fn parametrisations() -> Vec<Parametrisation> {
    vec![
        Parametrisation::Unconstrained,
        Parametrisation::Orthogonal,
        Parametrisation::RowNormalised,
        Parametrisation::RowBounded,
        Parametrisation::Frobenius,
        Parametrisation::AlmostOrthogonal { kernel: [1, 1] },
        Parametrisation::SpectralBjorck(Bjorck::Steps(0)),
        Parametrisation::SpectralBjorck(Bjorck::Steps(4)),
    ]
}

/// The inner product of a fixed matrix with the outputs of a network.
fn probe(network: &Network<f64>, inputs: &DMatrix<f64>, along: &DMatrix<f64>) -> f64 {
    network.evaluate(inputs).unwrap().dot(along)
}

fn one_layer(weight: DMatrix<f64>, rule: Parametrisation, constant: f64, bias: DVector<f64>) -> Network<f64> {
    let inputs = weight.ncols();
    let weight = Weight::new(weight, rule, constant).unwrap();
    Network::new(inputs, vec![Layer::Dense(Dense::new(weight, bias).unwrap())]).unwrap()
}

proptest! {
    #[test]
    fn activations_at_their_inputs(
        layer in select(activations()), inputs in matrix(FEATURES, SAMPLES),
        towards in matrix(FEATURES, SAMPLES), along in matrix(2 * FEATURES, SAMPLES),
    ) {
        let network = Network::new(FEATURES, vec![layer]).unwrap();
        let along = along.rows(0, network.outputs()).clone_owned();
        let mut tape = Tape::new(&network);
        tape.forward(&network, &inputs).unwrap();
        tape.differentiate(&network, &along).unwrap();
        let derivative = tape.input_gradient().dot(&towards);
        let moved = |t: f64| probe(&network, &(&inputs + &towards * t), &along);
        let verdict = agrees(moved, derivative);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn dense_layers_at_their_parameters_under_every_parametrisation(
        rule in select(parametrisations()), constant in 0.5..2.0_f64,
        (raw, towards, bias, bias_towards, inputs, along) in (1..6_usize, 1..6_usize).prop_flat_map(|(out, inp)| (
            matrix(out, inp), matrix(out, inp), matrix(out, 1), matrix(out, 1),
            matrix(inp, SAMPLES), matrix(out, SAMPLES),
        )),
    ) {
        let values = raw.singular_values();
        // Near a rank deficiency or a double largest singular value the constraint is not smooth.
        prop_assume!(values.min() > 0.1);
        let mut sorted: Vec<f64> = values.iter().copied().collect();
        sorted.sort_by(|a, b| b.total_cmp(a));
        prop_assume!(sorted.len() < 2 || sorted[0] - sorted[1] > 0.1);

        let bias = DVector::from_column_slice(bias.as_slice());
        let bias_towards = DVector::from_column_slice(bias_towards.as_slice());
        let network = one_layer(raw.clone(), rule, constant, bias.clone());
        // Where the matrix is its own parameter, differentiate at the matrix on the constraint.
        let start = match rule {
            Parametrisation::SpectralBjorck(_) | Parametrisation::AlmostOrthogonal { .. } => raw,
            _ => match &network.layers()[0] {
                Layer::Dense(dense) => dense.weight().matrix().clone(),
                _ => unreachable!(),
            },
        };
        let mut tape = Tape::new(&network);
        tape.forward(&network, &inputs).unwrap();
        tape.differentiate(&network, &along).unwrap();
        let slots = &tape.parameter_gradients()[0];
        let derivative = slots[0].dot(&towards) + slots[1].dot(&bias_towards);
        let moved = |t: f64| {
            let network = one_layer(&start + &towards * t, rule, constant, &bias + &bias_towards * t);
            probe(&network, &inputs, &along)
        };
        let verdict = agrees(moved, derivative);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn householder_at_its_angles(
        angles in vec(-3.0..3.0_f64, FEATURES / 2), towards in vec(-1.0..1.0_f64, FEATURES / 2),
        inputs in matrix(FEATURES, SAMPLES), along in matrix(FEATURES, SAMPLES),
    ) {
        let (angles, towards) = (DVector::from_vec(angles), DVector::from_vec(towards));
        let network = |t: f64| {
            let layer = Householder::new(&angles + &towards * t).unwrap();
            Network::new(FEATURES, vec![Layer::Householder(layer)]).unwrap()
        };
        let mut tape = Tape::new(&network(0.0));
        tape.forward(&network(0.0), &inputs).unwrap();
        tape.differentiate(&network(0.0), &along).unwrap();
        let derivative = tape.parameter_gradients()[0][0].column(0).dot(&towards);
        let verdict = agrees(|t| probe(&network(t), &inputs, &along), derivative);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn networks_at_their_inputs_by_the_chain_rule(
        seed in any::<u64>(), inputs in matrix(4, SAMPLES), towards in matrix(4, SAMPLES),
        along in matrix(2, SAMPLES),
    ) {
        let network = lip1_core::Architecture::lipnet(4, &[8, 6], 2).build::<f64>(seed).unwrap();
        let mut tape = Tape::new(&network);
        tape.forward(&network, &inputs).unwrap();
        tape.differentiate(&network, &along).unwrap();
        let derivative = tape.input_gradient().dot(&towards);
        let verdict = agrees(|t| probe(&network, &(&inputs + &towards * t), &along), derivative);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn losses_at_the_outputs(
        scale in 0.1..3.0_f64, outputs in matrix(3, 5), towards in matrix(3, 5),
        classes in vec(0..3_usize, 5), values in matrix(3, 5),
    ) {
        let losses: Vec<Box<dyn Loss<f64>>> = vec![
            Box::new(BinaryCrossEntropy { tau: 4.0 * scale }),
            Box::new(Hinge { margin: scale }),
            Box::new(Kantorovich),
            Box::new(HingeKantorovich { lambda: scale, margin: scale, balance: Balance::BySample }),
            Box::new(HingeKantorovich { lambda: scale, margin: scale, balance: Balance::ByClass }),
        ];
        let signs = classes.iter().map(|&c| if c == 0 { 1 } else { -1 }).collect();
        let several = (outputs.clone(), towards.clone(), Targets::Classes(classes.clone()));
        let single = (outputs.rows(0, 1).clone_owned(), towards.rows(0, 1).clone_owned(), Targets::Signs(signs));
        for (outputs, towards, targets) in [several, single] {
            for loss in &losses {
                check_loss(loss.as_ref(), &outputs, &towards, &targets)?;
            }
        }
        let classes = Targets::Classes(classes);
        check_loss(&CategoricalCrossEntropy { tau: 4.0 * scale }, &outputs, &towards, &classes)?;
        check_loss(&CategoricalHinge { margin: scale }, &outputs, &towards, &classes)?;
        let soft = SoftHingeKantorovich { lambda: scale, margin: scale, sharpness: 3.0 * scale };
        check_loss(&soft, &outputs, &towards, &classes)?;
        let smooth = LogSumExpHingeKantorovich { lambda: scale, margin: scale, sharpness: 3.0 * scale };
        check_loss(&smooth, &outputs, &towards, &classes)?;
        check_loss(&MeanSquare, &outputs, &towards, &Targets::Values(values))?;
    }
}

fn check_loss(
    loss: &dyn Loss<f64>,
    outputs: &DMatrix<f64>,
    towards: &DMatrix<f64>,
    targets: &Targets,
) -> Result<(), proptest::test_runner::TestCaseError> {
    let mut gradient = outputs.clone();
    loss.evaluate(outputs, targets, &mut gradient).unwrap();
    let derivative = gradient.dot(towards);
    let verdict = agrees(|t| loss_value(loss, &(outputs + towards * t), targets).unwrap(), derivative);
    prop_assume!(verdict.is_some());
    prop_assert!(verdict == Some(true));
    Ok(())
}
