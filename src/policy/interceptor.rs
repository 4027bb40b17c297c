//! One interceptor in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::browser::{Csrf, OriginPolicy, TimeToken};
use crate::policy::clients::{ClientId, ClientSecret};
use crate::policy::common::Common;
use crate::policy::jwt::{JwtPolicy, OAuthJwt};
use crate::policy::near::shown;
use crate::policy::opaque::{AccessToken, OAuth};
use crate::policy::place::{PolicyPlace, PolicySlot};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::signed::{DigitalSignature, Proxy};

/// An interceptor: its `type`, the members of that type, and those that all share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct InterceptorPolicy {
    #[serde(flatten)]
    kind: InterceptorKind,
    #[serde(flatten)]
    common: Common,
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
        },
        "required": ["location", "name"],
    });
    let kinds = schema.get_mut("oneOf").and_then(serde_json::Value::as_array_mut);
    kinds.expect("an enum").push(exported);
}

const KINDS: [&str; 11] = [
    "client_id",
    "client_secret",
    "access_token",
    "jwt",
    "oauth",
    "oauth_jwt",
    "csrf",
    "origin",
    "time_token",
    "digital_signature",
    "proxy_authorization",
];

impl InterceptorPolicy {
    /// Reads an interceptor; one without `type` is an element that the gateway exported.
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let stated = members.optional("type", At::text)?;
        let common = match stated {
            Some("origin") => Common::without_credential(&mut members)?,
            Some("proxy_authorization") => Common::without_label(&mut members)?,
            _ => Common::read(&mut members)?,
        };
        let kind = match stated {
            Some(kind) => InterceptorKind::read(kind, &mut members)?,
            None => InterceptorKind::exported(&common, &mut members)?,
        };
        members.finish()?;
        Ok(Self { kind, common })
    }

    pub(super) fn add(&self, chain: Chain, place: &PolicyPlace<'_>) -> Result<Chain, PolicyError> {
        let slot = PolicySlot { chain, enforcement: self.common.enforcement };
        let common = &self.common;
        match &self.kind {
            InterceptorKind::ClientId(kind) => kind.add(common, place, slot),
            InterceptorKind::ClientSecret(kind) => kind.add(common, place, slot),
            InterceptorKind::AccessToken(kind) => kind.add(common, place, slot),
            InterceptorKind::Jwt(kind) => kind.add(common, place, slot),
            InterceptorKind::OAuth(kind) => kind.add(common, place, slot),
            InterceptorKind::OAuthJwt(kind) => kind.add(common, place, slot),
            InterceptorKind::Csrf(kind) => kind.add(common, place, slot),
            InterceptorKind::Origin(kind) => kind.add(place, slot),
            InterceptorKind::TimeToken(kind) => kind.add(common, place, slot),
            InterceptorKind::DigitalSignature(kind) => kind.add(common, place, slot),
            InterceptorKind::ProxyAuthorization(kind) => kind.add(common, place, slot),
        }
    }
}

impl InterceptorKind {
    fn read(kind: &str, members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(match kind {
            "client_id" => Self::ClientId(ClientId::read(members)?),
            "client_secret" => Self::ClientSecret(ClientSecret::read(members)?),
            "access_token" => Self::AccessToken(AccessToken::read(members)?),
            "jwt" => Self::Jwt(JwtPolicy::read(members)?),
            "oauth" => Self::OAuth(OAuth::read(members)?),
            "oauth_jwt" => Self::OAuthJwt(OAuthJwt::read(members)?),
            "csrf" => Self::Csrf(Csrf::read(members)?),
            "origin" => Self::Origin(OriginPolicy::read(members)?),
            "time_token" => Self::TimeToken(TimeToken::read(members)?),
            "digital_signature" => Self::DigitalSignature(DigitalSignature::read(members)?),
            "proxy_authorization" => Self::ProxyAuthorization(Proxy::read(members)?),
            other => {
                let path = members.path_of("type");
                return Err(PolicyError::not_one_of(&path, shown(other), other, &KINDS));
            }
        })
    }

    /// The gateway exports the elements of client ids and access tokens, which say by their names
    /// what they are.
    fn exported(common: &Common, members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        match common.element.as_ref().map(|element| element.0.name()) {
            Some(kind @ ("client_id" | "access_token")) => Self::read(kind, members),
            _ => Err(PolicyError::not_one_of(
                &members.path_of("type"),
                "nothing".to_owned(),
                "",
                &KINDS,
            )),
        }
    }
}
