# The remainder of a rounded square root is exact, so its sign tells on which side of the root s lies.
#
# With s s = p + e (`product.g`) the differences a - p and (a - p) - e = a - s s are numbers of the format, hence computed exactly.
#> float.rs: let (p, e) = two_prod(s, s);
#> float.rs: (a - p) - e
# By hand: other pairs of binades, which are this one times a power of four; the range that SAFE leaves.
#! s = rnd(root); => s = rnd(root + 1b-53);
#! @FIX(a, -52) => @FIX(a, -106)

@rnd = float<ieee_64, ne>;
a = root * root;
s = rnd(root);
p = rnd(s * s);
r = a - s * s;

# a is between 1 and the last number before 4.
{ root in [1, 0x1.fffffffffffff8] /\ @FIX(a, -52) ->
  rnd(s * s - p) - (s * s - p) in [0, 0] /\ rnd(a - p) - (a - p) in [0, 0] /\ rnd(r) - r in [0, 0] }

r -> (root - s) * (root + s);
