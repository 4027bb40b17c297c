//! Mistakes in construction, found before the first request.
//!
//! [`ConfigError`] names the part and the field, [`Problem`] says what is wrong with it.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use crate::crypto::KeyError;
use crate::element::{InvalidName, Location};

/// Why a gate, a validator or a store could not be built: which part, which field, what is wrong.
///
/// ```
/// use tollgate::{Chain, Gate, ManualClock, UnixTime};
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
    /// A gate without interceptors.
    NothingToCheck,
    /// No earlier interceptor establishes the client that this one needs.
    ClientNotEstablished,
    /// The gate names no resource, and this interceptor needs one.
    ResourceNotNamed,
    /// An interceptor that consumes what works once is followed by this one, which may still reject.
    NotLast {
        /// The interceptor that follows.
        followed_by: Cow<'static, str>,
    },
    /// An earlier interceptor establishes the same fact.
    AlreadyEstablished {
        /// The earlier interceptor.
        by: Cow<'static, str>,
    },
    /// A name that no element can have.
    Name(InvalidName),
    /// A location that this credential does not travel in.
    LocationNotAllowed {
        /// The location that was asked for.
        location: Location,
    },
    /// A key that was refused.
    Key(KeyError),
    /// Keys of which none fits an algorithm that is allowed.
    NoKeyFits,
    /// Nothing where something is needed.
    Empty,
    /// The same name twice.
    Duplicate {
        /// The name.
        name: String,
    },
    /// Text that is no origin as RFC 6454 section 6.2 writes it.
    NotAnOrigin,
    /// A cookie whose name promises `Secure`, without it.
    PrefixNeedsSecure,
    /// A span or number out of its bounds.
    OutOfBounds {
        /// The bounds, in words and with their unit.
        bounds: &'static str,
    },
    /// A document that cannot be read.
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
                write!(f, "{location} is no place for this credential")
            }
            Self::Key(error) => error.fmt(f),
            Self::NoKeyFits => f.write_str("no key fits an algorithm that is allowed"),
            Self::Empty => f.write_str("must not be empty"),
            Self::Duplicate { name } => {
                write!(f, "`{}` stands twice", name.replace(char::is_control, "?"))
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
