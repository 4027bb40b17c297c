//! A kit for the unit tests of hosts (feature `testing`).
//!
//! [`TokenForge`] has fixed keys, a fixed instant, an issuer and an audience. It makes what a gate
//! admits, and by the names of [`Defect`] all that a gate refuses. [`assert_admitted!`] and
//! [`assert_refused!`] print how the gate explains itself when they fail. [`contract`] holds
//! interceptors of your own to what gates expect of them.
//!
//! ```
//! use tollgate::testing::{Defect, TokenForge};
//! use tollgate::{Element, Gate, JwtValidation, assert_admitted, assert_refused};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let forge = TokenForge::new()?;
//! let gate = Gate::builder(forge.clock())
//!     .with(JwtValidation::new(Element::bearer(), forge.issuer()?))
//!     .build()?;
//! assert_admitted!(gate, TokenForge::bearer(&forge.jwt()?));
//! for defect in Defect::of_every_jwt() {
//!     assert_refused!(gate, TokenForge::bearer(&forge.jwt_with(&defect)?), defect.code());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Security
//! Its keys, secrets and certificates are published with this crate: whoever trusts them trusts
//! everyone. Enable the feature among `dev-dependencies` only.
//!
//! [`assert_admitted!`]: crate::assert_admitted
//! [`assert_refused!`]: crate::assert_refused

mod agent_requests;
mod assertions;
mod bound_requests;
pub mod contract;
mod defect;
pub mod expect;
mod forge;
mod forge_error;
mod gates;
mod good_tokens;
mod jwt_defects;
mod requests;
mod signature_parts;
mod signed_messages;
mod signed_requests;
mod test_gate;
mod test_keys;
mod test_records;
mod written_span;

pub use defect::{Defect, UnknownDefect};
pub use forge::TokenForge;
pub use forge_error::ForgeError;
pub use test_gate::TestGate;
pub use test_keys::TestCertificate;
