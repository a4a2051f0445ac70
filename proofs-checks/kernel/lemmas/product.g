# The product by splitting: a b = p + e exactly.
#
# With parts as `split.g` leaves them, every product of parts and every difference but the first rounding p is exact, so that e is
# the whole rounding error of p.
#> float.rs: (p, al * bl - (((p - ah * bh) - al * bh) - ah * bl))
# By hand: other binades, as for the splitting; products that underflow (a unit or two each, 8 TINY in all).
#! |al| <= 1b-26 => |al| <= 1b-25
#! @FIX(bl, -52) => @FIX(bl, -54)

@rnd = float<ieee_64, ne>;
a = ah + al;
b = bh + bl;
p = rnd(a * b);
t1 = p - ah * bh;
t2 = t1 - al * bh;
t3 = t2 - ah * bl;
e = al * bl - t3;

{ a in [1, 2] /\ @FIX(ah, -25) /\ ah in [1, 2] /\ @FIX(al, -52) /\ |al| <= 1b-26 /\
  b in [1, 2] /\ @FIX(bh, -25) /\ bh in [1, 2] /\ @FIX(bl, -52) /\ |bl| <= 1b-26 ->
  rnd(ah * bh) = ah * bh /\ rnd(al * bh) = al * bh /\ rnd(ah * bl) = ah * bl /\ rnd(al * bl) = al * bl /\
  rnd(t1) = t1 /\ rnd(t2) = t2 /\ rnd(t3) = t3 /\ rnd(e) = e /\ e - (a * b - p) in [0, 0] }

t1 -> (p - a * b) + (ah * bl + al * bh + al * bl);
t2 -> (p - a * b) + (ah * bl + al * bl);
t3 -> (p - a * b) + al * bl;
e -> a * b - p;
