use lip1_kernel::capacity::{self, CapacityBound, Density, Formula, Lattice, Scale, Side};
use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, Refusal, Theorem, judge};

fn scale(domain: Domain, dim: u32, size: u128, margin: u128) -> Scale {
    Scale::new(domain, dim, size, margin).unwrap()
}

/// Relative width of an enclosure after a few dozen roundings, and the error of an expected value computed in `f64`.
const NARROW: f64 = 1e-12;

/// Half of the fifth digit, to which tables print.
const PRINTED: f64 = 5.1e-6;

/// The enclosure holds `expected` and is narrow around it.
fn near(found: Interval, expected: f64) -> bool {
    let slack = 0.1 * NARROW * expected.abs();
    found.lower() <= expected + slack
        && found.upper() >= expected - slack
        && found.width() <= NARROW * expected.abs()
}

fn value(bound: Theorem<CapacityBound>) -> Interval {
    bound.value
}

fn exactly(found: Interval) -> Option<f64> {
    (found.lower() == found.upper()).then_some(found.lower())
}

const PI: f64 = std::f64::consts::PI;

#[test]
fn volumes_of_unit_balls_are_the_known_ones() {
    let known = [1.0, 2.0, PI, 4.0 * PI / 3.0, PI * PI / 2.0, 8.0 * PI * PI / 15.0, PI.powi(3) / 6.0];
    for (n, volume) in known.into_iter().enumerate() {
        assert!(near(capacity::unit_ball_volume(n as u32), volume), "n = {n}");
    }
    assert!(near(capacity::unit_ball_volume(8), PI.powi(4) / 24.0));
    assert!(near(capacity::unit_ball_volume(24), PI.powi(12) / 479_001_600.0));
    assert_eq!(
        (exactly(capacity::unit_ball_volume(0)), exactly(capacity::unit_ball_volume(1))),
        (Some(1.0), Some(2.0))
    );
}

#[test]
fn scales_are_positive_and_within_range() {
    let hypothesis = Err(Refusal::Hypothesis { why: "dimension and margin must be positive" });
    assert_eq!(Scale::new(Domain::Box, 0, 1, 1), hypothesis);
    assert_eq!(Scale::new(Domain::Box, 1, 1, 0), hypothesis);
    assert!(Scale::new(Domain::Box, 1 << 20, 1, 1).is_ok());
    let wide = Scale::new(Domain::Box, (1 << 20) + 1, 1, 1).map(|_| ());
    assert_eq!(wide, Err(Refusal::Overflow { what: "dimension" }));
    let overflow = Err(Refusal::Overflow { what: "size or margin" });
    assert_eq!(Scale::new(Domain::Ball, 1, 1 << 62, 1), overflow);
    assert_eq!(Scale::new(Domain::Ball, 1, 1, 1 << 62), overflow);
    assert_eq!(Scale::new(Domain::Ball, 1, u128::MAX, 1), overflow);
    let found = scale(Domain::Ball, 3, (1 << 62) - 1, (1 << 62) - 1);
    assert_eq!((found.domain(), found.dim(), near(found.ratio(), 1.0)), (Domain::Ball, 3, true));
    assert_eq!(exactly(scale(Domain::Box, 1, 7, 2).ratio()), Some(3.5));
}

#[test]
fn the_transcribed_and_corrected_bounds_are_powers_of_the_ratio() {
    // r = 5: the box has volume 25 / pi in units of the margin's disc, the disc 25.
    let (square, disc) = (scale(Domain::Box, 2, 10, 2), scale(Domain::Ball, 2, 10, 2));
    assert!(
        near(value(capacity::paper_lower(square)), 25.0 / PI)
            && exactly(value(capacity::paper_lower(disc))) == Some(25.0)
    );
    assert!(near(value(capacity::paper_upper(square).unwrap()), 225.0 / PI));
    assert_eq!(capacity::paper_upper(disc).map(value).map(exactly), Ok(Some(225.0)));
    assert!(near(value(capacity::covering_lower(square)), 6.25 / PI));
    assert_eq!(exactly(value(capacity::covering_lower(disc))), Some(6.25));
    assert!(near(value(capacity::doubled_upper(square).unwrap()), 100.0 / PI));
    assert_eq!(capacity::doubled_upper(disc).map(value).map(exactly), Ok(Some(100.0)));
    // Density pi / sqrt 12; 7 half sides and a disc in place of 5, or 5 + 1 radii.
    assert!(near(value(capacity::corrected_lower(square)), 25.0 / 12.0_f64.sqrt()));
    assert!(near(value(capacity::corrected_lower(disc)), 25.0 * PI / 12.0_f64.sqrt()));
    assert!(near(value(capacity::corrected_upper(square).unwrap()), 49.0 / PI));
    assert_eq!(capacity::corrected_upper(disc).map(value).map(exactly), Ok(Some(36.0)));
}

