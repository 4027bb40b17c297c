//! Attacks on OAuth, and on every pair of interceptors that establish a client: each is refused
//! with its own reason and blames the right element, checked or rehearsed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::crypto::CredentialDigest;
use tollgate::gate::ImmediateChain;
use tollgate::interceptor::Immediate;
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{
    GrantStore, ImmediateStore, InMemoryClients, InMemoryGrants, OpaqueToken, StoreUnavailable,
};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, ConfigError, Element, Gate,
    Issuer, JwtValidation, ManualClock, OAuthValidation, PlainRequest, Rejection, UnixTime,
};

const NOW: i64 = 1_800_000_000;

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for id in ["x", "y"] {
        clients.add(Client::new(id).with_access(Access::Everything).with_secret(b"secret"));
    }
    clients
}

fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_seconds(NOW + 60));
    for client in ["x", "y"] {
        let token = format!("token-of-{client}");
        grants.add(Grant::new(token.as_bytes(), client, lifetime).with_access(Access::Everything));
    }
    grants
}

/// The code, and the element that is blamed.
type Refusal = (&'static str, String);

fn decided(validation: impl Immediate, request: &PlainRequest) -> Result<(), Refusal> {
    built(validation).map(|gate| gate(request)).unwrap()
}

type Decide<'i> = Box<dyn Fn(&PlainRequest) -> Result<(), Refusal> + 'i>;

fn built<'i>(validation: impl Immediate + 'i) -> Result<Decide<'i>, ConfigError> {
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource("orders")
        .with(validation)
        .build()?;
    let refusal = |rejection: Rejection| {
        (rejection.reason().code(), rejection.element().unwrap().to_string())
    };
    Ok(Box::new(move |request| {
        let decision = gate.check_now(request).map(|_| ()).map_err(refusal);
        assert_eq!(decision, gate.rehearse_now(request).map(|_| ()).map_err(refusal));
        decision
    }))
}

fn request(client: &str, token: impl Into<Vec<u8>>) -> PlainRequest {
    PlainRequest::new("GET", "/")
        .with_header("client_id", client)
        .with_header("access_token", token)
}

fn opaque() -> impl Immediate {
    OAuthValidation::opaque(grants(), clients())
}

fn blaming_token(code: &'static str) -> Result<(), Refusal> {
    Err((code, "HEADER access_token".to_owned()))
}

#[test]
fn a_token_of_another_client_is_a_mismatch_of_the_access_token() {
    assert_eq!(decided(opaque(), &request("x", "token-of-x")), Ok(()));
    assert_eq!(decided(opaque(), &request("y", "token-of-x")), blaming_token("client.mismatch"));
    let issuing = Issuing::new();
    let jwt = || OAuthValidation::jwt(issuing.issuer.clone(), clients());
    assert_eq!(decided(jwt(), &request("x", issuing.token("x"))), Ok(()));
    let theirs = request("y", issuing.token("x"));
    assert_eq!(decided(jwt(), &theirs), blaming_token("client.mismatch"));
}

#[test]
fn the_messages_name_the_credential_that_was_bad() {
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource("orders")
        .with(OAuthValidation::jwt(Issuing::new().issuer, clients()))
        .build()
        .unwrap();
    let message = |client: &str| {
        gate.wording().message(&gate.check_now(&request(client, "no token")).unwrap_err())
    };
    assert_eq!(
        message("x"),
        "Access Token in the request, identified by HEADER access_token, is invalid. \
         Check docs.sensedia.com"
    );
    assert_eq!(
        message("stranger"),
        "Client Id in the request, identified by HEADER client_id, is invalid. \
         Check docs.sensedia.com"
    );
    let rejection = gate.check_now(&request("x", "no token")).unwrap_err();
    let trace = gate.wording().trace(&rejection);
    assert!(trace.starts_with(
        "Access token in HEADER access_token HAS NOT BEEN FOUND (causes: is invalid, expired, or \
         revoked); rejecting call [jwt.malformed"
    ));
}

#[test]
fn a_digest_of_a_token_or_secret_is_neither() {
    let digest = serde_json::to_string(&CredentialDigest::of(b"token-of-x")).unwrap();
    let raw = tollgate::crypto::sha256(b"token-of-x");
    for (token, code) in [
        (digest.trim_matches('"').as_bytes(), "token.unknown"),
        (raw.as_slice(), "credential.malformed"),
    ] {
        assert_eq!(decided(opaque(), &request("x", token)), blaming_token(code));
    }
    let digest = serde_json::to_string(&CredentialDigest::of(b"secret")).unwrap();
    let pair = STANDARD.encode(format!("x:{}", digest.trim_matches('"')));
    let basic = PlainRequest::new("GET", "/").with_header("authorization", format!("Basic {pair}"));
    let refused = decided(ClientSecretValidation::new(clients()), &basic).unwrap_err();
    assert_eq!(refused.0, "client.secret_wrong");
}

/// A store that counts its look-ups, and may be down.
#[derive(Clone, Default)]
struct Remote {
    asked: Arc<AtomicUsize>,
    down: bool,
}

impl GrantStore for Remote {
    async fn find(&self, _: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.down { Err(StoreUnavailable("introspection: timed out".into())) } else { Ok(None) }
    }
}

impl ImmediateStore for Remote {}

