//! JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use serde_json::{Map, Value};

use crate::crypto::{KeyError, KeyKind, PublicKey};
use crate::encoding::{base64_decode_leniently, base64url_decode};
use crate::jose::algorithm::Algorithm;
use crate::jose::key::VerifyingKey;
use crate::json::json_object;
use crate::secret::Secret;

const MALFORMED: KeyError = KeyError::Malformed { expected: "a JWK" };

/// The private members of RSA, EC and OKP keys (RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section
/// 2), the one of symmetric keys (RFC 7518 section 6.4), and the one of AKP keys (RFC 9964).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

type Members = Map<String, Value>;

impl VerifyingKey {
    /// Reads a JWK (RFC 7517).
    ///
    /// Accepts when
    /// 1. the text is a JSON object as [`json_object`](crate::jose::json_object) has it;
    /// 2. no private member (`d`, `p`, `q`, `dp`, `dq`, `qi`, `oth`, `k`, `priv`) is in an
    ///    asymmetric key;
    /// 3. `alg`, `use` and `key_ops` allow verification where they are there; they bind the key;
    /// 4. `kty` and `crv` are supported, and the members of the key itself are strict base64url of
    ///    a key that is accepted.
    ///
    /// Members that verification does not need are not looked at.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or not meant for verification;
    /// [`KeyError::PrivateMember`] for the second.
    ///
    /// # Security
    /// A private key where a public one belongs is a leak: anyone who read it can sign. It is
    /// refused so that somebody replaces it, and not used without its private half.
    ///
    /// # Example
    /// ```
    /// use tollgate::crypto::KeyError;
    /// use tollgate::jose::VerifyingKey;
    ///
    /// let public = br#"{"kty": "OKP", "crv": "Ed25519",
    ///     "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// assert!(VerifyingKey::from_jwk(public).is_ok());
    ///
    /// let private = br#"{"kty": "OKP", "crv": "Ed25519",
    ///     "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ///     "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;
    /// let refused = VerifyingKey::from_jwk(private).unwrap_err();
    /// assert_eq!(refused, KeyError::PrivateMember { member: "d" });
    /// ```
    pub fn from_jwk(json: &[u8]) -> Result<Self, KeyError> {
        read_object(&json_object(json).map_err(|_| MALFORMED)?)
    }
}

/// What a public key is made of, as far as its private half depends on it.
#[derive(PartialEq, Eq)]
struct PublicHalf(Vec<u8>);

impl PublicHalf {
    /// The modulus of an RSA key, which is factored by any private exponent of it; the `x` of a
    /// point; `pub` of an AKP key. The spelling does not matter: who published it meant this key.
    fn of(jwk: &Value) -> Option<Self> {
        let jwk = jwk.as_object()?;
        let member = match required(jwk, "kty").ok()? {
            "RSA" => "n",
            "EC" | "OKP" => "x",
            "AKP" => "pub",
            _ => return None,
        };
        let bytes = base64_decode_leniently(jwk.get(member)?.as_str()?)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Some(Self(bytes.get(zeros..).unwrap_or_default().to_vec()))
    }
}

/// The keys of a document whose private halves are in it too, whatever they are meant for.
pub(crate) struct Leaks(Vec<(PublicHalf, &'static str)>);

impl Leaks {
    pub(crate) fn among(entries: &[Value]) -> Self {
        Self(entries.iter().filter_map(leaked).collect())
    }

    /// The private member that was published for this key, under any of its entries: anyone who
    /// read the document can sign for it.
    pub(crate) fn of(&self, entry: &Value) -> Option<&'static str> {
        let half = PublicHalf::of(entry)?;
        self.0.iter().find(|(leaked, _)| *leaked == half).map(|(_, member)| *member)
    }
}

/// The public half of a key whose private half is in the document too; and the private member.
fn leaked(jwk: &Value) -> Option<(PublicHalf, &'static str)> {
    Some((PublicHalf::of(jwk)?, private_member(jwk.as_object()?)?))
}

fn private_member(jwk: &Members) -> Option<&'static str> {
    PRIVATE.into_iter().find(|member| jwk.contains_key(*member))
}

/// A JWK with an asymmetric key whose `alg` is not of JOSE, and is judged by the caller.
pub(crate) fn public_jwk(jwk: &Members) -> Result<PublicKey, KeyError> {
    let key_type = required(jwk, "kty")?;
    if let Some(member) = private_member(jwk) {
        return Err(KeyError::PrivateMember { member });
    }
    judge_use(jwk)?;
    let key = material(key_type, jwk, None, Points::Judged)?;
    key.as_public().cloned().ok_or(KeyError::Unsupported)
}

