//! `Signature-Agent`: which agents a request names.

use std::borrow::Cow;

use crate::reading::headers;
use crate::record::AgentUrl;
use crate::rejection::AgentReason;
use crate::request::Request;
use crate::structured_field::{BareItem, Dictionary, DuplicateKeys, FieldMember, Item, joined};

/// The header field.
pub(super) const FIELD: &str = "signature-agent";

/// The one type of discovery that is supported: the directory at the agent's origin.
const DIRECTORY: &str = "directory";

/// The value of `Signature-Agent`, as it was received.
pub(super) struct SignatureAgent<'r>(Cow<'r, [u8]>);

impl<'r> SignatureAgent<'r> {
    pub(super) fn of(request: &'r dyn Request) -> Self {
        Self(joined(headers(request, FIELD)))
    }

    /// A bare string begins with a quote, which no key of a dictionary does.
    pub(super) fn is_bare(&self) -> bool {
        self.0.trim_ascii_start().starts_with(b"\"")
    }

    /// The agent that the member `key` names.
    pub(super) fn member(&self, key: &str) -> Result<AgentUrl, AgentReason> {
        let dictionary =
            Dictionary::parse(&self.0, DuplicateKeys::Refuse).map_err(|_| MALFORMED)?;
        match dictionary.members.get(key) {
            Some(FieldMember::Item(item)) => agent(item),
            Some(FieldMember::InnerList(_)) => Err(MALFORMED),
            None => Err(AgentReason::NotNamed),
        }
    }

    /// The agent that a bare string names.
    pub(super) fn bare(&self) -> Result<AgentUrl, AgentReason> {
        agent(&Item::parse(&self.0, DuplicateKeys::Refuse).map_err(|_| MALFORMED)?)
    }
}

const MALFORMED: AgentReason = AgentReason::Malformed { field: "Signature-Agent" };

/// The URL of an item, if its keys are in a directory. A mechanism is never guessed from the URL.
fn agent(item: &Item<'_>) -> Result<AgentUrl, AgentReason> {
    let is_directory = match item.parameters.get("type") {
        None => true,
        Some(BareItem::Token(name)) => name == DIRECTORY,
        Some(_) => return Err(MALFORMED),
    };
    let BareItem::String(url) = &item.bare else { return Err(MALFORMED) };
    if !is_directory {
        return Err(AgentReason::Discovery);
    }
    AgentUrl::parse(url).map_err(|_| AgentReason::Url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::PlainRequest;

    fn lines(lines: &[&str]) -> PlainRequest {
        let request = PlainRequest::new("GET", "/");
        lines.iter().fold(request, |request, line| request.with_header("Signature-Agent", *line))
    }

    fn member(value: &[&str], key: &str) -> Result<String, AgentReason> {
        let request = lines(value);
        SignatureAgent::of(&request).member(key).map(|agent| agent.as_str().to_owned())
    }

    #[test]
    fn a_member_names_the_agent_of_its_own_label() {
        let two = [r#"a="https://a.example", b="https://b.example";type=directory"#];
        assert_eq!(member(&two, "a").unwrap(), "https://a.example");
        assert_eq!(member(&two, "b").unwrap(), "https://b.example");
        assert_eq!(member(&two, "c"), Err(AgentReason::NotNamed));
        let lines = [r#"a="https://a.example""#, r#"b="https://b.example""#];
        assert_eq!(member(&lines, "b").unwrap(), "https://b.example");
        assert_eq!(member(&[], "a"), Err(AgentReason::NotNamed));
    }

    #[test]
    fn what_is_not_the_url_of_an_agent_is_told_apart_from_what_cannot_be_read() {
        for (value, expected) in [
            (r#"a="https://10.0.0.1""#, AgentReason::Url),
            (r#"a="https://a.example:8443""#, AgentReason::Url),
            (r#"a="https://a.example/path""#, AgentReason::Url),
            (r#"a="https://u@a.example""#, AgentReason::Url),
            (r#"a="http://a.example""#, AgentReason::Url),
            (r#"a="data:application/json,{}""#, AgentReason::Url),
            (r#"a="https://a.example/jwks.json";type=jwks_uri"#, AgentReason::Discovery),
            (r#"a="https://a.example/card";type=cimd"#, AgentReason::Discovery),
            (r#"a="https://a.example";type=Directory"#, AgentReason::Discovery),
            (r#"a="https://a.example";type="directory""#, MALFORMED),
            ("a=https://a.example", MALFORMED),
            ("a", MALFORMED),
            (r#"a=("https://a.example")"#, MALFORMED),
            (r#"a="https://a.example"#, MALFORMED),
            (r#"a="https://b.example", a="https://a.example""#, MALFORMED),
            (r#""https://a.example""#, MALFORMED),
        ] {
            assert_eq!(member(&[value], "a"), Err(expected), "{value}");
        }
    }

    #[test]
    fn a_bare_string_is_recognised_by_its_quote() {
        let bare = |value: &str| {
            let request = lines(&[value]);
            let field = SignatureAgent::of(&request);
            field.is_bare().then(|| field.bare().map(|agent| agent.as_str().to_owned()))
        };
        assert_eq!(bare(r#""https://a.example""#), Some(Ok("https://a.example".to_owned())));
        assert_eq!(bare(r#""https://a.example", "https://b.example""#), Some(Err(MALFORMED)));
        assert_eq!(bare(r#""https://a.example:1""#), Some(Err(AgentReason::Url)));
        assert_eq!(bare(r#"a="https://a.example""#), None);
    }
}
