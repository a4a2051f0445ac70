//! Values that can be compared without rounding.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A type whose `==` is equality of the things that it stands for, and whose `<` is their order, where it has one.
///
/// The harness compares two such values itself; it never takes somebody's word (a `bool`) that they are equal, nor a
/// floating-point number, which stands for whatever was rounded to it.
pub trait Exact: PartialEq + fmt::Debug {}

macro_rules! exact {
    ($($type:ty),*) => { $(impl Exact for $type {})* };
}

// Ordering: the sign of a robust predicate, or a comparison of exact values elsewhere.
exact!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, Ordering, &str, String);

impl<T: Exact> Exact for Vec<T> {}
impl<T: Exact> Exact for [T] {}
impl<T: Exact, const N: usize> Exact for [T; N] {}
impl<T: Exact> Exact for Option<T> {}
impl<T: Exact + ?Sized> Exact for &T where T: PartialEq {}
impl<A: Exact, B: Exact> Exact for (A, B) {}
impl<A: Exact, B: Exact, C: Exact> Exact for (A, B, C) {}
impl<T: Exact + Ord> Exact for BTreeSet<T> {}
impl<K: Exact + Ord, V: Exact> Exact for BTreeMap<K, V> {}
