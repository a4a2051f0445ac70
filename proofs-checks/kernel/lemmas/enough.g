# What is `enough` exceeds any sum whose exact value is not above the exact square: so a sum that reaches it has a value above that.
#
# Let R be the exact square of the difference of two potentials and n at most MOST_TERMS. The computed size is at least (1 - 3 u) R
# less a TINY (`size.g`), and if the exact sum of n squares is at most R, then the computed one is at most (1 + (n + 3) u) R and n TINY
# (`squares.g`). What is computed as enough is larger. Where sizes take the place of squares, there are fewer roundings.
#> distance.rs: let factor = 1.0 + (2.0 * n as f64 + ENOUGH_SPARE) * U;
#> distance.rs: if n > MOST_TERMS { f64::INFINITY } else { size * factor + f64::MIN_POSITIVE }
# By hand: the bound on the sum for other n, in any order (induction), and for a part of its terms; that a product in floating point is
# the exact one times 1 + e, plus h, with |e| <= u and |h| <= TINY / 2, and a sum the exact one times 1 + e.
#! ENOUGH_SPARE = 16; => ENOUGH_SPARE = 5;
#! MIN_POSITIVE = 1b-1022; => MIN_POSITIVE = 0;
#! MIN_POSITIVE = 1b-1022; => MIN_POSITIVE = 1b-1048;

@rnd = float<ieee_64, ne>;
U = 1b-53;
TINY = 1b-1074;
MIN_POSITIVE = 1b-1022;
ENOUGH_SPARE = 16;
MOST_TERMS = 67108864;
n = share * MOST_TERMS;
F = 1 + (2 * n + ENOUGH_SPARE) * U;
f = rnd(F);
size = R * (1 - g) - h0;
product = size * f * (1 + e1) + h1;
enough = (product + MIN_POSITIVE) * (1 + e2);
E = (1 - g) * (1 + e1) * (1 + e2);
gain = f * E - (1 + (n + 3) * U);
rest = (MIN_POSITIVE - h0 * f * (1 + e1) + h1) * (1 + e2) - n * TINY;

{ share in [0, 1] /\ R in [0, 1b1023] /\ |g| <= 3b-53 /\ |h0| <= 1b-1074 /\
  |e1| <= 1b-53 /\ |h1| <= 1b-1075 /\ |e2| <= 1b-53 ->
  enough - (R * (1 + (n + 3) * U) + n * TINY) >= 1b-1023 }

enough - (R * (1 + (n + 3) * U) + n * TINY) -> R * gain + rest;
gain -> (f - F) * E + F * (E - 1) + (n + ENOUGH_SPARE - 3) * U;
E - 1 -> (e1 + e2 + e1 * e2) * (1 - g) - g;
