//! Attacks on JWTs, each refused for its exact reason, by a check and by a rehearsal alike.

mod support;

use std::time::Duration;

use jsonwebtoken::{Algorithm as Theirs, EncodingKey};
use serde_json::{Value, json};
use tollgate::crypto::{HmacHash, HmacKey, KeyError, PrivateKey, SignatureAlgorithm};
use tollgate::interceptor::Immediate;
use tollgate::jose::{
    Algorithm, KeySet, SigningKey, VerifyingKey, base64url_decode, base64url_encode,
};
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, Admission, ClientIdValidation, ClientSecretValidation, Element, Gate,
    Issuer, JwtValidation, ManualClock, PlainRequest, Problem, Reason, Rejection, Request, Secret,
    UnixTime,
};

use crate::support::{
    ED25519, OTHER_RSA, OTHER_RSA_PUBLIC, P256_PUBLIC, P384, RSA_PUBLIC, Signer, parts,
};

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const NOW: i64 = 1_800_000_000;

const RS256_HEADER: &str = r#"{"alg":"RS256","kid":"a-rsa"}"#;
const ES256_HEADER: &str = r#"{"alg":"ES256","kid":"a-ec"}"#;

// --- the gate under attack -------------------------------------------------------------------

fn verifying(pem: &str, algorithm: Algorithm, id: &str) -> VerifyingKey {
    VerifyingKey::from_pem(pem.as_bytes(), algorithm).expect("a key").with_id(id)
}

fn issuer_a() -> Issuer {
    let keys = KeySet::of([
        verifying(RSA_PUBLIC, Algorithm::Rs256, "a-rsa"),
        verifying(P256_PUBLIC, Algorithm::Es256, "a-ec"),
    ]);
    Issuer::new(A, "api", [Algorithm::Rs256, Algorithm::Es256], keys).expect("issuer A")
}

fn issuer_b() -> Issuer {
    let keys = KeySet::of([verifying(OTHER_RSA_PUBLIC, Algorithm::Rs256, "b-rsa")]);
    Issuer::new(B, "api", [Algorithm::Rs256], keys).expect("issuer B")
}

fn signer_b() -> Signer {
    Signer::new(OTHER_RSA, SignatureAlgorithm::RsaPkcs1Sha256)
}

fn jwt() -> Element {
    Element::header("jwt").expect("a name")
}

fn validation() -> JwtValidation {
    JwtValidation::new(jwt(), issuer_a()).also_from(issuer_b()).expect("two issuers")
}

fn gate_of<I: Immediate>(interceptor: I) -> Gate<ManualClock, impl Immediate> {
    Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource("orders")
        .with(interceptor)
        .build()
        .expect("a gate")
}

fn gate() -> Gate<ManualClock, impl Immediate> {
    gate_of(validation())
}

/// An issuer A that has these keys and allows these algorithms.
fn gate_with(
    keys: KeySet,
    algorithms: impl IntoIterator<Item = Algorithm>,
) -> Gate<ManualClock, impl Immediate> {
    gate_of(JwtValidation::new(jwt(), Issuer::new(A, "api", algorithms, keys).expect("keys")))
}

/// How a gate decides, which must not depend on whether it only rehearses.
fn decided<I: Immediate>(
    gate: &Gate<ManualClock, I>,
    request: &dyn Request,
) -> Result<Admission, Rejection> {
    let rehearsed = gate.rehearse_now(request).map_err(|refused| refused.reason().clone());
    let checked = gate.check_now(request);
    let reason = checked.as_ref().map_err(|refused| refused.reason().clone());
    assert_eq!(rehearsed.err(), reason.err(), "a rehearsal decides otherwise");
    checked
}

fn outcome<I: Immediate>(gate: &Gate<ManualClock, I>, request: &dyn Request) -> &'static str {
    decided(gate, request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
}

fn code<I: Immediate>(gate: &Gate<ManualClock, I>, token: impl Into<Vec<u8>>) -> &'static str {
    outcome(gate, &PlainRequest::new("GET", "/").with_header("jwt", token))
}

fn claims() -> Value {
    json!({ "iss": A, "aud": "api", "exp": NOW + 60 })
}

/// The claims that pass, with one changed; `null` is a value like any other.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

fn good() -> String {
    claims().to_string()
}

/// A payload that passes except for the text of one claim.
fn with_raw(name: &str, raw: &str) -> String {
    let claims = without(name).to_string();
    format!("{{\"{name}\":{raw},{}", &claims[1..])
}

fn judged_claims(payload: impl AsRef<[u8]>) -> &'static str {
    code(&gate(), Signer::es256().token(ES256_HEADER, payload))
}

fn judged_header(header: impl AsRef<[u8]>) -> &'static str {
    code(&gate(), Signer::es256().token(header, good()))
}

#[test]
fn what_is_under_attack_admits_honest_tokens() {
    assert_eq!(code(&gate(), Signer::rs256().token(RS256_HEADER, good())), "admitted");
    assert_eq!(code(&gate(), Signer::es256().token(ES256_HEADER, good())), "admitted");
    let of_b = with("iss", json!(B)).to_string();
    let header = r#"{"alg":"RS256","kid":"b-rsa"}"#;
    assert_eq!(code(&gate(), signer_b().token(header, of_b)), "admitted");
    let wrong_key = signer_b().token(RS256_HEADER, good());
    assert_eq!(code(&gate(), wrong_key), "jwt.signature");
}

// --- 1 to 6: the algorithm, and keys of the caller's own --------------------------------------

#[test]
fn row_1_unsigned_tokens_are_refused_in_any_spelling_with_and_without_a_third_part() {
    for name in ["none", "None", "noNE", "NONE"] {
        let header = json!({ "alg": name, "kid": "a-ec" }).to_string();
        let signed = Signer::es256().token(&header, good());
        let empty = parts(&header, good(), "");
        let two = empty.trim_end_matches('.').to_owned();
        for token in [signed, empty, two] {
            assert_eq!(code(&gate(), token), "jwt.unsigned", "{name}");
        }
    }
    for name in [" none", "none ", "n\u{f6}ne", ""] {
        let header = json!({ "alg": name }).to_string();
        let unsupported = code(&gate(), parts(&header, good(), ""));
        assert_eq!(unsupported, "jwt.algorithm_unsupported", "{name:?}");
    }
    assert_eq!(code(&gate(), parts("{}", good(), "")), "jwt.malformed");
    for header in [r#"{"alg":null}"#, r#"{"alg":["none"]}"#] {
        assert_eq!(code(&gate(), parts(header, good(), "")), "jwt.header_type", "{header}");
    }
}

