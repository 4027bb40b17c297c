//! The gates by path, which are the same in every host.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use tollgate::gate::{GateBuilder, Nothing};
use tollgate::interceptor::Immediate;
use tollgate::jose::{Algorithm, KeySet};
use tollgate::observation::Observer;
use tollgate::record::Scopes;
use tollgate::store::InMemoryReplays;
use tollgate::trust::TrustStore;
use tollgate::validate::{Digest, SessionBinding};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, Clock, ConfigError,
    CsrfValidation, DigitalSignatureValidation, Element, Gate, ImmediateSharedGate, Issuer,
    JwtValidation, OAuthValidation, OriginCheck, ProxyAuthorization, SharedGate,
    TimeTokenValidation,
};

use crate::demo::clock::DemoClock;
use crate::demo::credentials::{AUDIENCE, Credentials, ISSUER, SCOPE};
use crate::demo::records::{ORDERS, OutOfReach, Records};

type Builder = GateBuilder<DemoClock, Nothing>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Used time tokens that are remembered while they live.
const ROOM: u32 = 10_000;

/// The gate of each path.
#[derive(Clone)]
pub struct Gates {
    clock: DemoClock,
    observer: Arc<dyn Observer>,
    by_path: BTreeMap<&'static str, (ImmediateSharedGate, SharedGate)>,
}

impl Gates {
    /// Builds them, with the time of this clock. The observer is told of every decision.
    pub fn new(clock: DemoClock, observer: impl Observer + 'static) -> Result<Self> {
        let credentials = Credentials::new()?;
        let key = credentials.signer.public_key().clone();
        let records = Records::at(clock.now(), key);
        let observer = Arc::new(observer);
        let mut gates = Self { clock, observer, by_path: BTreeMap::new() };
        gates.add_clients(&records)?;
        gates.add_tokens(&records)?;
        gates.add_issued(&records, &credentials)?;
        gates.add_browsers(&credentials)?;
        gates.add_time_tokens(&credentials)?;
        gates.add("/proxy", |gate| gate.with(proxy(&credentials)?).build())?;
        Ok(gates)
    }

    /// The gate of a path, if it has one. The path comes without the query.
    pub fn of(&self, path: &str) -> Option<&ImmediateSharedGate> {
        self.by_path.get(path).map(|(immediate, _)| immediate)
    }

    /// Every path with its gate, as layers take it.
    pub fn shared(&self) -> impl Iterator<Item = (&'static str, SharedGate)> {
        self.by_path.iter().map(|(path, (_, shared))| (*path, shared.clone()))
    }

    /// Both forms of a gate are of the same stores.
    fn add<I: Immediate + 'static>(
        &mut self,
        path: &'static str,
        build: impl Fn(Builder) -> std::result::Result<Gate<DemoClock, I>, ConfigError>,
    ) -> Result<()> {
        let builder = || Gate::builder(self.clock).named(path).observer(self.observer.clone());
        let gate = || build(builder().for_resource(ORDERS));
        self.by_path.insert(path, (gate()?.shared_immediate(), gate()?.shared()));
        Ok(())
    }

    fn add_clients(&mut self, records: &Records) -> Result<()> {
        let clients = &records.clients;
        let id = || ClientIdValidation::new(clients.clone());
        let anywhere = id().element(Element::any("client_id")?);
        let secret = ClientSecretValidation::new(clients.clone());
        let signature =
            DigitalSignatureValidation::new(Element::header("signature")?, Digest::Sha256)?;
        self.add("/client-id", |gate| gate.with(id()).build())?;
        self.add("/client-id-anywhere", |gate| gate.with(anywhere.clone()).build())?;
        self.add("/client-secret", |gate| gate.with(secret.clone()).build())?;
        self.add("/signature", |gate| gate.with(id()).with(signature.clone()).build())?;
        let away = ClientIdValidation::new(OutOfReach);
        self.add("/unavailable", |gate| gate.with(away.clone()).build())
    }

    fn add_tokens(&mut self, records: &Records) -> Result<()> {
        let Records { clients, grants } = records;
        let token = || {
            let token = AccessTokenValidation::new(grants.clone(), clients.clone());
            token.scopes(Scopes::of([SCOPE]))
        };
        let id = ClientIdValidation::new(clients.clone());
        let oauth = OAuthValidation::opaque(grants.clone(), clients.clone());
        let bearer = token().element(Element::bearer());
        let cookie = token().element(Element::cookie("access_token")?);
        self.add("/access-token", |gate| gate.with(token()).build())?;
        self.add("/access-token-bearer", |gate| gate.with(bearer.clone()).build())?;
        self.add("/access-token-cookie", |gate| gate.with(cookie.clone()).build())?;
        self.add("/combined", |gate| gate.with(id.clone()).with(token()).build())?;
        self.add("/oauth", |gate| gate.with(oauth.clone()).build())
    }

    fn add_issued(&mut self, records: &Records, credentials: &Credentials) -> Result<()> {
        let keys = [&credentials.es256, &credentials.rs256];
        let keys = KeySet::of(keys.map(|key| key.verifying_key().clone()));
        let issuer = Issuer::new(ISSUER, AUDIENCE, [Algorithm::Es256, Algorithm::Rs256], keys)?;
        let jwt = JwtValidation::new(Element::bearer(), issuer.clone());
        let jwt = jwt.clients(records.clients.clone()).scopes(Scopes::of([SCOPE]));
        let oauth = OAuthValidation::jwt(issuer, records.clients.clone());
        self.add("/jwt", |gate| gate.with(jwt.clone()).build())?;
        self.add("/oauth-jwt", |gate| gate.with(oauth.clone()).build())
    }

    fn add_browsers(&mut self, credentials: &Credentials) -> Result<()> {
        let session = SessionBinding::cookie("session")?;
        let element = credentials.csrf.element().clone();
        let csrf = CsrfValidation::new(element, credentials.secrets.clone(), session)?;
        self.add("/csrf", |gate| gate.with(csrf.clone()).build())?;
        self.add("/origin", |gate| gate.with(OriginCheck::new()).build())
    }

    fn add_time_tokens(&mut self, credentials: &Credentials) -> Result<()> {
        let element = credentials.time_token.element().clone();
        let many = TimeTokenValidation::new(element, credentials.secrets.clone())?;
        let once = many.clone().single_use(InMemoryReplays::new(ROOM)?);
        self.add("/time-token", |gate| gate.with(many.clone()).build())?;
        self.add("/time-token-once", |gate| gate.with(once.clone()).build())
    }
}

fn proxy(credentials: &Credentials) -> std::result::Result<ProxyAuthorization, ConfigError> {
    let trust = TrustStore::new();
    let _ = trust.import("management server", credentials.proxy.certificate().clone());
    ProxyAuthorization::new(Element::header("authorization-token")?, trust)
}

impl fmt::Debug for Gates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.by_path.keys()).finish()
    }
}
