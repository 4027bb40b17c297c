//! Structured fields: the values that many headers share (RFC 9651).
//!
//! Start with [`Dictionary::parse`], [`List::parse`] or [`Item::parse`]. Several lines of one
//! header are one value: join them by [`joined`] first. `serialize` writes the one canonical
//! spelling.
//!
//! Texts are borrowed from what was parsed, unless they had to be decoded. Parsing takes time in
//! proportion to the length, does not recurse, and every number of members is bounded.

mod bare_item;
mod field_cursor;
mod field_text;
mod limits;
mod ordered_map;
mod structured_field_error;
mod text;
mod tree;
mod words;

pub use bare_item::{BareItem, Decimal};
pub use limits::{LIMIT, MEMBERS, PARTS};
pub use ordered_map::{DuplicateKeys, OrderedMap};
pub use structured_field_error::StructuredFieldError;
pub use tree::{Dictionary, FieldMember, InnerList, Item, List, Parameters};

use std::borrow::Cow;

/// Joins the lines of one header in their order (RFC 9110 section 5.2); one line is borrowed.
///
/// ```
/// use tollgate::structured_field::joined;
///
/// assert_eq!(*joined([&b"a=1"[..], b"b=2"]), *b"a=1, b=2");
/// ```
pub fn joined<'f>(lines: impl IntoIterator<Item = &'f [u8]>) -> Cow<'f, [u8]> {
    let mut lines = lines.into_iter();
    let mut joined = Cow::Borrowed(lines.next().unwrap_or_default());
    for line in lines {
        let text = joined.to_mut();
        text.extend_from_slice(b", ");
        text.extend_from_slice(line);
    }
    joined
}
