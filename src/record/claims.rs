//! Claims of a verified JWT.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::record::numeric_date::numeric_date;
use crate::record::scopes::Scopes;
use crate::time::UnixTime;

/// The claims of a JWT (RFC 7519 section 4), exactly as they were signed.
///
/// No value of a claim is ever printed by `Debug`.
#[derive(Clone, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// The claims of a JSON object.
    pub fn new(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// One claim by its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// One claim, if it is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// One claim, if it is a NumericDate: a number of seconds from 0 to 253402300799, its fraction
    /// cut to the millisecond.
    pub fn date(&self, name: &str) -> Option<UnixTime> {
        numeric_date(self.get(name)?)
    }

    /// `iss` (RFC 7519 section 4.1.1).
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// `sub` (RFC 7519 section 4.1.2).
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// The client that the token names: `client_id` (RFC 9068 section 2.2), else `azp` (OpenID
    /// Connect Core section 2).
    pub fn client(&self) -> Option<&str> {
        self.text("client_id").or_else(|| self.text("azp"))
    }

    /// The scopes: `scope` or `scp`, each a space-separated string or an array.
    pub fn scopes(&self) -> Scopes {
        match self.get("scope").or_else(|| self.get("scp")) {
            Some(Value::String(list)) => Scopes::parse(list),
            Some(Value::Array(list)) => Scopes::of(list.iter().filter_map(Value::as_str)),
            _ => Scopes::default(),
        }
    }

    /// Reads the claims into a type of your own.
    ///
    /// # Errors
    /// The error of serde if the claims do not fit the type. It may quote values of claims: do not
    /// log it where those are secret.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.0)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims({} members, redacted)", self.0.len())
    }
}
