//! What a host needs to test its gate in CI (feature `testing`).
//!
//! [`TokenForge`] signs JWTs with fixed keys: good ones, and one for each [`JwtDefect`].
//! [`assert_admitted!`](crate::assert_admitted) and [`assert_refused!`](crate::assert_refused)
//! print the explanation of the gate where they fail. [`store::contract`](crate::store::contract)
//! checks a store of your own.
//!
//! # Security
//! The keys are public: nothing may trust them outside of tests.

mod assertions;
mod forge;
mod jwt_defect;

pub use forge::TokenForge;
pub use jwt_defect::JwtDefect;
