//! The members of a JSON object where they lie in its text.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::json::{self, JsonError, Text};

/// How many members most tokens have at most, so that their list is allocated once.
const USUAL_MEMBERS: usize = 16;

/// A JSON object as it is written, and where its members are. A value is built when it is asked
/// for.
#[derive(Clone)]
pub(super) struct WrittenObject {
    text: String,
    members: Vec<Member>,
}

#[derive(Clone)]
struct Member {
    name: TextSpan,
    value: TextSpan,
    built: OnceLock<Box<Value>>,
}

/// A part of the text, in bytes from its start; tokens are far shorter than 4 GiB.
#[derive(Clone, Copy)]
struct TextSpan {
    start: u32,
    end: u32,
}

impl WrittenObject {
    /// Reads an object strictly.
    pub(super) fn read(
        text: String,
        mut each: impl FnMut(usize, Text<'_>, &str),
    ) -> Result<Self, JsonError> {
        let mut members = Vec::with_capacity(USUAL_MEMBERS);
        json::members(&text, |name, value| {
            each(members.len(), name, value);
            let (name, value) = (TextSpan::of(name.written(), &text), TextSpan::of(value, &text));
            members.push(Member { name, value, built: OnceLock::new() });
        })?;
        Ok(Self { text, members })
    }

    /// The members of an object that has been built already.
    pub(super) fn of(object: Map<String, Value>) -> Self {
        let (mut text, mut members) = ("{".to_owned(), Vec::with_capacity(object.len()));
        for (name, value) in object {
            let separator = if members.is_empty() { "" } else { "," };
            let quoted = Value::String(name).to_string();
            text.push_str(separator);
            let name = TextSpan::appended(&mut text, &quoted).within_quotes();
            text.push(':');
            let written = TextSpan::appended(&mut text, &value.to_string());
            members.push(Member { name, value: written, built: Box::new(value).into() });
        }
        text.push('}');
        Self { text, members }
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// About the most bytes that it takes once every value has been built: text, members, and what
    /// `serde_json` allocates for each value, array and object.
    pub(super) fn most_bytes(&self) -> usize {
        const VALUE: usize = 64;
        const ARRAY: usize = 128;
        const OBJECT: usize = 800;
        let count = |mark: u8| self.text.bytes().filter(|byte| *byte == mark).count();
        let parts = [(count(b','), VALUE), (count(b'['), ARRAY), (count(b'{'), OBJECT)];
        let built = parts.map(|(count, bytes)| count.saturating_mul(bytes));
        let members = self.members.capacity().saturating_mul(size_of::<Member>());
        let read = self.text.len().saturating_add(members).saturating_add(VALUE);
        built.into_iter().fold(read, usize::saturating_add)
    }

    /// The whole object as it is written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The index of the member of this name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names().position(|one| *one.decoded() == *name)
    }

    /// The names, in the order of the text.
    pub(super) fn names(&self) -> impl Iterator<Item = Text<'_>> {
        self.members.iter().map(|member| Text::of_valid(member.name.in_text(&self.text)))
    }

    /// A value as it is written.
    pub(super) fn written(&self, index: usize) -> Option<&str> {
        self.members.get(index).map(|member| member.value.in_text(&self.text))
    }

    /// A value, built once.
    pub(super) fn value(&self, index: usize) -> Option<&Value> {
        let member = self.members.get(index)?;
        let build = || json::value(member.value.in_text(&self.text)).unwrap_or_default();
        Some(member.built.get_or_init(|| Box::new(build())))
    }

    /// A value, if it is a string.
    pub(super) fn string(&self, index: usize) -> Option<&str> {
        let written = self.written(index)?.strip_prefix('"')?.strip_suffix('"')?;
        match Text::of_valid(written).plain() {
            Some(plain) => Some(plain),
            None => self.value(index)?.as_str(),
        }
    }

    /// All members as an object.
    pub(super) fn to_object(&self) -> Map<String, Value> {
        let member = |(index, name): (usize, Text<'_>)| {
            Some((name.decoded().into_owned(), self.value(index)?.clone()))
        };
        self.names().enumerate().filter_map(member).collect()
    }
}

impl TextSpan {
    fn new(start: usize, length: usize) -> Self {
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(start.saturating_add(length)) }
    }

    fn of(part: &str, text: &str) -> Self {
        let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        Self::new(start, part.len())
    }

    fn appended(text: &mut String, part: &str) -> Self {
        let place = Self::new(text.len(), part.len());
        text.push_str(part);
        place
    }

    fn within_quotes(self) -> Self {
        Self { start: self.start.saturating_add(1), end: self.end.saturating_sub(1) }
    }

    fn in_text(self, text: &str) -> &str {
        let wide = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        text.get(wide(self.start)..wide(self.end)).unwrap_or_default()
    }
}
