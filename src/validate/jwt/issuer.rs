//! One trusted issuer of JWTs.

use crate::certificate::Certificate;
use crate::config_error::{ConfigError, Problem};
use crate::jose::{Algorithm, KeyProvider, RotatingKeys, VerifyingKey};
use crate::protected_resource::ProtectedResource;
use crate::record::Claims;
use crate::rejection::Reason;
use crate::time::UnixTime;
use crate::validate::certified_keys::CertifiedKeys;
use crate::validate::token_rules::missing;

/// Whether `aud` is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Audience {
    OneOf(Vec<String>),
    Any,
}

/// One trusted issuer: its name, its keys, its algorithms, and the audiences it may speak to.
///
/// ```
/// use tollgate::jose::{Algorithm, KeySet, SigningKey};
/// use tollgate::Issuer;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = KeySet::of([SigningKey::generate_es256()?.verifying_key().clone()]);
/// let issuer = Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys.clone())?;
///
/// let error = Issuer::new("https://issuer.example", "api", [], keys).unwrap_err();
/// assert_eq!(error.field(), "algorithms");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Issuer<K = RotatingKeys> {
    name: String,
    audience: Audience,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) keys: K,
    certificates: CertifiedKeys,
}

impl Issuer {
    /// The issuer whose tokens say exactly `name` in `iss` and `audience` in `aud`, signed with
    /// one of `algorithms` and `keys`.
    ///
    /// # Errors
    /// A [`ConfigError`] if the name, the audience, the algorithms or the keys are empty, or if no
    /// key fits any of the algorithms.
    pub fn new(
        name: &str,
        audience: &str,
        algorithms: impl IntoIterator<Item = Algorithm>,
        keys: impl Into<RotatingKeys>,
    ) -> Result<Self, ConfigError> {
        let issuer = Self::with_provider(name, audience, algorithms, keys.into())?;
        let current = issuer.keys.current();
        let fits = |algorithm: &Algorithm| current.keys().iter().any(|key| key.fits(*algorithm));
        if !issuer.algorithms.iter().any(fits) {
            return Err(ConfigError::new("issuer", "keys", Problem::NoKeyFits));
        }
        Ok(issuer)
    }

    /// The issuer `name` of tokens for `resource`: the audience is the resource's URL, exactly, so
    /// that a slash, a port or the case of a letter makes another one (RFC 8707 section 2).
    ///
    /// # Errors
    /// As [`new`](Self::new), and in `name` if the issuer is not one of the resource's
    /// authorization servers, by exactly this name.
    ///
    /// # Example
    /// ```
    /// use tollgate::Issuer;
    /// use tollgate::jose::{Algorithm, KeySet, SigningKey};
    /// use tollgate::protected_resource::ProtectedResource;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let keys = KeySet::of([SigningKey::generate_es256()?.verifying_key().clone()]);
    /// let resource = ProtectedResource::new("https://api.example/mcp", "https://issuer.example")?;
    /// let issuer = |name: &str| {
    ///     Issuer::for_protected_resource(name, &resource, [Algorithm::Es256], keys.clone())
    /// };
    /// assert!(issuer("https://issuer.example").is_ok());
    /// assert_eq!(issuer("https://other.example").unwrap_err().field(), "name");
    /// # Ok(())
    /// # }
    /// ```
    pub fn for_protected_resource(
        name: &str,
        resource: &ProtectedResource,
        algorithms: impl IntoIterator<Item = Algorithm>,
        keys: impl Into<RotatingKeys>,
    ) -> Result<Self, ConfigError> {
        Self::new(name, audience(name, resource)?, algorithms, keys)
    }

    /// Judges the dates of these certificates too: a token that verifies under the key of one of
    /// them is accepted only while a certificate of that key is valid, `notAfter` included, to the
    /// second. Keys without a certificate have no dates.
    ///
    /// # Errors
    /// A [`ConfigError`] if the key of a certificate is not usable, or not among the issuer's keys.
    ///
    /// # Security
    /// The keys stay those of the issuer: a certificate adds none, and no chain is built. A key
    /// that is rotated in later has no certificate, and so no dates.
    ///
    /// # Example
    /// ```
    /// use tollgate::certificate::Certificate;
    /// use tollgate::jose::{Algorithm, KeySet, VerifyingKey};
    /// use tollgate::Issuer;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pem = include_bytes!("../../../tests/certificates/self-signed-p256.pem");
    /// let certificate = Certificate::from_pem(pem)?;
    /// let key = VerifyingKey::public(certificate.public_key()?, Algorithm::Es256)?;
    /// let keys = KeySet::of([key.with_id("2026")]);
    /// let issuer = Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys)?;
    /// let issuer = issuer.certificates([certificate])?;
    ///
    /// let other = include_bytes!("../../../tests/certificates/self-signed-rsa.pem");
    /// assert!(issuer.certificates([Certificate::from_pem(other)?]).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn certificates(
        mut self,
        certificates: impl IntoIterator<Item = Certificate>,
    ) -> Result<Self, ConfigError> {
        let error = |problem| ConfigError::new("issuer", "certificates", problem);
        for certificate in certificates {
            let key = certificate.public_key().map_err(|reason| error(Problem::Key(reason)))?;
            if !self.keys.current().keys().iter().any(|known| known.is_public(&key)) {
                return Err(error(Problem::NoKeyFits));
            }
            self.certificates.add(certificate).map_err(|reason| error(Problem::Key(reason)))?;
        }
        Ok(self)
    }
}

