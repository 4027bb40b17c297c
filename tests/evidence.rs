//! What interceptors establish: seen by later ones, never overwritten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tollgate::gate::{Chain, ImmediateChain};
use tollgate::interceptor::{Evidence, Immediate, Interceptor, interceptor_fn};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, AgentStanding, Claims, Client, Destination, Grant};
use tollgate::rejection::{Checkpoint, Kind};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, Element, Gate, Issuer,
    JwtValidation, ManualClock, PlainRequest, Reason, Rejection, UnixTime,
};

fn client_id() -> ClientIdValidation<InMemoryClients> {
    ClientIdValidation::new(clients())
}

fn secret() -> ClientSecretValidation<InMemoryClients> {
    ClientSecretValidation::new(clients())
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for id in ["x", "y"] {
        clients.add(Client::new(id).with_access(Access::Everything).with_secret(b"secret"));
    }
    clients
}

/// Credentials of one client in all elements at once, the JWT naming it as well.
struct World {
    key: SigningKey,
    grants: InMemoryGrants,
}

impl World {
    fn new() -> Self {
        let grants = InMemoryGrants::new();
        for (token, client) in [("token-x", "x"), ("token-y", "y")] {
            let grant = Grant::new(token.as_bytes(), client, Lifetime::unlimited());
            grants.add(grant.with_access(Access::Everything));
        }
        Self { key: SigningKey::generate_es256().unwrap(), grants }
    }

    fn token(&self) -> AccessTokenValidation<InMemoryGrants, InMemoryClients> {
        AccessTokenValidation::new(self.grants.clone(), clients())
    }

    fn jwt(&self) -> JwtValidation {
        let keys = KeySet::of([self.key.verifying_key().clone()]);
        let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
        JwtValidation::new(Element::header("jwt").unwrap(), issuer)
    }

