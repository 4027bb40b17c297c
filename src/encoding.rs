//! Bytes as text: base64url, hexadecimal and PEM, one spelling a value.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD,
};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Decodes base64url strictly (RFC 4648 section 5, RFC 7515 section 2): none of padding, white
/// space, `+`, `/`, or bits that should be zero.
pub fn base64url_decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Decodes base64 in whatever spelling: either alphabet, padded or not, with white space, and with
/// any last bits. It says what somebody may have meant, and is never believed.
pub(crate) fn base64_decode_leniently(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let letters = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '=');
    let letters = letters.map(|letter| match letter {
        '+' => '-',
        '/' => '_',
        other => other,
    });
    LENIENT.decode(letters.collect::<String>()).ok()
}

/// Bytes that were decoded, in place if they fit into `N`.
#[derive(Clone)]
pub(crate) enum Decoded<const N: usize> {
    InPlace([u8; N], usize),
    Allocated(Vec<u8>),
}

impl<const N: usize> Decoded<N> {
    /// Decodes base64url as [`base64url_decode`] does.
    pub(crate) fn from_base64url(text: &[u8]) -> Option<Self> {
        if base64::decoded_len_estimate(text.len()) > N {
            return base64url_decode(text).map(Self::Allocated);
        }
        let mut bytes = [0; N];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        Some(Self::InPlace(bytes, length))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::InPlace(bytes, length) => bytes.get(..*length).unwrap_or_default(),
            Self::Allocated(bytes) => bytes,
        }
    }
}

/// Encodes as base64url without padding.
pub fn base64url_encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A PEM section (RFC 7468 section 3): lines of 64 characters, with a line break at the end.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// Decodes hexadecimal digits in lower case (RFC 4648 section 8 but for the case), two a byte.
pub(crate) fn hex_decode(text: &str) -> Option<Vec<u8>> {
    match text.as_bytes().as_chunks::<2>() {
        (pairs, []) => pairs.iter().map(pair).collect(),
        _ => None,
    }
}

/// Encodes as hexadecimal digits in lower case.
pub(crate) fn hex_encode(bytes: &[u8]) -> String {
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map(char::from);
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten());
    text
}

/// Bytes as the value of a form parameter (WHATWG URL section 5.2), all but letters, digits and
/// `-._` percent-encoded.
pub(crate) fn form_encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(*byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

fn pair([high, low]: &[u8; 2]) -> Option<u8> {
    Some(nibble(*high)? << 4 | nibble(*low)?)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a')?.checked_add(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_hexadecimal() {
        let all: Vec<u8> = (0..=255).collect();
        let text = hex_encode(&all);
        assert!(text.starts_with("000102"));
        assert!(text.contains("090a0b0c0d0e0f10") && text.ends_with("fdfeff"));
        assert_eq!(hex_decode(&text), Some(all));
        assert_eq!((hex_encode(&[]), hex_decode("")), (String::new(), Some(Vec::new())));
    }

    #[test]
    fn hexadecimal_has_one_spelling() {
        for text in ["0", "000", "AA", "aA", "0g", "0`", "0/", "0:", " 00", "00 ", "0x00", "\u{e9}"]
        {
            assert_eq!(hex_decode(text), None, "{text}");
        }
    }

    #[test]
    fn what_fits_is_decoded_in_place() {
        for length in 0..20_u8 {
            let bytes: Vec<u8> = (0..length).collect();
            let text = base64url_encode(&bytes);
            let decoded = Decoded::<9>::from_base64url(text.as_bytes()).unwrap();
            assert_eq!(decoded.as_bytes(), bytes);
            assert_eq!(matches!(decoded, Decoded::InPlace(..)), length <= 9, "{length}");
        }
    }

    #[test]
    fn base64url_has_one_spelling() {
        for (bytes, text) in
            [(&[][..], ""), (&[0], "AA"), (&[0xfb, 0xff], "-_8"), (&[1; 3], "AQEB")]
        {
            assert_eq!(base64url_encode(bytes), text);
            assert_eq!(base64url_decode(text).as_deref(), Some(bytes));
        }
        for text in ["A", "AB", "AA==", "AA=", " AA", "AA\n", "+/8", "-_9", "A\0"] {
            assert_eq!(base64url_decode(text), None, "{text:?}");
            assert!(Decoded::<6>::from_base64url(text.as_bytes()).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_form_value_says_nothing_but_itself() {
        assert_eq!(form_encode(b"a b&c=d+%\xff-._~"), "a%20b%26c%3Dd%2B%25%FF-._%7E");
    }
}
