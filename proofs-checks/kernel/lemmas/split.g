# Splitting: the two parts of a number have at most 26 bits each, and nothing is lost.
#
# For a number a strictly between two powers of two, h is a multiple of 2^-25, l = a - h is at most 2^-26 in size, and the
# differences c - (c - a) and a - h are exact, so that h + l = a. (A multiple of 2^-52, l has 26 bits and a sign.)
#> float.rs: let c = SPLITTER * a;
#> float.rs: let h = c - (c - a);
#> float.rs: (h, a - h)
# By hand: other binades, which are this one times a power of two as long as nothing over- or underflows; negative numbers;
# powers of two, of which h is all.
#! SPLITTER = 134217729; => SPLITTER = 67108865;
#! SPLITTER = 134217729; => SPLITTER = 268435457;

#@ -Echange-threshold=0
@rnd = float<ieee_64, ne>;
SPLITTER = 134217729;
a = rnd(a_);
c = rnd(SPLITTER * a);
d = rnd(c - a);
h = c - d;
l = a - h;

{ a in [0x1.0000000000001, 0x1.fffffffffffff] ->
  rnd(h) = h /\ @FIX(h, -25) /\ |l| <= 1b-26 /\ rnd(l) = l }

c - a -> (c - SPLITTER * a) + (SPLITTER - 1) * a;
h -> a - (d - (c - a));
l -> d - (c - a);
$ a in (1.5);
