# The low part of a compensated sum of any length up to 2^50: the bound covers what n - 1 additions may lose.
#
# The sum of n numbers whose sizes add up to A is off by at most A k / (1 - k), k = n u, and the sum of the sizes is computed as at
# least A (1 - k). Divided by A and times 1 - k: 2 (n + 2) u (1 - k)^2 >= k.
#> sum.rs: let error = 2.0 * (self.terms + SUM_SPARE) * U * self.low_abs;
# By hand: both bounds (induction over n); `next_up`, which covers the rounding of the bound's last product.
#! k in [1b-53, 1b-3] => k in [1b-53, 1b-1]
#! SUM_SPARE = 2; => SUM_SPARE = -1;

U = 1b-53;
SUM_SPARE = 2;
bound = 2 * (k + SUM_SPARE * U) * (1 - k) * (1 - k);

{ k in [1b-53, 1b-3] -> bound - k >= 0 }

bound - k -> k * (2 * ((1 - k) * (1 - k)) - 1) + 2 * SUM_SPARE * U * ((1 - k) * (1 - k));
