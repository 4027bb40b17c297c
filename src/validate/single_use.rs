//! What works once: nonces of signatures, proofs of possession, time tokens.

use crate::crypto::sha256;
use crate::interceptor::Call;
use crate::rejection::Reason;
use crate::store::{Consumption, ReplayStore};
use crate::time::UnixTime;
use crate::validate::unavailable;

/// The id under which a replay store keeps what `parts` name, apart from what serves any other
/// purpose: each with its length before it, so that no byte can move from one to the next.
pub(super) fn use_id(purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    let parts = [purpose.as_bytes()].into_iter().chain(parts.iter().copied());
    let length = parts.clone().map(|part| part.len().saturating_add(8)).sum();
    let mut text = Vec::with_capacity(length);
    for part in parts {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part);
    }
    sha256(&text)
}

/// Uses an id up, and says whether that was the first time; a rehearsal only looks.
pub(super) async fn consume(
    replays: &impl ReplayStore,
    id: &[u8; 32],
    expires: UnixTime,
    call: &Call<'_>,
) -> Result<Consumption, Reason> {
    let seen = if call.rehearsal {
        replays.look(id, expires, call.now).await
    } else {
        replays.consume(id, expires, call.now).await
    };
    seen.map_err(unavailable::store)
}

/// Notes that this was the first use, where that is looked at.
pub(super) fn note<R>(replays: Option<&R>, call: &Call<'_>) {
    call.note("use", || match replays {
        Some(_) => "the first".to_owned(),
        None => "any number".to_owned(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_moves_from_one_part_of_an_id_to_the_next() {
        let ids = [
            use_id("a", &[b"b", b"c"]),
            use_id("ab", &[b"", b"c"]),
            use_id("a", &[b"bc", b""]),
            use_id("a", &[b"bc"]),
            use_id("a", &[b"b", b"c", b""]),
        ];
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[index + 1..].contains(id), "{index}");
        }
    }
}
