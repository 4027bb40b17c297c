//! What is sent with a request that was signed.

use std::fmt;

use crate::http_signature::content_digest::CONTENT_DIGEST;

/// The headers to send with a request that was signed.
pub struct SignedHeaders {
    content_digest: Option<String>,
    signature_input: String,
    signature: String,
}

impl SignedHeaders {
    pub(super) fn new(
        content_digest: Option<String>,
        signature_input: String,
        signature: String,
    ) -> Self {
        Self { content_digest, signature_input, signature }
    }

    /// The value of `Content-Digest`, if it was made.
    pub fn content_digest(&self) -> Option<&str> {
        self.content_digest.as_deref()
    }

    /// The value of `Signature-Input`.
    pub fn signature_input(&self) -> &str {
        &self.signature_input
    }

    /// The value of `Signature`.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Names, in lower case, and values of all header lines to add.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let digest = self.content_digest().map(|digest| (CONTENT_DIGEST, digest));
        digest
            .into_iter()
            .chain([("signature-input", self.signature_input()), ("signature", self.signature())])
    }
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedHeaders(redacted)")
    }
}
