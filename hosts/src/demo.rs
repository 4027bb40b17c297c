//! What all hosts here have in common: the gates by path, the records behind them, and how a host starts.
//!
//! The keys and secrets are in this repository, so they guard nothing.

mod answer;
mod clock;
mod credentials;
mod gates;
mod page;
mod records;
mod start;

pub use answer::{BODY_LIMIT, TEXT, too_large, welcome};
pub use clock::DemoClock;
pub use credentials::{
    AUDIENCE, Credentials, DESTINATION, FOREIGN_ORIGIN, ISSUER, SCOPE, SECRET, SESSION,
};
pub use gates::Gates;
pub use page::Page;
pub use records::{ORDERS, Records};
pub use start::Demo;
