//! The content that is signed.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::interceptor::Call;
use crate::rejection::Reason;
use crate::request::Body;

type Choose = dyn for<'c> Fn(Call<'c>) -> Result<Cow<'c, [u8]>, Reason> + Send + Sync;

/// Which bytes of a call its digital signature is over.
#[derive(Clone)]
pub struct SignedContent(Chosen);

#[derive(Clone)]
enum Chosen {
    Body,
    Host(Arc<Choose>),
}

impl SignedContent {
    /// The body, byte for byte; a request without one signs no bytes. A body that the host did not
    /// read is [`Reason::Unavailable`], never a pass.
    pub fn body() -> Self {
        Self(Chosen::Body)
    }

    /// What `choose` says: the bytes, or the reason why there are none.
    ///
    /// # Security
    /// Whatever the bytes leave out can be changed without notice, and parts that are only put one
    /// after another can be shifted into each other: put a separator that none of them can hold
    /// between them, or their lengths before them. [`Body::Unread`] is not an empty body; answer it
    /// with [`Reason::Unavailable`].
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use tollgate::{Body, Reason, SignedContent};
    ///
    /// let content = SignedContent::content_fn(|call| {
    ///     let body = match call.request.body() {
    ///         Body::None => &[],
    ///         Body::Buffered(bytes) => bytes,
    ///         Body::Unread => {
    ///             return Err(Reason::Unavailable { what: "the body was not read".into() });
    ///         }
    ///     };
    ///     let line = format!("{} {}\n", call.request.method(), call.request.target());
    ///     Ok(Cow::Owned([line.as_bytes(), body].concat()))
    /// });
    /// # let _ = content;
    /// ```
    pub fn content_fn<F>(choose: F) -> Self
    where
        F: for<'c> Fn(Call<'c>) -> Result<Cow<'c, [u8]>, Reason> + Send + Sync + 'static,
    {
        Self(Chosen::Host(Arc::new(choose)))
    }

    /// The bytes of one call.
    pub(super) fn of<'c>(&self, call: Call<'c>) -> Result<Cow<'c, [u8]>, Reason> {
        match &self.0 {
            Chosen::Body => body(call),
            Chosen::Host(choose) => choose(call),
        }
    }
}

impl fmt::Debug for SignedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Chosen::Body => "SignedContent(body)",
            Chosen::Host(_) => "SignedContent(closure)",
        })
    }
}

fn body(call: Call<'_>) -> Result<Cow<'_, [u8]>, Reason> {
    match call.request.body() {
        Body::None => Ok(Cow::Borrowed(&[])),
        Body::Buffered(bytes) => Ok(Cow::Borrowed(bytes)),
        Body::Unread => {
            let what = "the host has not read the body that the signature is over".into();
            Err(Reason::Unavailable { what })
        }
    }
}
