//! Requests with signatures of which every byte can be chosen.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::http_signature::{
    ContentDigestAlgorithm, FieldRules, MessageKey, MessageSigningKey, SignatureFields,
    SignedMessage, content_digest,
};
use tollgate::interceptor::Immediate;
use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};
use tollgate::{Gate, ManualClock, PlainRequest, Request, UnixTime};

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
pub(crate) const BODY: &[u8] = b"{\"amount\": 10}";

/// What a good signature covers and says, without its label.
pub(crate) const GOOD: &str =
    "(\"@method\" \"@target-uri\" \"content-digest\");created=1800000000;keyid=\"k1\"";

pub(crate) fn private_key() -> PrivateKey {
    PrivateKey::from_pem(include_bytes!("../keys/ed25519.pem")).unwrap()
}

pub(crate) fn public_key() -> PublicKey {
    PublicKey::from_pem(include_bytes!("../keys/ed25519.pub.pem")).unwrap()
}

pub(crate) fn keys() -> SignatureKeys {
    SignatureKeys::named([("k1", MessageKey::public_key(public_key()).unwrap())]).unwrap()
}

pub(crate) fn labelled() -> JudgedSignature {
    JudgedSignature::Labelled("sig1".to_owned())
}

pub(crate) fn validation() -> HttpSignatureValidation {
    HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys(),
        labelled(),
        Coverage::target_uri(),
    )
    .unwrap()
}

pub(crate) fn covering(coverage: Coverage) -> HttpSignatureValidation {
    HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys(),
        labelled(),
        coverage,
    )
    .unwrap()
}

/// A request with a body, to be signed.
pub(crate) fn order() -> PlainRequest {
    PlainRequest::new("POST", "/orders?page=1")
        .with_scheme("https")
        .with_authority("api.example")
        .with_header("content-type", "application/json")
        .with_header("content-digest", content_digest(ContentDigestAlgorithm::Sha256, BODY))
        .with_body(BODY)
}

/// The signature over `request` that `input` describes, in base64.
pub(crate) fn signature(request: &PlainRequest, input: &str) -> String {
    let unsigned = request.clone().with_header("signature-input", format!("attack={input}"));
    let unsigned = unsigned.with_header("signature", "attack=:AA==:");
    let message = SignedMessage::of_request(&unsigned);
    let fields = SignatureFields::of(&message).unwrap();
    let signatures = fields.read().unwrap();
    let base = signatures.labelled("attack").unwrap();
    let base = base.base(&message, &FieldRules::default()).unwrap();
    let key = MessageSigningKey::private_key(private_key()).unwrap();
    STANDARD.encode(key.sign(base.as_bytes()).unwrap())
}

/// `request` with this input and the signature over it, both labelled `sig1`.
pub(crate) fn signed(request: PlainRequest, input: &str) -> PlainRequest {
    let signature = signature(&request, input);
    with_fields(request, &format!("sig1={input}"), &format!("sig1=:{signature}:"))
}

pub(crate) fn with_fields(request: PlainRequest, input: &str, signature: &str) -> PlainRequest {
    request.with_header("signature-input", input).with_header("signature", signature)
}

/// `request` with this input and a signature that verifies nothing.
pub(crate) fn forged(request: PlainRequest, input: &str) -> PlainRequest {
    let signature = STANDARD.encode([0; 64]);
    with_fields(request, &format!("sig1={input}"), &format!("sig1=:{signature}:"))
}

pub(crate) fn code_at(
    now: UnixTime,
    validation: impl Immediate,
    request: &dyn Request,
) -> &'static str {
    let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
    let rehearsed = gate.rehearse_now(request).map(drop);
    let decided = gate.check_now(request).map(drop);
    let code = |decision: Result<(), tollgate::Rejection>| {
        decision.map_or_else(|rejection| rejection.reason().code(), |()| "admitted")
    };
    let decided = code(decided);
    assert_eq!(decided, code(rehearsed));
    decided
}

pub(crate) fn code(validation: impl Immediate, request: &dyn Request) -> &'static str {
    code_at(NOW, validation, request)
}
