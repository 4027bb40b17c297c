//! Which resources a record opens.

use serde::{Deserialize, Serialize};

use crate::record::name_set::NameSet;

/// Which resources a client or a grant is linked to; none if not said.
///
/// In JSON `"everything"`, or `{"only": ["orders"]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"everything\" or {\"only\": [resources]}")]
pub enum Access {
    /// Every resource, including those added later.
    Everything,
    /// These resources, by their exact names.
    Only(NameSet),
}

impl Access {
    /// Allows these resources and no others.
    pub fn only<R: Into<String>>(resources: impl IntoIterator<Item = R>) -> Self {
        Self::Only(resources.into_iter().map(Into::into).collect())
    }

    /// Whether this access includes `resource`.
    pub fn includes(&self, resource: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(resources) => resources.contains(resource),
        }
    }
}

/// No resource.
impl Default for Access {
    fn default() -> Self {
        Self::Only(NameSet::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_exactly_and_nothing_is_open_by_default() {
        let access = Access::only(["orders"]);
        assert!(access.includes("orders"));
        for other in ["Orders", "orders ", "order", "orders/1", ""] {
            assert!(!access.includes(other), "{other:?}");
        }
        assert!(!Access::default().includes("orders"));
        assert!(Access::Everything.includes("orders"));
    }
}
