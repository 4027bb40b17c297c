//! The parameters of a signature (RFC 9421 section 2.3).

use std::fmt;

use crate::http_signature::http_signature_error::HttpSignatureError;
use crate::structured_field::{BareItem, Parameters};
use crate::time::UnixTime;

/// What a signature says of itself, signed with the rest.
///
/// Each parameter of RFC 9421 is there once or not at all, with the type that it must have; no
/// other is there.
#[derive(Clone, Default)]
pub struct SignatureParameters<'f> {
    created: Option<UnixTime>,
    expires: Option<UnixTime>,
    nonce: Option<&'f str>,
    alg: Option<&'f str>,
    keyid: Option<&'f str>,
    tag: Option<&'f str>,
}

impl<'f> SignatureParameters<'f> {
    pub(super) fn read(parameters: &'f Parameters<'_>) -> Result<Self, HttpSignatureError> {
        let mut read = Self::default();
        for (name, value) in parameters.iter() {
            match name {
                "created" => read.created = Some(instant("created", value)?),
                "expires" => read.expires = Some(instant("expires", value)?),
                "nonce" => read.nonce = Some(string("nonce", value)?),
                "alg" => read.alg = Some(string("alg", value)?),
                "keyid" => read.keyid = Some(string("keyid", value)?),
                "tag" => read.tag = Some(string("tag", value)?),
                _ => return Err(HttpSignatureError::ParameterUnknown),
            }
        }
        Ok(read)
    }

    /// When the signature was made, to the second.
    pub fn created(&self) -> Option<UnixTime> {
        self.created
    }

    /// When it ends, to the second.
    pub fn expires(&self) -> Option<UnixTime> {
        self.expires
    }

    /// A value that its signer gives to no other signature.
    pub fn nonce(&self) -> Option<&'f str> {
        self.nonce
    }

    /// The name of its algorithm.
    pub fn algorithm(&self) -> Option<&'f str> {
        self.alg
    }

    /// The name of its key.
    pub fn key_id(&self) -> Option<&'f str> {
        self.keyid
    }

    /// The application that it is for.
    pub fn tag(&self) -> Option<&'f str> {
        self.tag
    }
}

fn instant(name: &'static str, value: &BareItem<'_>) -> Result<UnixTime, HttpSignatureError> {
    match value {
        BareItem::Integer(seconds) => Ok(UnixTime::from_seconds(*seconds)),
        _ => Err(HttpSignatureError::ParameterType { name }),
    }
}

fn string<'f>(name: &'static str, value: &'f BareItem<'_>) -> Result<&'f str, HttpSignatureError> {
    match value {
        BareItem::String(text) => Ok(text),
        _ => Err(HttpSignatureError::ParameterType { name }),
    }
}

impl fmt::Debug for SignatureParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureParameters")
            .field("created", &self.created)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
