//! Our side of the comparison of training steps; `compare.py` starts it, one shape a process.
//!
//! `training 64-128-10 256`: orthogonal dense layers with GroupSort of pairs between them, f32, a fixed batch of 256
//! samples, Adam. Each line that comes in on the standard input is answered by one line: `steps N` by the seconds of
//! each of `N` steps, `sigma` by the least and the largest singular value of all weights.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::Instant;

use lip1_benches::{SEED, two_classes};
use lip1_core::{
    Architecture, BinaryCrossEntropy, CategoricalCrossEntropy, Layer, Loss, Optimiser, Parametrisation,
    Targets, Trainer,
};
use nalgebra::DMatrix;

/// Temperature of the loss, as on the other side.
const TAU: f64 = 8.0;
/// Learning rate, as on the other side.
const RATE: f64 = 1e-3;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [shape, samples] = arguments.as_slice() else { return Err("two arguments: 64-128-10 256".into()) };
    let widths = shape.split('-').map(str::parse).collect::<Result<Vec<usize>, _>>()?;
    let [inputs, hidden @ .., outputs] = widths.as_slice() else {
        return Err("a shape has two widths".into());
    };
    let rule = Parametrisation::Orthogonal;
    let body =
        hidden.iter().fold(Architecture::new(*inputs), |plan, &width| plan.dense(width, rule).group_sort(2));
    let mut trainer = Trainer::new(body.dense(*outputs, rule).build::<f32>(SEED)?, Optimiser::default())?;
    let (batch, targets, loss) = task(*inputs, *outputs, samples.parse()?);
    let mut answers = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["steps", count] => {
                for _ in 0..count.parse()? {
                    let start = Instant::now();
                    trainer.step(&batch, &targets, loss.as_ref(), RATE)?;
                    write!(answers, "{} ", start.elapsed().as_secs_f64())?;
                }
            }
            ["sigma"] => {
                let dense = trainer.network().layers().iter().filter_map(|layer| match layer {
                    Layer::Dense(dense) => Some(dense.weight().singular_values()),
                    _ => None,
                });
                let values: Vec<f64> = dense.flatten().collect();
                let least = values.iter().copied().fold(f64::INFINITY, f64::min);
                write!(answers, "{least} {}", values.iter().copied().fold(0.0, f64::max))?;
            }
            _ => return Err(format!("unknown request: {line}").into()),
        }
        writeln!(answers)?;
        answers.flush()?;
    }
    Ok(())
}

/// A batch of normal classes: two of them for one output, else one an output.
fn task(inputs: usize, outputs: usize, samples: usize) -> (DMatrix<f32>, Targets, Box<dyn Loss<f32>>) {
    let (batch, signs) = two_classes(inputs, samples);
    if outputs == 1 {
        return (batch, signs, Box::new(BinaryCrossEntropy { tau: TAU }));
    }
    let classes = (0..samples).map(|sample| sample % outputs).collect();
    (batch, Targets::Classes(classes), Box::new(CategoricalCrossEntropy { tau: TAU }))
}
