//! A gate for one digest, for the tests that use these vectors.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::crypto::PublicKey;
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::validate::Digest;
use tollgate::{
    ClientIdValidation, ConfigError, DigitalSignatureValidation, Element, Gate, ManualClock,
    PlainRequest, UnixTime,
};

pub(crate) const CONTENT: &[u8] = include_bytes!("content.bin");
pub(crate) const PUBLIC_KEY: &[u8] = include_bytes!("public_key.pem");

pub(crate) type Constructor = fn(Element) -> Result<DigitalSignatureValidation, ConfigError>;

/// Every digest by its name on the command line of OpenSSL, with its constructor.
pub(crate) fn digests() -> Vec<(&'static str, Constructor)> {
    vec![
        ("sha256", |element| DigitalSignatureValidation::new(element, Digest::Sha256)),
        ("sha384", |element| DigitalSignatureValidation::new(element, Digest::Sha384)),
        ("sha512", |element| DigitalSignatureValidation::new(element, Digest::Sha512)),
        ("sha1", DigitalSignatureValidation::insecure_sha1),
        #[cfg(feature = "legacy-digests")]
        ("sha224", DigitalSignatureValidation::insecure_sha224),
        #[cfg(feature = "legacy-digests")]
        ("md5", DigitalSignatureValidation::insecure_md5),
        #[cfg(feature = "legacy-digests")]
        ("md2", DigitalSignatureValidation::insecure_md2),
    ]
}

/// How a gate with this validator decides on a signed body.
pub(crate) fn decided(validator: Constructor, body: &[u8], signature: &[u8]) -> &'static str {
    let clients = InMemoryClients::new();
    let key = PublicKey::from_pem(PUBLIC_KEY).unwrap();
    clients.add(Client::new("app").with_access(Access::only(["orders"])).with_public_key(key));
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients))
        .with(validator(Element::header("signature").unwrap()).unwrap())
        .build()
        .unwrap();
    let request = PlainRequest::new("POST", "/")
        .with_header("client_id", "app")
        .with_header("signature", STANDARD.encode(signature))
        .with_body(body);
    let code = |decision: Result<_, tollgate::Rejection>| {
        decision.map_or_else(|rejection| rejection.reason().code(), |()| "admitted")
    };
    let decision = code(gate.check_now(&request).map(drop));
    assert_eq!(decision, code(gate.rehearse_now(&request).map(drop)));
    decision
}

/// The same bytes with one bit of one byte changed.
pub(crate) fn changed(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 1 << (at % 8);
    changed
}
