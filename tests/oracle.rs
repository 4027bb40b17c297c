//! An independent implementation as the judge: whatever tollgate admits, `jsonwebtoken` must
//! verify too, and whatever `jsonwebtoken` signs, tollgate must verify.

mod support;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm as Theirs, DecodingKey, EncodingKey, Header};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tollgate::crypto::{HmacHash, HmacKey, SignatureAlgorithm};
use tollgate::jose::{Algorithm, Jws, KeySet, VerifyingKey, base64url_decode, base64url_encode};

use crate::support::{
    ED25519, ED25519_PUBLIC, P256, P256_PUBLIC, P384, P384_PUBLIC, RSA, RSA_PUBLIC, Signer,
};

const SECRET: &[u8] = b"sixty-four bytes, so that the one secret is enough for any hash.";

/// Tokens that tollgate may admit although the judge does not: the algorithm, and the reason.
const EXCEPTIONS: [(Theirs, &str); 0] = [];

const ALGORITHMS: [(Algorithm, Theirs); 12] = [
    (Algorithm::Hs256, Theirs::HS256),
    (Algorithm::Hs384, Theirs::HS384),
    (Algorithm::Hs512, Theirs::HS512),
    (Algorithm::Es256, Theirs::ES256),
    (Algorithm::Es384, Theirs::ES384),
    (Algorithm::EdDsa, Theirs::EdDSA),
    (Algorithm::Rs256, Theirs::RS256),
    (Algorithm::Rs384, Theirs::RS384),
    (Algorithm::Rs512, Theirs::RS512),
    (Algorithm::Ps256, Theirs::PS256),
    (Algorithm::Ps384, Theirs::PS384),
    (Algorithm::Ps512, Theirs::PS512),
];

/// Where RSA begins in [`ALGORITHMS`]: slow without optimisation, so it gets fewer cases.
const FIRST_RSA: usize = 6;

const NAMES: [&str; 18] = [
    "HS256", "HS384", "HS512", "ES256", "ES384", "EdDSA", "Ed25519", "RS256", "RS384", "RS512",
    "PS256", "PS384", "PS512", "none", "None", "ES512", "es256", "",
];

/// One key a family, not pinned to an algorithm, so that a changed `alg` meets a key that fits.
static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let key = |theirs, key: EncodingKey| {
        let jwk = Jwk::from_encoding_key(&key, theirs).expect("a JWK");
        let mut jwk = serde_json::to_value(jwk).expect("JSON");
        jwk.as_object_mut().expect("an object").remove("alg");
        VerifyingKey::from_jwk(jwk.to_string().as_bytes()).expect("a key")
    };
    let families = [Theirs::HS256, Theirs::ES256, Theirs::ES384, Theirs::EdDSA, Theirs::RS256];
    KeySet::of(families.map(|theirs| key(theirs, encoding_key(theirs))))
});

static SIGNERS: LazyLock<Vec<Mint>> =
    LazyLock::new(|| ALGORITHMS.iter().map(|(_, theirs)| mint(*theirs)).collect());

/// Signs with tollgate's own seam, which is fast even without optimisation.
enum Mint {
    Hmac(Box<HmacKey>),
    Signature(Box<Signer>),
}

impl Mint {
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Hmac(key) => key.sign(message),
            Self::Signature(signer) => signer.signature(message),
        }
    }
}

fn mint(theirs: Theirs) -> Mint {
    let hmac = |hash| Mint::Hmac(Box::new(HmacKey::new(hash, SECRET).expect("a secret")));
    let method = match theirs {
        Theirs::HS256 => return hmac(HmacHash::Sha256),
        Theirs::HS384 => return hmac(HmacHash::Sha384),
        Theirs::HS512 => return hmac(HmacHash::Sha512),
        Theirs::ES256 => SignatureAlgorithm::EcdsaP256Sha256,
        Theirs::ES384 => SignatureAlgorithm::EcdsaP384Sha384,
        Theirs::EdDSA => SignatureAlgorithm::Ed25519,
        Theirs::RS256 => SignatureAlgorithm::RsaPkcs1Sha256,
        Theirs::RS384 => SignatureAlgorithm::RsaPkcs1Sha384,
        Theirs::RS512 => SignatureAlgorithm::RsaPkcs1Sha512,
        Theirs::PS256 => SignatureAlgorithm::RsaPssSha256,
        Theirs::PS384 => SignatureAlgorithm::RsaPssSha384,
        Theirs::PS512 => SignatureAlgorithm::RsaPssSha512,
        other => panic!("{other:?} is none of those that are compared"),
    };
    Mint::Signature(Box::new(Signer::new(private_pem(theirs).expect("a private key"), method)))
}

fn private_pem(theirs: Theirs) -> Option<&'static str> {
    match theirs {
        Theirs::HS256 | Theirs::HS384 | Theirs::HS512 => None,
        Theirs::ES256 => Some(P256),
        Theirs::ES384 => Some(P384),
        Theirs::EdDSA => Some(ED25519),
        _ => Some(RSA),
    }
}

