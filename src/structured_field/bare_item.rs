//! Bare items (RFC 9651 section 3.3).

use std::borrow::Cow;
use std::fmt;

/// The largest number of thousandths of a decimal: 12 digits before the point, 3 behind it.
const MOST_THOUSANDTHS: i64 = 999_999_999_999_999;

/// An item without its parameters.
#[derive(Clone, PartialEq, Eq)]
pub enum BareItem<'f> {
    /// A whole number of at most 15 digits.
    Integer(i64),
    /// A number with a fraction.
    Decimal(Decimal),
    /// A text of printable ASCII.
    String(Cow<'f, str>),
    /// A short word.
    Token(Cow<'f, str>),
    /// Bytes.
    Binary(Cow<'f, [u8]>),
    /// Whether something holds.
    Boolean(bool),
    /// Seconds since the Unix epoch, of at most 15 digits.
    Date(i64),
    /// A text of any characters.
    DisplayString(Cow<'f, str>),
}

/// The type alone: a value may be a credential.
impl fmt::Debug for BareItem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Integer(_) => "Integer(redacted)",
            Self::Decimal(_) => "Decimal(redacted)",
            Self::String(_) => "String(redacted)",
            Self::Token(_) => "Token(redacted)",
            Self::Binary(_) => "Binary(redacted)",
            Self::Boolean(_) => "Boolean(redacted)",
            Self::Date(_) => "Date(redacted)",
            Self::DisplayString(_) => "DisplayString(redacted)",
        })
    }
}

/// A number of thousandths, with at most 12 digits before the point.
///
/// ```
/// use tollgate::structured_field::Decimal;
///
/// assert_eq!(Decimal::from_thousandths(-1_500).unwrap().to_string(), "-1.5");
/// assert_eq!(Decimal::from_thousandths(1_000_000_000_000_000), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// Makes a decimal, unless it has more than 12 digits before the point.
    pub fn from_thousandths(thousandths: i64) -> Option<Self> {
        let is_short = (-MOST_THOUSANDTHS..=MOST_THOUSANDTHS).contains(&thousandths);
        is_short.then_some(Self(thousandths))
    }

    /// The thousandths.
    pub fn thousandths(self) -> i64 {
        self.0
    }
}

/// With one to three digits behind the point.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        let fraction = format!("{:03}", size % 1000);
        let digits = fraction.trim_end_matches('0');
        write!(f, "{sign}{}.{}", size / 1000, if digits.is_empty() { "0" } else { digits })
    }
}
