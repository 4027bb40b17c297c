//! The gates of `all.toml` as code builds them, and the parts of both.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tollgate::certificate::Certificate;
use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::http_signature::HttpSignatureAlgorithm;
use tollgate::interceptor::{AnyResource, Interceptor, Shadow};
use tollgate::jose::{Algorithm, KeySet, RotatingKeys, VerifyingKey};
use tollgate::policy::Parts;
use tollgate::protected_resource::ProtectedResource;
use tollgate::record::{Access, Client, ClientState, Grant, Scopes};
use tollgate::rejection::Label;
use tollgate::store::{
    ClientStore, InMemoryClients, InMemoryGrants, InMemoryReplays, InMemoryRevocations, Revocation,
    StoreUnavailable,
};
use tollgate::time::Lifetime;
use tollgate::trust::TrustStore;
use tollgate::validate::{
    ClientAuthorization, Digest, HandshakeToken, Origins, RequestValue, SessionBinding,
    SignatureKeys, SignedContent, SigningSecrets, UndeclaredOrigin, VerifiedTokens,
};
use tollgate::wording::{BodyFormat, LocationWord, StatusPolicy, TraceReason};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    DigitalSignatureValidation, Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation,
    OriginCheck, ProxyAuthorization, Secret, SharedGate, TimeTokenValidation, UnixTime, Wording,
};

use crate::NOW;
use crate::agents;
use crate::messages;
use crate::proofs;
use crate::support::RSA_PUBLIC;

pub(crate) const ISSUER: &str = "https://issuer.example";

const VECTOR_KEY: &[u8] = include_bytes!("../vectors/digital_signature/private_key.pem");

/// The stores, keys and secrets of one set of gates.
pub(crate) struct World {
    pub(crate) clients: Clients,
    pub(crate) grants: InMemoryGrants,
    revocations: InMemoryRevocations,
    pub(crate) replays: InMemoryReplays,
    /// Used proofs of another window than those in `replays`.
    pub(crate) proofs: InMemoryReplays,
    /// Used nonces of message signatures.
    pub(crate) nonces: InMemoryReplays,
    trust: TrustStore,
}

pub(crate) fn secrets(text: &str) -> SigningSecrets {
    SigningSecrets::new(&Secret::new(format!("{text} of at least 32 bytes, made up"))).unwrap()
}

fn set(key: PublicKey, algorithm: Algorithm) -> KeySet {
    KeySet::of([VerifyingKey::public(key, algorithm).unwrap()])
}

pub(crate) fn p256() -> KeySet {
    set(certificate().public_key().unwrap(), Algorithm::Es256)
}

fn rsa() -> KeySet {
    set(PublicKey::from_pem(RSA_PUBLIC.as_bytes()).unwrap(), Algorithm::Rs256)
}

fn clients() -> Clients {
    let clients = InMemoryClients::new();
    let orders = || Access::only(["orders"]);
    let rsa = PublicKey::from_pem(RSA_PUBLIC.as_bytes()).unwrap();
    let app = Client::new("app").with_access(orders()).with_secret(b"secret");
    clients.add(app.with_public_key(rsa));
    let vector = PrivateKey::from_pem(VECTOR_KEY).unwrap().public_key().clone();
    clients.add(Client::new("vector").with_access(orders()).with_public_key(vector));
    clients.add(Client::new("off").with_access(orders()).with_state(ClientState::Disabled));
    clients.add(Client::new("gone").with_access(orders()).with_state(ClientState::Revoked));
    clients.add(Client::new("elsewhere").with_access(Access::only(["invoices"])));
    let expiry = UnixTime::from_seconds(NOW + 30);
    clients.add(Client::new("brief").with_access(orders()).with_expiry(expiry));
    Clients(clients)
}

fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let end = UnixTime::from_seconds(NOW + 60);
    let lifetime = || Lifetime::until(end).starting(UnixTime::from_seconds(NOW - 10));
    let grant = |token: &str, client| {
        let grant = Grant::new(token.as_bytes(), client, lifetime());
        grant.with_access(Access::only(["orders"])).with_scopes(Scopes::of(["read"]))
    };
    for (token, client) in
        [("good", "app"), ("off", "off"), ("nobody", "nobody"), ("taken", "app"), ("back", "app")]
    {
        grants.add(grant(token, client));
    }
    grants.add(grant("narrow", "app").with_scopes(Scopes::of(["write"])));
    grants.add(grant("closed", "app").with_access(Access::only(["invoices"])));
    grants.revoke(b"taken");
    grants
}

