# The fast lower bound of a largest absolute difference is at most that difference: two roundings, and a factor that is exact.
#> distance.rs: Cost::Linf => largest(differences) * (1.0 - LINF_SPARE * U),
# By hand: that the largest is one of them; its sign.
#! LINF_SPARE = 4; => LINF_SPARE = 1;

@rnd = float<ieee_64, ne>;
U = 1b-53;
LINF_SPARE = 4;
x = rnd(x_);
y = rnd(y_);
D = x - y;
d = rnd(D);
f = rnd(1 - LINF_SPARE * U);
quick = rnd(d * f);

{ D in [1b-470, 1b530] -> quick / D <= 1 }

quick / D -> (quick / (d * f)) * (f * (d / D)) { d * f <> 0, D <> 0 };
quick / (d * f) -> 1 + (quick - d * f) / (d * f) { d * f <> 0 };
d / D -> 1 + (d - D) / D { D <> 0 };
