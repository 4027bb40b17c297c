//! The names under which values are kept.

use crate::crypto::{CredentialDigest, sha256};
use crate::encoding::hex_encode;

/// The longest name of a store, in bytes.
const NAME_LIMIT: usize = 64;

/// The keys of one store. They hold digests of ids and tokens, never these themselves: whoever
/// lists the keys of a server learns no token.
pub(super) struct Keys(Box<str>);

impl Keys {
    /// The keys of the store with this name, if it can be one. A colon would make two stores share
    /// keys.
    pub(super) fn of(name: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_name = (1..=NAME_LIMIT).contains(&name.len()) && name.bytes().all(is_allowed);
        is_name.then(|| Self(format!("tollgate:{name}:").into()))
    }

    /// The name of the store.
    pub(super) fn name(&self) -> &str {
        self.0.trim_start_matches("tollgate:").trim_end_matches(':')
    }

    pub(super) fn version(&self) -> String {
        format!("{}tollgate_store_version", self.0)
    }

    pub(super) fn client(&self, id: &str) -> String {
        self.key("client", &sha256(id.as_bytes()))
    }

    pub(super) fn grant(&self, token: &CredentialDigest) -> String {
        self.key("grant", token.as_bytes())
    }

    pub(super) fn answer(&self, id: &[u8; 32]) -> String {
        self.key("answer", id)
    }

    pub(super) fn used(&self, id: &[u8; 32]) -> String {
        self.key("used", id)
    }

    pub(super) fn revoked_token(&self, token: &CredentialDigest) -> String {
        self.key("revoked_token", token.as_bytes())
    }

    pub(super) fn revoked_id(&self, issuer: &str, id: &str) -> String {
        self.key("revoked_id", &digest_of_both(issuer, id))
    }

    pub(super) fn revoked_subject(&self, issuer: &str, subject: &str) -> String {
        self.key("revoked_subject", &digest_of_both(issuer, subject))
    }

    pub(super) fn revoked_client(&self, client: &str) -> String {
        self.key("revoked_client", &sha256(client.as_bytes()))
    }

    pub(super) fn revoked_issuer(&self, issuer: &str) -> String {
        self.key("revoked_issuer", &sha256(issuer.as_bytes()))
    }

    fn key(&self, kind: &str, digest: &[u8]) -> String {
        format!("{}{kind}:{}", self.0, hex_encode(digest))
    }
}

/// The digest of two texts, told apart by the length of the first.
fn digest_of_both(first: &str, second: &str) -> [u8; 32] {
    sha256(format!("{}:{first}{second}", first.len()).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_is_short_and_cannot_reach_into_another_store() {
        for name in ["a", "gateway-1", "A_b.c", &"x".repeat(64)] {
            assert_eq!(Keys::of(name).unwrap().name(), name);
        }
        for name in ["", "a:b", "a b", "a*", "{a}", "\u{e9}", "a\r\n", &"x".repeat(65)] {
            assert!(Keys::of(name).is_none(), "{name:?}");
        }
    }

    #[test]
    fn keys_hold_digests_and_keep_their_kinds_apart() {
        let keys = Keys::of("a").unwrap();
        let digest = CredentialDigest::of(b"marker");
        let all = [
            keys.version(),
            keys.client("marker"),
            keys.grant(&digest),
            keys.used(digest.as_bytes()),
            keys.revoked_token(&digest),
            keys.revoked_id("marker", "marker"),
            keys.revoked_subject("marker", "marker"),
            keys.revoked_client("marker"),
            keys.revoked_issuer("marker"),
        ];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        for key in &all {
            assert!(key.starts_with("tollgate:a:") && !key.contains("marker"), "{key}");
        }
        assert_eq!(all[0], "tollgate:a:tollgate_store_version");
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(keys.client(""), format!("tollgate:a:client:{digest}"));
    }

    #[test]
    fn an_issuer_and_an_id_are_never_taken_for_another_pair() {
        let keys = Keys::of("a").unwrap();
        let pairs = [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", ""), ("1:a", "bc")];
        let different: BTreeSet<_> = pairs.iter().map(|(a, b)| keys.revoked_id(a, b)).collect();
        assert_eq!(different.len(), pairs.len());
    }
}
