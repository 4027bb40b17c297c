//! The origin check.

use serde::{Deserialize, Serialize};

use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor};
use crate::location::Location;
use crate::reading::headers;
use crate::rejection::{Checkpoint, Label, Reason, Rejection};
use crate::request::Request;
use crate::validate::csrf::web_origin::{NAME, OriginParts, Origins};

/// Refuses requests that a browser sent from a foreign origin.
///
/// Accepts when one of these holds, in this order:
/// 1. the method is `GET`, `HEAD`, `OPTIONS` or `TRACE` (RFC 9110 section 9.2.1), in exactly this
///    case, no header `X-HTTP-Method-Override`, `X-HTTP-Method` or `X-Method-Override` asks for
///    another one, and no header `Upgrade` or `Connection: upgrade` asks for another protocol;
///    the content type never matters;
/// 2. `Sec-Fetch-Site` is `same-origin` or `none`;
/// 3. `Sec-Fetch-Site` is anything else, and `Origin` is one of the origins that are configured
///    as our own or as trusted;
/// 4. there is no `Sec-Fetch-Site`, and `Origin` is our own or trusted. Our own origins are those
///    that are configured; else the scheme and authority of the request, and where its scheme is
///    unknown, its authority alone, under `http` or `https`;
/// 5. there is neither header, unless [`UndeclaredOrigin::Refuse`] is set.
///
/// `Origin` is read as [`WebOrigin::parse`](crate::validate::WebOrigin::parse) does: `null`,
/// userinfo, lists, paths are foreign. A second `Sec-Fetch-Site` or `Origin` line is foreign,
/// whatever both say.
///
/// Establishes nothing.
///
/// # Errors
/// `csrf.foreign_origin`, `csrf.origin_undeclared`.
///
/// # Security
/// Only browsers send these headers truthfully, and forgery across sites needs a browser: the
/// check says nothing about who the caller is. Without configured origins, it trusts the authority
/// that the request names; where a proxy changes that, configure them. Where the browser itself
/// says that the request crossed sites, an authority that merely looks right does not count.
///
/// A `GET` that upgrades opens a WebSocket (RFC 6455 section 4.1), which browsers send across sites
/// with cookies and then let the page use: it is judged like any unsafe request.
///
/// # Example
/// ```
/// use tollgate::validate::Origins;
/// use tollgate::{Gate, ManualClock, OriginCheck, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let check = OriginCheck::new().own(Origins::of(["https://shop.example"])?);
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(check).build()?;
/// let post = PlainRequest::new("POST", "/orders").with_authority("shop.example");
///
/// let own = post.clone().with_header("origin", "https://shop.example");
/// assert!(gate.check_now(&own).is_ok());
///
/// let foreign = post.with_header("origin", "https://shop.example.evil.example");
/// let rejection = gate.check_now(&foreign).unwrap_err();
/// assert_eq!(rejection.reason().code(), "csrf.foreign_origin");
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 6454; W3C Fetch Metadata Request Headers section 2.4.
#[derive(Clone, Debug)]
pub struct OriginCheck {
    checkpoint: Checkpoint,
    own: Option<Origins>,
    trusted: Option<Origins>,
    undeclared: UndeclaredOrigin,
}

/// Whether an unsafe request with neither `Sec-Fetch-Site` nor `Origin` passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UndeclaredOrigin {
    /// It passes the origin check: no browser of today sent it, or the token decides.
    #[default]
    Admit,
    /// It is refused.
    Refuse,
}

impl OriginCheck {
    /// Takes scheme and authority of each request as our own origin, and trusts no other.
    pub fn new() -> Self {
        let element = Element::documented("Origin", Location::Header);
        let checkpoint = Checkpoint::of(NAME).with_label(Label::ORIGIN).with_element(element);
        Self { checkpoint, own: None, trusted: None, undeclared: UndeclaredOrigin::default() }
    }

    /// Sets our own origins, whatever authority a request names.
    pub fn own(mut self, own: Origins) -> Self {
        self.own = Some(own);
        self
    }

    /// Allows these foreign origins too.
    pub fn trusted(mut self, trusted: Origins) -> Self {
        self.trusted = Some(trusted);
        self
    }

    /// Sets whether requests that name no origin pass.
    pub fn undeclared(mut self, undeclared: UndeclaredOrigin) -> Self {
        self.undeclared = undeclared;
        self
    }

