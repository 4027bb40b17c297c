//! Making signatures (RFC 9421 section 3.1).

use std::borrow::Cow;

use crate::http_signature::component::Component;
use crate::http_signature::field_rules::FieldRules;
use crate::http_signature::http_signature_error::HttpSignatureError;
use crate::http_signature::http_signing_error::HttpSigningError;
use crate::http_signature::message_signing_key::MessageSigningKey;
use crate::http_signature::signature_base::signature_base;
use crate::http_signature::signed_message::SignedMessage;
use crate::structured_field::{
    BareItem, Dictionary, FieldMember, InnerList, Item, Parameters, StructuredFieldError,
};

/// One signature by `key`: its members of `Signature-Input` and `Signature`.
pub(crate) fn signed<'s>(
    message: &SignedMessage<'_>,
    components: &'s [Component<'_>],
    parameters: Parameters<'s>,
    key: &MessageSigningKey,
    rules: &FieldRules,
) -> Result<(FieldMember<'s>, FieldMember<'s>), HttpSigningError> {
    let items = components.iter().map(Component::to_item).collect();
    let input = FieldMember::InnerList(InnerList { items, parameters });
    let written = input.serialize().map_err(|error| unwritable("Signature-Input", error))?;
    let base = signature_base(message, components, &written, rules)?;
    let signature = BareItem::Binary(Cow::Owned(key.sign(base.as_bytes())?));
    Ok((input, FieldMember::Item(Item::of(signature))))
}

/// One of the two headers, with these members by their labels.
pub(crate) fn signature_header<'s>(
    field: &'static str,
    members: impl IntoIterator<Item = (&'s str, FieldMember<'s>)>,
) -> Result<String, HttpSigningError> {
    let dictionary = Dictionary { members: members.into_iter().collect() };
    dictionary.serialize().map_err(|error| unwritable(field, error).into())
}

fn unwritable(field: &'static str, error: StructuredFieldError) -> HttpSignatureError {
    HttpSignatureError::Field { field, error }
}
