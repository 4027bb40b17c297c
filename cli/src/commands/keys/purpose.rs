//! What a key is meant for.

use serde_json::Value;

/// The algorithms of key management (RFC 7518 section 4.1).
const KEY_MANAGEMENT: [&str; 19] = [
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "RSA-OAEP-384",
    "RSA-OAEP-512",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
];

/// What a key can do beside verifying (RFC 7517 section 4.3).
const OTHER_OPERATIONS: [&str; 7] =
    ["sign", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"];

/// Whether a JWK says that it is not meant for verification, by a name that is registered: any other
/// is misspelt, or of something that is not supported.
pub(crate) fn is_for_another_purpose(jwk: &Value) -> bool {
    let is = |member, names: &[&str]| jwk.get(member).is_some_and(|value| is_one_of(value, names));
    let operations = jwk.get("key_ops").and_then(Value::as_array).filter(|list| !list.is_empty());
    is("use", &["enc"])
        || is("alg", &KEY_MANAGEMENT)
        || operations.is_some_and(|list| list.iter().all(|one| is_one_of(one, &OTHER_OPERATIONS)))
}

fn is_one_of(value: &Value, names: &[&str]) -> bool {
    value.as_str().is_some_and(|text| names.contains(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_registered_names_are_another_purpose() {
        for (jwk, expected) in [
            (json!({ "use": "enc", "alg": "whatever" }), true),
            (json!({ "alg": "RSA-OAEP-256" }), true),
            (json!({ "key_ops": ["deriveKey", "deriveBits"] }), true),
            (json!({ "use": "sig", "alg": "RS265" }), false),
            (json!({ "use": "encryption" }), false),
            (json!({ "alg": 7 }), false),
            (json!({ "key_ops": ["verfy"] }), false),
            (json!({ "key_ops": ["verify", "sign"] }), false),
            (json!({ "key_ops": [] }), false),
            (json!("enc"), false),
        ] {
            assert_eq!(is_for_another_purpose(&jwk), expected, "{jwk}");
        }
    }
}
