use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::cover::{Clique, Cover};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::Hint;
use lip1_kernel::norm::SpectralCertificate;
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::regularised::{Sample, Total};
use lip1_kernel::transport::{Plan, Potentials, Problem, Weights};
use lip1_kernel::{Certificate, Claim, Limits, Points, Proof, Refusal, Theorem};

use super::{ReadError, read, text};
use lipschitz::{EXPLICIT, LIPSCHITZ};

mod lipschitz;

mod boxes;

/// The optimum of a small problem, in which every number matters: 7/3.
const TRANSPORT: &str = "lip1-certificate 1 transport
cost l2
dim 2
p 0.0 0.0
q 3.0 4.0 0.0 1.0
p_mass 3
q_mass 1 2
p_weight
q_weight
flows 0 0 1 0 1 2
u 5.0
v 0.0 4.0
bracket 2.333333333333333 2.333333333333334
end
";

/// Two laws of one point each at distance 1, margin 1, weight 2 on the hinge: the value is `1 - 2 = -1`, at three times the mass.
const HINGE: &str = "lip1-certificate 1 hinge-kr
cost l2
dim 1
p 1.0
q 0.0
p_weight 4.0
q_weight 2.0
total each
margin 1.0
lambda 2.0
unit 8
flows 0 0 24
u 0.5
v -0.5
bracket -1.0 -1.0
end
";

/// One law of two points at distance 0: both halves of the loss are ln 2, at half the mass of each.
const LOG: &str = "lip1-certificate 1 log-loss
cost l1
dim 1
p 0.5
q 0.5
p_weight 1.0
q_weight 1.0
total together
temperature 2.0
constant 1.0
unit 8
flows 0 0 2
u 0.25
v 0.25
bracket 0.693 0.724077
end
";

const PACKING: &str = "lip1-certificate 1 packing
domain box
dim 2
size 10
separation 10
points 0 0 10 0 0 10 10 10
count 4
end
";

/// Three points of which two are close, by cases, parts and cliques.
const POINTS: &str = "lip1-certificate 1 points
dim 1
points 0.0 1.0 5.0
distance 2.0
packing 0 2
branch 0
cliques 1 1
clique 1 2
parts 2
part 1
cliques 2 1
clique 2 1
part 2
cliques 1 1
clique 1 2
bracket 2.0 2.0
end
";

const ALL: [&str; 7] = [TRANSPORT, HINGE, LOG, PACKING, POINTS, LIPSCHITZ, EXPLICIT];

fn claim(what: &'static str, claimed: f64, proved: f64) -> ReadError {
    ReadError::Refused(Refusal::Claim { what, claimed, proved })
}

fn check(text: &str) -> Result<Theorem<Claim>, ReadError> {
    Ok(read(text)?.check(Limits::default())?)
}

/// The text with one of its fields replaced; fields are counted from 0 in a line, lines from 1.
fn replaced(text: &str, line: usize, field: usize, by: &str) -> String {
    let lines = text.lines().enumerate().map(|(l, content)| {
        let fields = content.split(' ').enumerate();
        let fields = fields.map(|(f, old)| if (l + 1, f) == (line, field) { by } else { old });
        fields.collect::<Vec<_>>().join(" ") + "\n"
    });
    lines.collect()
}

#[test]
fn saved_certificates_are_read_and_checked() {
    let expected = [
        ("transport", 2.333333333333333, 2.333333333333334),
        ("hinge-kr", -1.0, -1.0),
        ("log-loss", 0.693, 0.724077),
        ("packing", 4.0, f64::INFINITY),
        ("points", 2.0, 2.0),
        ("lipschitz", 2.1213203435, 2.1213203436),
        ("lipschitz", 1.9999999999, 2.0000000000001),
    ];
    for (text, (kind, lower, upper)) in ALL.into_iter().zip(expected) {
        let claim = check(text).unwrap();
        assert_eq!((claim.kind, claim.lower, claim.upper), (kind, lower, upper));
        assert!(check(&text.replace('\n', "\r\n")).is_ok());
        assert!(check(&format!("{text}\n  \n")).is_ok());
    }
    let ball = PACKING.replace("box", "ball").replace("size 10", "size 15");
    assert!(check(&ball).is_ok());
    let weighted = TRANSPORT.replace("p_weight", "p_weight 6.0").replace("q_weight", "q_weight 1.0 2.0");
    let claim = check(&replaced(&weighted, 13, 2, "2.34")).unwrap();
    assert_eq!((claim.kind, claim.upper), ("transport", 2.34));
}

