//! Identifiers of components (RFC 9421 section 2).

use std::borrow::Cow;
use std::fmt;

use crate::ascii::is_token;
use crate::http_signature::content_digest::CONTENT_DIGEST;
use crate::http_signature::derived::{DerivedComponent, encoded};
use crate::http_signature::http_signature_error::ComponentProblem;
use crate::structured_field::{BareItem, DuplicateKeys, Item};

/// The identifier of a component: a header, or what is derived from a message, with parameters.
///
/// Two identifiers are the same if they have the same name and the same parameters, in any order.
///
/// ```
/// use tollgate::http_signature::Component;
///
/// # fn main() -> Result<(), tollgate::http_signature::ComponentProblem> {
/// assert_eq!(Component::parse("\"@method\"")?, Component::METHOD);
/// assert_eq!(Component::field("Content-Type")?.identifier(), "\"content-type\"");
/// let parameter = Component::query_param("page no.");
/// assert_eq!(parameter.identifier(), "\"@query-param\";name=\"page%20no.\"");
/// assert!(Component::parse("\"Content-Type\"").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Component<'f> {
    name: ComponentName<'f>,
    parameters: Vec<ComponentParameter<'f>>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum ComponentName<'f> {
    Derived(DerivedComponent),
    Field(Cow<'f, str>),
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum ComponentParameter<'f> {
    /// `sf`: in the canonical spelling of a structured field.
    Structured,
    /// `bs`: each line wrapped as bytes.
    Wrapped,
    /// `key`: one member of a dictionary.
    Key(Cow<'f, str>),
    /// `name`: one parameter of the query.
    Name(Cow<'f, str>),
    /// `req`: of the request that a response answers.
    OfRequest,
}

impl Component<'static> {
    /// `@method`.
    pub const METHOD: Self = Self::derived(DerivedComponent::Method);
    /// `@target-uri`.
    pub const TARGET_URI: Self = Self::derived(DerivedComponent::TargetUri);
    /// `@authority`.
    pub const AUTHORITY: Self = Self::derived(DerivedComponent::Authority);
    /// `@scheme`.
    pub const SCHEME: Self = Self::derived(DerivedComponent::Scheme);
    /// `@request-target`.
    pub const REQUEST_TARGET: Self = Self::derived(DerivedComponent::RequestTarget);
    /// `@path`.
    pub const PATH: Self = Self::derived(DerivedComponent::Path);
    /// `@query`.
    pub const QUERY: Self = Self::derived(DerivedComponent::Query);
    /// `@status`, of responses.
    pub const STATUS: Self = Self::derived(DerivedComponent::Status);
    /// The header `content-digest`, by which a body is signed.
    pub const CONTENT_DIGEST: Self =
        Self { name: ComponentName::Field(Cow::Borrowed(CONTENT_DIGEST)), parameters: Vec::new() };

    const fn derived(name: DerivedComponent) -> Self {
        Self { name: ComponentName::Derived(name), parameters: Vec::new() }
    }

    /// The header of this name, in any case.
    ///
    /// # Errors
    /// [`ComponentProblem::Unknown`] if no header can have the name.
    pub fn field(name: &str) -> Result<Self, ComponentProblem> {
        if !is_token(name) {
            return Err(ComponentProblem::Unknown);
        }
        let name = ComponentName::Field(Cow::Owned(name.to_ascii_lowercase()));
        Ok(Self { name, parameters: Vec::new() })
    }

    /// The parameter of the query with this name, which is not encoded.
    pub fn query_param(name: &str) -> Self {
        let name = ComponentParameter::Name(Cow::Owned(encoded(name.as_bytes())));
        Self { parameters: vec![name], ..Self::derived(DerivedComponent::QueryParam) }
    }

    /// Reads an identifier as a signature has it: `"example-dict";key="a"`.
    ///
    /// # Errors
    /// [`ComponentProblem::Unknown`] if no component has it.
    pub fn parse(identifier: &str) -> Result<Self, ComponentProblem> {
        let item = Item::parse(identifier.as_bytes(), DuplicateKeys::Refuse);
        item.map_err(|_| ComponentProblem::Unknown)
            .and_then(|item| Component::from_item(&item).map(|component| component.owned()))
    }
}

impl<'f> Component<'f> {
    pub(super) fn from_item(item: &'f Item<'_>) -> Result<Self, ComponentProblem> {
        let BareItem::String(name) = &item.bare else { return Err(ComponentProblem::Unknown) };
        let parameters = item.parameters.iter().map(parameter).collect::<Option<Vec<_>>>();
        let parameters = parameters.ok_or(ComponentProblem::Unknown)?;
        let name = if name.starts_with('@') {
            DerivedComponent::named(name).map(ComponentName::Derived)
        } else {
            Some(ComponentName::Field(Cow::Borrowed(&**name))).filter(|_| is_lower_case_token(name))
        };
        let component = Self { name: name.ok_or(ComponentProblem::Unknown)?, parameters };
        if component.is_consistent() { Ok(component) } else { Err(ComponentProblem::Unknown) }
    }

    /// Whether the parameters are of this kind of component, and go together (sections 2.1, 2.2).
    fn is_consistent(&self) -> bool {
        let has_name = self.query_param_name().is_some();
        let is_altered = self.is_structured() || self.is_wrapped() || self.key().is_some();
        match self.name {
            ComponentName::Derived(name) => {
                !is_altered && has_name == (name == DerivedComponent::QueryParam)
            }
            ComponentName::Field(_) if has_name => false,
            ComponentName::Field(_) => {
                !self.is_wrapped() || !(self.is_structured() || self.key().is_some())
            }
        }
    }

    /// The same identifier, which borrows nothing.
    pub fn owned(&self) -> Component<'static> {
        let name = match &self.name {
            ComponentName::Derived(name) => ComponentName::Derived(*name),
            ComponentName::Field(name) => ComponentName::Field(Cow::Owned(name.to_string())),
        };
        let parameters = self.parameters.iter().map(ComponentParameter::owned).collect();
        Component { name, parameters }
    }

    /// The identifier as a signature has it.
    pub fn identifier(&self) -> String {
        let mut identifier = String::new();
        self.write_identifier(&mut identifier);
        identifier
    }

    pub(super) fn write_identifier(&self, text: &mut String) {
        text.extend(["\"", self.name_text(), "\""]);
        for parameter in &self.parameters {
            match parameter {
                ComponentParameter::Structured => text.push_str(";sf"),
                ComponentParameter::Wrapped => text.push_str(";bs"),
                ComponentParameter::OfRequest => text.push_str(";req"),
                ComponentParameter::Key(key) => write_quoted(text, ";key=", key),
                ComponentParameter::Name(name) => write_quoted(text, ";name=", name),
            }
        }
    }

    /// The same of the request that a response answers.
    pub(crate) fn with_req(mut self) -> Self {
        self.parameters.push(ComponentParameter::OfRequest);
        self
    }

    pub(super) fn to_item(&self) -> Item<'_> {
        let parameters = self.parameters.iter().map(ComponentParameter::written).collect();
        Item { bare: BareItem::String(Cow::Borrowed(self.name_text())), parameters }
    }

    /// Its name, without quotes and parameters.
    pub fn name_text(&self) -> &str {
        match &self.name {
            ComponentName::Derived(name) => name.text(),
            ComponentName::Field(name) => name,
        }
    }

    pub(super) fn name(&self) -> &ComponentName<'f> {
        &self.name
    }

    /// The key of the one member of a dictionary that it is.
    pub fn key(&self) -> Option<&str> {
        self.parameters.iter().find_map(|parameter| match parameter {
            ComponentParameter::Key(key) => Some(&**key),
            _ => None,
        })
    }

    pub(super) fn query_param_name(&self) -> Option<&str> {
        self.parameters.iter().find_map(|parameter| match parameter {
            ComponentParameter::Name(name) => Some(&**name),
            _ => None,
        })
    }

    pub(super) fn is_structured(&self) -> bool {
        self.parameters.contains(&ComponentParameter::Structured)
    }

    pub(super) fn is_wrapped(&self) -> bool {
        self.parameters.contains(&ComponentParameter::Wrapped)
    }

    /// Whether it is of the request that a response answers: `req` (section 2.4).
    pub(super) fn has_req(&self) -> bool {
        self.parameters.contains(&ComponentParameter::OfRequest)
    }

    /// Whether no signature of a request can cover it.
    pub(crate) fn belongs_to_response(&self) -> bool {
        self.has_req() || *self == Component::STATUS
    }
}

