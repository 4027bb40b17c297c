//! Headers that have been read before.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::jose::header::Header;

/// How many headers are remembered: an issuer has about one for each key and type of token.
const CAPACITY: usize = 16;

/// The longest header that is remembered, encoded; usual ones have fewer than 100 bytes.
const MAX_ENCODED_LENGTH: usize = 512;

/// Parsed headers, by their encoded bytes. Only headers of tokens that verified are remembered, so
/// nobody but the issuer can fill the few places; once they are taken, other headers are read anew.
#[derive(Default)]
pub(super) struct KnownHeaders([OnceLock<Entry>; CAPACITY]);

struct Entry {
    encoded: Box<[u8]>,
    header: Arc<Header>,
}

impl KnownHeaders {
    pub(super) fn find(&self, encoded: &[u8]) -> Option<&Arc<Header>> {
        let known = self.0.iter().map_while(OnceLock::get);
        known.filter(|known| *known.encoded == *encoded).map(|known| &known.header).next()
    }

    pub(super) fn remember(&self, encoded: &[u8], header: &Arc<Header>) {
        if encoded.len() > MAX_ENCODED_LENGTH || self.find(encoded).is_some() {
            return;
        }
        let mut entry = Entry { encoded: encoded.into(), header: Arc::clone(header) };
        for place in &self.0 {
            match place.set(entry) {
                Ok(()) => return,
                Err(refused) => entry = refused,
            }
        }
    }
}

impl fmt::Debug for KnownHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownHeaders")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn header(id: &str) -> Arc<Header> {
        let members = json!({ "alg": "ES256", "kid": id });
        Arc::new(Header::new(members.as_object().unwrap()).unwrap())
    }

    #[test]
    fn a_header_is_found_by_its_exact_bytes() {
        let known = KnownHeaders::default();
        known.remember(b"one", &header("1"));
        known.remember(b"two", &header("2"));
        let id = |encoded: &[u8]| known.find(encoded).and_then(|header| header.key_id());
        assert_eq!((id(b"one"), id(b"two")), (Some("1"), Some("2")));
        assert_eq!((id(b"on"), id(b"onee"), id(b"")), (None, None, None));
    }

    #[test]
    fn no_more_than_sixteen_headers_of_usual_length_are_remembered() {
        let known = KnownHeaders::default();
        known.remember(&[b'a'; MAX_ENCODED_LENGTH + 1], &header("long"));
        assert!(known.find(&[b'a'; MAX_ENCODED_LENGTH + 1]).is_none());
        known.remember(&[b'a'; MAX_ENCODED_LENGTH], &header("0"));
        for id in 1..=CAPACITY {
            known.remember(b"same", &header("1"));
            known.remember(id.to_string().as_bytes(), &header("later"));
        }
        assert!(known.find(&[b'a'; MAX_ENCODED_LENGTH]).is_some() && known.find(b"same").is_some());
        assert!(known.find((CAPACITY - 2).to_string().as_bytes()).is_some());
        assert!(known.find((CAPACITY - 1).to_string().as_bytes()).is_none());
    }
}
