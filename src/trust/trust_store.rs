//! The store of trusted certificates.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::certificate::{Certificate, ExpiryChecker, Fingerprint};
use crate::time::UnixTime;
use crate::trust::offer::CertificateOffer;
use crate::trust::report::Report;
use crate::trust::trust_error::TrustError;
use crate::trust::trusted::{Fate, Former, Recognition, TrustedCertificate};

/// The longest friendly name, in bytes of UTF-8.
pub const FRIENDLY_NAME_LIMIT: usize = 256;
/// How many friendly names a store takes; the roots of browsers are about 150.
pub const TRUSTED_LIMIT: usize = 1000;
/// How many bytes of DER a store takes in all (4 MiB): 4 KiB for each of [`TRUSTED_LIMIT`].
pub const TRUSTED_SIZE_LIMIT: usize = 4 * 1024 * 1024;
/// How many former certificates are remembered; the oldest are forgotten first, which only changes
/// what a trace says of them.
const FORMER_LIMIT: usize = 1000;

/// The trusted certificates, each under a friendly name.
///
/// Trusted means imported. One friendly name has one certificate, and one certificate may have
/// several names. Names are compared byte for byte. A certificate that is replaced or removed is
/// remembered by its fingerprint, so that a trace can say so, and is no longer trusted.
///
/// Clones share their certificates, and every change is seen by the next call.
///
/// # Security
/// No chain is built: a certificate is not trusted because a trusted one signed it. Nor is an
/// imported certificate valid for that: an [`ExpiryChecker`] judges its dates.
///
/// # Example
/// ```
/// use tollgate::certificate::Certificate;
/// use tollgate::trust::{Recognition, TrustStore};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let old = include_bytes!("../../tests/certificates/expired.pem");
/// let new = include_bytes!("../../tests/certificates/self-signed-p256.pem");
/// let (old, new) = (Certificate::from_pem(old)?, Certificate::from_pem(new)?);
///
/// let store = TrustStore::new();
/// store.import("management server", old.clone())?;
/// assert!(store.import("management server", new.clone()).is_err());
///
/// store.replace("management server", new.clone())?;
/// assert!(matches!(store.recognise(&new.fingerprint()), Recognition::Trusted(_)));
/// assert!(matches!(store.recognise(&old.fingerprint()), Recognition::Former(_)));
/// # Ok(())
/// # }
/// ```
///
/// Source: the proxy's document on invalid authorization tokens (friendly names, import).
#[derive(Clone, Default)]
pub struct TrustStore(Arc<RwLock<Contents>>);

#[derive(Default)]
struct Contents {
    trusted: BTreeMap<Arc<str>, Arc<TrustedCertificate>>,
    /// For each certificate the first of its names.
    by_fingerprint: HashMap<Fingerprint, Arc<TrustedCertificate>>,
    /// The oldest first.
    former: VecDeque<Arc<Former>>,
}

impl TrustStore {
    /// Makes a store without certificates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts `certificate` under this name. Importing the same certificate under the same name
    /// again changes nothing.
    ///
    /// # Errors
    /// A [`TrustError`] if the name is empty, longer than [`FRIENDLY_NAME_LIMIT`] or that of
    /// another certificate, or if the store is full.
    pub fn import(&self, friendly_name: &str, certificate: Certificate) -> Result<(), TrustError> {
        check_name(friendly_name)?;
        let mut contents = self.write();
        if let Some(earlier) = contents.trusted.get(friendly_name) {
            let fingerprint = earlier.certificate.fingerprint();
            if earlier.certificate == certificate {
                return Ok(());
            }
            let friendly_name = friendly_name.to_owned();
            return Err(TrustError::NameTaken { friendly_name, fingerprint });
        }
        contents.trust(friendly_name, certificate)
    }

    /// Trusts `certificate` in place of the one that has this name, which is returned. What that
    /// one signed is refused from now on; to go on trusting it for a while, import the new one
    /// under a name of its own.
    ///
    /// # Errors
    /// A [`TrustError`] if no certificate has the name, or if the store is full.
    pub fn replace(
        &self,
        friendly_name: &str,
        certificate: Certificate,
    ) -> Result<Certificate, TrustError> {
        let mut contents = self.write();
        let earlier = contents.named(friendly_name)?;
        contents.trust(friendly_name, certificate)?;
        contents.retire(&earlier, Fate::Replaced);
        Ok(earlier.certificate.clone())
    }

