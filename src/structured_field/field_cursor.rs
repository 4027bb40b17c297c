//! Parsing, step by step as RFC 9651 section 4.2 has it.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::encoding::hex_decode;
use crate::structured_field::bare_item::{BareItem, Decimal};
use crate::structured_field::limits::{LIMIT, MEMBERS, PARTS};
use crate::structured_field::ordered_map::{Collected, DuplicateKeys, OrderedMap};
use crate::structured_field::structured_field_error::StructuredFieldError;
use crate::structured_field::tree::{FieldMember, InnerList, Item, Parameters};
use crate::structured_field::words::{continues_key, continues_token, starts_key, starts_token};

/// Padding may be left out, and the last bits may be anything: section 4.2.7 asks parsers not to
/// fail on either.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

type FieldRead<T> = Result<T, StructuredFieldError>;

/// What is left of a text.
pub(super) struct FieldCursor<'f> {
    rest: &'f str,
    length: usize,
    duplicates: DuplicateKeys,
}

impl<'f> FieldCursor<'f> {
    /// Parses a whole text, with spaces around it.
    pub(super) fn whole<T>(
        text: &'f [u8],
        duplicates: DuplicateKeys,
        parse: impl FnOnce(&mut Self) -> FieldRead<T>,
    ) -> FieldRead<T> {
        if text.len() > LIMIT {
            return Err(StructuredFieldError::TooLarge { limit: LIMIT });
        }
        let position = text.iter().position(|byte| !byte.is_ascii());
        let rest = match (position, str::from_utf8(text)) {
            (None, Ok(text)) => text,
            (position, _) => {
                let position = position.unwrap_or_default();
                return Err(StructuredFieldError::Malformed { position });
            }
        };
        let mut cursor = Self { rest, length: rest.len(), duplicates };
        cursor.skip(is_space);
        let parsed = parse(&mut cursor)?;
        cursor.skip(is_space);
        if cursor.rest.is_empty() { Ok(parsed) } else { Err(cursor.malformed()) }
    }

