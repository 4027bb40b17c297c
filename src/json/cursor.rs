//! The grammar, read once from left to right.

use serde_json::Number;

use crate::json::json_error::JsonError;
use crate::json::names::Names;
use crate::json::output::Output;
use crate::json::text::{Text, escape};

/// How deep arrays and objects may be nested.
const DEPTH: usize = 16;

/// So many digits without an exponent are below 10^300, which a double holds.
const SURELY_FINITE: usize = 300;

/// A text, and what is left to read of it.
pub(super) struct Cursor<'t> {
    text: &'t str,
    rest: &'t [u8],
    depth: usize,
}

type Read<T> = Result<T, JsonError>;

impl<'t> Cursor<'t> {
    /// One value and nothing after it.
    pub(super) fn whole<O: Output<'t>>(text: &'t str) -> Read<O> {
        let mut cursor = Self::at(text);
        let value = cursor.value()?;
        cursor.expect_end().map(|()| value)
    }

    /// One object and nothing after it, member by member.
    pub(super) fn members(text: &'t str, mut each: impl FnMut(Text<'t>, &'t str)) -> Read<()> {
        let mut cursor = Self::at(text);
        cursor.skip_space();
        if !cursor.rest.starts_with(b"{") {
            return Self::whole::<()>(text).and(Err(JsonError::NotAnObject));
        }
        let mut names = Names::default();
        cursor.object(|cursor, name| {
            cursor.skip_space();
            let value = cursor.rest;
            cursor.value::<()>()?;
            if !names.add(name) {
                return Err(JsonError::DuplicateMember);
            }
            each(name, cursor.between(value, cursor.rest));
            Ok(())
        })?;
        cursor.expect_end()
    }

    /// The strings of a string or an array of strings.
    pub(super) fn strings(text: &'t str) -> impl Iterator<Item = Text<'t>> {
        let mut cursor = Self::at(text.strip_prefix('[').unwrap_or(text));
        std::iter::from_fn(move || {
            cursor.skip_space();
            let string = cursor.string().ok()?;
            cursor.skip_space();
            cursor.eat(b',');
            Some(string)
        })
    }

    /// How many strings are in an array of strings.
    pub(super) fn string_count(text: &'t str) -> Read<usize> {
        let (mut cursor, mut count) = (Self::at(text), 0_usize);
        if !text.starts_with('[') {
            return Err(JsonError::Malformed);
        }
        cursor.sequence(b']', |cursor| {
            count = count.saturating_add(1);
            cursor.string().map(drop)
        })?;
        Ok(count)
    }

    fn at(text: &'t str) -> Self {
        Self { text, rest: text.as_bytes(), depth: 0 }
    }

    /// The text from where `from` was left to where `to` was.
    fn between(&self, from: &[u8], to: &[u8]) -> &'t str {
        let read = |rest: &[u8]| self.text.len().saturating_sub(rest.len());
        self.text.get(read(from)..read(to)).unwrap_or_default()
    }

    fn expect_end(&mut self) -> Read<()> {
        self.skip_space();
        if self.rest.is_empty() { Ok(()) } else { Err(JsonError::Malformed) }
    }

    fn value<O: Output<'t>>(&mut self) -> Read<O> {
        self.skip_space();
        match self.rest.first() {
            Some(b'"') => self.string().map(O::string),
            Some(b'-' | b'0'..=b'9') => O::number(self.number()?).ok_or(JsonError::Malformed),
            Some(b'{') => {
                let mut members = O::Object::default();
                self.object(|cursor, name| {
                    let value = cursor.value()?;
                    let is_new = O::insert(&mut members, name, value);
                    if is_new { Ok(()) } else { Err(JsonError::DuplicateMember) }
                })?;
                Ok(O::object(members))
            }
            Some(b'[') => {
                let mut items = O::Array::default();
                self.sequence(b']', |cursor| {
                    O::push(&mut items, cursor.value()?);
                    Ok(())
                })?;
                Ok(O::array(items))
            }
            Some(b't') => self.literal("true").map(|()| O::boolean(true)),
            Some(b'f') => self.literal("false").map(|()| O::boolean(false)),
            Some(b'n') => self.literal("null").map(|()| O::null()),
            _ => Err(JsonError::Malformed),
        }
    }

    /// An object; `member` reads the value that follows a name.
    fn object(&mut self, mut member: impl FnMut(&mut Self, Text<'t>) -> Read<()>) -> Read<()> {
        self.sequence(b'}', |cursor| {
            let name = cursor.string()?;
            if is_reserved(name) {
                return Err(JsonError::Malformed);
            }
            cursor.skip_space();
            if !cursor.eat(b':') {
                return Err(JsonError::Malformed);
            }
            member(cursor, name)
        })
    }

    /// The bracket at the cursor, items with commas between them, and the closing bracket.
    fn sequence(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.rest = self.rest.get(1..).unwrap_or_default();
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(JsonError::Malformed);
        }
        self.skip_space();
        let mut is_over = self.eat(close);
        while !is_over {
            self.skip_space();
            item(self)?;
            self.skip_space();
            is_over = self.eat(close);
            if !is_over && !self.eat(b',') {
                return Err(JsonError::Malformed);
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn string(&mut self) -> Read<Text<'t>> {
        let opened = self.rest.strip_prefix(b"\"").ok_or(JsonError::Malformed)?;
        let (mut rest, mut has_escapes) = (opened, false);
        loop {
            let stop = rest.get(plain_length(rest)..).unwrap_or_default();
            match stop.split_first() {
                Some((b'"', after)) => {
                    self.rest = after;
                    return Ok(Text::new(self.between(opened, stop), has_escapes));
                }
                Some((b'\\', escaped)) => {
                    let (_, after) =
                        escape(self.between(escaped, &[])).ok_or(JsonError::Malformed)?;
                    rest = after.as_bytes();
                    has_escapes = true;
                }
                _ => return Err(JsonError::Malformed),
            }
        }
    }

    /// `-? (0 | [1-9][0-9]*) ("." [0-9]+)? ([eE] [+-]? [0-9]+)?`, as it is written.
    fn number(&mut self) -> Read<&'t str> {
        let before = self.rest;
        self.eat(b'-');
        let has_leading_zero = self.rest.starts_with(b"0");
        let whole = self.digits()?;
        if has_leading_zero && whole > 1 {
            return Err(JsonError::Malformed);
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        let has_exponent = self.eat(b'e') || self.eat(b'E');
        if has_exponent {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let number = self.between(before, self.rest);
        if (has_exponent || number.len() > SURELY_FINITE) && !is_finite(number) {
            return Err(JsonError::Malformed);
        }
        Ok(number)
    }

    /// At least one digit, and how many.
    fn digits(&mut self) -> Read<usize> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        if count == 0 { Err(JsonError::Malformed) } else { Ok(count) }
    }

    fn literal(&mut self, literal: &str) -> Read<()> {
        self.rest = self.rest.strip_prefix(literal.as_bytes()).ok_or(JsonError::Malformed)?;
        Ok(())
    }

    fn skip_space(&mut self) {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        while self.rest.first().is_some_and(is_space) {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }

    /// Whether the next byte is this one, and is now behind the cursor.
    fn eat(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((next, rest)) if *next == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

/// How many bytes come before the first quote, backslash or control character, eight at a time.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut length: usize = 0;
    for word in words {
        let stops = stops(u64::from_le_bytes(*word));
        if stops != 0 {
            // The lowest bit that is set belongs to the first such byte.
            let bytes_before = usize::try_from(stops.trailing_zeros() >> 3).unwrap_or_default();
            return length.saturating_add(bytes_before);
        }
        length = length.saturating_add(8);
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..b' ');
    length.saturating_add(rest.iter().take_while(is_plain).count())
}

/// The highest bit of each byte of `word` that is a quote, a backslash or a control character; of
/// those that follow such a byte, it may be set as well.
fn stops(word: u64) -> u64 {
    let each = |byte| u64::from_le_bytes([byte; 8]);
    let below = |word: u64, limit| word.wrapping_sub(each(limit)) & !word;
    let control = below(word, b' ');
    let quote = below(word ^ each(b'"'), 1);
    let backslash = below(word ^ each(b'\\'), 1);
    (control | quote | backslash) & each(0x80)
}

fn is_finite(number: &str) -> bool {
    let number: Option<Number> = number.parse().ok();
    number.and_then(|number| number.as_f64()).is_some_and(f64::is_finite)
}

/// Whether `serde_json` would read the value of this name as something else than it is, if a host
/// turns its `raw_value` or `arbitrary_precision` on.
fn is_reserved(name: Text<'_>) -> bool {
    const PREFIX: &str = "$serde_json::private::";
    match name.plain() {
        Some(plain) => plain.starts_with(PREFIX),
        None => name.decoded().starts_with(PREFIX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place_is_plain_or_not() {
        for length in 0..20 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    for other in [b' ', b'a', 0x7f, 0x80, 0xff] {
                        let mut bytes = vec![other; length];
                        bytes[place] = byte;
                        let is_stop = byte == b'"' || byte == b'\\' || byte < 0x20;
                        let expected = if is_stop { place } else { length };
                        assert_eq!(plain_length(&bytes), expected, "{length} {place} {byte}");
                    }
                }
            }
        }
        assert_eq!(plain_length(b"abc\"\"\"\"\"\"\"\""), 3);
    }
}
