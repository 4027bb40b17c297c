//! JWTs with defects.

use serde_json::{Map, Value, json};

use crate::crypto::{HmacHash, HmacKey, sha256};
use crate::encoding::base64url_encode;
use crate::jose::{Algorithm, SigningKey};
use crate::reading::LIMIT;
use crate::record::to_numeric_date;
use crate::testing::defect::Defect;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::good_tokens::LIFETIME;
use crate::testing::test_keys::{Generation, TestCertificate, key_id, signing_key};
use crate::testing::test_records::REVOKED_ID;

impl TokenForge {
    /// A JWT with this defect, and no other.
    ///
    /// # Errors
    /// [`ForgeError::NotOfAJwt`] for a defect of something else.
    pub fn jwt_with(&self, defect: &Defect) -> Result<String, ForgeError> {
        if !defect.is_of_a_jwt() {
            return Err(ForgeError::NotOfAJwt { defect: defect.name() });
        }
        let key = self.key_with(defect)?;
        let mut header = key.header();
        self.spoil_header(&mut header, defect);
        let mut claims = self.claims();
        self.spoil_dates(&mut claims, defect);
        spoil_claims(&mut claims, defect)?;
        let (header, payload) = (Value::Object(header).to_string(), payload(claims, defect));
        match defect {
            Defect::Unsigned => Ok(unsigned(&header, &payload)),
            Defect::AlgorithmConfusion => self.confused(&header, &payload),
            Defect::Encrypted => Ok(format!("{}..AA.AA.AA", base64url_encode(header))),
            Defect::BadBase64 => Ok(key.sign_under(header.as_bytes(), payload.as_bytes())? + "="),
            _ => Ok(key.sign_under(header.as_bytes(), payload.as_bytes())?),
        }
    }

    /// The key that signs, right or wrong.
    fn key_with(&self, defect: &Defect) -> Result<SigningKey, ForgeError> {
        let key = match defect {
            Defect::WrongKey | Defect::UnknownKey => signing_key(self.algorithm, Generation::Next)?,
            Defect::ExpiredCertificate => TestCertificate::Expired.signing_key()?,
            Defect::FutureCertificate => TestCertificate::Future.signing_key()?,
            _ => signing_key(self.algorithm, Generation::Current)?,
        };
        Ok(key.with_token_type("at+jwt"))
    }

    fn spoil_header(&self, header: &mut Map<String, Value>, defect: &Defect) {
        let (member, value) = match defect {
            Defect::Encrypted => ("enc", json!("A256GCM")),
            Defect::Unsigned => ("alg", json!("none")),
            Defect::UnknownAlgorithm => ("alg", json!("XS256")),
            Defect::AlgorithmConfusion => ("alg", json!(self.other_hmac().name())),
            Defect::Critical => ("crit", json!(["exp"])),
            Defect::WrongHeaderType => ("kid", json!(7)),
            Defect::UnknownKey => ("kid", json!("unknown")),
            Defect::MismatchedKey => ("kid", json!(key_id(self.other_kind(), Generation::Current))),
            Defect::WrongKey => ("kid", json!(key_id(self.algorithm, Generation::Current))),
            Defect::WrongType => ("typ", json!("JWT")),
            Defect::NoKeyId => {
                header.remove("kid");
                return;
            }
            _ => return,
        };
        header.insert(member.to_owned(), value);
    }

    fn spoil_dates(&self, claims: &mut Map<String, Value>, defect: &Defect) {
        let mut set = |name: &str, at| claims.insert(name.to_owned(), to_numeric_date(at));
        match defect {
            Defect::ExpiredBy(span) => {
                let expired = self.now.saturating_sub(*span);
                let issued = expired.saturating_sub(LIFETIME);
                set("exp", expired);
                set("iat", issued);
                set("nbf", issued);
            }
            Defect::NotYetValidBy(span) => {
                let valid = self.now.saturating_add(*span);
                set("nbf", valid);
                set("exp", valid.saturating_add(LIFETIME));
            }
            Defect::IssuedInFutureBy(span) => {
                let issued = self.now.saturating_add(*span);
                set("iat", issued);
                set("exp", issued.saturating_add(LIFETIME));
            }
            Defect::TooLongLived => {
                set("exp", self.now.saturating_add(LIFETIME.saturating_mul(24 * 365)));
            }
            _ => {}
        }
    }

    /// A token whose HMAC has the public key of the issuer for its secret.
    fn confused(&self, header: &str, payload: &str) -> Result<String, ForgeError> {
        let key = signing_key(self.other_kind(), Generation::Current)?;
        let published = key.verifying_key().to_jwk().unwrap_or_default();
        let input = format!("{}.{}", base64url_encode(header), base64url_encode(payload));
        let hash = match self.other_hmac() {
            Algorithm::Hs384 => HmacHash::Sha384,
            _ => HmacHash::Sha256,
        };
        let secret = HmacKey::insecure_of_encoded_key(hash, published.as_bytes());
        Ok(format!("{input}.{}", base64url_encode(secret.sign(input.as_bytes()))))
    }

    /// An HMAC that the issuer does not allow.
    fn other_hmac(&self) -> Algorithm {
        if self.algorithm == Algorithm::Hs256 { Algorithm::Hs384 } else { Algorithm::Hs256 }
    }

    /// An algorithm of another kind of key.
    fn other_kind(&self) -> Algorithm {
        match self.algorithm {
            algorithm if algorithm.is_hmac() => Algorithm::Es256,
            Algorithm::Es384 => Algorithm::Es256,
            _ => Algorithm::Es384,
        }
    }
}

fn spoil_claims(claims: &mut Map<String, Value>, defect: &Defect) -> Result<(), ForgeError> {
    let (name, value) = match defect {
        Defect::WrongIssuer => ("iss", json!("https://another-issuer.test")),
        Defect::WrongAudience => ("aud", json!("https://another-audience.test")),
        Defect::WrongClaimValue => ("tenant", json!("another-tenant")),
        Defect::MissingScope => ("scope", json!("write")),
        Defect::RevokedJwt => ("jti", json!(REVOKED_ID)),
        Defect::TooLarge => ("padding", json!("x".repeat(LIMIT))),
        Defect::NoPossession | Defect::WrongPossession => {
            let certificate = TestCertificate::Peer.certificate()?;
            ("cnf", json!({ "x5t#S256": certificate.fingerprint().x5t_s256() }))
        }
        Defect::UnsupportedPossession => {
            ("cnf", json!({ "jkt": base64url_encode(sha256(b"a key of the caller")) }))
        }
        Defect::WrongClaimType(name) => (&**name, json!(true)),
        Defect::MissingClaim(name) => {
            claims.remove(&**name);
            return Ok(());
        }
        _ => return Ok(()),
    };
    claims.insert(name.to_owned(), value);
    Ok(())
}

fn payload(claims: Map<String, Value>, defect: &Defect) -> String {
    let text = Value::Object(claims).to_string();
    match defect {
        Defect::NotAnObject => format!("[{text}]"),
        Defect::DuplicateMember => text.replacen('{', r#"{"sub":"another-user","#, 1),
        _ => text,
    }
}

fn unsigned(header: &str, payload: &str) -> String {
    format!("{}.{}.", base64url_encode(header), base64url_encode(payload))
}