/// The public key that a signature brings along (RFC 7515 section 4.1.3). It proves nothing but
/// that the signer holds its private half; a point is judged when it verifies.
pub(crate) fn embedded_jwk(jwk: &Members) -> Result<VerifyingKey, KeyError> {
    if let Some(member) = private_member(jwk) {
        return Err(KeyError::PrivateMember { member });
    }
    read(jwk, Points::JudgedByUse)
}

pub(super) fn read_object(jwk: &Members) -> Result<VerifyingKey, KeyError> {
    read(jwk, Points::Judged)
}

/// When it is judged whether a point is on its curve.
#[derive(Clone, Copy)]
enum Points {
    Judged,
    JudgedByUse,
}

fn read(jwk: &Members, points: Points) -> Result<VerifyingKey, KeyError> {
    let key_type = required(jwk, "kty")?;
    if let Some(member) = private_member(jwk).filter(|_| key_type != "oct") {
        return Err(KeyError::PrivateMember { member });
    }
    let algorithm = algorithm(jwk)?;
    judge_use(jwk)?;
    let key = material(key_type, jwk, algorithm, points)?.pinned_to(algorithm)?;
    Ok(match text(jwk, "kid")? {
        Some(id) => key.with_id(id),
        None => key,
    })
}

fn algorithm(jwk: &Members) -> Result<Option<Algorithm>, KeyError> {
    const REFUSED: KeyError = KeyError::Jwk { member: "alg" };
    let name = text(jwk, "alg").map_err(|_| REFUSED)?;
    name.map(|name| Algorithm::from_name(name).ok_or(REFUSED)).transpose()
}

/// `use` (RFC 7517 section 4.2) and `key_ops` (section 4.3).
fn judge_use(jwk: &Members) -> Result<(), KeyError> {
    match text(jwk, "use")? {
        None | Some("sig") => {}
        Some(_) => return Err(KeyError::Jwk { member: "use" }),
    }
    match jwk.get("key_ops") {
        None => Ok(()),
        Some(Value::Array(names)) if !names.iter().all(Value::is_string) => Err(MALFORMED),
        Some(Value::Array(names)) if names.iter().any(|name| name == "verify") => Ok(()),
        Some(Value::Array(_)) => Err(KeyError::Jwk { member: "key_ops" }),
        Some(_) => Err(MALFORMED),
    }
}

fn material(
    key_type: &str,
    jwk: &Members,
    algorithm: Option<Algorithm>,
    points: Points,
) -> Result<VerifyingKey, KeyError> {
    let public = match key_type {
        "RSA" => PublicKey::rsa(&bytes(jwk, "n")?, &bytes(jwk, "e")?),
        "EC" => elliptic_curve(jwk, points),
        "OKP" => match required(jwk, "crv")? {
            "Ed25519" => PublicKey::ed25519(&bytes(jwk, "x")?),
            _ => Err(KeyError::Unsupported),
        },
        #[cfg(feature = "aws-lc-rs")]
        "AKP" => ml_dsa(jwk, algorithm),
        "oct" => {
            let secret = Secret::new(bytes(jwk, "k")?);
            return match algorithm {
                Some(algorithm) => VerifyingKey::hmac(algorithm, &secret),
                None => VerifyingKey::of_secret(secret.expose()),
            };
        }
        _ => Err(KeyError::Unsupported),
    };
    public.map(VerifyingKey::of_public)
}

/// The algorithm says of which kind the key is, and must be there (RFC 9964).
#[cfg(feature = "aws-lc-rs")]
fn ml_dsa(jwk: &Members, algorithm: Option<Algorithm>) -> Result<PublicKey, KeyError> {
    let kind = match algorithm {
        Some(Algorithm::MlDsa44) => KeyKind::MlDsa44,
        Some(Algorithm::MlDsa65) => KeyKind::MlDsa65,
        Some(Algorithm::MlDsa87) => KeyKind::MlDsa87,
        _ => return Err(KeyError::Jwk { member: "alg" }),
    };
    PublicKey::ml_dsa(kind, &bytes(jwk, "pub")?)
}

