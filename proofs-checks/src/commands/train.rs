//! `lip1 train`: a network from labelled points, written as a model.

use std::ops::ControlFlow;

use lip1_checks::csv::{self, Table};
use lip1_checks::outputs::{File, Outputs};
use lip1_core::{
    Architecture, BinaryCrossEntropy, CategoricalCrossEntropy, Hinge, HingeKantorovich, Loss, Network,
    Parametrisation, Progress as Step, Samples, Schedule, Targets, Training, certify, read_model, train,
    write_model,
};
use lip1_kernel::Theorem;
use lip1_kernel::network::LipschitzNet;
use nalgebra::DMatrix;

use super::labels::{Classes, Labelled};
use super::progress::Progress;
use super::table::aligned;
use super::{Answer, Failure, certify as certified_rows};

/// Train a network in f32 and write it as a model, with a summary of its certificates.
///
/// Dense layers with sorted pairs between them; weights orthogonal, so that the network is 1-Lipschitz. Two classes get
/// one output (but with cce), more get one each.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Points, one a row, the last column the class; `-` is standard input
    data: String,
    /// What is made small
    #[arg(long, value_enum)]
    loss: Rule,
    /// Temperature of bce and cce [default: 16]
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    tau: Option<f64>,
    /// Margin of hinge and hkr [default: 1]
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    margin: Option<f64>,
    /// Weight of the hinge in hkr [default: 10]
    #[arg(long, value_name = "L", allow_negative_numbers = true)]
    lambda: Option<f64>,
    /// Widths of the hidden layers, even numbers
    #[arg(long, value_name = "W,...", value_delimiter = ',', default_value = "128,128")]
    hidden: Vec<usize>,
    /// The usual network instead: free weights, ReLU
    #[arg(long)]
    unconstrained: bool,
    /// Passes over the data
    #[arg(long, value_name = "N", default_value_t = 20)]
    epochs: usize,
    /// Rows a step
    #[arg(long, value_name = "N", default_value_t = 256)]
    batch: usize,
    /// Learning rate at the start; it falls to 0 by a cosine
    #[arg(long, value_name = "R", default_value_t = 5e-3, allow_negative_numbers = true)]
    lr: f64,
    /// Fixes the weights at the start and the order of rows
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Points that are not trained on
    #[arg(long, value_name = "F")]
    test: Option<String>,
    /// Where the model is written; `-` is standard output
    #[arg(long, value_name = "MODEL")]
    out: String,
}

/// The losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Rule {
    /// Log loss of sigmoid(tau f)
    Bce,
    /// (m - y f)_+
    Hinge,
    /// -y f + lambda (m - y f)_+
    Hkr,
    /// Log loss of softmax(tau f)
    Cce,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let loss = self.loss()?;
        let inputs = [Some(&self.data), self.test.as_ref()];
        let written = Outputs::new(inputs.into_iter().flatten(), [&self.out]).map_err(Failure::new)?;
        let table = csv::read(&self.data).map_err(Failure::new)?;
        let test = self.test.as_deref().map(csv::read).transpose().map_err(Failure::new)?;
        let inputs = table.columns() - 1;
        if inputs == 0 {
            return Err(Failure::new(
                table.row_error(0, "a row needs coordinates besides a class".to_owned()),
            ));
        }
        let outputs = self.outputs(&table)?;
        let data = Labelled::of(&table, inputs, outputs)?;
        let test = test.map(|table| same_classes(&table, inputs, outputs, data.classes)).transpose()?;

        let network = self.plan(inputs, outputs).build::<f32>(self.seed).map_err(Failure::new)?;
        let samples = samples(&data, outputs)?;
        let config = Training {
            epochs: self.epochs,
            batch: self.batch,
            learning_rate: self.lr,
            factor: Schedule::Cosine { from: 1.0, to: 0.0 },
            seed: self.seed,
            ..Training::default()
        };
        let mut shown = Shown { epochs: Progress::new("epoch", self.epochs), total: 0.0, steps: 0 };
        let (network, _) =
            train(network, &samples, loss.as_ref(), &config, &mut |progress| shown.see(progress))
                .map_err(Failure::new)?;
        drop(shown);

        let bytes = write_model(&network).map_err(Failure::new)?;
        let text = report(&network, &bytes, &data, test.as_ref())?;
        written.write(&[File::new(&self.out, bytes)]).map_err(Failure::new)?;
        Ok(Answer::passed(format!("{text}\n{}\n", self.out)).beside(&written))
    }

    fn loss(&self) -> Result<Box<dyn Loss<f32>>, Failure> {
        let logistic = matches!(self.loss, Rule::Bce | Rule::Cce);
        for (name, given, fits) in [
            ("--tau", self.tau.is_some(), logistic),
            ("--margin", self.margin.is_some(), !logistic),
            ("--lambda", self.lambda.is_some(), self.loss == Rule::Hkr),
        ] {
            if given && !fits {
                return Err(Failure::new(format!("{name} has no meaning for this loss")));
            }
        }
        let (tau, margin) = (self.tau.unwrap_or(16.0), self.margin.unwrap_or(1.0));
        let lambda = self.lambda.unwrap_or(10.0);
        Ok(match self.loss {
            Rule::Bce => Box::new(BinaryCrossEntropy { tau }),
            Rule::Cce => Box::new(CategoricalCrossEntropy { tau }),
            Rule::Hinge => Box::new(Hinge { margin }),
            Rule::Hkr => Box::new(HingeKantorovich { lambda, margin, ..Default::default() }),
        })
    }

    fn plan(&self, inputs: usize, outputs: usize) -> Architecture {
        if self.unconstrained {
            return Architecture::unconstrained(inputs, &self.hidden, outputs);
        }
        let rule = Parametrisation::Orthogonal;
        let body = self.hidden.iter();
        let body = body.fold(Architecture::new(inputs), |plan, width| plan.dense(*width, rule).group_sort(2));
        body.dense(outputs, rule)
    }

    /// One output for two classes, else one a class.
    fn outputs(&self, table: &Table) -> Result<usize, Failure> {
        let mut labels: Vec<f64> = table.rows().filter_map(|row| row.last().copied()).collect();
        labels.sort_by(f64::total_cmp);
        labels.dedup_by(|a, b| a.total_cmp(b).is_eq());
        match labels[..] {
            [] | [_] => Err(Failure::new(format!("{}: a single class", table.file()))),
            [_, _] if self.loss != Rule::Cce => Ok(1),
            [.., largest] if largest < table.len() as f64 => Ok(largest.max(0.0) as usize + 1),
            [.., largest] => {
                let said = format!("class {largest} of only {} rows; classes are 0, 1, 2 ...", table.len());
                Err(Failure::new(format!("{}: {said}", table.file())))
            }
        }
    }
}

