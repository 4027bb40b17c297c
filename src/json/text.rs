//! Strings as they are written.

use std::borrow::Cow;

/// A string as it is written between its quotes; its escapes are known to be right.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t> {
    raw: &'t str,
    has_escapes: bool,
}

impl<'t> Text<'t> {
    pub(super) fn new(raw: &'t str, has_escapes: bool) -> Self {
        Self { raw, has_escapes }
    }

    /// A string that has been read before, as it is written between its quotes.
    pub(crate) fn of_valid(raw: &'t str) -> Self {
        Self { raw, has_escapes: raw.contains('\\') }
    }

    /// The string itself, if it is written without escapes.
    pub(crate) fn plain(self) -> Option<&'t str> {
        (!self.has_escapes).then_some(self.raw)
    }

    /// The string itself.
    pub(crate) fn decoded(self) -> Cow<'t, str> {
        if self.has_escapes { Cow::Owned(unescaped(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// As it is written, between its quotes.
    pub(crate) fn written(self) -> &'t str {
        self.raw
    }
}

fn unescaped(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        decoded.push_str(plain);
        let Some((character, after)) = escape(escaped) else { break };
        decoded.push(character);
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

/// The character of the escape that follows a backslash, and what comes after it (RFC 8259
/// section 7). Surrogates are escapes of one character only as a pair.
pub(super) fn escape(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let character = match characters.next()? {
        same @ ('"' | '\\' | '/') => same,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return code_point(characters.as_str()),
        _ => return None,
    };
    Some((character, characters.as_str()))
}

fn code_point(text: &str) -> Option<(char, &str)> {
    let (first, rest) = four_digits(text)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Some((character, rest));
    }
    let (second, rest) = four_digits(rest.strip_prefix("\\u")?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, rest))
}

fn four_digits(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let mut unit: u16 = 0;
    for digit in digits.chars() {
        unit = unit << 4 | u16::try_from(digit.to_digit(16)?).ok()?;
    }
    Some((unit, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_of_rfc_8259_is_one_character() {
        for (written, character) in [
            ("\"", '"'),
            ("\\", '\\'),
            ("/", '/'),
            ("b", '\u{8}'),
            ("f", '\u{c}'),
            ("n", '\n'),
            ("r", '\r'),
            ("t", '\t'),
            ("u0000", '\0'),
            ("u00E9", 'é'),
            ("u00e9", 'é'),
            ("uD83D\\uDE00", '😀'),
            ("uffff", '\u{ffff}'),
        ] {
            let text = format!("{written}rest");
            assert_eq!(escape(&text), Some((character, "rest")), "{written}");
        }
        for wrong in [
            "",
            "x",
            "a",
            "'",
            "U0041",
            "u",
            "u004",
            "u00g0",
            "u+041",
            "uD83D",
            "uDE00",
            "uD83Dx",
            "uD83D\\n",
            "uD83D\\u0041",
            "uD83D\\uD83D",
            "uDE00\\uD83D",
            "u00é",
        ] {
            assert_eq!(escape(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_string_is_decoded_from_end_to_end() {
        let text = |raw| Text::new(raw, true).decoded().into_owned();
        assert_eq!(text("a\\nb\\\\c\\u00e9"), "a\nb\\cé");
        assert_eq!(text("\\\"\\\""), "\"\"");
        assert_eq!(Text::new("a", false).decoded(), "a");
    }
}
