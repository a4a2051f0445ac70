//! Transport certificates whose points are in boxes.

use lip1_kernel::Limits;

use super::{TRANSPORT, assert_all_fail, check, read, replaced, text};
use crate::ReadError;

const BOXES: &str = "p_order 0
p_slopes 0.6 0.8
q_order 1 0
q_slopes -0.5 1.0
bracket";

fn in_boxes() -> String {
    TRANSPORT.replace("bracket", BOXES)
}

#[test]
fn boxes_are_read_written_and_checked() {
    let certificate = read(&in_boxes()).unwrap();
    assert_eq!(text(&certificate), in_boxes());
    let limits = Limits::default();
    assert_eq!(certificate.check(limits), read(TRANSPORT).unwrap().check(limits));
    assert_ne!(Ok(certificate), read(TRANSPORT));
}

#[test]
fn boxes_that_do_not_fit_the_points_are_refused() {
    let harmful: [(usize, usize, &[&str]); 6] = [
        (13, 1, &["1", "", "0 0", "4294967295", "4294967296", "-1", "0.0"]),
        (14, 1, &["1.0000000000000002", "-2.0", "NaN", "inf", "", "0.0 0.0 0.0 0.0 0.0 0.6"]),
        (14, 2, &["1.0000000000000002", "-2.0", "NaN", "", "x"]),
        (15, 1, &["0", "2", ""]),
        (15, 2, &["1", "2", "", "0 0"]),
        (16, 2, &["1.1", "", "1.0 0.0", "0.0 0.0 0.0 0.0 0.6"]),
    ];
    assert_all_fail(&in_boxes(), &harmful);
    assert!(check(&replaced(&in_boxes(), 14, 1, "-1.0")).is_ok());
}

#[test]
fn a_potential_off_by_the_least_amount_is_refused_in_boxes_too() {
    let potentials: [(usize, usize, &[&str]); 3] = [
        (11, 1, &["5.000000000000001"]),
        (12, 1, &["-0.0000000000000001"]),
        (12, 2, &["3.9999999999999996"]),
    ];
    assert_all_fail(&in_boxes(), &potentials);
}

#[test]
fn boxes_of_one_side_alone_are_no_certificate() {
    let line = |text: &str| match read(text) {
        Err(ReadError::Format { line, expected }) => (line, expected),
        other => panic!("{other:?}"),
    };
    assert_eq!(line(&in_boxes().replace("q_order", "order")), (15, "q_order"));
    assert_eq!(line(&in_boxes().replace("p_order", "order")), (13, "bracket"));
    assert_eq!(line(&in_boxes().replace("p_slopes 0.6 0.8\n", "")), (14, "p_slopes"));
}
