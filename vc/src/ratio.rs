//! Positive rationals: a size over a margin, exactly as the decimals were written.

use crate::error::Error;

/// A positive rational in lowest terms, numerator and denominator below 2^60.
///
/// Every packing number of a box or a ball depends on its size S and margin m through `S/m` alone,
/// so this one number is all the capacity bounds need. Bounds on both parts let the products that
/// the exact tests form (`num² · n`, `4 · den²`) stay inside 256 bits.
///
/// ```
/// use lip1_vc::Ratio;
/// // 0.1 is not a binary fraction, yet size 1 over margin 0.1 is exactly 10.
/// let r = Ratio::of_decimals("1", "0.1")?;
/// assert_eq!((r.num(), r.den()), (10, 1));
/// # Ok::<(), lip1_vc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u128,
    den: u128,
}

/// Numerators and denominators stay below this.
const LIMIT: u128 = 1 << 60;

impl Ratio {
    /// `num/den`, reduced.
    ///
    /// # Errors
    /// [`Error::NotPositive`] when either part is zero, [`Error::TooPrecise`] when a reduced part reaches 2^60.
    pub fn new(num: u128, den: u128) -> Result<Ratio, Error> {
        if num == 0 {
            return Err(Error::NotPositive { what: "size" });
        }
        if den == 0 {
            return Err(Error::NotPositive { what: "margin" });
        }
        let divisor = gcd(num, den);
        let (num, den) = (num / divisor, den / divisor);
        if num >= LIMIT || den >= LIMIT {
            return Err(Error::TooPrecise);
        }
        Ok(Ratio { num, den })
    }

    /// `size/margin` from two decimal strings such as `"1"`, `"0.1"`, `"2.5e-3"`, without rounding.
    ///
    /// # Errors
    /// [`Error::NotDecimal`] for text that is no finite decimal, [`Error::NotPositive`] for zero or a minus sign,
    /// [`Error::TooPrecise`] when the quotient does not fit.
    pub fn of_decimals(size: &str, margin: &str) -> Result<Ratio, Error> {
        let size = Decimal::parse(size, "size")?;
        let margin = Decimal::parse(margin, "margin")?;
        let divisor = gcd(size.digits, margin.digits);
        let (mut num, mut den) = (size.digits / divisor, margin.digits / divisor);
        let shift = size.exponent - margin.exponent;
        let scaled = if shift >= 0 { &mut num } else { &mut den };
        *scaled = u32::try_from(shift.unsigned_abs())
            .ok()
            .and_then(|power| 10_u128.checked_pow(power))
            .and_then(|factor| scaled.checked_mul(factor))
            .ok_or(Error::TooPrecise)?;
        Ratio::new(num, den)
    }

    /// The numerator.
    #[must_use]
    pub fn num(self) -> u128 {
        self.num
    }

    /// The denominator.
    #[must_use]
    pub fn den(self) -> u128 {
        self.den
    }

    /// The nearest `f64` or a neighbour of it, for searching and printing; never for a bound.
    #[must_use]
    pub fn approx(self) -> f64 {
        self.num as f64 / self.den as f64
    }
}

/// `digits · 10^exponent`.
struct Decimal {
    digits: u128,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str, what: &'static str) -> Result<Decimal, Error> {
        let bad = |why| Error::NotDecimal { text: text.to_owned(), why };
        let body = text.strip_prefix('+').unwrap_or(text);
        if body.starts_with('-') {
            return Err(Error::NotPositive { what });
        }
        let (mantissa, exponent) = match body.split_once(['e', 'E']) {
            None => (body, 0),
            Some((mantissa, power)) => {
                (mantissa, power.parse::<i32>().map_err(|_| bad("the exponent is not an integer"))?)
            }
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(bad("no digits"));
        }
        let mut decimal = Decimal { digits: 0, exponent: i64::from(exponent) };
        // Zeros are held back until a nonzero digit follows, so that "0.1000…0" costs one digit.
        let mut pending = 0_u32;
        for (digit, after_point) in
            whole.chars().map(|c| (c, false)).chain(fraction.chars().map(|c| (c, true)))
        {
            let value = digit.to_digit(10).ok_or_else(|| bad("only digits, one point and an exponent"))?;
            if after_point {
                decimal.exponent -= 1;
            }
            if value == 0 {
                pending += 1;
                continue;
            }
            decimal.digits = 10_u128
                .checked_pow(pending + 1)
                .and_then(|factor| decimal.digits.checked_mul(factor))
                .and_then(|digits| digits.checked_add(u128::from(value)))
                .ok_or(Error::TooPrecise)?;
            pending = 0;
        }
        decimal.exponent += i64::from(pending);
        if decimal.digits == 0 {
            return Err(Error::NotPositive { what });
        }
        Ok(decimal)
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::Ratio;
    use crate::error::Error;

    fn parts(size: &str, margin: &str) -> Result<(u128, u128), Error> {
        Ratio::of_decimals(size, margin).map(|r| (r.num(), r.den()))
    }

    #[test]
    fn decimals_divide_exactly() {
        assert_eq!(parts("1", "0.1"), Ok((10, 1)));
        assert_eq!(parts("0.3", "0.1"), Ok((3, 1)));
        assert_eq!(parts("1e-3", "2.50E-3"), Ok((2, 5)));
        assert_eq!(parts("100.00", "+.5"), Ok((200, 1)));
        assert_eq!(parts("1", "0.25881904510252074"), Ok((50_000_000_000_000_000, 12_940_952_255_126_037)));
        assert_eq!(parts("1e300", "1e300"), Ok((1, 1)));
    }

    #[test]
    fn what_is_no_positive_decimal_is_refused() {
        for text in ["", ".", "x", "1.2.3", "1e", "1e1.5", "nan", "inf", "0x10", "1 "] {
            assert!(matches!(parts(text, "1"), Err(Error::NotDecimal { .. })), "{text:?}");
        }
        assert_eq!(parts("0", "1"), Err(Error::NotPositive { what: "size" }));
        assert_eq!(parts("1", "0.000"), Err(Error::NotPositive { what: "margin" }));
        assert_eq!(parts("1", "-0.1"), Err(Error::NotPositive { what: "margin" }));
    }

    #[test]
    fn quotients_beyond_60_bits_are_refused() {
        assert_eq!(parts("1e300", "1"), Err(Error::TooPrecise));
        assert_eq!(parts("1", "1e-19"), Err(Error::TooPrecise));
        assert!(parts("1e99999999999", "1").is_err());
        assert_eq!(parts("1152921504606846976", "1"), Err(Error::TooPrecise));
        assert_eq!(parts("1152921504606846975", "1"), Ok((1_152_921_504_606_846_975, 1)));
    }
}
