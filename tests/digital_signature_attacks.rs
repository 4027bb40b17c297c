//! Attacks on digital signatures: each is refused with its own reason, checked or rehearsed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE;
use tollgate::crypto::PublicKey;
use tollgate::gate::Chain;
use tollgate::interceptor::{Description, Evidence, Fact, Immediate, interceptor_fn};
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::validate::{Digest, DigitalSigner};
use tollgate::{
    Body, ClientIdValidation, ConfigError, DigitalSignatureValidation, Element, Gate, ManualClock,
    PlainRequest, Problem, Rejection, Request, UnixTime,
};

const BODY: &[u8] = b"{\"amount\": 10}";
const PRIVATE_KEY: &[u8] = include_bytes!("vectors/digital_signature/private_key.pem");
const ANOTHER_KEY: &[u8] = include_bytes!("vectors/digital_signature/another_public_key.pem");
const CONTENT: &[u8] = include_bytes!("vectors/digital_signature/content.bin");
const SHA1: &str = include_str!("vectors/digital_signature/sha1.base64");

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    let everywhere = |id| Client::new(id).with_access(Access::Everything);
    clients.add(
        Client::new("x")
            .with_access(Access::Everything)
            .with_public_key(signer().public_key().clone()),
    );
    clients.add(everywhere("y").with_public_key(PublicKey::from_pem(ANOTHER_KEY).unwrap()));
    clients
}

fn signer() -> DigitalSigner {
    DigitalSigner::from_pem(PRIVATE_KEY, Digest::Sha256).unwrap()
}

fn header() -> Element {
    Element::header("signature").unwrap()
}

fn sha256() -> DigitalSignatureValidation {
    DigitalSignatureValidation::new(header(), Digest::Sha256).unwrap()
}

fn request(client: &str, signature: &str) -> PlainRequest {
    PlainRequest::new("POST", "/")
        .with_header("client_id", client)
        .with_header("signature", signature)
        .with_body(BODY)
}

fn decided(validation: impl Immediate, request: &dyn Request) -> Result<(), Rejection> {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients()))
        .with(validation)
        .build()
        .unwrap();
    let code = |decision: &Result<_, Rejection>| {
        decision.as_ref().map_or_else(|rejection| rejection.reason().code(), |()| "admitted")
    };
    let decision = gate.check_now(request).map(drop);
    assert_eq!(code(&decision), code(&gate.rehearse_now(request).map(drop)));
    decision
}

fn refused(validation: impl Immediate, request: &dyn Request) -> &'static str {
    decided(validation, request).unwrap_err().reason().code()
}

#[test]
fn a_changed_body_and_another_clients_key() {
    let signature = signer().sign(BODY).unwrap();
    assert!(decided(sha256(), &request("x", &signature)).is_ok());
    let changed = request("x", &signature).with_body(b"{\"amount\": 99}");
    assert_eq!(refused(sha256(), &changed), "signature.wrong");
    assert_eq!(refused(sha256(), &request("y", &signature)), "signature.wrong");
}

#[test]
fn sha1_passes_only_where_the_insecure_constructor_asked_for_it() {
    let request = request("x", SHA1).with_body(CONTENT);
    for digest in [Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        let validation = DigitalSignatureValidation::new(header(), digest).unwrap();
        assert_eq!(refused(validation, &request), "signature.wrong", "{digest:?}");
    }
    let insecure = DigitalSignatureValidation::insecure_sha1(header()).unwrap();
    assert!(decided(insecure.clone(), &request).is_ok());
    let of_sha256 = signer().sign(CONTENT).unwrap();
    assert_eq!(refused(insecure, &self::request("x", &of_sha256)), "signature.wrong");
}

/// A request whose body the host has not read.
struct Unbuffered(PlainRequest);

impl Request for Unbuffered {
    fn method(&self) -> &str {
        self.0.method()
    }
    fn scheme(&self) -> Option<&str> {
        self.0.scheme()
    }
    fn authority(&self) -> Option<&str> {
        self.0.authority()
    }
    fn target(&self) -> std::borrow::Cow<'_, str> {
        self.0.target()
    }
    fn query(&self) -> Option<&str> {
        self.0.query()
    }
    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        self.0.header(name, index)
    }
    fn peer_certificate(&self) -> Option<&[u8]> {
        self.0.peer_certificate()
    }
    fn body(&self) -> Body<'_> {
        Body::Unread
    }
}

#[test]
fn an_unbuffered_body_is_unavailable_even_if_nothing_was_signed() {
    for content in [&b""[..], BODY] {
        let signature = signer().sign(content).unwrap();
        let unbuffered = Unbuffered(request("x", &signature));
        assert_eq!(refused(sha256(), &unbuffered), "service.unavailable");
    }
}

