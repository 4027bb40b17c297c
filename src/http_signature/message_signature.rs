//! The signatures of a message (RFC 9421 sections 3.2 and 4).

use std::borrow::Cow;
use std::fmt;

use crate::http_signature::component::Component;
use crate::http_signature::field_rules::FieldRules;
use crate::http_signature::http_signature_error::{ComponentProblem, HttpSignatureError};
use crate::http_signature::message_key::MessageKey;
use crate::http_signature::signature_base::signature_base;
use crate::http_signature::signature_parameters::SignatureParameters;
use crate::http_signature::signed_message::SignedMessage;
use crate::reading::LIMIT;
use crate::structured_field::{
    BareItem, Dictionary, DuplicateKeys, FieldMember, InnerList, Item, StructuredFieldError, joined,
};

/// How many components one signature may cover. To find the value of one takes time in
/// proportion to its header, so their number is bounded.
pub(crate) const MAXIMUM_COMPONENTS: usize = 64;

const INPUT: &str = "signature-input";
const SIGNATURE: &str = "signature";

/// The headers `Signature-Input` and `Signature` of a message, with their lines joined.
pub struct SignatureFields<'m> {
    input: Cow<'m, [u8]>,
    signature: Cow<'m, [u8]>,
}

impl<'m> SignatureFields<'m> {
    /// Finds the headers, of at most 8 KiB each.
    ///
    /// # Errors
    /// [`HttpSignatureError::Missing`] if the message has neither, and an error if one is larger or
    /// on too many lines.
    pub fn of(message: &SignedMessage<'m>) -> Result<Self, HttpSignatureError> {
        let (input, signature) = (message.lines(INPUT)?, message.lines(SIGNATURE)?);
        if input.is_empty() && signature.is_empty() {
            return Err(HttpSignatureError::Missing);
        }
        Ok(Self {
            input: bounded("Signature-Input", &input)?,
            signature: bounded("Signature", &signature)?,
        })
    }

    /// Reads both as dictionaries.
    ///
    /// # Errors
    /// [`HttpSignatureError::Field`] if one cannot be read; a key that appears twice is refused.
    pub fn read(&self) -> Result<MessageSignatures<'_>, HttpSignatureError> {
        Ok(MessageSignatures {
            inputs: dictionary("Signature-Input", &self.input)?,
            signatures: dictionary("Signature", &self.signature)?,
        })
    }
}

fn bounded<'m>(
    field: &'static str,
    lines: &[&'m [u8]],
) -> Result<Cow<'m, [u8]>, HttpSignatureError> {
    let length = lines.iter().map(|line| line.len()).fold(0, usize::saturating_add);
    if length > LIMIT {
        let error = StructuredFieldError::TooLarge { limit: LIMIT };
        return Err(HttpSignatureError::Field { field, error });
    }
    Ok(joined(lines.iter().copied()))
}

fn dictionary<'f>(
    field: &'static str,
    text: &'f [u8],
) -> Result<Dictionary<'f>, HttpSignatureError> {
    let parsed = Dictionary::parse(text, DuplicateKeys::Refuse);
    parsed.map_err(|error| HttpSignatureError::Field { field, error })
}

/// The signatures of a message by their labels. None is judged before it is asked for.
pub struct MessageSignatures<'f> {
    inputs: Dictionary<'f>,
    signatures: Dictionary<'f>,
}

impl<'f> MessageSignatures<'f> {
    /// The labels in `Signature-Input`, in their order.
    pub fn labels(&self) -> impl Iterator<Item = &'f str> {
        self.inputs.members.iter().map(|(label, _)| label)
    }

    /// The labels whose parameter of this name, such as `tag` or `keyid`, is this string.
    pub fn labels_with(&self, parameter: &str, value: &str) -> impl Iterator<Item = &'f str> {
        let has = move |member: &FieldMember<'_>| match member {
            FieldMember::InnerList(list) => match list.parameters.get(parameter) {
                Some(BareItem::String(text)) => text == value,
                _ => false,
            },
            FieldMember::Item(_) => false,
        };
        self.inputs.members.iter().filter(move |(_, member)| has(member)).map(|(label, _)| label)
    }

    /// The signature with this label.
    ///
    /// # Errors
    /// [`HttpSignatureError::LabelUnknown`] if there is none, [`HttpSignatureError::LabelAlone`] if
    /// it is in one of the headers only, and another error if what is there is not a signature:
    /// an unknown parameter or one of another type, a component that does not exist or is covered
    /// twice, more than 64 components.
    pub fn labelled(&self, label: &str) -> Result<MessageSignature<'_>, HttpSignatureError> {
        let input = self.inputs.members.iter().find(|(one, _)| *one == label);
        match (input, self.signatures.members.get(label)) {
            (Some((label, input)), Some(signature)) => {
                MessageSignature::read(label, input, signature)
            }
            (None, None) => Err(HttpSignatureError::LabelUnknown),
            _ => Err(HttpSignatureError::LabelAlone),
        }
    }
}