    pub(super) fn list(&mut self) -> FieldRead<Vec<FieldMember<'f>>> {
        let mut members = Vec::new();
        while !self.rest.is_empty() {
            push(&mut members, self.member()?, MEMBERS)?;
            self.separator()?;
        }
        Ok(members)
    }

    pub(super) fn dictionary(&mut self) -> FieldRead<OrderedMap<'f, FieldMember<'f>>> {
        let mut members = Collected::default();
        while !self.rest.is_empty() {
            let key = self.key()?;
            let member = if self.eat('=') { self.member()? } else { self.flag()? };
            members.insert(key, member, self.duplicates, MEMBERS)?;
            self.separator()?;
        }
        Ok(members.keyed)
    }

    /// A key without a value means that it holds.
    fn flag(&mut self) -> FieldRead<FieldMember<'f>> {
        let parameters = self.parameters()?;
        Ok(FieldMember::Item(Item { bare: BareItem::Boolean(true), parameters }))
    }

    /// A comma that another member follows, unless nothing does.
    fn separator(&mut self) -> FieldRead<()> {
        self.skip(is_white);
        if self.rest.is_empty() {
            return Ok(());
        }
        self.expect(',')?;
        self.skip(is_white);
        if self.rest.is_empty() { Err(self.malformed()) } else { Ok(()) }
    }

    fn member(&mut self) -> FieldRead<FieldMember<'f>> {
        if self.eat('(') {
            self.inner_list().map(FieldMember::InnerList)
        } else {
            self.item().map(FieldMember::Item)
        }
    }

    fn inner_list(&mut self) -> FieldRead<InnerList<'f>> {
        let mut items = Vec::new();
        loop {
            self.skip(is_space);
            if self.eat(')') {
                return Ok(InnerList { items, parameters: self.parameters()? });
            }
            push(&mut items, self.item()?, PARTS)?;
            if !self.rest.starts_with([' ', ')']) {
                return Err(self.malformed());
            }
        }
    }

    pub(super) fn item(&mut self) -> FieldRead<Item<'f>> {
        Ok(Item { bare: self.bare_item()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> FieldRead<Parameters<'f>> {
        let mut parameters = Collected::default();
        while self.eat(';') {
            self.skip(is_space);
            let key = self.key()?;
            let holds = BareItem::Boolean(true);
            let value = if self.eat('=') { self.bare_item()? } else { holds };
            parameters.insert(key, value, self.duplicates, PARTS)?;
        }
        Ok(parameters.keyed)
    }

    fn key(&mut self) -> FieldRead<&'f str> {
        self.word(starts_key, continues_key)
    }

    fn word(&mut self, starts: fn(u8) -> bool, continues: fn(u8) -> bool) -> FieldRead<&'f str> {
        if self.rest.bytes().next().is_some_and(starts) {
            Ok(self.take(continues))
        } else {
            Err(self.malformed())
        }
    }

    fn bare_item(&mut self) -> FieldRead<BareItem<'f>> {
        match self.rest.bytes().next() {
            Some(b'"') => self.string().map(BareItem::String),
            Some(b':') => self.binary().map(|bytes| BareItem::Binary(Cow::Owned(bytes))),
            Some(b'?') => self.boolean().map(BareItem::Boolean),
            Some(b'@') => self.date(),
            Some(b'%') => self.display_string().map(BareItem::DisplayString),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self
                .word(starts_token, continues_token)
                .map(|word| BareItem::Token(Cow::Borrowed(word))),
        }
    }

    fn number(&mut self) -> FieldRead<BareItem<'f>> {
        let is_negative = self.eat('-');
        let whole = self.digits(1..=15)?;
        if !self.eat('.') {
            return Ok(BareItem::Integer(signed(whole.value, is_negative)));
        }
        let fraction = self.digits(1..=3)?;
        if whole.count > 12 {
            return Err(self.malformed());
        }
        let scale = [100, 10, 1].into_iter().nth(fraction.count.saturating_sub(1)).unwrap_or(1);
        let thousandths = whole.value.saturating_mul(1000);
        let thousandths = thousandths.saturating_add(fraction.value.saturating_mul(scale));
        let decimal = Decimal::from_thousandths(signed(thousandths, is_negative));
        decimal.map(BareItem::Decimal).ok_or(self.malformed())
    }

    fn digits(&mut self, count: std::ops::RangeInclusive<usize>) -> FieldRead<Digits> {
        let digits = self.take(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(value) if count.contains(&digits.len()) => Ok(Digits { value, count: digits.len() }),
            _ => Err(self.malformed()),
        }
    }

    fn date(&mut self) -> FieldRead<BareItem<'f>> {
        self.expect('@')?;
        match self.number()? {
            BareItem::Integer(seconds) => Ok(BareItem::Date(seconds)),
            _ => Err(self.malformed()),
        }
    }

    fn boolean(&mut self) -> FieldRead<bool> {
        self.expect('?')?;
        let is_true = self.eat('1');
        if !is_true {
            self.expect('0')?;
        }
        Ok(is_true)
    }

    /// A string is borrowed up to its first backslash.
    fn string(&mut self) -> FieldRead<Cow<'f, str>> {
        self.expect('"')?;
        let mut text = Cow::Borrowed(self.take(is_unescaped));
        loop {
            if self.eat('"') {
                return Ok(text);
            }
            self.expect('\\')?;
            let escaped = if self.eat('"') { '"' } else { '\\' };
            if escaped == '\\' {
                self.expect('\\')?;
            }
            let text = text.to_mut();
            text.push(escaped);
            text.push_str(self.take(is_unescaped));
        }
    }

    fn binary(&mut self) -> FieldRead<Vec<u8>> {
        self.expect(':')?;
        let encoded = self.take(|byte| byte != b':');
        self.expect(':')?;
        BASE64.decode(encoded).map_err(|_| self.malformed())
    }

    fn display_string(&mut self) -> FieldRead<Cow<'f, str>> {
        self.expect('%')?;
        self.expect('"')?;
        let mut bytes = Vec::new();
        loop {
            bytes.extend(self.take(is_unencoded).bytes());
            if self.eat('"') {
                return String::from_utf8(bytes).map(Cow::Owned).map_err(|_| self.malformed());
            }
            self.expect('%')?;
            let (digits, rest) = self.rest.split_at_checked(2).ok_or(self.malformed())?;
            bytes.extend(hex_decode(digits).ok_or(self.malformed())?);
            self.rest = rest;
        }
    }

    fn eat(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, character: char) -> FieldRead<()> {
        if self.eat(character) { Ok(()) } else { Err(self.malformed()) }
    }

    fn take(&mut self, is_part: impl Fn(u8) -> bool) -> &'f str {
        let end = self.rest.bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn skip(&mut self, is_part: fn(u8) -> bool) {
        self.take(is_part);
    }

    fn malformed(&self) -> StructuredFieldError {
        let position = self.length.saturating_sub(self.rest.len());
        StructuredFieldError::Malformed { position }
    }
}

/// A run of decimal digits.
struct Digits {
    value: i64,
    count: usize,
}

fn signed(size: i64, is_negative: bool) -> i64 {
    if is_negative { size.saturating_neg() } else { size }
}

fn push<T>(values: &mut Vec<T>, value: T, limit: usize) -> FieldRead<()> {
    if values.len() >= limit {
        return Err(StructuredFieldError::TooManyMembers { limit });
    }
    values.push(value);
    Ok(())
}

fn is_unescaped(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

fn is_unencoded(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'%'
}

fn is_space(byte: u8) -> bool {
    byte == b' '
}

fn is_white(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
