//! How strong a key is.

use serde_json::Value;
use tollgate::jose::base64url_decode;

use crate::style::visible;

/// The kind and size of a JWK, and its security in bits as NIST SP 800-57 part 1 (table 2) has it.
pub(crate) fn strength(jwk: &Value) -> Option<String> {
    let text = |name| jwk.get(name).and_then(Value::as_str);
    match text("kty")? {
        "RSA" => Some(rsa(bits(text("n")?)?)),
        "oct" => {
            let bits = base64url_decode(text("k")?)?.len().saturating_mul(8);
            Some(format!("a secret of {bits} bits, if it was drawn at random"))
        }
        "EC" | "OKP" => Some(curve(text("crv")?)),
        "AKP" => Some(visible(text("alg")?)),
        other => Some(format!("{}, which is not supported", visible(other))),
    }
}

fn bits(number: &str) -> Option<usize> {
    let bytes = base64url_decode(number)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let leading = bytes.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    Some(bytes.len().saturating_sub(zeros).saturating_mul(8).saturating_sub(leading))
}

fn rsa(bits: usize) -> String {
    let security = match bits {
        ..1024 => "less than 80",
        1024..2048 => "80",
        2048..3072 => "112",
        3072..7680 => "128",
        _ => "192",
    };
    let advice = if bits < 2048 { ", too weak" } else { "" };
    format!("RSA of {bits} bits, {security} bits of security{advice}")
}

fn curve(name: &str) -> String {
    match name {
        "P-256" | "Ed25519" | "X25519" | "secp256k1" => format!("{name}, 128 bits of security"),
        "P-384" => "P-384, 192 bits of security".to_owned(),
        "Ed448" | "X448" => format!("{name}, 224 bits of security"),
        "P-521" => "P-521, 256 bits of security".to_owned(),
        other => format!("{}, which is not known", visible(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_modulus_is_counted_without_leading_zeros() {
        let of = |n: &str| strength(&json!({ "kty": "RSA", "n": n })).unwrap();
        assert_eq!(of("AAE"), "RSA of 1 bits, less than 80 bits of security, too weak");
        assert_eq!(of(""), "RSA of 0 bits, less than 80 bits of security, too weak");
    }
}
