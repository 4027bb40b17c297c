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

/// What is left to read of a text.
pub(super) struct Cursor<'t> {
    rest: &'t str,
    depth: usize,
}

type Read<T> = Result<T, JsonError>;

impl<'t> Cursor<'t> {
    /// One value and nothing after it.
    pub(super) fn whole<O: Output<'t>>(text: &'t str) -> Read<O> {
        let mut cursor = Self::at(text);
        let value = cursor.value()?;
        cursor.end().map(|()| value)
    }

    /// One object and nothing after it, member by member.
    pub(super) fn members(text: &'t str, mut each: impl FnMut(Text<'t>, &'t str)) -> Read<()> {
        let mut cursor = Self::at(text);
        cursor.space();
        if !cursor.rest.starts_with('{') {
            return Self::whole::<()>(text).and(Err(JsonError::NotAnObject));
        }
        let mut names = Names::default();
        cursor.object(|cursor, name| {
            cursor.space();
            let before = cursor.rest;
            cursor.value::<()>()?;
            if !names.add(name) {
                return Err(JsonError::DuplicateMember);
            }
            let length = before.len().saturating_sub(cursor.rest.len());
            each(name, before.get(..length).unwrap_or_default());
            Ok(())
        })?;
        cursor.end()
    }

    /// The strings of a string or an array of strings.
    pub(super) fn strings(text: &'t str) -> impl Iterator<Item = Text<'t>> {
        let mut cursor = Self::at(text.strip_prefix('[').unwrap_or(text));
        std::iter::from_fn(move || {
            cursor.space();
            let string = cursor.string().ok()?;
            cursor.space();
            cursor.skip(b',');
            Some(string)
        })
    }

    /// How many strings are in an array of strings.
    pub(super) fn string_count(text: &'t str) -> Read<usize> {
        let (mut cursor, mut count) = (Self::at(text), 0_usize);
        if !text.starts_with('[') {
            return Err(JsonError::Malformed);
        }
        cursor.list(b']', |cursor| {
            count = count.saturating_add(1);
            cursor.string().map(drop)
        })?;
        Ok(count)
    }

    fn at(text: &'t str) -> Self {
        Self { rest: text, depth: 0 }
    }

    fn end(&mut self) -> Read<()> {
        self.space();
        if self.rest.is_empty() { Ok(()) } else { Err(JsonError::Malformed) }
    }

    fn value<O: Output<'t>>(&mut self) -> Read<O> {
        self.space();
        match self.rest.as_bytes().first() {
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
                self.list(b']', |cursor| {
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
        self.list(b'}', |cursor| {
            let name = cursor.string()?;
            cursor.space();
            if !cursor.skip(b':') {
                return Err(JsonError::Malformed);
            }
            member(cursor, name)
        })
    }

    /// The bracket at the cursor, items with commas between them, and the closing bracket.
    fn list(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.rest = self.rest.get(1..).unwrap_or_default();
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(JsonError::Malformed);
        }
        self.space();
        let mut is_over = self.skip(close);
        while !is_over {
            self.space();
            item(self)?;
            self.space();
            is_over = self.skip(close);
            if !is_over && !self.skip(b',') {
                return Err(JsonError::Malformed);
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn string(&mut self) -> Read<Text<'t>> {
        let opened = self.rest.strip_prefix('"').ok_or(JsonError::Malformed)?;
        let (mut rest, mut has_escapes) = (opened, false);
        loop {
            let stop = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '));
            let stop = stop.and_then(|stop| rest.get(stop..)).ok_or(JsonError::Malformed)?;
            if let Some(after) = stop.strip_prefix('"') {
                let length = opened.len().saturating_sub(stop.len());
                self.rest = after;
                return Ok(Text::new(opened.get(..length).unwrap_or_default(), has_escapes));
            }
            // A control character is neither a quote nor an escape.
            let escaped = stop.strip_prefix('\\').and_then(escape);
            (_, rest) = escaped.ok_or(JsonError::Malformed)?;
            has_escapes = true;
        }
    }

    /// `-? (0 | [1-9][0-9]*) ("." [0-9]+)? ([eE] [+-]? [0-9]+)?`, as it is written.
    fn number(&mut self) -> Read<&'t str> {
        let before = self.rest;
        self.skip(b'-');
        let has_leading_zero = self.rest.starts_with('0');
        let whole = self.digits()?;
        if has_leading_zero && whole > 1 {
            return Err(JsonError::Malformed);
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        let has_exponent = self.skip(b'e') || self.skip(b'E');
        if has_exponent {
            let _sign = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let length = before.len().saturating_sub(self.rest.len());
        let number = before.get(..length).unwrap_or_default();
        if (has_exponent || length > SURELY_FINITE) && !is_finite(number) {
            return Err(JsonError::Malformed);
        }
        Ok(number)
    }

    /// At least one digit, and how many.
    fn digits(&mut self) -> Read<usize> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        if count == 0 { Err(JsonError::Malformed) } else { Ok(count) }
    }

    fn literal(&mut self, literal: &str) -> Read<()> {
        self.rest = self.rest.strip_prefix(literal).ok_or(JsonError::Malformed)?;
        Ok(())
    }

    fn space(&mut self) {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        while self.rest.as_bytes().first().is_some_and(is_space) {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }

    /// Whether the next byte, an ASCII character, is this one, and is now behind the cursor.
    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.rest.as_bytes().first() == Some(&byte);
        if is_next {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        is_next
    }
}

fn is_finite(number: &str) -> bool {
    let number: Option<Number> = number.parse().ok();
    number.and_then(|number| number.as_f64()).is_some_and(f64::is_finite)
}
