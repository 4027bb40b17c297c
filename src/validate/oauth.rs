//! OAuth.

use std::sync::Arc;

use crate::config_error::ConfigError;
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::jose::KeyProvider;
use crate::location::Location;
use crate::record::{Claims, Client};
use crate::rejection::{Checkpoint, Label, Reason, Rejection};
use crate::store::{
    ClientStore, GrantStore, ImmediateStore, NoRevocations, ReplayStore, RevocationStore,
};
use crate::validate::access_token::{AccessTokenValidation, GRANT_CHECKS};
use crate::validate::client_id::ClientIdValidation;
use crate::validate::jwt::{Issuer, JwtValidation, NoClients, TOKEN_CHECKS};
use crate::validate::possession::Possession;
use crate::validate::presented::Presented;
use crate::validate::token_rules::named_client;

const NAME: &str = "oauth validation";

/// Judges a client id and an access token that must belong to that client.
///
/// Accepts when
/// 1. the client id, in `HEADER client_id` unless another element is set, is one that
///    [`ClientIdValidation`] accepts;
/// 2. the access token, in `HEADER access_token` unless another element is set, is one that
///    [`AccessTokenValidation`] ([`opaque`](Self::opaque)) or [`JwtValidation`]
///    ([`jwt`](Self::jwt)) accepts; both are required, and the client id is judged first;
/// 3. the token belongs to the client with that id: the grant's client is the same, or the JWT
///    names it in `client_id` or `azp`, which must agree.
///
/// By which grant type the token was obtained is not judged.
///
/// Establishes the client, and the grant or the claims.
///
/// # Errors
/// For the client id what [`ClientIdValidation`] says, and it names that element. For the token
/// what [`AccessTokenValidation`] or [`JwtValidation`] says, then `claim.missing` if a JWT names no
/// client and `client.mismatch` if the token is another client's; these name the element of the
/// token. A gate without a resource does not build.
///
/// # Security
/// The client id is not a secret, so it does not stop anyone who stole a token together with it: it
/// only keeps a token from being used under another client's name.
///
/// # Example
/// ```
/// use tollgate::record::{Access, Client, Grant};
/// use tollgate::store::{InMemoryClients, InMemoryGrants};
/// use tollgate::time::Lifetime;
/// use tollgate::{Element, Gate, ManualClock, OAuthValidation, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything));
/// clients.add(Client::new("batch").with_access(Access::Everything));
/// let grants = InMemoryGrants::new();
/// let lifetime = Lifetime::until(UnixTime::from_seconds(100));
/// grants.add(Grant::new(b"2YotnFZF", "mobile-app", lifetime).with_access(Access::Everything));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(OAuthValidation::opaque(grants, clients).access_token_element(Element::bearer()))
///     .build()?;
/// let request = |client: &str| {
///     PlainRequest::new("GET", "/")
///         .with_header("client_id", client)
///         .with_header("authorization", "Bearer 2YotnFZF")
/// };
///
/// assert!(gate.check_now(&request("mobile-app")).is_ok());
///
/// let rejection = gate.check_now(&request("batch")).unwrap_err();
/// assert_eq!(rejection.reason().code(), "client.mismatch");
/// assert_eq!(rejection.element(), Some(&Element::bearer()));
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor OAuth and its document on invalid tokens (messages, trace
/// lines, reasons); RFC 6750 section 2.1; RFC 9068 section 2.2.
#[derive(Clone, Debug)]
pub struct OAuthValidation<S, T> {
    client_id: ClientIdValidation<S>,
    token: T,
}

impl<G, S> OAuthValidation<Arc<S>, AccessTokenValidation<G, Arc<S>>>
where
    G: GrantStore,
    S: ClientStore,
{
    /// Judges opaque tokens, whose grants are looked up in `grants`, and clients in `clients`.
    pub fn opaque(grants: G, clients: S) -> Self {
        let clients = Arc::new(clients);
        let token = AccessTokenValidation::new(grants, Arc::clone(&clients)).within(NAME);
        Self { client_id: ClientIdValidation::new(clients).within(NAME), token }
    }

    /// Reads the token from another element; every location is allowed, and so is
    /// [`Element::bearer`].
    pub fn access_token_element(mut self, element: Element) -> Self {
        self.token = self.token.element(element);
        self
    }
}

impl<S: ClientStore, K: KeyProvider>
    OAuthValidation<S, JwtValidation<NoClients, NoRevocations, K>>
{
    /// Judges JWTs of `issuer`; clients are looked up in `clients`.
    pub fn jwt(issuer: Issuer<K>, clients: S) -> Self {
        let element = Element::documented("access_token", Location::Header);
        let token = JwtValidation::new(element, issuer).label(Label::ACCESS_TOKEN).within(NAME);
        Self { client_id: ClientIdValidation::new(clients).within(NAME), token }
    }

    /// Reads the token from another element; every location is allowed, and so is
    /// [`Element::bearer`].
    pub fn access_token_element(mut self, element: Element) -> Self {
        self.token.checkpoint = self.token.checkpoint.with_element(element);
        self
    }
}

impl<S: ClientStore, T> OAuthValidation<S, T> {
    /// Reads the client id from another element; every location is allowed.
    pub fn client_id_element(mut self, element: Element) -> Self {
        self.client_id = self.client_id.element(element);
        self
    }

    /// Changes the label of the client id in messages and traces (default `Client Id` and
    /// `Client id`).
    pub fn client_id_label(mut self, label: Label) -> Self {
        self.client_id = self.client_id.label(label);
        self
    }

    /// Changes the rules for tokens: whatever [`AccessTokenValidation`] or [`JwtValidation`] lets
    /// one set, its scopes, skew, label and revocations among it.
    ///
    /// ```
    /// # use tollgate::record::Scopes;
    /// # use tollgate::store::{InMemoryClients, InMemoryGrants};
    /// # use tollgate::{ConfigError, OAuthValidation};
    /// # fn main() -> Result<(), ConfigError> {
    /// # let (grants, clients) = (InMemoryGrants::new(), InMemoryClients::new());
    /// let validation = OAuthValidation::opaque(grants, clients)
    ///     .token_rules(|token| Ok(token.scopes(Scopes::of(["read"]))))?;
    /// # let _ = validation;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The [`ConfigError`] of `change`.
    pub fn token_rules<U>(
        self,
        change: impl FnOnce(T) -> Result<U, ConfigError>,
    ) -> Result<OAuthValidation<S, U>, ConfigError> {
        self.with_token(change)
    }

    /// As [`token_rules`](Self::token_rules), with the error of `change`, whatever it is.
    pub(crate) fn with_token<U, E>(
        self,
        change: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<OAuthValidation<S, U>, E> {
        Ok(OAuthValidation { client_id: self.client_id, token: change(self.token)? })
    }
}

/// The access token of an [`OAuthValidation`]: what differs between opaque tokens and JWTs.
trait Token: Send + Sync {
    const FACT: Fact;

    /// The checks of a token, in their order.
    const CHECKS: &'static [&'static str];

    type Replays: ReplayStore;

    fn checkpoint(&self) -> &Checkpoint;

    fn possession(&self) -> &Possession<Self::Replays>;

    /// Judges a token, and adds its grant or claims if the identified client owns it.
    fn judge(
        &self,
        presented: &Presented<'_>,
        call: &Call<'_>,
        identified: Evidence,
    ) -> impl Future<Output = Result<Evidence, Reason>> + Send;
}

impl<G, S, R, D> Token for AccessTokenValidation<G, S, R, D>
where
    G: GrantStore,
    S: ClientStore,
    R: RevocationStore,
    D: ReplayStore,
{
    const FACT: Fact = Fact::Grant;
    const CHECKS: &'static [&'static str] = &GRANT_CHECKS;

    type Replays = D;

    fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    fn possession(&self) -> &Possession<D> {
        &self.possession
    }

    async fn judge(
        &self,
        presented: &Presented<'_>,
        call: &Call<'_>,
        identified: Evidence,
    ) -> Result<Evidence, Reason> {
        let (grant, proof) = self.judge_token(presented, call).await?;
        judge_owner(&identified, grant.client(), call)?;
        self.possession.use_up(proof, call).await?;
        Ok(identified.with_grant(grant))
    }
}

