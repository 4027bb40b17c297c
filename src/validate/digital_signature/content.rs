//! The content that is signed.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::interceptor::Call;
use crate::rejection::Reason;
use crate::request::Body;
use crate::validate::unavailable;

type Choose = dyn for<'c> Fn(Call<'c>) -> Result<Cow<'c, [u8]>, Reason> + Send + Sync;

/// Which bytes of a call its digital signature is over.
#[derive(Clone)]
pub struct SignedContent(Chosen);

#[derive(Clone)]
enum Chosen {
    Body,
    InsecureOptionalBody,
    Request,
    Host(Arc<Choose>),
}

impl SignedContent {
    /// The body, byte for byte. A request without a body, or with an empty one, is refused
    /// (`signature.nothing_signed`): one signature over no bytes would admit any method and target.
    /// A body that the host did not read is [`Reason::Unavailable`], never a pass.
    pub fn body() -> Self {
        Self(Chosen::Body)
    }

    /// The method, a line feed, the request target as received, a line feed, and the body, if there
    /// is one. Neither the method nor the target can contain a line feed. The signature must travel
    /// in a header, since a target cannot contain its own signature.
    pub fn request() -> Self {
        Self(Chosen::Request)
    }

    /// The body, byte for byte; a request without one signs no bytes.
    ///
    /// # Security
    /// A signature over no bytes admits its client to every method and target without a body, for
    /// as long as the key is in use.
    pub fn insecure_optional_body() -> Self {
        Self(Chosen::InsecureOptionalBody)
    }

    /// The bytes that `choose` returns, or the reason why there are none.
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
    /// use tollgate::validate::SignedContent;
    /// use tollgate::{Body, Reason};
    ///
    /// let content = SignedContent::content_fn(|call| {
    ///     let body = match call.request.body() {
    ///         Body::None => &[],
    ///         Body::Buffered(bytes) => bytes,
    ///         Body::Unread => {
    ///             return Err(Reason::Unavailable { what: "the body was not read".into() });
    ///         }
    ///     };
    ///     let line = format!("{}\n", call.request.authority().unwrap_or_default());
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

    /// Whether the request target is part of it by itself.
    pub(super) fn has_target(&self) -> bool {
        matches!(self.0, Chosen::Request)
    }

    /// The bytes of one call.
    pub(super) fn of<'c>(&self, call: Call<'c>) -> Result<Cow<'c, [u8]>, Reason> {
        match &self.0 {
            Chosen::Body => match body(call)? {
                [] => Err(Reason::SignatureNothingSigned),
                bytes => Ok(Cow::Borrowed(bytes)),
            },
            Chosen::InsecureOptionalBody => body(call).map(Cow::Borrowed),
            Chosen::Request => whole(call).map(Cow::Owned),
            Chosen::Host(choose) => choose(call),
        }
    }
}

impl fmt::Debug for SignedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Chosen::Body => "SignedContent(body)",
            Chosen::InsecureOptionalBody => "SignedContent(optional body)",
            Chosen::Request => "SignedContent(request)",
            Chosen::Host(_) => "SignedContent(closure)",
        })
    }
}

fn body(call: Call<'_>) -> Result<&[u8], Reason> {
    match call.request.body() {
        Body::None => Ok(&[]),
        Body::Buffered(bytes) => Ok(bytes),
        Body::Unread => Err(unavailable::body()),
    }
}

/// A target or method with a line feed could pass for another request; hosts never hand one in.
fn whole(call: Call<'_>) -> Result<Vec<u8>, Reason> {
    let (method, target) = (call.request.method(), &*call.request.target());
    if method.contains('\n') || target.contains('\n') {
        return Err(Reason::SignatureWrong);
    }
    Ok([method.as_bytes(), b"\n", target.as_bytes(), b"\n", body(call)?].concat())
}
