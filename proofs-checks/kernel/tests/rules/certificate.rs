use lip1_kernel::distance::Cost;
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::transport::{self, Plan, Potentials, Problem, Weights};
use lip1_kernel::{Certificate, Claim, Points, Refusal};

/// The optimum of a small problem, in which every number matters: 7/3.
const TRANSPORT: &str = "lip1-certificate 1 transport
cost l2
p 1 2
3 0.0 0.0
q 2 2
1 3.0 4.0
2 0.0 1.0
weights 0
flows 2
0 0 1
0 1 2
u 5.0
v 0.0 4.0
bracket 2.333333333333333 2.333333333333334
end
";

const PACKING: &str = "lip1-certificate 1 packing
domain box
dim 2
size 10
separation 10
points 4
0 0
10 0
0 10
10 10
count 4
end
";

fn check(text: &str) -> Result<Claim, Refusal> {
    Certificate::parse(text)?.check()
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
fn saved_certificates_read_back_and_check() {
    let claim = check(TRANSPORT).unwrap();
    assert_eq!(claim.kind(), "transport");
    assert_eq!((claim.lower(), claim.upper()), (2.333333333333333, 2.333333333333334));
    let claim = check(PACKING).unwrap();
    assert_eq!((claim.kind(), claim.lower(), claim.upper()), ("packing", 4.0, f64::INFINITY));
    for text in [TRANSPORT, PACKING] {
        assert_eq!(Certificate::parse(text).unwrap().to_string(), text);
        assert!(check(&text.replace('\n', "\r\n")).is_ok());
        assert!(check(&format!("{text}\n  \n")).is_ok());
    }
    let ball = PACKING.replace("box", "ball").replace("size 10", "size 15");
    assert!(check(&ball).is_ok());
    assert_eq!(Certificate::parse(&ball).unwrap().to_string(), ball);
}

#[test]
fn every_number_of_every_kind_survives_saving() {
    let coords = vec![0.1, -0.0, f64::from_bits(1), 1e150, f64::MIN_POSITIVE, 1.0 / 3.0];
    let problem = Problem {
        p: Points::new(3, coords.clone()).unwrap(),
        q: Points::new(3, coords).unwrap(),
        p_mass: vec![u64::MAX, 1],
        q_mass: vec![u64::MAX, 1],
        cost: Cost::Linf,
        weights: Some(Weights { p: vec![0.3, 1e-300], q: vec![1e100, 7.0] }),
    };
    let plan = Plan { flows: vec![(0, 0, u64::MAX), (1, 1, 1)] };
    let potentials = Potentials { u: vec![0.0, -1e-310], v: vec![0.0, -1e-310] };
    let proved = transport::check(&problem, &plan, &potentials).unwrap();
    let bracket = (proved.lower(), proved.upper());
    let saved = Certificate::Transport { problem, plan, potentials, bracket };
    let text = saved.to_string();
    let read = Certificate::parse(&text).unwrap();
    assert_eq!((&read, read.to_string()), (&saved, text.clone()));
    assert!(read.check().is_ok());
    let missing = text.replace("weights 1", "weights 0");
    assert!(matches!(check(&missing), Err(Refusal::Format { .. })));
}

#[test]
fn a_transport_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful = [
        // mass and coordinates of p, of q
        (4, 0, &["2", "4", "0", "18446744073709551615"][..]),
        (4, 1, &["0.001", "-0.001", "1e200"]),
        (4, 2, &["0.001", "-0.001", "NaN"]),
        (6, 0, &["0", "2"]),
        (6, 1, &["2.9999999999999996", "3.00000000000001"]),
        (6, 2, &["3.9999999999999996", "4.00000000000001"]),
        (7, 0, &["1", "3"]),
        (7, 1, &["0.001", "-0.001", "inf"]),
        (7, 2, &["0.9999999999999999", "1.00000000000001"]),
        // flows
        (10, 0, &["1", "4294967295"]),
        (10, 1, &["1", "2"]),
        (10, 2, &["0", "2"]),
        (11, 0, &["1"]),
        (11, 1, &["0", "2"]),
        (11, 2, &["1", "3"]),
        // potentials: steeper, or worth less
        (12, 1, &["5.000000000000001", "4.99999999999999", "NaN"]),
        (13, 1, &["-0.0000000000000001", "0.00000000000001"]),
        (13, 2, &["3.9999999999999996", "4.00000000000001"]),
        // the claim, tighter than proved by one unit in the last place or more
        (14, 1, &["2.333333333333334", "3.0", "NaN", "inf"]),
        (14, 2, &["2.333333333333333", "0.0", "NaN", "-inf"]),
    ];
    for (line, field, values) in harmful {
        for value in values {
            let changed = replaced(TRANSPORT, line, field, value);
            assert_ne!(changed, TRANSPORT);
            assert!(check(&changed).is_err(), "line {line}, field {field}: {value} was accepted");
        }
    }
    // The claim itself may be weaker.
    assert!(check(&replaced(TRANSPORT, 14, 1, "-inf")).is_ok());
    assert!(check(&replaced(TRANSPORT, 14, 2, "inf")).is_ok());
    let claimed = check(&replaced(TRANSPORT, 14, 1, "2.5"));
    let proved = 2.333333333333333;
    assert_eq!(claimed, Err(Refusal::Claim { what: "lower", claimed: 2.5, proved }));
}