impl<R, K, D> Token for JwtValidation<NoClients, R, K, D>
where
    R: RevocationStore,
    K: KeyProvider,
    D: ReplayStore,
{
    const FACT: Fact = Fact::Claims;
    const CHECKS: &'static [&'static str] = &TOKEN_CHECKS;

    type Replays = D;

    fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    fn possession(&self) -> &Possession<D> {
        &self.possession
    }

    async fn judge(
        &self,
        presented: &Presented<'_>,
        call: &Call<'_>,
        identified: Evidence,
    ) -> Result<Evidence, Reason> {
        let held = self.judge_token(presented, call).await?;
        let owned = judge_owned(self, presented, held.claims(), &identified, call).await;
        let ((), claims) = held.settle(owned)?;
        Ok(identified.with_claims(claims))
    }
}

/// Judges what a JWT is not judged for by its claims alone.
async fn judge_owned<R, K, D>(
    validation: &JwtValidation<NoClients, R, K, D>,
    presented: &Presented<'_>,
    claims: &Claims,
    identified: &Evidence,
    call: &Call<'_>,
) -> Result<(), Reason>
where
    R: RevocationStore,
    K: KeyProvider,
    D: ReplayStore,
{
    let proof = validation.possession.judge(Some(claims), presented, call)?;
    validation.judge_revocation(presented.as_bytes(), claims, call).await?;
    judge_owner(identified, named_client(claims)?, call)?;
    validation.possession.use_up(proof, call).await
}

