//! The parameters of a query, encoded in one way (RFC 9421 section 2.2.8).

use std::collections::HashMap;

use crate::http_signature::derived::{encoded, path_and_query};
use crate::http_signature::http_signature_error::ComponentProblem;
use crate::reading::{form_decoded, query_pairs};
use crate::request::Request;

/// Values by their names, both encoded; found once for all components.
pub(super) struct QueryValues(HashMap<String, QueryValue>);

enum QueryValue {
    Once(String),
    Repeated,
}

impl QueryValues {
    /// Reads all parameters. A pair that cannot be decoded to text may be any parameter, so then
    /// none has a canonical value.
    pub(super) fn of(request: &dyn Request) -> Result<Self, ComponentProblem> {
        let target = request.target();
        let (_, query) = path_and_query(&target)?;
        let mut values = HashMap::new();
        for pair in query_pairs(query).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = QueryValue::Once(in_one_spelling(value)?);
            values
                .entry(in_one_spelling(name)?)
                .and_modify(|present| *present = QueryValue::Repeated)
                .or_insert(value);
        }
        Ok(Self(values))
    }

    /// The encoded value of the one parameter with this encoded name.
    pub(super) fn get(&self, name: &str) -> Result<&str, ComponentProblem> {
        match self.0.get(name) {
            None => Err(ComponentProblem::Absent),
            Some(QueryValue::Once(value)) => Ok(value),
            Some(QueryValue::Repeated) => Err(ComponentProblem::NotCanonical),
        }
    }
}

fn in_one_spelling(text: &str) -> Result<String, ComponentProblem> {
    let decoded = form_decoded(text.as_bytes()).map_err(|_| ComponentProblem::NotCanonical)?;
    match str::from_utf8(&decoded) {
        Ok(_) => Ok(encoded(&decoded)),
        Err(_) => Err(ComponentProblem::NotCanonical),
    }
}