/// Clients of a store that cannot tell about one of them.
#[derive(Clone)]
pub(crate) struct Clients(InMemoryClients);

impl ClientStore for Clients {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        match id {
            "down" => Err(StoreUnavailable("no answer".into())),
            id => self.0.find(id).await,
        }
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let revocations = InMemoryRevocations::new(100);
        let until = UnixTime::from_seconds(NOW + 9000);
        revocations.revoke(Revocation::opaque(b"back"), until).unwrap();
        let trust = TrustStore::new();
        trust.import("server", certificate()).unwrap();
        let replays = || InMemoryReplays::new(1000).unwrap();
        Self {
            clients: clients(),
            grants: grants(),
            revocations,
            replays: replays(),
            proofs: replays(),
            nonces: replays(),
            trust,
        }
    }

    pub(crate) fn parts(&self) -> Parts {
        Parts::new()
            .clients("default", self.clients.clone())
            .clients("main", self.clients.clone())
            .grants("default", self.grants.clone())
            .grants("main", self.grants.clone())
            .revocations("main", self.revocations.clone())
            .replays("main", self.replays.clone())
            .replays("proofs", self.proofs.clone())
            .replays("nonces", self.nonces.clone())
            .agents("default", agents::crawlers())
            .agents("crawlers", agents::crawlers())
            .signature_keys("partners", messages::partners())
            .signature_keys("of-clients", of_clients())
            .keys("p256", p256())
            .keys("rsa", rsa())
            .key_provider("provided", RotatingKeys::new(p256()))
            .certificate("p256", certificate())
            .secrets("forms", secrets("forms"))
            .secrets("links", secrets("links"))
            .secrets("nonces", secrets("nonces"))
            .trust("main", self.trust.clone())
            .certificate("expired", expired())
            .session("fixed", fixed_session())
            .protected_resource("api", api())
    }

    pub(crate) fn gates(&self, clock: &Arc<ManualClock>) -> BTreeMap<String, SharedGate> {
        let mut gates: BTreeMap<String, SharedGate> = self
            .interceptors()
            .into_iter()
            .chain(proofs::gates(self))
            .chain(messages::gates(self))
            .chain(agents::gates(self))
            .map(|(route, gate)| (route.to_owned(), gate(clock)))
            .collect();
        gates.insert("client_id".to_owned(), self.worded(clock));
        gates.insert("digital_signature".to_owned(), self.signed(clock));
        gates.insert("csrf_client".to_owned(), self.csrf_client(clock));
        gates.insert("signed_body".to_owned(), self.signed_body(clock));
        gates.insert("shadow".to_owned(), self.shadowed(clock));
        gates
    }

    fn interceptors(&self) -> Vec<(&'static str, Built)> {
        vec![
            ("client_secret", gate(self.client_secret())),
            ("access_token", gate(self.access_token())),
            ("jwt", gate(self.jwt())),
            ("any_audience", Box::new(any_audience)),
            ("oauth", gate(self.oauth())),
            ("oauth_jwt", gate(self.oauth_jwt())),
            ("csrf", bare(csrf())),
            ("origin", bare(origin())),
            ("time_token", bare(self.time_token())),
            ("proxy_authorization", bare(self.proxy())),
            ("csrf_cookie", bare(csrf_cookie())),
            ("proxy_off", bare(self.proxy().client_authorization(ClientAuthorization::Off))),
            ("protected", Box::new(protected)),
        ]
    }

    fn worded(&self, clock: &Arc<ManualClock>) -> SharedGate {
        let wording = Wording::default()
            .documentation("docs.example")
            .location_word(LocationWord::Actual)
            .realm("orders")
            .retry_after(Duration::from_secs(2))
            .status_policy(StatusPolicy::Standard)
            .body_format(BodyFormat::ProblemDetails)
            .trace_reason(TraceReason::Omit);
        let builder = Gate::builder(Arc::clone(clock)).for_resource("orders").wording(wording);
        builder.with(ClientIdValidation::new(self.clients.clone())).build().unwrap().shared()
    }

    fn client_secret(&self) -> impl Interceptor + Clone + use<> {
        ClientSecretValidation::new(self.clients.clone()).header("x-client").unwrap()
    }

    fn access_token(&self) -> impl Interceptor + Clone + use<> {
        AccessTokenValidation::new(self.grants.clone(), self.clients.clone())
            .element(Element::header_or_cookie("token").unwrap())
            .label(Label::new("Order Token", "Order token"))
            .revocations(self.revocations.clone())
            .scopes(Scopes::of(["read"]))
    }

    fn jwt(&self) -> impl Interceptor + Clone + use<> {
        let first = Issuer::new(ISSUER, "api", [Algorithm::Es256], p256()).unwrap();
        let first = first.also_for("orders").unwrap().certificates([certificate()]).unwrap();
        let algorithms = [Algorithm::Rs256, Algorithm::Ps256];
        let other = Issuer::new("https://other.example", "api", algorithms, rsa()).unwrap();
        JwtValidation::new(Element::bearer(), first)
            .also_from(other)
            .unwrap()
            .clients(self.clients.clone())
            .skew(Duration::from_secs(10))
            .unwrap()
            .maximum_lifetime(Duration::from_secs(3600))
            .unwrap()
            .token_type("at+jwt")
            .unwrap()
            .scopes(Scopes::of(["read"]))
            .required_claim("sub")
            .required_value("level", 3)
            .required_value("roles", vec!["a", "b"])
            .required_value("tenant", "north")
            .revocations(self.revocations.clone())
            .verified_tokens(VerifiedTokens::Remembered { at_most: 100 })
    }

    fn oauth(&self) -> impl Interceptor + Clone + use<> {
        OAuthValidation::opaque(self.grants.clone(), self.clients.clone())
            .client_id_element(Element::query_param("client").unwrap())
            .client_id_label(Label::new("App", "App id"))
            .token_rules(|token| Ok(token.scopes(Scopes::of(["read"]))))
            .unwrap()
    }

    fn oauth_jwt(&self) -> impl Interceptor + Clone + use<> {
        let issuer = Issuer::new(ISSUER, "api", [Algorithm::Es256], p256()).unwrap();
        OAuthValidation::jwt(issuer, self.clients.clone())
            .access_token_element(Element::bearer())
            .token_rules(|token| Ok(token.scopes(Scopes::of(["read"]))))
            .unwrap()
    }

    fn time_token(&self) -> impl Interceptor + Clone + use<> {
        let element = Element::header("time-token").unwrap();
        TimeTokenValidation::new(element, secrets("links"))
            .unwrap()
            .time_to_live(Duration::from_secs(60))
            .unwrap()
            .mixing(RequestValue::element(Element::query_param("file").unwrap()))
            .single_use(self.replays.clone())
    }

    fn proxy(&self) -> ProxyAuthorization {
        let element = Element::header("authorization-token").unwrap();
        ProxyAuthorization::new(element, self.trust.clone()).unwrap()
    }

    fn signed(&self, clock: &Arc<ManualClock>) -> SharedGate {
        let element = Element::header("signature").unwrap();
        let signature = DigitalSignatureValidation::new(element, Digest::Sha256).unwrap();
        let signature = signature.content(SignedContent::request()).unwrap();
        Gate::builder(Arc::clone(clock))
            .for_resource("orders")
            .with(ClientIdValidation::new(self.clients.clone()))
            .with(signature)
            .build()
            .unwrap()
            .shared()
    }

    fn signed_body(&self, clock: &Arc<ManualClock>) -> SharedGate {
        let element = Element::query_param("signature").unwrap();
        let signature = DigitalSignatureValidation::insecure_sha1(element).unwrap();
        let signature = signature.content(SignedContent::insecure_optional_body()).unwrap();
        Gate::builder(Arc::clone(clock))
            .for_resource("orders")
            .with(ClientIdValidation::new(self.clients.clone()))
            .with(signature.certificates([expired()]).unwrap())
            .build()
            .unwrap()
            .shared()
    }

    fn csrf_client(&self, clock: &Arc<ManualClock>) -> SharedGate {
        let element = Element::header("x-csrf").unwrap();
        let session = SessionBinding::established_client();
        let check = OriginCheck::new().own(Origins::of(["https://shop.example"]).unwrap());
        let csrf = CsrfValidation::new(element, secrets("forms"), session).unwrap();
        Gate::builder(Arc::clone(clock))
            .for_resource("orders")
            .with(ClientIdValidation::new(self.clients.clone()))
            .with(csrf.origin_check(check).label(Label::new("Form Token", "Form token")))
            .build()
            .unwrap()
            .shared()
    }

    fn shadowed(&self, clock: &Arc<ManualClock>) -> SharedGate {
        let token = AccessTokenValidation::new(self.grants.clone(), self.clients.clone());
        Gate::builder(Arc::clone(clock))
            .for_resource("orders")
            .named("orders in trial")
            .with(ClientIdValidation::new(self.clients.clone()))
            .with(Shadow::of(token))
            .build()
            .unwrap()
            .shared()
    }
}