/// One signature: what it covers, what it says of itself, and its bytes.
#[derive(Clone)]
pub struct MessageSignature<'f> {
    label: &'f str,
    components: Vec<Component<'f>>,
    parameters: SignatureParameters<'f>,
    signed_parameters: String,
    signature: &'f [u8],
}

impl<'f> MessageSignature<'f> {
    fn read(
        label: &'f str,
        input: &'f FieldMember<'_>,
        signature: &'f FieldMember<'_>,
    ) -> Result<Self, HttpSignatureError> {
        let FieldMember::InnerList(input) = input else {
            return Err(HttpSignatureError::MemberType { field: "Signature-Input" });
        };
        let signature = bytes_of(signature)?;
        let components = components_of(input)?;
        let parameters = SignatureParameters::read(&input.parameters)?;
        let signed_parameters = input
            .serialize()
            .map_err(|error| HttpSignatureError::Field { field: "Signature-Input", error })?;
        Ok(Self { label, components, parameters, signed_parameters, signature })
    }

    /// Its label.
    pub fn label(&self) -> &'f str {
        self.label
    }

    /// What it covers, in its order; none twice.
    pub fn components(&self) -> &[Component<'f>] {
        &self.components
    }

    /// Whether it covers exactly this component.
    pub fn covers(&self, component: &Component<'_>) -> bool {
        self.components.iter().any(|covered| covered == component)
    }

    /// What it says of itself.
    pub fn parameters(&self) -> &SignatureParameters<'f> {
        &self.parameters
    }

    /// The bytes that it signs, for this message.
    ///
    /// # Errors
    /// [`HttpSignatureError::Component`] if the message lacks a component that is covered, or has
    /// it in a form without one canonical value.
    pub fn base(
        &self,
        message: &SignedMessage<'_>,
        rules: &FieldRules,
    ) -> Result<String, HttpSignatureError> {
        signature_base(message, &self.components, &self.signed_parameters, rules)
    }

    /// Verifies that it was made by this key over this message.
    ///
    /// # Errors
    /// [`HttpSignatureError::Algorithm`] if `alg` is not the algorithm of the key, those of
    /// [`base`](Self::base), and [`HttpSignatureError::WrongSignature`].
    ///
    /// # Security
    /// Neither what it covers is judged, nor when it was made, nor whether it was used before, nor
    /// the body: see [`verify_content_digest`](crate::http_signature::verify_content_digest).
    pub fn verify(
        &self,
        message: &SignedMessage<'_>,
        key: &MessageKey,
        rules: &FieldRules,
    ) -> Result<(), HttpSignatureError> {
        if self.parameters.algorithm().is_some_and(|name| name != key.algorithm().name()) {
            return Err(HttpSignatureError::Algorithm);
        }
        let base = self.base(message, rules)?;
        let verified = key.verify(base.as_bytes(), self.signature);
        verified.map_err(|_| HttpSignatureError::WrongSignature)
    }
}

fn components_of<'f>(list: &'f InnerList<'_>) -> Result<Vec<Component<'f>>, HttpSignatureError> {
    if list.items.len() > MAXIMUM_COMPONENTS {
        return Err(HttpSignatureError::TooManyComponents { limit: MAXIMUM_COMPONENTS });
    }
    let mut components = Vec::with_capacity(list.items.len());
    for item in &list.items {
        let component = Component::from_item(item)?;
        if components.contains(&component) {
            return Err(ComponentProblem::Repeated.into());
        }
        components.push(component);
    }
    Ok(components)
}

fn bytes_of<'f>(member: &'f FieldMember<'_>) -> Result<&'f [u8], HttpSignatureError> {
    match member {
        FieldMember::Item(Item { bare: BareItem::Binary(bytes), parameters })
            if parameters.is_empty() =>
        {
            Ok(bytes)
        }
        _ => Err(HttpSignatureError::MemberType { field: "Signature" }),
    }
}

impl fmt::Debug for SignatureFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureFields(redacted)")
    }
}

impl fmt::Debug for MessageSignatures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageSignatures({} redacted)", self.inputs.members.len())
    }
}

impl fmt::Debug for MessageSignature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageSignature")
            .field("components", &self.components)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}
