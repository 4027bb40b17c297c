//! What refusals ask an agent to sign.

use crate::http_signature::{ASKED_LABEL, Component, ComponentProblem, accept_signature};
use crate::structured_field::{BareItem, StructuredFieldError};
use crate::validate::web_bot_auth::rules::TAG;
use crate::validate::web_bot_auth::signature_agent::FIELD;

/// The value of `Accept-Signature` (RFC 9421 section 5.1): the least that is attributed here. A
/// nonce is not asked for, since that would be the host's.
pub(super) fn asked(required: &[Component<'static>]) -> Result<String, StructuredFieldError> {
    let least = [Component::AUTHORITY].into_iter().chain(own_member().ok());
    let mut components: Vec<_> = least.collect();
    for component in required {
        if !components.contains(component) {
            components.push(component.clone());
        }
    }
    let holds = || BareItem::Boolean(true);
    let parameters =
        [("created", holds()), ("expires", holds()), ("tag", BareItem::String(TAG.into()))];
    accept_signature(ASKED_LABEL, &components, parameters)
}

fn own_member() -> Result<Component<'static>, ComponentProblem> {
    Component::parse(&format!("\"{FIELD}\";key=\"{ASKED_LABEL}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_asked_for_and_what_the_host_requires() {
        let least = "sig1=(\"@authority\" \"signature-agent\";key=\"sig1\");created;expires;\
                     tag=\"web-bot-auth\"";
        assert_eq!(asked(&[]).unwrap(), least);
        assert_eq!(asked(&[Component::AUTHORITY]).unwrap(), least);
        let more = least.replacen("sig1\")", "sig1\" \"@method\")", 1);
        assert_eq!(asked(&[Component::METHOD]).unwrap(), more);
    }
}
