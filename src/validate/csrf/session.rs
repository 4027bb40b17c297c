//! The session that a CSRF token is bound to.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::element::Element;
use crate::interceptor::{Call, Requirement};
use crate::location::InvalidName;
use crate::reading;
use crate::secret::Secret;

type SessionFn = dyn for<'c> Fn(&Call<'c>) -> Option<Vec<u8>> + Send + Sync;

/// What the session of a caller is, to which its CSRF tokens are bound.
///
/// ```
/// use tollgate::validate::SessionBinding;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let by_cookie = SessionBinding::cookie("session")?;
/// let by_client = SessionBinding::established_client();
///
/// struct User(u64);
/// let by_user = SessionBinding::session_fn(|call| {
///     call.get::<User>().map(|User(id)| id.to_be_bytes().to_vec())
/// });
/// # let _ = (by_cookie, by_client, by_user);
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// Bind to something that changes at login and logout, and differs between users: tokens pass
/// within one session, whoever they were generated for. An empty session is none, and without one
/// nothing is admitted.
#[derive(Clone)]
pub struct SessionBinding(SessionSource);

#[derive(Clone)]
enum SessionSource {
    Cookie(Element),
    EstablishedClient,
    Host(Arc<SessionFn>),
}

impl SessionBinding {
    /// The value of the one cookie of this name, byte for byte.
    ///
    /// # Errors
    /// [`InvalidName`] if the name is not a token.
    pub fn cookie(name: &str) -> Result<Self, InvalidName> {
        Element::cookie(name).map(|element| Self(SessionSource::Cookie(element)))
    }

    /// The id of the client that an earlier interceptor established; a gate without one does not
    /// build.
    pub fn established_client() -> Self {
        Self(SessionSource::EstablishedClient)
    }

    /// The id that the host's closure returns; none if there is no session.
    pub fn session_fn<F>(session: F) -> Self
    where
        F: for<'c> Fn(&Call<'c>) -> Option<Vec<u8>> + Send + Sync + 'static,
    {
        Self(SessionSource::Host(Arc::new(session)))
    }

    /// The session of a call.
    pub(super) fn of<'c>(&self, call: &Call<'c>) -> Option<Session<'c>> {
        let id = match &self.0 {
            SessionSource::Cookie(element) => {
                match reading::read(call.request, element).ok()?.into_bytes() {
                    Cow::Borrowed(id) => SessionId::Borrowed(id),
                    Cow::Owned(id) => SessionId::Owned(Secret::new(id)),
                }
            }
            SessionSource::EstablishedClient => SessionId::Borrowed(call.client()?.id().as_bytes()),
            SessionSource::Host(session) => SessionId::Owned(Secret::new(session(call)?)),
        };
        self.identified_by(id)
    }

    /// The session with this id.
    pub(super) fn named<'i>(&self, id: &'i [u8]) -> Option<Session<'i>> {
        self.identified_by(SessionId::Borrowed(id))
    }

    fn identified_by<'i>(&self, id: SessionId<'i>) -> Option<Session<'i>> {
        let kind: &[u8] = match self.0 {
            SessionSource::Cookie(_) => b"cookie",
            SessionSource::EstablishedClient => b"client",
            SessionSource::Host(_) => b"host",
        };
        (!id.as_bytes().is_empty()).then_some(Session { kind, id })
    }

    pub(super) fn requirement(&self) -> Option<Requirement> {
        matches!(self.0, SessionSource::EstablishedClient).then_some(Requirement::Client)
    }
}

impl fmt::Debug for SessionBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            SessionSource::Cookie(element) => write!(f, "SessionBinding({element})"),
            SessionSource::EstablishedClient => f.write_str("SessionBinding(established client)"),
            SessionSource::Host(_) => f.write_str("SessionBinding(closure)"),
        }
    }
}

/// One session: its id, and what kind of id that is, so that a cookie never stands for a client.
pub(super) struct Session<'i> {
    kind: &'static [u8],
    id: SessionId<'i>,
}

/// The id of a session is a secret: where it is not the request's own, it is wiped.
enum SessionId<'i> {
    Borrowed(&'i [u8]),
    Owned(Secret),
}

impl SessionId<'_> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(id) => id,
            Self::Owned(id) => id.expose(),
        }
    }
}

impl Session<'_> {
    pub(super) fn context(&self) -> [&[u8]; 2] {
        [self.kind, self.id.as_bytes()]
    }
}
