//! Mistakes in what a certificate shall contain.

use crate::config_error::{ConfigError, Problem};
use crate::crypto::KeyError;

const NAME: &str = "certificate parameters";

pub(super) fn out_of_bounds(field: &'static str, bounds: &'static str) -> ConfigError {
    ConfigError::new(NAME, field, Problem::OutOfBounds { bounds })
}

pub(super) fn key_refused(error: KeyError) -> ConfigError {
    ConfigError::new(NAME, "key", Problem::Key(error))
}
