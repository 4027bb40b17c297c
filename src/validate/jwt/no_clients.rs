//! The client store of validators that look none up.

use std::sync::Arc;

use crate::record::Client;
use crate::store::{ClientStore, ImmediateStore, StoreUnavailable};

/// The client store of a [`JwtValidation`](crate::JwtValidation) that looks none up.
#[derive(Clone, Copy, Debug)]
pub enum NoClients {}

impl ClientStore for NoClients {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        match *self {}
    }
}

impl ImmediateStore for NoClients {}