impl<C: ClientStore, T: Token> Interceptor for OAuthValidation<C, T> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let identified = self.client_id.intercept(call).await?;
        let possession = self.token.possession();
        let presented = possession.read(self.token.checkpoint(), &call)?;
        let judged = self.token.judge(&presented, &call, identified).await;
        judged.map_err(|reason| possession.refused(reason, &presented, &call))
    }

    fn describe(&self) -> Description {
        let client_id = self.client_id.describe();
        let token = Description::at(self.token.checkpoint().clone())
            .making(client_id.checks().iter().copied())
            .making(T::CHECKS.iter().copied())
            .making(["owner"]);
        let token = self.token.possession().describe(token);
        let description = client_id.credentials().iter().cloned().fold(token, Description::reads);
        description.requires(Requirement::Resource).establishes(Fact::Client).establishes(T::FACT)
    }
}

impl<C, G, S, R, D> Immediate for OAuthValidation<C, AccessTokenValidation<G, S, R, D>>
where
    C: ClientStore + ImmediateStore,
    G: GrantStore + ImmediateStore,
    S: ClientStore + ImmediateStore,
    R: RevocationStore + ImmediateStore,
    D: ReplayStore + ImmediateStore,
{
}

impl<C, R, K, D> Immediate for OAuthValidation<C, JwtValidation<NoClients, R, K, D>>
where
    K: KeyProvider + ImmediateStore,
    C: ClientStore + ImmediateStore,
    R: RevocationStore + ImmediateStore,
    D: ReplayStore + ImmediateStore,
{
}