#[test]
fn row_2_a_public_key_is_never_a_shared_secret() {
    let pem = RSA_PUBLIC.as_bytes();
    let body: String = RSA_PUBLIC.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64_standard(&body);
    let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(
        &EncodingKey::from_rsa_pem(support::RSA.as_bytes()).expect("a key"),
        Theirs::RS256,
    );
    let jwk = serde_json::to_vec(&jwk.expect("a JWK")).expect("JSON");
    for secret in [pem, pem.trim_ascii_end(), body.as_bytes(), &der, &jwk] {
        for kid in ["a-rsa", "a-ec"] {
            let header = json!({ "alg": "HS256", "kid": kid }).to_string();
            let input = format!("{}.{}", base64url_encode(header), base64url_encode(good()));
            let key = EncodingKey::from_secret(secret);
            let tag = jsonwebtoken::crypto::sign(input.as_bytes(), &key, Theirs::HS256);
            let token = format!("{input}.{}", tag.expect("a tag"));
            assert_eq!(code(&gate(), token.clone()), "jwt.algorithm_not_allowed");
            // Even where an operator allows HMAC beside it, the key does not fit.
            let keys = KeySet::of([verifying(RSA_PUBLIC, Algorithm::Rs256, kid)]);
            let careless = gate_with(keys, [Algorithm::Rs256, Algorithm::Hs256]);
            assert_eq!(code(&careless, token), "jwt.key_mismatch");
        }
    }
}

#[test]
fn row_3_secrets_that_are_public_keys_or_too_short_are_not_a_configuration() {
    for lead in ["", " \r\n\t", "\u{feff}", "# the key of A\n"] {
        let secret = Secret::new(format!("{lead}{RSA_PUBLIC}"));
        let refused = VerifyingKey::hmac(Algorithm::Hs256, &secret).unwrap_err();
        assert_eq!(refused, KeyError::SecretIsEncodedKey, "{lead:?}");
        assert_eq!(SigningKey::hmac(Algorithm::Hs256, &secret).unwrap_err(), refused);
        let k = base64url_encode(secret.expose());
        let jwk = json!({ "kty": "oct", "k": k }).to_string();
        assert_eq!(
            VerifyingKey::from_jwk(jwk.as_bytes()).unwrap_err(),
            KeyError::SecretIsEncodedKey
        );
    }
    let body: String = RSA_PUBLIC.lines().filter(|line| !line.starts_with("-----")).collect();
    let utf16 = RSA_PUBLIC.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let jwk = p256_jwk().to_string().into_bytes();
    let ssh =
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8C a".to_vec();
    for public in [base64_standard(&body), body.into_bytes(), utf16, jwk, ssh] {
        let refused = VerifyingKey::hmac(Algorithm::Hs256, &Secret::new(public)).unwrap_err();
        assert_eq!(refused, KeyError::SecretIsEncodedKey);
    }
    for (algorithm, hash, minimum) in [
        (Algorithm::Hs256, HmacHash::Sha256, 32),
        (Algorithm::Hs384, HmacHash::Sha384, 48),
        (Algorithm::Hs512, HmacHash::Sha512, 64),
    ] {
        for actual in [0, minimum - 1] {
            let secret = Secret::new(vec![7; actual]);
            let short = KeyError::SecretTooShort { minimum, actual };
            assert_eq!(VerifyingKey::hmac(algorithm, &secret).unwrap_err(), short);
            assert_eq!(HmacKey::new(hash, secret.expose()).unwrap_err(), short);
        }
        for enough in [minimum, minimum + 1] {
            assert!(VerifyingKey::hmac(algorithm, &Secret::new(vec![7; enough])).is_ok());
        }
    }
}

