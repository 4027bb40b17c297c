//! What the signature of a directory's response covers, and says of itself.

use crate::http_signature::{
    Component, FieldRules, MessageSignature, MessageSignatures, SignatureFields, SignedMessage,
    verify_content_digest,
};
use crate::record::AgentUrl;
use crate::remote::agents::agent_key::AgentKey;
use crate::request::PlainRequest;
use crate::structured_field::joined;
use crate::time::UnixTime;

/// The tag of such a signature.
pub(super) const TAG: &str = "http-message-signatures-directory";

/// The components that it must cover: the authority that was asked, and the digest of the body.
pub(super) fn covered() -> [Component<'static>; 2] {
    [Component::AUTHORITY.with_req(), Component::CONTENT_DIGEST]
}

/// The request that a directory answers.
pub(super) fn asked(agent: &AgentUrl) -> PlainRequest {
    let path = agent.directory().split_off(agent.as_str().len());
    PlainRequest::new("GET", path).with_scheme("https").with_authority(agent.host())
}

/// The ids of the keys that signed this response; none if the body is not the one that was signed.
pub(super) fn proven<'k>(
    find: impl Fn(&str) -> Option<&'k AgentKey>,
    agent: &AgentUrl,
    headers: &[(&str, &[u8])],
    body: &[u8],
    now: UnixTime,
) -> Vec<String> {
    let request = asked(agent);
    let response = SignedMessage::of_response(200, headers).answering(&request);
    let digests = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-digest"));
    let digest = joined(digests.map(|(_, value)| *value));
    let Ok(fields) = SignatureFields::of(&response) else { return Vec::new() };
    match (fields.read(), verify_content_digest(&digest, body)) {
        (Ok(signatures), Ok(())) => signers(find, &signatures, &response, now),
        _ => Vec::new(),
    }
}

fn signers<'k>(
    find: impl Fn(&str) -> Option<&'k AgentKey>,
    signatures: &MessageSignatures<'_>,
    response: &SignedMessage<'_>,
    now: UnixTime,
) -> Vec<String> {
    let labels = signatures.labels_with("tag", TAG);
    let signatures = labels.filter_map(|label| signatures.labelled(label).ok());
    let current = signatures.filter(|signature| is_proof(signature, now));
    let verified = current.filter_map(|signature| {
        let key = find(signature.parameters().key_id()?)?;
        let verified = signature.verify(response, key.message_key(), &FieldRules::default());
        verified.ok().map(|()| key.id().to_owned())
    });
    verified.collect()
}

/// Whether it binds the body to the authority, now.
fn is_proof(signature: &MessageSignature<'_>, now: UnixTime) -> bool {
    let parameters = signature.parameters();
    let is_current = parameters.created().is_some_and(|created| created <= now)
        && parameters.expires().is_some_and(|expires| now < expires);
    is_current && covered().iter().all(|component| signature.covers(component))
}
