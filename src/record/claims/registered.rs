//! The claims that the library knows, and their types.

use crate::json;
use crate::record::numeric_date::numeric_date;
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
            Self::Exp | Self::Nbf | Self::Iat => numeric_date(value).is_some(),
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
        *date_of_claim = numeric_date(value);
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

#[cfg(test)]
mod tests {
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
}