#[test]
fn row_4_key_and_algorithm_must_fit() {
    let keys = KeySet::of([
        verifying(RSA_PUBLIC, Algorithm::Rs256, "a-rsa"),
        verifying(P256_PUBLIC, Algorithm::Es256, "a-ec"),
    ]);
    let all = [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::Es384];
    let generous = gate_with(keys, all);
    let ps256 = Signer::new(support::RSA, SignatureAlgorithm::RsaPssSha256);
    let pss = ps256.token(r#"{"alg":"PS256","kid":"a-rsa"}"#, good());
    assert_eq!(code(&generous, pss.clone()), "jwt.key_mismatch");
    assert_eq!(code(&gate(), pss), "jwt.algorithm_not_allowed");
    let es384 = Signer::new(P384, SignatureAlgorithm::EcdsaP384Sha384);
    for signer in [es384, Signer::es256()] {
        let token = signer.token(r#"{"alg":"ES384","kid":"a-ec"}"#, good());
        assert_eq!(code(&generous, token), "jwt.key_mismatch");
    }
    let pinned = VerifyingKey::from_pem(P256_PUBLIC.as_bytes(), Algorithm::Es384);
    assert_eq!(pinned.unwrap_err(), KeyError::AlgorithmMismatch);
    let mut mislabelled = p256_jwk();
    mislabelled["crv"] = json!("P-384");
    let refused = VerifyingKey::from_jwk(mislabelled.to_string().as_bytes());
    assert_eq!(refused.unwrap_err(), KeyError::Point);
}

#[test]
fn row_5_header_members_that_ask_for_more_are_refused() {
    for extra in [
        r#""crit":[]"#,
        r#""crit":["exp"],"exp":1"#,
        r#""crit":null"#,
        r#""crit":"b64""#,
        r#""crit":{}"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""zip":"DEF""#,
        r#""zip":null"#,
    ] {
        let header = format!(r#"{{"alg":"ES256","kid":"a-ec",{extra}}}"#);
        assert_eq!(judged_header(&header), "jwt.header_unsupported", "{extra}");
    }
}

#[test]
fn row_6_keys_and_addresses_in_the_header_are_never_used() {
    let stranger = Signer::stranger();
    let jwk = jwk_of(stranger.key());
    for (kid, expected) in [
        (None, "jwt.signature"),
        (Some("a-ec"), "jwt.signature"),
        (Some("mine"), "jwt.key_unknown"),
    ] {
        for (name, value) in [
            ("jwk", jwk.clone()),
            ("jku", json!("https://attacker.example/keys")),
            ("jku", json!("http://169.254.169.254/latest/meta-data")),
            ("jku", json!("file:///etc/passwd")),
            ("x5u", json!("https://attacker.example/chain.pem")),
            ("x5c", json!(["MIIB"])),
        ] {
            let mut header = json!({ "alg": "ES256" });
            header[name] = value;
            if let Some(kid) = kid {
                header["kid"] = json!(kid);
            }
            let token = stranger.token(header.to_string(), good());
            assert_eq!(code(&gate(), token), expected, "{name} {kid:?}");
            // Beside an honest signature they do no harm.
            if kid != Some("mine") {
                let honest = Signer::es256().token(header.to_string(), good());
                assert_eq!(code(&gate(), honest), "admitted", "{name}");
            }
        }
    }
}

// --- 7 to 10: key ids, issuers, audiences ------------------------------------------------------

#[test]
fn row_7_a_key_id_is_only_ever_compared() {
    let long = "k".repeat(4096);
    for kid in [
        "../../../../dev/null",
        "/proc/self/environ",
        "x' UNION SELECT 'secret' --",
        "https://attacker.example/key",
        "a-ec\0",
        "\0",
        "",
        "A-EC",
        " a-ec",
        "a-ec/../a-ec",
        &long,
    ] {
        let header = json!({ "alg": "ES256", "kid": kid }).to_string();
        assert_eq!(judged_header(&header), "jwt.key_unknown", "{kid:?}");
    }
    let huge = json!({ "alg": "ES256", "kid": "k".repeat(10_240) }).to_string();
    assert_eq!(judged_header(&huge), "credential.too_large");
    for kid in ["1", "null", "[\"a-ec\"]", "{}", "true"] {
        let header = format!(r#"{{"alg":"ES256","kid":{kid}}}"#);
        assert_eq!(judged_header(&header), "jwt.header_type", "{kid}");
    }
}

#[test]
fn row_8_a_token_is_judged_only_under_the_issuer_it_names() {
    let of_b = with("iss", json!(B)).to_string();
    for (kid, payload, expected) in [
        ("a-rsa", &of_b, "jwt.key_unknown"),
        ("a-rsa", &good(), "jwt.signature"),
        ("b-rsa", &good(), "jwt.key_unknown"),
        ("b-rsa", &of_b, "admitted"),
    ] {
        let header = json!({ "alg": "RS256", "kid": kid }).to_string();
        assert_eq!(code(&gate(), signer_b().token(header, payload)), expected, "{kid}");
    }
    // A's own key does not speak for B, under any id or none.
    for header in [RS256_HEADER, r#"{"alg":"RS256","kid":"b-rsa"}"#, r#"{"alg":"RS256"}"#] {
        let refused = code(&gate(), Signer::rs256().token(header, &of_b));
        let expected = if header == RS256_HEADER { "jwt.key_unknown" } else { "jwt.signature" };
        assert_eq!(refused, expected, "{header}");
    }
    // Nor is an algorithm allowed for B because it is for A.
    let es256 = Signer::es256().token(ES256_HEADER, &of_b);
    assert_eq!(code(&gate(), es256), "jwt.algorithm_not_allowed");
}

#[test]
fn row_9_the_issuer_is_one_exact_text() {
    for iss in [json!([A]), json!([A, B]), json!({ "0": A }), json!(1), json!(null), json!(true)] {
        assert_eq!(judged_claims(with("iss", iss.clone()).to_string()), "claim.type", "{iss}");
    }
    for iss in [
        "https://a.example/",
        "https://A.example",
        "HTTPS://a.example",
        "https://a.exampl",
        "https://a.example.attacker.example",
        "xhttps://a.example",
        "https://a.example\0",
        " https://a.example",
        "",
    ] {
        assert_eq!(judged_claims(with("iss", json!(iss)).to_string()), "jwt.issuer", "{iss:?}");
    }
    assert_eq!(judged_claims(without("iss").to_string()), "claim.missing");
}

#[test]
fn row_10_the_audience_is_one_exact_text_among_texts() {
    assert_eq!(judged_claims(without("aud").to_string()), "claim.missing");
    for aud in [json!([]), json!(7), json!(null), json!({}), json!(["api", 7]), json!([["api"]])] {
        assert_eq!(judged_claims(with("aud", aud.clone()).to_string()), "claim.type", "{aud}");
    }
    for aud in [json!("ap"), json!("apis"), json!("API"), json!(""), json!(["ap", "x"])] {
        assert_eq!(judged_claims(with("aud", aud.clone()).to_string()), "jwt.audience", "{aud}");
    }
    assert_eq!(judged_claims(with("aud", json!(["x", "api"])).to_string()), "admitted");
}

// --- 11 to 13: dates ---------------------------------------------------------------------------

#[test]
fn row_11_an_expiry_is_a_number_of_seconds() {
    assert_eq!(judged_claims(without("exp").to_string()), "claim.missing");
    for raw in [
        "\"1800000060\"",
        "-1",
        "9223372036854775808",
        "18446744073709551616",
        "null",
        "true",
        "[1800000060]",
        "{}",
    ] {
        assert_eq!(judged_claims(with_raw("exp", raw)), "claim.type", "{raw}");
    }
    for raw in ["1e400", "-1e400"] {
        assert_eq!(judged_claims(with_raw("exp", raw)), "jwt.malformed", "{raw}");
    }
    for raw in ["1.9e9", "19E8", "1.80000006e+9", "1800000060.0"] {
        assert_eq!(judged_claims(with_raw("exp", raw)), "admitted", "{raw}");
    }
    assert_eq!(judged_claims(with_raw("exp", "1.3e9")), "jwt.expired");
    let then = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_299_999_999)))
        .with(validation())
        .build()
        .expect("a gate");
    let token = Signer::es256().token(ES256_HEADER, with_raw("exp", "1.3e9"));
    assert_eq!(code(&then, token), "admitted");
}

/// A date that lies `millis` after now, as it is written in a token.
fn date(millis: i64) -> String {
    let instant = NOW * 1000 + millis;
    format!("{}.{:03}", instant / 1000, instant % 1000)
}

#[test]
fn row_12_an_expiry_is_exclusive_after_the_skew() {
    for (millis, expected) in [
        (-31_000, "jwt.expired"),
        (-30_001, "jwt.expired"),
        (-30_000, "jwt.expired"),
        (-29_999, "admitted"),
        (-29_000, "admitted"),
        (-1, "admitted"),
        (0, "admitted"),
        (1, "admitted"),
    ] {
        assert_eq!(judged_claims(with_raw("exp", &date(millis))), expected, "{millis} ms");
    }
}

#[test]
fn row_12_not_before_and_issued_at_are_inclusive_before_the_skew() {
    for (name, refused) in [("nbf", "jwt.not_yet_valid"), ("iat", "jwt.issued_in_future")] {
        for (millis, expected) in [
            (-1, "admitted"),
            (0, "admitted"),
            (1, "admitted"),
            (29_000, "admitted"),
            (29_999, "admitted"),
            (30_000, "admitted"),
            (30_001, refused),
            (31_000, refused),
        ] {
            let payload = with_raw(name, &date(millis));
            assert_eq!(judged_claims(payload), expected, "{name} {millis} ms");
        }
    }
}

#[test]
fn row_12_the_boundary_does_not_move_as_the_clock_does() {
    let token = Signer::es256().token(ES256_HEADER, good());
    for (millis, expected) in
        [(89_999, "admitted"), (90_000, "jwt.expired"), (90_001, "jwt.expired")]
    {
        let clock = ManualClock::at(UnixTime::from_millis(NOW * 1000 + millis));
        let gate = Gate::builder(clock).with(validation()).build().expect("a gate");
        assert_eq!(code(&gate, token.clone()), expected, "{millis} ms");
    }
}

#[test]
fn row_12_dates_out_of_four_digit_years_are_no_dates() {
    for name in ["exp", "nbf", "iat"] {
        for raw in ["-1", "-0.001", "253402300800", "253402300799.001"] {
            assert_eq!(judged_claims(with_raw(name, raw)), "claim.type", "{name} {raw}");
        }
    }
    assert_eq!(judged_claims(with_raw("exp", "253402300799")), "admitted");
    assert_eq!(judged_claims(with_raw("exp", "0")), "jwt.expired");
    assert_eq!(judged_claims(with_raw("nbf", "0")), "admitted");
}

#[test]
fn row_13_absurd_spans_are_no_configuration() {
    let problem = |built: Result<JwtValidation, tollgate::ConfigError>| {
        let error = built.unwrap_err();
        assert!(matches!(error.problem(), Problem::OutOfBounds { .. }), "{error}");
        error.field().to_owned()
    };
    for skew in [Duration::from_millis(300_001), Duration::from_secs(301), Duration::MAX] {
        assert_eq!(problem(validation().skew(skew)), "skew");
    }
    for skew in [Duration::ZERO, Duration::from_millis(299_999), Duration::from_secs(300)] {
        assert!(validation().skew(skew).is_ok());
    }
    for lifetime in [Duration::ZERO, Duration::from_micros(999)] {
        assert_eq!(problem(validation().maximum_lifetime(lifetime)), "maximum_lifetime");
    }
    assert!(validation().maximum_lifetime(Duration::from_millis(1)).is_ok());
}

// --- 14 to 20: form ----------------------------------------------------------------------------

#[test]
fn row_14_a_payload_is_an_object() {
    for payload in ["[]", "\"text\"", "1", "null", "true", &format!("[{}]", good())] {
        assert_eq!(judged_claims(payload), "jwt.not_an_object", "{payload}");
        assert_eq!(judged_header(payload), "jwt.not_an_object", "{payload}");
    }
    for payload in ["", " ", "{", "{}{}", "{}x"] {
        assert_eq!(judged_claims(payload), "jwt.malformed", "{payload:?}");
    }
}

#[test]
fn row_15_no_member_appears_twice() {
    let rest = &good()[1..];
    for first in [
        r#""iss":"https://b.example""#,
        r#""is\u0073":"https://b.example""#,
        r#""\u0065xp":1"#,
        r#""x":{"a":1,"a":1}"#,
        r#""x":[{"a":1,"\u0061":1}]"#,
    ] {
        let payload = format!("{{{first},{rest}");
        assert_eq!(judged_claims(&payload), "jwt.duplicate_member", "{payload}");
    }
    for header in [
        r#"{"alg":"none","alg":"ES256","kid":"a-ec"}"#,
        r#"{"alg":"ES256","\u0061lg":"none","kid":"a-ec"}"#,
        r#"{"alg":"ES256","kid":"a-ec","jwk":{"kty":"EC","kty":"EC"}}"#,
    ] {
        assert_eq!(judged_header(header), "jwt.duplicate_member", "{header}");
    }
}

#[test]
fn row_16_base64url_has_one_spelling() {
    let encoded = (base64url_encode(ES256_HEADER), base64url_encode(good()));
    let signer = Signer::es256();
    for to in ["=", "==", " ", "\n", "\r\n", "%3D"] {
        let header = format!("{}{to}", encoded.0);
        let payload = format!("{}{to}", encoded.1);
        let mut longer = signer.sign_parts(&encoded.0, &encoded.1);
        longer.push_str(to);
        for token in [
            signer.sign_parts(&header, &encoded.1),
            signer.sign_parts(&encoded.0, &payload),
            longer,
        ] {
            assert_eq!(code(&gate(), token), "jwt.malformed", "{to:?}");
        }
    }
    for inner in [" ", "\n", "\t", "\0", "+", "/"] {
        let payload = format!("{}{inner}{}", &encoded.1[..8], &encoded.1[8..]);
        let token = signer.sign_parts(&encoded.0, &payload);
        assert_eq!(code(&gate(), token), "jwt.malformed", "{inner:?}");
    }
}

#[test]
fn row_16_bits_that_should_be_zero_are() {
    // Two spare bits in the signature of 64 bytes: its last character has three other spellings.
    let token = Signer::es256().token(ES256_HEADER, good());
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = token.as_bytes()[token.len() - 1];
    let value = alphabet.iter().position(|byte| *byte == last).expect("base64url");
    for spare in 1..4 {
        let mut other = token.clone().into_bytes();
        *other.last_mut().expect("a signature") = alphabet[value | spare];
        assert_eq!(code(&gate(), other), "jwt.malformed");
    }
    // The alphabet of plain base64 where it differs.
    let payload = with("x", json!("\u{3ff}\u{3fe}??>>")).to_string();
    let encoded = base64url_encode(&payload);
    assert!(encoded.contains(['-', '_']), "the payload must need the differing letters");
    let plain = encoded.replace('-', "+").replace('_', "/");
    let header = base64url_encode(ES256_HEADER);
    assert_eq!(code(&gate(), Signer::es256().sign_parts(&header, &encoded)), "admitted");
    assert_eq!(code(&gate(), Signer::es256().sign_parts(&header, &plain)), "jwt.malformed");
}

#[test]
fn row_17_there_are_three_parts() {
    let token = Signer::es256().token(ES256_HEADER, good());
    let two = token.rsplit_once('.').expect("parts").0.to_owned();
    for token in [
        two,
        format!("{token}.e30"),
        format!(".{token}"),
        format!("{token}."),
        format!("{token}.a.b.c"),
        token.replacen('.', "", 2),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        ".".repeat(8192),
        format!(".{}", token.split_once('.').expect("parts").1),
    ] {
        assert_eq!(code(&gate(), token.clone()), "jwt.malformed", "{token:.40}");
    }
    assert_eq!(code(&gate(), ".".repeat(1_000_000)), "credential.too_large");
}

#[test]
fn row_18_encrypted_tokens_are_refused_before_any_key_derivation() {
    for header in [
        r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AA","p2c":1000000000}"#,
        r#"{"alg":"dir","enc":"A256GCM"}"#,
        r#"{"alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF"}"#,
    ] {
        let token = format!("{}.AAAA.AAAA.AAAA.AAAA", base64url_encode(header));
        assert_eq!(code(&gate(), token), "jwt.encrypted", "{header}");
        assert_eq!(
            judged_header(header.replace(",\"zip\":\"DEF\"", "")),
            "jwt.algorithm_unsupported"
        );
    }
}

#[test]
fn row_19_what_is_too_large_is_refused_before_it_is_read() {
    let ten_megabytes = "a".repeat(10_000_000);
    let nested = format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let many: Vec<String> = (0..100_000).map(|n| format!("\"c{n}\":{n}")).collect();
    let many = format!("{{{}}}", many.join(","));
    for token in [
        ten_megabytes.clone(),
        format!("{ten_megabytes}.e30.AA"),
        Signer::es256().token(ES256_HEADER, nested),
        Signer::es256().token(ES256_HEADER, many),
    ] {
        assert_eq!(code(&gate(), token), "credential.too_large");
    }
}

#[test]
fn row_19_what_is_small_and_deep_is_malformed() {
    for depth in [16, 100, 2_900] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(judged_claims(with_raw("x", &nested)), "jwt.malformed", "{depth}");
        let unclosed = "[".repeat(depth);
        assert_eq!(judged_claims(unclosed), "jwt.malformed", "{depth}");
    }
    let nested = format!("{}{}", "[".repeat(15), "]".repeat(15));
    assert_eq!(judged_claims(with_raw("x", &nested)), "admitted");
}

