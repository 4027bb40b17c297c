//! Access Token Validation.

use std::sync::Arc;

use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::location::Location;
use crate::record::{Grant, GrantState, Scopes};
use crate::rejection::{Challenge, Checkpoint, Label, Reason, Rejection};
use crate::store::{
    ClientStore, GrantStore, ImmediateStore, NoRevocations, OpaqueToken, PresentedToken,
    ReplayStore, RevocationStore,
};
use crate::time::Phase;
use crate::validate::client_standing;
use crate::validate::dpop::{DpopProofs, UnusedProof};
use crate::validate::introspected;
use crate::validate::no_replays::NoReplays;
use crate::validate::possession::Possession;
use crate::validate::presented::Presented;
use crate::validate::revocation;
use crate::validate::token_rules;
use crate::validate::unavailable;

const NAME: &str = "access token validation";

/// Judges an opaque access token by the grant that a store keeps of it.
///
/// Accepts when
/// 1. the element, `HEADER access_token` unless another is set, holds exactly one value of at most
///    8 KiB;
/// 2. it consists of the bytes `%x20-7E` (RFC 6749 appendix A.12) without `&`, behind `Bearer` of
///    the narrower `b64token` (RFC 6750 section 2.1): nothing else is looked up;
/// 3. the store has a grant of the token with this SHA-256;
/// 4. the grant is not revoked;
/// 5. it is within its lifetime: `not_before <= now < expires`, in milliseconds, without skew;
/// 6. it opens the resource of the gate, or the gate is for
///    [`AnyResource`](crate::interceptor::AnyResource);
/// 7. it has every required scope;
/// 8. if an authorization server says that it is bound (`cnf`), the caller holds its certificate
///    (`x5t#S256`), and made a proof by its key (`jkt`), where proofs are judged
///    ([`dpop`](Self::dpop)); bound in any other way it is refused;
/// 9. it is not revoked, if a store of revocations is given;
/// 10. its client is known, enabled, unexpired and linked to the resource as well;
/// 11. its proof was not used before.
///
/// Establishes the client and the grant.
///
/// # Errors
/// `credential.*` if the token cannot be read or has other bytes; `token.unknown`, `token.revoked`,
/// `token.expired`, `token.not_yet_valid`, `token.no_access`, `token.scope`, `possession.*`,
/// `proof.*`, then `client.*` and `proof.used`, in the order above; `service.unavailable` if a
/// store cannot tell. A gate without a resource does not build.
///
/// # Security
/// Raw tokens are never kept or compared, so nothing that leaks from a store passes a gate, and the
/// time of a look-up says nothing about a token.
///
/// # Example
/// ```
/// use tollgate::record::{Access, Client, Grant};
/// use tollgate::store::{InMemoryClients, InMemoryGrants};
/// use tollgate::time::Lifetime;
/// use tollgate::{AccessTokenValidation, Gate, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything));
/// let grants = InMemoryGrants::new();
/// let lifetime = Lifetime::until(UnixTime::from_seconds(100));
/// let grant = Grant::new(b"2YotnFZF", "mobile-app", lifetime);
/// grants.add(grant.with_access(Access::only(["orders"])));
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(99)))
///     .for_resource("orders")
///     .with(AccessTokenValidation::new(grants.clone(), clients))
///     .build()?;
///
/// let request = PlainRequest::new("GET", "/").with_header("access_token", "2YotnFZF");
/// assert_eq!(gate.check_now(&request).unwrap().grant().unwrap().client(), "mobile-app");
///
/// grants.revoke(b"2YotnFZF");
/// assert_eq!(gate.check_now(&request).unwrap_err().reason().code(), "token.revoked");
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's document on invalid tokens (messages, trace lines, reasons).
#[derive(Clone, Debug)]
pub struct AccessTokenValidation<G, S, R = NoRevocations, D = NoReplays> {
    pub(super) checkpoint: Checkpoint,
    grants: G,
    clients: S,
    revocations: R,
    required: Scopes,
    pub(super) possession: Possession<D>,
}

/// The checks of a token, before those of its client.
pub(super) const GRANT_CHECKS: [&str; 10] = [
    "credential",
    "form",
    "token known",
    "grant",
    "introspection",
    "lifetime",
    "access",
    "scopes",
    "possession",
    "revocation",
];

impl<G: GrantStore, S: ClientStore> AccessTokenValidation<G, S> {
    /// Looks grants up in `grants` and their clients in `clients`.
    pub fn new(grants: G, clients: S) -> Self {
        let checkpoint = Checkpoint::of(NAME)
            .with_label(Label::ACCESS_TOKEN)
            .with_element(Element::documented("access_token", Location::Header))
            .with_challenge(Challenge::Bearer);
        let (revocations, required) = (NoRevocations, Scopes::default());
        let possession = Possession::of_certificates();
        Self { checkpoint, grants, clients, revocations, required, possession }
    }
}

