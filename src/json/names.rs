//! The names of the members of one object.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::json::text::Text;

/// How many names are compared one by one, in memory that costs nothing.
const INLINE_NAMES: usize = 16;

/// Names that have been seen. Objects with many are searched in logarithmic time, so that reading
/// stays nearly linear in the length of the text.
pub(super) struct Names<'t> {
    few: [Cow<'t, str>; INLINE_NAMES],
    count: usize,
    many: BTreeSet<Cow<'t, str>>,
}

impl<'t> Names<'t> {
    /// Adds a name; `false` if it is there already.
    pub(super) fn add(&mut self, name: Text<'t>) -> bool {
        let name = name.decoded();
        if self.few.iter().take(self.count).any(|one| *one == name) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(free) => {
                *free = name;
                self.count = self.count.saturating_add(1);
                true
            }
            None => self.many.insert(name),
        }
    }
}

impl Default for Names<'_> {
    fn default() -> Self {
        Self { few: [const { Cow::Borrowed("") }; INLINE_NAMES], count: 0, many: BTreeSet::new() }
    }
}