#[test]
fn upper_bounds_need_a_ball_inside_the_domain_ties_included() {
    let half = Err(Refusal::Hypothesis { why: "the domain must contain a ball of radius margin / 2" });
    let whole = Err(Refusal::Hypothesis { why: "the domain must contain a ball of radius margin" });
    // A box holds a ball of radius m / 2 from side m on, a ball from radius m / 2 on.
    assert!(capacity::paper_upper(scale(Domain::Box, 2, 10, 10)).is_ok());
    assert_eq!(capacity::paper_upper(scale(Domain::Box, 2, 9, 10)), half);
    assert!(capacity::paper_upper(scale(Domain::Ball, 2, 5, 10)).is_ok());
    assert_eq!(capacity::paper_upper(scale(Domain::Ball, 2, 4, 10)), half);
    assert!(capacity::doubled_upper(scale(Domain::Box, 2, 20, 10)).is_ok());
    assert_eq!(capacity::doubled_upper(scale(Domain::Box, 2, 19, 10)), whole);
    assert!(capacity::doubled_upper(scale(Domain::Ball, 2, 10, 10)).is_ok());
    assert_eq!(capacity::doubled_upper(scale(Domain::Ball, 2, 9, 10)), whole);
    // Any inradius will do, but none will not.
    let point = Err(Refusal::Hypothesis { why: "the domain must contain a ball" });
    for domain in [Domain::Box, Domain::Ball] {
        assert!(capacity::corrected_upper(scale(domain, 2, 1, 10)).is_ok());
        assert_eq!(capacity::corrected_upper(scale(domain, 2, 0, 10)), point);
    }
}

#[test]
fn volumes_of_neighbourhoods_follow_steiner() {
    // (r + 1)^n for balls.
    assert_eq!(exactly(value(capacity::volume_upper(scale(Domain::Ball, 3, 8, 2)))), Some(125.0));
    // Line, square, cube: (r + 2) / 2, (r^2 + 4 r + pi) / pi, (r^3 + 6 r^2 + 3 pi r + 4 pi / 3) / (4 pi / 3).
    assert_eq!(exactly(value(capacity::volume_upper(scale(Domain::Box, 1, 8, 2)))), Some(3.0));
    assert!(near(value(capacity::volume_upper(scale(Domain::Box, 2, 8, 2))), (32.0 + PI) / PI));
    let ball = 4.0 * PI / 3.0;
    assert!(near(
        value(capacity::volume_upper(scale(Domain::Box, 3, 8, 2))),
        (64.0 + 96.0 + 12.0 * PI + ball) / ball
    ));
    // Size 0: one ball, whatever the dimension.
    for dim in 1..30 {
        assert!(near(value(capacity::volume_upper(scale(Domain::Box, dim, 0, 1))), 1.0));
    }
    // Found by review: time was quadratic in the dimension.
    assert!(value(capacity::volume_upper(scale(Domain::Box, 100_000, 1, 1))).upper() > 1e300);
}

#[test]
fn olers_bound_is_the_one_for_the_plane() {
    // r = 10. Square: 100 / (2 sqrt 3) + 11; disc: 100 pi / (2 sqrt 3) + 5 pi + 1.
    let root = 3.0_f64.sqrt();
    let square = capacity::oler_upper(scale(Domain::Box, 2, 10, 1)).unwrap();
    assert!(near(value(square), 50.0 / root + 11.0));
    let disc = capacity::oler_upper(scale(Domain::Ball, 2, 10, 1)).unwrap();
    assert!(near(value(disc), 50.0 * PI / root + 5.0 * PI + 1.0));
    let plane = Err(Refusal::Hypothesis { why: "Oler's inequality is about the plane" });
    for dim in [1, 3] {
        assert_eq!(capacity::oler_upper(scale(Domain::Box, dim, 10, 1)), plane);
    }
}

