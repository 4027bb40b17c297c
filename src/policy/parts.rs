//! What a policy refers to by name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::certificate::Certificate;
use crate::jose::{KeyProvider, RotatingKeys};
use crate::policy::any_keys::AnyKeys;
use crate::policy::any_store::{AnyAgents, AnyClients, AnyGrants, AnyReplays, AnyRevocations};
use crate::protected_resource::ProtectedResource;
use crate::remote::AgentKeySource;
use crate::store::{ClientStore, GrantStore, ReplayStore, RevocationStore};
use crate::trust::TrustStore;
use crate::validate::{SessionBinding, SignatureKeys, SigningSecrets};

/// What policies refer to by name: stores, keys, secrets and certificates, which the host brings. A
/// part that is registered under a name that is taken replaces the former one.
///
/// ```
/// use tollgate::policy::{Parts, Policy};
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let file = "resource = 'orders'
/// interceptors = [{ type = 'client_id', clients = 'partners' }]";
/// let policy: Policy = toml::from_str(file)?;
/// let clock = ManualClock::at(UnixTime::EPOCH);
///
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything));
/// let parts = Parts::new().clients("partners", clients);
/// let gate = policy.build_immediate(&parts, clock)?;
/// let known = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
/// assert!(gate.check_now(&known).is_ok());
///
/// let error = policy.build(&Parts::new(), ManualClock::at(UnixTime::EPOCH)).unwrap_err();
/// assert_eq!(error.path(), "interceptors[0].clients");
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Parts {
    pub(super) clients: Shelf<AnyClients>,
    pub(super) grants: Shelf<AnyGrants>,
    pub(super) replays: Shelf<AnyReplays>,
    pub(super) revocations: Shelf<AnyRevocations>,
    pub(super) keys: Shelf<AnyKeys>,
    pub(super) secrets: Shelf<SigningSecrets>,
    pub(super) sessions: Shelf<SessionBinding>,
    /// `None` is a certificate that is presumed.
    pub(super) certificates: Shelf<Option<Certificate>>,
    pub(super) trust: Shelf<TrustStore>,
    pub(super) protected_resources: Shelf<ProtectedResource>,
    pub(super) signature_keys: Shelf<SignatureKeys>,
    pub(super) agents: Shelf<AnyAgents>,
}

/// Parts of one kind by their names.
pub(super) struct Shelf<T> {
    named: BTreeMap<String, T>,
    /// The part under any other name.
    presumed: Option<T>,
}

impl Parts {
    /// Makes a registry without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a store of clients.
    pub fn clients(mut self, name: &str, store: impl ClientStore + 'static) -> Self {
        self.clients.put(name, AnyClients::new(store));
        self
    }

    /// Adds a store of grants.
    pub fn grants(mut self, name: &str, store: impl GrantStore + 'static) -> Self {
        self.grants.put(name, AnyGrants::new(store));
        self
    }

    /// Adds a store of used tokens and proofs.
    pub fn replays(mut self, name: &str, store: impl ReplayStore + 'static) -> Self {
        self.replays.put(name, AnyReplays::new(store));
        self
    }

    /// Adds a store of revocations.
    pub fn revocations(mut self, name: &str, store: impl RevocationStore + 'static) -> Self {
        self.revocations.put(name, AnyRevocations::new(store));
        self
    }

    /// Adds the keys of an issuer: a [`KeySet`](crate::jose::KeySet) or [`RotatingKeys`].
    pub fn keys(mut self, name: &str, keys: impl Into<RotatingKeys>) -> Self {
        self.keys.put(name, AnyKeys::Rotating(keys.into()));
        self
    }

    /// Adds keys that come from a provider, such as [`RemoteKeys`](crate::remote::RemoteKeys).
    pub fn key_provider(mut self, name: &str, keys: impl KeyProvider + 'static) -> Self {
        self.keys.put(name, AnyKeys::Provided(Arc::new(keys)));
        self
    }

    /// Adds the keys of HTTP message signatures, by their ids: [`SignatureKeys::named`] or
    /// [`SignatureKeys::from_jwks`].
    pub fn signature_keys(mut self, name: &str, keys: SignatureKeys) -> Self {
        self.signature_keys.put(name, keys);
        self
    }

    /// Adds agents and their keys, such as [`FixedAgents`](crate::remote::FixedAgents) or
    /// [`AgentDirectories`](crate::remote::AgentDirectories).
    pub fn agents(mut self, name: &str, source: impl AgentKeySource + 'static) -> Self {
        self.agents.put(name, AnyAgents::new(source));
        self
    }

    /// Adds secrets of CSRF tokens, time tokens or nonces.
    pub fn secrets(mut self, name: &str, secrets: SigningSecrets) -> Self {
        self.secrets.put(name, secrets);
        self
    }

    /// Adds a session that CSRF tokens are bound to.
    pub fn session(mut self, name: &str, session: SessionBinding) -> Self {
        self.sessions.put(name, session);
        self
    }

    /// Adds a certificate, whose dates are judged.
    pub fn certificate(mut self, name: &str, certificate: Certificate) -> Self {
        self.certificates.put(name, Some(certificate));
        self
    }

    /// Adds a store of trusted certificates.
    pub fn trust(mut self, name: &str, trust: TrustStore) -> Self {
        self.trust.put(name, trust);
        self
    }

    /// Adds a protected resource, whose metadata the challenges of a gate name.
    pub fn protected_resource(mut self, name: &str, resource: ProtectedResource) -> Self {
        self.protected_resources.put(name, resource);
        self
    }
}

/// Shows the names of the parts.
impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("clients", &self.clients.names())
            .field("grants", &self.grants.names())
            .field("replays", &self.replays.names())
            .field("revocations", &self.revocations.names())
            .field("keys", &self.keys.names())
            .field("secrets", &self.secrets.names())
            .field("sessions", &self.sessions.names())
            .field("certificates", &self.certificates.names())
            .field("trust", &self.trust.names())
            .field("protected_resources", &self.protected_resources.names())
            .field("signature_keys", &self.signature_keys.names())
            .field("agents", &self.agents.names())
            .finish()
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { named: BTreeMap::new(), presumed: None }
    }
}

impl<T> Shelf<T> {
    /// A shelf that has a part under whatever name is asked for.
    pub(super) fn presumed(part: Option<T>) -> Self {
        Self { presumed: part, ..Self::default() }
    }

    fn put(&mut self, name: &str, part: T) {
        self.named.insert(name.to_owned(), part);
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.named.get(name).or(self.presumed.as_ref())
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.named.keys().map(String::as_str).collect()
    }
}
