//! Tokens that a validator remembers are judged as if it had never seen them.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use tollgate::certificate::Certificate;
use tollgate::crypto::sha256;
use tollgate::interceptor::Immediate;
use tollgate::jose::{Algorithm, KeySet, RotatingKeys, SigningKey, base64url_encode};
use tollgate::record::{Access, Client, Scopes};
use tollgate::store::InMemoryClients;
use tollgate::validate::{RememberedFigures, RememberedTokens, VerifiedTokens};
use tollgate::{
    Clock, ConfigError, Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation,
    PlainRequest, Secret, UnixTime,
};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://a.example";

fn hmac(secret: &str) -> SigningKey {
    SigningKey::hmac(Algorithm::Hs256, &Secret::new(format!("{secret:-<32}"))).unwrap()
}

fn keys<'k>(keys: impl IntoIterator<Item = &'k SigningKey>) -> KeySet {
    KeySet::of(keys.into_iter().map(|key| key.verifying_key().clone()))
}

fn issuer(keys: impl Into<RotatingKeys>) -> Issuer {
    let algorithms = [Algorithm::Hs256, Algorithm::EdDsa];
    Issuer::new(ISSUER, "api", algorithms, keys).unwrap()
}

fn jwt(keys: impl Into<RotatingKeys>) -> JwtValidation {
    JwtValidation::new(Element::bearer(), issuer(keys)).skew(Duration::ZERO).unwrap()
}

fn request(token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
}

fn claims(more: &str) -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":"api","exp":{}{more}}}"#, NOW + 60)
}

fn code<C: Clock, I: Immediate>(gate: &Gate<C, I>, request: &PlainRequest) -> &'static str {
    gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

fn figures(remembered: &RememberedTokens) -> (u64, u64, u64, usize) {
    let RememberedFigures { hits, misses, evictions, size, .. } = remembered.figures();
    (hits, misses, evictions, size)
}

#[test]
fn a_token_that_comes_again_is_remembered_and_counted() {
    let key = hmac("a");
    let validation = jwt(keys([&key]));
    let remembered = validation.remembered_tokens();
    let gate = gate(validation).build().unwrap();
    let request = request(&key.sign(claims("").as_bytes()).unwrap());
    assert_eq!(figures(&remembered), (0, 0, 0, 0));
    for hits in 0..3 {
        assert_eq!(code(&gate, &request), "admitted");
        assert_eq!(figures(&remembered), (hits, 1, 0, 1));
    }
}

fn gate<I: Immediate>(validation: I) -> tollgate::gate::GateBuilder<ManualClock, I> {
    Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW))).with(validation)
}

#[test]
fn a_key_that_is_removed_stops_verifying_remembered_tokens_at_once() {
    let (old, new) = (hmac("old").with_id("1"), hmac("new").with_id("2"));
    let rotating = RotatingKeys::new(keys([&old]));
    let validation = jwt(rotating.clone());
    let remembered = validation.remembered_tokens();
    let gate = gate(validation).build().unwrap();
    let request = request(&old.sign(claims("").as_bytes()).unwrap());
    assert_eq!(code(&gate, &request), "admitted");
    assert_eq!(code(&gate, &request), "admitted");

    rotating.rotate(keys([&new, &old]));
    assert_eq!(code(&gate, &request), "admitted");
    assert_eq!(figures(&remembered), (1, 2, 0, 1), "verified anew under the new set");
    assert_eq!(code(&gate, &request), "admitted");

    rotating.rotate(keys([&new]));
    for _ in 0..2 {
        assert_eq!(code(&gate, &request), "jwt.key_unknown");
    }
    rotating.rotate(keys([&hmac("other").with_id("1")]));
    assert_eq!(code(&gate, &request), "jwt.signature");
}

