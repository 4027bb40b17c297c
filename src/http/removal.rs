//! Takes credentials out of a request.

use std::mem;

use ::http::request::Parts;
use ::http::uri::PathAndQuery;
use ::http::{HeaderMap, HeaderValue, Uri};
use thiserror::Error;

use crate::element::Element;
use crate::location::Location;
use crate::reading::{COOKIE, cookie_pairs, query_pairs, value_of_cookie, value_of_query_param};

/// A credential could not be taken out of a request, which must not be handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a credential could not be taken out of the request")]
pub struct CredentialLeft;

/// Takes the credentials at `credentials` out of the head of a request, before a host hands it on.
///
/// Afterwards [`reading::read`](crate::reading::read) finds none of them. Removed are
/// 1. of a header: all lines of its name, with a scheme or without;
/// 2. of a cookie: every cookie of exactly its name, out of all `Cookie` lines, and a line in which
///    nothing is left;
/// 3. of a query parameter: every pair whose decoded name it is, and the `?` if no pair is left.
///
/// Everything else is kept byte for byte, but for spaces at the start of a `Cookie` line.
///
/// # Errors
/// [`CredentialLeft`] if what is left of the target is not a target.
///
/// # Security
/// Copies that were made before are not known here: an `OriginalUri` in the extensions, or a
/// `Referer` that names the target.
///
/// # Example
/// ```
/// use tollgate::Element;
/// use tollgate::http::remove_credentials;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let request = http::Request::get("/orders?page=2&key=hidden")
///     .header("authorization", "Bearer hidden")
///     .header("cookie", "theme=dark; session=hidden");
/// let (mut parts, ()) = request.body(())?.into_parts();
/// let elements =
///     [Element::bearer(), Element::cookie("session")?, Element::query_param("key")?];
///
/// remove_credentials(&mut parts, &elements)?;
/// assert_eq!(parts.uri, "/orders?page=2");
/// assert_eq!(parts.headers["cookie"], "theme=dark");
/// assert!(!parts.headers.contains_key("authorization"));
/// # Ok(())
/// # }
/// ```
pub fn remove_credentials(
    parts: &mut Parts,
    credentials: &[Element],
) -> Result<(), CredentialLeft> {
    for name in named_at(credentials, Location::Header) {
        parts.headers.remove(name);
    }
    remove_cookies(&mut parts.headers, credentials);
    remove_query_params(&mut parts.uri, credentials)
}

/// The names of the elements that may be at this place.
fn named_at(credentials: &[Element], place: Location) -> impl Iterator<Item = &str> {
    let there = credentials.iter().filter(move |element| element.location().includes(place));
    there.map(Element::name)
}

fn remove_cookies(headers: &mut HeaderMap, credentials: &[Element]) {
    let is_credential = |pair: &[u8]| {
        named_at(credentials, Location::Cookie).any(|name| value_of_cookie(pair, name).is_some())
    };
    let mut lines = headers.get_all(COOKIE).iter();
    if !lines.any(|line| cookie_pairs(line.as_bytes()).any(is_credential)) {
        return;
    }
    let lines = headers.get_all(COOKIE).iter();
    let kept: Vec<_> = lines.filter_map(|line| without_pairs(line, is_credential)).collect();
    headers.remove(COOKIE);
    for line in kept {
        headers.append(COOKIE, line);
    }
}

/// The line without these pairs, if anything is left of it.
fn without_pairs(line: &HeaderValue, is_removed: impl Fn(&[u8]) -> bool) -> Option<HeaderValue> {
    if !cookie_pairs(line.as_bytes()).any(&is_removed) {
        return Some(line.clone());
    }
    let kept = cookie_pairs(line.as_bytes()).filter(|pair| !is_removed(pair));
    let mut written = Vec::with_capacity(line.len());
    for (index, pair) in kept.enumerate() {
        if index == 0 {
            written.extend_from_slice(pair.trim_ascii_start());
        } else {
            written.push(b';');
            written.extend_from_slice(pair);
        }
    }
    let is_empty = written.iter().all(|byte| matches!(byte, b';' | b' ' | b'\t'));
    // A line that could not be written would be left out; a part of a valid one always can be.
    let mut written = HeaderValue::try_from(written).ok().filter(|_| !is_empty)?;
    written.set_sensitive(line.is_sensitive());
    Some(written)
}

fn remove_query_params(uri: &mut Uri, credentials: &[Element]) -> Result<(), CredentialLeft> {
    let is_credential = |pair: &str| {
        let mut names = named_at(credentials, Location::QueryParam);
        names.any(|name| value_of_query_param(pair, name).is_some())
    };
    let Some(query) = uri.query().filter(|query| query_pairs(query).any(is_credential)) else {
        return Ok(());
    };
    let kept = query_pairs(query).filter(|pair| !is_credential(pair));
    let mut target = String::with_capacity(uri.path().len().saturating_add(query.len()));
    target.push_str(uri.path());
    for (index, pair) in kept.enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(pair);
    }
    // Until the new target is made there is none, so that an error leaves no credential in it.
    *uri = retargeted(mem::take(uri), target)?;
    Ok(())
}

fn retargeted(uri: Uri, target: String) -> Result<Uri, CredentialLeft> {
    let mut parts = uri.into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(|_| CredentialLeft)?);
    Uri::from_parts(parts).map_err(|_| CredentialLeft)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_cannot_be_written_is_an_error_and_not_a_panic() {
        for target in ["/a b", "/?\n", "no path"] {
            let uri = Uri::from_static("https://a.example/?token=hidden");
            assert_eq!(retargeted(uri, target.to_owned()), Err(CredentialLeft), "{target:?}");
        }
        let shown = CredentialLeft.to_string();
        assert_eq!(shown, "a credential could not be taken out of the request");
    }
}