/// Changes for the worse: each breaks feasibility or proves less than claimed.
fn assert_all_fail(text: &str, harmful: &[(usize, usize, &[&str])]) {
    for (line, field, values) in harmful {
        for value in *values {
            let changed = replaced(text, *line, *field, value);
            assert_ne!(changed, text);
            assert!(check(&changed).is_err(), "line {line}, field {field}: {value} was accepted");
        }
    }
}

#[test]
fn a_transport_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 21] = [
        (3, 1, &["1", "3", "0", "4", "18446744073709551615"]),
        (4, 1, &["0.001", "-0.001", "1e200"]),
        (4, 2, &["0.001", "-0.001", "NaN"]),
        (5, 1, &["2.9999999999999996", "3.00000000000001"]),
        (5, 2, &["3.9999999999999996", "4.00000000000001"]),
        (5, 3, &["0.001", "-0.001", "inf"]),
        (5, 4, &["0.9999999999999999", "1.00000000000001"]),
        (6, 1, &["2", "4", "0", "18446744073709551615", "18446744073709551616"]),
        (7, 1, &["0", "2"]),
        (7, 2, &["1", "3"]),
        (10, 1, &["1", "4294967295", "4294967296"]),
        (10, 2, &["1", "2"]),
        (10, 3, &["0", "2"]),
        (10, 4, &["1", "4294967296"]),
        (10, 5, &["0", "2", "4294967297"]),
        (10, 6, &["1", "3"]),
        (11, 1, &["5.000000000000001", "4.99999999999999", "NaN"]),
        (12, 1, &["-0.0000000000000001", "0.00000000000001"]),
        (12, 2, &["3.9999999999999996", "4.00000000000001"]),
        (13, 1, &["2.333333333333334", "3.0", "NaN", "inf"]),
        (13, 2, &["2.333333333333333", "0.0", "NaN", "-inf"]),
    ];
    assert_all_fail(TRANSPORT, &harmful);
    assert!(check(&replaced(TRANSPORT, 13, 1, "-inf")).is_ok());
    assert!(check(&replaced(TRANSPORT, 13, 2, "inf")).is_ok());
    let refused = claim("lower", 2.5, 2.333333333333333);
    assert_eq!(check(&replaced(TRANSPORT, 13, 1, "2.5")), Err(refused));
    let refused = claim("upper", 1.5, 2.3333333333333335);
    assert_eq!(check(&replaced(TRANSPORT, 13, 2, "1.5")), Err(refused));
}

#[test]
fn a_hinge_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 14] = [
        (3, 1, &["2", "0"]),
        (4, 1, &["0.9999999999999999", "1.0000000000000002", "NaN"]),
        (5, 1, &["0.0000000000000001", "-0.0000000000000001", "inf"]),
        (6, 1, &["0.0", "-4.0", "NaN"]),
        (7, 1, &["0.0", "-2.0", "inf"]),
        (9, 1, &["0.9999999999999999", "1.0000000000000002", "-1.0"]),
        (10, 1, &["1.9999999999999998", "2.0000000000000004", "-2.0"]),
        (11, 1, &["7", "9", "0"]),
        (12, 1, &["1"]),
        (12, 2, &["1"]),
        (12, 3, &["23", "25", "0", "7"]),
        (13, 1, &["0.5000000000000001", "0.4999999999999999"]),
        (14, 1, &["-0.5000000000000001", "-0.4999999999999999"]),
        (15, 1, &["-0.9999999999999999", "NaN"]),
    ];
    assert_all_fail(HINGE, &harmful);
    assert!(check(&replaced(HINGE, 15, 2, "-1.0000000000000002")).is_err());
    assert!(check(&replaced(HINGE, 8, 1, "together")).is_err());
}

