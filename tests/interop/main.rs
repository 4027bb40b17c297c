//! Other implementations agree: what the packages `http-message-sig`, `web-bot-auth` and `dpop` sign
//! verifies here, what is signed here verifies there, and neither accepts what was changed since.
//!
//! Needs Node, and the packages: `npm ci --prefix tests/interop`.

mod agents;
mod node;
mod proofs;
mod requests;
mod signatures;
