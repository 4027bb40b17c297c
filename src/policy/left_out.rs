//! Members that need not be written, since they say what is so without them.

use serde::Serialize;

/// Whether a member says what is so without it.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The name of a part of which most hosts have one of its kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(inline))]
#[serde(transparent)]
pub(super) struct PartName(pub(super) String);

impl Default for PartName {
    fn default() -> Self {
        Self("default".to_owned())
    }
}
