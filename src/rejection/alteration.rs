//! What looks altered about a credential that should have been used exactly as generated.

use std::fmt;

use crate::ascii::strip_prefix_in_any_case;
use crate::location::Scheme;

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
    /// An authentication scheme comes before it.
    SchemePrefix(Scheme),
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
        Self::at_the_ends(credential)
            .or_else(|| scheme_of(credential).map(Self::SchemePrefix))
            .or_else(|| Self::inside(credential))
    }

    fn at_the_ends(credential: &[u8]) -> Option<Self> {
        let found = match credential {
            [0xef, 0xbb, 0xbf, ..] => Self::ByteOrderMark,
            [b' ' | b'\t', ..] => Self::LeadingSpace,
            [.., b'\r' | b'\n'] => Self::TrailingLineBreak,
            [b'\r' | b'\n', ..] => Self::LeadingLineBreak,
            [.., b' ' | b'\t'] => Self::TrailingSpace,
            [b'"', .., b'"'] | [b'\'', .., b'\''] => Self::Quoted,
            _ => return None,
        };
        Some(found)
    }

    fn inside(credential: &[u8]) -> Option<Self> {
        if is_plain(credential) {
            None
        } else if credential.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            Some(Self::InnerLineBreak)
        } else if has_percent_encoding(credential) {
            Some(Self::PercentEncoded)
        } else if !credential.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            Some(Self::Unprintable)
        } else {
            None
        }
    }
}

impl fmt::Display for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SchemePrefix(scheme) => return write!(f, "starts with \"{} \"", scheme.name()),
            Self::ByteOrderMark => "starts with a byte order mark",
            Self::LeadingSpace => "starts with a space",
            Self::TrailingLineBreak => "ends with a line break",
            Self::LeadingLineBreak => "starts with a line break",
            Self::TrailingSpace => "ends with a space",
            Self::Quoted => "is wrapped in quotes",
            Self::InnerLineBreak => "has a line break inside",
            Self::PercentEncoded => "is percent-encoded",
            Self::Unprintable => "has bytes that are not printable ASCII",
        })
    }
}

fn scheme_of(credential: &[u8]) -> Option<Scheme> {
    [Scheme::Bearer, Scheme::Basic].into_iter().find(|scheme| {
        strip_prefix_in_any_case(credential, scheme.name())
            .is_some_and(|rest| rest.first() == Some(&b' '))
    })
}

/// Whether every byte is printable and none is `%`, as nearly every credential is. No early
/// return, so that the compiler can vectorise the loop.
fn is_plain(credential: &[u8]) -> bool {
    let is_odd = |byte: u8| u8::from(!matches!(byte, b' '..=b'~')) | u8::from(byte == b'%');
    credential.iter().fold(0, |odd, byte| odd | is_odd(*byte)) == 0
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
            (b"bearer abc", Some(Alteration::SchemePrefix(Scheme::Bearer))),
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

    /// Each credential looks altered in two ways.
    #[test]
    fn the_most_telling_alteration_is_named() {
        let bearer = Some(Alteration::SchemePrefix(Scheme::Bearer));
        let basic = Some(Alteration::SchemePrefix(Scheme::Basic));
        for (credential, expected) in [
            (&b"\xef\xbb\xbfabc\n"[..], Some(Alteration::ByteOrderMark)),
            (b" abc\n", Some(Alteration::LeadingSpace)),
            (b" abc ", Some(Alteration::LeadingSpace)),
            (b"\nabc\n", Some(Alteration::TrailingLineBreak)),
            (b"\nabc ", Some(Alteration::LeadingLineBreak)),
            (b"\rabc", Some(Alteration::LeadingLineBreak)),
            (b"abc\r", Some(Alteration::TrailingLineBreak)),
            (b"abc\t", Some(Alteration::TrailingSpace)),
            (b"Bearer abc ", Some(Alteration::TrailingSpace)),
            (b"\"Bearer abc\"", Some(Alteration::Quoted)),
            (b"\"a\nb\"", Some(Alteration::Quoted)),
            (b"\"abc'", None),
            (b"Bearer a\nb", bearer),
            (b"BASIC a%20b", basic),
            (b"Bearer", None),
            (b"Bearer\tabc", Some(Alteration::Unprintable)),
            (b"Bearerabc", None),
            (b"a\r%20b", Some(Alteration::InnerLineBreak)),
            (b"a%20\xffb", Some(Alteration::PercentEncoded)),
            (b"%fF", Some(Alteration::PercentEncoded)),
            (b"%f", None),
            (b"%fg", None),
            (b"%gf", None),
            (b"a b~", None),
            (b"a\x1fb", Some(Alteration::Unprintable)),
            (b"a\x7f", Some(Alteration::Unprintable)),
        ] {
            assert_eq!(Alteration::of(credential), expected, "{:?}", credential.escape_ascii());
        }
    }
}