/// The identified client is in good standing, so a token of its own needs no second look-up.
fn judge_owner(identified: &Evidence, owner: &str, call: &Call<'_>) -> Result<(), Reason> {
    match identified.client().map(Client::id) {
        Some(id) if id == owner => {
            call.note("owner", || "the token is the client's".to_owned());
            Ok(())
        }
        _ => Err(Reason::ClientMismatch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::jose::{Algorithm, KeySet, SigningKey};
    use crate::record::{Access, ClientState, Grant, Scopes};
    use crate::request::PlainRequest;
    use crate::store::{InMemoryClients, InMemoryGrants};
    use crate::time::{Lifetime, UnixTime};

    const END: i64 = 1_800_000_000;

    fn clients() -> InMemoryClients {
        let clients = InMemoryClients::new();
        clients.add(Client::new("app").with_access(Access::only(["orders"])));
        clients.add(Client::new("other").with_access(Access::Everything));
        clients.add(
            Client::new("off").with_access(Access::Everything).with_state(ClientState::Disabled),
        );
        clients
    }

    fn grants() -> InMemoryGrants {
        let lifetime = Lifetime::until(UnixTime::from_seconds(END));
        let grants = InMemoryGrants::new();
        for (token, client) in [("mine", "app"), ("theirs", "other"), ("orphan", "off")] {
            let grant = Grant::new(token.as_bytes(), client, lifetime);
            grants.add(grant.with_access(Access::Everything));
        }
        grants
    }

    /// The code, and the element that is blamed.
    fn decided(
        validation: impl Immediate,
        seconds: i64,
        headers: &[(&str, &str)],
    ) -> (&'static str, String) {
        let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(seconds)))
            .for_resource("orders")
            .with(validation)
            .build()
            .unwrap();
        let mut request = PlainRequest::new("GET", "/");
        for (name, value) in headers {
            request = request.with_header(name, *value);
        }
        match gate.check_now(&request) {
            Ok(admission) => ("admitted", admission.client().unwrap().id().to_owned()),
            Err(rejection) => {
                assert_eq!(rejection.interceptor(), NAME);
                (rejection.reason().code(), rejection.element().unwrap().to_string())
            }
        }
    }

    #[test]
    fn the_element_of_the_bad_credential_is_blamed_client_id_first() {
        let (id, token) = ("HEADER client_id", "HEADER access_token");
        for (headers, expected) in [
            (&[("client_id", "app"), ("access_token", "mine")][..], ("admitted", "app")),
            (&[("client_id", "app"), ("access_token", "bad")], ("token.unknown", token)),
            (&[("client_id", "app"), ("access_token", "theirs")], ("client.mismatch", token)),
            (&[("client_id", "app"), ("access_token", "orphan")], ("client.mismatch", token)),
            (&[("client_id", "off"), ("access_token", "orphan")], ("client.disabled", id)),
            (&[("client_id", "bad"), ("access_token", "bad")], ("client.unknown", id)),
            (&[("client_id", "app")], ("credential.missing", token)),
            (&[("access_token", "mine")], ("credential.missing", id)),
            (&[], ("credential.missing", id)),
        ] {
            let (code, blamed) = decided(OAuthValidation::opaque(grants(), clients()), 0, headers);
            assert_eq!((code, blamed.as_str()), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_grant_ends_to_the_second() {
        let headers = [("client_id", "app"), ("access_token", "mine")];
        let code =
            |seconds| decided(OAuthValidation::opaque(grants(), clients()), seconds, &headers).0;
        assert_eq!(code(END - 1), "admitted");
        assert_eq!(code(END), "token.expired");
        assert_eq!(code(END + 1), "token.expired");
    }

    #[test]
    fn elements_and_rules_can_be_set() {
        let validation = || {
            OAuthValidation::opaque(grants(), clients())
                .client_id_element(Element::header("x-client").unwrap())
                .access_token_element(Element::bearer())
        };
        let headers = [("x-client", "app"), ("authorization", "Bearer mine")];
        assert_eq!(decided(validation(), 0, &headers).0, "admitted");
        let scoped = validation().token_rules(|token| Ok(token.scopes(Scopes::of(["read"]))));
        let (code, blamed) = decided(scoped.unwrap(), 0, &headers);
        assert_eq!((code, blamed.as_str()), ("token.scope", "HEADER Authorization"));
    }

    #[test]
    fn a_jwt_must_name_the_client() {
        let key = SigningKey::generate_es256().unwrap();
        let keys = KeySet::of([key.verifying_key().clone()]);
        let issuer = Issuer::new("a", "api", [Algorithm::Es256], keys).unwrap();
        let validation = OAuthValidation::jwt(issuer, clients());
        for (claims, expected) in [
            (r#""client_id": "app""#, "admitted"),
            (r#""azp": "app""#, "admitted"),
            (r#""azp": "app", "client_id": "app""#, "admitted"),
            (r#""azp": "app", "client_id": "other""#, "client.mismatch"),
            (r#""azp": "other", "client_id": "app""#, "client.mismatch"),
            (r#""client_id": "other""#, "client.mismatch"),
            (r#""sub": "app""#, "claim.missing"),
        ] {
            let claims = format!(r#"{{"iss": "a", "aud": "api", "exp": {END}, {claims}}}"#);
            let token = key.sign(claims.as_bytes()).unwrap();
            let headers = [("client_id", "app"), ("access_token", token.as_str())];
            let (code, named) = decided(validation.clone(), 0, &headers);
            assert_eq!(code, expected, "{claims}");
            assert_eq!(named, if code == "admitted" { "app" } else { "HEADER access_token" });
        }
    }

    #[test]
    fn the_rules_for_jwts_can_be_set() {
        let keys = KeySet::of([SigningKey::generate_es256().unwrap().verifying_key().clone()]);
        let issuer = Issuer::new("a", "api", [Algorithm::Es256], keys).unwrap();
        let validation = OAuthValidation::jwt(issuer.clone(), clients());
        let error = validation.token_rules(|jwt| jwt.also_from(issuer)).unwrap_err();
        assert_eq!(error.field(), "issuer");
    }
}
