//! Whether a text or bytes encode a key that others may have, so that nobody takes it for a secret.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

/// Any padding, since nothing is to depend on how the text was cut out of its file.
const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Names of OpenSSH key types begin so (RFC 4253 section 6.6, RFC 5656 section 6.2, and the
/// `sk-` types of OpenSSH for security keys).
const SSH_TYPES: [&[u8]; 4] = [b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"];

/// The shortest RSA modulus that anyone published, in bytes; a random secret that happens to look
/// like two short integers is not a key.
const SHORTEST_MODULUS: usize = 64;

/// Returns `true` if the bytes are the encoding of a public key or certificate, or of any key as
/// PEM or JWK text.
///
/// Recognised are
/// 1. PEM text (RFC 7468) and SSH2 text (RFC 4716), wherever they begin;
/// 2. a JWK or JWKS (RFC 7517), a JWK with other text around it too;
/// 3. a line of an OpenSSH public key file, and the bytes in it (RFC 4253 section 6.6);
/// 4. DER of a `SubjectPublicKeyInfo`, certificate, or PKCS #1 public key, by its shape, of any
///    algorithm;
/// 5. the base64 or base64url text of each of these, with line breaks (as such or as `\n`), quotes,
///    commas and brackets or not: so also the body of a PEM text without its lines `BEGIN` and
///    `END`, and a member `x5c`;
/// 6. each of these texts in UTF-8 or UTF-16, with a byte order mark or not.
pub(super) fn is_encoded_key(bytes: &[u8]) -> bool {
    let text = as_ascii(bytes);
    let decoded = from_base64(&text).unwrap_or_default();
    is_text(&text) || is_text(&decoded) || is_binary(bytes) || is_binary(&decoded)
}

fn is_text(text: &[u8]) -> bool {
    is_armoured(text) || is_jwk(text) || is_ssh_line(text)
}

fn is_binary(bytes: &[u8]) -> bool {
    is_ssh_wire(bytes) || is_der(bytes)
}

/// ASCII in UTF-16 is ASCII with a NUL beside each character, in either byte order.
fn as_ascii(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let unmarked = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    Zeroizing::new(unmarked.iter().copied().filter(|byte| *byte != 0).collect())
}

fn from_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after.strip_prefix(b"n").filter(|_| *byte == b'\\').unwrap_or(after);
        match byte {
            b'"' | b'\'' | b',' | b'[' | b']' | b'\\' => {}
            b'-' => digits.push(b'+'),
            b'_' => digits.push(b'/'),
            byte if byte.is_ascii_whitespace() => {}
            other => digits.push(*other),
        }
    }
    ANY_PADDING.decode(&*digits).ok().map(Zeroizing::new)
}

fn is_armoured(text: &[u8]) -> bool {
    let lines: [&[u8]; 4] = [b"----BEGIN ", b"----END ", b"---- BEGIN SSH2 ", b"---- END SSH2 "];
    lines.iter().any(|line| contains(text, line))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// A member `kty` (RFC 7517 section 4.1) anywhere, so that a JWK is found in a set, behind a
/// comment, or in quotes; or an object with such a member, however it is written, or with `keys`
/// (section 5.1).
fn is_jwk(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Jwk {
        #[serde(rename = "keys", alias = "kty")]
        _member: IgnoredAny,
    }
    const KEY_TYPE: &[u8] = b"\"kty\"";
    let has_key_type = (text.windows(KEY_TYPE.len()).enumerate())
        .filter(|(_, window)| *window == KEY_TYPE)
        .filter_map(|(place, _)| text.get(place.saturating_add(KEY_TYPE.len())..))
        .any(|rest| rest.trim_ascii_start().starts_with(b":"));
    // An array would be read as the members in order.
    let is_object = text.trim_ascii_start().starts_with(b"{");
    has_key_type || (is_object && serde_json::from_slice::<Jwk>(text).is_ok())
}

fn is_ssh_line(text: &[u8]) -> bool {
    let words: Vec<&[u8]> = text.split(u8::is_ascii_whitespace).collect();
    // Every such key begins with the three zero bytes of a short length: `AAAA` in base64.
    words
        .windows(2)
        .any(|pair| matches!(pair, [name, key] if is_ssh_type(name) && key.starts_with(b"AAAA")))
}

fn is_ssh_wire(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 0, 0, _, name @ ..] if is_ssh_type(name))
}

