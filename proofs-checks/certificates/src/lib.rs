//! Saved certificates: a text format, version 1.
//!
//! | to do this | use that |
//! |---|---|
//! | make a certificate of a text | [`read`] |
//! | write one | [`text`] |
//! | have it checked | [`lip1_kernel::Certificate::check`] |
//! | check a file with nothing built but the kernel and this crate | `cargo run -p lip1-certificates --example check -- FILE` |
//!
//! A line is one record: a key, then its values, all separated by blanks, in the order below. Numbers are decimal and read back to
//! the last bit; points are given by all their coordinates, one point after the other. A sample is `total each` or `total together`,
//! then points and weights.
//!
//! ```text
//! lip1-certificate 1 transport     1 hinge-kr           1 log-loss           1 packing
//! cost l2                          cost l2              cost l2              domain box
//! dim 2                            dim 2                dim 2                dim 2
//! p 0.0 0.0                        p 0.0 0.0            p 0.0 0.0            size 10
//! q 3.0 4.0 0.0 1.0                q 3.0 4.0            q 3.0 4.0            separation 10
//! p_mass 2                         p_weight 1.0         p_weight 1.0         points 0 0 10 0
//! q_mass 1 1                       q_weight 1.0         q_weight 1.0         count 2
//! p_weight                         total each           total together       end
//! q_weight                         margin 1.0           temperature 1.0
//! flows 0 0 1 0 1 1                lambda 2.0           constant 1.0
//! u 1.0                            unit 1               unit 4
//! v -4.0 0.0                       flows 0 0 1          flows 0 0 1
//! bracket 2.9 3.1                  u 5.0                u 2.5
//! end                              v 0.0                v -2.5
//!                                  bracket 4.9 5.1      bracket 0.0 0.1
//!                                  end                  end
//! ```
//!
//! `flows` are triples `i j mass`. Empty weights of a transport problem mean that the masses are meant exactly. After `v`, a transport
//! certificate may group its points into boxes ([`lip1_kernel::boxes`]), so that it is checked sooner:
//!
//! ```text
//! p_order 0
//! p_slopes 0.6 0.8
//! q_order 1 0
//! q_slopes 0.0 0.0
//! ```
//!
//! Trees and networks are written from the root down, in order:
//!
//! ```text
//! lip1-certificate 1 points        1 lipschitz
//! dim 1                            inputs 2
//! points 0.0 1.0 5.0               layers 2
//! distance 2.0                     dense 2 2
//! packing 0 2                      weight 0.6 0.8 -0.8 0.6
//! cliques 1 2                      bias 0.0 1.0
//! clique 1 0 1                     spectral 0.25 0.0 0.0 0.0
//! clique 1 2                       sort 2
//! bracket 2.0 2.0                  x 0.0 0.0
//! end                              y 1.0 0.0
//!                                  bracket 0.9 1.1
//!                                  end
//! ```
//!
//! A cover is `cliques unit k` and `k` lines `clique weight members`; or `branch vertex`, the cover if it is taken, the cover if it is
//! left; or `parts k` and `k` times `part members` and its cover. A layer is `dense outputs inputs`,
//! `conv channels height width outputs rows columns stride padding circular groups`, each with `weight`, `bias` and a hint; `sort group`,
//! `select from`, `relu`, `abs`, `scale factor`, `householder angles`; `average k` or `l2 k` and `k` lines `window places`;
//! or `residual weight k` and `k` layers. The hint of a dense layer is `spectral mu factor` or `frobenius`; that of a convolution
//! `multiplicity` and a `spectral` line a group, `gershgorin` and a line `q` a group, or `symbol` and, for each group,
//! `frequencies k` and `k` `spectral` lines.
//!
//! Reading is no rule of the kernel: what it makes of a file is a [`lip1_kernel::Certificate`], and that is what the kernel checks.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::{ReadError, read};
pub use write::text;