/// No parameter appears twice in one identifier, so as many that are all there are the same.
impl PartialEq<Component<'_>> for Component<'_> {
    fn eq(&self, other: &Component<'_>) -> bool {
        self.name == other.name
            && self.parameters.len() == other.parameters.len()
            && self.parameters.iter().all(|parameter| other.parameters.contains(parameter))
    }
}

impl Eq for Component<'_> {}

/// A field is named by the caller, so its name is not shown.
impl fmt::Debug for Component<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            ComponentName::Derived(name) => write!(f, "Component({})", name.text()),
            ComponentName::Field(_) => f.write_str("Component(field, redacted)"),
        }
    }
}

impl ComponentParameter<'_> {
    fn written(&self) -> (&'static str, BareItem<'_>) {
        match self {
            Self::Structured => ("sf", BareItem::Boolean(true)),
            Self::Wrapped => ("bs", BareItem::Boolean(true)),
            Self::OfRequest => ("req", BareItem::Boolean(true)),
            Self::Key(key) => ("key", BareItem::String(Cow::Borrowed(key))),
            Self::Name(name) => ("name", BareItem::String(Cow::Borrowed(name))),
        }
    }

    fn owned(&self) -> ComponentParameter<'static> {
        match self {
            Self::Structured => ComponentParameter::Structured,
            Self::Wrapped => ComponentParameter::Wrapped,
            Self::OfRequest => ComponentParameter::OfRequest,
            Self::Key(key) => ComponentParameter::Key(Cow::Owned(key.to_string())),
            Self::Name(name) => ComponentParameter::Name(Cow::Owned(name.to_string())),
        }
    }
}

/// One parameter; trailers (`tr`) are not read.
fn parameter<'f>((key, value): (&'f str, &'f BareItem<'_>)) -> Option<ComponentParameter<'f>> {
    Some(match (key, value) {
        ("sf", BareItem::Boolean(true)) => ComponentParameter::Structured,
        ("bs", BareItem::Boolean(true)) => ComponentParameter::Wrapped,
        ("req", BareItem::Boolean(true)) => ComponentParameter::OfRequest,
        ("key", BareItem::String(key)) => ComponentParameter::Key(Cow::Borrowed(&**key)),
        ("name", BareItem::String(name)) => ComponentParameter::Name(Cow::Borrowed(&**name)),
        _ => return None,
    })
}

fn is_lower_case_token(name: &str) -> bool {
    is_token(name) && !name.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// A string of structured fields, whose text was read from one or is encoded.
fn write_quoted(text: &mut String, before: &str, value: &str) {
    text.push_str(before);
    text.push('"');
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
}
