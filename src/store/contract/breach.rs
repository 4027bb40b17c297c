//! What a store breaks.

use std::fmt;

use thiserror::Error;

/// What a store promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Promise {
    /// What the fixture is given is written.
    Written,
    /// A store that can answer does.
    Answers,
    /// What is not known is `None`, never an error.
    UnknownIsNone,
    /// Ids match byte for byte.
    ExactIds,
    /// A record comes back as it was added.
    WholeRecords,
    /// A change is seen by the next look-up.
    SeenAtOnce,
    /// What was revoked stays revoked, added again or not, until it is removed.
    StaysRevoked,
    /// An id passes exactly once, however many come at once.
    PassesOnce,
    /// An id that was not used passes.
    UnusedPasses,
    /// A look leaves everything as it is.
    LookChangesNothing,
    /// A revocation is of what it names.
    RevokesWhatItNames,
    /// A revocation is of nothing else.
    RevokesNothingElse,
    /// The instant of a revocation is exclusive, to the millisecond.
    ExclusiveInstant,
    /// A token that does not say when it was issued is before every instant.
    UndatedIsBefore,
    /// Of two instants the later counts.
    LaterInstantCounts,
    /// What cannot be looked up is an error.
    FailureIsError,
    /// An error quotes no id and no token.
    QuotesNothing,
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written => "what the fixture is given is written",
            Self::Answers => "a store that can answer does",
            Self::UnknownIsNone => "what is not known is `None`, never an error",
            Self::ExactIds => "ids match byte for byte",
            Self::WholeRecords => "a record comes back as it was added",
            Self::SeenAtOnce => "a change is seen by the next look-up",
            Self::StaysRevoked => "what was revoked stays revoked until it is removed",
            Self::PassesOnce => "an id passes exactly once",
            Self::UnusedPasses => "an id that was not used passes",
            Self::LookChangesNothing => "a look leaves everything as it is",
            Self::RevokesWhatItNames => "a revocation is of what it names",
            Self::RevokesNothingElse => "a revocation is of nothing else",
            Self::ExclusiveInstant => "the instant of a revocation is exclusive",
            Self::UndatedIsBefore => "a token without an instant of issue is before every instant",
            Self::LaterInstantCounts => "of two instants the later counts",
            Self::FailureIsError => "what cannot be looked up is an error",
            Self::QuotesNothing => "an error quotes no id and no token",
        })
    }
}

/// One promise that a store broke, and how.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{promise}: {found}")]
pub struct Breach {
    promise: Promise,
    found: String,
}

impl Breach {
    /// The promise.
    pub fn promise(&self) -> Promise {
        self.promise
    }

    /// What was found, in words.
    pub fn found(&self) -> &str {
        &self.found
    }
}

/// All that a store broke, one line each.
#[derive(Clone, PartialEq, Eq, Error)]
pub struct Broken(Vec<Breach>);

impl Broken {
    /// Each promise that was broken, in the order in which that was found; at least one.
    pub fn breaches(&self) -> &[Breach] {
        &self.0
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store breaks its contract")?;
        self.0.iter().try_for_each(|breach| write!(f, "\n- {breach}"))
    }
}

/// The words, since it is `unwrap` that shows them.
impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Breach>);

impl Findings {
    pub(super) fn note(&mut self, promise: Promise, found: impl Into<String>) {
        self.0.push(Breach { promise, found: found.into() });
    }

    /// Notes it unless `holds`.
    pub(super) fn expect(&mut self, holds: bool, promise: Promise, found: impl Into<String>) {
        if !holds {
            self.note(promise, found);
        }
    }

    pub(super) fn verdict(self) -> Result<(), Broken> {
        if self.0.is_empty() { Ok(()) } else { Err(Broken(self.0)) }
    }
}
