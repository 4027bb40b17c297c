//! What looks altered about a credential that should have been used exactly as generated.

use std::fmt;

/// How a credential looks changed on its way; none of its bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Alteration {
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// It begins with a space or tab.
    LeadingSpace,
    /// It ends with a line break.
    TrailingLineBreak,
    /// It begins with a line break.
    LeadingLineBreak,
    /// It ends with a space or tab.
    TrailingSpace,
    /// It is wrapped in quotes.
    Quoted,
    /// An authentication scheme stands before it.
    SchemePrefix,
    /// It has a line break inside.
    InnerLineBreak,
    /// It is still percent-encoded.
    PercentEncoded,
    /// It has bytes that are not printable ASCII.
    Unprintable,
}

impl Alteration {
    /// What looks altered about `credential`, the most telling first.
    pub fn of(credential: &[u8]) -> Option<Self> {
        let found = match credential {
            [0xef, 0xbb, 0xbf, ..] => Self::ByteOrderMark,
            [b' ' | b'\t', ..] => Self::LeadingSpace,
            [.., b'\r' | b'\n'] => Self::TrailingLineBreak,
            [b'\r' | b'\n', ..] => Self::LeadingLineBreak,
            [.., b' ' | b'\t'] => Self::TrailingSpace,
            [b'"', .., b'"'] | [b'\'', .., b'\''] => Self::Quoted,
            _ if starts_with_scheme(credential) => Self::SchemePrefix,
            _ if credential.iter().any(|byte| matches!(byte, b'\r' | b'\n')) => {
                Self::InnerLineBreak
            }
            _ if has_percent_encoding(credential) => Self::PercentEncoded,
            _ if !credential.iter().all(|byte| matches!(byte, b' '..=b'~')) => Self::Unprintable,
            _ => return None,
        };
        Some(found)
    }
}

impl fmt::Display for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByteOrderMark => "starts with a byte order mark",
            Self::LeadingSpace => "starts with a space",
            Self::TrailingLineBreak => "ends with a line break",
            Self::LeadingLineBreak => "starts with a line break",
            Self::TrailingSpace => "ends with a space",
            Self::Quoted => "is wrapped in quotes",
            Self::SchemePrefix => "starts with \"Bearer \" or \"Basic \"",
            Self::InnerLineBreak => "has a line break inside",
            Self::PercentEncoded => "is percent-encoded",
            Self::Unprintable => "has bytes that are not printable ASCII",
        })
    }
}

fn starts_with_scheme(credential: &[u8]) -> bool {
    [&b"bearer "[..], b"basic "].iter().any(|scheme| {
        credential.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

fn has_percent_encoding(credential: &[u8]) -> bool {
    credential.windows(3).any(|window| match window {
        [b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alteration_is_recognised() {
        for (credential, expected) in [
            (&b"\xef\xbb\xbfabc"[..], Some(Alteration::ByteOrderMark)),
            (b" abc", Some(Alteration::LeadingSpace)),
            (b"\tabc", Some(Alteration::LeadingSpace)),
            (b"abc\r\n", Some(Alteration::TrailingLineBreak)),
            (b"\nabc", Some(Alteration::LeadingLineBreak)),
            (b"abc ", Some(Alteration::TrailingSpace)),
            (b"\"abc\"", Some(Alteration::Quoted)),
            (b"'abc'", Some(Alteration::Quoted)),
            (b"bearer abc", Some(Alteration::SchemePrefix)),
            (b"ab\nc", Some(Alteration::InnerLineBreak)),
            (b"ab%20c", Some(Alteration::PercentEncoded)),
            (b"ab\0c", Some(Alteration::Unprintable)),
            (b"100%", None),
            (b"\"", None),
            (b"abc", None),
            (b"", None),
        ] {
            assert_eq!(Alteration::of(credential), expected, "{credential:?}");
        }
    }
}