pub(crate) fn certificate() -> Certificate {
    Certificate::from_pem(include_bytes!("../certificates/signer-p256.pem")).unwrap()
}

pub(crate) type Built = Box<dyn Fn(&Arc<ManualClock>) -> SharedGate>;

pub(crate) fn gate(interceptor: impl Interceptor + Clone + 'static) -> Built {
    Box::new(move |clock| {
        let builder = Gate::builder(Arc::clone(clock)).for_resource("orders");
        builder.with(interceptor.clone()).build().unwrap().shared()
    })
}

pub(crate) fn bare(interceptor: impl Interceptor + Clone + 'static) -> Built {
    Box::new(move |clock| {
        Gate::builder(Arc::clone(clock)).with(interceptor.clone()).build().unwrap().shared()
    })
}

fn any_audience(clock: &Arc<ManualClock>) -> SharedGate {
    let issuer = Issuer::new(ISSUER, "api", [Algorithm::Es256], p256()).unwrap();
    let element = Element::any("jwt").unwrap();
    let jwt = JwtValidation::new(element, issuer.insecure_any_audience());
    let builder = Gate::builder(Arc::clone(clock)).for_resource(AnyResource);
    builder.with(jwt.insecure_optional_expiry()).build().unwrap().shared()
}

fn csrf() -> impl Interceptor + Clone {
    let (cookie, header) = (Element::cookie("csrf").unwrap(), Element::header("x-csrf").unwrap());
    let session = SessionBinding::cookie("session").unwrap();
    let trusted = Origins::of(["https://partner.example"]).unwrap();
    let check = OriginCheck::new().trusted(trusted).undeclared(UndeclaredOrigin::Refuse);
    CsrfValidation::double_submit(cookie, header, secrets("forms"), session)
        .unwrap()
        .origin_check(check)
        .handshake_token(HandshakeToken::Waive)
}

