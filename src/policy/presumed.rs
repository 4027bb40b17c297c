//! Parts before the host has registered any, for what is wrong whatever they are.

use crate::http_signature::MessageKey;
use crate::jose::KeySet;
use crate::policy::any_keys::AnyKeys;
use crate::policy::any_store::{AnyAgents, AnyClients, AnyGrants, AnyReplays, AnyRevocations};
use crate::policy::parts::{Parts, Shelf};
use crate::protected_resource::ProtectedResource;
use crate::remote::FixedAgents;
use crate::secret::Secret;
use crate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays, NoRevocations};
use crate::trust::TrustStore;
use crate::validate::{SessionBinding, SignatureKeys, SigningSecrets};

/// A part under each name, so that a gate can be built to be judged, and is dropped then. Where a
/// part decides what fits it, such as keys or certificates, nothing is judged.
pub(super) fn presumed_parts() -> Parts {
    let url = "https://presumed.example";
    let secret = Secret::new("presumed, and never used for any token");
    let secrets = SigningSecrets::new(&secret);
    let key = MessageKey::shared_secret(&secret).ok();
    Parts {
        clients: Shelf::presumed(Some(AnyClients::new(InMemoryClients::new()))),
        grants: Shelf::presumed(Some(AnyGrants::new(InMemoryGrants::new()))),
        replays: Shelf::presumed(InMemoryReplays::new(1).ok().map(AnyReplays::new)),
        revocations: Shelf::presumed(Some(AnyRevocations::new(NoRevocations))),
        keys: Shelf::presumed(Some(AnyKeys::Presumed(KeySet::of([]).into()))),
        secrets: Shelf::presumed(secrets.ok()),
        sessions: Shelf::presumed(Some(SessionBinding::session_fn(|_| None))),
        certificates: Shelf::presumed(Some(None)),
        trust: Shelf::presumed(Some(TrustStore::new())),
        protected_resources: Shelf::presumed(ProtectedResource::new(url, url).ok()),
        agents: Shelf::presumed(Some(AnyAgents::new(FixedAgents::new()))),
        signature_keys: Shelf::presumed(
            SignatureKeys::named(key.map(|key| ("presumed", key))).ok(),
        ),
    }
}