#[test]
fn only_standard_base64_with_padding_is_read() {
    // A content whose signature shows the difference between the alphabets, and a `+` in a query.
    let signature = (0..10_000)
        .map(|number| number.to_string())
        .map(|content| (signer().sign(content.as_bytes()).unwrap(), content))
        .find(|(signature, _)| signature.contains('+') && signature.contains('/'));
    let (signature, content) = signature.unwrap();
    let bytes = STANDARD.decode(&signature).unwrap();
    let decide = |value: &str| {
        let request = request("x", value).with_body(content.as_bytes());
        decided(sha256(), &request).map_err(|rejection| rejection.reason().code())
    };
    assert_eq!(decide(&signature), Ok(()));
    let url_safe = URL_SAFE.encode(&bytes);
    let unpadded = signature.trim_end_matches('=');
    let broken = format!("{}\n{}", &signature[..64], &signature[64..]);
    let spaced = format!(" {signature}");
    let quoted = format!("\"{signature}\"");
    for value in [&url_safe, unpadded, &broken, &spaced, &quoted, &format!("{signature}=")] {
        assert_eq!(decide(value), Err("signature.malformed"), "{value}");
    }

    let parameter = Element::query_param("signature").unwrap();
    let validation = DigitalSignatureValidation::new(parameter, Digest::Sha256).unwrap();
    let get = |value: &str| {
        PlainRequest::new("GET", format!("/?signature={value}"))
            .with_header("client_id", "x")
            .with_body(content.as_bytes())
    };
    assert!(decided(validation.clone(), &get(&signature.replace('+', "%2B"))).is_ok());
    assert_eq!(refused(validation, &get(&signature)), "signature.malformed");
}

fn not_identified(error: &ConfigError) {
    assert_eq!(error.problem(), &Problem::ClientNotEstablished);
    assert_eq!(
        error.to_string(),
        "digital signature validation: client: no earlier interceptor establishes the client"
    );
}

#[test]
fn a_gate_in_which_nothing_identifies_the_client_before_does_not_build() {
    let clock = || ManualClock::at(UnixTime::EPOCH);
    let alone = Gate::builder(clock()).for_resource("orders").with(sha256()).build();
    not_identified(&alone.unwrap_err());
    let too_late = Gate::builder(clock())
        .for_resource("orders")
        .with(sha256())
        .with(ClientIdValidation::new(clients()))
        .build();
    not_identified(&too_late.unwrap_err());
    let chain = Chain::new().with(sha256()).with(ClientIdValidation::new(clients()));
    let chained = Gate::builder(clock()).for_resource("orders").with(chain).build();
    not_identified(&chained.unwrap_err());
}

#[test]
fn a_client_that_was_promised_and_not_established_is_no_pass() {
    let promising = interceptor_fn("promising", |_| Ok(Evidence::none()))
        .described(Description::of("promising").establishes(Fact::Client));
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(promising)
        .with(sha256())
        .build()
        .unwrap();
    let request = request("x", &signer().sign(BODY).unwrap());
    for decision in [gate.check_now(&request).map(drop), gate.rehearse_now(&request).map(drop)] {
        assert_eq!(decision.unwrap_err().reason().code(), "client.not_identified");
    }
}

#[test]
fn the_message_and_the_trace_are_as_documented() {
    let rejection = decided(sha256(), &request("x", "AAAA")).unwrap_err();
    let wording = tollgate::Wording::default();
    assert_eq!(
        wording.message(&rejection),
        "Digital Signature in the request, identified by HEADER signature, is invalid. \
         Check docs.sensedia.com"
    );
    assert_eq!(
        wording.trace(&rejection),
        "Digital signature in HEADER signature HAS NOT BEEN FOUND (causes: is invalid, expired, \
         or revoked); rejecting call [signature.wrong: wrong signature]"
    );
}

#[test]
fn a_certificate_of_the_clients_key_must_be_valid() {
    use std::time::Duration;
    use tollgate::certificate::Certificate;
    use tollgate::crypto::PrivateKey;

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates");
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let certificate = Certificate::from_pem(&read("signer-rsa.pem")).unwrap();
    let key = PrivateKey::from_pem(&read("signer-rsa.key.pem")).unwrap();
    let last = certificate.validity().not_after();
    let signer = DigitalSigner::new(key, Digest::Sha256).unwrap();

    let clients = InMemoryClients::new();
    clients.add(
        Client::new("x")
            .with_access(Access::Everything)
            .with_public_key(signer.public_key().clone()),
    );
    let validation =
        DigitalSignatureValidation::new(Element::header("signature").unwrap(), Digest::Sha256)
            .and_then(|validation| validation.certificates([certificate]))
            .unwrap();
    let clock = ManualClock::at(last);
    let gate = Gate::builder(&clock)
        .for_resource("orders")
        .with(ClientIdValidation::new(clients.clone()))
        .with(validation)
        .build()
        .unwrap();
    let request = PlainRequest::new("POST", "/")
        .with_header("client_id", "x")
        .with_header("signature", signer.sign(b"body").unwrap())
        .with_body(b"body");
    assert!(gate.check_now(&request).is_ok());
    clock.advance(Duration::from_millis(999));
    assert!(gate.check_now(&request).is_ok());
    clock.advance(Duration::from_millis(1));
    let rejection = gate.check_now(&request).unwrap_err();
    assert_eq!(rejection.reason().code(), "certificate.expired");

    // The key of another client, which no certificate holds, has no dates.
    let pem = include_bytes!("vectors/digital_signature/private_key.pem");
    let uncertified = DigitalSigner::from_pem(pem, Digest::Sha256).unwrap();
    clients.add(
        Client::new("y")
            .with_access(Access::Everything)
            .with_public_key(uncertified.public_key().clone()),
    );
    let request = PlainRequest::new("POST", "/")
        .with_header("client_id", "y")
        .with_header("signature", uncertified.sign(b"body").unwrap())
        .with_body(b"body");
    assert!(gate.check_now(&request).is_ok());
}
