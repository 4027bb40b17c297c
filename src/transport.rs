//! The one thing a host must do for tollgate to learn something over the network: send a request.
//!
//! Tollgate opens no socket. It says what to ask in a [`TransportRequest`] and judges the
//! [`TransportResponse`]; a [`Transport`] of the host sends the one and hands over the other, or
//! says [`TransportUnavailable`]. [`transport_fn`] makes a transport of a closure.

mod contract;
mod function;
mod request;
mod response;
mod server_url;

pub use contract::{Transport, TransportUnavailable};
pub use function::{TransportFn, transport_fn};
pub use request::{Method, TransportRequest};
pub use response::TransportResponse;
pub use server_url::ServerUrl;
