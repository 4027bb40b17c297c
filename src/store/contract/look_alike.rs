//! Ids that some store may take for one another.

/// Longer than the columns of most schemas, and shorter than the header lines of most servers.
const LONG: usize = 5000;

/// Two ids that differ.
pub(super) struct LookAlike {
    /// In what.
    pub(super) difference: &'static str,
    pub(super) one: String,
    pub(super) other: String,
}

impl LookAlike {
    /// Whether both could be opaque tokens.
    pub(super) fn is_of_tokens(&self) -> bool {
        let is_token =
            |id: &str| id.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'&');
        is_token(&self.one) && is_token(&self.other)
    }

    /// Whether a store may be unable to keep them.
    pub(super) fn is_odd(&self) -> bool {
        let is_odd = |id: &str| id.len() >= LONG || id.contains('\0');
        is_odd(&self.one) || is_odd(&self.other)
    }
}

/// Ids of `run`, a number in digits; those of another number are others. No id is `one` here and
/// `other` there.
pub(super) fn look_alikes(run: &str) -> Vec<LookAlike> {
    let id = format!("contract-{run}-app");
    let long = id.clone() + &"x".repeat(LONG);
    let beside = |difference, other| LookAlike { difference, one: id.clone(), other };
    let around = [
        beside("case", id.to_uppercase()),
        beside("the case of one letter", format!("Contract-{run}-app")),
        beside("a prefix", format!("contract-{run}-ap")),
        beside("a suffix", format!("{id}s")),
        beside("a space before", format!(" {id}")),
        beside("a space behind", format!("{id} ")),
        beside("a tab behind", format!("{id}\t")),
        beside("a line end behind", format!("{id}\n")),
        beside("a no-break space behind", format!("{id}\u{a0}")),
        beside("a NUL behind", format!("{id}\0")),
        beside("what follows a NUL", format!("{id}\0s")),
        beside("a byte order mark before", format!("\u{feff}{id}")),
        beside("a character of no width", format!("{id}\u{200b}")),
        beside("a soft hyphen", format!("contract\u{ad}-{run}-app")),
        beside("the form of a dash", format!("contract\u{2010}{run}-app")),
        beside("single quotes", format!("'{id}'")),
        beside("double quotes", format!("\"{id}\"")),
        beside("a quote behind", format!("{id}'")),
        beside("a backslash behind", format!("{id}\\")),
        beside("a backslash before a letter", format!("contract-{run}-\\app")),
        beside("a percent for the rest", format!("contract-{run}-%")),
        beside("an underscore for one character", format!("contract-{run}_app")),
        beside("a star for the rest", format!("contract-{run}-*")),
        beside("a question mark for one character", format!("contract-{run}-ap?")),
        beside("a full stop for one character", format!("contract-{run}-ap.")),
        beside("a pattern", format!("^contract-{run}-.*$")),
        beside("percent encoding", format!("contract%2D{run}-app")),
        beside("a slash behind", format!("{id}/")),
        beside("a path", format!("x/../{id}")),
        beside("a colon behind", format!("{id}:")),
        beside("SQL that is always true", format!("{id}' OR '1'='1")),
        beside("SQL that ends a statement", format!("{id}'; SELECT 1; --")),
        beside("SQL that joins another row", format!("' UNION SELECT '{id}")),
        beside("a comment of SQL", format!("{id}/**/")),
        beside("a document in place of a text", format!("{{\"$gt\":\"contract-{run}\"}}")),
    ];
    let pair = |difference, one: &str, other: &str| LookAlike {
        difference,
        one: format!("{id}-{one}"),
        other: format!("{id}-{other}"),
    };
    let apart = [
        pair("a plus for a space", "a b", "a+b"),
        pair("Unicode normal form (é, composed or not)", "\u{e9}", "e\u{301}"),
        pair("Unicode compatibility (a ligature)", "\u{fb01}", "fi"),
        pair("width", "A", "\u{ff21}"),
        pair("an accent", "o", "\u{f6}"),
        pair("Unicode case", "ß", "SS"),
        pair("the case of a dotless i", "I", "\u{131}"),
        pair("a letter of another alphabet", "a", "\u{430}"),
        pair("a character outside the basic plane", "\u{1f600}", "\u{1f601}"),
        pair("what a NUL parts", "a\0b", "a\0c"),
    ];
    let numbers = [
        LookAlike { difference: "a leading zero", one: run.into(), other: format!("0{run}") },
        LookAlike { difference: "a fraction of zero", one: run.into(), other: format!("{run}.0") },
        LookAlike { difference: "a sign", one: run.into(), other: format!("+{run}") },
    ];
    let long = LookAlike {
        difference: "the last of 5000 bytes",
        one: format!("{long}a"),
        other: format!("{long}b"),
    };
    around.into_iter().chain(apart).chain(numbers).chain([long]).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_id_is_on_both_sides() {
        let pairs = look_alikes("7");
        let ones: BTreeSet<_> = pairs.iter().map(|pair| &pair.one).collect();
        let others: BTreeSet<_> = pairs.iter().map(|pair| &pair.other).collect();
        assert!(ones.is_disjoint(&others));
        assert_eq!(others.len(), pairs.len());
        assert!(pairs.iter().filter(|pair| pair.is_of_tokens()).count() > 20);
        assert_eq!(pairs.iter().filter(|pair| pair.is_odd()).count(), 4);
    }
}