fn encoding_key(theirs: Theirs) -> EncodingKey {
    let Some(pem) = private_pem(theirs) else { return EncodingKey::from_secret(SECRET) };
    match theirs {
        Theirs::ES256 | Theirs::ES384 => EncodingKey::from_ec_pem(pem.as_bytes()),
        Theirs::EdDSA => EncodingKey::from_ed_pem(pem.as_bytes()),
        _ => EncodingKey::from_rsa_pem(pem.as_bytes()),
    }
    .expect("a key")
}

fn decoding_key(theirs: Theirs) -> DecodingKey {
    match theirs {
        Theirs::HS256 | Theirs::HS384 | Theirs::HS512 => Ok(DecodingKey::from_secret(SECRET)),
        Theirs::ES256 => DecodingKey::from_ec_pem(P256_PUBLIC.as_bytes()),
        Theirs::ES384 => DecodingKey::from_ec_pem(P384_PUBLIC.as_bytes()),
        Theirs::EdDSA => DecodingKey::from_ed_pem(ED25519_PUBLIC.as_bytes()),
        _ => DecodingKey::from_rsa_pem(RSA_PUBLIC.as_bytes()),
    }
    .expect("a key")
}

/// Whether the judge verifies the token under the algorithm that its header names.
fn judge_verifies(token: &[u8]) -> bool {
    let token = str::from_utf8(token).expect("an admitted token is ASCII");
    let (input, signature) = token.rsplit_once('.').expect("three parts");
    let (header, _) = input.split_once('.').expect("three parts");
    let header: Value =
        serde_json::from_slice(&base64url_decode(header).expect("base64url")).expect("JSON");
    let name = header["alg"].as_str().expect("`alg`");
    // The judge does not know the newer name.
    let name = if name == "Ed25519" { "EdDSA" } else { name };
    let theirs: Theirs = name.parse().expect("an algorithm that is supported");
    EXCEPTIONS.iter().any(|(excepted, _)| *excepted == theirs)
        || jsonwebtoken::crypto::verify(signature, input.as_bytes(), &decoding_key(theirs), theirs)
            .expect("a key that fits")
}

fn admitted(token: &[u8]) -> Option<Vec<u8>> {
    let allowed = ALGORITHMS.map(|(ours, _)| ours);
    Jws::parse(token).and_then(|jws| jws.verify(&KEYS, &allowed)).ok()
}