    /// A request whose elements carry credentials of these clients.
    fn request(&self, id: &str, secret: &str, token: &str, jwt: &str) -> PlainRequest {
        let basic = match secret {
            "x" => "Basic eDpzZWNyZXQ=",
            _ => "Basic eTpzZWNyZXQ=",
        };
        let claims =
            format!(r#"{{"iss":"https://a.example","aud":"api","exp":1000,"client_id":"{jwt}"}}"#);
        PlainRequest::new("GET", "/")
            .with_header("client_id", id)
            .with_header("authorization", basic)
            .with_header("access_token", format!("token-{token}"))
            .with_header("jwt", self.key.sign(claims.as_bytes()).unwrap())
    }
}

/// The code and the element of the refusal of two interceptors in a row, the same in a static
/// gate, a chain and a rehearsal.
fn refusal<A: Immediate + 'static, B: Immediate + 'static>(
    pair: impl Fn() -> (A, B),
    request: &PlainRequest,
) -> Option<(&'static str, String)> {
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    let (first, second) = pair();
    let nested = builder().with(first).with(second).build().unwrap();
    let (first, second) = pair();
    let chain = ImmediateChain::new().with(first).with(second);
    let chained = builder().with(chain).build().unwrap();
    let outcomes = [
        nested.check_now(request).err(),
        nested.rehearse_now(request).err(),
        chained.check_now(request).err(),
    ];
    let [one, two, three] = outcomes.map(|rejection| {
        rejection
            .map(|rejection| (rejection.reason().code(), rejection.element().unwrap().to_string()))
    });
    assert_eq!(one, two);
    assert_eq!(one, three);
    one
}

#[test]
fn two_clients_are_refused_in_every_pair_and_the_later_element_is_blamed() {
    let world = World::new();
    let blamed = |element: &str| Some(("client.mismatch", element.to_owned()));
    let (id, basic) = ("HEADER client_id", "HEADER Authorization");
    let (token, jwt) = ("HEADER access_token", "HEADER jwt");
    let w = &world;

    let other_id = w.request("y", "x", "x", "x");
    assert_eq!(refusal(|| (secret(), client_id()), &other_id), blamed(id));
    assert_eq!(refusal(|| (w.token(), client_id()), &other_id), blamed(id));
    assert_eq!(refusal(|| (w.jwt(), client_id()), &other_id), blamed(id));
    let with_clients = || w.jwt().clients(clients());
    assert_eq!(refusal(|| (with_clients(), client_id()), &other_id), blamed(id));

    let other_secret = w.request("x", "y", "x", "x");
    assert_eq!(refusal(|| (client_id(), secret()), &other_secret), blamed(basic));
    assert_eq!(refusal(|| (w.token(), secret()), &other_secret), blamed(basic));
    assert_eq!(refusal(|| (w.jwt(), secret()), &other_secret), blamed(basic));

    let other_token = w.request("x", "x", "y", "x");
    assert_eq!(refusal(|| (client_id(), w.token()), &other_token), blamed(token));
    assert_eq!(refusal(|| (secret(), w.token()), &other_token), blamed(token));
    assert_eq!(refusal(|| (w.jwt(), w.token()), &other_token), blamed(token));

    let other_jwt = w.request("x", "x", "x", "y");
    assert_eq!(refusal(|| (client_id(), w.jwt()), &other_jwt), blamed(jwt));
    assert_eq!(refusal(|| (secret(), w.jwt()), &other_jwt), blamed(jwt));
    assert_eq!(refusal(|| (w.token(), w.jwt()), &other_jwt), blamed(jwt));

    let agreeing = w.request("x", "x", "x", "x");
    assert_eq!(refusal(|| (client_id(), w.token()), &agreeing), None);
    assert_eq!(refusal(|| (w.token(), w.jwt()), &agreeing), None);
}

#[test]
fn later_interceptors_and_the_host_see_what_was_established() {
    #[derive(Debug, PartialEq)]
    struct Tenant(String);

    let world = World::new();
    let tenant = interceptor_fn("tenant", |call| {
        let client = call.client().expect("established earlier");
        Ok(Evidence::none().with(Tenant(format!("tenant of {}", client.id()))))
    });
    let reader = interceptor_fn("reader", |call| match call.get::<Tenant>() {
        Some(_) if call.claims().is_some() => Ok(Evidence::none()),
        _ => Err(Rejection::new(
            Reason::HostRefused { code: "tenant.unknown", kind: Kind::Forbidden },
            Checkpoint::of("reader"),
        )),
    });
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(Chain::new().with(world.token()).with(world.jwt()).with(tenant))
        .with(reader)
        .build()
        .unwrap();
    let request = world.request("x", "x", "x", "x");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let admission = runtime.block_on(gate.check(&request)).unwrap();
    assert_eq!(admission.client().map(Client::id), Some("x"));
    assert_eq!(admission.grant().map(Grant::client), Some("x"));
    assert_eq!(admission.claims().and_then(|claims| claims.client()), Some("x"));
    assert_eq!(admission.get::<Tenant>(), Some(&Tenant("tenant of x".to_owned())));
    assert_eq!(admission.get::<String>(), None);
}

#[test]
fn undeclared_evidence_that_would_overwrite_is_refused() {
    struct Claimant(World);
    impl Interceptor for Claimant {
        async fn intercept(
            &self,
            call: tollgate::interceptor::Call<'_>,
        ) -> Result<Evidence, Rejection> {
            self.0.token().intercept(call).await
        }
    }
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(Claimant(World::new()))
        .with(Claimant(World::new()))
        .build()
        .unwrap();
    let request = World::new().request("x", "x", "x", "x");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let rejection = runtime.block_on(gate.check(&request)).unwrap_err();
    assert_eq!(rejection.reason().code(), "evidence.conflict");
}

/// Passes with this evidence, as an interceptor of the host that says nothing about itself.
fn establishing(evidence: Evidence) -> impl Immediate + 'static {
    interceptor_fn("host", move |_| Ok(evidence.clone()))
}

fn client(id: &str) -> Evidence {
    Evidence::of_client(Arc::new(Client::new(id)))
}

