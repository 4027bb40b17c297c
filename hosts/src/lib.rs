//! What hosts of tollgate bring themselves. Copy what you need.

pub mod demo;
pub mod greeter;
pub mod reqwest_transport;
pub mod sqlite_store;
pub mod ureq_transport;
