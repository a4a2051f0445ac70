# The fast lower bound of a Euclidean distance D is at most D.
#
# With b = (n + 3) u let the computed sum of squares s satisfy s (1 - b) <= D D (`squares.g` for n = 8). Then the computed root of s,
# times the factor as computed, rounded, is at most D, for all n up to 2^50. Stated with squares, and root = D w.
#> distance.rs: Cost::L2 => differences.map(|d| d * d).sum::<f64>().sqrt() * (1.0 - (n + L2_SPARE) * U),
#> distance.rs: if d < 1e-140 { 0.0 } else { d }
# By hand: the bound on s for other n (induction); that differences which count as 0 make the bound smaller, not larger.
#! L2_SPARE = 8; => L2_SPARE = 2;
#! quick = rnd(t * f); => quick = rnd(t);

@rnd = float<ieee_64, ne>;
U = 1b-53;
L2_SPARE = 8;
b = k + 3 * U;
F = 1 - (k + L2_SPARE * U);
f = rnd(F);
root = D * w;
t = rnd(root);
quick = rnd(t * f);
q = quick / (root * f);

# Differences are 0 or between 2^-466 and 2^499, and k is n u.
{ D in [1b-470, 1b530] /\ k in [1b-53, 1b-3] /\ w in [0.5, 2] /\ w * w * (1 - b) in [0, 1] ->
  quick * quick / (D * D) <= 1 }

q -> 1 + (quick - root * f) / (root * f) { root * f <> 0 };
quick * quick / (D * D) -> (q * q) * ((w * w * (1 - b)) * (f * f / (1 - b))) { D * D <> 0, root * f <> 0, 1 - b <> 0 };
f * f / (1 - b) -> F * F / (1 - b) + (f - F) * (f + F) / (1 - b) { 1 - b <> 0 };
F * F / (1 - b) -> 1 - b - 2 * (L2_SPARE - 3) * U + (L2_SPARE - 3) * (L2_SPARE - 3) * (U * U) / (1 - b) { 1 - b <> 0 };