    /// Judges one request, without a gate.
    ///
    /// # Errors
    /// [`Reason::CsrfForeignOrigin`] or [`Reason::CsrfOriginUndeclared`].
    pub fn judge(&self, request: &dyn Request) -> Result<(), Reason> {
        if is_safe(request) { Ok(()) } else { self.judge_unsafe(request) }
    }

    /// Judges a request whatever its method is.
    pub(super) fn judge_unsafe(&self, request: &dyn Request) -> Result<(), Reason> {
        self.judge_origin(request, self.undeclared)
    }

    /// Judges a request that must come from our own or a trusted origin and say so.
    pub(super) fn judge_declared(&self, request: &dyn Request) -> Result<(), Reason> {
        // `none` says that no page sent the request, which declares no origin.
        match single(request, "sec-fetch-site")? {
            Some(b"none") => Err(Reason::CsrfOriginUndeclared),
            _ => self.judge_origin(request, UndeclaredOrigin::Refuse),
        }
    }

    fn judge_origin(
        &self,
        request: &dyn Request,
        undeclared: UndeclaredOrigin,
    ) -> Result<(), Reason> {
        let site = single(request, "sec-fetch-site")?;
        let origin = single(request, "origin")?;
        let ours = match (site, origin) {
            (Some(b"same-origin" | b"none"), _) => return Ok(()),
            (None, None) => return judge_undeclared(undeclared),
            (_, None) => false,
            (Some(_), Some(origin)) => parsed(origin).is_some_and(|one| self.is_configured(one)),
            (None, Some(origin)) => parsed(origin)
                .is_some_and(|one| self.is_configured(one) || self.is_derived(one, request)),
        };
        if ours { Ok(()) } else { Err(Reason::CsrfForeignOrigin) }
    }

    fn is_configured(&self, origin: OriginParts<'_>) -> bool {
        [&self.own, &self.trusted].into_iter().flatten().any(|origins| origins.include(origin))
    }

    fn is_derived(&self, origin: OriginParts<'_>, request: &dyn Request) -> bool {
        self.own.is_none() && origin.is_of(request)
    }
}

impl Default for OriginCheck {
    fn default() -> Self {
        Self::new()
    }
}

impl Interceptor for OriginCheck {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        self.judge(call.request)
            .map_err(|reason| Rejection::new(reason, self.checkpoint.clone()))?;
        call.note("origin", || "not foreign".to_owned());
        Ok(Evidence::none())
    }

    fn describe(&self) -> Description {
        Description::at(self.checkpoint.clone()).without_credentials().making(["origin"])
    }
}

impl Immediate for OriginCheck {}

fn judge_undeclared(policy: UndeclaredOrigin) -> Result<(), Reason> {
    match policy {
        UndeclaredOrigin::Admit => Ok(()),
        UndeclaredOrigin::Refuse => Err(Reason::CsrfOriginUndeclared),
    }
}

/// Whether a request may not change anything (RFC 9110 section 9.2.1).
pub(super) fn is_safe(request: &dyn Request) -> bool {
    has_safe_method(request) && !upgrades(request)
}

/// Whether a request would be safe if it did not open a connection of another protocol.
pub(super) fn is_handshake(request: &dyn Request) -> bool {
    has_safe_method(request) && upgrades(request)
}

fn has_safe_method(request: &dyn Request) -> bool {
    let overrides = ["x-http-method-override", "x-http-method", "x-method-override"];
    matches!(request.method(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
        && overrides.into_iter().all(|name| request.header(name, 0).is_none())
}

/// Whether the connection is to change its protocol (RFC 9110 section 7.8). Over HTTP/2 the method
/// of such a request is CONNECT (RFC 8441 section 4), which is not safe anyway.
fn upgrades(request: &dyn Request) -> bool {
    let asks = |line: &[u8]| {
        let mut options = line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        options.any(|option| option.eq_ignore_ascii_case(b"upgrade"))
    };
    request.header("upgrade", 0).is_some() || headers(request, "connection").any(asks)
}

/// The only line of this name, if there is one.
fn single<'r>(request: &'r dyn Request, name: &str) -> Result<Option<&'r [u8]>, Reason> {
    let mut lines = headers(request, name);
    match (lines.next(), lines.next()) {
        (line, None) => Ok(line),
        (_, Some(_)) => Err(Reason::CsrfForeignOrigin),
    }
}

