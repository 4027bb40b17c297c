//! A token that was revoked is refused at the next call, seen before or not.

use tollgate::crypto::CredentialDigest;
use tollgate::interceptor::Immediate;
use tollgate::jose::{Algorithm, KeySet, SigningKey, base64url_decode, base64url_encode};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{
    ImmediateStore, InMemoryClients, InMemoryGrants, InMemoryRevocations, PresentedToken,
    Revocation, RevocationStore, RevocationsFull, StoreUnavailable,
};
use tollgate::time::Lifetime;
use tollgate::validate::VerifiedTokens;
use tollgate::{
    AccessTokenValidation, Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation,
    PlainRequest, Secret, UnixTime,
};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://a.example";

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

fn key() -> SigningKey {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    SigningKey::hmac(Algorithm::Hs256, &secret).unwrap()
}

fn issuer(name: &str) -> Issuer {
    let keys = KeySet::of([key().verifying_key().clone()]);
    Issuer::new(name, "api", [Algorithm::Hs256], keys).unwrap()
}

fn token(more: &str) -> String {
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"api","exp":{}{more}}}"#, NOW + 60);
    key().sign(claims.as_bytes()).unwrap()
}

const WHOLE: &str = r#","jti":"7","sub":"user","client_id":"app","iat":1799999990"#;

fn code(gate: &Gate<ManualClock, impl Immediate>, request: &PlainRequest) -> &'static str {
    gate.check_now(request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
}

fn bearer(token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
}

fn gate(
    policy: VerifiedTokens,
    revocations: impl RevocationStore + ImmediateStore,
) -> Gate<ManualClock, impl Immediate> {
    let validation = JwtValidation::new(Element::bearer(), issuer(ISSUER))
        .verified_tokens(policy)
        .revocations(revocations);
    Gate::builder(ManualClock::at(at(NOW))).with(validation).build().unwrap()
}

fn id(id: &str) -> Revocation {
    Revocation::Id { issuer: ISSUER.into(), id: id.into() }
}

fn subject(subject: &str, seconds: i64) -> Revocation {
    let instant = at(seconds);
    Revocation::SubjectBefore { issuer: ISSUER.into(), subject: subject.into(), instant }
}

fn client(client: &str, seconds: i64) -> Revocation {
    Revocation::ClientBefore { client: client.into(), instant: at(seconds) }
}

fn of_issuer(issuer: &str, seconds: i64) -> Revocation {
    Revocation::IssuerBefore { issuer: issuer.into(), instant: at(seconds) }
}

/// Each revocation, and whether it is of the token issued 10 s ago.
fn revocations(token: &str) -> Vec<(Revocation, bool)> {
    let (issued, elsewhere) = (NOW - 10, "https://b.example");
    vec![
        (id("7"), true),
        (id("8"), false),
        (Revocation::Id { issuer: elsewhere.into(), id: "7".into() }, false),
        (Revocation::jwt(token.as_bytes()), true),
        (Revocation::jwt(b"another.token."), false),
        (Revocation::opaque(token.as_bytes()), false),
        (subject("user", issued), false),
        (subject("user", issued + 1), true),
        (subject("other", NOW), false),
        (client("app", issued), false),
        (client("app", issued + 1), true),
        (client("other", NOW), false),
        (of_issuer(ISSUER, issued), false),
        (of_issuer(ISSUER, issued + 1), true),
        (of_issuer(elsewhere, NOW), false),
    ]
}

#[test]
fn each_revocation_is_of_what_it_names_alone_and_seen_at_the_next_call() {
    let token = token(WHOLE);
    for policy in [VerifiedTokens::default(), VerifiedTokens::Forgotten] {
        for (revocation, is_of_token) in revocations(&token) {
            let store = InMemoryRevocations::new(10);
            let gate = gate(policy, store.clone());
            assert_eq!(code(&gate, &bearer(&token)), "admitted");
            assert_eq!(code(&gate, &bearer(&token)), "admitted");
            let shown = format!("{revocation:?}");
            store.revoke(revocation, at(NOW + 60)).unwrap();
            let expected = if is_of_token { "token.revoked" } else { "admitted" };
            for _ in 0..2 {
                assert_eq!(code(&gate, &bearer(&token)), expected, "{shown}");
            }
        }
    }
}