    /// Stops trusting the certificate of this name, and returns it.
    ///
    /// # Errors
    /// [`TrustError::NameUnknown`] if no certificate has the name.
    pub fn remove(&self, friendly_name: &str) -> Result<Certificate, TrustError> {
        let mut contents = self.write();
        let earlier = contents.named(friendly_name)?;
        contents.trusted.remove(friendly_name);
        contents.index();
        contents.retire(&earlier, Fate::Removed);
        Ok(earlier.certificate.clone())
    }

    /// Trusts what a management server offered, under the offer's friendly name, since the operator
    /// has confirmed its fingerprint out of band.
    ///
    /// # Errors
    /// [`TrustError::NotConfirmed`] if the fingerprint is another one, and whatever
    /// [`import`](Self::import) refuses.
    pub fn import_offer(
        &self,
        offer: &CertificateOffer,
        confirmed: &Fingerprint,
    ) -> Result<(), TrustError> {
        offer.confirm(confirmed)?;
        self.insecure_import_unconfirmed(offer)
    }

    /// As [`import_offer`](Self::import_offer), in place of the certificate that has the name.
    ///
    /// # Errors
    /// [`TrustError::NotConfirmed`] if the fingerprint is another one, and whatever
    /// [`replace`](Self::replace) refuses.
    pub fn replace_with_offer(
        &self,
        offer: &CertificateOffer,
        confirmed: &Fingerprint,
    ) -> Result<Certificate, TrustError> {
        offer.confirm(confirmed)?;
        let friendly_name = offer.friendly_name().ok_or(TrustError::NameMissing)?;
        self.replace(friendly_name, offer.certificate().clone())
    }

    /// Trusts what a management server offered, without anyone having confirmed it.
    ///
    /// # Security
    /// Over plain HTTP, and over https that the host does not verify, anyone on the network path
    /// can put another certificate in the offer's place, and sign every token from then on.
    ///
    /// # Errors
    /// Whatever [`import`](Self::import) refuses.
    pub fn insecure_import_unconfirmed(&self, offer: &CertificateOffer) -> Result<(), TrustError> {
        let friendly_name = offer.friendly_name().ok_or(TrustError::NameMissing)?;
        self.import(friendly_name, offer.certificate().clone())
    }

    /// The certificate of this name.
    pub fn get(&self, friendly_name: &str) -> Option<Certificate> {
        self.read().trusted.get(friendly_name).map(|trusted| trusted.certificate.clone())
    }

    /// What is known of the certificate with this fingerprint. Read `x5t#S256` with
    /// [`Fingerprint::from_x5t_s256`].
    pub fn recognise(&self, fingerprint: &Fingerprint) -> Recognition {
        let contents = self.read();
        if let Some(trusted) = contents.by_fingerprint.get(fingerprint) {
            return Recognition::Trusted(Arc::clone(trusted));
        }
        let mut former = contents.former.iter().rev();
        match former.find(|former| former.fingerprint == *fingerprint) {
            Some(former) => Recognition::Former(Arc::clone(former)),
            None => Recognition::Unknown,
        }
    }

    /// All names with their certificates, in the order of the bytes of the names.
    pub fn list(&self) -> Vec<Arc<TrustedCertificate>> {
        self.read().trusted.values().cloned().collect()
    }

    /// All certificates that are remembered and no longer trusted, the oldest first.
    pub fn former(&self) -> Vec<Arc<Former>> {
        self.read().former.iter().cloned().collect()
    }

    /// Reports on all certificates at `now`, soonest expiry first.
    pub fn report(&self, checker: &ExpiryChecker, now: UnixTime) -> Report {
        Report::of(&self.list(), checker, now)
    }

    /// Remembers a former certificate that a saved store has; it stays unknown if it is trusted.
    pub(super) fn remember(&self, former: Former) {
        self.write().remember(former);
    }

    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        // Every change is complete before anything in it could panic.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contents = self.read();
        let (trusted, former) = (contents.trusted.len(), contents.former.len());
        write!(f, "TrustStore({trusted} trusted, {former} former)")
    }
}

impl Contents {
    fn named(&self, friendly_name: &str) -> Result<Arc<TrustedCertificate>, TrustError> {
        let unknown = || TrustError::NameUnknown { friendly_name: friendly_name.to_owned() };
        self.trusted.get(friendly_name).cloned().ok_or_else(unknown)
    }

    fn trust(&mut self, friendly_name: &str, certificate: Certificate) -> Result<(), TrustError> {
        let kept = self.trusted.iter().filter(|(name, _)| ***name != *friendly_name);
        let (count, size) = kept.fold((0_usize, 0_usize), |(count, size), (_, kept)| {
            (count.saturating_add(1), size.saturating_add(kept.certificate.der().len()))
        });
        let size = size.saturating_add(certificate.der().len());
        if count >= TRUSTED_LIMIT || size > TRUSTED_SIZE_LIMIT {
            return Err(TrustError::Full);
        }
        let name: Arc<str> = Arc::from(friendly_name);
        let trusted = TrustedCertificate { friendly_name: Arc::clone(&name), certificate };
        self.trusted.insert(name, Arc::new(trusted));
        self.index();
        Ok(())
    }

