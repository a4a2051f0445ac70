# Inflating n u gives at least gamma_n = n u / (1 - n u), and with n + 2 in place of n at least gamma_(n+2), for up to MOST_TERMS.
#
# With g = (n + 2) u the factor of `inflate(.., n)` as computed, c, satisfies c (1 - g) >= 1; a smaller g makes that easier.
#> float.rs: mul(x, 1.0 + 2.0 * (terms as f64 + INFLATE_SPARE) * U).1.next_up()
#> norm.rs: inflate(roundings as f64 * U, roundings)
#> forward.rs: let gamma = inflate((terms as f64 + 2.0) * U, terms);
# By hand: that a dot product of n terms errs by at most gamma_n of the sum of its terms' sizes (induction over n).
#! INFLATE_SPARE = 2; => INFLATE_SPARE = 0;
#! MOST_TERMS = 67108864; => MOST_TERMS = 9007199254740992;

@rnd = float<ieee_64, ne>;
U = 1b-53;
INFLATE_SPARE = 2;
MOST_TERMS = 67108864;
n = share * MOST_TERMS;
g = (n + 2) * U;
C = 1 + 2 * (n + INFLATE_SPARE) * U;
c = rnd(C);

{ share in [0, 1] -> c * (1 - g) >= 1 }

c * (1 - g) -> (c - C) * (1 - g) + 1 + U * (n + 2 * INFLATE_SPARE - 2) - U * (2 * g * (n + INFLATE_SPARE));