#[test]
fn a_token_that_does_not_say_when_it_was_issued_is_before_every_instant() {
    let store = InMemoryRevocations::new(10);
    let gate = gate(VerifiedTokens::default(), store.clone());
    let undated = token(r#","sub":"user""#);
    assert_eq!(code(&gate, &bearer(&undated)), "admitted");
    store.revoke(subject("user", 0), at(NOW + 60)).unwrap();
    assert_eq!(code(&gate, &bearer(&undated)), "token.revoked");
    assert_eq!(code(&gate, &bearer(&token(WHOLE))), "admitted");
}

#[test]
fn grants_are_revoked_by_their_token_and_their_client() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(at(NOW + 60)).starting(at(NOW - 10));
    for token in ["one", "two"] {
        let grant = Grant::new(token.as_bytes(), "app", lifetime);
        grants.add(grant.with_access(Access::Everything));
    }
    let store = InMemoryRevocations::new(10);
    let validation =
        AccessTokenValidation::new(grants.clone(), clients.clone()).revocations(store.clone());
    let alone = Gate::builder(ManualClock::at(at(NOW)))
        .for_resource("orders")
        .with(validation)
        .build()
        .unwrap();
    let oauth = OAuthValidation::opaque(grants, clients)
        .token_rules(|token| Ok(token.revocations(store.clone())))
        .unwrap();
    let oauth =
        Gate::builder(ManualClock::at(at(NOW))).for_resource("orders").with(oauth).build().unwrap();
    let request = |token: &str| {
        let request = PlainRequest::new("GET", "/").with_header("client_id", "app");
        request.with_header("access_token", token)
    };
    let codes = |token: &str| [code(&alone, &request(token)), code(&oauth, &request(token))];
    assert_eq!(codes("one"), ["admitted"; 2]);
    store.revoke(Revocation::Token(CredentialDigest::of(b"one")), at(NOW + 60)).unwrap();
    store.revoke(client("app", NOW - 10), at(NOW + 60)).unwrap();
    assert_eq!(codes("one"), ["token.revoked"; 2]);
    assert_eq!(codes("two"), ["admitted"; 2]);
    store.revoke(client("app", NOW - 9), at(NOW + 60)).unwrap();
    assert_eq!(codes("two"), ["token.revoked"; 2]);
}

#[test]
fn a_jwt_behind_oauth_is_revoked_before_its_owner_is_compared() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let store = InMemoryRevocations::new(10);
    let validation = OAuthValidation::jwt(issuer(ISSUER), clients)
        .token_rules(|token| Ok(token.revocations(store.clone())))
        .unwrap();
    let gate = Gate::builder(ManualClock::at(at(NOW)))
        .for_resource("orders")
        .with(validation)
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/")
        .with_header("client_id", "app")
        .with_header("access_token", token(WHOLE));
    assert_eq!(code(&gate, &request), "admitted");
    store.revoke(id("7"), at(NOW + 60)).unwrap();
    assert_eq!(code(&gate, &request), "token.revoked");
}

