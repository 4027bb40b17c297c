//! One interceptor in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::access_token::AccessToken;
use crate::policy::client_id::ClientId;
use crate::policy::client_secret::ClientSecret;
use crate::policy::csrf::Csrf;
use crate::policy::digital_signature::DigitalSignature;
use crate::policy::dpop::DpopPolicy;
use crate::policy::element::ElementPolicy;
use crate::policy::http_signature::HttpSignaturePolicy;
use crate::policy::jwt::JwtPolicy;
use crate::policy::oauth::OAuth;
use crate::policy::oauth_jwt::OAuthJwt;
use crate::policy::origin::OriginPolicy;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::{PolicyError, one_of};
use crate::policy::proxy_authorization::Proxy;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::single_use::SingleUse;
use crate::policy::slot::PolicySlot;
use crate::policy::time_token::TimeToken;
use crate::policy::web_bot_auth::WebBotAuthPolicy;

/// An interceptor: its `type`, the members of that type, and those that all share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct InterceptorPolicy {
    #[serde(flatten)]
    kind: InterceptorKind,
    #[serde(flatten)]
    shared: SharedMembers,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = add_exported))]
#[serde(tag = "type", rename_all = "snake_case")]
enum InterceptorKind {
    ClientId(ClientId),
    ClientSecret(ClientSecret),
    AccessToken(AccessToken),
    Jwt(JwtPolicy),
    #[serde(rename = "oauth")]
    OAuth(OAuth),
    #[serde(rename = "oauth_jwt")]
    OAuthJwt(OAuthJwt),
    Csrf(Csrf),
    Origin(OriginPolicy),
    TimeToken(TimeToken),
    DigitalSignature(DigitalSignature),
    HttpSignature(HttpSignaturePolicy),
    WebBotAuth(WebBotAuthPolicy),
    ProxyAuthorization(Proxy),
}

/// Adds the element without `type`, as the gateway exports it, to the schema.
#[cfg(test)]
fn add_exported(schema: &mut schemars::Schema) {
    let exported = serde_json::json!({
        "description": "An element as the gateway exports it.",
        "type": "object",
        "not": { "required": ["type"] },
        "properties": {
            "name": { "enum": ["client_id", "access_token"] },
            "clients": { "type": "string" },
            "grants": { "type": "string" },
            "revocations": { "type": "string" },
            "scopes": { "type": "array", "items": { "type": "string" } },
            "dpop": { "$ref": "#/$defs/DpopPolicy" },
        },
        "required": ["location", "name"],
    });
    let kinds = schema.get_mut("oneOf").and_then(serde_json::Value::as_array_mut);
    kinds.expect("an enum").push(exported);
}

/// Which of the shared members an interceptor has.
#[derive(Clone, Copy)]
enum MemberSet {
    /// All of them, and a default for the element.
    All,
    /// All of them, and no default for the element.
    WithElement,
    /// All but the label, since the credential is always called the same.
    WithElementAlone,
    /// All but the element, since the credential is always in the same headers.
    WithoutElement,
    /// Only whether it is enforced, since it reads no credential.
    Enforcement,
}

/// A `type`: its name, its shared members, and the reader of its own.
struct TypeRow {
    name: &'static str,
    shared: MemberSet,
    read: ReadOwn,
}

