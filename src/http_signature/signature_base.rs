//! The signature base: the bytes that are signed (RFC 9421 section 2.5).

use crate::http_signature::component::{Component, ComponentName};
use crate::http_signature::derived::{
    Derived, DerivedComponent, authority, method, path, query, request_target, scheme, target_uri,
};
use crate::http_signature::field_rules::FieldRules;
use crate::http_signature::field_value::write_field;
use crate::http_signature::http_signature_error::{ComponentProblem, HttpSignatureError};
use crate::http_signature::query_values::QueryValues;
use crate::http_signature::signed_message::SignedMessage;
use crate::request::Request;

/// The base of these components, with the canonical text of the signature parameters.
pub(super) fn signature_base(
    message: &SignedMessage<'_>,
    components: &[Component<'_>],
    parameters: &str,
    rules: &FieldRules,
) -> Result<String, HttpSignatureError> {
    let mut base = SignatureBase { rules, query: None, text: String::with_capacity(512) };
    for component in components {
        base.write(message, component)?;
    }
    base.text.push_str("\"@signature-params\": ");
    base.text.push_str(parameters);
    Ok(base.text)
}

struct SignatureBase<'r> {
    rules: &'r FieldRules,
    /// The query of the one request that there is, once a component needs it.
    query: Option<QueryValues>,
    text: String,
}

impl SignatureBase<'_> {
    fn write(
        &mut self,
        message: &SignedMessage<'_>,
        component: &Component<'_>,
    ) -> Result<(), HttpSignatureError> {
        component.write_identifier(&mut self.text);
        self.text.push_str(": ");
        let message = if component.has_req() { message.answered()? } else { *message };
        match component.name() {
            ComponentName::Field(name) => {
                let lines = message.lines(name).map_err(|_| ComponentProblem::TooManyLines)?;
                write_field(component, &lines, self.rules, &mut self.text)?;
            }
            ComponentName::Derived(DerivedComponent::Status) => {
                self.text.push_str(&message.status()?.to_string());
            }
            ComponentName::Derived(DerivedComponent::QueryParam) => {
                let name = component.query_param_name().unwrap_or_default();
                self.write_query_param(message.request()?, name)?;
            }
            ComponentName::Derived(name) => {
                self.text.push_str(&derived(*name, message.request()?)?);
            }
        }
        self.text.push('\n');
        Ok(())
    }

    fn write_query_param(
        &mut self,
        request: &dyn Request,
        name: &str,
    ) -> Result<(), ComponentProblem> {
        let query = match self.query.take() {
            Some(query) => query,
            None => QueryValues::of(request)?,
        };
        self.text.push_str(query.get(name)?);
        self.query = Some(query);
        Ok(())
    }
}

fn derived(name: DerivedComponent, request: &dyn Request) -> Derived<'_> {
    match name {
        DerivedComponent::Method => method(request),
        DerivedComponent::TargetUri => target_uri(request),
        DerivedComponent::Authority => authority(request),
        DerivedComponent::Scheme => scheme(request),
        DerivedComponent::RequestTarget => request_target(request),
        DerivedComponent::Path => path(request),
        DerivedComponent::Query => query(request),
        DerivedComponent::QueryParam | DerivedComponent::Status => Err(ComponentProblem::Unknown),
    }
}
