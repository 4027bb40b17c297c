//! Mistakes in construction, found before the first request.
//!
//! [`ConfigError`] names the part and the field, [`Problem`] says what is wrong with it.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use crate::crypto::KeyError;
use crate::location::{InvalidName, Location};

/// Why a gate, a validator or a store could not be built: which part, which field, what is wrong.
///
/// ```
/// use tollgate::gate::Chain;
/// use tollgate::{Gate, ManualClock, UnixTime};
///
/// let builder = Gate::builder(ManualClock::at(UnixTime::EPOCH));
/// let error = builder.with(Chain::new()).build().unwrap_err();
/// assert_eq!(error.field(), "interceptors");
/// assert_eq!(error.to_string(), "gate: interceptors: there is nothing to check");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{part}: {field}: {problem}")]
pub struct ConfigError {
    part: Cow<'static, str>,
    field: Cow<'static, str>,
    problem: Problem,
}

impl ConfigError {
    /// An error in `field` of `part`.
    pub fn new(
        part: impl Into<Cow<'static, str>>,
        field: impl Into<Cow<'static, str>>,
        problem: Problem,
    ) -> Self {
        Self { part: part.into(), field: field.into(), problem }
    }

    /// The interceptor or other part that could not be built.
    pub fn part(&self) -> &str {
        &self.part
    }

    /// The field in which the mistake is.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<InvalidName> for ConfigError {
    fn from(error: InvalidName) -> Self {
        Self::new("element", "name", Problem::Name(error))
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The gate has no interceptors.
    NothingToCheck,
    /// No earlier interceptor establishes the client that this one needs.
    ClientNotEstablished,
    /// The gate names no resource, and this interceptor needs one.
    ResourceNotNamed,
    /// This interceptor uses up what works once, and another one that may still reject follows it.
    NotLast {
        /// The interceptor that follows.
        followed_by: Cow<'static, str>,
    },
    /// An earlier interceptor establishes the same fact.
    AlreadyEstablished {
        /// The earlier interceptor.
        by: Cow<'static, str>,
    },
    /// An element cannot have this name.
    Name(InvalidName),
    /// The credential cannot be read from this location.
    LocationNotAllowed {
        /// The location that was asked for.
        location: Location,
    },
    /// A key that was refused.
    Key(KeyError),
    /// None of the keys fits an allowed algorithm.
    NoKeyFits,
    /// A value is needed and was empty.
    Empty,
    /// The same name appears twice.
    Duplicate {
        /// The name.
        name: String,
    },
    /// The text is not an origin (RFC 6454 section 6.2).
    NotAnOrigin,
    /// The name of the cookie promises `Secure`, and the cookie is not.
    PrefixNeedsSecure,
    /// The duration or number is out of bounds.
    OutOfBounds {
        /// The bounds, in words and with their unit.
        bounds: &'static str,
    },
    /// The document cannot be read.
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        detail: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingToCheck => f.write_str("there is nothing to check"),
            Self::ClientNotEstablished => {
                f.write_str("no earlier interceptor establishes the client")
            }
            Self::ResourceNotNamed => {
                f.write_str("the gate names no resource; name one, or `AnyResource`")
            }
            Self::NotLast { followed_by } => {
                write!(f, "must be last, but is followed by {followed_by}")
            }
            Self::AlreadyEstablished { by } => write!(f, "already established by {by}"),
            Self::Name(error) => error.fmt(f),
            Self::LocationNotAllowed { location } => {
                write!(f, "the credential cannot be read from {location}")
            }
            Self::Key(error) => error.fmt(f),
            Self::NoKeyFits => f.write_str("no key fits an allowed algorithm"),
            Self::Empty => f.write_str("must not be empty"),
            Self::Duplicate { name } => {
                write!(f, "`{}` appears twice", name.replace(char::is_control, "?"))
            }
            Self::NotAnOrigin => f.write_str("must be scheme://host or scheme://host:port"),
            Self::PrefixNeedsSecure => {
                f.write_str("`__Host-` and `__Secure-` cookies must be `Secure`")
            }
            Self::OutOfBounds { bounds } => write!(f, "must be {bounds}"),
            Self::Unreadable { line, column, detail } => {
                write!(f, "line {line}, column {column}: {detail}")
            }
        }
    }
}