impl<K: KeyProvider> Issuer<K> {
    /// The issuer whose keys come from `keys`, such as [`RemoteKeys`](crate::remote::RemoteKeys);
    /// in all else as [`new`](Issuer::new) has it. Nothing says yet whether a key fits an
    /// algorithm: where none does, every token is refused.
    ///
    /// # Errors
    /// A [`ConfigError`] if the name, the audience or the algorithms are empty.
    pub fn with_provider(
        name: &str,
        audience: &str,
        algorithms: impl IntoIterator<Item = Algorithm>,
        keys: K,
    ) -> Result<Self, ConfigError> {
        let empty = |field| Err(ConfigError::new("issuer", field, Problem::Empty));
        let algorithms: Vec<_> = algorithms.into_iter().collect();
        if name.is_empty() {
            return empty("name");
        }
        if audience.is_empty() {
            return empty("audience");
        }
        if algorithms.is_empty() {
            return empty("algorithms");
        }
        let (name, certificates) = (name.to_owned(), CertifiedKeys::default());
        let audience = Audience::OneOf(vec![audience.to_owned()]);
        Ok(Self { name, audience, algorithms, keys, certificates })
    }

    /// The issuer `name` of tokens for `resource`, as
    /// [`for_protected_resource`](Issuer::for_protected_resource) has it, whose keys come from
    /// `keys`.
    ///
    /// # Errors
    /// As [`with_provider`](Self::with_provider), and in `name` if the issuer is not one of the
    /// resource's authorization servers, by exactly this name.
    pub fn for_protected_resource_with_provider(
        name: &str,
        resource: &ProtectedResource,
        algorithms: impl IntoIterator<Item = Algorithm>,
        keys: K,
    ) -> Result<Self, ConfigError> {
        Self::with_provider(name, audience(name, resource)?, algorithms, keys)
    }

    /// Accepts tokens for this audience too.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is empty.
    pub fn also_for(mut self, audience: &str) -> Result<Self, ConfigError> {
        if audience.is_empty() {
            return Err(ConfigError::new("issuer", "audience", Problem::Empty));
        }
        if let Audience::OneOf(accepted) = &mut self.audience {
            accepted.push(audience.to_owned());
        }
        Ok(self)
    }

    /// Accepts tokens for any audience, and tokens that name none.
    ///
    /// # Security
    /// Anyone who receives a token of this issuer for another purpose can then present it here.
    pub fn insecure_any_audience(mut self) -> Self {
        self.audience = Audience::Any;
        self
    }

    /// The same issuer, whose keys are held in another type.
    #[cfg(feature = "policy")]
    pub(crate) fn with_keys<L>(self, hold: impl FnOnce(K) -> L) -> Issuer<L> {
        let Self { name, audience, algorithms, keys, certificates } = self;
        Issuer { name, audience, algorithms, keys: hold(keys), certificates }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn allows(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    pub(super) fn judge_certificate(
        &self,
        key: &VerifyingKey,
        now: UnixTime,
    ) -> Result<(), Reason> {
        self.certificates.judge(|public| key.is_public(public), now)
    }

    /// The audiences that are accepted, in words.
    pub(super) fn audiences(&self) -> String {
        match &self.audience {
            Audience::OneOf(accepted) => accepted.join(" or "),
            Audience::Any => "any".to_owned(),
        }
    }

    pub(super) fn judge_audience(&self, claims: &Claims) -> Result<(), Reason> {
        let Audience::OneOf(accepted) = &self.audience else { return Ok(()) };
        let is_accepted = |audience: &str| accepted.iter().any(|one| one == audience);
        match claims.has_audience(is_accepted) {
            Some(true) => Ok(()),
            Some(false) => Err(Reason::JwtAudience),
            None => Err(missing("aud")),
        }
    }
}

/// The audience of the tokens of `issuer` for `resource`, which must name it.
fn audience<'r>(issuer: &str, resource: &'r ProtectedResource) -> Result<&'r str, ConfigError> {
    if !resource.is_authorized_by(issuer) {
        let bounds = "one of the resource's authorization servers";
        return Err(ConfigError::new("issuer", "name", Problem::OutOfBounds { bounds }));
    }
    Ok(resource.resource())
}
