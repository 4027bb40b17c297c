//! Signatures of agents: what is attributed, what is not, and to whom.

mod attribution;
mod coverage;
mod outcomes;
mod parameters;
mod signer;