impl<G, S, R, D> AccessTokenValidation<G, S, R, D>
where
    G: GrantStore,
    S: ClientStore,
    R: RevocationStore,
    D: ReplayStore,
{
    /// Refuses tokens that `revocations` has revoked, beside those whose grant says so.
    pub fn revocations<T: RevocationStore>(
        self,
        revocations: T,
    ) -> AccessTokenValidation<G, S, T, D> {
        let Self { checkpoint, grants, clients, required, possession, .. } = self;
        AccessTokenValidation { checkpoint, grants, clients, revocations, required, possession }
    }

    /// Accepts introspected tokens that are bound to a key of the client, with a proof as `proofs`
    /// has it; without this they are refused. Behind [`Element::bearer`] they come under the scheme
    /// `DPoP`, others under `Bearer`. A grant of a store is not bound to a key.
    pub fn dpop<T: ReplayStore>(self, proofs: DpopProofs<T>) -> AccessTokenValidation<G, S, R, T> {
        let Self { checkpoint, grants, clients, revocations, required, .. } = self;
        let possession = Possession::with_proofs(proofs);
        let checkpoint = possession.challenging(checkpoint);
        AccessTokenValidation { checkpoint, grants, clients, revocations, required, possession }
    }

    /// Reads the token from another element; every location is allowed, and so is
    /// [`Element::bearer`].
    pub fn element(mut self, element: Element) -> Self {
        self.checkpoint = self.checkpoint.with_element(element);
        self
    }

    /// Changes the label in messages and traces (default `Access Token` and `Access token`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    /// Renames the interceptor it is part of.
    pub(super) fn within(mut self, interceptor: &'static str) -> Self {
        self.checkpoint = self.checkpoint.within(interceptor);
        self
    }

    /// Requires all of these scopes; none by default.
    pub fn scopes(mut self, required: Scopes) -> Self {
        self.checkpoint = self.checkpoint.with_scopes(&required);
        self.required = required;
        self
    }

    /// The grant of this token, if it may be used; its client is not judged, and a proof not used
    /// up.
    pub(super) async fn judge_token(
        &self,
        presented: &Presented<'_>,
        call: &Call<'_>,
    ) -> Result<(Arc<Grant>, Option<UnusedProof>), Reason> {
        let token = presented.as_bytes();
        if !token.iter().all(|byte| is_of_a_token(*byte)) {
            return Err(Reason::CredentialMalformed);
        }
        call.note("form", || "the characters of a token".to_owned());
        let grant = self.find(token, call).await?.ok_or(Reason::TokenUnknown)?;
        call.note("token known", || "a grant belongs to it".to_owned());
        self.judge_grant(&grant, call)?;
        let proof = self.possession.judge(grant.claims(), presented, call)?;
        revocation::judge(&self.revocations, &PresentedToken::opaque(&grant), call).await?;
        Ok((grant, proof))
    }

    async fn find(&self, token: &[u8], call: &Call<'_>) -> Result<Option<Arc<Grant>>, Reason> {
        let token = OpaqueToken::new(token, call.now);
        let token = if call.rehearsal { token.rehearsed() } else { token };
        let grant = self.grants.find(&token).await.map_err(unavailable::store)?;
        Ok(grant.filter(|grant| grant.token() == token.digest()))
    }

    async fn judge(&self, presented: &Presented<'_>, call: &Call<'_>) -> Result<Evidence, Reason> {
        let (grant, proof) = self.judge_token(presented, call).await?;
        let client =
            client_standing::client_in_good_standing(&self.clients, grant.client(), call).await?;
        self.possession.use_up(proof, call).await?;
        Ok(Evidence::of_client(client).with_grant(grant))
    }

    fn judge_grant(&self, grant: &Grant, call: &Call<'_>) -> Result<(), Reason> {
        let now = call.now;
        if grant.state() == GrantState::Revoked {
            return Err(Reason::TokenRevoked);
        }
        call.note("grant", || "not revoked".to_owned());
        if let Some(introspected) = grant.introspected() {
            introspected::judge(introspected, call)?;
        }
        call.note("introspection", || match grant.introspected() {
            Some(_) => "every member that the server answered with".to_owned(),
            None => "a grant of a store".to_owned(),
        });
        match grant.lifetime().phase(now) {
            Phase::Over { expires } => return Err(Reason::TokenExpired { now, expires }),
            Phase::NotYet { not_before } => {
                return Err(Reason::TokenNotYetValid { now, not_before });
            }
            Phase::Current => {
                call.note("lifetime", || client_standing::until(grant.lifetime().expires()));
            }
        }
        if let Some(resource) = client_standing::outside(grant.access(), call) {
            return Err(Reason::TokenNoAccess { resource });
        }
        call.note("access", || client_standing::asked_for(call));
        if let Some(scope) = self.required.missing_from(grant.scopes()) {
            return Err(Reason::TokenScope { scope: Arc::from(scope) });
        }
        call.note("scopes", || token_rules::required(&self.required));
        Ok(())
    }
}

