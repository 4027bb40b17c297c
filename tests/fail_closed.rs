//! What is not known for certain is refused: a call without a resource, a record that was not asked
//! for, a secret that is empty.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use serde_json::json;
use tollgate::interceptor::{AnyResource, Call, Evidence, Immediate, Interceptor, Resource};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{
    ClientStore, Consumption, GrantStore, ImmediateStore, InMemoryClients, InMemoryGrants,
    OpaqueToken, ReplayStore, StoreUnavailable,
};
use tollgate::time::Lifetime;
use tollgate::validate::{DpopProofs, DpopProver, OwnUrl};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, Element, Gate, Issuer,
    JwtValidation, ManualClock, OAuthValidation, PlainRequest, Rejection, UnixTime,
};

/// Base64 of `app:secret`, `app:` and `app`.
const RIGHT: &str = "Basic YXBwOnNlY3JldA==";
const EMPTY: &str = "Basic YXBwOg==";
const COLONLESS: &str = "Basic YXBw";

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything).with_secret(b"secret"));
    clients
}

fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let grant = Grant::new(b"token", "app", Lifetime::unlimited());
    grants.add(grant.with_access(Access::Everything));
    grants
}

fn request() -> PlainRequest {
    PlainRequest::new("GET", "/")
        .with_header("client_id", "app")
        .with_header("access_token", "token")
        .with_header("authorization", RIGHT)
}

fn code(interceptor: &impl Interceptor, call: Call<'_>) -> &'static str {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(interceptor.intercept(call)).poll(&mut context) {
        Poll::Ready(decided) => {
            decided.map_or_else(|refused| refused.reason().code(), |_| "passed")
        }
        Poll::Pending => panic!("every store answers at once"),
    }
}

#[test]
fn a_call_without_a_resource_is_refused_even_to_who_may_everything() {
    let request = request();
    let bare = Call::new(&request, UnixTime::EPOCH);
    let (any, orders) = (Resource::from(AnyResource), Resource::from("orders"));
    let in_turn = |interceptor: &dyn Fn(Call<'_>) -> &'static str| {
        [bare, bare.for_resource(&any), bare.for_resource(&orders)].map(interceptor)
    };
    let id = ClientIdValidation::new(clients());
    let expected = ["client.not_linked", "passed", "passed"];
    assert_eq!(in_turn(&|call| code(&id, call)), expected);
    let secret = ClientSecretValidation::new(clients());
    assert_eq!(in_turn(&|call| code(&secret, call)), expected);
    let oauth = OAuthValidation::opaque(grants(), clients());
    assert_eq!(in_turn(&|call| code(&oauth, call)), expected);
    let token = AccessTokenValidation::new(grants(), clients());
    assert_eq!(in_turn(&|call| code(&token, call)), ["token.no_access", "passed", "passed"]);
}

#[test]
fn a_validator_that_is_hidden_from_the_builder_is_no_way_around_the_resource() {
    struct Hidden<I>(I);
    impl<I: Interceptor> Interceptor for Hidden<I> {
        async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
            self.0.intercept(call).await
        }
    }
    impl<I: Immediate> Immediate for Hidden<I> {}

    let hidden = Hidden(ClientIdValidation::new(clients()));
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(hidden).build().unwrap();
    let rejection = gate.check_now(&request()).unwrap_err();
    assert_eq!(rejection.reason().code(), "client.not_linked");
}

/// Stores that compare less exactly than they must: whatever they are asked for, they have it.
struct Lax;

impl ClientStore for Lax {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        ClientStore::find(&clients(), "app").await
    }
}

impl GrantStore for Lax {
    async fn find(&self, _: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        GrantStore::find(&grants(), &OpaqueToken::new(b"token", UnixTime::EPOCH)).await
    }
}

impl ImmediateStore for Lax {}

