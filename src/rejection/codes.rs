//! Codes of several tables in one, made by the compiler.

/// Tables of `N` codes in all as one.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "the compiler evaluates it, and refuses a wrong count"
)]
pub(crate) const fn joined<const N: usize>(mut tables: &[&[&'static str]]) -> [&'static str; N] {
    let mut joined = [""; N];
    let mut next = 0;
    while let [table, later @ ..] = tables {
        let mut codes = *table;
        while let [code, rest @ ..] = codes {
            joined[next] = code;
            next += 1;
            codes = rest;
        }
        tables = later;
    }
    joined
}
