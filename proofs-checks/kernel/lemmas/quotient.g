# The remainder of a rounded quotient is exact, so its sign tells on which side of a / b the quotient q lies.
#
# With q b = p + e (`product.g`) the differences a - p and (a - p) - e = a - q b are numbers of the format, hence computed exactly.
#> float.rs: let (p, e) = two_prod(q, b);
#> float.rs: ((a - p) - e) * b.signum()
# By hand: other binades and signs; the range that SAFE leaves, in which nothing under- or overflows.
#! q = rnd(a / b); => q = rnd(a * rnd(1 / b));
#! a = rnd(a_); => a = a_;

@rnd = float<ieee_64, ne>;
a = rnd(a_);
b = rnd(b_);
q = rnd(a / b);
p = rnd(q * b);
r = a - q * b;

{ a in [1, 2] /\ b in [1, 2] ->
  rnd(q * b - p) - (q * b - p) in [0, 0] /\ rnd(a - p) - (a - p) in [0, 0] /\ rnd(r) - r in [0, 0] }

r -> (a / b - q) * b { b <> 0 };
$ q in (1);
