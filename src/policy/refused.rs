//! What a builder of the library refuses, as an error of the file.

use crate::config_error::Problem;
use crate::policy::policy_error::PolicyError;

/// The error of a builder, as one of the file.
pub(super) fn refused(path: String, problem: &Problem) -> PolicyError {
    let expected = match problem {
        Problem::NothingToCheck => "at least one interceptor",
        Problem::ClientNotEstablished => "an interceptor before it that establishes the client",
        Problem::ResourceNotNamed => "`resource`, or `resources` = \"any\", in the gate",
        Problem::NotLast { .. } => "an interceptor whose tokens work once at the end",
        Problem::AlreadyEstablished { .. } => "one of the two interceptors",
        Problem::Name(_) => "another name",
        Problem::LocationNotAllowed { .. } => "a location that this interceptor reads",
        Problem::Key(_) => "a key that can be used",
        Problem::NoKeyFits => "an algorithm of the keys that are registered under this name",
        Problem::Empty => "a text, or a list, that is not empty",
        Problem::Duplicate { .. } => "each of them once",
        Problem::NotAnOrigin => "an origin such as `https://example.com`, without a path",
        Problem::OutOfBounds { bounds } => bounds,
        Problem::PrefixNeedsSecure | Problem::Unreadable { .. } => "another value",
    };
    let found = match problem {
        Problem::ResourceNotNamed => "the gate names no resource".to_owned(),
        Problem::Duplicate { .. } => "the same name twice".to_owned(),
        Problem::OutOfBounds { .. } => "a value out of bounds".to_owned(),
        Problem::Empty => "an empty value".to_owned(),
        Problem::NotAnOrigin => "a text that is not an origin".to_owned(),
        other => other.to_string(),
    };
    PolicyError::new(path, found, expected)
}
