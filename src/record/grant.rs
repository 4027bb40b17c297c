//! Grants: what is known of access tokens.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::crypto::CredentialDigest;
use crate::record::access::Access;
use crate::record::claims::Claims;
use crate::record::introspected::Introspected;
use crate::record::scopes::Scopes;
use crate::time::Lifetime;

/// Whether a grant is still in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// The grant is in force.
    #[default]
    Standing,
    /// The grant was revoked, for good.
    Revoked,
}

/// What is known of one access token: whose it is, what it opens, and when.
///
/// The token itself is never kept, only its digest. In JSON only `token`, `client` and `lifetime`
/// are required; whatever is left out is not granted:
///
/// ```
/// # let json = r#"
/// {
///   "token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
///   "client": "mobile-app",
///   "state": "standing",
///   "lifetime": {"not_before": "2027-01-15T08:00:00Z", "expires": "2027-01-15T09:00:00Z"},
///   "access": {"only": ["orders"]},
///   "scopes": ["read", "write"]
/// }
/// # "#;
/// # let grant: tollgate::record::Grant = serde_json::from_str(json).unwrap();
/// # assert_eq!(grant.token(), &tollgate::crypto::CredentialDigest::of(b"test"));
/// ```
///
/// ```
/// use tollgate::record::{Access, Grant};
/// use tollgate::time::Lifetime;
/// use tollgate::UnixTime;
///
/// let noon = UnixTime::from_seconds(1_800_000_000);
/// let grant = Grant::new(b"2YotnFZFEjr1zCsicMWpAA", "mobile-app", Lifetime::until(noon))
///     .with_access(Access::only(["orders"]));
/// assert_eq!(grant.client(), "mobile-app");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    token: CredentialDigest,
    client: Box<str>,
    #[serde(default)]
    state: GrantState,
    lifetime: Lifetime,
    #[serde(default)]
    access: Access,
    #[serde(default)]
    scopes: Scopes,
    #[serde(skip)]
    introspected: Option<Box<Introspected>>,
}

impl Grant {
    /// Makes a grant of `token` to `client`, without access and scopes.
    pub fn new(token: &[u8], client: &str, lifetime: Lifetime) -> Self {
        Self::of_digest(CredentialDigest::of(token), client, lifetime)
    }

    /// Makes a grant of the token with this digest, for stores that keep nothing else.
    pub fn of_digest(token: CredentialDigest, client: &str, lifetime: Lifetime) -> Self {
        Self {
            token,
            client: Box::from(client),
            state: GrantState::Standing,
            lifetime,
            access: Access::default(),
            scopes: Scopes::default(),
            introspected: None,
        }
    }

    /// Sets the resources that it opens.
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Sets its scopes.
    pub fn with_scopes(mut self, scopes: Scopes) -> Self {
        self.scopes = scopes;
        self
    }

    /// Adds what the authorization server said of the token.
    pub(crate) fn with_introspected(mut self, introspected: Introspected) -> Self {
        self.introspected = Some(Box::new(introspected));
        self
    }

    /// Revokes it.
    pub fn revoked(mut self) -> Self {
        self.state = GrantState::Revoked;
        self
    }

    /// The digest of the token.
    pub fn token(&self) -> &CredentialDigest {
        &self.token
    }

    /// The id of the client to which it was granted.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// Its state.
    pub fn state(&self) -> GrantState {
        self.state
    }

    /// When it may be used.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// The resources that it opens.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Its scopes.
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// What the authorization server said of the token, if it was introspected.
    pub fn claims(&self) -> Option<&Claims> {
        self.introspected().map(Introspected::claims)
    }

    pub(crate) fn introspected(&self) -> Option<&Introspected> {
        self.introspected.as_deref()
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("client", &self.client)
            .field("state", &self.state)
            .field("lifetime", &self.lifetime)
            .field("access", &self.access)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