#[test]
fn a_packing_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful = [
        (3, 1, &["1", "3", "0", "18446744073709551615"][..]),
        (4, 1, &["9", "-1"]),
        (5, 1, &["11", "0", "-10", "10.0"]),
        (6, 1, &["3", "5", "18446744073709551615"]),
        (11, 1, &["5", "-1"]),
    ];
    for (line, field, values) in harmful {
        for value in values {
            let changed = check(&replaced(PACKING, line, field, value));
            assert!(changed.is_err(), "line {line}, field {field}: {value} was accepted");
        }
    }
    for line in 7..=10 {
        for field in 0..2 {
            for value in ["-1", "1", "9", "11", "0.0", "x"] {
                assert!(check(&replaced(PACKING, line, field, value)).is_err(), "line {line}: {value}");
            }
        }
    }
    let more = check(&replaced(PACKING, 11, 1, "5"));
    assert_eq!(more, Err(Refusal::Claim { what: "count", claimed: 5.0, proved: 4.0 }));
    assert_eq!(check(&replaced(PACKING, 11, 1, "3")).map(Claim::lower), Ok(3.0));
}

#[test]
fn every_line_and_every_field_is_needed() {
    for text in [TRANSPORT, PACKING] {
        let lines: Vec<&str> = text.lines().collect();
        for cut in 0..lines.len() {
            let short = lines[..cut].join("\n");
            assert!(Certificate::parse(&short).is_err(), "{cut} lines were accepted");
            let mut without = lines.clone();
            without.remove(cut);
            assert!(Certificate::parse(&without.join("\n")).is_err(), "line {} is not needed", cut + 1);
            let mut twice = lines.clone();
            twice.insert(cut, lines[cut]);
            assert!(Certificate::parse(&twice.join("\n")).is_err(), "line {} may repeat", cut + 1);
            let mut longer = lines.clone();
            let extended = format!("{} 0", lines[cut]);
            longer[cut] = &extended;
            assert!(Certificate::parse(&longer.join("\n")).is_err(), "line {} may be longer", cut + 1);
            for field in 0..lines[cut].split(' ').count() {
                let wrong = replaced(text, cut + 1, field, "?");
                assert!(Certificate::parse(&wrong).is_err(), "line {}, field {field} is not read", cut + 1);
                let mut fields: Vec<&str> = lines[cut].split(' ').collect();
                fields.remove(field);
                let fewer = fields.join(" ");
                let mut shorter = lines.clone();
                shorter[cut] = &fewer;
                assert!(Certificate::parse(&shorter.join("\n")).is_err(), "line {} may be shorter", cut + 1);
            }
        }
        assert!(Certificate::parse(&format!("{text}more")).is_err());
    }
}

#[test]
fn refusals_of_the_format_name_the_line() {
    let line = |text: &str| match Certificate::parse(text) {
        Err(Refusal::Format { line, why }) => (line, why),
        other => panic!("{other:?}"),
    };
    assert_eq!(line(""), (1, "the text ends early"));
    assert_eq!(line("lip1-certificate 2 transport\n"), (1, "1"));
    assert_eq!(line("lip1-certificate 1 other\n"), (1, "a known kind of certificate"));
    assert_eq!(line("lip1-certificate 1 packing\ndomain disc\n"), (2, "box or ball"));
    assert_eq!(line(&replaced(TRANSPORT, 2, 1, "l3")), (2, "l2, l1 or linf"));
    assert_eq!(line(&replaced(TRANSPORT, 6, 1, "x")), (6, "a number of the right kind"));
    assert_eq!(line(&replaced(TRANSPORT, 4, 2, "0.0 7")), (4, "fewer fields"));
    assert_eq!(line(&replaced(TRANSPORT, 14, 2, "")), (14, "more fields"));
    assert_eq!(line(&replaced(TRANSPORT, 15, 0, "fin")), (15, "end"));
    assert_eq!(line(&format!("{TRANSPORT}\nmore\n")), (17, "nothing after the end"));
    assert_eq!(line(&TRANSPORT[..TRANSPORT.len() - 4]), (15, "the text ends early"));
}

/// Found by review: any number but 0 was read as 1.
#[test]
fn the_flag_for_weights_is_0_or_1() {
    let with = |flag: &str| {
        let weights = format!("weights {flag}\np 3.0\nq 1.0 2.0");
        Certificate::parse(&TRANSPORT.replace("weights 0", &weights)).map(|_| ())
    };
    assert_eq!(with("1"), Ok(()));
    assert_eq!(with("2"), Err(Refusal::Format { line: 8, why: "0 or 1" }));
}

#[test]
fn counts_that_lie_allocate_nothing() {
    let huge = u64::MAX.to_string();
    for (line, field) in [(3, 1), (3, 2), (5, 1), (5, 2), (9, 1)] {
        assert!(check(&replaced(TRANSPORT, line, field, &huge)).is_err());
        assert!(check(&replaced(TRANSPORT, line, field, "0")).is_err());
    }
    for domain in ["box", "ball"] {
        let text = format!(
            "lip1-certificate 1 packing\ndomain {domain}\ndim {huge}\nsize 1\nseparation 1\npoints 0\ncount 1\nend\n"
        );
        assert_eq!(check(&text), Err(Refusal::Claim { what: "count", claimed: 1.0, proved: 0.0 }));
    }
    let no_dimension = Certificate::Packing {
        points: IntegerPoints { dim: 0, coords: vec![] },
        domain: Domain::Box,
        size: 1,
        separation: 1,
        count: 0,
    };
    assert!(no_dimension.check().is_err() && no_dimension.to_string().contains("points 0"));
}
