//! Reads members, and says where and why one cannot be read.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;
use serde_json::Value;

use crate::policy::choice::NotAChoice;
use crate::policy::left_out::PartName;
use crate::policy::near::{is_plain, may_be_shown, nearest, shown};
use crate::policy::node::Node;
use crate::policy::path::joined;
use crate::policy::policy_error::{PolicyError, one_of};
use crate::policy::span::TimeSpan;
use crate::time::parse_span;

/// How many values a list may have: what is compared each with each stays fast.
const LIST_LIMIT: usize = 1024;

type Reading<T> = Result<T, PolicyError>;

/// A value of the file, and the path to it.
pub(super) struct At<'n> {
    path: String,
    node: &'n Node,
}

impl<'n> At<'n> {
    /// The whole file, or a part of it under this path.
    pub(super) fn new(path: impl Into<String>, node: &'n Node) -> Self {
        Self { path: path.into(), node }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.node, Node::Table(_))
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.node, Node::List(_))
    }

    /// An error here.
    pub(super) fn refused(&self, found: impl Into<String>, expected: &str) -> PolicyError {
        PolicyError::new(self.path.clone(), found, expected)
    }

    fn not(&self, expected: &str) -> PolicyError {
        self.refused(self.node.kind(), expected)
    }

    /// A text.
    pub(super) fn text(self) -> Reading<&'n str> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.not("a text")),
        }
    }

    /// A text that is not empty.
    pub(super) fn filled_text(self, expected: &str) -> Reading<String> {
        match self.node {
            Node::Text(text) if text.is_empty() => Err(self.refused("an empty text", expected)),
            _ => self.owned(),
        }
    }

    /// A text that is kept.
    pub(super) fn owned(self) -> Reading<String> {
        self.text().map(str::to_owned)
    }

    /// The name of a part, which the host registered under it.
    pub(super) fn reference(self) -> Reading<String> {
        let expected =
            "the name under which the host registers it, at most 40 letters, digits and `-_.`";
        match self.node {
            Node::Text(name) if is_plain(name) => Ok(name.clone()),
            Node::Text(_) => {
                let found = "a text that is not a name; keys, secrets and certificates are never in the file";
                Err(self.refused(found, expected))
            }
            _ => Err(self.not(expected)),
        }
    }

    /// A whole number.
    pub(super) fn count(self) -> Reading<u32> {
        match self.node {
            Node::Whole(number) => {
                u32::try_from(*number).map_err(|_| self.not("a whole number below 4294967296"))
            }
            _ => Err(self.not("a whole number, not negative")),
        }
    }

    /// A time with its unit.
    pub(super) fn span(self) -> Reading<Duration> {
        let expected =
            "a time with its unit, such as \"500ms\", \"30s\", \"20m\", \"1h\" or \"7d\"";
        match self.node {
            Node::Text(text) => {
                parse_span(text).ok_or_else(|| self.refused(shown(text, &[]), expected))
            }
            _ => Err(self.not(expected)),
        }
    }

    /// One of a few names.
    pub(super) fn choice<T: DeserializeOwned>(self) -> Reading<T> {
        let name = if let Node::Text(name) = self.node { name } else { "" };
        T::deserialize(StrDeserializer::new(name)).map_err(|NotAChoice(names)| match self.node {
            Node::Text(_) => PolicyError::not_one_of(self.path, name, names),
            _ => self.not(&one_of(names)),
        })
    }

    /// A list, each of its values read alike.
    pub(super) fn list<T>(self, read: impl Fn(At<'n>) -> Reading<T>) -> Reading<Vec<T>> {
        let Node::List(nodes) = self.node else {
            return Err(self.not("a list"));
        };
        if nodes.len() > LIST_LIMIT {
            let found = format!("a list of {} values", nodes.len());
            return Err(self.refused(found, "at most 1024 values"));
        }
        let at = |(index, node)| Self::new(format!("{}[{index}]", self.path), node);
        nodes.iter().enumerate().map(at).map(read).collect()
    }

    /// A list that is not empty.
    pub(super) fn filled_list<T>(
        self,
        expected: &str,
        read: impl Fn(At<'n>) -> Reading<T>,
    ) -> Reading<Vec<T>> {
        match self.node {
            Node::List(nodes) if nodes.is_empty() => Err(self.refused("an empty list", expected)),
            _ => self.list(read),
        }
    }

    /// Any value that JSON can have.
    pub(super) fn json(self) -> Reading<Value> {
        Ok(match self.node {
            Node::Null => Value::Null,
            Node::Truth(truth) => Value::Bool(*truth),
            Node::Whole(number) => Value::from(*number),
            Node::Number(number) => Value::Number(number.clone()),
            Node::Text(text) => Value::from(text.as_str()),
            Node::List(_) => Value::Array(self.list(At::json)?),
            Node::Table(_) => {
                let members = self.members()?.all()?.into_iter();
                let read = |(name, at): (&str, At<'n>)| Ok((name.to_owned(), at.json()?));
                Value::Object(members.map(read).collect::<Reading<_>>()?)
            }
            Node::Foreign(_) => return Err(self.not("a value that JSON can have")),
        })
    }

    /// The members of a table.
    pub(super) fn members(self) -> Reading<PolicyMembers<'n>> {
        let Node::Table(entries) = self.node else {
            return Err(self.not("a table"));
        };
        Ok(PolicyMembers { path: self.path, entries, known: Vec::new() })
    }
}

/// The members of a table, which are read one by one.
pub(super) struct PolicyMembers<'n> {
    path: String,
    entries: &'n [(String, Node)],
    known: Vec<&'static str>,
}