#[test]
fn a_log_loss_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 14] = [
        (3, 1, &["2", "0"]),
        (4, 1, &["0.51", "0.4", "NaN"]),
        (5, 1, &["0.51", "0.4", "inf"]),
        (6, 1, &["0.0", "-1.0", "0.3", "NaN"]),
        (7, 1, &["0.0", "-1.0", "0.3", "NaN"]),
        (9, 1, &["2.5", "-1.0", "NaN"]),
        (10, 1, &["2.0", "-1.0", "NaN"]),
        (11, 1, &["7", "9", "3", "0"]),
        (12, 1, &["1"]),
        (12, 2, &["1"]),
        (12, 3, &["1", "3", "5", "0"]),
        (13, 1, &["0.2500000000000001", "-1.0"]),
        (14, 1, &["0.2499999999999999", "1.0"]),
        (15, 1, &["0.6931471805599454", "0.7", "NaN"]),
    ];
    assert_all_fail(LOG, &harmful);
    assert!(check(&replaced(LOG, 15, 2, "0.7")).is_err());
}

#[test]
fn a_packing_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 4] = [
        (3, 1, &["1", "3", "0", "18446744073709551615"]),
        (4, 1, &["9", "-1"]),
        (5, 1, &["11", "0", "-10", "10.0"]),
        (7, 1, &["5", "-1", "4294967296"]),
    ];
    assert_all_fail(PACKING, &harmful);
    for field in 1..=8 {
        assert_all_fail(PACKING, &[(6, field, &["-1", "1", "9", "11", "0.0", "x"])]);
    }
    let more = check(&replaced(PACKING, 7, 1, "5"));
    assert_eq!(more, Err(claim("lower", 5.0, 4.0)));
    assert_eq!(check(&replaced(PACKING, 7, 1, "3")).map(|claim| claim.lower), Ok(3.0));
}

#[test]
fn a_certificate_of_points_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 13] = [
        (3, 1, &["4.0", "NaN"]),
        (3, 3, &["1.0", "-1.0"]),
        (4, 1, &["5.000000000000001", "1.0", "0.0", "-1.0", "NaN"]),
        (5, 1, &["2", "3", "4294967296"]),
        (6, 1, &["2", "3"]),
        (7, 1, &["2", "0"]),
        (8, 1, &["0", "18446744073709551615"]),
        (8, 2, &["0", "1", "3"]),
        (10, 1, &["0", "3"]),
        (11, 1, &["3", "0"]),
        (13, 1, &["1"]),
        (16, 1, &["2.5", "NaN"]),
        (16, 2, &["1.5", "NaN"]),
    ];
    assert_all_fail(POINTS, &harmful);
}