#[test]
fn densities_are_the_proved_ones() {
    let proved = Density::proved;
    let cites = |n, name| proved(n).cited.is_some_and(|source| source.starts_with(name));
    assert!(near(proved(2).bound, PI / 12.0_f64.sqrt()) && cites(2, "Thue"));
    assert!(near(proved(3).bound, PI / 18.0_f64.sqrt()) && cites(3, "Hales"));
    assert!(near(proved(8).bound, PI.powi(4) / 384.0) && cites(8, "Viazovska"));
    assert!(near(proved(24).bound, PI.powi(12) / 479_001_600.0) && cites(24, "Cohn"));
    assert!(near(proved(4).bound, 0.75) && cites(4, "Blichfeldt"));
    assert!(near(proved(7).bound, 4.5 / 2.0_f64.powf(3.5)));
    assert_eq!((exactly(proved(1).bound), proved(1).cited), (Some(1.0), None));
    assert_eq!((exactly(Density::trivial(5).bound), Density::trivial(5).dim), (Some(1.0), 5));
    for n in 1..1100 {
        let density = proved(n);
        assert!(density.dim == n && density.bound.upper() <= 1.0, "n = {n}");
        assert!(n == 1 || density.bound.upper() < 1.0, "n = {n}");
    }
}

#[test]
fn tilings_bound_boxes_by_density() {
    let cube = scale(Domain::Box, 3, 40, 2);
    let expected = PI / 18.0_f64.sqrt() * 22.0_f64.powi(3) / (4.0 * PI / 3.0);
    assert!(near(value(capacity::tiling_upper(cube, Density::proved(3)).unwrap()), expected));
    let trivial = capacity::tiling_upper(cube, Density::trivial(3)).unwrap();
    assert!(near(value(trivial), 22.0_f64.powi(3) / (4.0 * PI / 3.0)));
    let other = Err(Refusal::Hypothesis { why: "the density must be one of the same dimension" });
    assert_eq!(capacity::tiling_upper(cube, Density::proved(8)), other);
    let ball = Err(Refusal::Hypothesis { why: "only boxes tile space" });
    assert_eq!(capacity::tiling_upper(scale(Domain::Ball, 3, 40, 2), Density::proved(3)), ball);
}

/// From which ratio on the transcribed lower bound exceeds a proved upper bound: the thresholds of claim V2, from both sides.
#[test]
fn the_transcribed_bound_is_refuted_from_the_known_ratios_on() {
    let refuted = |dim: u32, hundredths: u128| {
        let scale = scale(Domain::Box, dim, hundredths, 100);
        let upper = if dim == 2 {
            capacity::oler_upper(scale).unwrap()
        } else {
            capacity::tiling_upper(scale, Density::proved(dim)).unwrap()
        };
        let judged = judge::at_most(value(capacity::paper_lower(scale)), value(upper));
        assert!(judged.is_refuted() || judged.is_verified());
        judged.is_refuted()
    };
    for (dim, threshold) in [(2, 3472), (3, 1899), (8, 1070), (24, 673)] {
        assert!(refuted(dim, threshold + 1) && !refuted(dim, threshold - 1), "n = {dim}");
    }
}

#[test]
fn packings_of_a_line_are_counted_exactly() {
    let line = |domain, size, margin| {
        let bound = capacity::line_exact(scale(domain, 1, size, margin)).unwrap();
        let Formula::Line(points) = bound.formula else { panic!("not the formula of a line") };
        assert_eq!(exactly(bound.value), Some(points as f64));
        points
    };
    for (size, count) in [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (10, 6), (11, 6)] {
        assert_eq!(line(Domain::Box, size, 1), count);
    }
    for (radius, count) in [(0, 1), (1, 2), (2, 3), (5, 6)] {
        assert_eq!(line(Domain::Ball, radius, 1), count);
    }
    assert_eq!((line(Domain::Box, 10, 5), line(Domain::Box, 9, 5)), (2, 1));
    let plane = capacity::line_exact(scale(Domain::Box, 2, 1, 1));
    assert_eq!(plane, Err(Refusal::Hypothesis { why: "exact on a line only" }));
}

