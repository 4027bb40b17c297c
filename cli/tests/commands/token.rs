//! `tollgate token`.

use tollgate::Secret;
use tollgate::jose::{Algorithm, SigningKey, base64url_encode};

use crate::run::{AT, ran, snapshot, text, tollgate};

/// A token under the key of `jwks.json`.
pub(crate) fn token(claims: &str) -> String {
    token_of("2026", claims)
}

/// A token under that key, by another name.
pub(crate) fn token_of(id: &str, claims: &str) -> String {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap().with_id(id);
    key.sign(claims.as_bytes()).unwrap()
}

pub(crate) const GOOD: &str = r#"{"iss": "https://issuer.example", "aud": "api", "sub": "user-1",
    "scope": "read", "exp": 1800000600, "iat": 1799999900}"#;

const BAD: &str = r#"{"iss": 7, "aud": "api", "sub": "\u001b[31mred\u202e",
    "exp": 1799996400, "nbf": "soon", "iat": 1800003600}"#;

#[test]
fn a_good_token_is_verified() {
    let input = token(GOOD) + "\n";
    snapshot("token/good", &["token", "-", "--jwks", "jwks.json", AT], input.as_bytes());
    snapshot("token/good-json", &["token", "-", "--json", AT], input.as_bytes());
    let seconds = ["token", "-", "--at=1800000600", "--jwks=jwks.json"];
    snapshot("token/good-in-the-skew", &seconds, input.as_bytes());
}

#[test]
fn the_one_line_break_that_a_shell_adds_is_left_out() {
    for (end, code) in [("", 0), ("\n", 0), ("\r\n", 0), ("\n\n", 1), (" \n", 1), ("\r", 1)] {
        let output = ran(&mut tollgate(&["token", "-", AT]), (token(GOOD) + end).as_bytes());
        assert_eq!(output.status.code(), Some(code), "{end:?}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_token_is_said_at_once() {
    let token = token(BAD);
    let (head, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{head}.AAAA");
    snapshot("token/bad", &["token", "-", "--jwks", "jwks.json", AT], forged.as_bytes());
    snapshot(
        "token/bad-json",
        &["token", "-", "--jwks=jwks.json", "--json", AT],
        forged.as_bytes(),
    );
}

#[test]
fn a_token_that_cannot_be_read_is_shown_as_far_as_it_can() {
    let unsigned = [r#"{"alg":"none"}"#, GOOD].map(base64url_encode).join(".") + ".";
    snapshot("token/unsigned", &["token", "-", AT], unsigned.as_bytes());
    let encrypted = base64url_encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#) + ".AA.AA.AA.AA";
    snapshot("token/encrypted", &["token", "-", AT], encrypted.as_bytes());
    snapshot("token/prefixed", &["token", "Bearer a.b.c", AT], b"");
    snapshot("token/payload", &["token", "-", AT], token("[]").as_bytes());
}

#[test]
fn without_a_token_or_a_key_set_nothing_is_said_of_it() {
    snapshot("token/empty", &["token", "-"], b"\n");
    snapshot("token/missing", &["token"], b"");
    let several = [token(GOOD), token(GOOD)].join("\n");
    snapshot("token/several", &["token", "-"], several.as_bytes());
    let one = format!("{}\r\n\n \n", token(GOOD));
    assert_eq!(ran(&mut tollgate(&["token", "-"]), one.as_bytes()).status.code(), Some(1));
    snapshot("token/no-jwks", &["token", "a.b.c", "--jwks", "nowhere.json"], b"");
    snapshot("token/not-a-jwks", &["token", "a.b.c", "--jwks", "gate.toml"], b"");
    snapshot("token/instant", &["token", "a.b.c", "--at", "tomorrow"], b"");
}

#[test]
fn a_pasted_header_is_refused_without_printing_the_token() {
    let token = token(GOOD);
    let output = ran(&mut tollgate(&["token", "Bearer", &token]), b"");
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.starts_with("error: arguments: there is one more than expected"), "{said}");
    assert!(!said.contains(&token[..8]), "{said}");
}

#[test]
fn the_signature_is_never_printed() {
    let token = token(GOOD);
    let (_, signature) = token.rsplit_once('.').unwrap();
    for arguments in [&["token", "-"][..], &["token", "-", "--json"]] {
        for input in [&token, &format!("{token}.x"), &format!("x{token}")] {
            let output = ran(&mut tollgate(arguments), input.as_bytes());
            for said in [&output.stdout, &output.stderr] {
                assert!(!text(said).contains(&signature[..8]), "{}", text(said));
            }
        }
    }
}