#[test]
fn what_cannot_be_a_token_is_refused_before_any_look_up() {
    let remote = Remote::default();
    let from_header = || OAuthValidation::opaque(remote.clone(), clients());
    let huge = request("x", vec![b'a'; 1 << 20]);
    assert_eq!(decided(from_header(), &huge), blaming_token("credential.too_large"));
    for token in ["a\rb", "a\nb", "a&b=c", "a b", "a\0", "\u{e4}"] {
        let bearer = PlainRequest::new("GET", "/")
            .with_header("client_id", "x")
            .with_header("authorization", format!("Bearer {token}"));
        let validation = from_header().access_token_element(Element::bearer());
        assert_eq!(
            decided(validation, &bearer).unwrap_err().0,
            "credential.malformed",
            "{token:?}"
        );
    }
    assert_eq!(decided(from_header(), &request("stranger", "a")).unwrap_err().0, "client.unknown");
    assert_eq!(remote.asked.load(Ordering::Relaxed), 0);
    assert_eq!(decided(from_header(), &request("x", "a")), blaming_token("token.unknown"));
    assert_eq!(remote.asked.load(Ordering::Relaxed), 2);
}

#[test]
fn a_store_that_cannot_tell_is_unavailable_never_a_pass() {
    let remote = Remote { down: true, ..Remote::default() };
    let validation = OAuthValidation::opaque(remote, clients());
    let refused = decided(validation, &request("x", "token-of-x"));
    assert_eq!(refused, blaming_token("service.unavailable"));
}

struct Issuing {
    key: SigningKey,
    issuer: Issuer,
}

impl Issuing {
    fn new() -> Self {
        let key = SigningKey::generate_es256().unwrap();
        let keys = KeySet::of([key.verifying_key().clone()]);
        let issuer = Issuer::new("a", "api", [Algorithm::Es256], keys).unwrap();
        Self { key, issuer }
    }

    fn token(&self, client: &str) -> String {
        let exp = NOW + 60;
        let claims = format!(r#"{{"iss":"a","aud":"api","exp":{exp},"client_id":"{client}"}}"#);
        self.key.sign(claims.as_bytes()).unwrap()
    }
}

/// Every interceptor that says which client made the call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    ClientId,
    ClientSecret,
    AccessToken,
    JwtWithClients,
    JwtAlone,
    OAuthOpaque,
    OAuthJwt,
}

const KINDS: [Kind; 7] = [
    Kind::ClientId,
    Kind::ClientSecret,
    Kind::AccessToken,
    Kind::JwtWithClients,
    Kind::JwtAlone,
    Kind::OAuthOpaque,
    Kind::OAuthJwt,
];

impl Kind {
    /// Adds it to the chain, with elements whose names begin with `place`.
    fn added(self, chain: ImmediateChain, place: &str, issuing: &Issuing) -> ImmediateChain {
        let id = Element::header(format!("{place}-id")).unwrap();
        let token = Element::header(format!("{place}-token")).unwrap();
        let issuer = issuing.issuer.clone();
        match self {
            Self::ClientId => chain.with(ClientIdValidation::new(clients()).element(id)),
            Self::ClientSecret => {
                let name = format!("{place}-secret");
                chain.with(ClientSecretValidation::new(clients()).header(&name).unwrap())
            }
            Self::AccessToken => {
                chain.with(AccessTokenValidation::new(grants(), clients()).element(token))
            }
            Self::JwtWithClients => {
                chain.with(JwtValidation::new(token, issuer).clients(clients()))
            }
            Self::JwtAlone => chain.with(JwtValidation::new(token, issuer)),
            Self::OAuthOpaque => {
                let validation = OAuthValidation::opaque(grants(), clients());
                chain.with(validation.client_id_element(id).access_token_element(token))
            }
            Self::OAuthJwt => {
                let validation = OAuthValidation::jwt(issuer, clients());
                chain.with(validation.client_id_element(id).access_token_element(token))
            }
        }
    }

    /// Sends every credential that it asks for, all of this client.
    fn sent(self, request: PlainRequest, place: &str, sent: (&Issuing, &str)) -> PlainRequest {
        let (issuing, client) = sent;
        let secret = STANDARD.encode(format!("{client}:secret"));
        let token = match self {
            Self::AccessToken | Self::OAuthOpaque => format!("token-of-{client}"),
            _ => issuing.token(client),
        };
        request
            .with_header(format!("{place}-id"), client)
            .with_header(format!("{place}-secret"), format!("Basic {secret}"))
            .with_header(format!("{place}-token"), token)
    }

    fn blamed(self) -> &'static str {
        match self {
            Self::ClientId => "HEADER second-id",
            Self::ClientSecret => "HEADER second-secret",
            _ => "HEADER second-token",
        }
    }

    fn establishes_grant(self) -> bool {
        matches!(self, Self::AccessToken | Self::OAuthOpaque)
    }

    fn establishes_claims(self) -> bool {
        matches!(self, Self::JwtWithClients | Self::JwtAlone | Self::OAuthJwt)
    }
}

#[test]
fn in_every_pair_of_interceptors_a_second_client_is_refused() {
    let issuing = Issuing::new();
    let mut admitting_pairs = 0;
    for first in KINDS {
        for second in KINDS {
            let chain = first.added(ImmediateChain::new(), "first", &issuing);
            let chain = second.added(chain, "second", &issuing);
            let twice = first.establishes_grant() && second.establishes_grant()
                || first.establishes_claims() && second.establishes_claims();
            let Ok(decide) = built(chain) else {
                assert!(twice, "{first:?} then {second:?} does not build");
                continue;
            };
            assert!(!twice, "{first:?} then {second:?} builds");
            let from = |client| {
                let request = first.sent(PlainRequest::new("GET", "/"), "first", (&issuing, "x"));
                second.sent(request, "second", (&issuing, client))
            };
            assert_eq!(decide(&from("x")), Ok(()), "{first:?} then {second:?}");
            let mismatch = ("client.mismatch", second.blamed().to_owned());
            assert_eq!(decide(&from("y")), Err(mismatch), "{first:?} then {second:?}");
            admitting_pairs += 1;
        }
    }
    assert_eq!(admitting_pairs, 49 - 4 - 9);
}
