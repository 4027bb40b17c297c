//! How a bearer token may be presented.

/// A method by which a bearer token may be presented to a resource (RFC 9728 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BearerMethod {
    /// The header `Authorization` (RFC 6750 section 2.1).
    Header,
    /// A parameter of a form in the body (RFC 6750 section 2.2), which no element of tollgate
    /// reads.
    Body,
    /// A query parameter (RFC 6750 section 2.3), where logs keep it.
    Query,
}

impl BearerMethod {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
            Self::Query => "query",
        }
    }
}