#[test]
fn a_full_store_refuses_to_revoke_and_forgets_only_what_no_token_can_match() {
    let store = InMemoryRevocations::new(3);
    assert!(store.is_empty());
    store.revoke(id("1"), at(NOW + 1)).unwrap();
    store.revoke(subject("user", NOW), at(NOW + 2)).unwrap();
    store.revoke(of_issuer(ISSUER, NOW - 20), at(NOW + 3)).unwrap();
    let full = store.revoke(id("2"), at(NOW + 9)).unwrap_err();
    assert_eq!(full, RevocationsFull { limit: 3 });
    assert!(full.to_string().contains("`remove_expired`"));
    // What is kept already takes no room, and the later instants win.
    store.revoke(id("1"), at(NOW)).unwrap();
    store.revoke(of_issuer(ISSUER, NOW - 30), at(NOW)).unwrap();
    assert_eq!(store.len(), 3);
    for (seconds, kept) in [(NOW, 3), (NOW + 1, 2), (NOW + 2, 1), (NOW + 3, 0)] {
        store.remove_expired(UnixTime::from_millis(seconds * 1000 - 1));
        let before = if kept == 3 { 3 } else { kept + 1 };
        assert_eq!(store.len(), before, "{seconds}");
        store.remove_expired(at(seconds));
        assert_eq!(store.len(), kept, "{seconds}");
    }
    store.revoke(Revocation::Token(CredentialDigest::of(b"a")), at(NOW + 9)).unwrap();
    store.revoke(client("app", NOW), at(NOW + 9)).unwrap();
    assert_eq!((store.len(), store.is_empty()), (2, false));
    assert_eq!(format!("{store:?}"), "InMemoryRevocations(2 of 3)");
}

/// A signature (r, s) of ECDSA has a twin (r, n - s), which anyone can make.
#[test]
fn a_jwt_that_is_revoked_is_revoked_under_every_signature() {
    let key = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new(ISSUER, "api", [Algorithm::Es256], keys).unwrap();
    let store = InMemoryRevocations::new(1);
    let validation = JwtValidation::new(Element::bearer(), issuer).revocations(store.clone());
    let gate = Gate::builder(ManualClock::at(at(NOW))).with(validation).build().unwrap();
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"api","exp":{}}}"#, NOW + 60);
    let token = key.sign(claims.as_bytes()).unwrap();
    let twin = twin(&token);
    for one in [&token, &twin] {
        assert_eq!(code(&gate, &bearer(one)), "admitted");
    }
    store.revoke(Revocation::jwt(token.as_bytes()), at(NOW + 90)).unwrap();
    for one in [&token, &twin] {
        assert_eq!(code(&gate, &bearer(one)), "token.revoked");
    }
}

fn twin(token: &str) -> String {
    // The order of P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3).
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
        0x25, 0x51,
    ];
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut signature = base64url_decode(signature).unwrap();
    let mut borrow = 0;
    for (place, order) in ORDER.iter().enumerate().rev() {
        let difference = i16::from(*order) - i16::from(signature[32 + place]) - borrow;
        borrow = i16::from(difference < 0);
        signature[32 + place] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    format!("{signed}.{}", base64url_encode(signature))
}

#[test]
fn a_clock_that_went_back_admits_nothing_that_may_have_been_revoked() {
    let store = InMemoryRevocations::new(10);
    let gate = gate(VerifiedTokens::default(), store.clone());
    let token = token(WHOLE);
    store.revoke(id("7"), at(NOW + 90)).unwrap();
    assert_eq!(code(&gate, &bearer(&token)), "token.revoked");
    store.remove_expired(at(NOW + 3600));
    assert!(store.is_empty());
    assert_eq!(code(&gate, &bearer(&token)), "service.unavailable");
}

/// Answers nothing.
struct Down;

impl RevocationStore for Down {
    async fn is_revoked(&self, _: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        Err(StoreUnavailable("no answer".into()))
    }
}

impl ImmediateStore for Down {}

#[test]
fn a_store_that_cannot_tell_makes_the_call_unavailable() {
    for policy in [VerifiedTokens::default(), VerifiedTokens::Forgotten] {
        let gate = gate(policy, Down);
        for _ in 0..2 {
            assert_eq!(code(&gate, &bearer(&token(WHOLE))), "service.unavailable");
        }
    }
}

#[test]
fn nothing_of_a_token_or_a_revocation_is_printed() {
    let grant = Grant::new(b"marker", "app", Lifetime::unlimited());
    let shown = format!("{:?}", PresentedToken::opaque(&grant));
    assert_eq!(shown, "PresentedToken(redacted)");
    assert_eq!(format!("{:?}", id("marker")), "Revocation(id)");
    assert_eq!(format!("{:?}", subject("marker", 0)), "Revocation(subject)");
}
