//! Clients, grants, revocations and trusted certificates: the good ones, and one for each defect.

use std::time::Duration;

use crate::crypto::{KeyError, PrivateKey};
use crate::record::{Access, Client, ClientState, Grant, Scopes};
use crate::store::{InMemoryClients, InMemoryGrants, InMemoryRevocations, Revocation};
use crate::testing::forge_error::ForgeError;
use crate::testing::test_keys::{TestCertificate, rsa_key};
use crate::time::{Lifetime, UnixTime};
use crate::trust::TrustStore;

/// The client of everything good.
pub(super) const CLIENT: &str = "app";
/// The secret of that client.
pub(super) const CLIENT_SECRET: &str = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is";
/// An opaque token of that client.
pub(super) const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";
/// The resource that client and token open.
pub(super) const RESOURCE: &str = "orders";
/// The `jti` that is revoked.
pub(super) const REVOKED_ID: &str = "revoked-token";

const MINUTE: Duration = Duration::from_secs(60);
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// The good client, one for each defect of clients, and another good one.
pub(super) fn clients(now: UnixTime) -> Result<InMemoryClients, KeyError> {
    let linked = |id| {
        Client::new(id).with_access(Access::only([RESOURCE])).with_secret(CLIENT_SECRET.as_bytes())
    };
    let p256 = PrivateKey::from_pem(include_bytes!("keys/p256-1.pem"))?;
    let bare = |id| Client::new(id).with_access(Access::only([RESOURCE]));
    let clients = InMemoryClients::new();
    clients.add(linked(CLIENT).with_public_key(rsa_key()?.public_key().clone()));
    clients.add(linked("other-app"));
    clients.add(linked("disabled-app").with_state(ClientState::Disabled));
    clients.add(linked("revoked-app").with_state(ClientState::Revoked));
    clients.add(linked("expired-app").with_expiry(now.saturating_sub(MINUTE)));
    clients.add(Client::new("unlinked-app").with_access(Access::only(["invoices"])));
    clients.add(bare("app-without-secret"));
    clients.add(linked("p256-app").with_public_key(p256.public_key().clone()));
    Ok(clients)
}

/// The grant of the good token, and one for each defect of grants.
pub(super) fn grants(now: UnixTime) -> InMemoryGrants {
    let later = now.saturating_add(YEAR);
    let granted = |token: &str, lifetime| {
        Grant::new(token.as_bytes(), CLIENT, lifetime)
            .with_access(Access::only([RESOURCE]))
            .with_scopes(Scopes::of(["read", "write"]))
    };
    let current = |token| granted(token, Lifetime::until(later));
    let over = Lifetime::until(now.saturating_sub(MINUTE));
    let not_yet = Lifetime::until(later).starting(now.saturating_add(MINUTE));
    let grants = InMemoryGrants::new();
    grants.add(current(TOKEN));
    grants.add(current("revoked-token").revoked());
    grants.add(granted("expired-token", over));
    grants.add(granted("future-token", not_yet));
    grants.add(current("token-without-access").with_access(Access::only(["invoices"])));
    grants.add(current("token-without-scope").with_scopes(Scopes::of(["write"])));
    grants
}

/// Revocations that contain [`REVOKED_ID`].
pub(super) fn revocations(issuer: &str, now: UnixTime) -> Result<InMemoryRevocations, ForgeError> {
    let revocations = InMemoryRevocations::new(1000);
    let id = Revocation::Id { issuer: issuer.into(), id: REVOKED_ID.into() };
    revocations.revoke(id, now.saturating_add(YEAR))?;
    Ok(revocations)
}

/// The certificates that are trusted, and one that no longer is.
pub(super) fn trust() -> Result<TrustStore, ForgeError> {
    let trust = TrustStore::new();
    for (name, certificate) in [
        ("signer", TestCertificate::Signer),
        ("former", TestCertificate::Former),
        ("expired", TestCertificate::Expired),
        ("future", TestCertificate::Future),
        ("weak", TestCertificate::Weak),
    ] {
        trust.import(name, certificate.certificate()?)?;
    }
    trust.remove("former")?;
    Ok(trust)
}
