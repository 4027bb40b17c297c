//! Lists, dictionaries and items (RFC 9651 section 3).

use std::fmt;

use crate::structured_field::bare_item::BareItem;
use crate::structured_field::ordered_map::OrderedMap;

/// The parameters of an item or inner list.
pub type Parameters<'f> = OrderedMap<'f, BareItem<'f>>;

/// A bare item with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'f> {
    /// The item itself.
    pub bare: BareItem<'f>,
    /// Its parameters.
    pub parameters: Parameters<'f>,
}

/// Items in parentheses, with parameters of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InnerList<'f> {
    /// The items.
    pub items: Vec<Item<'f>>,
    /// The parameters of the list.
    pub parameters: Parameters<'f>,
}

/// A member of a list or dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldMember<'f> {
    /// One item.
    Item(Item<'f>),
    /// Several items.
    InnerList(InnerList<'f>),
}

/// Members in order.
///
/// ```
/// use tollgate::structured_field::{DuplicateKeys, List};
///
/// let list = List::parse(b"sugar, (tea \"rum\");hot", DuplicateKeys::Refuse).unwrap();
/// assert_eq!(list.members.len(), 2);
/// assert_eq!(list.serialize().unwrap(), "sugar, (tea \"rum\");hot");
/// assert!(List::parse(b"sugar,", DuplicateKeys::Refuse).is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct List<'f> {
    /// The members.
    pub members: Vec<FieldMember<'f>>,
}

/// Members by their keys.
///
/// ```
/// use tollgate::structured_field::{Dictionary, DuplicateKeys, StructuredFieldError};
///
/// let dictionary = Dictionary::parse(b"a=1,  b", DuplicateKeys::Refuse).unwrap();
/// assert_eq!(dictionary.serialize().unwrap(), "a=1, b");
///
/// let twice = Dictionary::parse(b"a=1, a=2", DuplicateKeys::Refuse);
/// assert_eq!(twice.unwrap_err(), StructuredFieldError::DuplicateKey);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Dictionary<'f> {
    /// The members.
    pub members: OrderedMap<'f, FieldMember<'f>>,
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List({} redacted)", self.members.len())
    }
}

impl fmt::Debug for Dictionary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dictionary({} redacted)", self.members.len())
    }
}
