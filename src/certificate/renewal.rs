//! What to do about a certificate.

use crate::certificate::expiry::Expiry;
use crate::certificate::self_signed::SelfSigned;
use crate::rejection::Remedy;

impl Expiry {
    /// What the operator can do, in the order of the proxy's document.
    ///
    /// One that has expired or soon will: check its status; if it is self-signed, delete it,
    /// generate a new one and import that into the proxy; if a CA signed it, obtain a new one,
    /// import it, then import it into the proxy.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tollgate::certificate::{Expiry, SelfSigned};
    ///
    /// let remedy = Expiry::Expired { since: Duration::from_secs(1) }.remedy(SelfSigned::Yes);
    /// assert_eq!(
    ///     remedy.to_string(),
    ///     "1. check the status of the certificate; 2. delete the self-signed certificate; \
    ///      3. generate a new self-signed certificate; \
    ///      4. import the new certificate into the security proxy; \
    ///      5. for an import over the network give the management server's address, its HTTP port \
    ///      (not the proxy's), the servlet context and the friendly name, or accept the defaults"
    /// );
    /// let fine = Expiry::Valid { remaining: Duration::from_secs(1) }.remedy(SelfSigned::Yes);
    /// assert!(fine.steps().is_empty());
    /// ```
    pub fn remedy(self, self_signed: SelfSigned) -> Remedy {
        match (self, self_signed) {
            (Self::Valid { .. }, _) => Remedy::NONE,
            (Self::NotYetValid { .. }, _) => Remedy::AWAIT_CERTIFICATE,
            (Self::ExpiresSoon { .. } | Self::Expired { .. }, _) => self_signed.renewal(),
        }
    }
}

impl SelfSigned {
    /// How the operator replaces a certificate that has expired, by who signed it.
    pub fn renewal(self) -> Remedy {
        match self {
            Self::Yes => Remedy::RENEW_SELF_SIGNED,
            Self::No => Remedy::RENEW_CA_SIGNED,
            Self::Unverifiable => Remedy::RENEW_CERTIFICATE,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rejection::Step;

    #[test]
    fn the_steps_are_in_the_order_of_the_document() {
        let expired = Expiry::Expired { since: Duration::from_secs(1) };
        let soon = Expiry::ExpiresSoon { remaining: Duration::from_secs(1) };
        for state in [expired, soon] {
            assert_eq!(
                state.remedy(SelfSigned::Yes).steps(),
                [
                    Step::CheckCertificateStatus,
                    Step::DeleteSelfSignedCertificate,
                    Step::GenerateSelfSignedCertificate,
                    Step::ImportIntoProxy,
                    Step::LocateManagementServer,
                ]
            );
            assert_eq!(
                state.remedy(SelfSigned::No).steps(),
                [
                    Step::CheckCertificateStatus,
                    Step::ObtainCaSignedCertificate,
                    Step::ImportCertificate,
                    Step::ImportIntoProxy,
                    Step::LocateManagementServer,
                ]
            );
        }
        let unknown = expired.remedy(SelfSigned::Unverifiable);
        assert!(unknown.steps().contains(&Step::DetermineIssuer));
        let early = Expiry::NotYetValid { starts_in: Duration::from_secs(1) };
        assert!(early.remedy(SelfSigned::No).steps().contains(&Step::CompareClocks));
    }
}
