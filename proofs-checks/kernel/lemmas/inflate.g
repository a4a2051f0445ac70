# Inflating: the factor of `inflate` makes up for what up to MOST_TERMS additions and as many roundings before them can take away.
#
# Of a sum x of non-negative numbers, 2 n roundings leave at least (1 - u)^(2 n) x >= (1 - 2 n u) x (Bernoulli). The factor as
# computed, c, satisfies c (1 - 2 n u) >= 1.
#> float.rs: mul(x, 1.0 + 2.0 * (terms as f64 + INFLATE_SPARE) * U).1.next_up()
#> float.rs: if terms > MOST_TERMS { return f64::INFINITY; }
# By hand: Bernoulli's inequality; that `mul` rounds up (`product.g`).
#! INFLATE_SPARE = 2; => INFLATE_SPARE = 1;
#! MOST_TERMS = 67108864; => MOST_TERMS = 134217728;

@rnd = float<ieee_64, ne>;
U = 1b-53;
INFLATE_SPARE = 2;
MOST_TERMS = 67108864;
k = share * MOST_TERMS * U;
C = 1 + 2 * (k + INFLATE_SPARE * U);
c = rnd(C);

{ share in [0, 1] -> c * (1 - 2 * k) >= 1 }

c * (1 - 2 * k) -> (c - C) * (1 - 2 * k) + (1 + 2 * INFLATE_SPARE * U - 4 * k * (k + INFLATE_SPARE * U));