fn parsed(origin: &[u8]) -> Option<OriginParts<'_>> {
    OriginParts::parse(str::from_utf8(origin).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::PlainRequest;

    fn code(check: &OriginCheck, request: &PlainRequest) -> &'static str {
        check.judge(request).map_or_else(|reason| reason.code(), |()| "admitted")
    }

    fn post() -> PlainRequest {
        PlainRequest::new("POST", "/").with_scheme("https").with_authority("a.example")
    }

    #[test]
    fn safe_methods_pass_in_exactly_their_case_and_without_an_override() {
        let check = OriginCheck::new();
        let from_afar =
            |method| PlainRequest::new(method, "/").with_header("sec-fetch-site", "cross-site");
        for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
            assert_eq!(code(&check, &from_afar(method)), "admitted", "{method}");
            for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
                let request = from_afar(method).with_header(name, "DELETE");
                assert_eq!(code(&check, &request), "csrf.foreign_origin", "{method} {name}");
            }
        }
        for method in ["get", "Get", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "", "GET "] {
            assert_eq!(code(&check, &from_afar(method)), "csrf.foreign_origin", "{method}");
        }
    }

    #[test]
    fn a_request_that_upgrades_is_unsafe_whatever_its_method() {
        let check = OriginCheck::new();
        let from_afar =
            |method| PlainRequest::new(method, "/").with_header("sec-fetch-site", "cross-site");
        for (name, value) in [
            ("Upgrade", "websocket"),
            ("Upgrade", ""),
            ("Connection", "upgrade"),
            ("Connection", "keep-alive, Upgrade"),
            ("Connection", "UPGRADE\t,close"),
        ] {
            let request = from_afar("GET").with_header(name, value);
            assert_eq!(code(&check, &request), "csrf.foreign_origin", "{name}: {value}");
        }
        let second = from_afar("GET")
            .with_header("connection", "keep-alive")
            .with_header("connection", "upgrade");
        assert_eq!(code(&check, &second), "csrf.foreign_origin");
        for value in ["keep-alive", "upgrades", "upgrade x", "close"] {
            let request = from_afar("GET").with_header("connection", value);
            assert_eq!(code(&check, &request), "admitted", "{value}");
        }
        let own = post().with_header("upgrade", "websocket");
        assert_eq!(code(&check, &own.with_header("origin", "https://a.example")), "admitted");
    }

    #[test]
    fn it_is_named_in_traces() {
        assert_eq!(OriginCheck::new().describe().checkpoint().name(), "origin check");
    }

    #[test]
    fn where_the_browser_says_foreign_only_configured_origins_count() {
        let own = Origins::of(["https://a.example", "https://b.example"]).unwrap();
        let trusted = Origins::of(["https://c.example"]).unwrap();
        let configured = OriginCheck::new().own(own).trusted(trusted);
        for site in ["same-site", "cross-site", "unknown", "", "Same-Origin", "same-origin;a"] {
            let from =
                |origin| post().with_header("sec-fetch-site", site).with_header("origin", origin);
            assert_eq!(code(&configured, &from("https://b.example")), "admitted", "{site}");
            assert_eq!(code(&configured, &from("https://c.example")), "admitted", "{site}");
            let derived = OriginCheck::new();
            assert_eq!(code(&derived, &from("https://a.example")), "csrf.foreign_origin", "{site}");
        }
    }

    #[test]
    fn configured_origins_replace_the_authority_of_the_request() {
        let check = OriginCheck::new().own(Origins::of(["https://b.example"]).unwrap());
        let from = |origin| post().with_header("origin", origin);
        assert_eq!(code(&check, &from("https://b.example")), "admitted");
        assert_eq!(code(&check, &from("https://a.example")), "csrf.foreign_origin");
    }

    #[test]
    fn undeclared_requests_pass_unless_refused() {
        let strict = OriginCheck::new().undeclared(UndeclaredOrigin::Refuse);
        assert_eq!(code(&OriginCheck::new(), &post()), "admitted");
        assert_eq!(code(&strict, &post()), "csrf.origin_undeclared");
        let same = post().with_header("sec-fetch-site", "none");
        assert_eq!(code(&strict, &same), "admitted");
    }

    #[test]
    fn a_second_line_is_foreign_whatever_both_say() {
        let trusting = OriginCheck::new().trusted(Origins::of(["https://c.example"]).unwrap());
        for request in [
            post()
                .with_header("origin", "https://a.example")
                .with_header("origin", "https://a.example"),
            post()
                .with_header("sec-fetch-site", "same-origin")
                .with_header("sec-fetch-site", "same-origin"),
            post()
                .with_header("sec-fetch-site", "same-origin")
                .with_header("origin", "https://c.example")
                .with_header("Origin", "https://c.example"),
        ] {
            assert_eq!(code(&trusting, &request), "csrf.foreign_origin");
        }
    }
}