    /// Remembers a certificate that is no longer trusted under this name; it may be under another.
    fn retire(&mut self, earlier: &TrustedCertificate, fate: Fate) {
        let fingerprint = earlier.certificate.fingerprint();
        let friendly_name = Arc::clone(&earlier.friendly_name);
        self.remember(Former { friendly_name, fingerprint, fate });
    }

    fn remember(&mut self, former: Former) {
        if self.by_fingerprint.contains_key(&former.fingerprint) {
            return;
        }
        self.former.retain(|known| known.fingerprint != former.fingerprint);
        self.former.push_back(Arc::new(former));
        if self.former.len() > FORMER_LIMIT {
            self.former.pop_front();
        }
    }

    /// Drop former entries for certificates that are trusted again.
    fn index(&mut self) {
        self.by_fingerprint.clear();
        for trusted in self.trusted.values() {
            let fingerprint = trusted.certificate.fingerprint();
            self.by_fingerprint.entry(fingerprint).or_insert_with(|| Arc::clone(trusted));
        }
        self.former.retain(|former| !self.by_fingerprint.contains_key(&former.fingerprint));
    }
}

pub(super) fn check_name(friendly_name: &str) -> Result<(), TrustError> {
    match friendly_name.len() {
        0 => Err(TrustError::NameMissing),
        1..=FRIENDLY_NAME_LIMIT => Ok(()),
        _ => Err(TrustError::NameTooLong { limit: FRIENDLY_NAME_LIMIT }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str) -> Certificate {
        let path = format!("{}/tests/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        Certificate::from_pem(&std::fs::read(path).unwrap()).unwrap()
    }

    fn fate(store: &TrustStore, certificate: &Certificate) -> Option<Fate> {
        match store.recognise(&certificate.fingerprint()) {
            Recognition::Former(former) => Some(former.fate()),
            _ => None,
        }
    }

    fn is_trusted(store: &TrustStore, certificate: &Certificate) -> bool {
        matches!(store.recognise(&certificate.fingerprint()), Recognition::Trusted(_))
    }

    #[test]
    fn one_name_never_has_two_certificates_and_one_certificate_may_have_two_names() {
        let (first, second) = (certificate("self-signed-p256"), certificate("self-signed-rsa"));
        let store = TrustStore::new();
        store.import("a", first.clone()).unwrap();
        let taken = store.import("a", second.clone()).unwrap_err();
        let fingerprint = first.fingerprint();
        assert_eq!(taken, TrustError::NameTaken { friendly_name: "a".to_owned(), fingerprint });
        assert!(!is_trusted(&store, &second));
        store.import("a", first.clone()).unwrap();
        store.import("b", first.clone()).unwrap();
        store.import("A", second).unwrap();
        let names: Vec<_> = store.list().iter().map(|one| one.friendly_name().to_owned()).collect();
        assert_eq!(names, ["A", "a", "b"]);
        assert_eq!(store.get("b"), Some(first));
    }

    #[test]
    fn what_was_replaced_or_removed_is_remembered_and_not_trusted() {
        let (old, new) = (certificate("expired"), certificate("self-signed-p256"));
        let store = TrustStore::new();
        assert_eq!(store.recognise(&old.fingerprint()), Recognition::Unknown);
        store.import("server", old.clone()).unwrap();
        assert_eq!(store.replace("server", new.clone()).unwrap(), old);
        assert_eq!(fate(&store, &old), Some(Fate::Replaced));
        assert!(is_trusted(&store, &new));
        assert_eq!(store.remove("server").unwrap(), new);
        assert_eq!(fate(&store, &new), Some(Fate::Removed));
        assert_eq!(store.former().len(), 2);
        let unknown = TrustError::NameUnknown { friendly_name: "server".to_owned() };
        assert_eq!(store.replace("server", new.clone()), Err(unknown.clone()));
        assert_eq!(store.remove("server"), Err(unknown));
        store.import("again", old.clone()).unwrap();
        assert!(is_trusted(&store, &old));
        assert_eq!(store.former().len(), 1);
    }

    #[test]
    fn a_certificate_stays_trusted_under_its_other_name() {
        let (shared, new) = (certificate("self-signed-p256"), certificate("self-signed-rsa"));
        let store = TrustStore::new();
        store.import("a", shared.clone()).unwrap();
        store.import("b", shared.clone()).unwrap();
        store.replace("a", new).unwrap();
        assert!(is_trusted(&store, &shared));
        assert!(store.former().is_empty());
        store.replace("b", shared.clone()).unwrap();
        assert!(is_trusted(&store, &shared));
        store.remove("b").unwrap();
        assert_eq!(fate(&store, &shared), Some(Fate::Removed));
    }

    #[test]
    fn an_offer_is_trusted_only_as_it_was_confirmed() {
        let (offered, other) = (certificate("self-signed-p256"), certificate("expired"));
        let offer = CertificateOffer::new(Some("server".to_owned()), offered.clone());
        let store = TrustStore::new();
        let refused = store.import_offer(&offer, &other.fingerprint()).unwrap_err();
        assert!(matches!(refused, TrustError::NotConfirmed { .. }));
        assert!(store.list().is_empty());
        store.import("server", other.clone()).unwrap();
        let refused = store.replace_with_offer(&offer, &other.fingerprint()).unwrap_err();
        assert!(matches!(refused, TrustError::NotConfirmed { .. }));
        assert!(is_trusted(&store, &other));
        let refused = store.import_offer(&offer, &offered.fingerprint()).unwrap_err();
        assert!(matches!(refused, TrustError::NameTaken { .. }));
        store.replace_with_offer(&offer, &offered.fingerprint()).unwrap();
        assert!(is_trusted(&store, &offered));
    }

    #[test]
    fn names_have_a_length() {
        let store = TrustStore::new();
        let import = |name: &str| store.import(name, certificate("self-signed-p256"));
        assert_eq!(import(""), Err(TrustError::NameMissing));
        assert!(import(&"a".repeat(FRIENDLY_NAME_LIMIT)).is_ok());
        let limit = FRIENDLY_NAME_LIMIT;
        assert_eq!(import(&"a".repeat(limit + 1)), Err(TrustError::NameTooLong { limit }));
    }

    #[test]
    fn the_latest_1000_former_certificates_are_remembered() {
        let store = TrustStore::new();
        let fingerprint = |index: usize| Fingerprint::of_der(&index.to_be_bytes());
        for index in 0..=FORMER_LIMIT {
            assert_eq!(store.former().len(), index);
            let former = Former {
                friendly_name: "a".into(),
                fingerprint: fingerprint(index),
                fate: Fate::Removed,
            };
            store.remember(former);
        }
        assert_eq!(store.former().len(), FORMER_LIMIT);
        assert_eq!(store.recognise(&fingerprint(0)), Recognition::Unknown);
        assert!(matches!(store.recognise(&fingerprint(1)), Recognition::Former(_)));
    }

    #[cfg(feature = "generate")]
    #[test]
    fn a_store_takes_4_mib_of_certificates_and_no_more() {
        let (start, end) = (UnixTime::from_seconds(0), UnixTime::from_seconds(1));
        let names = (0..200).map(|index| format!("n{index:03}.{}example", "abcdefghi.".repeat(23)));
        let parameters = crate::certificate::CertificateParameters::new("large").names(names);
        let large = parameters.self_sign(start, end).unwrap().certificate().clone();
        let fits = TRUSTED_SIZE_LIMIT / large.der().len();
        assert!(fits < TRUSTED_LIMIT);
        let store = TrustStore::new();
        for index in 0..fits {
            store.import(&index.to_string(), large.clone()).unwrap();
        }
        assert_eq!(store.import("more", large.clone()), Err(TrustError::Full));
        assert!(store.import("small", certificate("expired")).is_ok());
        assert!(store.replace("0", large).is_ok_and(|_| store.list().len() == fits + 1));
    }

    #[test]
    fn a_full_store_takes_no_more_but_replaces() {
        let (first, second) = (certificate("self-signed-p256"), certificate("expired"));
        let store = TrustStore::new();
        for index in 0..TRUSTED_LIMIT {
            store.import(&index.to_string(), first.clone()).unwrap();
        }
        assert_eq!(store.import("more", first.clone()), Err(TrustError::Full));
        assert_eq!(store.get("more"), None);
        assert!(store.replace("0", second).is_ok());
    }

    #[test]
    fn a_change_is_seen_by_every_clone() {
        let store = TrustStore::new();
        let clone = store.clone();
        store.import("server", certificate("self-signed-p256")).unwrap();
        assert!(is_trusted(&clone, &certificate("self-signed-p256")));
        assert_eq!(format!("{clone:?}"), "TrustStore(1 trusted, 0 former)");
    }
}
