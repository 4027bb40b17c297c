//! The messages of the security proxy, with their causes and remedies.

use crate::rejection::catalogue::Reason;
use crate::rejection::remedy::Remedy;
use crate::rejection::worded::worded;

worded! {
/// One of the messages by which the security proxy, its client and the management server say that
/// an authorization token is missing or wrong.
///
/// ```
/// use tollgate::rejection::{Cause, ProxyMessage};
///
/// let message = ProxyMessage::Missing;
/// assert_eq!(message.to_string(), "Missing authorization token");
/// assert!(message.causes().contains(&Cause::ServerCertificateExpired));
/// assert!(message.remedy().to_string().contains("check the status of the certificate"));
/// ```
///
/// Source: the proxy's document on invalid authorization tokens; [`Expired`](Self::Expired) is the
/// vendor's.
pub enum ProxyMessage {
    /// The proxy was asked for a connection without a token.
    Missing = "Missing authorization token",
    /// The proxy was shown a token that it cannot trust.
    Invalid = "Invalid or missing authorization token",
    /// The proxy was shown a token past its own lifetime.
    Expired = "Expired or invalid authorization token",
    /// The client could not read what the management server answered.
    InvalidData = "A proxy server authorization token was requested from the Reflection server but invalid data was received.",
}
}

worded! {
/// Why a message of the security proxy may appear.
pub enum Cause {
    /// The certificate of the management server has expired, so it signs nothing, or what it signed
    /// is refused.
    ServerCertificateExpired = "the certificate of the management server has expired",
    /// The certificate of the management server is not valid yet, by the clock of the one who
    /// judges.
    ServerCertificateNotYetValid = "the certificate of the management server is not valid yet",
    /// The management server signs with a certificate that was not imported into the proxy.
    ServerCertificateNotImported = "the certificate of the management server was replaced, and the new one not imported into the proxy",
    /// The client asked for no token, or lost it.
    TokenNotSent = "the client sent no token",
    /// The token was changed on its way, or made by somebody else.
    TokenAltered = "the token was altered or forged",
    /// The token is for another host or port.
    OtherDestination = "the token is for another destination",
    /// The client kept the token longer than it lives.
    TokenTooOld = "the client used a token past its lifetime",
    /// The clocks of management server and proxy differ.
    ClocksDiffer = "the clocks of the management server and of the proxy differ",
    /// Something else answered in place of the management server.
    OtherServer = "another server, or an error page, answered in place of the management server",
}
}

impl ProxyMessage {
    /// All messages.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Invalid, Self::Expired, Self::InvalidData];

    /// Its causes, the likeliest first: the document names the expired certificate for each
    /// message.
    pub fn causes(self) -> &'static [Cause] {
        match self {
            Self::Missing => &[Cause::ServerCertificateExpired, Cause::TokenNotSent],
            Self::Invalid => &[
                Cause::ServerCertificateExpired,
                Cause::ServerCertificateNotYetValid,
                Cause::ServerCertificateNotImported,
                Cause::TokenAltered,
                Cause::OtherDestination,
            ],
            Self::Expired => {
                &[Cause::TokenTooOld, Cause::ClocksDiffer, Cause::ServerCertificateExpired]
            }
            Self::InvalidData => &[Cause::ServerCertificateExpired, Cause::OtherServer],
        }
    }

    /// The steps that cure it: the document's, in its order, and what else the message calls for.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::Missing => Remedy::SEND_TOKEN,
            Self::Invalid | Self::InvalidData => Remedy::RENEW_CERTIFICATE,
            Self::Expired => Remedy::RENEW_TOKEN,
        }
    }

    /// The message that the proxy gives for `reason`.
    pub(crate) fn of(reason: &Reason) -> Self {
        match reason {
            Reason::CredentialMissing => Self::Missing,
            Reason::ProxyTokenExpired { .. } => Self::Expired,
            _ => Self::Invalid,
        }
    }
}
