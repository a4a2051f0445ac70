# What is `enough` for a sum exceeds any size whose exact square is not above the exact sum: so a size that reaches it is above that.
#
# Let S be the exact sum of n squares, n at most MOST_TERMS. The computed sum is at least (1 - (n + 3) u) S less n TINY (`squares.g`),
# and if the exact square of the difference is at most S, then the computed one is at most (1 + 4 u) S and a TINY (`size.g`). What is
# computed as enough for the sum is larger.
#> distance.rs: } else if size >= enough(sum, x.len()) && size.is_finite() {
# By hand: as for `enough.g`.
#! ENOUGH_SPARE = 16; => ENOUGH_SPARE = 5;
#! MIN_POSITIVE = 1b-1022; => MIN_POSITIVE = 0;

@rnd = float<ieee_64, ne>;
U = 1b-53;
TINY = 1b-1074;
MIN_POSITIVE = 1b-1022;
ENOUGH_SPARE = 16;
MOST_TERMS = 67108864;
n = share * MOST_TERMS;
F = 1 + (2 * n + ENOUGH_SPARE) * U;
f = rnd(F);
b = part * (n + 3) * U;
sum = S * (1 - b) - h0 * n;
product = sum * f * (1 + e1) + h1;
enough = (product + MIN_POSITIVE) * (1 + e2);
E = (1 + e1) * (1 + e2);
gain = f * (1 - b) * E - (1 + 4 * U);
rest = (MIN_POSITIVE - h0 * n * f * (1 + e1) + h1) * (1 + e2) - TINY;

{ share in [0, 1] /\ part in [-1, 1] /\ S in [0, 1b1023] /\ |h0| <= 1b-1074 /\
  |e1| <= 1b-53 /\ |h1| <= 1b-1075 /\ |e2| <= 1b-53 ->
  enough - (S * (1 + 4 * U) + TINY) >= 1b-1023 }

enough - (S * (1 + 4 * U) + TINY) -> S * gain + rest;
gain -> (f - F) * (1 - b) * E + (F * (1 - b) * (E - 1) + (n * U * (1 - part * (1 + F - 1)) + n * U + (ENOUGH_SPARE - 4) * U - 3 * part * U * F));
E - 1 -> e1 + e2 + e1 * e2;
