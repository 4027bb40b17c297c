//! What an interceptor breaks.

use std::fmt;

use thiserror::Error;

/// What an interceptor promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InterceptorPromise {
    /// It passes the call that the test says it passes.
    AdmitsTheCall,
    /// It never panics.
    NeverPanics,
    /// A rehearsal decides as a call does.
    RehearsesAlike,
    /// A rehearsal changes nothing.
    RehearsalChangesNothing,
    /// It decides alike at one instant.
    Deterministic,
    /// Its description names what it establishes, and nothing else.
    DescribesItsEvidence,
    /// Its evidence agrees with itself and with what is established.
    EvidenceAgrees,
    /// Without a credential that it describes it refuses.
    ReadsWhatItDescribes,
    /// Without what it requires it refuses.
    NeedsWhatItRequires,
    /// Its refusals name an interceptor that it describes.
    NamesItself,
    /// No byte of the caller is in its refusals.
    QuotesNothing,
}

impl fmt::Display for InterceptorPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AdmitsTheCall => "it passes the call that the test says it passes",
            Self::NeverPanics => "it never panics",
            Self::RehearsesAlike => "a rehearsal decides as a call does",
            Self::RehearsalChangesNothing => "a rehearsal changes nothing",
            Self::Deterministic => "it decides alike at one instant",
            Self::DescribesItsEvidence => {
                "its description names what it establishes, and nothing else"
            }
            Self::EvidenceAgrees => "its evidence agrees with itself and with what is established",
            Self::ReadsWhatItDescribes => "without a credential that it describes it refuses",
            Self::NeedsWhatItRequires => "without what it requires it refuses",
            Self::NamesItself => "its refusals name an interceptor that it describes",
            Self::QuotesNothing => "no byte of the caller is in its refusals",
        })
    }
}

/// One promise that an interceptor broke, and how.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{promise}: {found}")]
pub struct InterceptorBreach {
    promise: InterceptorPromise,
    found: String,
}

impl InterceptorBreach {
    /// The promise.
    pub fn promise(&self) -> InterceptorPromise {
        self.promise
    }

    /// What was found, in words.
    pub fn found(&self) -> &str {
        &self.found
    }
}

/// All that an interceptor broke, one line each.
#[derive(Clone, PartialEq, Eq, Error)]
pub struct BrokenInterceptor(Vec<InterceptorBreach>);

impl BrokenInterceptor {
    /// Each promise that was broken, in the order in which that was found; at least one.
    pub fn breaches(&self) -> &[InterceptorBreach] {
        &self.0
    }
}

impl fmt::Display for BrokenInterceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the interceptor breaks its contract")?;
        self.0.iter().try_for_each(|breach| write!(f, "\n- {breach}"))
    }
}

/// The words, since it is `unwrap` that shows them.
impl fmt::Debug for BrokenInterceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What was found so far.
#[derive(Default)]
pub(super) struct InterceptorFindings(Vec<InterceptorBreach>);

impl InterceptorFindings {
    /// Notes it unless `holds`.
    pub(super) fn expect(
        &mut self,
        holds: bool,
        promise: InterceptorPromise,
        found: impl Into<String>,
    ) {
        if !holds {
            self.0.push(InterceptorBreach { promise, found: found.into() });
        }
    }

    pub(super) fn verdict(self) -> Result<(), BrokenInterceptor> {
        if self.0.is_empty() { Ok(()) } else { Err(BrokenInterceptor(self.0)) }
    }
}
