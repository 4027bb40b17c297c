//! The claims that the library knows, and their types.

use serde_json::Number;

use crate::json;
use crate::record::numeric_date::{LAST_SECOND, numeric_date};
use crate::time::UnixTime;

/// A claim that has a type, in the order in which types are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RegisteredClaim {
    Iss,
    Sub,
    Jti,
    ClientId,
    Azp,
    Exp,
    Nbf,
    Iat,
    Aud,
    Scope,
    Scp,
    Cnf,
}

impl RegisteredClaim {
    const COUNT: usize = 12;

    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "iss" => Self::Iss,
            "sub" => Self::Sub,
            "jti" => Self::Jti,
            "client_id" => Self::ClientId,
            "azp" => Self::Azp,
            "exp" => Self::Exp,
            "nbf" => Self::Nbf,
            "iat" => Self::Iat,
            "aud" => Self::Aud,
            "scope" => Self::Scope,
            "scp" => Self::Scp,
            "cnf" => Self::Cnf,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Jti => "jti",
            Self::ClientId => "client_id",
            Self::Azp => "azp",
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::Iat => "iat",
            Self::Aud => "aud",
            Self::Scope => "scope",
            Self::Scp => "scp",
            Self::Cnf => "cnf",
        }
    }

    /// Whether a value, as it is written, has the type of this claim (RFC 7519 section 4.1, RFC
    /// 8693 section 4.2, RFC 7800 section 3.1).
    pub(super) fn admits(self, value: &str) -> bool {
        match self {
            Self::Iss | Self::Sub | Self::Jti | Self::ClientId | Self::Azp => is_string(value),
            Self::Exp | Self::Nbf | Self::Iat => date(value).is_some(),
            Self::Aud => is_string(value) || json::string_count(value).is_some_and(|n| n > 0),
            Self::Scope | Self::Scp => is_string(value) || json::string_count(value).is_some(),
            Self::Cnf => value.starts_with('{'),
        }
    }
}

/// Where the claims are that the library knows, and the dates among them.
#[derive(Clone, Default)]
pub(super) struct Registered {
    indices: [Option<u32>; RegisteredClaim::COUNT],
    pub(super) expires: Option<UnixTime>,
    pub(super) not_before: Option<UnixTime>,
    pub(super) issued: Option<UnixTime>,
}

impl Registered {
    /// Notes a claim, its index among the members, and its value as it is written; `false` if the
    /// value has another type than the claim.
    pub(super) fn note(&mut self, claim: RegisteredClaim, index: usize, value: &str) -> bool {
        if let Some(place) = self.indices.get_mut(claim as usize) {
            *place = u32::try_from(index).ok();
        }
        let date_of_claim = match claim {
            RegisteredClaim::Exp => &mut self.expires,
            RegisteredClaim::Nbf => &mut self.not_before,
            RegisteredClaim::Iat => &mut self.issued,
            _ => return claim.admits(value),
        };
        *date_of_claim = date(value);
        date_of_claim.is_some()
    }

    /// The index of a claim among the members.
    pub(super) fn index(&self, claim: RegisteredClaim) -> Option<usize> {
        usize::try_from((*self.indices.get(claim as usize)?)?).ok()
    }
}

fn is_string(value: &str) -> bool {
    value.starts_with('"')
}

/// A NumericDate as it is written. Digits of whole seconds are read at once; they are exact in a
/// double too.
pub(super) fn date(value: &str) -> Option<UnixTime> {
    let is_short = value.len() <= LAST_SECOND_DIGITS;
    if is_short && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds: i64 = value.parse().ok()?;
        return (seconds <= LAST_SECOND).then(|| UnixTime::from_seconds(seconds));
    }
    let number: Number = value.parse().ok()?;
    numeric_date(&number.into())
}

/// How many digits the last second has that a date may name.
const LAST_SECOND_DIGITS: usize = 12;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_has_one_name() {
        let names = "iss sub jti client_id azp exp nbf iat aud scope scp cnf"
            .split(' ')
            .collect::<Vec<_>>();
        assert_eq!(names.len(), RegisteredClaim::COUNT);
        for (place, name) in names.into_iter().enumerate() {
            let claim = RegisteredClaim::of_name(name).unwrap();
            assert_eq!((claim.name(), claim as usize), (name, place));
        }
        for other in ["", "ISS", "issuer", "exp ", "client-id"] {
            assert_eq!(RegisteredClaim::of_name(other), None);
        }
    }

    #[test]
    fn a_date_is_the_same_however_it_is_read() {
        for text in [
            "0",
            "1",
            "1300000000",
            "253402300799",
            "253402300800",
            "999999999999",
            "-1",
            "-0",
            "1.3e9",
            "1234567890.9999",
            "253402300799.0",
            "0.0009",
            "1e300",
            "9223372036854775807",
            "null",
            "\"1\"",
            "true",
            "[]",
            "{}",
        ] {
            let value = serde_json::from_str(text).unwrap();
            assert_eq!(date(text), numeric_date(&value), "{text}");
        }
        assert_eq!(date("1300000000"), numeric_date(&json!(1_300_000_000)));
        assert!(date("253402300799").is_some());
    }
}