#[test]
fn networks_and_covers_of_every_kind_read_back_to_themselves() {
    let spectral = |mu: f64| SpectralCertificate { mu, factor: vec![0.1, 1.0 / 3.0] };
    let conv = |groups: usize| Conv {
        input: [2, 2, 3],
        outputs: 2,
        kernel: [1, 2],
        stride: 1,
        padding: 1,
        circular: groups == 2,
        groups,
        weight: vec![0.25; 8 / groups],
        bias: vec![],
    };
    let dense = Dense { outputs: 2, inputs: 2, weight: vec![0.1, -0.0, 5e-324, 1e200], bias: vec![1.0, 0.3] };
    let convs = [
        ConvCertificate::Multiplicity(vec![spectral(1.0); 2]),
        ConvCertificate::Gershgorin(vec![vec![0.1], vec![7.0]]),
        ConvCertificate::Symbol(vec![vec![spectral(1.0), spectral(2.0)], vec![]]),
        ConvCertificate::Explicit(vec![spectral(0.5), spectral(3.0)]),
    ];
    for hint in convs {
        let net = Net::new(12, vec![Layer::Conv(conv(2))]).unwrap();
        let proof = Proof::Lipschitz(net, vec![Some(Hint::Conv(hint))], [vec![0.0; 12], vec![1.0; 12]]);
        let certificate = Certificate { proof, bracket: (0.0, f64::INFINITY) };
        assert_eq!(read(&text(&certificate)), Ok(certificate));
    }
    let layers = vec![
        Layer::Dense(dense.clone()),
        Layer::Sort { group: 2 },
        Layer::Residual { body: vec![Layer::Dense(dense), Layer::Abs], weight: 0.3 },
        Layer::Select { from: vec![1, 0] },
        Layer::Relu,
        Layer::Scale(0.7),
        Layer::Householder { angles: vec![0.4] },
        Layer::Pool { windows: vec![vec![1, 0]], kind: Pool::L2 },
        Layer::Pool { windows: vec![vec![0]], kind: Pool::Average },
    ];
    let hints = vec![Some(Hint::Spectral(spectral(0.1))), None];
    let proof = Proof::Lipschitz(Net::new(2, layers).unwrap(), hints, [vec![0.1, 0.2], vec![0.3, 0.4]]);
    let certificate = Certificate { proof, bracket: (0.1, 0.2) };
    assert_eq!(read(&text(&certificate)), Ok(certificate));

    let leaf = Cover::Cliques { cliques: vec![Clique { members: vec![2, 0], weight: 3 }], unit: 7 };
    let parts = Cover::Split { parts: vec![(vec![0, 2], leaf.clone()), (vec![], leaf.clone())] };
    let tree = Cover::Branch { vertex: 1, taken: Box::new(leaf), left: Box::new(parts) };
    let proof = Proof::Points(points(&[0.1, 0.2, 0.3, 0.4]), 0.7, vec![1, 0], tree);
    let certificate = Certificate { proof, bracket: (2.0, 3.0) };
    assert_eq!(read(&text(&certificate)), Ok(certificate));
}

#[test]
fn trees_that_are_too_deep_are_refused() {
    let tree = "branch 0\n".repeat(100_000);
    let text = format!("lip1-certificate 1 points\ndim 1\npoints 0.0\ndistance 1.0\npacking 0\n{tree}");
    assert!(matches!(read(&text), Err(ReadError::Format { expected: "a shallower tree", .. })));
    let layers = "residual 0.5 1\n".repeat(100_000);
    let text = format!("lip1-certificate 1 lipschitz\ninputs 1\nlayers 1\n{layers}");
    assert!(matches!(read(&text), Err(ReadError::Format { expected: "fewer residuals in residuals", .. })));
}

#[test]
fn every_line_and_every_field_is_needed() {
    for text in ALL {
        let lines: Vec<&str> = text.lines().collect();
        for cut in 0..lines.len() {
            let wrong = |changed: &[&str]| check(&changed.join("\n")).is_err();
            let number = cut + 1;
            assert!(wrong(&lines[..cut]), "{cut} lines were accepted");
            let mut without = lines.clone();
            without.remove(cut);
            assert!(wrong(&without), "line {number} is not needed");
            let mut twice = lines.clone();
            twice.insert(cut, lines[cut]);
            assert!(wrong(&twice), "line {number} may repeat");
            let extended = format!("{} 0", lines[cut]);
            let mut longer = lines.clone();
            longer[cut] = &extended;
            // A part or a clique may name a point that is in another one, or out.
            let repeats = ["part ", "clique "].iter().any(|key| lines[cut].starts_with(key));
            assert!(wrong(&longer) || repeats, "line {number} may be longer");
            for field in 0..lines[cut].split(' ').count() {
                assert!(
                    check(&replaced(text, number, field, "?")).is_err(),
                    "line {number}: {field} is not read"
                );
                let mut fields: Vec<&str> = lines[cut].split(' ').collect();
                fields.remove(field);
                let fewer = fields.join(" ");
                let mut shorter = lines.clone();
                shorter[cut] = &fewer;
                assert!(wrong(&shorter), "line {number} may be shorter");
            }
        }
        assert!(check(&format!("{text}more")).is_err());
    }
}

