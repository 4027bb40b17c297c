//! What is made of a text: nothing, to check it, or a value.

use serde_json::{Map, Number, Value};

use crate::json::names::Names;
use crate::json::text::Text;

/// What reading makes of a JSON value.
pub(super) trait Output<'t>: Sized {
    type Array: Default;
    type Object: Default;

    fn null() -> Self;
    fn boolean(value: bool) -> Self;
    /// `None` if it cannot be held.
    fn number(written: &'t str) -> Option<Self>;
    fn string(text: Text<'t>) -> Self;
    fn array(items: Self::Array) -> Self;
    fn object(members: Self::Object) -> Self;
    fn push(items: &mut Self::Array, item: Self);
    /// `false` if there is a member of this name already.
    fn insert(members: &mut Self::Object, name: Text<'t>, value: Self) -> bool;
}

impl<'t> Output<'t> for () {
    type Array = ();
    type Object = Names<'t>;

    fn null() -> Self {}
    fn boolean(_: bool) -> Self {}
    fn number(_: &'t str) -> Option<Self> {
        Some(())
    }
    fn string(_: Text<'t>) -> Self {}
    fn array((): ()) -> Self {}
    fn object(_: Names<'t>) -> Self {}
    fn push((): &mut (), (): Self) {}
    fn insert(members: &mut Names<'t>, name: Text<'t>, (): Self) -> bool {
        members.add(name)
    }
}

impl<'t> Output<'t> for Value {
    type Array = Vec<Value>;
    type Object = Map<String, Value>;

    fn null() -> Self {
        Self::Null
    }
    fn boolean(value: bool) -> Self {
        Self::Bool(value)
    }
    fn number(written: &'t str) -> Option<Self> {
        written.parse::<Number>().ok().map(Self::Number)
    }
    fn string(text: Text<'t>) -> Self {
        Self::String(text.decoded().into_owned())
    }
    fn array(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
    fn object(members: Map<String, Value>) -> Self {
        Self::Object(members)
    }
    fn push(items: &mut Vec<Value>, item: Self) {
        items.push(item);
    }
    fn insert(members: &mut Map<String, Value>, name: Text<'t>, value: Self) -> bool {
        members.insert(name.decoded().into_owned(), value).is_none()
    }
}
