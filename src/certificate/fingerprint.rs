//! The SHA-256 of a certificate, by which it is recognised.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::crypto::sha256;
use crate::encoding::{base64url_decode, base64url_encode};

/// The SHA-256 over the DER of a certificate.
///
/// It is printed as operators see it elsewhere: 32 pairs of upper-case hexadecimal digits with
/// colons between them.
///
/// ```
/// use tollgate::certificate::Fingerprint;
///
/// let fingerprint = Fingerprint::of_der(b"");
/// let confirmed = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:\
///                  27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
/// assert_eq!(confirmed.parse(), Ok(fingerprint));
/// assert!("E3:B0".parse::<Fingerprint>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// A text that is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected a SHA-256 fingerprint: 64 hexadecimal digits, or 32 pairs of them with colons")]
pub struct InvalidFingerprint;

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    pub fn of_der(der: &[u8]) -> Self {
        Self(sha256(der))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As a JOSE header or a `cnf` claim has it: `x5t#S256` (RFC 7515 section 4.1.8, RFC 8705).
    pub fn x5t_s256(&self) -> String {
        base64url_encode(self.0)
    }

    /// Reads an `x5t#S256`: base64url of 32 bytes, in its one strict spelling.
    ///
    /// # Errors
    /// [`InvalidFingerprint`] for anything else.
    pub fn from_x5t_s256(text: &str) -> Result<Self, InvalidFingerprint> {
        let bytes = base64url_decode(text).ok_or(InvalidFingerprint)?;
        bytes.try_into().map(Self).map_err(|_| InvalidFingerprint)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// Accepts upper and lower case, with colons between all pairs or between none.
impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        let pairs: Vec<&[u8]> = if text.contains(':') {
            text.as_bytes().split(|byte| *byte == b':').collect()
        } else {
            text.as_bytes().chunks(2).collect()
        };
        let bytes: Option<Vec<u8>> = pairs.into_iter().map(pair).collect();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(InvalidFingerprint)
    }
}

fn pair(digits: &[u8]) -> Option<u8> {
    let [high, low] = *digits else { return None };
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16)?).ok();
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_survives_both_of_its_spellings() {
        let fingerprint = Fingerprint::of_der(b"certificate");
        let text = fingerprint.to_string();
        assert_eq!(text.parse(), Ok(fingerprint));
        assert_eq!(text.to_lowercase().parse(), Ok(fingerprint));
        assert_eq!(text.replace(':', "").parse(), Ok(fingerprint));
        assert_eq!(Fingerprint::from_x5t_s256(&fingerprint.x5t_s256()), Ok(fingerprint));
    }

    #[test]
    fn nothing_shorter_longer_or_mixed_is_a_fingerprint() {
        let text = Fingerprint::of_der(b"certificate").to_string();
        for wrong in [
            String::new(),
            text[3..].to_owned(),
            format!("{text}:00"),
            format!(" {text}"),
            text.replacen(':', "", 1),
            text.replace(':', " "),
            text.replacen(':', "::", 1),
            text.replace(':', "").replacen('4', "g", 1),
        ] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(InvalidFingerprint), "{wrong}");
        }
        assert!(Fingerprint::from_x5t_s256("AAAA").is_err());
        let padded = format!("{}=", Fingerprint::of_der(b"").x5t_s256());
        assert!(Fingerprint::from_x5t_s256(&padded).is_err());
    }
}
