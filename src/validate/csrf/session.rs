//! The session that a CSRF token is bound to.

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
    pub(super) fn of(&self, call: &Call<'_>) -> Option<Session> {
        let id = match &self.0 {
            SessionSource::Cookie(element) => {
                reading::read(call.request, element).ok()?.as_bytes().to_vec()
            }
            SessionSource::EstablishedClient => call.client()?.id().as_bytes().to_vec(),
            SessionSource::Host(session) => session(call)?,
        };
        self.named(&id)
    }

    /// The session with this id.
    pub(super) fn named(&self, id: &[u8]) -> Option<Session> {
        let kind: &[u8] = match self.0 {
            SessionSource::Cookie(_) => b"cookie",
            SessionSource::EstablishedClient => b"client",
            SessionSource::Host(_) => b"host",
        };
        (!id.is_empty()).then(|| Session { kind, id: Secret::new(id) })
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
pub(super) struct Session {
    kind: &'static [u8],
    id: Secret,
}

impl Session {
    pub(super) fn context(&self) -> [&[u8]; 2] {
        [self.kind, self.id.expose()]
    }
}
