//! Samples that more than one contract uses.

use crate::time::UnixTime;

/// 2027-01-15T08:00:00Z, at which every token is judged.
pub(super) const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

/// 2099-01-01T00:00:00Z: no store has dropped what expires then.
pub(super) const FAR: UnixTime = UnixTime::from_seconds(4_070_908_800);

/// Names that a list joined into one text would lose.
pub(super) const RESOURCES: [&str; 9] =
    ["orders", "Orders", "a,b", "a b", "a;b", "", "\"'\\", "\u{e9}", "e\u{301}"];

/// The digest with some bits of the byte at `place` flipped.
pub(super) fn flipped(mut digest: [u8; 32], place: usize, bits: u8) -> [u8; 32] {
    if let Some(byte) = digest.get_mut(place) {
        *byte ^= bits;
    }
    digest
}
