//! Twelve requests that fail as requests usually fail.

use std::sync::Arc;

use tollgate::crypto::PrivateKey;
use tollgate::gate::ImmediateChain;
use tollgate::interceptor::Shadow;
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Grant, Scopes};
use tollgate::store::{
    ClientStore, ImmediateStore, InMemoryClients, InMemoryGrants, StoreUnavailable,
};
use tollgate::time::Lifetime;
use tollgate::validate::{Digest, DigitalSigner, SessionBinding, SigningSecrets};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    DigitalSignatureValidation, Element, Gate, ImmediateSharedGate, Issuer, JwtValidation,
    ManualClock, OAuthValidation, PlainRequest, Secret, UnixTime,
};

pub(crate) const NOW: i64 = 1_800_000_000;

/// One request, the gate that refuses it, and what is wrong.
pub(crate) struct Case {
    pub(crate) title: &'static str,
    pub(crate) gate: ImmediateSharedGate,
    pub(crate) request: PlainRequest,
}

pub(crate) fn get() -> PlainRequest {
    PlainRequest::new("GET", "/orders")
}

pub(crate) fn gate(chain: ImmediateChain) -> ImmediateSharedGate {
    let builder = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)));
    builder.for_resource("orders").with(chain).build().unwrap().shared_immediate()
}

pub(crate) fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    let key = PrivateKey::from_pem(include_bytes!("../keys/rsa.pem")).unwrap();
    let app = Client::new("app").with_access(Access::only(["orders"]));
    clients.add(app.with_secret(b"secret").with_public_key(key.public_key().clone()));
    clients.add(Client::new("other").with_access(Access::Everything));
    clients.add(Client::new("unlinked").with_access(Access::only(["invoices"])));
    let late = UnixTime::from_seconds(NOW - 3600);
    clients.add(Client::new("late").with_access(Access::Everything).with_expiry(late));
    clients
}

pub(crate) fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_seconds(NOW + 600));
    let grant = |token: &[u8]| Grant::new(token, "app", lifetime).with_access(Access::Everything);
    grants.add(grant(b"read-only").with_scopes(Scopes::of(["orders.read"])));
    grants.add(grant(b"revoked").revoked());
    grants
}

pub(crate) fn key() -> SigningKey {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    SigningKey::hmac(Algorithm::Hs256, &secret).unwrap().with_id("2026")
}

pub(crate) fn jwt() -> JwtValidation {
    let keys = KeySet::of([key().verifying_key().clone()]);
    let issuer = Issuer::new("https://issuer.example", "api", [Algorithm::Hs256], keys).unwrap();
    JwtValidation::new(Element::bearer(), issuer)
}

pub(crate) fn bearer(audience: &str, expires: i64) -> PlainRequest {
    let claims =
        format!(r#"{{"iss":"https://issuer.example","aud":"{audience}","exp":{expires}}}"#);
    let token = key().sign(claims.as_bytes()).unwrap();
    get().with_header("authorization", format!("Bearer {token}"))
}

pub(crate) fn csrf() -> CsrfValidation {
    let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap();
    let session = SessionBinding::cookie("session").unwrap();
    CsrfValidation::new(Element::header("X-CSRF-Token").unwrap(), secrets, session).unwrap()
}

pub(crate) fn signature() -> DigitalSignatureValidation {
    DigitalSignatureValidation::new(Element::header("signature").unwrap(), Digest::Sha256).unwrap()
}

/// A store that is away.
struct Away;

impl ClientStore for Away {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(StoreUnavailable("the database does not answer".into()))
    }
}

impl ImmediateStore for Away {}

pub(crate) fn cases() -> Vec<Case> {
    [by_clients(), by_tokens(), by_requests()].into_iter().flatten().collect()
}

fn by_clients() -> Vec<Case> {
    let by_id = || gate(ImmediateChain::new().with(ClientIdValidation::new(clients())));
    let id = |id: &str| get().with_header("client_id", id);
    let by_secret = gate(ImmediateChain::new().with(ClientSecretValidation::new(clients())));
    let away = gate(ImmediateChain::new().with(ClientIdValidation::new(Away)));
    vec![
        case("a client id in quotes", by_id(), id("\"app\"")),
        case("a client of another resource", by_id(), id("unlinked")),
        case("a client that expired", by_id(), id("late")),
        case(
            "a wrong secret",
            by_secret,
            get().with_header("authorization", "Basic YXBwOnNlY3JldDI="),
        ),
        case("a store that is away", away, id("app")),
    ]
}

fn by_tokens() -> Vec<Case> {
    let opaque = || AccessTokenValidation::new(grants(), clients());
    let scoped = opaque().scopes(Scopes::of(["orders.read", "orders.write"]));
    let chain = ImmediateChain::new;
    let token = |token: &str| get().with_header("access_token", token);
    let shadowed = chain()
        .with(Shadow::of(jwt().scopes(Scopes::of(["orders.read"]))))
        .with(ClientIdValidation::new(clients()))
        .with(jwt());
    let expired = bearer("api", NOW - 42).with_header("client_id", "app");
    let oauth = OAuthValidation::opaque(grants(), clients());
    vec![
        case("a token that was revoked", gate(chain().with(opaque())), token("revoked")),
        case("a scope too few", gate(chain().with(scoped)), token("read-only")),
        case("an expired JWT, with a shadow before", gate(shadowed), expired),
        case("a JWT for another audience", gate(chain().with(jwt())), bearer("other", NOW + 60)),
        case(
            "a token of another client",
            gate(chain().with(oauth)),
            token("read-only").with_header("client_id", "other"),
        ),
    ]
}

fn by_requests() -> Vec<Case> {
    let form = PlainRequest::new("POST", "/orders")
        .with_scheme("https")
        .with_authority("shop.example")
        .with_header("cookie", "session=4f1c09");
    let signer =
        DigitalSigner::from_pem(include_bytes!("../keys/rsa.pem"), Digest::Sha256).unwrap();
    let request = PlainRequest::new("POST", "/orders")
        .with_header("client_id", "app")
        .with_header("signature", signer.sign(b"two").unwrap())
        .with_body("one");
    let chain = ImmediateChain::new().with(ClientIdValidation::new(clients())).with(signature());
    vec![
        case(
            "a form from a foreign page",
            gate(ImmediateChain::new().with(csrf())),
            form.with_header("origin", "https://evil.example"),
        ),
        case("a signature over another body", gate(chain), request),
    ]
}

fn case(title: &'static str, gate: ImmediateSharedGate, request: PlainRequest) -> Case {
    Case { title, gate, request }
}
