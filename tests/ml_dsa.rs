//! ML-DSA (RFC 9964), which the feature `aws-lc-rs` adds.
#![cfg(feature = "aws-lc-rs")]

use serde_json::{Value, json};
use tollgate::crypto::{KeyError, KeyKind, PrivateKey, PublicKey};
use tollgate::jose::{Algorithm, SigningKey, VerifyingKey, base64url_decode, base64url_encode};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

/// Each kind with its algorithm, the length of its keys, and the end of its object identifier.
const KINDS: [(KeyKind, Algorithm, usize, u8); 3] = [
    (KeyKind::MlDsa44, Algorithm::MlDsa44, 1312, 17),
    (KeyKind::MlDsa65, Algorithm::MlDsa65, 1952, 18),
    (KeyKind::MlDsa87, Algorithm::MlDsa87, 2592, 19),
];

/// PKCS #8 with the seed alone (RFC 9881 section 6).
fn private(arc: u8) -> PrivateKey {
    let algorithm = [0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, arc];
    let key = [&[4, 34, 0x80, 32][..], &[7; 32]].concat();
    let content = [&[2, 1, 0][..], &algorithm, &key].concat();
    let length = u8::try_from(content.len()).unwrap();
    PrivateKey::from_pkcs8_der(&[&[0x30, length][..], &content].concat()).unwrap()
}

/// The key itself, from the end of its `SubjectPublicKeyInfo`, whose PEM is its JSON.
fn encoded(key: &PublicKey, length: usize) -> Vec<u8> {
    let pem: String = serde_json::from_value(serde_json::to_value(key).unwrap()).unwrap();
    assert_eq!(&PublicKey::from_pem(pem.as_bytes()).unwrap(), key);
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
    der[der.len() - length..].to_vec()
}

fn jwk(algorithm: Algorithm, key: &[u8]) -> Value {
    json!({ "kty": "AKP", "alg": algorithm.name(), "pub": base64url_encode(key), "kid": "1" })
}

fn read(jwk: &Value) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_jwk(jwk.to_string().as_bytes())
}

#[test]
fn a_token_is_admitted_under_the_key_that_signed_it() {
    for (kind, algorithm, length, arc) in KINDS {
        let private = private(arc);
        assert_eq!(private.kind(), kind);
        let key = read(&jwk(algorithm, &encoded(private.public_key(), length))).unwrap();
        let keys = tollgate::jose::KeySet::of([key]);
        let issuer = Issuer::new("https://a.example", "api", [algorithm], keys).unwrap();
        let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
            .with(JwtValidation::new(Element::bearer(), issuer))
            .build()
            .unwrap();
        let code = |token: &str| {
            let value = format!("Bearer {token}");
            let request = PlainRequest::new("GET", "/").with_header("authorization", value);
            gate.check_now(&request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
        };
        let claims = br#"{"iss":"https://a.example","aud":"api","exp":1800000060}"#;
        let signer = SigningKey::private(private, algorithm).unwrap().with_id("1");
        let token = signer.sign(claims).unwrap();
        assert_eq!((code(&token), code(&token)), ("admitted", "admitted"), "{algorithm}");

        let (content, signature) = token.rsplit_once('.').unwrap();
        let signature = base64url_decode(signature).unwrap();
        for place in (0..signature.len()).step_by(101) {
            let mut forged = signature.clone();
            forged[place] ^= 1;
            let forged = format!("{content}.{}", base64url_encode(forged));
            assert_eq!(code(&forged), "jwt.signature", "{algorithm} {place}");
        }
        for wrong in [&signature[1..], &signature[..signature.len() - 1], &[]] {
            let forged = format!("{content}.{}", base64url_encode(wrong));
            assert_eq!(code(&forged), "jwt.signature", "{algorithm}");
        }
    }
}

#[test]
fn a_jwk_names_its_algorithm_and_has_a_key_of_its_length() {
    let key = encoded(private(17).public_key(), 1312);
    assert!(read(&jwk(Algorithm::MlDsa44, &key)).is_ok());
    let length = KeyError::Malformed { expected: "an ML-DSA key of the length of its kind" };
    for other in [Algorithm::MlDsa65, Algorithm::MlDsa87] {
        assert_eq!(read(&jwk(other, &key)).err(), Some(length));
    }
    for wrong in [&key[1..], &[&key[..], &[0]].concat(), &[]] {
        assert_eq!(read(&jwk(Algorithm::MlDsa44, wrong)).err(), Some(length));
    }
    let with = |member: &str, value: Value| {
        let mut jwk = jwk(Algorithm::MlDsa44, &key);
        jwk[member] = value;
        read(&jwk).err()
    };
    let mut nameless = jwk(Algorithm::MlDsa44, &key);
    nameless.as_object_mut().unwrap().remove("alg");
    assert_eq!(read(&nameless).err(), Some(KeyError::Jwk { member: "alg" }));
    assert_eq!(with("alg", json!("ES256")), Some(KeyError::Jwk { member: "alg" }));
    assert_eq!(with("pub", json!("AA=")), Some(KeyError::Jwk { member: "pub" }));
    assert_eq!(with("priv", json!("AA")), Some(KeyError::PrivateMember { member: "priv" }));
    assert_eq!(with("use", json!("enc")), Some(KeyError::Jwk { member: "use" }));
}

#[test]
fn a_fresh_key_signs() {
    let key = PrivateKey::generate_ml_dsa_44().unwrap();
    let signer = SigningKey::private(key, Algorithm::MlDsa44).unwrap();
    let keys = tollgate::jose::KeySet::of([signer.verifying_key().clone()]);
    let token = signer.sign(b"payload").unwrap();
    let jws = tollgate::jose::Jws::parse(token.as_bytes()).unwrap();
    assert_eq!(jws.verify(&keys, &[Algorithm::MlDsa44]).unwrap(), b"payload");
}
