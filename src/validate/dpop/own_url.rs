//! The URLs by which clients reach the host.

use crate::config_error::{ConfigError, Problem};
use crate::rejection::{ProofReason, Reason};
use crate::request::Request;
use crate::validate::dpop::http_uri::{
    HttpOrigin, normalised_path, origin_and_path, path_of_target,
};
use crate::validate::unavailable;

/// The URL by which clients reach the host, for which their proofs must be made.
///
/// A proof is for one URL, without query and fragment. Scheme and authority come from here, and the
/// path from the target of the request. They are compared as RFC 3986 sections 6.2.2 and 6.2.3 have
/// it: scheme and host without regard to case, the default port as good as none, escapes and dot
/// segments of the path in their one spelling.
///
/// # Security
/// The URL keeps a server, to which a client went with its token, from using token and proof here.
/// It does so only if the host knows its own name: `Host` is what the caller says, so anyone who
/// has a proof for another server can name that server in it. See
/// [`insecure_as_received`](Self::insecure_as_received).
///
/// # Example
/// ```
/// use tollgate::validate::OwnUrl;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let url = OwnUrl::external("https://api.example")?;
/// let behind_a_prefix = OwnUrl::external("https://www.example/api")?;
/// let of_two_names = url.or("https://api.example.net:8443")?;
/// assert!(OwnUrl::external("api.example").is_err());
/// # let _ = (behind_a_prefix, of_two_names);
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 9449 section 4.3, number 9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUrl(Urls);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Urls {
    External(Vec<ExternalUrl>),
    AsReceived,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ExternalUrl {
    url: Box<str>,
    /// What comes before the path of a request: nothing, or a path without a slash at its end.
    prefix: Box<str>,
}

impl OwnUrl {
    /// The http or https URL by which clients reach the host, whatever a request says. If it has a
    /// path, that comes before the path of each request, as behind a proxy that takes it off.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is not absolute, has userinfo, a query or a fragment, if its host is
    /// neither a host name nor an address, or if it has a byte that is not visible ASCII.
    pub fn external(url: &str) -> Result<Self, ConfigError> {
        Ok(Self(Urls::External(vec![ExternalUrl::parse(url)?])))
    }

    /// Adds another URL by which clients reach the host.
    ///
    /// # Errors
    /// As [`external`](Self::external), and after
    /// [`insecure_as_received`](Self::insecure_as_received), which knows no URL.
    pub fn or(self, url: &str) -> Result<Self, ConfigError> {
        let url = ExternalUrl::parse(url)?;
        let Urls::External(mut urls) = self.0 else {
            let bounds = "beside external URLs only";
            return Err(ConfigError::new("own URL", "url", Problem::OutOfBounds { bounds }));
        };
        urls.push(url);
        Ok(Self(Urls::External(urls)))
    }

    /// Scheme and authority of each request ([`Request::scheme`], [`Request::authority`]). Where
    /// the scheme is not known, nothing that is bound to a key is admitted: `service.unavailable`.
    ///
    /// # Security
    /// Use it only behind something that refuses requests for names which are not the host's own.
    /// Otherwise whoever received a token with a proof can use both here, by naming its own server
    /// in `Host`.
    pub fn insecure_as_received() -> Self {
        Self(Urls::AsReceived)
    }

    /// Whether `htu` is the URL of the request.
    pub(super) fn judge(&self, htu: &str, request: &dyn Request) -> Result<(), Reason> {
        let other = || Reason::Proof(ProofReason::Url);
        let target = request.target();
        let own = path_of_target(&target).and_then(normalised_path).ok_or_else(other)?;
        let (origin, path) = origin_and_path(htu).ok_or_else(other)?;
        let path = normalised_path(path).ok_or_else(other)?;
        let is_own = match &self.0 {
            Urls::External(urls) => urls.iter().any(|url| url.is_before(origin, &path, &own)),
            Urls::AsReceived => {
                path == own && received(request)?.is_some_and(|it| it.is_same(origin))
            }
        };
        if is_own { Ok(()) } else { Err(other()) }
    }
}

impl ExternalUrl {
    fn parse(url: &str) -> Result<Self, ConfigError> {
        let bounds = "an http or https URL with a host, without userinfo, query and fragment";
        let refused = || ConfigError::new("own URL", "url", Problem::OutOfBounds { bounds });
        if url.contains(['?', '#']) || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused());
        }
        let named = origin_and_path(url).filter(|(origin, _)| origin.has_host_name());
        let path = named.and_then(|(_, path)| normalised_path(path)).ok_or_else(refused)?;
        Ok(Self { url: url.into(), prefix: path.strip_suffix('/').unwrap_or(&path).into() })
    }

    /// Whether origin and path are those of this URL with the path `own` of a request behind it.
    fn is_before(&self, origin: HttpOrigin<'_>, path: &str, own: &str) -> bool {
        let behind = path.strip_prefix(&*self.prefix);
        // A proxy that takes the prefix off sends `/` where nothing is left.
        let is_ours = behind == Some(own) || (behind == Some("") && own == "/");
        is_ours && origin_and_path(&self.url).is_some_and(|(ours, _)| ours.is_same(origin))
    }
}

