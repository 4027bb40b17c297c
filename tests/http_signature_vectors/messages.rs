//! The examples of RFC 9421.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tollgate::crypto::PublicKey;
use tollgate::http_signature::{
    Component, FieldRules, FieldType, HttpSignatureAlgorithm, HttpSignatureError, MessageKey,
    MessageSignature, ObsoleteFolding, SignatureFields, SignedMessage,
};
use tollgate::{PlainRequest, Secret};

use crate::{folder, json};

/// A message as RFC 9112 writes it, with line feeds alone.
struct Text<'t> {
    first: &'t str,
    lines: Vec<(&'t str, String)>,
    body: &'t str,
}

impl<'t> Text<'t> {
    fn read(text: &'t str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let (first, rest) = head.split_once('\n').unwrap_or((head, ""));
        let mut lines: Vec<(&str, String)> = Vec::new();
        for line in rest.split('\n').filter(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                let folded = &mut lines.last_mut().unwrap().1;
                folded.push('\n');
                folded.push_str(line);
            } else {
                let (name, value) = line.split_once(':').unwrap();
                lines.push((name, value.to_owned()));
            }
        }
        Self { first, lines, body }
    }

    fn is_response(&self) -> bool {
        self.first.starts_with("HTTP/")
    }

    fn request(&self, scheme: &str) -> PlainRequest {
        let mut words = self.first.split(' ');
        let request = PlainRequest::new(words.next().unwrap(), words.next().unwrap());
        let mut request = request.with_scheme(scheme).with_body(self.body);
        for (name, value) in &self.lines {
            // A server takes the white space around a value away before anyone reads it.
            let value = if *name == "Host" { value.trim() } else { value };
            request = request.with_header(name, value);
        }
        request
    }
}

/// Hands `judge` the message that this text is.
fn with_message<T>(
    text: &Text<'_>,
    request: Option<&PlainRequest>,
    scheme: &str,
    judge: impl FnOnce(&SignedMessage<'_>) -> T,
) -> T {
    if !text.is_response() {
        return judge(&SignedMessage::of_request(&text.request(scheme)));
    }
    let status = text.first.split(' ').nth(1).unwrap().parse().unwrap();
    let lines: Vec<(&str, &[u8])> =
        text.lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let message = SignedMessage::of_response(status, &lines);
    match request {
        Some(request) => judge(&message.answering(request)),
        None => judge(&message),
    }
}

fn keys(set: &Value) -> HashMap<String, MessageKey> {
    let algorithms = [
        HttpSignatureAlgorithm::RsaPssSha512,
        HttpSignatureAlgorithm::RsaV15Sha256,
        HttpSignatureAlgorithm::EcdsaP256Sha256,
        HttpSignatureAlgorithm::Ed25519,
    ];
    let key = |key: &Value| {
        if let Some(pem) = key["public_pem"].as_str() {
            let algorithm = algorithms.into_iter().find(|one| key["alg"] == one.name()).unwrap();
            return MessageKey::with_algorithm(public_key(pem), algorithm).unwrap();
        }
        let secret = STANDARD.decode(key["secret_b64"].as_str().unwrap()).unwrap();
        MessageKey::shared_secret(&Secret::new(secret)).unwrap()
    };
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|one| (one["keyid"].as_str().unwrap().to_owned(), key(one))).collect()
}

/// One key is in the form of PKCS #1, of which tollgate reads none: its numbers are taken here.
fn public_key(pem: &str) -> PublicKey {
    if !pem.contains("RSA PUBLIC KEY") {
        return PublicKey::from_pem(pem.as_bytes()).unwrap();
    }
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    // SEQUENCE (4 bytes of header), INTEGER (4 bytes) of 257 bytes, INTEGER (2 bytes) of 3.
    PublicKey::rsa(&der[8..8 + 257], &der[8 + 257 + 2..]).unwrap()
}

/// The signature with this label, handed on since it borrows from its fields.
fn with_signature<T>(
    message: &SignedMessage<'_>,
    label: &str,
    judge: impl FnOnce(&MessageSignature<'_>) -> T,
) -> Result<T, HttpSignatureError> {
    let fields = SignatureFields::of(message)?;
    let signatures = fields.read()?;
    Ok(judge(&signatures.labelled(label)?))
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn every_message_of_rfc_9421_verifies_or_is_refused() {
    let set = json(&folder("rfc9421-spec").join("signed-messages.json"));
    let keys = keys(&set);
    let rules = FieldRules::default();
    let (mut valid, mut refused, mut bases) = (0, 0, 0);
    for case in set["cases"].as_array().unwrap() {
        let string = |name: &str| case[name].as_str().unwrap();
        let (name, scheme) = (string("id"), string("scheme"));
        let request = case["request"].as_str().map(|text| Text::read(text).request(scheme));
        let text = Text::read(string("message"));
        let (base, verified) = with_message(&text, request.as_ref(), scheme, |message| {
            with_signature(message, string("label"), |signature| {
                let base = signature.base(message, &rules);
                (base, signature.verify(message, &keys[string("keyid")], &rules))
            })
        })
        .unwrap();
        if let Some(expected) = case["signature_base"].as_str() {
            assert_eq!(base.as_deref(), Ok(expected), "{name}");
            bases += 1;
        }
        if string("expect") == "valid" {
            assert_eq!(verified, Ok(()), "{name}");
            valid += 1;
        } else {
            assert!(verified.is_err(), "{name}");
            refused += 1;
        }
    }
    println!("rfc9421-spec: {valid} messages verify, {refused} refused, {bases} bases compared");
    assert_eq!((valid, refused, bases), (16, 7, 22));
}

/// The value of one component, between its identifier and the line of the parameters.
fn value_of(message: &SignedMessage<'_>, component: &str) -> Result<String, HttpSignatureError> {
    let rules = FieldRules::default()
        .with_field("example-dict", FieldType::Dictionary)
        .obsolete_folding(ObsoleteFolding::Unfold);
    let identifier = Component::parse(component)?.identifier();
    let base = with_signature(message, "sig", |signature| signature.base(message, &rules))??;
    let (line, _) = base.split_once('\n').unwrap();
    Ok(line.strip_prefix(&format!("{identifier}: ")).unwrap().to_owned())
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn every_component_of_rfc_9421_has_its_value() {
    let cases = json(&folder("rfc9421-spec").join("components.json"));
    let (mut equal, mut refused) = (0, 0);
    for case in cases.as_array().unwrap() {
        let string = |name: &str| case[name].as_str().unwrap();
        let mut text = Text::read(string("message"));
        text.lines.push(("Signature-Input", format!("sig=({})", string("component"))));
        text.lines.push(("Signature", "sig=:AA==:".to_owned()));
        let value = with_message(&text, None, string("scheme"), |message| {
            value_of(message, string("component"))
        });
        if case["error"] == true {
            assert!(value.is_err(), "{case}");
            refused += 1;
        } else {
            assert_eq!(value.as_deref(), Ok(string("value")), "{case}");
            equal += 1;
        }
    }
    println!("rfc9421-spec: {equal} components have their value, {refused} are refused");
    assert_eq!(equal + refused, 44);
}