#[test]
fn row_19_the_limit_is_eight_kilobytes_inclusive() {
    let sized = |padding: usize| {
        let payload = with("x", json!("x".repeat(padding))).to_string();
        Signer::es256().token(ES256_HEADER, payload)
    };
    let mut fitting = (5_900..6_100).map(sized).filter(|token| token.len() <= 8192);
    let largest = fitting.next_back().expect("a token that fits");
    assert!(largest.len() > 8188, "{}", largest.len());
    assert_eq!(code(&gate(), largest), "admitted");
    assert_eq!(code(&gate(), "a".repeat(8192)), "jwt.malformed");
    assert_eq!(code(&gate(), "a".repeat(8193)), "credential.too_large");
}

#[test]
fn row_20_text_is_utf_8_and_carried_whole() {
    let rest = &good()[1..];
    for bytes in [&b"\xff"[..], b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        let payload = [b"{\"x\":\"", bytes, b"\",", rest.as_bytes()].concat();
        assert_eq!(judged_claims(payload), "jwt.malformed", "{bytes:?}");
    }
    for escape in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\uD83Dx", r"\u00"] {
        let payload = format!("{{\"x\":\"{escape}\",{rest}");
        assert_eq!(judged_claims(payload), "jwt.malformed", "{escape}");
    }
    let subject = "x\0y\u{1f600}\u{202e}";
    let payload = with("sub", json!(subject)).to_string();
    let token = Signer::es256().token(ES256_HEADER, payload);
    let request = PlainRequest::new("GET", "/").with_header("jwt", token);
    let admission = decided(&gate(), &request).expect("an admission");
    assert_eq!(admission.claims().and_then(|claims| claims.subject()), Some(subject));
    // A text that only begins as the right one is another text.
    for (name, value, expected) in
        [("iss", "https://a.example\0x", "jwt.issuer"), ("aud", "api\0x", "jwt.audience")]
    {
        assert_eq!(judged_claims(with(name, json!(value)).to_string()), expected);
    }
}

