//! One interceptor in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::browser::{Csrf, Origin, TimeToken};
use crate::policy::clients::{ClientId, ClientSecret};
use crate::policy::common::Common;
use crate::policy::jwt::{Jwt, OAuthJwt};
use crate::policy::near::shown;
use crate::policy::opaque::{AccessToken, OAuth};
use crate::policy::place::{Place, Slot};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, Members};
use crate::policy::signed::{DigitalSignature, Proxy};

/// An interceptor: its `type`, the members of that type, and those that all share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct InterceptorPolicy {
    #[serde(flatten)]
    kind: Kind,
    #[serde(flatten)]
    common: Common,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
enum Kind {
    ClientId(ClientId),
    ClientSecret(ClientSecret),
    AccessToken(AccessToken),
    Jwt(Jwt),
    #[serde(rename = "oauth")]
    OAuth(OAuth),
    #[serde(rename = "oauth_jwt")]
    OAuthJwt(OAuthJwt),
    Csrf(Csrf),
    Origin(Origin),
    TimeToken(TimeToken),
    DigitalSignature(DigitalSignature),
    ProxyAuthorization(Proxy),
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
        let is_origin = stated == Some("origin");
        let common = match is_origin {
            true => Common::without_credential(&mut members)?,
            false => Common::read(&mut members)?,
        };
        let kind = match stated {
            Some(kind) => Kind::read(kind, &mut members)?,
            None => Kind::exported(&common, &mut members)?,
        };
        members.finish()?;
        Ok(Self { kind, common })
    }

    pub(super) fn add(&self, chain: Chain, place: &Place<'_>) -> Result<Chain, PolicyError> {
        let slot = Slot { chain, enforcement: self.common.enforcement };
        let common = &self.common;
        match &self.kind {
            Kind::ClientId(kind) => kind.add(common, place, slot),
            Kind::ClientSecret(kind) => kind.add(common, place, slot),
            Kind::AccessToken(kind) => kind.add(common, place, slot),
            Kind::Jwt(kind) => kind.add(common, place, slot),
            Kind::OAuth(kind) => kind.add(common, place, slot),
            Kind::OAuthJwt(kind) => kind.add(common, place, slot),
            Kind::Csrf(kind) => kind.add(common, place, slot),
            Kind::Origin(kind) => kind.add(place, slot),
            Kind::TimeToken(kind) => kind.add(common, place, slot),
            Kind::DigitalSignature(kind) => kind.add(common, place, slot),
            Kind::ProxyAuthorization(kind) => kind.add(common, place, slot),
        }
    }
}

impl Kind {
    fn read(kind: &str, members: &mut Members<'_>) -> Result<Self, PolicyError> {
        Ok(match kind {
            "client_id" => Self::ClientId(ClientId::read(members)?),
            "client_secret" => Self::ClientSecret(ClientSecret::read(members)?),
            "access_token" => Self::AccessToken(AccessToken::read(members)?),
            "jwt" => Self::Jwt(Jwt::read(members)?),
            "oauth" => Self::OAuth(OAuth::read(members)?),
            "oauth_jwt" => Self::OAuthJwt(OAuthJwt::read(members)?),
            "csrf" => Self::Csrf(Csrf::read(members)?),
            "origin" => Self::Origin(Origin::read(members)?),
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
    fn exported(common: &Common, members: &mut Members<'_>) -> Result<Self, PolicyError> {
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
