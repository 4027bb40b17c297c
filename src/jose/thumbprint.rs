//! Thumbprints of keys (RFC 7638).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::crypto::sha256;
use crate::encoding::base64url_encode;
use crate::jose::key::VerifyingKey;
use crate::jose::published::material;

impl VerifyingKey {
    /// The SHA-256 thumbprint of the key as a JWK, in base64url: the same for one key however its
    /// JWK is written. `None` for a shared secret, whose thumbprint would help to guess it.
    ///
    /// ```
    /// use tollgate::jose::VerifyingKey;
    ///
    /// # fn main() -> Result<(), tollgate::crypto::KeyError> {
    /// let key = VerifyingKey::from_jwk(br#"{"kty": "OKP", "crv": "Ed25519", "use": "sig",
    ///     "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
    /// let thumbprint = key.thumbprint();
    /// assert_eq!(thumbprint.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: RFC 7638 section 3; RFC 8037 appendix A.3 for Ed25519.
    pub fn thumbprint(&self) -> Option<String> {
        let members = material(self.as_public()?);
        Some(base64url_encode(sha256(canonical(members).as_bytes())))
    }
}

/// In the order of their names, which a `Map` does not keep in every build (RFC 7638 section 3.3).
fn canonical(members: Map<String, Value>) -> String {
    let members: BTreeMap<_, _> = members.into_iter().collect();
    let written = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::algorithm::Algorithm;
    use crate::secret::Secret;

    const RSA_7638: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7\
         aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4Qy\
         Q5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdk\
         t-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    fn thumbprint(jwk: &str) -> Option<String> {
        VerifyingKey::from_jwk(jwk.as_bytes()).unwrap().thumbprint()
    }

    #[test]
    fn a_thumbprint_covers_the_key_itself_and_nothing_else() {
        let rsa = format!(r#"{{"kty":"RSA","n":"{RSA_7638}","e":"AQAB""#);
        for extra in ["}", r#","alg":"RS256","kid":"2011-04-29"}"#, r#","use":"sig","x5t":"AA"}"#] {
            let expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
            assert_eq!(thumbprint(&format!("{rsa}{extra}")).as_deref(), Some(expected));
        }
        let p256 = r#"{"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kty":"EC",
            "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","crv":"P-256"}"#;
        let expected = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s";
        assert_eq!(thumbprint(p256).as_deref(), Some(expected));
    }

    #[test]
    fn a_shared_secret_has_no_thumbprint() {
        let secret = Secret::new("a secret of at least 32 bytes ...");
        let key = VerifyingKey::hmac(Algorithm::Hs256, &secret).unwrap();
        assert_eq!(key.thumbprint(), None);
    }
}
