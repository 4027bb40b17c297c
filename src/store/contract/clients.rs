//! The contract of a client store.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::{CredentialDigest, PublicKey};
use crate::record::{Access, Client, ClientState};
use crate::store::contract::breach::{Broken, Findings};
use crate::store::contract::fixture::ClientFixture;
use crate::store::contract::look_alike::look_alikes;
use crate::store::contract::records::{NamedRecords, RecordExamination, Whole};
use crate::store::contract::samples::{FAR, RESOURCES};
use crate::store::lookup::{ClientStore, StoreUnavailable};
use crate::time::UnixTime;

const ID: &str = "contract-client";

/// Made for this purpose; its private half was thrown away.
const KEY: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEp/B9lZNa0fYTwLZwJZEKifJzkb+t
H+fr979IZN8PrGY9gRe3iGZBUQs15YyAV8614NmF7B/yrVUKw0nqSZiofw==
-----END PUBLIC KEY-----
";

/// Checks that a store of clients keeps what [`ClientStore`] promises: ids match byte for byte, a
/// record comes back whole, an unknown id is `None`, what was revoked stays so until it is removed,
/// and the next look-up sees a change.
///
/// It adds, revokes and removes clients whose ids contain `contract`, and some whose ids are
/// numbers.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn client_store(
    store: &impl ClientStore,
    fixture: &impl ClientFixture,
) -> Result<(), Broken> {
    let records = &Clients { store, fixture };
    let mut examination = RecordExamination { records, findings: Findings::default() };
    for pair in look_alikes("7") {
        examination.tell_apart(&pair).await;
    }
    examination.see_changes(ID).await;
    let (enabled, disabled) = (records.record(ID, 2), Client::new(ID));
    let later = [enabled, disabled.with_state(ClientState::Disabled)];
    examination.stay_revoked(ID, &later).await;
    for whole in whole_clients() {
        examination.keep_whole(ID, whole).await;
    }
    examination.findings.verdict()
}

struct Clients<'s, S, F> {
    store: &'s S,
    fixture: &'s F,
}

impl<S: ClientStore, F: ClientFixture> NamedRecords for Clients<'_, S, F> {
    type Record = Client;

    fn record(&self, name: &str, number: u8) -> Client {
        Client::new(name).with_expiry(FAR.saturating_add(Duration::from_secs(number.into())))
    }

    fn revoked(&self, record: Client) -> Client {
        record.with_state(ClientState::Revoked)
    }

    fn is_revoked(&self, record: &Client) -> bool {
        record.state() == ClientState::Revoked
    }

    async fn add(&self, record: Client) -> Result<(), StoreUnavailable> {
        self.fixture.add(record).await
    }

    async fn revoke(&self, name: &str) -> Result<(), StoreUnavailable> {
        self.fixture.revoke(name).await
    }

    async fn remove(&self, name: &str) -> Result<(), StoreUnavailable> {
        self.fixture.remove(name).await
    }

    async fn find(&self, name: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        self.store.find(name).await
    }
}

fn whole_clients() -> Vec<Whole<Client>> {
    let is_over = false;
    let plain = || Client::new(ID);
    let whole = |what, record| Whole { what, record, is_over };
    let ends = |what, millis| whole(what, plain().with_expiry(UnixTime::from_millis(millis)));
    let mut clients = vec![
        whole("nothing but its id", plain()),
        whole("the state disabled", plain().with_state(ClientState::Disabled)),
        whole("the state revoked", plain().with_state(ClientState::Revoked)),
        whole("access to everything", plain().with_access(Access::Everything)),
        whole("access to odd names", plain().with_access(Access::only(RESOURCES))),
        whole("access to no resource", plain().with_access(Access::default())),
        whole("a secret", plain().with_secret_digest(CredentialDigest::from_bytes([0x80; 32]))),
        whole("a secret whose digest is zeros", {
            plain().with_secret_digest(CredentialDigest::from_bytes([0; 32]))
        }),
        ends("an expiry at 1 ms", FAR.as_millis().saturating_add(1)),
        ends("an expiry at 999 ms", FAR.as_millis().saturating_add(999)),
        Whole { is_over: true, ..ends("an expiry at the epoch", 0) },
        Whole { is_over: true, ..ends("an expiry 1 ms before the epoch", -1) },
    ];
    if let Ok(key) = PublicKey::from_pem(KEY.as_bytes()) {
        clients.push(whole("a public key", plain().with_public_key(key)));
    }
    clients
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_can_be_read() {
        let clients = whole_clients();
        assert!(clients.iter().any(|whole| whole.record.public_key().is_some()));
    }
}
