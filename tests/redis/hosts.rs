//! What one host revokes, the next check of another refuses: JWTs that it remembers included.

use tollgate::crypto::CredentialDigest;
use tollgate::interceptor::Interceptor;
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client, Grant};
use tollgate::redis::RedisStore;
use tollgate::store::Revocation;
use tollgate::time::Lifetime;
use tollgate::validate::VerifiedTokens;
use tollgate::{
    AccessTokenValidation, Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation,
    PlainRequest, Secret, UnixTime,
};

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, builder, code, host};

const ISSUER: &str = "https://a.example";

fn key() -> SigningKey {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    SigningKey::hmac(Algorithm::Hs256, &secret).unwrap()
}

fn jwt(policy: VerifiedTokens, store: RedisStore) -> Gate<ManualClock, impl Interceptor + use<>> {
    let keys = KeySet::of([key().verifying_key().clone()]);
    let issuer = Issuer::new(ISSUER, "api", [Algorithm::Hs256], keys).unwrap();
    let validation = JwtValidation::new(Element::bearer(), issuer);
    let validation = validation.verified_tokens(policy).revocations(store);
    builder().with(validation).build().unwrap()
}

/// A token that no other test and no other turn has.
fn token(turn: usize, issued: &str) -> String {
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"api","exp":{},"jti":"{turn}","sub":"user-{turn}",
            "client_id":"app-{turn}"{issued}}}"#,
        NOW + 60
    );
    key().sign(claims.as_bytes()).unwrap()
}

fn bearer(token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
}

/// Each revocation, and whether it is of the token of this turn, which was issued 10 s ago.
fn revocations(turn: usize, token: &str) -> Vec<(Revocation, bool)> {
    let elsewhere = "https://b.example";
    let id = |issuer: &str, id: usize| Revocation::Id {
        issuer: issuer.into(),
        id: id.to_string().into(),
    };
    let subject = |issuer: &str, number: usize, instant: UnixTime| {
        let subject = format!("user-{number}").into();
        Revocation::SubjectBefore { issuer: issuer.into(), subject, instant }
    };
    let client = |number: usize, instant: UnixTime| {
        let client = format!("app-{number}").into();
        Revocation::ClientBefore { client, instant }
    };
    let of_issuer =
        |issuer: &str, instant| Revocation::IssuerBefore { issuer: issuer.into(), instant };
    let (at_issue, after) = (at(NOW - 10), at(NOW - 9));
    vec![
        (id(ISSUER, turn + 1_000), false),
        (id(elsewhere, turn), false),
        (Revocation::Token(CredentialDigest::of(b"another")), false),
        (subject(ISSUER, turn, at_issue), false),
        (subject(ISSUER, turn + 1_000, after), false),
        (subject(elsewhere, turn, after), false),
        (client(turn, at_issue), false),
        (client(turn + 1_000, after), false),
        (of_issuer(elsewhere, after), false),
        (of_issuer(ISSUER, at_issue), false),
        (id(ISSUER, turn), true),
        (Revocation::jwt(token.as_bytes()), true),
        (subject(ISSUER, turn, after), true),
        (client(turn, after), true),
        (of_issuer(ISSUER, after), true),
    ]
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_jwt_that_one_host_revokes_is_refused_by_the_next_check_of_another() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    for policy in [VerifiedTokens::default(), VerifiedTokens::Forgotten] {
        let gate = jwt(policy, other.clone());
        let count = revocations(0, "").len();
        for turn in 0..count {
            redis::cmd("FLUSHALL").exec(&mut server.connection()).unwrap();
            let token = token(turn, &format!(r#","iat":{}"#, NOW - 10));
            let request = bearer(&token);
            for _ in 0..2 {
                assert_eq!(code(&gate, &request).await, "admitted", "{turn}");
            }
            let (revocation, is_of_token) = revocations(turn, &token).swap_remove(turn);
            one.revoke(revocation, at(NOW + 60)).await.unwrap();
            let expected = if is_of_token { "token.revoked" } else { "admitted" };
            for _ in 0..2 {
                assert_eq!(code(&gate, &request).await, expected, "{turn}");
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_token_that_does_not_say_when_it_was_issued_is_before_every_instant() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    let gate = jwt(VerifiedTokens::default(), other);
    let (dated, undated) = (token(1, &format!(r#","iat":{}"#, NOW - 10)), token(1, ""));
    assert_eq!(code(&gate, &bearer(&undated)).await, "admitted");
    let (issuer, subject) = (ISSUER.into(), "user-1".into());
    let revocation = Revocation::SubjectBefore { issuer, subject, instant: at(0) };
    one.revoke(revocation, at(NOW + 60)).await.unwrap();
    assert_eq!(code(&gate, &bearer(&undated)).await, "token.revoked");
    assert_eq!(code(&gate, &bearer(&dated)).await, "admitted");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_client_or_grant_that_one_host_revokes_is_refused_by_the_next_check_of_another() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    let validation = AccessTokenValidation::new(other.clone(), other.clone());
    let alone = builder().with(validation.revocations(other.clone())).build().unwrap();
    let oauth = OAuthValidation::opaque(other.clone(), other.clone())
        .token_rules(|token| Ok(token.revocations(other.clone())))
        .unwrap();
    let oauth = builder().with(oauth).build().unwrap();
    let request = |token: &str| {
        let request = PlainRequest::new("GET", "/").with_header("client_id", "app");
        request.with_header("access_token", token)
    };
    one.add_client(Client::new("app").with_access(Access::Everything)).await.unwrap();
    let lifetime = Lifetime::until(at(NOW + 60)).starting(at(NOW - 10));
    for token in ["first", "second", "third"] {
        let grant = Grant::new(token.as_bytes(), "app", lifetime);
        one.add_grant(grant.with_access(Access::Everything)).await.unwrap();
        assert_eq!(code(&alone, &request(token)).await, "admitted");
        assert_eq!(code(&oauth, &request(token)).await, "admitted");
    }
    assert_eq!(one.revoke_grant(b"first").await, Ok(true));
    assert_eq!(code(&alone, &request("first")).await, "token.revoked");
    assert_eq!(code(&oauth, &request("first")).await, "token.revoked");
    let of_token = Revocation::Token(CredentialDigest::of(b"second"));
    one.revoke(of_token, at(NOW + 60)).await.unwrap();
    assert_eq!(code(&alone, &request("second")).await, "token.revoked");
    assert_eq!(code(&oauth, &request("second")).await, "token.revoked");
    assert_eq!(code(&alone, &request("third")).await, "admitted");
    assert_eq!(one.revoke_client("app").await, Ok(true));
    assert_eq!(code(&alone, &request("third")).await, "client.revoked");
    assert_eq!(code(&oauth, &request("third")).await, "client.revoked");
}
