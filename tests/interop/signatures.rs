//! HTTP message signatures by `http-message-sig`, with all six algorithms.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::http_signature::{
    Component, ContentDigestAlgorithm, FieldRules, FieldType, HttpSignatureAlgorithm, MessageKey,
    MessageSigningKey, RequestSigner, content_digest,
};
use tollgate::validate::{
    Coverage, HttpSignatureValidation, JudgedSignature, OwnAuthorities, SignatureKeys,
};
use tollgate::{Gate, ManualClock, PlainRequest, Secret, UnixTime};

use crate::node::{NOW, run};
use crate::requests::{broken, of, text, to, with, with_field};

const ALGORITHMS: [HttpSignatureAlgorithm; 6] = [
    HttpSignatureAlgorithm::Ed25519,
    HttpSignatureAlgorithm::EcdsaP256Sha256,
    HttpSignatureAlgorithm::EcdsaP384Sha384,
    HttpSignatureAlgorithm::RsaV15Sha256,
    HttpSignatureAlgorithm::RsaPssSha512,
    HttpSignatureAlgorithm::HmacSha256,
];

const URLS: [&str; 5] = [
    "https://api.example/",
    "https://api.example/orders?page=2&size=10",
    "https://api.example:8443/a/b%20c?",
    "http://orders.example/%E2%82%AC/x;v=1?q=a+b%2Bc",
    "https://[2001:db8::1]:444/v6",
];

fn rules() -> FieldRules {
    FieldRules::default().with_field("example-dict", FieldType::Dictionary)
}

fn told_key(algorithm: HttpSignatureAlgorithm, told: &Value) -> MessageKey {
    if let Some(secret) = told["secret"].as_str() {
        let secret = Secret::new(STANDARD.decode(secret).unwrap());
        return MessageKey::shared_secret(&secret).unwrap();
    }
    let key = PublicKey::from_pem(text(told, "pem").as_bytes()).unwrap();
    MessageKey::with_algorithm(key, algorithm).unwrap()
}

/// What a gate says that knows all keys by their algorithms' names.
fn judged(keys: &Value, label: &str, request: &PlainRequest) -> &'static str {
    let named = ALGORITHMS.map(|one| (one.name(), told_key(one, &keys[one.name()])));
    let covered = Coverage::insecure_only([Component::METHOD]).unwrap();
    let validation = HttpSignatureValidation::new(
        OwnAuthorities::insecure_as_received(),
        SignatureKeys::named(named).unwrap(),
        JudgedSignature::Labelled(label.to_owned()),
        covered,
    );
    let clock = ManualClock::at(UnixTime::from_seconds(NOW));
    let gate = Gate::builder(clock).with(validation.unwrap().field_rules(rules())).build().unwrap();
    gate.check_now(request).map_or_else(|refusal| refusal.reason().code(), |_| "verified")
}

/// The message, changed in each way that its signature must not survive.
fn changes(message: &Value) -> Vec<Value> {
    let url = text(message, "url");
    let mut changes = vec![
        with(message, "method", "OPTIONS"),
        with(message, "url", &format!("{url}&more=1")),
        with(message, "url", &url.replace("example", "invalid").replace("db8", "db9")),
        with_field(message, "Content-Type", |_| "text/plain".to_owned()),
        with_field(message, "Signature", broken),
        with_field(message, "Signature-Input", |input| input.replace("created=1", "created=2")),
    ];
    if message["body"].is_string() {
        changes.push(with_field(message, "Content-Digest", |value| {
            value.replace("sha-256=:", "sha-256=:A")
        }));
    }
    changes
}

#[test]
#[ignore = "needs Node and the packages of tests/interop"]
fn what_http_message_sig_signs_verifies_here_and_nothing_else_does() {
    let signed: Value = serde_json::from_str(&run("signatures.mjs", &["sign"], "")).unwrap();
    let (mut verified, mut refused) = (0, 0);
    for message in signed["messages"].as_array().unwrap() {
        let judged =
            |message: &Value| judged(&signed["keys"], text(message, "label"), &of(message));
        assert_eq!(judged(message), "verified", "{message}");
        verified += 1;
        for change in changes(message) {
            assert_ne!(judged(&change), "verified", "{change}");
            refused += 1;
        }
    }
    println!("http-message-sig: {verified} signatures verify here, {refused} changed ones do not");
    assert!(verified >= 200);
}