impl<'n> PolicyMembers<'n> {
    /// The path to a member that may be in this table.
    pub(super) fn path_of(&self, name: &'static str) -> String {
        joined(&self.path, name)
    }

    /// Whether there is a member of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| known == name)
    }

    /// The member of this name, which must not appear twice.
    fn find(&mut self, name: &'static str) -> Reading<Option<At<'n>>> {
        self.known.push(name);
        let path = self.path_of(name);
        let mut named = self.entries.iter().filter(|(known, _)| known == name);
        match (named.next(), named.next()) {
            (_, Some(_)) => Err(twice(path)),
            (first, None) => Ok(first.map(|(_, node)| At::new(path, node))),
        }
    }

    /// A member that may be left out.
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(At<'n>) -> Reading<T>,
    ) -> Reading<Option<T>> {
        self.find(name)?.map(read).transpose()
    }

    /// A member that must be there.
    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(At<'n>) -> Reading<T>,
    ) -> Reading<T> {
        self.optional(name, read)?.ok_or_else(|| self.missing(name, expected))
    }

    /// A member that is not there: perhaps under another name, or with a value in place of a name.
    pub(super) fn missing(&self, name: &'static str, expected: &str) -> PolicyError {
        let meant = |(other, _): &&(String, Node)| {
            let is_other = !self.known.contains(&other.as_str());
            is_other && (nearest(other, &[name]).is_some() || holds_a_secret(other))
        };
        match self.entries.iter().find(meant) {
            Some((other, _)) => self.unknown(other, &[name]),
            None => PolicyError::new(self.path_of(name), "nothing", expected),
        }
    }

    /// An error about a member that nobody asks for; `names` are those that were.
    fn unknown(&self, name: &str, names: &[&str]) -> PolicyError {
        let known = if may_be_shown(name, names) { name } else { "?" };
        let (path, found) = (joined(&self.path, known), "an unknown member");
        if holds_a_secret(name) {
            let expected =
                "a reference by name: keys, secrets and certificates are never in the file";
            return PolicyError::new(path, found, expected);
        }
        PolicyError::new(path, found, one_of(names)).meaning(name, names)
    }

    /// A list that is empty where it is left out.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(At<'n>) -> Reading<T>,
    ) -> Reading<Vec<T>> {
        Ok(self.optional(name, |at| at.list(read))?.unwrap_or_default())
    }

    /// A time with its unit, unless it is the one where it is left out.
    pub(super) fn span(
        &mut self,
        name: &'static str,
        left_out: Duration,
    ) -> Reading<Option<TimeSpan>> {
        let written = self.optional(name, At::span)?;
        Ok(written.filter(|span| *span != left_out).map(TimeSpan))
    }

    /// The name of a part; `default` where it is left out.
    pub(super) fn part(&mut self, name: &'static str) -> Reading<PartName> {
        Ok(self.optional(name, At::reference)?.map(PartName).unwrap_or_default())
    }

    /// All members, whatever their names, none of which may appear twice.
    pub(super) fn all(self) -> Reading<Vec<(&'n str, At<'n>)>> {
        let mut seen = BTreeSet::new();
        let read = |(name, node): &'n (String, Node)| {
            let path = joined(&self.path, if is_in_path(name) { name } else { "?" });
            let is_first = seen.insert(name.as_str());
            if is_first { Ok((name.as_str(), At::new(path, node))) } else { Err(twice(path)) }
        };
        self.entries.iter().map(read).collect()
    }

    /// Refuses members that were not asked for.
    pub(super) fn finish(mut self) -> Reading<()> {
        let unknown = self.entries.iter().find(|(name, _)| !self.known.contains(&name.as_str()));
        let Some((name, _)) = unknown else { return Ok(()) };
        self.known.sort_unstable();
        self.known.dedup();
        Err(self.unknown(name, &self.known))
    }
}

fn holds_a_secret(name: &str) -> bool {
    // The id of a key is a member of its own, and no secret.
    let parts = ["secret", "password", "pem", "jwk", "private", "key_"];
    name != "key_id" && parts.iter().any(|part| name.contains(part))
}

/// Whether a name that the writer of the file made up can be told from what a path has around it.
fn is_in_path(name: &str) -> bool {
    is_plain(name) && !name.contains('.')
}

fn twice(path: String) -> PolicyError {
    PolicyError::new(path, "a second member of this name", "one")
}
