//! What a token must satisfy once its signature has been verified.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::interceptor::Call;
use crate::jose::Header;
use crate::record::{Claims, Scopes};
use crate::rejection::Reason;
use crate::time::DEFAULT_SKEW;
use crate::validate::token_rules::{judge_dates, missing, required};

/// Whether a token must say when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpClaim {
    Required,
    Optional,
}

/// The rules that hold for the tokens of all issuers.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) skew: Duration,
    pub(super) expiry: ExpClaim,
    pub(super) maximum_lifetime: Option<Duration>,
    pub(super) token_type: Option<String>,
    pub(super) scopes: Scopes,
    pub(super) claims: Vec<(Arc<str>, Option<Value>)>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            skew: DEFAULT_SKEW,
            expiry: ExpClaim::Required,
            maximum_lifetime: None,
            token_type: None,
            scopes: Scopes::default(),
            claims: Vec::new(),
        }
    }
}

impl Rules {
    pub(super) fn judge_type(&self, header: &Header, call: &Call<'_>) -> Result<(), Reason> {
        match &self.token_type {
            Some(expected) if !header.is_of_type(expected) => Err(Reason::JwtType),
            expected => {
                call.note("type", || expected.clone().unwrap_or_else(|| "any".to_owned()));
                Ok(())
            }
        }
    }

    /// `exp`, `nbf` and `iat`, and the lifetime between them.
    pub(super) fn judge_dates(&self, claims: &Claims, call: &Call<'_>) -> Result<(), Reason> {
        if self.expiry == ExpClaim::Required && claims.expires().is_none() {
            return Err(missing("exp"));
        }
        judge_dates(claims, call.now, self.skew)?;
        self.judge_lifetime(claims)?;
        call.note("dates", || self.dates(claims));
        Ok(())
    }

    fn dates(&self, claims: &Claims) -> String {
        let dates = [
            ("expires", claims.expires()),
            ("not before", claims.not_before()),
            ("issued", claims.issued()),
        ];
        let dates = dates.iter().filter_map(|(name, at)| at.map(|at| format!("{name} {at}, ")));
        format!("{}skew {} s", dates.collect::<String>(), self.skew.as_secs())
    }

    fn judge_lifetime(&self, claims: &Claims) -> Result<(), Reason> {
        let Some(maximum) = self.maximum_lifetime else { return Ok(()) };
        let expires = claims.expires().ok_or_else(|| missing("exp"))?;
        let issued = claims.issued().ok_or_else(|| missing("iat"))?;
        if expires > issued.saturating_add(maximum) {
            return Err(Reason::JwtLifetime { maximum });
        }
        Ok(())
    }

    pub(super) fn judge_claims(&self, claims: &Claims, call: &Call<'_>) -> Result<(), Reason> {
        for (name, required) in &self.claims {
            let name = Arc::clone(name);
            match (claims.get(&name), required) {
                (None, _) => return Err(Reason::ClaimMissing { name }),
                (Some(found), Some(required)) if found != required => {
                    return Err(Reason::ClaimValue { name });
                }
                _ => {}
            }
        }
        call.note("claims", || match self.claims.len() {
            0 => "none is required".to_owned(),
            _ => self.claims.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join(", "),
        });
        if let Some(scope) = claims.missing_scope(&self.scopes) {
            return Err(Reason::TokenScope { scope: Arc::from(scope) });
        }
        call.note("scopes", || required(&self.scopes));
        Ok(())
    }
}