/// Each coordinate is as long as the field (RFC 7518 section 6.2.1.2).
fn elliptic_curve(jwk: &Members, points: Points) -> Result<PublicKey, KeyError> {
    let (kind, judged): (_, fn(&[u8]) -> _) = match required(jwk, "crv")? {
        "P-256" => (KeyKind::P256, PublicKey::p256),
        "P-384" => (KeyKind::P384, PublicKey::p384),
        #[cfg(feature = "aws-lc-rs")]
        "P-521" => (KeyKind::P521, PublicKey::p521),
        _ => return Err(KeyError::Unsupported),
    };
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    if x.len() != y.len() {
        return Err(KeyError::Point);
    }
    let point = [&[0x04], &x[..], &y[..]].concat();
    match points {
        Points::Judged => judged(&point),
        Points::JudgedByUse => PublicKey::of_unjudged_point(kind, &point),
    }
}

fn bytes(jwk: &Members, member: &'static str) -> Result<Vec<u8>, KeyError> {
    base64url_decode(required(jwk, member)?).ok_or(KeyError::Jwk { member })
}

fn required<'j>(jwk: &'j Members, member: &str) -> Result<&'j str, KeyError> {
    text(jwk, member)?.ok_or(MALFORMED)
}

/// A member that must be a string where it is there; `null` is not one.
fn text<'j>(jwk: &'j Members, member: &str) -> Result<Option<&'j str>, KeyError> {
    match jwk.get(member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(MALFORMED),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::encoding::base64url_encode;

    use super::*;

    fn rsa() -> Value {
        json!({ "kty": "RSA", "n": base64url_encode([0xff; 256]), "e": "AQAB" })
    }

    fn ed25519() -> Value {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "1" })
    }

    fn p256() -> Value {
        // The example key of RFC 7517 appendix A.1.
        json!({ "kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" })
    }

    fn oct() -> Value {
        json!({ "kty": "oct", "k": "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE" })
    }

    fn read(jwk: &Value) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_jwk(jwk.to_string().as_bytes())
    }

    fn with(mut jwk: Value, member: &str, value: Value) -> Option<KeyError> {
        jwk[member] = value;
        read(&jwk).err()
    }

    fn without(mut jwk: Value, member: &str) -> Option<KeyError> {
        jwk.as_object_mut().unwrap().remove(member);
        read(&jwk).err()
    }

    #[test]
    fn a_key_of_each_kind_serves_the_algorithms_of_its_kind_and_curve() {
        let hmac = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
        let rsa_all = [Algorithm::Rs256, Algorithm::Ps512];
        for (jwk, fitting, others) in [
            (rsa(), &rsa_all[..], &[Algorithm::Es256, Algorithm::Hs256][..]),
            (p256(), &[Algorithm::Es256], &[Algorithm::Es384, Algorithm::EdDsa]),
            (ed25519(), &[Algorithm::EdDsa], &[Algorithm::Es256, Algorithm::Rs256]),
            // 32 bytes: enough for the first only.
            (oct(), &hmac[..1], &hmac[1..]),
        ] {
            let key = read(&jwk).unwrap();
            assert!(fitting.iter().all(|algorithm| key.fits(*algorithm)), "{jwk}");
            assert!(!others.iter().any(|algorithm| key.fits(*algorithm)), "{jwk}");
            assert_eq!(key.id(), jwk.get("kid").and_then(Value::as_str), "{jwk}");
        }
    }

    #[test]
    fn an_asymmetric_key_with_any_private_member_is_refused() {
        for jwk in [rsa(), p256(), ed25519(), json!({ "kty": "EC", "crv": "P-521", "use": "enc" })]
        {
            for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
                for value in [json!("AA"), json!(null), json!([])] {
                    let refused = with(jwk.clone(), member, value);
                    assert_eq!(refused, Some(KeyError::PrivateMember { member }), "{jwk}");
                }
            }
        }
        assert_eq!(with(oct(), "d", json!("AA")), None);
    }

    #[test]
    fn a_member_that_is_needed_is_there_as_base64url() {
        for (jwk, members) in
            [(rsa(), &["n", "e"][..]), (p256(), &["x", "y"]), (ed25519(), &["x"]), (oct(), &["k"])]
        {
            assert_eq!(without(jwk.clone(), "kty"), Some(MALFORMED));
            assert_eq!(with(jwk.clone(), "kty", json!(["RSA"])), Some(MALFORMED));
            for member in members.iter().copied() {
                assert_eq!(without(jwk.clone(), member), Some(MALFORMED), "{member}");
                assert_eq!(with(jwk.clone(), member, json!(7)), Some(MALFORMED), "{member}");
                for text in ["***", "AA==", "AB", "A", "+/8"] {
                    let refused = with(jwk.clone(), member, json!(text));
                    assert_eq!(refused, Some(KeyError::Jwk { member }), "{member} {text}");
                }
            }
        }
    }

    #[test]
    fn the_curve_is_named_and_supported_and_the_point_is_on_it() {
        for jwk in [p256(), ed25519()] {
            assert_eq!(without(jwk.clone(), "crv"), Some(MALFORMED));
            assert_eq!(with(jwk.clone(), "crv", json!(256)), Some(MALFORMED));
            let p521 = if cfg!(feature = "aws-lc-rs") { "P-522" } else { "P-521" };
            for other in [p521, "secp256k1", "X25519", "Ed448", "p-256", ""] {
                let refused = with(jwk.clone(), "crv", json!(other));
                assert_eq!(refused, Some(KeyError::Unsupported), "{other}");
            }
        }
        assert_eq!(with(rsa(), "kty", json!("DSA")), Some(KeyError::Unsupported));
        assert_eq!(with(p256(), "crv", json!("Ed25519")), Some(KeyError::Unsupported));
        assert_eq!(with(ed25519(), "crv", json!("P-256")), Some(KeyError::Unsupported));
        assert_eq!(with(p256(), "crv", json!("P-384")), Some(KeyError::Point));
        // 33 and 31 bytes are 64 together.
        let mut shifted = p256();
        let (x, y) = (bytes_of(&shifted, "x"), bytes_of(&shifted, "y"));
        shifted["x"] = json!(base64url_encode([&x[..], &y[..1]].concat()));
        shifted["y"] = json!(base64url_encode(&y[1..]));
        assert_eq!(read(&shifted).err(), Some(KeyError::Point));
    }

    fn bytes_of(jwk: &Value, member: &str) -> Vec<u8> {
        base64url_decode(jwk[member].as_str().unwrap()).unwrap()
    }

    #[test]
    fn what_the_key_is_for_binds() {
        let refused = |member, value| with(ed25519(), member, value);
        assert_eq!(refused("use", json!("sig")), None);
        for other in ["enc", "Sig", "", "SIG"] {
            assert_eq!(refused("use", json!(other)), Some(KeyError::Jwk { member: "use" }));
        }
        for several in [json!(["verify"]), json!(["sign", "verify"]), json!(["verify", "other"])] {
            assert_eq!(refused("key_ops", several), None);
        }
        for none in [json!([]), json!(["sign"]), json!(["Verify"])] {
            assert_eq!(refused("key_ops", none), Some(KeyError::Jwk { member: "key_ops" }));
        }
        for odd in [json!(null), json!("verify"), json!(["verify", 1]), json!({ "verify": 1 })] {
            assert_eq!(refused("key_ops", odd), Some(MALFORMED));
        }
        for odd in [json!(null), json!(5), json!(["sig"])] {
            assert_eq!(refused("use", odd.clone()), Some(MALFORMED));
            assert_eq!(refused("kid", odd.clone()), Some(MALFORMED));
            assert_eq!(refused("alg", odd), Some(KeyError::Jwk { member: "alg" }));
        }
    }

    #[test]
    fn the_algorithm_binds() {
        for name in ["EdDSA", "Ed25519"] {
            assert_eq!(with(ed25519(), "alg", json!(name)), None);
        }
        assert_eq!(with(ed25519(), "alg", json!("ES256")), Some(KeyError::AlgorithmMismatch));
        assert_eq!(with(ed25519(), "alg", json!("HS256")), Some(KeyError::AlgorithmMismatch));
        assert_eq!(with(oct(), "alg", json!("EdDSA")), Some(KeyError::AlgorithmMismatch));
        assert_eq!(with(oct(), "alg", json!("HS256")), None);
        let short = KeyError::SecretTooShort { minimum: 48, actual: 32 };
        assert_eq!(with(oct(), "alg", json!("HS384")), Some(short));
        for other in ["ES256K", "es256", "none", ""] {
            let refused = with(p256(), "alg", json!(other));
            assert_eq!(refused, Some(KeyError::Jwk { member: "alg" }), "{other}");
        }
        let mut pinned = rsa();
        pinned["alg"] = json!("RS256");
        let key = read(&pinned).unwrap();
        assert!(key.fits(Algorithm::Rs256) && !key.fits(Algorithm::Ps256));
    }

    #[test]
    fn members_that_verification_does_not_need_are_not_looked_at() {
        for member in ["x5c", "x5t", "x5u", "exp", "ext", "other"] {
            assert_eq!(with(ed25519(), member, json!(7)), None, "{member}");
        }
    }
}
