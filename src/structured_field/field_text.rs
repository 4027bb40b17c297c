//! Serialization: one spelling for each value (RFC 9651 section 4.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::structured_field::bare_item::BareItem;
use crate::structured_field::structured_field_error::StructuredFieldError;
use crate::structured_field::tree::{FieldMember, InnerList, Item, Parameters};
use crate::structured_field::words::{is_key, is_token};

type Serialized = Result<(), StructuredFieldError>;

/// The largest integer and date: 15 digits.
const MOST: i64 = 999_999_999_999_999;

/// A text that grows.
#[derive(Default)]
pub(super) struct FieldText {
    pub(super) text: String,
}

impl FieldText {
    /// Several values with `, ` between them.
    pub(super) fn separated<T>(
        &mut self,
        values: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T) -> Serialized,
    ) -> Serialized {
        self.between(", ", values, write)
    }

    fn between<T>(
        &mut self,
        separator: &str,
        values: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T) -> Serialized,
    ) -> Serialized {
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                self.text.push_str(separator);
            }
            write(self, value)?;
        }
        Ok(())
    }

    pub(super) fn member(&mut self, member: &FieldMember<'_>) -> Serialized {
        match member {
            FieldMember::Item(item) => self.item(item),
            FieldMember::InnerList(list) => self.inner_list(list),
        }
    }

    /// A member of a dictionary; one that is true is its key and parameters alone.
    pub(super) fn keyed_member(&mut self, (key, member): (&str, &FieldMember<'_>)) -> Serialized {
        self.key(key)?;
        match member {
            FieldMember::Item(item) if item.bare == BareItem::Boolean(true) => {
                self.parameters(&item.parameters)
            }
            other => {
                self.text.push('=');
                self.member(other)
            }
        }
    }

    pub(super) fn inner_list(&mut self, list: &InnerList<'_>) -> Serialized {
        self.text.push('(');
        self.between(" ", &list.items, Self::item)?;
        self.text.push(')');
        self.parameters(&list.parameters)
    }

    pub(super) fn item(&mut self, item: &Item<'_>) -> Serialized {
        self.bare_item(&item.bare)?;
        self.parameters(&item.parameters)
    }

    pub(super) fn parameters(&mut self, parameters: &Parameters<'_>) -> Serialized {
        for (key, value) in parameters.iter() {
            self.text.push(';');
            self.key(key)?;
            if *value != BareItem::Boolean(true) {
                self.text.push('=');
                self.bare_item(value)?;
            }
        }
        Ok(())
    }

    fn key(&mut self, key: &str) -> Serialized {
        self.word(key, is_key)
    }

    fn word(&mut self, word: &str, is_one: fn(&str) -> bool) -> Serialized {
        if !is_one(word) {
            return Err(StructuredFieldError::Unserializable);
        }
        self.text.push_str(word);
        Ok(())
    }

    fn bare_item(&mut self, item: &BareItem<'_>) -> Serialized {
        match item {
            BareItem::Integer(number) => return self.integer("", *number),
            BareItem::Date(seconds) => return self.integer("@", *seconds),
            BareItem::String(text) => return self.string(text),
            BareItem::Token(word) => return self.word(word, is_token),
            BareItem::Decimal(number) => self.text.push_str(&number.to_string()),
            BareItem::Binary(bytes) => self.binary(bytes),
            BareItem::Boolean(value) => self.text.push_str(if *value { "?1" } else { "?0" }),
            BareItem::DisplayString(text) => self.display_string(text),
        }
        Ok(())
    }

    fn integer(&mut self, prefix: &str, number: i64) -> Serialized {
        if !(-MOST..=MOST).contains(&number) {
            return Err(StructuredFieldError::Unserializable);
        }
        self.text.push_str(prefix);
        self.text.push_str(&number.to_string());
        Ok(())
    }

    fn string(&mut self, text: &str) -> Serialized {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                ' '..='~' => self.text.push(character),
                _ => return Err(StructuredFieldError::Unserializable),
            }
        }
        self.text.push('"');
        Ok(())
    }

    fn binary(&mut self, bytes: &[u8]) {
        self.text.push(':');
        STANDARD.encode_string(bytes, &mut self.text);
        self.text.push(':');
    }

    fn display_string(&mut self, text: &str) {
        self.text.push_str("%\"");
        for byte in text.bytes() {
            match byte {
                b'%' | b'"' | ..=0x1f | 0x7f.. => self.text.push_str(&format!("%{byte:02x}")),
                plain => self.text.push(char::from(plain)),
            }
        }
        self.text.push('"');
    }
}