#[test]
fn gates_that_share_what_is_remembered_judge_by_their_own_rules() {
    let key = hmac("a");
    let shared = jwt(keys([&key]));
    let request = request(&key.sign(claims(r#","scope":"read""#).as_bytes()).unwrap());
    let admits = gate(shared.clone()).build().unwrap();
    for _ in 0..2 {
        assert_eq!(code(&admits, &request), "admitted");
    }
    let remembered = shared.remembered_tokens();
    let scoped = gate(shared.clone().scopes(Scopes::of(["write"]))).build().unwrap();
    let typed = gate(shared.clone().token_type("at+jwt").unwrap()).build().unwrap();
    let lacking = gate(shared.clone().required_claim("roles")).build().unwrap();
    let brief = shared.clone().maximum_lifetime(Duration::from_secs(1)).unwrap();
    let brief = gate(brief).build().unwrap();
    for (gate, expected) in [
        (&scoped, "token.scope"),
        (&typed, "jwt.type"),
        (&lacking, "claim.missing"),
        (&brief, "claim.missing"),
    ] {
        assert_eq!(code(&admits, &request), "admitted");
        let hits = remembered.figures().hits;
        assert_eq!(code(gate, &request), expected);
        assert_eq!(remembered.figures().hits, hits + 1, "the token was remembered");
        assert_eq!(code(gate, &request), expected);
    }
    for _ in 0..2 {}
    assert_eq!(code(&admits, &request), "admitted");
}

#[test]
fn gates_that_share_what_is_remembered_judge_by_their_own_issuers() {
    let pem = include_bytes!("certificates/signer-ed25519.key.pem");
    let other = SigningKey::from_pem(pem, Algorithm::EdDsa).unwrap();
    let key = hmac("a");
    let set = keys([&key, &other]);
    let first = Issuer::new("https://first.example", "api", [Algorithm::EdDsa], keys([&other]));
    let shared = JwtValidation::new(Element::bearer(), first.unwrap());
    let also_from = |name, audience, algorithm| {
        let issuer = Issuer::new(name, audience, [algorithm], set.clone()).unwrap();
        gate(shared.clone().also_from(issuer).unwrap()).build().unwrap()
    };
    let request = request(&key.sign(claims("").as_bytes()).unwrap());
    let admits = also_from(ISSUER, "api", Algorithm::Hs256);
    for (other, expected) in [
        (also_from("https://b.example", "api", Algorithm::Hs256), "jwt.issuer"),
        (also_from(ISSUER, "api", Algorithm::EdDsa), "jwt.algorithm_not_allowed"),
        (also_from(ISSUER, "other", Algorithm::Hs256), "jwt.audience"),
    ] {
        assert_eq!(code(&admits, &request), "admitted");
        assert_eq!(code(&other, &request), expected);
        assert_eq!(code(&other, &request), expected);
    }
}

#[test]
fn the_same_document_again_forgets_nothing() {
    let document = |kid: &str| {
        let secret = base64url_encode([7; 32]);
        format!(r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"{kid}","k":"{secret}"}}]}}"#)
    };
    let key = SigningKey::hmac(Algorithm::Hs256, &Secret::new([7; 32])).unwrap();
    let set = |kid| KeySet::from_jwks(document(kid).as_bytes()).unwrap();
    let rotating = RotatingKeys::new(set("1"));
    let validation = jwt(rotating.clone());
    let remembered = validation.remembered_tokens();
    let gate = gate(validation).build().unwrap();
    let request = request(&key.sign(claims("").as_bytes()).unwrap());
    assert_eq!(code(&gate, &request), "admitted");
    assert!(!rotating.rotate(set("1")));
    assert_eq!(code(&gate, &request), "admitted");
    assert_eq!(figures(&remembered), (1, 1, 0, 1));
    assert!(rotating.rotate(set("2")));
    assert_eq!(code(&gate, &request), "admitted");
    assert_eq!(figures(&remembered), (1, 2, 0, 1));
}

