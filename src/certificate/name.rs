//! Distinguished names as text (RFC 4514).

use x509_parser::asn1_rs::Tag;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// The short names of RFC 4514 section 3, and that of the e-mail address of PKCS #9.
const SHORT: [(&str, &str); 10] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// The name on one line, the most specific part first, whatever its bytes.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = name
        .iter_rdn()
        .map(|part| part.iter().map(attribute).collect::<Vec<_>>().join("+"))
        .collect();
    parts.reverse();
    parts.join(",")
}

/// The most specific common name, as it stands.
pub(super) fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().last().and_then(value)
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let short = SHORT.iter().find(|(known, _)| *known == oid).map(|(_, short)| *short);
    match (short, value(attribute)) {
        (Some(short), Some(value)) => format!("{short}={}", escaped(&value)),
        (short, _) => {
            let digits = attribute.as_slice().iter().map(|byte| format!("{byte:02x}"));
            format!("{}=#{}", short.unwrap_or(&oid), digits.collect::<String>())
        }
    }
}

fn value(attribute: &AttributeTypeAndValue<'_>) -> Option<String> {
    match attribute.attr_value().tag() {
        Tag::BmpString => {
            let (units, []) = attribute.as_slice().as_chunks::<2>() else { return None };
            let units: Vec<_> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16(&units).ok()
        }
        _ => attribute.as_str().ok().map(str::to_owned),
    }
}

/// RFC 4514 section 2.4; besides, whatever does not print stands as pairs of digits, so that no
/// name can forge a line or turn the direction of a text.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut output = String::with_capacity(value.len());
    for (index, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => output.extend(['\\', character]),
            '#' if index == 0 => output.push_str("\\#"),
            ' ' if index == 0 || index == last => output.push_str("\\ "),
            _ if !is_printable(character) => hex_pairs(character, &mut output),
            _ => output.push(character),
        }
    }
    output
}

/// The standard library escapes what does not print, quotes and combining marks; of those, quotes
/// print.
pub(crate) fn is_printable(character: char) -> bool {
    matches!(character, '\'' | '"' | '\\') || character.escape_debug().len() == 1
}

fn hex_pairs(character: char, output: &mut String) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        output.push_str(&format!("\\{byte:02X}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_line_or_its_attribute() {
        for (value, expected) in [
            ("proxy", "proxy"),
            ("a,CN=b", "a\\,CN=b"),
            ("a\nb\0", "a\\0Ab\\00"),
            (" a ", "\\ a\\ "),
            ("#a#", "\\#a#"),
            ("\u{202e}a", "\\E2\\80\\AEa"),
            ("\u{2028}", "\\E2\\80\\A8"),
            ("Zürich", "Zürich"),
            ("", ""),
        ] {
            assert_eq!(escaped(value), expected);
        }
    }
}
