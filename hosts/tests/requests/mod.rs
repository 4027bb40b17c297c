//! The requests that every host must answer alike, with what each must be answered.

mod bodies;
mod browsers;
mod clients;
mod tokens;

use crate::support::sent::Sent;

/// In this order: what works once is used in it.
pub fn all() -> Vec<Sent> {
    [clients::all(), tokens::all(), browsers::all(), bodies::all()].concat()
}
