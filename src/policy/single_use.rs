//! What works once, in several interceptors of a file.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::policy::policy_error::PolicyError;

/// An interceptor's use of a store of what was used.
pub(super) struct SingleUse<'p> {
    pub(super) store: &'p str,
    /// How long a use is remembered.
    pub(super) span: Duration,
    /// The member that says so; each kind of what is used has its own.
    pub(super) member: &'static str,
}

/// Refuses two spans for one kind of use in one store: what the shorter one forgets, the longer one
/// would admit again. Each use comes with the path of its interceptor.
pub(super) fn judge<'p>(
    uses: impl IntoIterator<Item = (String, SingleUse<'p>)>,
) -> Result<(), PolicyError> {
    let mut spans = BTreeMap::new();
    for (interceptor, SingleUse { store, span, member }) in uses {
        let path = format!("{interceptor}.{member}");
        let (first, first_path) =
            spans.entry((store, member)).or_insert_with(|| (span, path.clone()));
        if *first != span {
            let found = format!("another time than `{first_path}`");
            let expected = "the same in all that share a store of what was used";
            return Err(PolicyError::new(path, found, expected));
        }
    }
    Ok(())
}
