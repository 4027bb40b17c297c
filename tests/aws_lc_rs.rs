//! ES512 (RFC 7518) and ML-DSA (RFC 9964), which the feature `aws-lc-rs` adds.
#![cfg(feature = "aws-lc-rs")]

use serde_json::{Value, json};
use tollgate::crypto::{KeyError, KeyKind, PrivateKey, PublicKey, SignatureAlgorithm};
use tollgate::jose::{
    Algorithm, Jws, KeySet, SigningKey, VerifyingKey, base64url_decode, base64url_encode,
};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

const CLAIMS: &[u8] = br#"{"iss":"https://a.example","aud":"api","exp":1800000060}"#;

/// What comes of a token, where the issuer has this key of this algorithm alone.
fn judged_under(key: VerifyingKey, algorithm: Algorithm) -> impl Fn(&str) -> &'static str {
    let issuer = Issuer::new("https://a.example", "api", [algorithm], KeySet::of([key])).unwrap();
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
        .with(JwtValidation::new(Element::bearer(), issuer))
        .build()
        .unwrap();
    move |token| {
        let value = format!("Bearer {token}");
        let request = PlainRequest::new("GET", "/").with_header("authorization", value);
        gate.check_now(&request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
    }
}

/// The key itself, from the end of its `SubjectPublicKeyInfo`, whose PEM is its JSON.
fn encoded(key: &PublicKey, length: usize) -> Vec<u8> {
    let pem: String = serde_json::from_value(serde_json::to_value(key).unwrap()).unwrap();
    assert_eq!(&PublicKey::from_pem(pem.as_bytes()).unwrap(), key);
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
    der[der.len() - length..].to_vec()
}

fn read(jwk: &Value) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_jwk(jwk.to_string().as_bytes())
}

// --- ES512 --------------------------------------------------------------------------------------

const PEM: &[u8] = include_bytes!("keys/p521.pem");

fn signer() -> SigningKey {
    SigningKey::from_pem(PEM, Algorithm::Es512).unwrap()
}

/// The uncompressed point.
fn point() -> Vec<u8> {
    encoded(PrivateKey::from_pem(PEM).unwrap().public_key(), 133)
}

fn ec_jwk() -> Value {
    let point = point();
    let (x, y) = (base64url_encode(&point[1..67]), base64url_encode(&point[67..]));
    json!({ "kty": "EC", "crv": "P-521", "x": x, "y": y })
}

#[test]
fn a_token_of_es512_is_admitted_under_its_key_alone() {
    let code = judged_under(read(&ec_jwk()).unwrap(), Algorithm::Es512);
    let token = signer().sign(CLAIMS).unwrap();
    for _ in 0..2 {
        assert_eq!(code(&token), "admitted");
    }
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = base64url_decode(signature).unwrap();
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
    let es256 = SigningKey::generate_es256().unwrap().sign(CLAIMS).unwrap();
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
    let mut shortened = ec_jwk();
    shortened["x"] = json!(base64url_encode(&point()[2..67]));
    let refused = read(&shortened).err();
    assert_eq!(refused, Some(KeyError::Point));
    shortened["d"] = json!("AA");
    let refused = read(&shortened).err();
    assert_eq!(refused, Some(KeyError::PrivateMember { member: "d" }));
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

// --- ML-DSA -------------------------------------------------------------------------------------

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

fn akp_jwk(algorithm: Algorithm, key: &[u8]) -> Value {
    json!({ "kty": "AKP", "alg": algorithm.name(), "pub": base64url_encode(key), "kid": "1" })
}

#[test]
fn a_token_of_ml_dsa_is_admitted_under_the_key_that_signed_it() {
    for (kind, algorithm, length, arc) in KINDS {
        let private = private(arc);
        assert_eq!(private.kind(), kind);
        let key = read(&akp_jwk(algorithm, &encoded(private.public_key(), length))).unwrap();
        let code = judged_under(key, algorithm);
        let signer = SigningKey::private(private, algorithm).unwrap().with_id("1");
        let token = signer.sign(CLAIMS).unwrap();
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
fn a_jwk_of_ml_dsa_names_its_algorithm_and_has_a_key_of_its_length() {
    let key = encoded(private(17).public_key(), 1312);
    assert!(read(&akp_jwk(Algorithm::MlDsa44, &key)).is_ok());
    let length = KeyError::Malformed { expected: "an ML-DSA key of the length of its kind" };
    for other in [Algorithm::MlDsa65, Algorithm::MlDsa87] {
        assert_eq!(read(&akp_jwk(other, &key)).err(), Some(length));
    }
    for wrong in [&key[1..], &[&key[..], &[0]].concat(), &[]] {
        assert_eq!(read(&akp_jwk(Algorithm::MlDsa44, wrong)).err(), Some(length));
    }
    let with = |member: &str, value: Value| {
        let mut jwk = akp_jwk(Algorithm::MlDsa44, &key);
        jwk[member] = value;
        read(&jwk).err()
    };
    let mut nameless = akp_jwk(Algorithm::MlDsa44, &key);
    nameless.as_object_mut().unwrap().remove("alg");
    assert_eq!(read(&nameless).err(), Some(KeyError::Jwk { member: "alg" }));
    assert_eq!(with("alg", json!("ES256")), Some(KeyError::Jwk { member: "alg" }));
    assert_eq!(with("pub", json!("AA=")), Some(KeyError::Jwk { member: "pub" }));
    assert_eq!(with("priv", json!("AA")), Some(KeyError::PrivateMember { member: "priv" }));
    assert_eq!(with("use", json!("enc")), Some(KeyError::Jwk { member: "use" }));
}
