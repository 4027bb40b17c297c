//! Nonces that work once.

use crate::crypto::sha256;
use crate::interceptor::Call;
use crate::rejection::{MessageSignatureReason, Reason};
use crate::store::{Consumption, ReplayStore};
use crate::time::UnixTime;
use crate::validate::client_standing;

/// What keeps nonces apart from whatever else a store remembers.
const PURPOSE: &[u8] = b"tollgate http signature nonce";

/// The id of the nonce of one signer, who is named by a client's id or a key's, each part with its
/// length before it.
pub(super) fn nonce_id(named_by: &str, signer: &str, nonce: &str) -> [u8; 32] {
    let mut text = Vec::new();
    for part in [PURPOSE, named_by.as_bytes(), signer.as_bytes(), nonce.as_bytes()] {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part);
    }
    sha256(&text)
}

/// Uses up a nonce; a rehearsal only looks.
pub(super) async fn consume(
    replays: &impl ReplayStore,
    id: &[u8; 32],
    expires: UnixTime,
    call: &Call<'_>,
) -> Result<(), Reason> {
    let seen = if call.rehearsal {
        replays.look(id, expires, call.now).await
    } else {
        replays.consume(id, expires, call.now).await
    };
    match seen.map_err(client_standing::unavailable)? {
        Consumption::First => Ok(()),
        Consumption::Repeated => Err(Reason::MessageSignature(MessageSignatureReason::NonceUsed)),
    }
}
