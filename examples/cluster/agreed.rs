//! What the gates and the issuer of their tokens agree on.

use std::error::Error;
use std::time::{Duration, SystemTime};

use tollgate::crypto::random;
use tollgate::jose::{Algorithm, SigningKey, base64url_encode};
use tollgate::location::InvalidName;
use tollgate::redis::RedisStore;
use tollgate::validate::SigningSecrets;
use tollgate::{ConfigError, Element, Secret, UnixTime};

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
pub(crate) const RESOURCE: &str = "orders";

/// How long every token here lives: longer than the story takes.
pub(crate) const LIFE: Duration = Duration::from_secs(10 * 60);

/// How long a call of the store may take. It is more than the default of 200 ms, since all of this runs
/// on one machine, which may be busy with other things. A server that is away is noticed at once.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The shared secrets, as text of one line each.
pub(crate) struct Secrets {
    pub(crate) jwt: String,
    pub(crate) time_token: String,
}

impl Secrets {
    pub(crate) fn fresh() -> Result<Self, Box<dyn Error>> {
        let fresh = || random::<32>().map(base64url_encode);
        Ok(Self { jwt: fresh()?, time_token: fresh()? })
    }

    pub(crate) fn jwt_key(&self) -> Result<SigningKey, Box<dyn Error>> {
        Ok(SigningKey::hmac(Algorithm::Hs256, &Secret::new(self.jwt.as_str()))?)
    }

    pub(crate) fn of_time_tokens(&self) -> Result<SigningSecrets, ConfigError> {
        SigningSecrets::new(&Secret::new(self.time_token.as_str()))
    }
}

/// The header that carries a time token.
pub(crate) fn time_token() -> Result<Element, InvalidName> {
    Element::header("time-token")
}

/// The store that all share: the same server and the same name.
pub(crate) fn store(url: &str) -> Result<RedisStore, ConfigError> {
    Ok(RedisStore::new(url, "cluster")?.time_limit(TIME_LIMIT))
}

pub(crate) fn now() -> UnixTime {
    SystemTime::now().into()
}