#[test]
fn grids_count_only_when_they_fit() {
    let grid = |domain, dim, size, margin, k| {
        capacity::grid_lower(scale(domain, dim, size, margin), k).map(value).map(exactly)
    };
    let outside = Err(Refusal::Hypothesis { why: "the grid does not fit the domain" });
    assert_eq!(grid(Domain::Box, 3, 4, 1, 3), Ok(Some(27.0)));
    assert_eq!(grid(Domain::Box, 3, 4, 1, 4), outside);
    assert_eq!(grid(Domain::Box, 3, 3, 1, 3), outside);
    // Four points at (+-3, +-3) about 0, or 3-4-5: n ((k - 1) m)^2 <= size^2.
    assert_eq!(grid(Domain::Ball, 4, 6, 3, 2), Ok(Some(16.0)));
    assert_eq!(grid(Domain::Ball, 4, 5, 3, 2), outside);
    assert_eq!(grid(Domain::Ball, 4, 12, 3, 3), Ok(Some(81.0)));
    assert_eq!(grid(Domain::Ball, 4, 11, 3, 3), outside);
    assert_eq!(grid(Domain::Box, 2, 0, 1, 1), Ok(Some(1.0)));
    assert_eq!(grid(Domain::Box, 2, 4, 1, 0), Err(Refusal::Empty { what: "grid" }));
    let overflow = Err(Refusal::Overflow { what: "grid" });
    assert_eq!(grid(Domain::Ball, 2, 4, 1 << 61, u64::MAX), overflow);
    assert_eq!(grid(Domain::Box, 2, 4, 1 << 61, u64::MAX), outside);
}

/// Each closed form says what it is about and on which side of the packing number it lies; the transcribed lower bound on none.
#[test]
fn bounds_name_their_formula_and_their_side() {
    let (plane, line) = (scale(Domain::Box, 2, 10, 2), scale(Domain::Ball, 1, 10, 2));
    let (density, lattice) = (Density::proved(2), Lattice::densest_known(2));
    let (below, above) = (Some(Side::Below), Some(Side::Above));
    for (bound, formula, side) in [
        (capacity::paper_lower(plane), Formula::PaperLower, None),
        (capacity::paper_upper(plane).unwrap(), Formula::PaperUpper, above),
        (capacity::covering_lower(plane), Formula::Covering, below),
        (capacity::doubled_upper(plane).unwrap(), Formula::Doubled, above),
        (capacity::corrected_lower(plane), Formula::CorrectedLower(lattice), below),
        (capacity::corrected_upper(plane).unwrap(), Formula::CorrectedUpper, above),
        (capacity::volume_upper(plane), Formula::Volume, above),
        (capacity::oler_upper(plane).unwrap(), Formula::Oler, above),
        (capacity::tiling_upper(plane, density).unwrap(), Formula::Tiling(density), above),
        (capacity::grid_lower(plane, 3).unwrap(), Formula::Grid(3), below),
        (capacity::line_exact(line).unwrap(), Formula::Line(6), Some(Side::Equal)),
    ] {
        assert_eq!((bound.formula, bound.formula.side()), (formula, side));
        assert_eq!(bound.scale, if formula == Formula::Line(6) { line } else { plane });
        let is = |wanted: &[Option<Side>]| wanted.contains(&side).then_some(bound.value);
        assert_eq!(bound.lower_bound(), is(&[below, Some(Side::Equal)]));
        assert_eq!(bound.upper_bound(), is(&[above, Some(Side::Equal)]));
        assert!(bound.enclosure() == bound.value && !bound.value.is_observed());
        assert_eq!(bound.least_points(), bound.lower_bound().map(|value| value.lower().ceil()));
        assert_eq!(bound.most_points(), bound.upper_bound().map(|value| value.upper().floor()));
        let cited = match formula {
            Formula::Oler => Some("Oler 1961"),
            Formula::Tiling(_) => density.cited,
            Formula::CorrectedLower(_) => Some("A2"),
            _ => None,
        };
        assert_eq!(formula.cited(), cited);
    }
    assert_eq!((plane.size(), plane.margin(), density.upper_bound()), (10, 2, density.bound));
    assert_eq!(lattice.lower_bound(), lattice.density);
}

