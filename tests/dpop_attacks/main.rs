//! Attacks on tokens that are bound to a key, and on the proofs of it: rows 61 to 65 of the catalogue.

#[path = "../support/mod.rs"]
mod support;

mod bindings;
mod form;
mod nonces;
mod replay;
mod scheme;
mod settings;
mod story;
mod target;