fn grant(client: &str) -> Arc<Grant> {
    Arc::new(Grant::new(b"token", client, Lifetime::unlimited()))
}

fn claims(client: &str) -> Arc<Claims> {
    let object = json!({ "client_id": client });
    Arc::new(Claims::new(object.as_object().unwrap().clone()))
}

/// The code by which a gate of one interceptor decides, in every way there is to ask it.
fn code_alone(interceptor: impl Fn() -> Evidence) -> &'static str {
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH));
    let request = PlainRequest::new("GET", "/");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let alone = builder().with(establishing(interceptor())).build().unwrap();
    let chain = ImmediateChain::new().with(establishing(interceptor()));
    let chained = builder().with(chain).build().unwrap();
    let harmless = || establishing(Evidence::none());
    let last = builder().with(harmless()).with(establishing(interceptor())).build().unwrap();
    let first = builder().with(establishing(interceptor())).with(harmless()).build().unwrap();
    let outcomes = [
        alone.check_now(&request).map(drop),
        alone.rehearse_now(&request).map(drop),
        runtime.block_on(alone.check(&request)).map(drop),
        runtime.block_on(alone.rehearse(&request)).map(drop),
        chained.check_now(&request).map(drop),
        last.check_now(&request).map(drop),
        first.check_now(&request).map(drop),
    ];
    let codes = outcomes
        .map(|outcome| outcome.map_or_else(|rejection| rejection.reason().code(), |()| "admitted"));
    assert!(codes.iter().all(|code| *code == codes[0]), "{codes:?}");
    codes[0]
}

#[test]
fn evidence_that_names_two_clients_by_itself_is_refused_wherever_it_stands() {
    let mismatch = "client.mismatch";
    assert_eq!(code_alone(|| client("x").with_grant(grant("y"))), mismatch);
    assert_eq!(code_alone(|| client("x").with_claims(claims("y"))), mismatch);
    let without_client = || Evidence::none().with_grant(grant("x")).with_claims(claims("y"));
    assert_eq!(code_alone(without_client), mismatch);
    let third = || client("x").with_grant(grant("x")).with_claims(claims("y"));
    assert_eq!(code_alone(third), mismatch);
    let agreeing = || client("x").with_grant(grant("x")).with_claims(claims("x"));
    assert_eq!(code_alone(agreeing), "admitted");
}

#[test]
fn whatever_names_another_client_than_an_earlier_interceptor_did_is_refused() {
    let code = |first: Evidence, second: Evidence| {
        let chain = |inner: Evidence| ImmediateChain::new().with(establishing(inner));
        let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH));
        let flat = builder()
            .with(establishing(first.clone()))
            .with(establishing(second.clone()))
            .build()
            .unwrap();
        let nested = builder().with(chain(first)).with(chain(second)).build().unwrap();
        let request = PlainRequest::new("GET", "/");
        let [flat, nested] =
            [flat.check_now(&request), nested.check_now(&request)].map(|outcome| {
                outcome.map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
            });
        assert_eq!(flat, nested);
        flat
    };
    let named = |id: &str| {
        [
            client(id),
            Evidence::none().with_grant(grant(id)),
            Evidence::none().with_claims(claims(id)),
        ]
    };
    for earlier in named("x") {
        for later in named("y") {
            assert_eq!(code(earlier.clone(), later), "client.mismatch", "{earlier:?}");
        }
    }
    assert_eq!(code(client("x"), Evidence::none().with_grant(grant("x"))), "admitted");
    assert_eq!(code(client("x"), client("x")), "admitted");
    let granted = || Evidence::none().with_grant(grant("x"));
    assert_eq!(code(granted(), granted()), "evidence.conflict");
    let claimed = || Evidence::none().with_claims(claims("x"));
    assert_eq!(code(claimed(), claimed()), "evidence.conflict");
    let signed = || Evidence::none().with_agents(AgentStanding::Unsigned.into());
    assert_eq!(code(signed(), signed()), "evidence.conflict");
}

