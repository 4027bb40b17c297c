//! A token, taken apart as far as it can be read.

use serde_json::{Map, Value};
use tollgate::Reason;
use tollgate::UnixTime;
use tollgate::jose::{Algorithm, Jws, KeySet, base64url_decode, json_object};
use tollgate::record::Claims;

use crate::commands::token::dates;

/// What was read of a token, and everything that is wrong with it.
pub(crate) struct Reading {
    pub(crate) header: Option<Map<String, Value>>,
    pub(crate) claims: Option<Map<String, Value>>,
    pub(crate) signature: Signature,
    pub(crate) problems: Vec<Reason>,
}

/// What became of the signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    Verified,
    Refused,
    /// The token cannot be read.
    Unread,
    NoKeys,
}

impl Signature {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Unread => "unread",
            Self::NoKeys => "no_keys",
        }
    }
}

impl Reading {
    pub(crate) fn of(token: &[u8], keys: Option<&KeySet>, now: UnixTime) -> Self {
        let mut problems = Vec::new();
        let signature = verified(token, keys, &mut problems);
        let claims = part(token, 1);
        if signature != Signature::Unread {
            problems.extend(payload_problem(token));
        }
        if let Some(claims) = claims.clone() {
            problems.extend(claims_problems(&Claims::new(claims), now));
        }
        Self { header: part(token, 0), claims, signature, problems }
    }
}

fn verified(token: &[u8], keys: Option<&KeySet>, problems: &mut Vec<Reason>) -> Signature {
    let jws = match Jws::parse(token) {
        Ok(jws) => jws,
        Err(error) => {
            problems.push(error.into());
            return Signature::Unread;
        }
    };
    let Some(keys) = keys else { return Signature::NoKeys };
    match jws.verify(keys, Algorithm::ALL) {
        Ok(_) => Signature::Verified,
        Err(error) => {
            problems.push(error.into());
            Signature::Refused
        }
    }
}

/// A part of the token that is a JSON object. Of a token in five parts only the header is one.
fn part(token: &[u8], index: usize) -> Option<Map<String, Value>> {
    json_object(&decoded(token, index)?).ok()
}

fn decoded(token: &[u8], index: usize) -> Option<Vec<u8>> {
    token.split(|byte| *byte == b'.').nth(index).and_then(base64url_decode)
}

fn payload_problem(token: &[u8]) -> Option<Reason> {
    let error = json_object(&decoded(token, 1)?).err()?;
    Some(error.reason("payload"))
}

fn claims_problems(claims: &Claims, now: UnixTime) -> Vec<Reason> {
    let mistyped = claims.mistyped().into_iter().map(|name| Reason::ClaimType { name });
    let nameless = claims.get("iss").is_none();
    let missing = nameless.then(|| Reason::ClaimMissing { name: "iss".into() });
    mistyped.chain(missing).chain(dates::problems(claims, now)).collect()
}