#[test]
fn every_date_is_judged_at_each_call_to_the_millisecond() {
    let key = hmac("a");
    let clock = ManualClock::at(UnixTime::from_seconds(NOW));
    let gate = Gate::builder(&clock).with(jwt(keys([&key]))).build().unwrap();
    let dates = format!(r#","nbf":{},"iat":{}"#, NOW - 60, NOW - 90);
    let request = request(&key.sign(claims(&dates).as_bytes()).unwrap());
    assert_eq!(code(&gate, &request), "admitted");
    for (millis, expected) in [
        ((NOW + 60) * 1000 - 1, "admitted"),
        ((NOW + 60) * 1000, "jwt.expired"),
        ((NOW + 60) * 1000 - 1, "admitted"),
        ((NOW - 60) * 1000, "admitted"),
        ((NOW - 60) * 1000 - 1, "jwt.not_yet_valid"),
        ((NOW - 60) * 1000, "admitted"),
        ((NOW - 90) * 1000 - 1, "jwt.not_yet_valid"),
        (NOW * 1000, "admitted"),
    ] {
        clock.set(UnixTime::from_millis(millis));
        assert_eq!(code(&gate, &request), expected, "{millis}");
        assert_eq!(code(&gate, &request), expected, "{millis}");
    }
}

#[test]
fn a_token_that_differs_in_one_bit_is_another() {
    let key = hmac("a");
    let gate = gate(jwt(keys([&key]))).build().unwrap();
    let token = key.sign(claims("").as_bytes()).unwrap();
    assert_eq!(code(&gate, &request(&token)), "admitted");
    for place in 0..token.len() {
        for bit in 0..8 {
            let mut other = token.clone().into_bytes();
            other[place] ^= 1 << bit;
            let value = [b"Bearer ".as_slice(), &other].concat();
            let other = PlainRequest::new("GET", "/").with_header("authorization", value);
            assert_ne!(code(&gate, &other), "admitted", "{place} {bit}");
        }
    }
    for length in 0..token.len() {
        assert_ne!(code(&gate, &request(&token[..length])), "admitted", "{length}");
    }
    assert_ne!(code(&gate, &request(&format!("{token}A"))), "admitted");
    assert_eq!(code(&gate, &request(&token)), "admitted");
}

#[test]
fn nothing_that_was_refused_is_remembered() {
    let (key, stranger) = (hmac("a"), hmac("stranger"));
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let validation = jwt(keys([&key]));
    let remembered = validation.remembered_tokens();
    let validation = validation.clients(clients.clone());
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource("orders")
        .with(validation)
        .build()
        .unwrap();
    let signed =
        |key: &SigningKey, more: &str| request(&key.sign(claims(more).as_bytes()).unwrap());
    let garbage = (0..50).map(|id| signed(&stranger, &format!(r#","jti":"{id}""#)));
    for refused in garbage.chain([
        signed(&key, ""),
        signed(&key, r#","client_id":"nobody""#),
        signed(&key, r#","client_id":"app","azp":"other""#),
        signed(&key, r#","client_id":"app","nbf":1900000000"#),
        request("a.b.c"),
    ]) {
        assert_ne!(code(&gate, &refused), "admitted");
        assert_eq!(remembered.figures().size, 0);
    }
    let good = signed(&key, r#","client_id":"app""#);
    assert_eq!(code(&gate, &good), "admitted");
    assert_eq!(remembered.figures().size, 1);

    clients.revoke("app");
    assert_eq!(code(&gate, &good), "client.revoked");
    assert_eq!(remembered.figures().size, 0);
    assert_eq!(code(&gate, &good), "client.revoked");
}

#[test]
fn memory_is_bounded_by_the_policy() {
    let key = hmac("a");
    for (policy, most) in [
        (VerifiedTokens::Remembered { at_most: 64 }, 64),
        (VerifiedTokens::Remembered { at_most: 1 }, 1),
        (VerifiedTokens::Remembered { at_most: 0 }, 0),
        (VerifiedTokens::Forgotten, 0),
    ] {
        let validation = jwt(keys([&key])).verified_tokens(policy);
        let remembered = validation.remembered_tokens();
        let gate = gate(validation).build().unwrap();
        for id in 0..1000 {
            let token = key.sign(claims(&format!(r#","jti":"{id}""#)).as_bytes()).unwrap();
            assert_eq!(code(&gate, &request(&token)), "admitted");
        }
        let (hits, misses, evictions, size) = figures(&remembered);
        assert!(size <= most, "{policy:?}: {size}");
        let met = if most == 0 { 0 } else { 1000 };
        assert_eq!((hits, misses), (0, met), "{policy:?}");
        assert_eq!(evictions + u64::try_from(size).unwrap(), met, "{policy:?}");
    }
}

#[test]
fn a_rehearsal_neither_asks_nor_adds() {
    let key = hmac("a");
    let validation = jwt(keys([&key]));
    let remembered = validation.remembered_tokens();
    let gate = gate(validation).build().unwrap();
    let request = request(&key.sign(claims("").as_bytes()).unwrap());
    assert!(gate.rehearse_now(&request).is_ok());
    assert_eq!(figures(&remembered), (0, 0, 0, 0));
    assert_eq!(code(&gate, &request), "admitted");
    assert!(gate.rehearse_now(&request).is_ok());
    assert_eq!(figures(&remembered), (0, 1, 0, 1));
}

#[test]
fn a_token_behind_oauth_is_remembered_for_its_owner_only() {
    let key = hmac("a");
    let clients = InMemoryClients::new();
    for id in ["app", "other"] {
        clients.add(Client::new(id).with_access(Access::Everything));
    }
    let mut remembered = None;
    let rules = |token: JwtValidation| -> Result<_, ConfigError> {
        remembered = Some(token.remembered_tokens());
        Ok(token)
    };
    let validation = OAuthValidation::jwt(issuer(keys([&key])), clients).token_rules(rules);
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource("orders")
        .with(validation.unwrap())
        .build()
        .unwrap();
    let token = key.sign(claims(r#","client_id":"app""#).as_bytes()).unwrap();
    let by = |client: &str| {
        PlainRequest::new("GET", "/")
            .with_header("client_id", client)
            .with_header("access_token", token.as_str())
    };
    let remembered = remembered.unwrap();
    assert_eq!(code(&gate, &by("other")), "client.mismatch");
    assert_eq!(remembered.figures().size, 0);
    for _ in 0..2 {
        assert_eq!(code(&gate, &by("app")), "admitted");
        assert_eq!(code(&gate, &by("other")), "client.mismatch");
    }
}

#[test]
fn a_remembered_token_needs_its_proof_of_possession_each_time() {
    let key = hmac("a");
    let gate = gate(jwt(keys([&key]))).build().unwrap();
    let thumbprint = base64url_encode(sha256(b"holder"));
    let bound = format!(r#","cnf":{{"x5t#S256":"{thumbprint}"}}"#);
    let request = || request(&key.sign(claims(&bound).as_bytes()).unwrap());
    for _ in 0..2 {
        assert_eq!(code(&gate, &request().with_peer_certificate("holder")), "admitted");
        assert_eq!(code(&gate, &request().with_peer_certificate("thief")), "possession.wrong");
        assert_eq!(code(&gate, &request()), "possession.missing");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Check { token: usize, certificate: usize },
    Move { millis: i64 },
    Revoke { client: usize },
    Restore { client: usize },
    Rotate { sets: usize },
}

const CLIENTS: [&str; 2] = ["one", "two"];
const PEERS: [&str; 2] = ["holder", "thief"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..8_usize, 0..3_usize)
            .prop_map(|(token, certificate)| Step::Check { token, certificate }),
        2 => select(vec![-61_000, -30_000, -1, 1, 999, 1_000, 30_000, 60_000, 320_000_000_000, -320_000_000_000])
            .prop_map(|millis| Step::Move { millis }),
        1 => (0..2_usize).prop_map(|client| Step::Revoke { client }),
        1 => (0..2_usize).prop_map(|client| Step::Restore { client }),
        1 => (0..4_usize).prop_map(|sets| Step::Rotate { sets }),
    ]
}

fn tokens(certified: &SigningKey, other: &SigningKey) -> Vec<String> {
    let thumbprint = base64url_encode(sha256(b"holder"));
    let payloads = [
        claims(r#","client_id":"one""#).replace(&(NOW + 60).to_string(), "2200000000"),
        claims(r#","client_id":"two","nbf":1799999970"#),
        claims(&format!(r#","client_id":"one","cnf":{{"x5t#S256":"{thumbprint}"}}"#)),
        claims(r#","client_id":"two","iat":1800000030"#),
    ];
    let sign =
        |key: &SigningKey| payloads.each_ref().map(|payload| key.sign(payload.as_bytes()).unwrap());
    [sign(certified), sign(other)].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Two gates that differ in their memory alone take every step alike.
    #[test]
    fn a_memory_changes_no_verdict(steps in prop::collection::vec(step(), 1..60)) {
        let pem = include_bytes!("certificates/signer-ed25519.key.pem");
        let certified = SigningKey::from_pem(pem, Algorithm::EdDsa).unwrap().with_id("certified");
        let other = hmac("other").with_id("other");
        let impostor = hmac("impostor").with_id("other");
        let sets = [
            keys([&certified, &other]),
            keys([&certified]),
            keys([&certified, &impostor]),
            keys([&other, &certified]),
        ];
        let certificate = include_bytes!("certificates/signer-ed25519.pem");
        let clock = ManualClock::at(UnixTime::from_seconds(NOW));
        let rotating = RotatingKeys::new(sets[0].clone());
        let clients = InMemoryClients::new();
        let restore = |id: usize| {
            clients.remove(CLIENTS[id]);
            clients.add(Client::new(CLIENTS[id]).with_access(Access::Everything));
        };
        restore(0);
        restore(1);
        let gate = |policy| {
            let issuer = issuer(rotating.clone())
                .certificates([Certificate::from_pem(certificate).unwrap()])
                .unwrap();
            let validation = JwtValidation::new(Element::bearer(), issuer)
                .verified_tokens(policy)
                .clients(clients.clone());
            Gate::builder(&clock).for_resource("orders").with(validation).build().unwrap()
        };
        let remembering = gate(VerifiedTokens::Remembered { at_most: 3 });
        let forgetting = gate(VerifiedTokens::Forgotten);
        let tokens = tokens(&certified, &other);
        for step in steps {
            match step {
                Step::Check { token, certificate } => {
                    let request = match PEERS.get(certificate) {
                        Some(peer) => request(&tokens[token]).with_peer_certificate(*peer),
                        None => request(&tokens[token]),
                    };
                    let verdict = |result: Result<tollgate::Admission, tollgate::Rejection>| {
                        result.map(|admission| admission.claims().cloned()).map_err(|rejection| rejection.reason().clone())
                    };
                    let (one, other) = (remembering.check_now(&request), forgetting.check_now(&request));
                    prop_assert_eq!(verdict(one), verdict(other));
                }
                Step::Move { millis } => {
                    clock.set(UnixTime::from_millis(clock.now().as_millis() + millis));
                }
                Step::Revoke { client } => {
                    clients.revoke(CLIENTS[client]);
                }
                Step::Restore { client } => restore(client),
                Step::Rotate { sets: set } => {
                    rotating.rotate(sets[set].clone());
                }
            }
        }
    }
}
