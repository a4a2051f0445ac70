# The low part of a compensated sum: of 8 errors e, summed in floating point, the sum is off by at most the bound on it.
#
# The sizes of the errors add up to something between 1 and 2; the bound is 2 (n + 2) u times the computed sum of the sizes.
#> sum.rs: self.low += e;
#> sum.rs: self.low_abs += e.abs();
#> sum.rs: let error = 2.0 * (self.terms + SUM_SPARE) * U * self.low_abs;
# By hand: other binades; that partial sums are no larger than the sizes (triangle inequality); other n (`sum_low_length.g`); that
# `two_sum` returns the error exactly (Knuth); `next_up`, which covers the rounding of the bound's last product.
#! SUM_SPARE = 2; => SUM_SPARE = -2;
#! bound = 2 * => bound = 1 *

@rnd = float<ieee_64, ne>;
U = 1b-53;
SUM_SPARE = 2;
e1 = rnd(e1_); e2 = rnd(e2_); e3 = rnd(e3_); e4 = rnd(e4_); e5 = rnd(e5_); e6 = rnd(e6_); e7 = rnd(e7_); e8 = rnd(e8_);
low2 = rnd(e1 + e2); abs2 = rnd(|e1| + |e2|); sum2 = e1 + e2; size2 = |e1| + |e2|;
low3 = rnd(low2 + e3); abs3 = rnd(abs2 + |e3|); sum3 = sum2 + e3; size3 = size2 + |e3|;
low4 = rnd(low3 + e4); abs4 = rnd(abs3 + |e4|); sum4 = sum3 + e4; size4 = size3 + |e4|;
low5 = rnd(low4 + e5); abs5 = rnd(abs4 + |e5|); sum5 = sum4 + e5; size5 = size4 + |e5|;
low6 = rnd(low5 + e6); abs6 = rnd(abs5 + |e6|); sum6 = sum5 + e6; size6 = size5 + |e6|;
low7 = rnd(low6 + e7); abs7 = rnd(abs6 + |e7|); sum7 = sum6 + e7; size7 = size6 + |e7|;
low8 = rnd(low7 + e8); abs8 = rnd(abs7 + |e8|); sum8 = sum7 + e8; size8 = size7 + |e8|;
bound = 2 * (8 + SUM_SPARE) * U * abs8;

{ size8 in [1, 2] /\ |sum2| <= 2 /\ |sum3| <= 2 /\ |sum4| <= 2 /\ |sum5| <= 2 /\ |sum6| <= 2 /\ |sum7| <= 2 /\ |sum8| <= 2 ->
  |low8 - sum8| - bound <= 0 }
