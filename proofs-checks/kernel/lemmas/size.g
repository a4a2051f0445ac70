# The square of a rounded difference: at least 1 - 3 u, at most 1 + 4 u times the exact square.
#
# The left side of the test of a pair, where the difference of two potentials is squared.
#> pairs.rs: let t = u - v;
#> pairs.rs: Cost::L2 => settle(x, u, coords, values, |t| t * t, |sum, d| sum + d * d),
#> pairs.rs: let need = enough(size(t), x.len());
#> distance.rs: Cost::L2 => (t * t, in_lanes(x, y, |d| d * d)),
# By hand: squares that underflow, which lose at most half a TINY.
#! size / (r * r) - 1 in [-3b-53, 4b-53] => size / (r * r) - 1 in [-2b-53, 4b-53]
#! size / (r * r) - 1 in [-3b-53, 4b-53] => size / (r * r) - 1 in [-3b-53, 3b-53]

@rnd = float<ieee_64, ne>;
u = rnd(u_);
v = rnd(v_);
r = u - v;
t = rnd(r);
size = rnd(t * t);

{ r in [1b-500, 1b511] -> size / (r * r) - 1 in [-3b-53, 4b-53] }

size / (r * r) - 1 -> (size - r * r) / (r * r) { r * r <> 0 };
