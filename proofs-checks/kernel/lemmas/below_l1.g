# The fast lower bound of a sum of absolute differences, D, is at most D.
#
# Each of n differences is rounded once, and their sum n - 1 times: the computed sum s satisfies s (1 - n u) <= D. Times the factor as
# computed, rounded, it is at most D, for all n up to 2^50.
#> distance.rs: Cost::L1 => differences.sum::<f64>() * (1.0 - (n + L1_SPARE) * U),
# By hand: the bound on s (induction, and (1 + u)^n (1 - n u) <= 1 by Bernoulli); underflow, for sums have none.
#! L1_SPARE = 4; => L1_SPARE = 1;
#! quick = rnd(s * f); => quick = rnd(s);

@rnd = float<ieee_64, ne>;
U = 1b-53;
L1_SPARE = 4;
F = 1 - (k + L1_SPARE * U);
f = rnd(F);
s = D * w;
quick = rnd(s * f);
q = quick / (s * f);

# k is n u.
{ D in [1b-470, 1b530] /\ k in [1b-53, 1b-3] /\ w in [0.5, 2] /\ w * (1 - k) in [0, 1] -> quick / D <= 1 }

q -> 1 + (quick - s * f) / (s * f) { s * f <> 0 };
quick / D -> q * ((w * (1 - k)) * (f / (1 - k))) { D <> 0, s * f <> 0, 1 - k <> 0 };
f / (1 - k) -> 1 - L1_SPARE * U / (1 - k) + (f - F) / (1 - k) { 1 - k <> 0 };