// --- 21 to 23: signatures and keys -------------------------------------------------------------

/// The order of P-256 (SEC 2 section 2.4.2).
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[test]
fn row_21_degenerate_ecdsa_signatures_are_refused() {
    let token = Signer::es256().token(ES256_HEADER, good());
    let (input, signature) = token.rsplit_once('.').expect("parts");
    let honest = base64url_decode(signature).expect("base64url");
    let (r, s) = honest.split_at(32);
    let mut before_n = N;
    before_n[31] -= 1;
    let mut one = [0; 32];
    one[31] = 1;
    let edges = [[0; 32], one, before_n, N, [0xff; 32]];
    let mut forged: Vec<Vec<u8>> = vec![Vec::new(), vec![0; 64], der(r, s), [s, r].concat()];
    for edge in &edges {
        forged.push([edge, s].concat());
        forged.push([r, edge].concat());
        forged.extend(edges.iter().map(|other| [&edge[..], other].concat()));
    }
    for length in [1, 32, 63] {
        forged.push(honest[..length].to_vec());
    }
    forged.push([&honest[..], &[0]].concat());
    forged.push([&[0][..], r, &[0], s].concat());
    forged.push(vec![0x7f; 1000]);
    for signature in forged {
        let token = format!("{input}.{}", base64url_encode(&signature));
        assert_eq!(code(&gate(), token), "jwt.signature", "{signature:02x?}");
    }
    assert_eq!(code(&gate(), token.clone()), "admitted");
}

