//! What a host brings for tollgate, in files to be copied.

pub mod reqwest_transport;
pub mod sqlite_store;
pub mod ureq_transport;