type ReadOwn = fn(&mut PolicyMembers<'_>) -> Result<InterceptorKind, PolicyError>;

/// Every type, in the order in which errors list them.
static TYPES: [TypeRow; 13] = [
    TypeRow::new("client_id", MemberSet::All, |own| {
        ClientId::read(own).map(InterceptorKind::ClientId)
    }),
    TypeRow::new("client_secret", MemberSet::All, |own| {
        ClientSecret::read(own).map(InterceptorKind::ClientSecret)
    }),
    TypeRow::new("access_token", MemberSet::All, |own| {
        AccessToken::read(own).map(InterceptorKind::AccessToken)
    }),
    TypeRow::new("jwt", MemberSet::WithElement, |own| {
        JwtPolicy::read(own).map(InterceptorKind::Jwt)
    }),
    TypeRow::new("oauth", MemberSet::All, |own| OAuth::read(own).map(InterceptorKind::OAuth)),
    TypeRow::new("oauth_jwt", MemberSet::All, |own| {
        OAuthJwt::read(own).map(InterceptorKind::OAuthJwt)
    }),
    TypeRow::new("csrf", MemberSet::WithElement, |own| Csrf::read(own).map(InterceptorKind::Csrf)),
    TypeRow::new("origin", MemberSet::Enforcement, |own| {
        OriginPolicy::read(own).map(InterceptorKind::Origin)
    }),
    TypeRow::new("time_token", MemberSet::WithElement, |own| {
        TimeToken::read(own).map(InterceptorKind::TimeToken)
    }),
    TypeRow::new("digital_signature", MemberSet::WithElement, |own| {
        DigitalSignature::read(own).map(InterceptorKind::DigitalSignature)
    }),
    TypeRow::new("http_signature", MemberSet::WithoutElement, |own| {
        HttpSignaturePolicy::read(own).map(InterceptorKind::HttpSignature)
    }),
    TypeRow::new("web_bot_auth", MemberSet::WithoutElement, |own| {
        WebBotAuthPolicy::read(own).map(InterceptorKind::WebBotAuth)
    }),
    TypeRow::new("proxy_authorization", MemberSet::WithElementAlone, |own| {
        Proxy::read(own).map(InterceptorKind::ProxyAuthorization)
    }),
];

impl InterceptorPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let row = TypeRow::of(&mut members)?;
        let shared = row.shared.read(&mut members)?;
        let kind = (row.read)(&mut members)?;
        row.shared.judge(&shared, &members)?;
        members.finish()?;
        Ok(Self { kind, shared })
    }

    /// What it uses up, if anything works once.
    pub(super) fn single_use(&self) -> Option<SingleUse<'_>> {
        let dpop = match &self.kind {
            InterceptorKind::TimeToken(kind) => return kind.single_use(),
            InterceptorKind::HttpSignature(kind) => return kind.single_use(),
            InterceptorKind::AccessToken(kind) => kind.dpop.as_ref(),
            InterceptorKind::OAuth(kind) => kind.token.dpop.as_ref(),
            InterceptorKind::Jwt(kind) => kind.rules.dpop.as_ref(),
            InterceptorKind::OAuthJwt(kind) => kind.rules.dpop.as_ref(),
            // Each signature of an agent says how long its nonce is remembered.
            InterceptorKind::WebBotAuth(_)
            | InterceptorKind::ClientId(_)
            | InterceptorKind::ClientSecret(_)
            | InterceptorKind::Csrf(_)
            | InterceptorKind::Origin(_)
            | InterceptorKind::DigitalSignature(_)
            | InterceptorKind::ProxyAuthorization(_) => None,
        };
        dpop.map(DpopPolicy::single_use)
    }

    pub(super) fn add(&self, chain: Chain, place: &PolicyPlace<'_>) -> Result<Chain, PolicyError> {
        let shared = &self.shared;
        let slot = PolicySlot { chain, enforcement: shared.enforcement };
        match &self.kind {
            InterceptorKind::ClientId(kind) => kind.add(shared, place, slot),
            InterceptorKind::ClientSecret(kind) => kind.add(shared, place, slot),
            InterceptorKind::AccessToken(kind) => kind.add(shared, place, slot),
            InterceptorKind::Jwt(kind) => kind.add(shared, place, slot),
            InterceptorKind::OAuth(kind) => kind.add(shared, place, slot),
            InterceptorKind::OAuthJwt(kind) => kind.add(shared, place, slot),
            InterceptorKind::Csrf(kind) => kind.add(shared, place, slot),
            InterceptorKind::Origin(kind) => kind.add(place, slot),
            InterceptorKind::TimeToken(kind) => kind.add(shared, place, slot),
            InterceptorKind::DigitalSignature(kind) => kind.add(shared, place, slot),
            InterceptorKind::HttpSignature(kind) => kind.add(shared, place, slot),
            InterceptorKind::WebBotAuth(kind) => kind.add(shared, place, slot),
            InterceptorKind::ProxyAuthorization(kind) => kind.add(shared, place, slot),
        }
    }
}

impl TypeRow {
    const fn new(name: &'static str, shared: MemberSet, read: ReadOwn) -> Self {
        Self { name, shared, read }
    }

    /// The type of a table.
    fn of(members: &mut PolicyMembers<'_>) -> Result<&'static Self, PolicyError> {
        let names: Vec<_> = TYPES.iter().map(|row| row.name).collect();
        let row = |name: &str| TYPES.iter().find(|row| row.name == name);
        let path = members.path_of("type");
        if let Some(stated) = members.optional("type", At::text)? {
            return row(stated).ok_or_else(|| PolicyError::not_one_of(path, stated, &names));
        }
        let exported = exported(members)?.and_then(row);
        exported.ok_or_else(|| PolicyError::new(path, "nothing", one_of(&names)))
    }
}

/// The type of an element that the gateway exported: it has no `type`, and the element's name says
/// whether it is a client id or an access token.
fn exported(members: &mut PolicyMembers<'_>) -> Result<Option<&'static str>, PolicyError> {
    let element = ElementPolicy::among(members)?;
    Ok(match element.as_ref().map(|element| element.0.name()) {
        Some("client_id") => Some("client_id"),
        Some("access_token") => Some("access_token"),
        _ => None,
    })
}

impl MemberSet {
    fn read(self, members: &mut PolicyMembers<'_>) -> Result<SharedMembers, PolicyError> {
        match self {
            Self::All | Self::WithElement => SharedMembers::read(members),
            Self::WithElementAlone => SharedMembers::without_label(members),
            Self::WithoutElement => SharedMembers::without_element(members),
            Self::Enforcement => SharedMembers::without_credential(members),
        }
    }

    fn judge(self, shared: &SharedMembers, members: &PolicyMembers<'_>) -> Result<(), PolicyError> {
        match self {
            Self::WithElement | Self::WithElementAlone => shared.require_element(members),
            Self::All | Self::WithoutElement | Self::Enforcement => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_that_are_read_are_those_that_are_written() {
        let schema = serde_json::to_value(schemars::schema_for!(InterceptorPolicy)).unwrap();
        let kinds = schema["oneOf"].as_array().unwrap();
        let written = kinds.iter().filter_map(|kind| kind["properties"]["type"]["const"].as_str());
        let read: Vec<_> = TYPES.iter().map(|row| row.name).collect();
        assert_eq!(written.collect::<Vec<_>>(), read);
    }
}
