//! Fields as texts: parsed strictly, written in one spelling.

use crate::structured_field::bare_item::BareItem;
use crate::structured_field::field_cursor::FieldCursor;
use crate::structured_field::field_text::FieldText;
use crate::structured_field::ordered_map::DuplicateKeys;
use crate::structured_field::structured_field_error::StructuredFieldError;
use crate::structured_field::tree::Parameters;
use crate::structured_field::tree::{Dictionary, FieldMember, InnerList, Item, List};

impl<'f> Item<'f> {
    /// Parses an item (RFC 9651 section 4.2.3).
    ///
    /// # Errors
    /// A [`StructuredFieldError`].
    pub fn parse(text: &'f [u8], duplicates: DuplicateKeys) -> Result<Self, StructuredFieldError> {
        FieldCursor::whole(text, duplicates, FieldCursor::item)
    }

    /// An item without parameters.
    pub fn of(bare: BareItem<'f>) -> Self {
        Self { bare, parameters: Parameters::default() }
    }

    /// Writes it in its canonical spelling (RFC 9651 section 4.1.3).
    ///
    /// # Errors
    /// [`StructuredFieldError::Unserializable`] for a value that no structured field can have.
    pub fn serialize(&self) -> Result<String, StructuredFieldError> {
        let mut output = FieldText::default();
        output.item(self)?;
        Ok(output.text)
    }
}

impl InnerList<'_> {
    /// Writes it in its canonical spelling (RFC 9651 section 4.1.1.1).
    ///
    /// # Errors
    /// As [`Item::serialize`].
    pub fn serialize(&self) -> Result<String, StructuredFieldError> {
        let mut output = FieldText::default();
        output.inner_list(self)?;
        Ok(output.text)
    }
}

impl FieldMember<'_> {
    /// Writes it in its canonical spelling.
    ///
    /// # Errors
    /// As [`Item::serialize`].
    pub fn serialize(&self) -> Result<String, StructuredFieldError> {
        match self {
            Self::Item(item) => item.serialize(),
            Self::InnerList(list) => list.serialize(),
        }
    }
}

impl<'f> List<'f> {
    /// Parses a list, which may be empty (RFC 9651 section 4.2.1).
    ///
    /// # Errors
    /// A [`StructuredFieldError`].
    pub fn parse(text: &'f [u8], duplicates: DuplicateKeys) -> Result<Self, StructuredFieldError> {
        FieldCursor::whole(text, duplicates, FieldCursor::list).map(|members| Self { members })
    }

    /// Writes it in its canonical spelling (RFC 9651 section 4.1.1); an empty list is written
    /// as no header line at all.
    ///
    /// # Errors
    /// As [`Item::serialize`].
    pub fn serialize(&self) -> Result<String, StructuredFieldError> {
        let mut output = FieldText::default();
        output.separated(&self.members, FieldText::member)?;
        Ok(output.text)
    }
}

impl<'f> Dictionary<'f> {
    /// Parses a dictionary, which may be empty (RFC 9651 section 4.2.2).
    ///
    /// # Errors
    /// A [`StructuredFieldError`].
    pub fn parse(text: &'f [u8], duplicates: DuplicateKeys) -> Result<Self, StructuredFieldError> {
        FieldCursor::whole(text, duplicates, FieldCursor::dictionary)
            .map(|members| Self { members })
    }

    /// Writes it in its canonical spelling (RFC 9651 section 4.1.2); an empty dictionary is
    /// written as no header line at all.
    ///
    /// # Errors
    /// As [`Item::serialize`].
    pub fn serialize(&self) -> Result<String, StructuredFieldError> {
        let mut output = FieldText::default();
        output.separated(self.members.iter(), FieldText::keyed_member)?;
        Ok(output.text)
    }
}
