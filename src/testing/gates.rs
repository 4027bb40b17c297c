//! The gates of the forge.

use std::sync::Arc;
use std::time::Duration;

use crate::element::Element;
use crate::gate::check::Gate;
use crate::gate::shared::ImmediateSharedGate;
use crate::gate::{GateBuilder, Nothing};
use crate::record::{Client, Scopes};
use crate::store::{ClientStore, ImmediateStore, StoreUnavailable};
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::signed_messages::client_signatures;
use crate::testing::test_gate::TestGate;
use crate::time::clock::ManualClock;
use crate::validate::access_token::AccessTokenValidation;
use crate::validate::client_id::ClientIdValidation;
use crate::validate::client_secret::ClientSecretValidation;
use crate::validate::csrf::{CsrfValidation, OriginCheck};
use crate::validate::digital_signature::DigitalSignatureValidation;
use crate::validate::jwt::JwtValidation;
use crate::validate::oauth::OAuthValidation;
use crate::validate::proxy_authorization::ProxyAuthorization;
use crate::validate::time_token::TimeTokenValidation;
use crate::validate::{Digest, Origins, RequestValue, SessionBinding, UndeclaredOrigin};

/// The longest that a JWT may live under [`TestGate::StrictJwt`].
const DAY: Duration = Duration::from_secs(86_400);

impl TokenForge {
    /// The gate of this kind, over the forge's stores, at its instant.
    ///
    /// # Errors
    /// A [`ForgeError`] if it cannot be built.
    pub fn gate(&self, kind: TestGate) -> Result<ImmediateSharedGate, ForgeError> {
        let gate = || Gate::builder(self.clock()).for_resource(Self::RESOURCE);
        let clients = self.clients();
        Ok(match kind {
            TestGate::ClientId => {
                let element = Element::header_or_cookie("client_id")?;
                let validation = ClientIdValidation::new(clients).element(element);
                gate().with(validation).build()?.shared_immediate()
            }
            TestGate::ClientSecret => {
                gate().with(ClientSecretValidation::new(clients)).build()?.shared_immediate()
            }
            TestGate::AccessToken => {
                let validation = AccessTokenValidation::new(self.grants(), clients);
                let validation = validation.scopes(Scopes::of(["read"]));
                gate().with(validation).build()?.shared_immediate()
            }
            TestGate::OAuth => {
                let validation = OAuthValidation::opaque(self.grants(), clients);
                gate().with(validation).build()?.shared_immediate()
            }
            TestGate::StoreAway => {
                gate().with(ClientIdValidation::new(Away)).build()?.shared_immediate()
            }
            TestGate::Jwt => gate().with(self.jwt_validation()?).build()?.shared_immediate(),
            TestGate::StrictJwt => self.strict_jwt(gate())?,
            TestGate::Csrf => gate().with(self.csrf()?).build()?.shared_immediate(),
            TestGate::TimeToken => self.time_tokens(gate())?,
            TestGate::DigitalSignature => self.signatures(gate())?,
            TestGate::ProxyAuthorization => self.proxies(gate())?,
            TestGate::BoundJwt => self.bound_jwts(gate())?,
            TestGate::HttpSignature => {
                gate().with(self.http_signatures()?).build()?.shared_immediate()
            }
            TestGate::HttpSignatureOfClient => self.client_signatures(gate())?,
            TestGate::WebBotAuth => {
                gate().with(self.agent_signatures()?).build()?.shared_immediate()
            }
        })
    }

    fn jwt_validation(&self) -> Result<JwtValidation, ForgeError> {
        Ok(JwtValidation::new(Element::bearer(), self.issuer()?))
    }

    fn strict_jwt(&self, gate: Builder) -> Result<ImmediateSharedGate, ForgeError> {
        let validation = self
            .jwt_validation()?
            .token_type("at+jwt")?
            .maximum_lifetime(DAY)?
            .required_value("tenant", "acme")
            .scopes(Scopes::of(["read"]))
            .clients(self.clients())
            .revocations(self.revocations()?);
        Ok(gate.with(validation).build()?.shared_immediate())
    }

    fn csrf(&self) -> Result<CsrfValidation, ForgeError> {
        let (cookie, header) = (Element::cookie("csrf")?, Element::header("x-csrf")?);
        let session = SessionBinding::cookie("session")?;
        let check = OriginCheck::new()
            .own(Origins::of(["https://api.test"])?)
            .undeclared(UndeclaredOrigin::Refuse);
        let secrets = self.signing_secrets()?;
        let validation = CsrfValidation::double_submit(cookie, header, secrets, session)?;
        Ok(validation.origin_check(check))
    }

    fn time_tokens(&self, gate: Builder) -> Result<ImmediateSharedGate, ForgeError> {
        let element = Element::header("time-token")?;
        let validation = TimeTokenValidation::new(element, self.signing_secrets()?)?
            .mixing(RequestValue::element(Element::header("x-order")?))
            .single_use(self.replays());
        Ok(gate.with(validation).build()?.shared_immediate())
    }

    fn signatures(&self, gate: Builder) -> Result<ImmediateSharedGate, ForgeError> {
        let element = Element::header("signature")?;
        let validation = DigitalSignatureValidation::new(element, Digest::Sha256)?;
        let gate = gate.with(ClientIdValidation::new(self.clients())).with(validation);
        Ok(gate.build()?.shared_immediate())
    }

    fn proxies(&self, gate: Builder) -> Result<ImmediateSharedGate, ForgeError> {
        let element = Element::header("authorization-token")?;
        let validation = ProxyAuthorization::new(element, self.trust())?;
        Ok(gate.with(validation).build()?.shared_immediate())
    }

    fn client_signatures(&self, gate: Builder) -> Result<ImmediateSharedGate, ForgeError> {
        let gate = gate.with(ClientIdValidation::new(self.clients())).with(client_signatures()?);
        Ok(gate.build()?.shared_immediate())
    }

    fn bound_jwts(&self, gate: Builder) -> Result<ImmediateSharedGate, ForgeError> {
        let validation = self.jwt_validation()?.dpop(self.dpop_proofs()?);
        Ok(gate.with(validation).build()?.shared_immediate())
    }
}

type Builder = GateBuilder<ManualClock, Nothing>;

/// A store of clients that cannot answer.
struct Away;

impl ClientStore for Away {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(StoreUnavailable("the store of the test is away".into()))
    }
}

impl ImmediateStore for Away {}