fn fixed_session() -> SessionBinding {
    SessionBinding::session_fn(|_| Some(b"s1".to_vec()))
}

fn csrf_cookie() -> impl Interceptor + Clone {
    let element = Element::cookie("csrf").unwrap();
    CsrfValidation::insecure_cookie(element, secrets("forms"), fixed_session()).unwrap()
}

/// What no policy takes for keys by their ids.
fn of_clients() -> SignatureKeys {
    SignatureKeys::of_client([HttpSignatureAlgorithm::Ed25519]).unwrap()
}

fn expired() -> Certificate {
    Certificate::from_pem(include_bytes!("../certificates/expired.pem")).unwrap()
}

fn api() -> ProtectedResource {
    ProtectedResource::new("https://api.example", ISSUER).unwrap()
}

fn protected(clock: &Arc<ManualClock>) -> SharedGate {
    let issuer = Issuer::new(ISSUER, "api", [Algorithm::Es256], p256()).unwrap();
    let jwt = JwtValidation::new(Element::bearer(), issuer);
    Gate::builder(Arc::clone(clock))
        .protected_resource(&api())
        .wording(Wording::default().status_policy(StatusPolicy::Standard).realm("api"))
        .with(jwt.verified_tokens(VerifiedTokens::Forgotten))
        .build()
        .unwrap()
        .shared()
}

fn origin() -> impl Interceptor + Clone {
    let own = Origins::of(["https://shop.example"]).unwrap();
    OriginCheck::new().own(own).trusted(Origins::of(["https://partner.example"]).unwrap())
}