#[test]
fn row_21_degenerate_rsa_signatures_are_refused() {
    let token = Signer::rs256().token(RS256_HEADER, good());
    let (input, signature) = token.rsplit_once('.').expect("parts");
    let honest = base64url_decode(signature).expect("base64url");
    let mut one = vec![0; 256];
    one[255] = 1;
    for signature in [
        Vec::new(),
        vec![0; 256],
        vec![0xff; 256],
        one,
        honest[..255].to_vec(),
        [&honest[..], &[0]].concat(),
        [&[0], &honest[..]].concat(),
    ] {
        let token = format!("{input}.{}", base64url_encode(signature));
        assert_eq!(code(&gate(), token), "jwt.signature");
    }
}

#[test]
fn row_21_weak_ed25519_keys_are_refused_at_import_and_signatures_checked() {
    let point = |x: &[u8]| {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url_encode(x) });
        VerifyingKey::from_jwk(jwk.to_string().as_bytes())
    };
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut signed_identity = identity;
    signed_identity[31] = 0x80;
    let mut not_canonical = [0xff; 32];
    not_canonical[0] = 0xee;
    not_canonical[31] = 0x7f;
    for weak in [identity, signed_identity, [0; 32], not_canonical, [0xff; 32]] {
        assert_eq!(point(&weak).unwrap_err(), KeyError::WeakPoint);
    }
    for length in [0, 31, 33, 57] {
        assert_eq!(point(&vec![9; length]).unwrap_err(), KeyError::Point);
    }

    let signer = Signer::new(ED25519, SignatureAlgorithm::Ed25519);
    let key = VerifyingKey::public(signer.key().public_key().clone(), Algorithm::EdDsa);
    let gate = gate_with(KeySet::of([key.expect("a key")]), [Algorithm::EdDsa]);
    for name in ["EdDSA", "Ed25519"] {
        let token = signer.token(json!({ "alg": name }).to_string(), good());
        assert_eq!(code(&gate, token.clone()), "admitted", "{name}");
        let (input, signature) = token.rsplit_once('.').expect("parts");
        let honest = base64url_decode(signature).expect("base64url");
        // R of the identity with s = 0, cut, extended, and s out of its range.
        let mut high = honest.clone();
        high[63] |= 0xe0;
        for forged in [
            [&identity[..], &[0; 32]].concat(),
            Vec::new(),
            vec![0; 64],
            honest[..63].to_vec(),
            [&honest[..], &[0]].concat(),
            high,
        ] {
            let token = format!("{input}.{}", base64url_encode(forged));
            assert_eq!(code(&gate, token), "jwt.signature", "{name}");
        }
    }
}

#[test]
fn row_22_unusable_keys_are_dropped_each_with_its_reason_and_the_others_serve() {
    let modulus = |bits: usize, last: u8| {
        let mut modulus = vec![0xff; bits / 8];
        modulus[bits / 8 - 1] = last;
        base64url_encode(modulus)
    };
    let rsa = |n: String, e: &[u8]| json!({ "kty": "RSA", "n": n, "e": base64url_encode(e) });
    let changed = |name: &str, value: Value| {
        let mut jwk = p256_jwk();
        jwk[name] = value;
        jwk
    };
    let cases = [
        (rsa(modulus(512, 1), &[1, 0, 1]), KeyError::RsaSize { bits: 512 }),
        (rsa(modulus(1024, 1), &[1, 0, 1]), KeyError::RsaSize { bits: 1024 }),
        (rsa(modulus(16384, 1), &[1, 0, 1]), KeyError::RsaSize { bits: 16384 }),
        (rsa(modulus(2048, 1), &[1]), KeyError::RsaExponent),
        (rsa(modulus(2048, 2), &[1, 0, 1]), KeyError::RsaModulus),
        (changed("crv", json!("P-384")), KeyError::Point),
        (changed("crv", json!("secp256k1")), KeyError::Unsupported),
        (changed("x", json!(base64url_encode([1; 32]))), KeyError::Point),
        (changed("use", json!("enc")), KeyError::Jwk { member: "use" }),
        (changed("key_ops", json!(["sign"])), KeyError::Jwk { member: "key_ops" }),
        (changed("key_ops", json!([])), KeyError::Jwk { member: "key_ops" }),
        (changed("alg", json!("RS256")), KeyError::AlgorithmMismatch),
        (changed("alg", json!("ES256K")), KeyError::Jwk { member: "alg" }),
        (json!({ "kty": "oct", "k": "AAAA" }), KeyError::SymmetricBesideAsymmetric),
    ];
    let mut entries: Vec<Value> = cases.iter().map(|(jwk, _)| jwk.clone()).collect();
    for (index, entry) in entries.iter_mut().enumerate() {
        entry["kid"] = json!(format!("bad-{index}"));
    }
    entries.push(changed("kid", json!("a-ec")));
    let keys = KeySet::from_jwks(json!({ "keys": entries }).to_string().as_bytes()).expect("a set");
    let dropped: Vec<_> = keys.dropped().iter().map(|key| (key.index, key.error)).collect();
    let expected: Vec<_> = cases.iter().map(|(_, error)| *error).enumerate().collect();
    assert_eq!(dropped, expected);

    let gate = gate_with(keys, [Algorithm::Es256, Algorithm::Rs256]);
    assert_eq!(code(&gate, Signer::es256().token(ES256_HEADER, good())), "admitted");
    let header = r#"{"alg":"ES256","kid":"bad-8"}"#;
    assert_eq!(code(&gate, Signer::es256().token(header, good())), "jwt.key_unknown");
}