fn is_ssh_type(name: &[u8]) -> bool {
    SSH_TYPES.iter().any(|known| name.starts_with(known))
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

fn is_der(bytes: &[u8]) -> bool {
    let Some((SEQUENCE, content, rest)) = element(bytes) else { return false };
    let Some(elements) = elements(content) else { return false };
    let is_algorithm = |content| matches!(element(content), Some((OBJECT_IDENTIFIER, ..)));
    rest.iter().all(u8::is_ascii_whitespace)
        && match elements[..] {
            [(SEQUENCE, algorithm), (BIT_STRING, _)]
            | [(SEQUENCE, _), (SEQUENCE, algorithm), (BIT_STRING, _)] => is_algorithm(algorithm),
            [(INTEGER, modulus), (INTEGER, _)] => modulus.len() >= SHORTEST_MODULUS,
            _ => false,
        }
}

type Part<'d> = (u8, &'d [u8]);

fn elements(mut content: &[u8]) -> Option<Vec<Part<'_>>> {
    let mut elements = Vec::new();
    while !content.is_empty() {
        let (tag, inner, rest) = element(content)?;
        elements.push((tag, inner));
        content = rest;
    }
    Some(elements)
}

/// The tag, content and rest; lengths need not be as short as DER wants them.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (length, after) = match bytes.get(1..)? {
        [length @ ..=0x7f, after @ ..] | [0x81, length, after @ ..] => {
            (usize::from(*length), after)
        }
        [0x82, high, low, after @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), after),
        _ => return None,
    };
    let (content, rest) = after.split_at_checked(length)?;
    Some((*bytes.first()?, content, rest))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use crate::crypto::credential_digest::sha256;

    use super::*;

    const SSH: [&str; 6] = [
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 someone@host",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8C",
        "ecdsa-sha2-nistp256\tAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY=",
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAA",
        "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTY=",
        "# ours\nrestrict,pty ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7\n",
    ];

    /// The bodies of the PEM files of this repository: keys of each kind, and certificates.
    fn der() -> Vec<Vec<u8>> {
        let files = [
            include_str!("../../tests/keys/rsa.pub.pem"),
            include_str!("../../tests/keys/p256.pub.pem"),
            include_str!("../../tests/keys/p384.pub.pem"),
            include_str!("../../tests/keys/ed25519.pub.pem"),
            include_str!("../../tests/certificates/self-signed-rsa.pem"),
            include_str!("../../tests/certificates/self-signed-p521.pem"),
            include_str!("../../tests/certificates/self-signed-ed25519.pem"),
        ];
        let body = |pem: &str| -> String {
            pem.lines().filter(|line| !line.starts_with("-----")).collect()
        };
        let mut encoded: Vec<_> =
            files.into_iter().map(|pem| STANDARD.decode(body(pem)).unwrap()).collect();
        // A `SubjectPublicKeyInfo` of RSA ends with the PKCS #1 key: 24 bytes are before it.
        encoded.push(encoded[0][24..].to_vec());
        encoded
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    fn assert_found(bytes: &[u8]) {
        assert!(is_encoded_key(bytes), "{:?}", String::from_utf8_lossy(bytes));
    }

    fn assert_found_in_any_text(text: &str) {
        assert_found(text.as_bytes());
        assert_found(format!("{text}\r\n").as_bytes());
        for marked in [text.to_owned(), format!("\u{feff}{text}")] {
            assert_found(marked.as_bytes());
            assert_found(&utf16(&marked, u16::to_le_bytes));
            assert_found(&utf16(&marked, u16::to_be_bytes));
        }
    }

    #[test]
    fn pem_and_ssh2_text_is_found_wherever_it_begins() {
        for lead in ["", "  \n", "# our key\n"] {
            for begin in ["-----BEGIN PUBLIC KEY-----", "---- BEGIN SSH2 PUBLIC KEY ----"] {
                let text = format!("{lead}{begin}\nMIIB");
                assert_found_in_any_text(&text);
                assert_found(STANDARD.encode(text).as_bytes());
            }
        }
    }

    #[test]
    fn a_jwk_or_a_set_of_them_is_found() {
        for text in [
            r#"{"kty":"RSA","n":"AA","e":"AQAB"}"#,
            " {\n  \"use\": \"sig\", \"kty\": \"oct\", \"k\": \"AA\"\n}",
            r#"{"\u006bty":"EC"}"#,
            r#"{"keys":[]}"#,
        ] {
            assert_found_in_any_text(text);
            assert_found(STANDARD.encode(text).as_bytes());
        }
    }

    #[test]
    fn openssh_keys_are_found() {
        for line in SSH {
            assert_found_in_any_text(line);
            let blob = line.split_ascii_whitespace().find(|word| word.starts_with("AAAA")).unwrap();
            assert_found(blob.as_bytes());
        }
    }

    #[test]
    fn der_is_found_as_it_is_and_as_base64_of_any_form() {
        for der in der() {
            assert_found(&der);
            assert_found(&[&der[..], b"\r\n"].concat());
            assert_found_in_any_text(&STANDARD.encode(&der));
            assert_found_in_any_text(&STANDARD_NO_PAD.encode(&der));
            assert_found_in_any_text(&URL_SAFE_NO_PAD.encode(&der));
            let base64 = STANDARD.encode(&der);
            let lines: Vec<_> = base64.as_bytes().chunks(64).collect();
            for separator in ["\n", "\r\n", " "] {
                assert_found(&lines.join(separator.as_bytes()));
            }
        }
    }

    #[test]
    fn what_only_resembles_a_key_is_a_secret() {
        let is_secret = |bytes: &[u8]| {
            assert!(!is_encoded_key(bytes), "{:?}", String::from_utf8_lossy(bytes));
        };
        for seed in 0..=255_u8 {
            let random = [sha256(&[seed, 1]), sha256(&[seed, 2])].concat();
            for length in [32, 48, 64] {
                let random = &random[..length];
                is_secret(random);
                is_secret(STANDARD.encode(random).as_bytes());
                is_secret(URL_SAFE_NO_PAD.encode(random).as_bytes());
                let digits = random.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                let hex: Vec<u8> =
                    digits.map(|digit| b"0123456789abcdef"[usize::from(digit)]).collect();
                is_secret(&hex);
                is_secret(&hex.to_ascii_uppercase());
                is_secret(&[b"0", random].concat());
            }
        }
        for text in [
            "",
            "0",
            "{}",
            r#"{"secret":"kty"}"#,
            r#"["kty"]"#,
            "\"kty\"",
            r#"{"kty" is the type of a key}"#,
            "ssh-rsa is the name of a kind of key",
            "ssh-rsa",
            "AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA",
            "my-ssh-rsa AAAAB3NzaC1yc2E=!",
            "-----BEGIN",
            "a secret of at least 32 bytes ...",
        ] {
            is_secret(text.as_bytes());
        }
    }

    #[test]
    fn a_key_is_found_in_what_it_was_cut_out_with() {
        let body = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        for text in [
            format!("{body}\n-----END PUBLIC KEY-----"),
            format!("----BEGIN PUBLIC KEY-----\n{body}"),
            format!("\"{body}\""),
            format!("'{body}',"),
            format!("[\"{body}\"]"),
            body.replace("VwAyEA", "VwAyEA\\n"),
            r#"[{"kty":"RSA"}]"#.to_owned(),
            r#"{"kty": "RSA"} and more, so that it is not JSON"#.to_owned(),
            r#"{"jwk":{"kty" : "RSA"}}"#.to_owned(),
            r#"'{"kty":"RSA"}'"#.to_owned(),
        ] {
            assert!(is_encoded_key(text.as_bytes()), "{text}");
        }
    }

    /// One step away from each shape, at both ends of each length.
    #[test]
    fn der_of_another_shape_is_a_secret() {
        let key_of = |modulus: usize| {
            let numbers = [
                &[INTEGER, u8::try_from(modulus).unwrap()],
                &vec![1; modulus][..],
                &[INTEGER, 1, 3],
            ];
            let numbers = numbers.concat();
            [&[SEQUENCE, u8::try_from(numbers.len()).unwrap()], &numbers[..]].concat()
        };
        assert!(!is_encoded_key(&key_of(SHORTEST_MODULUS - 1)));
        assert!(is_encoded_key(&key_of(SHORTEST_MODULUS)));
        assert!(is_encoded_key(&key_of(SHORTEST_MODULUS + 1)));

        let spki = der().remove(3);
        assert!(is_encoded_key(&spki));
        let changed = |at: usize, to: u8| {
            let mut changed = spki.clone();
            changed[at] = to;
            changed
        };
        for other in [
            changed(0, 0x31),
            changed(1, 0x29),
            changed(1, 0x2b),
            changed(1, 0x80),
            changed(1, 0x83),
            changed(2, 0x31),
            changed(4, 0x05),
            changed(9, 0x04),
            changed(10, 0x20),
            changed(10, 0x22),
            [&spki[..], b"x"].concat(),
            [&[SEQUENCE, 0], &spki[2..]].concat(),
            spki[..spki.len() - 1].to_vec(),
            vec![SEQUENCE],
            vec![SEQUENCE, 0],
            vec![SEQUENCE, 0x81],
            vec![SEQUENCE, 0x82, 1],
        ] {
            assert!(!is_encoded_key(&other), "{other:02x?}");
        }
        for length in [&[0x81, 0x2a][..], &[0x82, 0, 0x2a]] {
            assert!(is_encoded_key(&[&[SEQUENCE], length, &spki[2..]].concat()));
        }
    }
}
