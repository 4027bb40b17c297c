//! The credential of one call, and refusals that know about it.

use crate::element::Element;
use crate::interceptor::Call;
use crate::location::TokenScheme;
use crate::reading::{self, Credential, ReadError};
use crate::rejection::{Checkpoint, Reason, Rejection};
use crate::request::Request;

/// One credential as a call presents it to the validator that `checkpoint` describes.
pub(super) struct Presented<'a> {
    checkpoint: &'a Checkpoint,
    credential: Credential<'a>,
}

impl<'a> Presented<'a> {
    /// Reads the credential from the element of `checkpoint`.
    pub(super) fn read(checkpoint: &'a Checkpoint, call: &Call<'a>) -> Result<Self, Rejection> {
        Self::read_by(checkpoint, call, reading::read)
    }

    /// Reads an access token, which may be under `DPoP` where it may be under `Bearer`.
    pub(super) fn read_token(
        checkpoint: &'a Checkpoint,
        call: &Call<'a>,
    ) -> Result<Self, Rejection> {
        Self::read_by(checkpoint, call, reading::read_token)
    }

    fn read_by(
        checkpoint: &'a Checkpoint,
        call: &Call<'a>,
        read: fn(&'a dyn Request, &Element) -> Result<Credential<'a>, ReadError<'a>>,
    ) -> Result<Self, Rejection> {
        let Some(element) = checkpoint.element() else {
            return Err(Rejection::new(Reason::CredentialMissing, checkpoint.clone()));
        };
        match read(call.request, element) {
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

    /// The scheme that a token was under, if there is more than one that it may be under.
    pub(super) fn token_scheme(&self) -> Option<TokenScheme> {
        self.credential.token_scheme()
    }

    /// Refuses it.
    pub(super) fn refused(&self, reason: Reason) -> Rejection {
        Rejection::new(reason, self.refused_at())
    }

    /// Refuses it, with a fresh nonce for the next proof.
    pub(super) fn refused_with_nonce(&self, reason: Reason, nonce: String) -> Rejection {
        Rejection::new(reason, self.refused_at().with_nonce(nonce))
    }

    fn refused_at(&self) -> Checkpoint {
        let checkpoint = self.checkpoint.clone().found_under(self.token_scheme());
        checkpoint.found(self.credential.location(), self.as_bytes())
    }
}