#[test]
fn row_23_two_keys_that_fit_equally_are_ambiguous() {
    let rsa = |id: Option<&str>| {
        let key = VerifyingKey::from_pem(RSA_PUBLIC.as_bytes(), Algorithm::Rs256).expect("a key");
        id.map_or(key.clone(), |id| key.with_id(id))
    };
    let other = |id| verifying(OTHER_RSA_PUBLIC, Algorithm::Rs256, id);
    let ec = |id| verifying(P256_PUBLIC, Algorithm::Es256, id);
    let both = [Algorithm::Rs256, Algorithm::Es256];
    let named = r#"{"alg":"RS256","kid":"1"}"#;
    let nameless = r#"{"alg":"RS256"}"#;
    for (keys, header, expected) in [
        (vec![rsa(Some("1")), other("1")], named, "jwt.key_ambiguous"),
        (vec![other("1"), rsa(Some("1"))], named, "jwt.key_ambiguous"),
        (vec![rsa(Some("1")), ec("1")], named, "admitted"),
        (vec![rsa(Some("1")), other("2")], named, "admitted"),
        (vec![rsa(Some("1")), other("2")], nameless, "jwt.key_ambiguous"),
        (vec![rsa(None), other("2")], nameless, "jwt.key_ambiguous"),
        (vec![rsa(Some("1")), ec("2")], nameless, "admitted"),
        (vec![rsa(None), other("2")], named, "admitted"),
    ] {
        let gate = gate_with(KeySet::of(keys), both);
        assert_eq!(code(&gate, Signer::rs256().token(header, good())), expected, "{header}");
    }
}

// --- 24 to 26b ---------------------------------------------------------------------------------

#[test]
fn row_24_a_token_is_of_the_required_type() {
    let gate = gate_of(validation().token_type("at+jwt").unwrap());
    for (typ, expected) in [
        (Some("JWT"), "jwt.type"),
        (None, "jwt.type"),
        (Some(""), "jwt.type"),
        (Some("at+jwt "), "jwt.type"),
        (Some("application/x/at+jwt"), "jwt.type"),
        (Some("text/at+jwt"), "jwt.type"),
        (Some("at+jwt"), "admitted"),
        (Some("AT+JWT"), "admitted"),
        (Some("application/AT+JWT"), "admitted"),
    ] {
        let mut header = json!({ "alg": "ES256", "kid": "a-ec" });
        if let Some(typ) = typ {
            header["typ"] = json!(typ);
        }
        let token = Signer::es256().token(header.to_string(), good());
        assert_eq!(code(&gate, token), expected, "{typ:?}");
    }
    let mut id_token = with("nonce", json!("n"));
    id_token["azp"] = json!("mobile-app");
    let header = r#"{"alg":"ES256","kid":"a-ec","typ":"JWT"}"#;
    assert_eq!(code(&gate, Signer::es256().token(header, id_token.to_string())), "jwt.type");
}

#[test]
fn row_25_a_jws_serialised_as_json_is_no_token() {
    let token = Signer::es256().token(ES256_HEADER, good());
    let three: Vec<&str> = token.split('.').collect();
    let flattened = json!({ "protected": three[0], "payload": three[1], "signature": three[2] });
    let dotted = json!({
        "protected": three[0], "payload": three[1], "signature": three[2],
        "header": { "kid": "one.two.three@four.five" },
    });
    let general = json!({
        "payload": three[1],
        "signatures": [{ "protected": three[0], "signature": three[2] }],
    });
    for json in [flattened, dotted, general] {
        assert_eq!(code(&gate(), json.to_string()), "jwt.malformed", "{json}");
    }
}

#[test]
fn row_26_a_bound_token_serves_its_holder_only() {
    let certificate = b"the DER of a certificate".to_vec();
    let thumbprint = base64url_encode(tollgate::crypto::sha256(&certificate));
    let bound = json!({ "x5t#S256": thumbprint });
    let judged = |confirmation: &Value, peer: Option<&[u8]>| {
        let payload = with("cnf", confirmation.clone()).to_string();
        let token = Signer::es256().token(ES256_HEADER, payload);
        let request = PlainRequest::new("GET", "/").with_header("jwt", token);
        match peer {
            Some(der) => outcome(&gate(), &request.with_peer_certificate(der)),
            None => outcome(&gate(), &request),
        }
    };
    assert_eq!(judged(&bound, Some(&certificate)), "admitted");
    assert_eq!(judged(&bound, Some(b"another")), "possession.wrong");
    assert_eq!(judged(&bound, Some(b"")), "possession.wrong");
    assert_eq!(judged(&bound, None), "possession.missing");
    for wrong in ["", "AAAA", &format!("{thumbprint}="), &thumbprint.to_uppercase()] {
        let confirmation = json!({ "x5t#S256": wrong });
        assert_eq!(judged(&confirmation, Some(&certificate)), "possession.wrong", "{wrong}");
    }
    for other in [
        json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        json!({ "x5t#S256": thumbprint, "jkt": "x" }),
        json!({ "x5t#S256": [thumbprint] }),
        json!({ "x5t#s256": thumbprint }),
        json!({ "jwk": {} }),
        json!({}),
    ] {
        assert_eq!(judged(&other, Some(&certificate)), "possession.unsupported", "{other}");
    }
    for no_object in [json!(thumbprint), json!(null), json!([bound])] {
        assert_eq!(judged(&no_object, Some(&certificate)), "claim.type", "{no_object}");
    }
}

