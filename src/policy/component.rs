//! Components of messages in a file.

use serde::{Serialize, Serializer};

use crate::http_signature::Component;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;

const EXPECTED: &str =
    "a header, or what is derived, such as `date`, `@authority` or `\"priority\";key=\"u\"`";

/// A component of a request: its identifier as a signature has it, or its name alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ComponentPolicy(pub(super) Component<'static>);

impl ComponentPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let path = at.path().to_owned();
        let text = at.text()?;
        let component = if text.contains('"') {
            Component::parse(text)
        } else {
            Component::parse(&format!("\"{}\"", text.to_ascii_lowercase()))
        };
        let found = "a text that is not a component";
        component.map(Self).map_err(|_| PolicyError::new(path, found, EXPECTED))
    }
}

/// The name alone where there are no parameters, so that it needs no quotes in the file.
impl Serialize for ComponentPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, identifier) = (self.0.name_text(), self.0.identifier());
        let is_name = identifier.trim_matches('"') == name;
        serializer.serialize_str(if is_name { name } else { &identifier })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for ComponentPolicy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Component".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A component of a request: its identifier, or its name alone.",
            "type": "string",
            "minLength": 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::node::Node;

    #[test]
    fn a_component_is_written_as_briefly_as_it_can_be_read() {
        for (text, written) in [
            ("Date", "date"),
            ("@method", "@method"),
            ("\"@method\"", "@method"),
            ("\"date\"", "date"),
            ("\"priority\";key=\"u\"", "\"priority\";key=\"u\""),
            ("\"priority\";sf", "\"priority\";sf"),
            ("\"@query-param\";name=\"page\"", "\"@query-param\";name=\"page\""),
        ] {
            let read = |text: &str| {
                ComponentPolicy::read(At::new("", &Node::Text(text.to_owned()))).unwrap()
            };
            assert_eq!(serde_json::to_value(read(text)).unwrap(), written);
            assert_eq!(read(written), read(text));
        }
    }

    #[test]
    fn a_text_that_no_signature_can_cover_is_refused() {
        for text in ["", "@unknown", "a b", "date;sf", "\"Date\"", "a\";sf", "date\";key=\"a"] {
            let node = Node::Text(text.to_owned());
            assert!(ComponentPolicy::read(At::new("", &node)).is_err(), "{text}");
        }
    }
}