/// `VSCHAR` of RFC 6749 appendix A.12, but for the separator of form parameters: a source that
/// forgets to encode a token must not be made to send a parameter of the caller's.
fn is_of_a_token(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'&'
}

impl<G, S, R, D> Interceptor for AccessTokenValidation<G, S, R, D>
where
    G: GrantStore,
    S: ClientStore,
    R: RevocationStore,
    D: ReplayStore,
{
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = self.possession.read(&self.checkpoint, &call)?;
        let judged = self.judge(&presented, &call).await;
        judged.map_err(|reason| self.possession.refused(reason, &presented, &call))
    }

    fn describe(&self) -> Description {
        let description = Description::at(self.checkpoint.clone())
            .making(GRANT_CHECKS)
            .making(client_standing::STANDING_CHECKS);
        self.possession
            .describe(description)
            .requires(Requirement::Resource)
            .establishes(Fact::Client)
            .establishes(Fact::Grant)
    }
}

impl<G, S, R, D> Immediate for AccessTokenValidation<G, S, R, D>
where
    G: GrantStore + ImmediateStore,
    S: ClientStore + ImmediateStore,
    R: RevocationStore + ImmediateStore,
    D: ReplayStore + ImmediateStore,
{
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::crypto::CredentialDigest;
    use crate::record::{Access, Client};
    use crate::request::PlainRequest;
    use crate::store::{InMemoryClients, InMemoryGrants};
    use crate::time::{Lifetime, UnixTime};

    const START: i64 = 1_800_000_000_000;
    const END: i64 = 1_800_000_060_000;

    fn code_at(millis: i64, token: &str) -> &'static str {
        let clients = InMemoryClients::new();
        clients.add(Client::new("app").with_access(Access::only(["orders"])));
        clients.add(Client::new("elsewhere"));
        let lifetime =
            Lifetime::until(UnixTime::from_millis(END)).starting(UnixTime::from_millis(START));
        let grant = |token: &str, client| {
            Grant::new(token.as_bytes(), client, lifetime)
                .with_access(Access::Everything)
                .with_scopes(Scopes::of(["read"]))
        };
        let grants = InMemoryGrants::new();
        grants.add(grant("good", "app"));
        grants.add(grant("taken back", "app"));
        grants.revoke(b"taken back");
        grants.add(grant("closed", "app").with_access(Access::only(["invoices"])));
        grants.add(grant("narrow", "app").with_scopes(Scopes::of(["write"])));
        grants.add(grant("orphan", "removed client"));
        grants.add(grant("unlinked", "elsewhere"));
        let gate = Gate::builder(ManualClock::at(UnixTime::from_millis(millis)))
            .for_resource("orders")
            .with(AccessTokenValidation::new(grants, clients).scopes(Scopes::of(["read"])))
            .build()
            .unwrap();
        let request = PlainRequest::new("GET", "/").with_header("access_token", token);
        gate.check_now(&request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    }

    #[test]
    fn each_refusal_has_its_own_code() {
        for (token, expected) in [
            ("good", "admitted"),
            ("other", "token.unknown"),
            ("taken back", "token.revoked"),
            ("closed", "token.no_access"),
            ("narrow", "token.scope"),
            ("orphan", "client.unknown"),
            ("unlinked", "client.not_linked"),
        ] {
            assert_eq!(code_at(START, token), expected, "{token}");
        }
    }

    #[test]
    fn the_lifetime_is_half_open_to_the_millisecond() {
        for (millis, expected) in [
            (START - 1, "token.not_yet_valid"),
            (START, "admitted"),
            (START + 1, "admitted"),
            (END - 1, "admitted"),
            (END, "token.expired"),
            (END + 1, "token.expired"),
        ] {
            assert_eq!(code_at(millis, "good"), expected, "{millis}");
        }
    }

    #[test]
    fn the_digest_of_a_token_is_not_the_token() {
        let digest = serde_json::to_string(&CredentialDigest::of(b"good")).unwrap();
        assert_eq!(code_at(START, digest.trim_matches('"')), "token.unknown");
    }
}