#[test]
fn refusals_of_the_format_name_the_line() {
    let line = |text: &str| match read(text) {
        Err(ReadError::Format { line, expected }) => (line, expected),
        other => panic!("{other:?}"),
    };
    let kind = "a known version and kind of certificate";
    assert_eq!(line(""), (1, "lip1-certificate"));
    assert_eq!(line("lip1-certificate 2 transport\n"), (1, kind));
    assert_eq!(line("lip1-certificate 1 other\n"), (1, kind));
    assert_eq!(line(&replaced(PACKING, 2, 1, "disc")), (2, "a known name"));
    assert_eq!(line(&replaced(TRANSPORT, 2, 1, "l3")), (2, "a known name"));
    assert_eq!(line(&replaced(HINGE, 8, 1, "some")), (8, "a known name"));
    assert_eq!(line(&replaced(TRANSPORT, 5, 2, "x")), (5, "values of the right kind"));
    assert_eq!(line(&replaced(TRANSPORT, 3, 1, "2 2")), (3, "another number of values"));
    assert_eq!(line(&replaced(TRANSPORT, 10, 1, "0 0")), (10, "triples of point, point and mass"));
    assert_eq!(line(&replaced(TRANSPORT, 13, 2, "")), (13, "another number of values"));
    assert_eq!(line(&replaced(TRANSPORT, 14, 0, "fin")), (14, "end"));
    assert_eq!(line(&TRANSPORT[..TRANSPORT.len() - 4]), (14, "end"));
    assert_eq!(line(&format!("{TRANSPORT}more\n")).1, "nothing after the end");
    assert_eq!(line(&replaced(TRANSPORT, 14, 0, "end 1")).1, "nothing after the end");
}

#[test]
fn sizes_that_lie_allocate_nothing() {
    let huge = u64::MAX.to_string();
    for domain in ["box", "ball"] {
        let text = format!(
            "lip1-certificate 1 packing\ndomain {domain}\ndim {huge}\nsize 1\nseparation 1\npoints\ncount 1\nend\n"
        );
        assert_eq!(check(&text), Err(claim("lower", 1.0, 0.0)));
    }
    assert!(check(&replaced(TRANSPORT, 3, 1, &huge)).is_err());
}

fn solution() -> (Plan, Potentials) {
    (Plan { flows: vec![(0, 0, 1), (0, 1, 2)] }, Potentials { u: vec![0.1 + 0.2], v: vec![-1e-300, 5.0] })
}

fn points(coords: &[f64]) -> Points {
    Points::new(2, coords.to_vec()).unwrap()
}

#[test]
fn every_kind_reads_back_to_itself() {
    let (p, q) = (points(&[1.0 / 3.0, -0.0]), points(&[1e200, 2.0, 5e-324, 7.0]));
    let (p_weight, q_weight) = (vec![0.7], vec![0.1, 0.2]);
    let sample = Sample {
        p: p.clone(),
        q: q.clone(),
        p_weight: p_weight.clone(),
        q_weight: q_weight.clone(),
        cost: Cost::L1,
        total: Total::Together,
    };
    let problem = |weights| Problem {
        p: p.clone(),
        q: q.clone(),
        p_mass: vec![3],
        q_mass: vec![1, 2],
        cost: Cost::Linf,
        weights,
    };
    let (plan, potentials) = solution();
    let proofs = [
        Proof::Transport(problem(None), plan.clone(), potentials.clone(), None),
        Proof::Transport(
            problem(Some(Weights { p: p_weight, q: q_weight })),
            plan.clone(),
            potentials.clone(),
            None,
        ),
        Proof::Hkr(sample.clone(), [0.1, 3.0], 1 << 50, plan.clone(), potentials.clone()),
        Proof::Bce(sample, [2.0, 0.5], 7, plan, potentials),
    ];
    for proof in proofs {
        let certificate = Certificate { proof, bracket: (0.1, 1.0 / 3.0) };
        assert_eq!(read(&text(&certificate)), Ok(certificate));
    }
    let corners = IntegerPoints { dim: 2, coords: vec![0, 0, 10, -3] };
    let packing =
        Certificate { proof: Proof::Packing(corners, Domain::Ball, [11, 10]), bracket: (2.0, f64::INFINITY) };
    assert_eq!(read(&text(&packing)), Ok(packing));
}