/// Scheme and authority of a request; none if its authority is not one.
fn received(request: &dyn Request) -> Result<Option<HttpOrigin<'_>>, Reason> {
    let scheme = request.scheme().ok_or_else(unavailable::scheme)?;
    Ok(request.authority().and_then(|authority| HttpOrigin::of(scheme, authority)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::PlainRequest;

    fn code(url: &OwnUrl, htu: &str, request: &PlainRequest) -> &'static str {
        url.judge(htu, request).map_or_else(|reason| reason.code(), |()| "same")
    }

    #[test]
    fn an_external_url_comes_before_the_path_of_a_request() {
        let of = |url: &str| OwnUrl::external(url).unwrap();
        let request = PlainRequest::new("GET", "/a?b").with_header("host", "other.example");
        for (url, htu, expected) in [
            ("https://api.example", "https://api.example/a", "same"),
            ("https://api.example/", "https://API.example:443/%61?x#y", "same"),
            ("https://api.example/v1", "https://api.example/v1/a", "same"),
            ("https://api.example/v1/", "https://api.example/v1/a", "same"),
            ("https://api.example/v1", "https://api.example/a", "proof.url"),
            ("https://api.example/v1", "https://api.example/v1a", "proof.url"),
            ("https://api.example", "https://api.example/v1/a", "proof.url"),
            ("https://api.example", "https://other.example/a", "proof.url"),
            ("https://api.example", "http://api.example/a", "proof.url"),
            ("https://api.example", "/a", "proof.url"),
        ] {
            assert_eq!(code(&of(url), htu, &request), expected, "{url} {htu}");
        }
        let root = PlainRequest::new("GET", "/");
        for (htu, expected) in [
            ("https://api.example/v1", "same"),
            ("https://api.example/v1/", "same"),
            ("https://api.example/v1x", "proof.url"),
            ("https://api.example/", "proof.url"),
        ] {
            assert_eq!(code(&of("https://api.example/v1"), htu, &root), expected, "{htu}");
        }
        let both = of("https://api.example").or("http://localhost:3000").unwrap();
        assert_eq!(code(&both, "http://localhost:3000/a", &request), "same");
        assert_eq!(code(&both, "https://api.example/a", &request), "same");
    }

    #[test]
    fn a_request_without_a_known_scheme_is_unavailable_and_without_an_authority_another() {
        let url = OwnUrl::insecure_as_received();
        let request = || PlainRequest::new("GET", "/a");
        let htu = "https://api.example/a";
        let known = request().with_scheme("https").with_header("host", "api.example");
        assert_eq!(code(&url, htu, &known), "same");
        let schemeless = request().with_header("host", "api.example");
        assert_eq!(code(&url, htu, &schemeless), "service.unavailable");
        assert_eq!(code(&url, htu, &request().with_scheme("https")), "proof.url");
        let twice = known.with_header("host", "api.example");
        assert_eq!(code(&url, htu, &twice), "proof.url");
    }

    #[test]
    fn only_an_absolute_url_without_a_query_is_external() {
        for url in [
            "",
            "api.example",
            "/a",
            "ftp://a.example",
            "https://a.example?b",
            "https://a.example#b",
            "https://b@a.example",
            "https://",
            "https://a.example/%",
            "https://a..b",
            "https://0x7f.1",
            "https://-_~/",
            "https://a.example/\n",
            "https://a.example/é",
        ] {
            assert!(OwnUrl::external(url).is_err(), "{url}");
        }
    }
}
