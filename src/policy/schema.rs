//! The JSON Schema of policy files.

/// The JSON Schema (draft 2020-12) of a file that [`Policies`](crate::policy::Policies) reads, for
/// editors and checks in CI.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(tollgate::policy::schema()).unwrap();
/// assert_eq!(schema["title"], "Policies");
/// ```
pub const fn schema() -> &'static str {
    include_str!("../../docs/policy.schema.json")
}

#[cfg(test)]
mod tests {
    /// The schema in docs names the algorithms of all features.
    #[cfg(feature = "aws-lc-rs")]
    #[test]
    fn the_schema_in_docs_is_that_of_the_code() {
        let generated = schemars::schema_for!(crate::policy::policies::Policies);
        let written = serde_json::to_string_pretty(&generated).unwrap() + "\n";
        assert!(written == super::schema(), "docs/policy.schema.json must be:\n{written}");
    }
}
