//! The forge: its settings, keys and stores.

use std::fmt;

use crate::jose::{Algorithm, KeySet, SigningKey};
use crate::secret::Secret;
use crate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays, InMemoryRevocations};
use crate::testing::forge_error::ForgeError;
use crate::testing::test_keys::{Generation, TestCertificate, allowed, key_set, signing_key};
use crate::testing::test_records::{self, clients, grants, revocations, trust};
use crate::time::UnixTime;
use crate::time::clock::ManualClock;
use crate::trust::TrustStore;
use crate::validate::SigningSecrets;
use crate::validate::jwt::Issuer;

/// Makes good and bad tokens with fixed keys, at a fixed instant.
///
/// Everything that it makes belongs together: tokens are signed by keys of its
/// [`issuer`](Self::issuer), and their clients, grants and certificates are in its stores. For each
/// [`Defect`](crate::testing::Defect) it makes a request that is refused for exactly that.
///
/// The instant is 2027-01-15T08:00:00Z, the issuer `https://issuer.test`, the audience
/// `https://api.test`, the algorithm ES256, unless others are set. Of each algorithm there are two
/// keys, `ES256-1` and `ES256-2`, since issuers rotate them; P-521 and ML-DSA are there with the
/// feature `aws-lc-rs`.
///
/// # Errors
/// A [`ForgeError`] where a key cannot be used, or the system has no random bytes.
///
/// # Security
/// Keys, secrets and certificates are published with this crate. Trust them in tests only.
///
/// # Example
/// ```
/// use tollgate::jose::Algorithm;
/// use tollgate::testing::{Defect, TokenForge};
/// use tollgate::{Element, Gate, JwtValidation};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let forge = TokenForge::new()?.signing_with(Algorithm::EdDsa)?.for_audience("api");
/// let gate = Gate::builder(forge.clock())
///     .with(JwtValidation::new(Element::bearer(), forge.issuer()?))
///     .build()?;
/// assert!(gate.check_now(&TokenForge::bearer(&forge.jwt()?)).is_ok());
///
/// let unsigned = TokenForge::bearer(&forge.jwt_with(&Defect::Unsigned)?);
/// assert_eq!(gate.check_now(&unsigned).unwrap_err().reason().code(), "jwt.unsigned");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenForge {
    pub(super) now: UnixTime,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) algorithm: Algorithm,
    keys: KeySet,
    clients: InMemoryClients,
    grants: InMemoryGrants,
    replays: InMemoryReplays,
    trust: TrustStore,
}

impl TokenForge {
    /// The client of everything good.
    pub const CLIENT: &'static str = test_records::CLIENT;
    /// The secret of that client.
    pub const CLIENT_SECRET: &'static str = test_records::CLIENT_SECRET;
    /// An opaque token of that client, with the scopes `read` and `write`.
    pub const TOKEN: &'static str = test_records::TOKEN;
    /// The resource that client and token open.
    pub const RESOURCE: &'static str = test_records::RESOURCE;
    /// The id of the session that CSRF tokens are bound to.
    pub const SESSION: &'static str = "4f1c09";

    /// Makes a forge.
    ///
    /// # Errors
    /// A [`ForgeError`] if a test key cannot be used.
    pub fn new() -> Result<Self, ForgeError> {
        let now = UnixTime::from_seconds(1_800_000_000);
        let algorithm = Algorithm::Es256;
        Ok(Self {
            now,
            issuer: "https://issuer.test".to_owned(),
            audience: "https://api.test".to_owned(),
            algorithm,
            keys: key_set(algorithm)?,
            clients: clients(now)?,
            grants: grants(now),
            replays: InMemoryReplays::new(1000)?,
            trust: trust()?,
        })
    }

    /// Sets the instant at which everything is made. Certificates keep their dates: what is good is
    /// so from 2026 to 2098.
    ///
    /// # Errors
    /// A [`ForgeError`] if a test key cannot be used.
    pub fn at(self, now: UnixTime) -> Result<Self, ForgeError> {
        Ok(Self { now, clients: clients(now)?, grants: grants(now), ..self })
    }

    /// Sets the algorithm of JWTs. The issuer allows every algorithm of a public key, and an HMAC
    /// only if it is set here.
    ///
    /// # Errors
    /// A [`ForgeError`] if a test key cannot be used.
    pub fn signing_with(self, algorithm: Algorithm) -> Result<Self, ForgeError> {
        Ok(Self { algorithm, keys: key_set(algorithm)?, ..self })
    }

    /// Sets the name of the issuer.
    pub fn issued_by(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Sets the audience.
    pub fn for_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// The instant at which everything is made.
    pub fn now(&self) -> UnixTime {
        self.now
    }

    /// A clock that stands at that instant.
    pub fn clock(&self) -> ManualClock {
        ManualClock::at(self.now)
    }

    /// The issuer of its JWTs, with all of its keys, and the certificates of two of them.
    ///
    /// # Errors
    /// A [`ForgeError`] if the name or the audience is empty.
    pub fn issuer(&self) -> Result<Issuer, ForgeError> {
        let algorithms = allowed(self.algorithm);
        let issuer = Issuer::new(&self.issuer, &self.audience, algorithms, self.keys.clone())?;
        let dated = [TestCertificate::Expired, TestCertificate::Future];
        let [expired, future] = dated.map(TestCertificate::certificate);
        Ok(issuer.certificates([expired?, future?])?)
    }

    /// The keys of the issuer.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// The public keys of the issuer, as it publishes them (RFC 7517 section 5).
    pub fn jwks(&self) -> String {
        self.keys.to_jwks()
    }

    /// The key that signs its JWTs.
    ///
    /// # Errors
    /// A [`ForgeError`] if the key cannot be used.
    pub fn signing_key(&self) -> Result<SigningKey, ForgeError> {
        let key = signing_key(self.algorithm, Generation::Current)?;
        Ok(key.with_token_type("at+jwt"))
    }

    /// The clients, the good one and one for each defect; clones share them.
    pub fn clients(&self) -> InMemoryClients {
        self.clients.clone()
    }

    /// The grants of opaque tokens; clones share them.
    pub fn grants(&self) -> InMemoryGrants {
        self.grants.clone()
    }

    /// The time tokens, proofs and nonces that were used; clones share them.
    pub fn replays(&self) -> InMemoryReplays {
        self.replays.clone()
    }

    /// Revocations, which contain the `jti` of
    /// [`Defect::RevokedJwt`](crate::testing::Defect::RevokedJwt).
    ///
    /// # Errors
    /// A [`ForgeError`] if the revocation cannot be kept.
    pub fn revocations(&self) -> Result<InMemoryRevocations, ForgeError> {
        revocations(&self.issuer, self.now)
    }

    /// The certificates that a proxy trusts; clones share them.
    pub fn trust(&self) -> TrustStore {
        self.trust.clone()
    }

    /// The secrets of CSRF and time tokens.
    ///
    /// # Errors
    /// A [`ForgeError`] if they cannot be used.
    pub fn signing_secrets(&self) -> Result<SigningSecrets, ForgeError> {
        Ok(SigningSecrets::new(&Secret::new(include_str!("keys/hmac-1.txt")))?)
    }
}

impl fmt::Debug for TokenForge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenForge")
            .field("now", &self.now)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
