//! The keys of HTTP message signatures in a file.

use serde::Serialize;

use crate::http_signature::HttpSignatureAlgorithm;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::validate::SignatureKeys;

/// Whose keys signatures are verified with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum SignatureKeysPolicy {
    /// Those that the host registers under this name.
    Part(String),
    /// The one of the client that an earlier interceptor establishes.
    OfClient(ClientKeys),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields, inline))]
pub(super) struct ClientKeys {
    /// The algorithms, of which one must fit the client's key.
    #[cfg_attr(test, schemars(length(min = 1)))]
    of_client: Vec<HttpSignatureAlgorithm>,
}

impl SignatureKeysPolicy {
    pub(super) const EXPECTED: &str = "the name of its keys, or a table with `of_client`";
    const ALGORITHMS: &str = "at least one name such as `ecdsa-p256-sha256`";

    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        if !at.is_table() {
            return at.reference().map(Self::Part);
        }
        let mut members = at.members()?;
        let algorithms = |at: At<'_>| at.filled_list(Self::ALGORITHMS, At::choice);
        let of_client = members.required("of_client", Self::ALGORITHMS, algorithms)?;
        members.finish()?;
        Ok(Self::OfClient(ClientKeys { of_client }))
    }

    pub(super) fn keys(&self, place: &PolicyPlace<'_>) -> Result<SignatureKeys, PolicyError> {
        match self {
            Self::Part(name) => Self::named(place, name),
            Self::OfClient(ClientKeys { of_client }) => {
                let keys = SignatureKeys::of_client(of_client.iter().copied());
                place.built("keys.of_client", keys)
            }
        }
    }

    /// What the file does not say of clients, no part adds.
    fn named(place: &PolicyPlace<'_>, name: &str) -> Result<SignatureKeys, PolicyError> {
        let registered = &place.parts.signature_keys;
        let keys = place.part("keys", "signature keys", registered, name)?;
        if keys.are_of_clients() {
            let expected = "keys that the host registers by their ids, or a table with `of_client`";
            return Err(PolicyError::new(place.member("keys"), "keys of clients", expected));
        }
        Ok(keys)
    }
}
