//! What a revocation names, and tokens that have that name.

use std::time::Duration;

use serde_json::{Map, Number, Value};

use crate::record::Claims;
use crate::store::revocation::{PresentedToken, Revocation};
use crate::time::UnixTime;

/// The member of a JWT by which it is revoked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RevokedBy {
    Id,
    Subject,
    Client,
    Issuer,
}

impl RevokedBy {
    pub(super) const ALL: [Self; 4] = [Self::Id, Self::Subject, Self::Client, Self::Issuer];

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Id => "a token id",
            Self::Subject => "a subject",
            Self::Client => "a client",
            Self::Issuer => "an issuer",
        }
    }

    fn claim(self) -> &'static str {
        match self {
            Self::Id => "jti",
            Self::Subject => "sub",
            Self::Client => "client_id",
            Self::Issuer => "iss",
        }
    }

    /// Whether the name is one of an issuer's own.
    pub(super) fn is_of_an_issuer(self) -> bool {
        matches!(self, Self::Id | Self::Subject)
    }

    /// Of what has this name, whatever was issued before `instant`.
    pub(super) fn revocation(self, issuer: &str, name: &str, instant: UnixTime) -> Revocation {
        let name = name.into();
        match self {
            Self::Id => Revocation::Id { issuer: issuer.into(), id: name },
            Self::Subject => {
                Revocation::SubjectBefore { issuer: issuer.into(), subject: name, instant }
            }
            Self::Client => Revocation::ClientBefore { client: name, instant },
            Self::Issuer => Revocation::IssuerBefore { issuer: name, instant },
        }
    }

    /// A JWT with this name, issued at that instant.
    pub(super) fn token(self, issuer: &str, name: &str, at: Option<UnixTime>) -> Jwt {
        Jwt::new(&[(Self::Issuer.claim(), issuer), (self.claim(), name)], at)
    }
}

/// A token, of which only its digest and its claims matter.
pub(super) struct Jwt {
    token: String,
    claims: Claims,
}

impl Jwt {
    /// A JWT issued at that instant; a later member takes the place of an earlier one.
    pub(super) fn new(members: &[(&str, &str)], at: Option<UnixTime>) -> Self {
        let texts = members.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        let mut object: Map<String, Value> = texts.collect();
        if let Some(date) = at.and_then(numeric_date) {
            object.insert("iat".to_owned(), Value::Number(date));
        }
        let token = format!("{}.signature", Value::Object(object.clone()));
        Self { token, claims: Claims::new(object) }
    }

    pub(super) fn presented(&self) -> PresentedToken<'_> {
        PresentedToken::jwt(self.token.as_bytes(), &self.claims)
    }
}

/// Seconds with the milliseconds behind the point; for instants after the epoch.
fn numeric_date(instant: UnixTime) -> Option<Number> {
    let whole = UnixTime::from_seconds(instant.as_seconds());
    let millis = instant.distance(whole).as_millis();
    serde_json::from_str(&format!("{}.{millis:03}", instant.as_seconds())).ok()
}

/// Half a second into a second, so that neither cutting nor rounding to seconds leaves it in place.
pub(super) fn half_past(now: UnixTime, ago: Duration) -> UnixTime {
    let whole = UnixTime::from_seconds(now.saturating_sub(ago).as_seconds());
    whole.saturating_add(Duration::from_millis(500))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_when_it_was_issued_to_the_millisecond() {
        for millis in [1_800_000_000_000, 1_800_000_000_001, 1_800_000_000_499, 999] {
            let issued = UnixTime::from_millis(millis);
            let jwt = RevokedBy::Subject.token("a", "b", Some(issued));
            assert_eq!(jwt.claims.issued(), Some(issued));
        }
        assert_eq!(RevokedBy::Issuer.token("a", "b", None).claims.issuer(), Some("b"));
    }
}
