//! The credential of one call, and refusals that know about it.

use crate::interceptor::Call;
use crate::reading::{self, Credential};
use crate::rejection::{Checkpoint, Reason, Rejection};

/// One credential as a call presents it to the validator that `checkpoint` describes.
pub(super) struct Presented<'a> {
    checkpoint: &'a Checkpoint,
    credential: Credential<'a>,
}

impl<'a> Presented<'a> {
    /// Reads the credential from the element of `checkpoint`.
    pub(super) fn read(checkpoint: &'a Checkpoint, call: &Call<'a>) -> Result<Self, Rejection> {
        let Some(element) = checkpoint.element() else {
            return Err(Rejection::new(Reason::CredentialMissing, checkpoint.clone()));
        };
        match reading::read(call.request, element) {
            Ok(credential) => {
                call.note("credential", || {
                    format!("{} bytes in {}", credential.as_bytes().len(), credential.location())
                });
                Ok(Self { checkpoint, credential })
            }
            Err(error) => Err(error.into_rejection(checkpoint.clone())),
        }
    }

    /// The credential.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.credential.as_bytes()
    }

    /// The credential as text.
    pub(super) fn as_str(&self) -> Option<&str> {
        self.credential.as_str()
    }

    /// Refuses it.
    pub(super) fn refused(&self, reason: Reason) -> Rejection {
        let checkpoint = self.checkpoint.clone();
        Rejection::new(reason, checkpoint.found(self.credential.location(), self.as_bytes()))
    }
}
