//! How much of a body the gate sees: nothing, or the whole up to a limit.

use std::pin::pin;

use ::http::header::CONTENT_LENGTH;
use ::http::{HeaderMap, HeaderValue, StatusCode};
use bytes::{Buf, BufMut, Bytes};
use http_body::Body;
use http_body_util::BodyExt;
use thiserror::Error;

use crate::request::Occurrence;

/// The gate sees the head of a request only; its body counts as unread.
#[derive(Clone, Copy, Debug)]
pub struct HeadOnly;

/// The gate sees the whole body, up to a limit in bytes.
#[derive(Clone, Copy, Debug)]
pub struct WholeBody {
    pub(super) limit: usize,
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum UnreadBody {
    /// It is larger than the limit, or says that it is.
    #[error("The body is larger than {limit} bytes.")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// It ended early, or not where `Content-Length` said.
    #[error("The body is not whole.")]
    BrokenOff,
}

impl UnreadBody {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff => StatusCode::BAD_REQUEST,
        }
    }
}

impl WholeBody {
    /// Reads the body; its trailers are left out.
    pub(super) async fn read(
        self,
        headers: &HeaderMap,
        body: impl Body,
    ) -> Result<Bytes, UnreadBody> {
        let declared = declared_length(headers)?;
        let at_least = declared.unwrap_or_default().max(body.size_hint().lower());
        if usize::try_from(at_least).map_or(true, |length| length > self.limit) {
            return Err(self.too_large());
        }
        let read = self.collect(body).await?;
        match declared {
            Some(length) if usize::try_from(length) != Ok(read.len()) => Err(UnreadBody::BrokenOff),
            _ => Ok(read.into()),
        }
    }

    /// Copies what arrives: many small frames would hold more memory than the limit says.
    async fn collect(self, body: impl Body) -> Result<Vec<u8>, UnreadBody> {
        let (mut body, mut read) = (pin!(body), Vec::new());
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| UnreadBody::BrokenOff)?;
            let Ok(data) = frame.into_data() else { continue };
            if data.remaining() > self.limit.saturating_sub(read.len()) {
                return Err(self.too_large());
            }
            self.make_room(&mut read, data.remaining());
            read.put(data);
        }
        Ok(read)
    }

    /// Twice the memory whenever it is full, as a `Vec` grows, but never more than the limit.
    fn make_room(self, read: &mut Vec<u8>, additional: usize) {
        let needed = read.len().saturating_add(additional);
        if needed > read.capacity() {
            let doubled = read.capacity().saturating_mul(2).min(self.limit);
            read.reserve_exact(doubled.max(needed).saturating_sub(read.len()));
        }
    }

    fn too_large(self) -> UnreadBody {
        UnreadBody::TooLarge { limit: self.limit }
    }
}

/// The one `Content-Length`, if there is any.
fn declared_length(headers: &HeaderMap) -> Result<Option<u64>, UnreadBody> {
    match Occurrence::of(headers.get_all(CONTENT_LENGTH).iter().map(HeaderValue::as_bytes)) {
        Occurrence::Absent => Ok(None),
        Occurrence::Once(length) => digits(length).ok_or(UnreadBody::BrokenOff).map(Some),
        Occurrence::Repeated => Err(UnreadBody::BrokenOff),
    }
}

/// `1*DIGIT` of RFC 9110 section 8.6; one too large for any memory is still a number.
fn digits(length: &[u8]) -> Option<u64> {
    let is_number = !length.is_empty() && length.iter().all(u8::is_ascii_digit);
    let text = str::from_utf8(length).ok().filter(|_| is_number)?;
    Some(text.parse().unwrap_or(u64::MAX))
}
