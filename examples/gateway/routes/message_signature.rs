//! HTTP Message Signatures: a partner that signs its requests.

use std::error::Error;
use std::time::Duration;

use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{
    Component, MessageKey, MessageSigningKey, RequestSigner, SignedHeaders,
};
use tollgate::validate::{
    Coverage, HttpSignatureValidation, JudgedSignature, OwnAuthorities, SignatureKeys,
};
use tollgate::{Gate, PlainRequest, UnixTime};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{HALF_AN_HOUR, Records};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "message signature", path: "/message-signature" };
/// Keys of tests, which guard nothing.
const KEY: &[u8] = include_bytes!("../../../tests/keys/ed25519.pem");
const KEY_ID: &str = "partner-1";
const TAG: &str = "orders";
const CONTENT: &str = r#"{"item": "a quarter of 'Earl Grey'", "pieces": 1}"#;
const CHANGED: &str = r#"{"item": "a quarter of 'Earl Grey'", "pieces": 9}"#;
const TARGET: [Component<'static>; 2] = [Component::METHOD, Component::TARGET_URI];

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let key = MessageKey::public_key(PrivateKey::from_pem(KEY)?.public_key().clone())?;
    let keys = SignatureKeys::named([(KEY_ID, key)])?;
    let judged = JudgedSignature::Tagged(TAG.to_owned());
    // Long enough to paste lines. A host keeps to minutes: until then, anyone who sees a signature
    // can send its request again.
    let own = OwnAuthorities::named([records.authority()])?;
    let validation = HttpSignatureValidation::new(own, keys, judged, Coverage::target_uri())?
        .maximum_age(HALF_AN_HOUR)?;
    let gate = Gate::builder(system_clock()).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records)?))
}

fn lines(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let mut lines = moved(records)?;
    lines.extend(of_other_instants(records)?);
    lines.extend(signed_otherwise(records)?);
    Ok(lines)
}

/// Good signatures, on the requests that they are for and on others.
fn moved(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let over_body = covering_body()?.sign(&post(records), records.now)?;
    let headers = covering_target()?.sign(&get(records), records.now)?;
    let admitted = carries(ROUTE.admits("over the target"), &headers);
    let posted = |line, body| carries(line, &over_body).body(body);
    let refuses = |case, code| ROUTE.refuses(case, code);
    let changed = refuses("over another body", "message_signature.content_digest");
    Ok(vec![
        admitted,
        posted(ROUTE.admits("over target and body"), CONTENT),
        refuses("missing", "credential.missing"),
        posted(changed, CHANGED),
        carries(refuses("over another method", "message_signature.signature"), &headers).post(),
        carries(refuses("over another query", "message_signature.signature"), &headers)
            .query("page", "2"),
        carries(refuses("not over the body", "message_signature.not_covered"), &headers)
            .body(CONTENT),
    ])
}

/// The same signer at another time.
fn of_other_instants(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let signer = covering_target()?;
    let brief = covering_target()?.expiring_after(Duration::from_secs(60));
    let request = get(records);
    let refuses = |case, code, signer: &RequestSigner, made: UnixTime| {
        let headers = signer.sign(&request, made);
        headers.map(|headers| carries(ROUTE.refuses(case, code), &headers))
    };
    let minutes_ago = records.now.saturating_sub(Duration::from_secs(120));
    let early = records.in_an_hour();
    Ok(vec![
        refuses("too old", "message_signature.too_old", &signer, records.hour_ago())?,
        refuses("expired", "message_signature.expired", &brief, minutes_ago)?,
        refuses("of another clock", "message_signature.created_in_future", &signer, early)?,
    ])
}

/// Signers that do otherwise than they should.
fn signed_otherwise(records: &Records) -> Result<Vec<Curl>, Box<dyn Error>> {
    let stranger = signer(PrivateKey::generate_p256()?, &TARGET)?.key_id(KEY_ID)?.tag(TAG)?;
    let unnamed = || partner(&TARGET);
    let refuses = |case, code, signer: RequestSigner| {
        let headers = signer.sign(&get(records), records.now);
        headers.map(|headers| carries(ROUTE.refuses(case, code), &headers))
    };
    let unknown = unnamed()?.key_id("partner-2")?.tag(TAG)?;
    let method_only = partner(&[Component::METHOD])?.key_id(KEY_ID)?.tag(TAG)?;
    let untagged = unnamed()?.key_id(KEY_ID)?;
    let malformed = ROUTE.refuses("malformed", "message_signature.malformed");
    Ok(vec![
        refuses("by another key", "message_signature.signature", stranger)?,
        refuses("by an unknown key", "message_signature.key_unknown", unknown)?,
        refuses("by no named key", "message_signature.parameter_missing", unnamed()?.tag(TAG)?)?,
        refuses("over the method alone", "message_signature.not_covered", method_only)?,
        refuses("with no tag", "message_signature.not_found", untagged)?,
        malformed.header("Signature-Input", "sig1=(").header("Signature", "sig1=::"),
    ])
}

fn signer(
    key: PrivateKey,
    covered: &[Component<'static>],
) -> Result<RequestSigner, Box<dyn Error>> {
    let key = MessageSigningKey::private_key(key)?;
    Ok(RequestSigner::new("sig1", key, covered.iter().cloned())?)
}

/// The partner, who has yet to say which key that is.
fn partner(covered: &[Component<'static>]) -> Result<RequestSigner, Box<dyn Error>> {
    signer(PrivateKey::from_pem(KEY)?, covered)
}

fn covering_target() -> Result<RequestSigner, Box<dyn Error>> {
    Ok(partner(&TARGET)?.key_id(KEY_ID)?.tag(TAG)?)
}

fn covering_body() -> Result<RequestSigner, Box<dyn Error>> {
    let [method, target] = TARGET;
    Ok(partner(&[method, target, Component::CONTENT_DIGEST])?.key_id(KEY_ID)?.tag(TAG)?)
}

fn get(records: &Records) -> PlainRequest {
    records.request("GET", ROUTE.path)
}

fn post(records: &Records) -> PlainRequest {
    records.request("POST", ROUTE.path).with_body(CONTENT.as_bytes())
}

fn carries(line: Curl, headers: &SignedHeaders) -> Curl {
    headers.lines().fold(line, |line, (name, value)| line.header(name, value))
}
