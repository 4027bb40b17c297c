//! Distinguished names as text (RFC 4514).

use crate::der::{SEQUENCE, SET, Tlv};
use crate::encoding::hex_encode;

const NUMERIC_STRING: u8 = 0x12;
const PRINTABLE_STRING: u8 = 0x13;
const IA5_STRING: u8 = 0x16;
const UTF8_STRING: u8 = 0x0c;
const BMP_STRING: u8 = 0x1e;

const COMMON_NAME: &str = "2.5.4.3";

/// The short names of RFC 4514 section 3, and that of the e-mail address of PKCS #9.
const SHORT: [(&str, &str); 10] = [
    (COMMON_NAME, "CN"),
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

/// A distinguished name (RFC 5280 section 4.1.2.4): sets of attributes, the most general first.
pub(super) struct Name<'d>(Vec<Vec<Attribute<'d>>>);

struct Attribute<'d> {
    oid: String,
    value: Tlv<'d>,
}

impl<'d> Name<'d> {
    /// None if it is not a sequence of sets of attributes.
    pub(super) fn read(name: Tlv<'d>) -> Option<Self> {
        let is_name = name.tag == SEQUENCE;
        let sets = is_name.then(|| name.children().map(Attribute::read_set).collect());
        sets.flatten().map(Self)
    }

    /// The name on one line, the most specific part first, whatever its bytes.
    pub(super) fn text(&self) -> String {
        let joined = |set: &Vec<Attribute<'_>>| {
            set.iter().map(Attribute::text).collect::<Vec<_>>().join("+")
        };
        self.0.iter().rev().map(joined).collect::<Vec<_>>().join(",")
    }

    /// The most specific common name, unescaped.
    pub(super) fn common_name(&self) -> Option<String> {
        let mut attributes = self.0.iter().flatten();
        attributes.rfind(|attribute| attribute.oid == COMMON_NAME).and_then(Attribute::string)
    }
}

impl<'d> Attribute<'d> {
    fn read_set(set: Tlv<'d>) -> Option<Vec<Self>> {
        let attributes: Vec<_> = set.children().map(Self::read).collect::<Option<_>>()?;
        (set.tag == SET && !attributes.is_empty()).then_some(attributes)
    }

    fn read(attribute: Tlv<'d>) -> Option<Self> {
        let [identifier, value] = attribute.sequence()?;
        Some(Self { oid: dotted(identifier.object_identifier()?), value })
    }

    fn text(&self) -> String {
        let short = SHORT.iter().find(|(known, _)| *known == self.oid).map(|(_, short)| *short);
        match (short, self.string()) {
            (Some(short), Some(value)) => format!("{short}={}", escaped(&value)),
            (short, _) => {
                format!("{}=#{}", short.unwrap_or(&self.oid), hex_encode(self.value.content))
            }
        }
    }

    fn string(&self) -> Option<String> {
        let bytes = self.value.content;
        match self.value.tag {
            BMP_STRING => {
                let (units, []) = bytes.as_chunks::<2>() else { return None };
                let units: Vec<_> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
                String::from_utf16(&units).ok()
            }
            NUMERIC_STRING | PRINTABLE_STRING | IA5_STRING | UTF8_STRING => {
                str::from_utf8(bytes).ok().map(str::to_owned)
            }
            _ => None,
        }
    }
}

/// An object identifier as text (X.690 section 8.19.4: the first number is two arcs); as
/// hexadecimal digits if an arc does not fit 64 bits, so that its length stays linear to read.
fn dotted(encoded: &[u8]) -> String {
    let numbers: Option<Vec<u64>> =
        encoded.split_inclusive(|byte| byte & 0x80 == 0).map(number).collect();
    let Some([first, rest @ ..]) = numbers.as_deref() else { return hex_encode(encoded) };
    let root = (*first / 40).min(2);
    let arcs = [root, first.saturating_sub(root.saturating_mul(40))];
    let arcs: Vec<_> = arcs.iter().chain(rest).map(u64::to_string).collect();
    arcs.join(".")
}

fn number(digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(0_u64, |number, digit| Some(number.checked_mul(128)? | u64::from(digit & 0x7f)))
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
