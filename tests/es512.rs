//! ES512, which the feature `aws-lc-rs` adds.
#![cfg(feature = "aws-lc-rs")]

use serde_json::{Value, json};
use tollgate::crypto::{KeyError, KeyKind, PrivateKey, PublicKey, SignatureAlgorithm};
use tollgate::jose::{Algorithm, Jws, KeySet, SigningKey, VerifyingKey, base64url_encode};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

const PEM: &[u8] = include_bytes!("keys/p521.pem");

fn signer() -> SigningKey {
    SigningKey::from_pem(PEM, Algorithm::Es512).unwrap()
}

/// The uncompressed point: the end of a `SubjectPublicKeyInfo`, whose PEM is its JSON.
fn point() -> Vec<u8> {
    let public = PrivateKey::from_pem(PEM).unwrap().public_key().clone();
    let pem: String = serde_json::from_value(serde_json::to_value(&public).unwrap()).unwrap();
    assert_eq!(PublicKey::from_pem(pem.as_bytes()).unwrap(), public);
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
    der[der.len() - 133..].to_vec()
}

fn jwk() -> Value {
    let point = point();
    let (x, y) = (base64url_encode(&point[1..67]), base64url_encode(&point[67..]));
    json!({ "kty": "EC", "crv": "P-521", "x": x, "y": y })
}

#[test]
fn a_token_of_es512_is_admitted_under_its_key_alone() {
    let key = VerifyingKey::from_jwk(jwk().to_string().as_bytes()).unwrap();
    let keys = KeySet::of([key]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es512], keys).unwrap();
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
        .with(JwtValidation::new(Element::bearer(), issuer))
        .build()
        .unwrap();
    let code = |token: &str| {
        let request =
            PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"));
        gate.check_now(&request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
    };
    let claims = br#"{"iss":"https://a.example","aud":"api","exp":1800000060}"#;
    let token = signer().sign(claims).unwrap();
    for _ in 0..2 {
        assert_eq!(code(&token), "admitted");
    }
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = tollgate::jose::base64url_decode(signature).unwrap();
    assert_eq!(bytes.len(), 132);
    for place in 0..bytes.len() {
        bytes[place] ^= 1;
        let forged = format!("{signed}.{}", base64url_encode(&bytes));
        assert_eq!(code(&forged), "jwt.signature", "{place}");
        bytes[place] ^= 1;
    }
    for wrong in [vec![0; 132], vec![0xff; 132], bytes[1..].to_vec(), Vec::new()] {
        assert_eq!(code(&format!("{signed}.{}", base64url_encode(&wrong))), "jwt.signature");
    }
    let es256 = SigningKey::generate_es256().unwrap().sign(claims).unwrap();
    assert_eq!(code(&es256), "jwt.algorithm_not_allowed");
}

#[test]
fn a_point_of_p_521_has_66_bytes_a_coordinate_and_lies_on_the_curve() {
    let key = PublicKey::p521(&point()).unwrap();
    assert_eq!(key.kind(), KeyKind::P521);
    let mut off = point();
    off[132] ^= 1;
    let mut compressed = point()[..67].to_vec();
    compressed[0] = 2 | (point()[132] & 1);
    for wrong in [off, compressed, point()[1..].to_vec(), point()[..132].to_vec(), Vec::new()] {
        assert_eq!(PublicKey::p521(&wrong), Err(KeyError::Point));
    }
    assert_eq!(PublicKey::p384(&point()), Err(KeyError::Point));
    let mut shortened = jwk();
    shortened["x"] = json!(base64url_encode(&point()[2..67]));
    let refused = VerifyingKey::from_jwk(shortened.to_string().as_bytes()).unwrap_err();
    assert_eq!(refused, KeyError::Point);
    shortened["d"] = json!("AA");
    let refused = VerifyingKey::from_jwk(shortened.to_string().as_bytes()).unwrap_err();
    assert_eq!(refused, KeyError::PrivateMember { member: "d" });
}

#[test]
fn a_key_of_p_521_does_nothing_else() {
    let private = PrivateKey::from_pem(PEM).unwrap();
    for other in [SignatureAlgorithm::EcdsaP384Sha384, SignatureAlgorithm::EcdsaP256Sha256] {
        assert!(private.sign(other, b"message").is_err());
    }
    for other in [Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256] {
        assert!(VerifyingKey::public(private.public_key().clone(), other).is_err());
    }
    let token = signer().sign(b"payload").unwrap();
    let keys = KeySet::of([signer().verifying_key().clone()]);
    let verify = |allowed| Jws::parse(token.as_bytes()).unwrap().verify(&keys, &[allowed]);
    assert!(verify(Algorithm::Es512).is_ok());
    assert!(verify(Algorithm::Es384).is_err());
}