/// A second file, its labels read as those of the first.
fn same_classes(table: &Table, inputs: usize, outputs: usize, classes: Classes) -> Result<Labelled, Failure> {
    if table.columns() != inputs + 1 {
        let (file, columns) = (table.file(), table.columns());
        let said = format!("{file}: {columns} columns, but {} are needed", inputs + 1);
        return Err(Failure::new(said));
    }
    let labels = table.rows().enumerate().map(|(row, values)| {
        let label = values.last().copied().unwrap_or(f64::NAN);
        classes.class(table, row, label)
    });
    let labels = Some(labels.collect::<Result<Vec<_>, _>>()?);
    if outputs == 0 {
        return Err(Failure::new("no classes"));
    }
    let points = table.rows().map(|row| row.iter().take(inputs).copied().collect()).collect();
    Ok(Labelled { classes, points, labels })
}

fn samples(data: &Labelled, outputs: usize) -> Result<Samples<f32>, Failure> {
    let columns = data.points.first().map_or(0, Vec::len);
    let numbers = data.points.iter().flatten().map(|x| *x as f32);
    let inputs = DMatrix::from_iterator(columns, data.points.len(), numbers);
    let labels = data.labels.clone().unwrap_or_default();
    let targets = if outputs == 1 {
        Targets::Signs(labels.iter().map(|class| if *class == 1 { 1 } else { -1 }).collect())
    } else {
        Targets::Classes(labels)
    };
    Samples::new(inputs, targets).map_err(Failure::new)
}

/// The mean loss of each epoch, shown when it ends.
struct Shown {
    epochs: Progress,
    total: f64,
    steps: usize,
}

impl Shown {
    fn see(&mut self, progress: &Step<'_, f32>) -> ControlFlow<()> {
        self.total += progress.loss;
        self.steps += 1;
        if progress.epoch_ends {
            self.epochs.show(progress.epoch + 1, format_args!("loss {:.6}", self.total / self.steps as f64));
            (self.total, self.steps) = (0.0, 0);
        }
        ControlFlow::Continue(())
    }
}

/// The layers, and how well the model that is written does: everything certified comes from its bytes.
fn report(
    network: &Network<f32>,
    bytes: &[u8],
    data: &Labelled,
    test: Option<&Labelled>,
) -> Result<String, Failure> {
    let head = ["layer", "kind", "shape", "parameters", "certified", "singular values"].map(str::to_owned);
    let summary = network.summary().map_err(Failure::new)?;
    let rows = summary.iter().map(|row| {
        let singular = row.singular.map(|(least, largest)| format!("[{least:.7}, {largest:.7}]"));
        [
            row.index.to_string(),
            row.kind.to_owned(),
            format!("{} -> {}", row.inputs, row.outputs),
            row.parameters.to_string(),
            format!("{:.9}", row.certified),
            singular.unwrap_or_default(),
        ]
    });
    let mut text = aligned(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    let model = read_model(bytes).map_err(Failure::new)?;
    let certified = certify(model.net()).map_err(Failure::new)?;
    let constant = certified.l2();
    text += &format!("\n{} parameters; Lipschitz constant (l2) at most {constant:?}\n", network.parameters());
    text += &rated("training", &certified, data)?;
    if let Some(test) = test {
        text += &rated("test", &certified, test)?;
    }
    Ok(text)
}

fn rated(name: &str, certified: &Theorem<LipschitzNet<'_>>, data: &Labelled) -> Result<String, Failure> {
    let decisions = certified_rows::decide(certified, &data.points, None)?;
    let labels = data.labels.as_deref().unwrap_or_default();
    let accuracy = 100.0 * certified_rows::accuracy(&decisions, labels);
    let curve = certified_rows::curve(&decisions, labels, &certified_rows::even_radii(&decisions));
    let rows = decisions.len();
    Ok(format!("\n{name}: {rows} rows, accuracy {accuracy:.2} %\n{}", certified_rows::drawn(&curve)))
}