#[test]
fn a_contradiction_behind_a_nested_chain_is_refused_at_once_and_blamed_on_its_own_element() {
    let counter = Arc::new(AtomicUsize::new(0));
    let counting = || {
        let counter = Arc::clone(&counter);
        interceptor_fn("counting", move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(Evidence::none())
        })
    };
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH)).for_resource("orders");
    let request = World::new().request("x", "y", "x", "x");

    let flat = builder().with(client_id()).with(secret()).with(counting()).build().unwrap();
    let inner = || ImmediateChain::new().with(secret()).with(counting());
    let nested = builder().with(client_id()).with(inner()).build().unwrap();
    let twice = ImmediateChain::new().with(client_id()).with(ImmediateChain::new().with(inner()));
    let twice = builder().with(twice).build().unwrap();
    for refused in [flat.check_now(&request), nested.check_now(&request), twice.check_now(&request)]
    {
        let rejection = refused.unwrap_err();
        assert_eq!(rejection.reason().code(), "client.mismatch");
        assert_eq!(rejection.element().unwrap().to_string(), "HEADER Authorization");
        assert_eq!(rejection.interceptor(), "client secret validation");
    }
    assert_eq!(counter.load(Ordering::SeqCst), 0);
    assert!(nested.check_now(&World::new().request("x", "x", "x", "x")).is_ok());
    assert_eq!(counter.load(Ordering::SeqCst), 1);
}

#[test]
fn the_earliest_evidence_of_a_type_is_seen_by_interceptors_and_host_alike() {
    let number = |number: u32| establishing(Evidence::none().with(number));
    let expecting = |expected: u32| {
        interceptor_fn("expecting", move |call| {
            assert_eq!(call.get::<u32>(), Some(&expected));
            assert_eq!(call.get::<u64>(), None);
            Ok(Evidence::none())
        })
    };
    let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH));
    let request = PlainRequest::new("GET", "/");

    let flat = builder().with(number(1)).with(number(2)).with(number(3)).with(expecting(1));
    let admission = flat.build().unwrap().check_now(&request).unwrap();
    assert_eq!(admission.get::<u32>(), Some(&1));

    let inner = ImmediateChain::new().with(number(2)).with(number(3)).with(expecting(1));
    let outer = ImmediateChain::new().with(number(1)).with(inner).with(expecting(1));
    let admission = builder().with(outer).build().unwrap().check_now(&request).unwrap();
    assert_eq!(admission.get::<u32>(), Some(&1));

    let both = Evidence::none().with(1_u32).with(2_u32);
    let admission = builder().with(establishing(both)).with(expecting(1)).build().unwrap();
    assert_eq!(admission.check_now(&request).unwrap().get::<u32>(), Some(&1));
}

#[test]
fn later_interceptors_see_every_fact_that_earlier_ones_established() {
    let destination = || Destination::parse("a.example:443").unwrap();
    let facts = move || {
        client("x")
            .with_grant(grant("x"))
            .with_claims(claims("x"))
            .with_destination(destination().into())
            .with_agents(AgentStanding::Unsigned.into())
            .with(7_u8)
    };
    let first = interceptor_fn("first", move |_| Ok(facts()));
    let second = interceptor_fn("second", move |call| {
        assert_eq!(call.client().unwrap().id(), "x");
        assert_eq!(call.grant().unwrap().client(), "x");
        assert_eq!(call.claims().unwrap().client(), Some("x"));
        assert_eq!(call.destination(), Some(&destination()));
        assert_eq!(call.agents(), Some(&AgentStanding::Unsigned));
        assert_eq!(call.get::<u8>(), Some(&7));
        Ok(Evidence::none())
    });
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(first).with(second);
    let admission = gate.build().unwrap().check_now(&PlainRequest::new("GET", "/")).unwrap();
    assert_eq!(admission.destination(), Some(&Destination::parse("a.example:443").unwrap()));
    assert_eq!(admission.agents(), Some(&AgentStanding::Unsigned));
}
