//! Keys that certificates hold, and the dates of those certificates.

use crate::certificate::Certificate;
use crate::crypto::{KeyError, PublicKey};
use crate::rejection::Reason;
use crate::time::{Phase, UnixTime};

/// Certificates by their keys. Keys that none of them holds have no dates.
#[derive(Clone, Debug, Default)]
pub(super) struct CertifiedKeys(Vec<(PublicKey, Certificate)>);

impl CertifiedKeys {
    pub(super) fn add(&mut self, certificate: Certificate) -> Result<(), KeyError> {
        self.0.push((certificate.public_key()?, certificate));
        Ok(())
    }

    /// Whether one of the certificates of this key is valid at `now`, if it has any.
    pub(super) fn judge(
        &self,
        is_key: impl Fn(&PublicKey) -> bool,
        now: UnixTime,
    ) -> Result<(), Reason> {
        let of_key = self.0.iter().filter(|(key, _)| is_key(key));
        judge_dates(of_key.map(|(_, certificate)| certificate), now)
    }
}

/// Whether one of the certificates of a key is valid at `now`; a key without any has no dates. Of
/// several that are not, the one that ends last gives the reason.
fn judge_dates<'c>(
    certificates: impl Iterator<Item = &'c Certificate>,
    now: UnixTime,
) -> Result<(), Reason> {
    let mut last: Option<&Certificate> = None;
    for certificate in certificates {
        if certificate.validity().contains(now) {
            return Ok(());
        }
        let end = |one: &Certificate| one.validity().not_after();
        last = last.into_iter().chain([certificate]).max_by_key(|one| end(one));
    }
    let Some(validity) = last.map(Certificate::validity) else { return Ok(()) };
    match validity.phase(now) {
        Phase::Current => Ok(()),
        Phase::Over { .. } => {
            Err(Reason::CertificateExpired { now, not_after: validity.not_after() })
        }
        Phase::NotYet { not_before } => Err(Reason::CertificateNotYetValid { now, not_before }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str) -> Certificate {
        let path = format!("{}/tests/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        Certificate::from_pem(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn one_valid_certificate_of_a_key_is_enough() {
        let (expired, present) = (certificate("expired"), certificate("self-signed-p256"));
        let future = certificate("not-yet-valid");
        let code = |certificates: &[&Certificate]| {
            let now = UnixTime::from_seconds(1_800_000_000);
            let judged = judge_dates(certificates.iter().copied(), now);
            judged.map_or_else(|reason| reason.code(), |()| "valid")
        };
        assert_eq!(code(&[]), "valid");
        assert_eq!(code(&[&expired, &present]), "valid");
        assert_eq!(code(&[&present, &future]), "valid");
        assert_eq!(code(&[&expired]), "certificate.expired");
        assert_eq!(code(&[&future, &expired]), "certificate.not_yet_valid");
    }

    #[test]
    fn the_last_second_of_a_certificate_counts_to_its_end() {
        let certificate = certificate("self-signed-p256");
        let at = |millis| judge_dates([&certificate].into_iter(), UnixTime::from_millis(millis));
        let (first, last) = (1_767_225_600_000, 2_082_758_400_000);
        assert_eq!(at(first - 1).unwrap_err().to_string(), "the certificate is valid in 0.001 s");
        assert_eq!(at(first), Ok(()));
        assert_eq!(at(last), Ok(()));
        assert_eq!(at(last + 999), Ok(()));
        assert_eq!(at(last + 1000).unwrap_err().to_string(), "the certificate expired 1 s ago");
    }
}
