//! Random bytes.

use thiserror::Error;

use crate::crypto::backend::rand::{SecureRandom, SystemRandom};

/// The system's random generator did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the system's random generator did not answer")]
pub struct RandomUnavailable;

/// `N` bytes from the system's random generator.
///
/// # Errors
/// [`RandomUnavailable`] if the generator fails.
pub fn random<const N: usize>() -> Result<[u8; N], RandomUnavailable> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| RandomUnavailable)?;
    Ok(bytes)
}