/// What is done to the parts before they are signed; without it everything below only ever meets
/// wrong signatures.
#[derive(Clone, Debug)]
enum Forging {
    Honest,
    Algorithm(&'static str),
    Member(&'static str, Value),
    HeaderFlip(Index, u8),
    HeaderPadding,
}

/// What is done to the token after that.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Replace(Index, u8),
    Truncate(Index),
    Append(Vec<u8>),
    Swap(usize, usize),
    Drop(usize),
    Pad(usize, usize),
    Algorithm(&'static str),
    Member(&'static str, Value),
}

fn member() -> impl Strategy<Value = (&'static str, Value)> {
    let names = vec!["typ", "kid", "x", "jwk", "jku", "x5c", "crit", "b64", "zip", "alg"];
    let values = vec![json!("x"), json!(null), json!(["exp"]), json!({"kty": "oct"}), json!(false)];
    (select(names), select(values))
}

fn forging() -> impl Strategy<Value = Forging> {
    prop_oneof![
        4 => Just(Forging::Honest),
        3 => select(NAMES.to_vec()).prop_map(Forging::Algorithm),
        3 => member().prop_map(|(name, value)| Forging::Member(name, value)),
        1 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Forging::HeaderFlip(at, bit)),
        1 => Just(Forging::HeaderPadding),
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        6 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        2 => any::<Index>().prop_map(Mutation::Truncate),
        2 => prop::collection::vec(any::<u8>(), 1..4).prop_map(Mutation::Append),
        1 => (0..3_usize, 0..3_usize).prop_map(|(one, other)| Mutation::Swap(one, other)),
        1 => (0..3_usize).prop_map(Mutation::Drop),
        2 => (0..3_usize, 1..3_usize).prop_map(|(part, signs)| Mutation::Pad(part, signs)),
        2 => select(NAMES.to_vec()).prop_map(Mutation::Algorithm),
        2 => member().prop_map(|(name, value)| Mutation::Member(name, value)),
    ]
}

fn algorithm() -> impl Strategy<Value = usize> {
    prop_oneof![9 => 0..FIRST_RSA, 1 => FIRST_RSA..ALGORITHMS.len()]
}

fn forged(algorithm: usize, payload: &[u8], forging: &Forging) -> Vec<u8> {
    let (ours, _) = ALGORITHMS[algorithm];
    let honest = json!({ "alg": ours.name() }).to_string();
    let encoded = match forging {
        Forging::Honest => base64url_encode(honest),
        Forging::Algorithm(name) => base64url_encode(json!({ "alg": name }).to_string()),
        Forging::Member(name, value) => base64url_encode(inserted(&honest, name, value)),
        Forging::HeaderFlip(at, bit) => {
            let mut bytes = honest.into_bytes();
            flip(&mut bytes, *at, *bit);
            base64url_encode(bytes)
        }
        Forging::HeaderPadding => format!("{}=", base64url_encode(honest)),
    };
    let input = format!("{encoded}.{}", base64url_encode(payload));
    let signature = SIGNERS[algorithm].sign(input.as_bytes());
    format!("{input}.{}", base64url_encode(signature)).into_bytes()
}

fn inserted(header: &str, name: &str, value: &Value) -> String {
    let rest = header.strip_prefix('{').expect("an object");
    format!("{{\"{name}\":{value},{rest}")
}

fn flip(bytes: &mut [u8], at: Index, bit: u8) {
    if !bytes.is_empty() {
        bytes[at.index(bytes.len())] ^= 1 << bit;
    }
}

fn mutated(token: Vec<u8>, mutation: &Mutation) -> Vec<u8> {
    let mut token = token;
    match mutation {
        Mutation::Flip(at, bit) => flip(&mut token, *at, *bit),
        Mutation::Replace(at, byte) if !token.is_empty() => {
            let at = at.index(token.len());
            token[at] = *byte;
        }
        Mutation::Truncate(at) => token.truncate(at.index(token.len() + 1)),
        Mutation::Append(bytes) => token.extend(bytes),
        _ => return mutated_parts(&token, mutation),
    }
    token
}

fn mutated_parts(token: &[u8], mutation: &Mutation) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = token.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect();
    let last = parts.len() - 1;
    match mutation {
        Mutation::Swap(one, other) => parts.swap(*one.min(&last), *other.min(&last)),
        Mutation::Drop(part) => drop(parts.remove(*part.min(&last))),
        Mutation::Pad(part, signs) => parts[*part.min(&last)].extend(vec![b'='; *signs]),
        Mutation::Algorithm(name) => {
            parts[0] = base64url_encode(json!({ "alg": name }).to_string()).into_bytes();
        }
        Mutation::Member(name, value) => {
            let header =
                base64url_decode(&parts[0]).and_then(|bytes| String::from_utf8(bytes).ok());
            let header = header.unwrap_or_else(|| "{}".to_owned());
            if header.starts_with('{') {
                parts[0] = base64url_encode(inserted(&header, name, value)).into_bytes();
            }
        }
        _ => {}
    }
    parts.join(&b'.')
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn whatever_tollgate_admits_the_judge_verifies_too() {
    let (honest, forged_and_admitted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let payload = prop::collection::vec(any::<u8>(), 0..40);
    let mutations = prop_oneof![
        1 => Just(Vec::new()),
        3 => prop::collection::vec(mutation(), 1..3),
    ];
    let case = (algorithm(), payload, forging(), mutations);
    let mut runner = runner(2000);
    let outcome = runner.run(&case, |(algorithm, payload, forging, mutations)| {
        let original = forged(algorithm, &payload, &forging);
        let token = mutations.iter().fold(original.clone(), mutated);
        let verified = admitted(&token);
        let is_honest = matches!(forging, Forging::Honest) && token == original;
        if is_honest {
            prop_assert_eq!(verified.as_ref(), Some(&payload));
        }
        if verified.is_some() {
            let counter = if is_honest { &honest } else { &forged_and_admitted };
            counter.fetch_add(1, Ordering::Relaxed);
            prop_assert!(judge_verifies(&token), "admitted, but the judge does not verify it");
        }
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    let counts = (honest.into_inner(), forged_and_admitted.into_inner());
    println!("admitted: {} honest tokens, {} others", counts.0, counts.1);
    assert!(counts.0 > 50 && counts.1 > 20, "too few cases were admitted to tell: {counts:?}");
}

#[test]
fn a_token_whose_signed_bytes_changed_is_never_admitted() {
    let payload = prop::collection::vec(any::<u8>(), 0..40);
    let case = (algorithm(), payload, any::<Index>(), 0..8_u8);
    let mut runner = runner(1000);
    let outcome = runner.run(&case, |(algorithm, payload, at, bit)| {
        let mut token = forged(algorithm, &payload, &Forging::Honest);
        flip(&mut token, at, bit);
        prop_assert_eq!(admitted(&token), None);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn whatever_the_judge_signs_tollgate_verifies() {
    let mut runner = runner(100);
    let keys: Vec<_> = ALGORITHMS.iter().map(|(_, theirs)| encoding_key(*theirs)).collect();
    let honest = |algorithm: usize, text: &str| {
        let (_, theirs) = ALGORITHMS[algorithm];
        let claims = json!({ "text": text });
        let token =
            jsonwebtoken::encode(&Header::new(theirs), &claims, &keys[algorithm]).expect("a token");
        let payload = admitted(token.as_bytes()).expect("an honest token");
        assert_eq!(serde_json::from_slice::<Value>(&payload).expect("JSON"), claims);
    };
    // Signing with RSA takes the judge long without optimisation: once each.
    for algorithm in FIRST_RSA..ALGORITHMS.len() {
        honest(algorithm, "once");
    }
    let outcome = runner.run(&(0..FIRST_RSA, any::<String>()), |(algorithm, text)| {
        honest(algorithm, &text);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}