#[test]
fn row_26a_every_pair_of_interceptors_must_mean_one_client() {
    let clients = InMemoryClients::new();
    for id in ["x", "y"] {
        clients.add(Client::new(id).with_access(Access::only(["orders"])).with_secret(b"secret"));
    }
    let grants = InMemoryGrants::new();
    for id in ["x", "y"] {
        let lifetime = Lifetime::until(UnixTime::from_seconds(NOW + 60));
        let token = format!("token-of-{id}");
        grants
            .add(Grant::new(token.as_bytes(), id, lifetime).with_access(Access::only(["orders"])));
    }
    let by_id = || ClientIdValidation::new(clients.clone());
    let by_secret = || ClientSecretValidation::new(clients.clone());
    let by_token = || AccessTokenValidation::new(grants.clone(), clients.clone());
    let by_jwt = || validation().clients(clients.clone());
    // `x:secret` and `y:secret`.
    let basic = |id: &str| if id == "x" { "Basic eDpzZWNyZXQ=" } else { "Basic eTpzZWNyZXQ=" };
    let request = |first: [&str; 4]| {
        let payload = with("client_id", json!(first[3])).to_string();
        PlainRequest::new("GET", "/")
            .with_header("client_id", first[0])
            .with_header("authorization", basic(first[1]))
            .with_header("access_token", format!("token-of-{}", first[2]))
            .with_header("jwt", Signer::es256().token(ES256_HEADER, payload))
    };
    macro_rules! pairs {
        ($([$first:expr, $second:expr, $clients:expr],)+) => {$({
            let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
                .for_resource("orders")
                .with($first)
                .with($second)
                .build()
                .expect("a gate");
            assert_eq!(outcome(&gate, &request(["x"; 4])), "admitted", stringify!($first, $second));
            let refused = decided(&gate, &request($clients)).unwrap_err();
            assert_eq!(refused.reason(), &Reason::ClientMismatch, stringify!($first, $second));
            assert_eq!(
                refused.interceptor(),
                tollgate::interceptor::Interceptor::describe(&$second).checkpoint().name(),
            );
        })+};
    }
    let id = ["y", "x", "x", "x"];
    let secret = ["x", "y", "x", "x"];
    let token = ["x", "x", "y", "x"];
    let jwt = ["x", "x", "x", "y"];
    pairs! {
        [by_id(), by_secret(), secret],
        [by_id(), by_token(), token],
        [by_id(), by_jwt(), jwt],
        [by_id(), validation(), jwt],
        [by_secret(), by_id(), id],
        [by_secret(), by_token(), token],
        [by_secret(), by_jwt(), jwt],
        [by_secret(), validation(), jwt],
        [by_token(), by_id(), id],
        [by_token(), by_secret(), secret],
        [by_token(), by_jwt(), jwt],
        [by_token(), validation(), jwt],
        [by_jwt(), by_id(), id],
        [by_jwt(), by_secret(), secret],
        [by_jwt(), by_token(), token],
        [validation(), by_id(), id],
        [validation(), by_secret(), secret],
        [validation(), by_token(), token],
    }
}

#[test]
fn row_26a_client_id_and_authorised_party_name_one_client() {
    let mut payload = with("client_id", json!("x"));
    payload["azp"] = json!("y");
    assert_eq!(judged_claims(payload.to_string()), "client.mismatch");
    payload["azp"] = json!("x");
    assert_eq!(judged_claims(payload.to_string()), "admitted");
}

#[test]
fn row_26b_one_odd_key_does_not_spoil_the_set() {
    let changed = |name: &str, value: Value| {
        let mut jwk = p256_jwk();
        jwk["kid"] = json!("odd");
        jwk[name] = value;
        jwk
    };
    for odd in [
        changed("kid", json!(1)),
        changed("use", json!(5)),
        changed("key_ops", json!("verify")),
        changed("alg", json!(256)),
        changed("kty", json!(["EC"])),
        changed("kty", json!("XX")),
        changed("x", json!(7)),
        changed("x", json!("***")),
        json!(null),
        json!([]),
        json!("key"),
        json!({}),
    ] {
        let mut good_key = p256_jwk();
        good_key["kid"] = json!("a-ec");
        let document = json!({ "keys": [odd, good_key] }).to_string();
        let keys = KeySet::from_jwks(document.as_bytes()).expect("a set");
        assert_eq!((keys.keys().len(), keys.dropped().len()), (1, 1), "{odd}");
        let gate = gate_with(keys, [Algorithm::Es256]);
        assert_eq!(code(&gate, Signer::es256().token(ES256_HEADER, good())), "admitted", "{odd}");
        let unnamed = Signer::es256().token(r#"{"alg":"ES256","kid":"odd"}"#, good());
        assert_eq!(code(&gate, unnamed), "jwt.key_unknown", "{odd}");
    }
}

// --- helpers -----------------------------------------------------------------------------------

fn p256_jwk() -> Value {
    jwk_of(Signer::es256().key())
}

/// The public point of a P-256 key as a JWK.
fn jwk_of(key: &PrivateKey) -> Value {
    let pem = serde_json::to_value(key.public_key()).expect("a PEM text");
    let pem = pem.as_str().expect("a PEM text");
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64_standard(&body);
    let (x, y) = der[der.len() - 64..].split_at(32);
    json!({ "kty": "EC", "crv": "P-256", "x": base64url_encode(x), "y": base64url_encode(y) })
}

fn base64_standard(text: &str) -> Vec<u8> {
    let url = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    base64url_decode(url).expect("base64")
}

/// An ECDSA signature as X.509 has it (RFC 3279 section 2.2.3).
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let sign = usize::from(number[0] >= 0x80);
        let length = u8::try_from(number.len() + sign).expect("a short number");
        [&[2, length], &[0][..sign], number].concat()
    };
    let numbers = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(numbers.len()).expect("short")], &numbers[..]].concat()
}
