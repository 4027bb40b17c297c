//! How headers become values of components.

use std::collections::HashMap;

/// The types of structured fields (RFC 9651 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// An item.
    Item,
    /// A list.
    List,
    /// A dictionary.
    Dictionary,
}

/// What becomes of a line break within the value of a covered header (RFC 9112 section 5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ObsoleteFolding {
    /// The component has no canonical value. A server must refuse such a line, or unfold it before
    /// anyone reads it.
    #[default]
    Refuse,
    /// The break and the white space around it count as one space (RFC 9421 section 2.1).
    Unfold,
}

/// How headers become values of components: which type a structured field has, and whether lines
/// may be folded.
///
/// The parameters `sf` and `key` need the type of a field. Those that requests, responses and
/// signatures commonly have are known.
///
/// ```
/// use tollgate::http_signature::{FieldRules, FieldType};
///
/// let rules = FieldRules::default().with_field("Example-Dict", FieldType::Dictionary);
/// assert_eq!(rules.field_type("example-dict"), Some(FieldType::Dictionary));
/// assert_eq!(rules.field_type("priority"), Some(FieldType::Dictionary));
/// assert_eq!(rules.field_type("accept"), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct FieldRules {
    types: HashMap<String, FieldType>,
    folding: ObsoleteFolding,
}

impl FieldRules {
    /// Adds the type of a field, or sets another than is known.
    pub fn with_field(mut self, name: &str, field_type: FieldType) -> Self {
        self.types.insert(name.to_ascii_lowercase(), field_type);
        self
    }

    /// Sets what becomes of folded lines; they are refused by default.
    pub fn obsolete_folding(mut self, folding: ObsoleteFolding) -> Self {
        self.folding = folding;
        self
    }

    /// The type of the field with this name, which is in lower case.
    pub fn field_type(&self, name: &str) -> Option<FieldType> {
        let own = self.types.get(name).copied();
        own.or_else(|| {
            REGISTERED.iter().find(|(_, names)| names.contains(&name)).map(|(known, _)| *known)
        })
    }

    pub(super) fn folding(&self) -> ObsoleteFolding {
        self.folding
    }
}

/// The structured fields of the registry of HTTP field names that are in use, and `signature-agent`
/// of the draft of Web Bot Auth.
const REGISTERED: [(FieldType, &[&str]); 3] = [
    (
        FieldType::Dictionary,
        &[
            "accept-signature",
            "cdn-cache-control",
            "content-digest",
            "priority",
            "repr-digest",
            "signature",
            "signature-agent",
            "signature-input",
            "use-as-dictionary",
            "want-content-digest",
            "want-repr-digest",
        ],
    ),
    (FieldType::List, &["accept-ch", "cache-status", "client-cert-chain", "proxy-status"]),
    (
        FieldType::Item,
        &[
            "available-dictionary",
            "client-cert",
            "cross-origin-embedder-policy",
            "cross-origin-opener-policy",
            "deprecation",
            "dictionary-id",
            "origin-agent-cluster",
        ],
    ),
];