/// Our own keys: what signs, and what a verifier is told.
fn own_keys() -> BTreeMap<&'static str, (MessageSigningKey, Value)> {
    let pem = |private: &str, public: &str, algorithm| {
        let key = PrivateKey::from_pem(private.as_bytes()).unwrap();
        (MessageSigningKey::with_algorithm(key, algorithm).unwrap(), json!({ "pem": public }))
    };
    ALGORITHMS
        .into_iter()
        .map(|algorithm| {
            let key = match algorithm {
                HttpSignatureAlgorithm::Ed25519 => pem(
                    include_str!("../keys/ed25519.pem"),
                    include_str!("../keys/ed25519.pub.pem"),
                    algorithm,
                ),
                HttpSignatureAlgorithm::EcdsaP256Sha256 => pem(
                    include_str!("../keys/p256.pem"),
                    include_str!("../keys/p256.pub.pem"),
                    algorithm,
                ),
                HttpSignatureAlgorithm::EcdsaP384Sha384 => pem(
                    include_str!("../keys/p384.pem"),
                    include_str!("../keys/p384.pub.pem"),
                    algorithm,
                ),
                HttpSignatureAlgorithm::HmacSha256 => {
                    let key = MessageSigningKey::shared_secret(&Secret::new([7; 32])).unwrap();
                    (key, json!({ "secret": STANDARD.encode([7; 32]) }))
                }
                _ => pem(
                    include_str!("../keys/rsa.pem"),
                    include_str!("../keys/rsa.pub.pem"),
                    algorithm,
                ),
            };
            (algorithm.name(), key)
        })
        .collect()
}

/// What is covered, differently from one index to the next.
fn covered(index: usize) -> Vec<Component<'static>> {
    let mut covered = vec![Component::METHOD, Component::field("content-type").unwrap()];
    match index % 3 {
        0 => covered.push(Component::TARGET_URI),
        1 => covered.extend([Component::AUTHORITY, Component::PATH, Component::QUERY]),
        _ => covered.extend([Component::AUTHORITY, Component::SCHEME, Component::REQUEST_TARGET]),
    }
    covered.push(match index % 4 {
        0 => Component::CONTENT_DIGEST,
        1 => Component::field("x-trace").unwrap(),
        _ => Component::parse("\"example-dict\";key=\"b\"").unwrap(),
    });
    covered
}

fn signer(index: usize, algorithm: &str, key: MessageSigningKey) -> RequestSigner {
    let signer = RequestSigner::new(format!("sig{}", index % 7), key, covered(index)).unwrap();
    let signer = signer.key_id(algorithm).unwrap().tag("tollgate-interop").unwrap();
    let signer =
        if index.is_multiple_of(2) { signer.naming_algorithm() } else { signer.with_nonces() };
    signer.field_rules(rules())
}

fn own_message(index: usize) -> (&'static str, Value) {
    let algorithm = ALGORITHMS[index % ALGORITHMS.len()].name();
    let (key, _) = own_keys().remove(algorithm).unwrap();
    let url = URLS[index % URLS.len()];
    let body = format!("{{\"item\": {index}}}");
    let digest = content_digest(ContentDigestAlgorithm::Sha256, body.as_bytes());
    let mut fields = vec![
        ("Content-Type", "application/json".to_owned()),
        ("X-Trace", format!("first-{index}")),
        ("X-Trace", "second, third".to_owned()),
        ("Example-Dict", format!("a={index}, b=(1 \"x\");q=?0, c")),
        ("Content-Digest", digest),
    ];
    let request = fields
        .iter()
        .fold(to("POST", url), |request, (name, value)| request.with_header(name, value.as_str()))
        .with_body(body.as_str());
    let headers =
        signer(index, algorithm, key).sign(&request, UnixTime::from_seconds(NOW)).unwrap();
    fields.push(("Signature-Input", headers.signature_input().to_owned()));
    fields.push(("Signature", headers.signature().to_owned()));
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let label = format!("sig{}", index % 7);
    let message = json!({ "method": "POST", "url": url, "fields": fields, "body": body,
        "algorithm": algorithm, "label": label });
    (algorithm, message)
}

#[test]
#[ignore = "needs Node and the packages of tests/interop"]
fn what_is_signed_here_verifies_by_http_message_sig_and_nothing_else_does() {
    let told: BTreeMap<_, _> =
        own_keys().into_iter().map(|(name, (_, told))| (name, told)).collect();
    let good: Vec<_> = (0..240).map(|index| own_message(index).1).collect();
    let verdicts = |messages: &[Value]| {
        let input = json!({ "keys": told, "messages": messages }).to_string();
        run("signatures.mjs", &["verify"], &input).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let said = verdicts(&good);
    assert_eq!(said.len(), good.len());
    for (message, verdict) in good.iter().zip(&said) {
        assert_eq!(verdict, "verified", "{message}");
    }
    let changed: Vec<_> = good
        .iter()
        .flat_map(|message| {
            [
                with(message, "method", "OPTIONS"),
                with_field(message, "Content-Type", |_| "text/plain".to_owned()),
                with_field(message, "Signature", broken),
            ]
        })
        .collect();
    let said = verdicts(&changed);
    assert_eq!(said.len(), changed.len());
    for (message, verdict) in changed.iter().zip(said) {
        assert_ne!(verdict, "verified", "{message}");
    }
    println!(
        "http-message-sig: {} signatures of ours verify there, {} changed ones do not",
        good.len(),
        changed.len()
    );
}