#[test]
fn a_record_of_another_id_or_token_than_was_asked_for_is_refused() {
    let everything = Resource::from(AnyResource);
    let judged = |request: &PlainRequest, validation: &dyn Fn(Call<'_>) -> &'static str| {
        validation(Call::new(request, UnixTime::EPOCH).for_resource(&everything))
    };
    let get = || PlainRequest::new("GET", "/");
    let id = ClientIdValidation::new(Lax);
    for other in ["App", "app ", "b"] {
        let request = get().with_header("client_id", other);
        assert_eq!(judged(&request, &|call| code(&id, call)), "client.unknown", "{other:?}");
    }
    assert_eq!(judged(&request(), &|call| code(&id, call)), "passed");

    let token = AccessTokenValidation::new(Lax, Lax);
    for other in ["Token", "token ", "b"] {
        let request = get().with_header("access_token", other);
        assert_eq!(judged(&request, &|call| code(&token, call)), "token.unknown", "{other:?}");
    }
    assert_eq!(judged(&request(), &|call| code(&token, call)), "passed");

    let secret = ClientSecretValidation::new(Lax);
    // Base64 of `App:secret`.
    let request_of_another = get().with_header("authorization", "Basic QXBwOnNlY3JldA==");
    assert_eq!(judged(&request_of_another, &|call| code(&secret, call)), "client.unknown");
    assert_eq!(judged(&request(), &|call| code(&secret, call)), "passed");
}

#[test]
fn an_empty_secret_is_refused_even_where_one_was_kept() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything).with_secret(b""));
    let validation = ClientSecretValidation::new(clients);
    let everything = Resource::from(AnyResource);
    for header in [EMPTY, COLONLESS] {
        let request = PlainRequest::new("GET", "/").with_header("authorization", header);
        let call = Call::new(&request, UnixTime::EPOCH).for_resource(&everything);
        assert_eq!(code(&validation, call), "credential.malformed", "{header}");
    }
}

/// A store of used proofs that does not answer.
struct Away;

impl ReplayStore for Away {
    async fn consume(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        Err(StoreUnavailable("the store is away".into()))
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        self.consume(id, expires, now).await
    }
}

#[test]
fn a_nonce_that_cannot_be_looked_up_admits_nobody() {
    use tollgate::Secret;
    use tollgate::http_signature::{Component, MessageKey, MessageSigningKey, RequestSigner};
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};

    let secret = Secret::new([7; 32]);
    let key = MessageSigningKey::shared_secret(&secret).unwrap();
    let signer = RequestSigner::new("sig1", key, [Component::METHOD]).unwrap();
    let signer = signer.key_id("k1").unwrap().with_nonces();
    let headers = signer.sign(&request(), UnixTime::EPOCH).unwrap();
    let presented =
        headers.lines().fold(request(), |request, (name, value)| request.with_header(name, value));
    let key = MessageKey::shared_secret(&secret).unwrap();
    let keys = SignatureKeys::named([("k1", key)]).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let coverage = Coverage::insecure_only([Component::METHOD]).unwrap();
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        coverage,
    )
    .unwrap();
    assert_eq!(code(&validation, Call::new(&presented, UnixTime::EPOCH)), "passed");
    let once = validation.single_use(Away);
    for call in
        [Call::new(&presented, UnixTime::EPOCH), Call::new(&presented, UnixTime::EPOCH).rehearsed()]
    {
        assert_eq!(code(&once, call), "service.unavailable");
    }
}

#[test]
fn a_proof_is_not_accepted_where_nobody_can_tell_whether_it_was_used() {
    let issuing = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([issuing.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
    let proofs = DpopProofs::new(OwnUrl::external("https://b.example").unwrap(), Away);
    let validation = JwtValidation::new(Element::bearer(), issuer).dpop(proofs);
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap();
    let claims = json!({ "iss": "https://a.example", "aud": "api", "exp": 60,
        "cnf": { "jkt": prover.thumbprint() } });
    let token = issuing.sign_claims(&claims).unwrap();
    let proof = prover.prove("GET", "https://b.example/", &token, UnixTime::EPOCH).unwrap();
    let request = PlainRequest::new("GET", "/")
        .with_header("authorization", format!("DPoP {token}"))
        .with_header("dpop", proof);
    let call = Call::new(&request, UnixTime::EPOCH);
    assert_eq!(code(&validation, call), "service.unavailable");
    assert_eq!(code(&validation, call.rehearsed()), "service.unavailable");
}