/// Hermite's constants and the kissing arrangements of dimension 8 and 24 fix the densities known to all.
#[test]
fn lattices_have_their_known_densities() {
    let known = Lattice::densest_known;
    for (dim, density) in [
        (1, 1.0),
        (2, PI / 12.0_f64.sqrt()),
        (3, PI / 18.0_f64.sqrt()),
        (4, PI * PI / 16.0),
        (5, PI * PI / (15.0 * 2.0_f64.sqrt())),
        (6, PI.powi(3) / (48.0 * 3.0_f64.sqrt())),
        (7, PI.powi(3) / 105.0),
        (8, PI.powi(4) / 384.0),
        (12, PI.powi(6) / 19_440.0),
        (16, PI.powi(8) / 645_120.0),
        (24, PI.powi(12) / 479_001_600.0),
    ] {
        assert!(near(known(dim).density, density) && known(dim).dim == dim, "n = {dim}");
        assert_eq!(known(dim).cited.is_none(), dim == 1);
    }
    // Centre densities of Conway and Sloane's table, to the digits printed.
    let table =
        [0.5, 0.28868, 0.17678, 0.125, 0.08839, 0.07217, 0.0625, 0.0625, 0.04419, 0.03608, 0.03208, 0.03704];
    let more =
        [0.03208, 0.03608, 0.04419, 0.0625, 0.0625, 0.07217, 0.08839, 0.125, 0.17678, 0.28868, 0.5, 1.0];
    for (dim, centre) in (1..).zip(table.into_iter().chain(more)) {
        let found = known(dim).density.upper() / capacity::unit_ball_volume(dim).lower();
        assert!((found - centre).abs() < PRINTED, "n = {dim}: {found}");
    }
    // Beyond the table: products with the Leech lattice, then Hlawka's theorem.
    let leech = known(24).density.upper();
    let centre = known(26).density.upper() / capacity::unit_ball_volume(26).upper();
    assert!((centre - 12.0_f64.sqrt().recip()).abs() < NARROW && leech < 0.002);
    assert!(known(48).cited.is_some_and(|by| by.contains("Leech")));
    assert_eq!(
        (exactly(known(100).density), known(100).cited),
        (Some(2.0_f64.powi(-99)), Some("Hlawka (1943)"))
    );
    // None is denser than what is proved to be densest, nor sparser than the covering bound.
    for dim in 1..200 {
        assert!(
            known(dim).density.lower() <= Density::proved(dim).bound.upper() * (1.0 + NARROW),
            "n = {dim}"
        );
        assert!(known(dim).density.lower() >= 2.0_f64.powi(-(dim as i32)), "n = {dim}");
    }
}

#[test]
fn the_corrected_bounds_of_a_large_square_are_those_of_theory() {
    let square = scale(Domain::Box, 2, 40, 1);
    let (lower, upper) = (capacity::corrected_lower(square), capacity::corrected_upper(square).unwrap());
    assert!(near(value(lower), 1600.0 / 12.0_f64.sqrt()) && near(value(upper), 1764.0 / PI));
    assert_eq!((lower.least_points(), upper.most_points()), (Some(462.0), Some(561.0)));
}

#[test]
fn brackets_are_about_one_domain_and_in_order() {
    let square = scale(Domain::Box, 2, 10, 1);
    let (lower, upper) = (capacity::grid_lower(square, 6).unwrap(), capacity::oler_upper(square).unwrap());
    let found = capacity::bracket(lower, upper).unwrap();
    assert_eq!((found.lower, found.upper, found.bounds), (36.0, 39.0, [lower, upper]));
    assert_eq!(found.ends().map(exactly), [Some(36.0), Some(39.0)]);
    assert!(found.enclosure().lower() == 36.0 && found.enclosure().upper() == 39.0);
    let other = Err(Refusal::Hypothesis { why: "both bounds must be about the same domain" });
    for scale in [scale(Domain::Box, 2, 11, 1), scale(Domain::Box, 2, 10, 2), scale(Domain::Ball, 2, 10, 1)] {
        assert_eq!(capacity::bracket(lower, capacity::volume_upper(scale)), other);
    }
    let side = Err(Refusal::Hypothesis { why: "each bound must be one on its side" });
    for (below, above) in
        [(upper, upper), (lower, lower), (capacity::paper_lower(square), upper), (upper, lower)]
    {
        assert_eq!(capacity::bracket(below, above), side);
    }
    // Both ends of a line are one formula, an upper end may be infinite.
    let line = capacity::line_exact(scale(Domain::Box, 1, 10, 1)).unwrap();
    assert_eq!(capacity::bracket(line, line).map(|b| (b.lower, b.upper)), Ok((6.0, 6.0)));
    let large = scale(Domain::Ball, 2000, 1000, 1);
    let infinite = capacity::bracket(capacity::grid_lower(large, 1).unwrap(), capacity::volume_upper(large));
    assert!(infinite.unwrap().upper.is_infinite());
}
