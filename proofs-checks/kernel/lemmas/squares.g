# The sum of 8 squares of rounded differences is off by at most (8 + 3) u of itself.
#
# In the pairs of `pairs.rs` and the distances of `distance.rs` alike, where n coordinates stand for 8: a difference is rounded,
# then its square, then each of n - 1 additions.
#> pairs.rs: Cost::L2 => settle(x, u, coords, values, |t| t * t, |sum, d| sum + d * d),
#> pairs.rs: *sum = grow(*sum, x - y);
#> distance.rs: differences.map(|d| d * d).sum::<f64>().sqrt()
# By hand: other n (induction); differences of 0, which leave a sum as it is; squares that underflow, which lose half a TINY each.
#! |s8 -/ S8| <= 11b-53 => |s8 -/ S8| <= 10b-53
#! p8 = rnd(d8 * d8); => p8 = rnd(rnd(d8 * 3) * rnd(d8 / 3));

@rnd = float<ieee_64, ne>;
x1 = rnd(x1_); y1 = rnd(y1_); D1 = x1 - y1; d1 = rnd(D1); p1 = rnd(d1 * d1); P1 = D1 * D1;
x2 = rnd(x2_); y2 = rnd(y2_); D2 = x2 - y2; d2 = rnd(D2); p2 = rnd(d2 * d2); P2 = D2 * D2;
x3 = rnd(x3_); y3 = rnd(y3_); D3 = x3 - y3; d3 = rnd(D3); p3 = rnd(d3 * d3); P3 = D3 * D3;
x4 = rnd(x4_); y4 = rnd(y4_); D4 = x4 - y4; d4 = rnd(D4); p4 = rnd(d4 * d4); P4 = D4 * D4;
x5 = rnd(x5_); y5 = rnd(y5_); D5 = x5 - y5; d5 = rnd(D5); p5 = rnd(d5 * d5); P5 = D5 * D5;
x6 = rnd(x6_); y6 = rnd(y6_); D6 = x6 - y6; d6 = rnd(D6); p6 = rnd(d6 * d6); P6 = D6 * D6;
x7 = rnd(x7_); y7 = rnd(y7_); D7 = x7 - y7; d7 = rnd(D7); p7 = rnd(d7 * d7); P7 = D7 * D7;
x8 = rnd(x8_); y8 = rnd(y8_); D8 = x8 - y8; d8 = rnd(D8); p8 = rnd(d8 * d8); P8 = D8 * D8;
s2 = rnd(p1 + p2); S2 = P1 + P2;
s3 = rnd(s2 + p3); S3 = S2 + P3;
s4 = rnd(s3 + p4); S4 = S3 + P4;
s5 = rnd(s4 + p5); S5 = S4 + P5;
s6 = rnd(s5 + p6); S6 = S5 + P6;
s7 = rnd(s6 + p7); S7 = S6 + P7;
s8 = rnd(s7 + p8); S8 = S7 + P8;

{ |D1| in [1b-480, 1b500] /\ |D2| in [1b-480, 1b500] /\ |D3| in [1b-480, 1b500] /\ |D4| in [1b-480, 1b500] /\
  |D5| in [1b-480, 1b500] /\ |D6| in [1b-480, 1b500] /\ |D7| in [1b-480, 1b500] /\ |D8| in [1b-480, 1b500] ->
  |s8 -/ S8| <= 11b-53 }
