//! `Accept-Signature` (RFC 9421 section 5).

use crate::http_signature::component::Component;
use crate::structured_field::{
    BareItem, Dictionary, FieldMember, InnerList, OrderedMap, StructuredFieldError,
};

/// The label that is asked for where the host names none; a signer may choose another.
pub(crate) const ASKED_LABEL: &str = "sig1";

/// The value that asks for one signature over these components, with these parameters. `true` for
/// a number asks the signer to choose it.
pub(crate) fn accept_signature<'f>(
    label: &'f str,
    components: &'f [Component<'_>],
    parameters: impl IntoIterator<Item = (&'static str, BareItem<'f>)>,
) -> Result<String, StructuredFieldError> {
    let items = components.iter().map(Component::to_item).collect();
    let list = InnerList { items, parameters: parameters.into_iter().collect() };
    let members = OrderedMap::from_iter([(label, FieldMember::InnerList(list))]);
    Dictionary { members }.serialize()
}
