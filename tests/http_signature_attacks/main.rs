//! Attacks on HTTP message signatures: each is refused with its own reason, checked or rehearsed.

mod clients;
mod coverage;
mod fields;
mod flips;
mod moved;
mod nonces;
mod parameters;
mod signed;
