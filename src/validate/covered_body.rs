//! A body whose digest is signed.

use crate::http_signature::{
    Component, ContentDigestError, MessageSignature, verify_content_digest,
};
use crate::reading::headers;
use crate::rejection::Reason;
use crate::request::{Body, Request};
use crate::structured_field::joined;
use crate::validate::unavailable;

/// Compares the body with its digest, if the signature covers any part of that: a digest that is
/// signed says nothing of a body that nobody compares with it.
pub(super) fn judge(
    signature: &MessageSignature<'_>,
    request: &dyn Request,
    refused: impl FnOnce(ContentDigestError) -> Reason,
) -> Result<(), Reason> {
    let field = Component::CONTENT_DIGEST;
    let name = field.name_text();
    if !signature.components().iter().any(|covered| covered.name_text() == name) {
        return Ok(());
    }
    let body = match request.body() {
        Body::None => &[],
        Body::Buffered(body) => body,
        Body::Unread => return Err(unavailable::body()),
    };
    verify_content_digest(&joined(headers(request, name)), body).map_err(refused)
}
