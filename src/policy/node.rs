//! A file of any format, before its members are read.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::policy::policy_error::PolicyError;

/// What the names and values of a file may take together, in bytes: its texts, and one for each
/// value. An alias of YAML counts as what it repeats.
const LARGEST: usize = 1 << 20;
/// How deep tables and lists may be nested, so that no stack overflows.
const DEEPEST: usize = 64;

/// The name by which the `toml` crate hands on a date, in place of a table.
const TOML_DATE: &str = "$__toml_private_datetime";

/// A value of a file. Members keep their order, and those that appear twice.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Null,
    Truth(bool),
    Whole(u64),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
    /// What no member can be, in words: a date, or a number that is not finite.
    Foreign(&'static str),
}

/// Why there is no node.
pub(super) enum NodeError<E> {
    /// The format cannot read it.
    Format(E),
    /// It is too large, or nested too deep.
    Limit(PolicyError),
}

impl Node {
    pub(super) fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, NodeError<D::Error>> {
        let limits = Limits { left: Cell::new(LARGEST), exceeded: Cell::new(None) };
        let seed = NodeSeed { limits: &limits, depth: 0 };
        seed.deserialize(deserializer).map_err(|error| match limits.exceeded.get() {
            Some((found, expected)) => NodeError::Limit(PolicyError::new("", found, expected)),
            None => NodeError::Format(error),
        })
    }

    /// What it is, in words that show nothing of it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Truth(_) => "a truth value",
            Self::Whole(_) | Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Foreign(kind) => kind,
        }
    }
}

/// What is left for the rest of the file, and which limit it has exceeded: what is wrong, and what
/// would be right.
struct Limits {
    left: Cell<usize>,
    exceeded: Cell<Option<(&'static str, &'static str)>>,
}

impl Limits {
    /// Makes room for a value, or for a text.
    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(self.exceed("more than 1 MiB of names and values", "a smaller file")),
        }
    }

    /// The error says nothing, since `read` has the words.
    fn exceed<E: Error>(&self, found: &'static str, expected: &'static str) -> E {
        self.exceeded.set(Some((found, expected)));
        E::custom("a limit of policy files")
    }
}

/// Reads one value, so many tables and lists deep.
#[derive(Clone, Copy)]
struct NodeSeed<'l> {
    limits: &'l Limits,
    depth: usize,
}

impl NodeSeed<'_> {
    /// The reader of what a table or a list holds.
    fn inside<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.saturating_add(1);
        if depth > DEEPEST {
            let found = "tables and lists nested more than 64 deep";
            return Err(self.limits.exceed(found, "fewer of them in each other"));
        }
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.limits.take(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy file")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Truth(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Whole(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(u64::try_from(number).map_or_else(|_| Node::Number(number.into()), Node::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        let foreign = Node::Foreign("a number that is not finite");
        Ok(serde_json::Number::from_f64(number).map_or(foreign, Node::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        self.limits.take(text.len())?;
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut nodes: A) -> Result<Node, A::Error> {
        let seed = self.inside()?;
        let mut list = Vec::new();
        while let Some(node) = nodes.next_element_seed(seed)? {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let seed = self.inside()?;
        let mut table = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == TOML_DATE {
                members.next_value::<IgnoredAny>()?;
                return Ok(Node::Foreign("a date"));
            }
            self.limits.take(name.len())?;
            table.push((name, members.next_value_seed(seed)?));
        }
        Ok(Node::Table(table))
    }
}
