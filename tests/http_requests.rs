//! The types of the `http` crate, read as they arrived.

#![cfg(feature = "http")]

use http::{Request as HttpCrateRequest, Uri, Version};
use tollgate::http::HttpRequest;
use tollgate::reading::{LIMIT, read};
use tollgate::trust::TrustStore;
use tollgate::validate::ClientAuthorization;
use tollgate::{
    Body, Element, Gate, ManualClock, Occurrence, PlainRequest, ProxyAuthorization, Request,
    UnixTime,
};

#[test]
fn the_authority_is_that_of_the_target_else_of_the_only_host_line() {
    let authority = |builder: http::request::Builder| {
        let request = builder.body(()).unwrap();
        Request::authority(&request).map(str::to_owned)
    };
    let get = |target: &str| HttpCrateRequest::get(target);
    assert_eq!(authority(get("/")), None);
    assert_eq!(authority(get("/").header("host", "a.example")).as_deref(), Some("a.example"));
    let two = get("/").header("host", "a.example").header("host", "b.example");
    assert_eq!(authority(two), None);
    let absolute = get("https://b.example:8443/x").header("host", "a.example");
    assert_eq!(authority(absolute).as_deref(), Some("b.example:8443"));
    let connect = HttpCrateRequest::connect("c.example:443");
    assert_eq!(authority(connect).as_deref(), Some("c.example:443"));
}

/// A request as it was received: version, method, target, `Host` lines, and for HTTP/2 and HTTP/3 the
/// pseudo-headers `:scheme` and `:authority`.
struct Received {
    version: Version,
    method: &'static str,
    target: &'static str,
    hosts: &'static [&'static str],
    pseudo: Option<(&'static str, &'static str)>,
}

const fn http1(
    method: &'static str,
    target: &'static str,
    hosts: &'static [&'static str],
) -> Received {
    Received { version: Version::HTTP_11, method, target, hosts, pseudo: None }
}

const fn http2(
    method: &'static str,
    target: &'static str,
    scheme: &'static str,
    authority: &'static str,
) -> Received {
    let pseudo = Some((scheme, authority));
    Received { version: Version::HTTP_2, method, target, hosts: &[], pseudo }
}

impl Received {
    /// As a server of the `http` crate builds it.
    fn uri(&self) -> Uri {
        match self.pseudo {
            None => self.target.parse().unwrap(),
            Some((_, authority)) if self.method == "CONNECT" => authority.parse().unwrap(),
            Some((scheme, authority)) => Uri::builder()
                .scheme(scheme)
                .authority(authority)
                .path_and_query(self.target)
                .build()
                .unwrap(),
        }
    }

    fn http(&self) -> HttpCrateRequest<()> {
        let builder =
            HttpCrateRequest::builder().version(self.version).method(self.method).uri(self.uri());
        let hosts = self.hosts.iter();
        hosts.fold(builder, |request, host| request.header("Host", *host)).body(()).unwrap()
    }

    fn plain(&self) -> PlainRequest {
        let plain = PlainRequest::new(self.method, self.target);
        let plain =
            self.hosts.iter().fold(plain, |request, host| request.with_header("host", *host));
        match self.pseudo {
            Some((_, authority)) if self.method == "CONNECT" => plain.with_authority(authority),
            Some((scheme, authority)) => plain.with_scheme(scheme).with_authority(authority),
            None => plain,
        }
    }

    /// What `judge` tells of every type of request, which must be one thing.
    fn seen<T: PartialEq + std::fmt::Debug>(&self, judge: impl Fn(&dyn Request) -> T) -> T {
        let request = self.http();
        let (parts, ()) = self.http().into_parts();
        let seen = judge(&request);
        assert_eq!(judge(&parts), seen, "Parts: {}", self.target);
        assert_eq!(judge(&HttpRequest::new(&parts)), seen, "HttpRequest: {}", self.target);
        assert_eq!(judge(&self.plain()), seen, "PlainRequest: {}", self.target);
        seen
    }
}

/// The destination of a proxy that asks for no token, or the code of its refusal.
fn destination(request: &dyn Request) -> Result<String, &'static str> {
    let element = Element::header("authorization-token").unwrap();
    let proxy = ProxyAuthorization::new(element, TrustStore::new())
        .unwrap()
        .client_authorization(ClientAuthorization::Off);
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(proxy).build().unwrap();
    match gate.check_now(request) {
        Ok(admission) => Ok(admission.destination().unwrap().to_string()),
        Err(refused) => Err(refused.reason().code()),
    }
}

const MALFORMED: Result<&str, &str> = Err("proxy.destination_malformed");

const A: &[&str] = &["a.example"];
const HTTP: Option<&str> = Some("http");

/// Scheme, authority, target and destination of a request.
type Seen =
    (Option<&'static str>, Option<&'static str>, &'static str, Result<&'static str, &'static str>);

const REQUESTS: &[(Received, Seen)] = &[
    (http1("GET", "/x?y=1", A), (None, Some("a.example"), "/x?y=1", MALFORMED)),
    (http1("GET", "/x", &["a.example:80"]), (None, Some("a.example:80"), "/x", Ok("a.example:80"))),
    (http1("GET", "/", &[]), (None, None, "/", MALFORMED)),
    (http1("GET", "/", &["a.example", "a.example"]), (None, None, "/", MALFORMED)),
    (http1("GET", "/", &["a.example:1", "b.example:1"]), (None, None, "/", MALFORMED)),
    (http1("GET", "/", &["a\tb:1"]), (None, Some("a\tb:1"), "/", MALFORMED)),
    (http1("GET", "/", &["\u{e4}.example:1"]), (None, None, "/", MALFORMED)),
    (
        http1("GET", "http://b.example/x?y", A),
        (HTTP, Some("b.example"), "http://b.example/x?y", Ok("b.example:80")),
    ),
    (
        http1("GET", "http://b.example:81/", A),
        (HTTP, Some("b.example:81"), "http://b.example:81/", Ok("b.example:81")),
    ),
    (
        http1("GET", "http://b.example?y=1", &[]),
        (HTTP, Some("b.example"), "http://b.example?y=1", Ok("b.example:80")),
    ),
    (
        http1("GET", "https://[2001:db8::1]/", A),
        (Some("https"), Some("[2001:db8::1]"), "https://[2001:db8::1]/", Ok("[2001:db8::1]:443")),
    ),
    (
        http1("GET", "http://u@b.example/", A),
        (HTTP, Some("u@b.example"), "http://u@b.example/", MALFORMED),
    ),
    (
        http1("GET", "ftp://b.example/", A),
        (Some("ftp"), Some("b.example"), "ftp://b.example/", MALFORMED),
    ),
    (
        http1("GET", "/http://b.example:1/", A),
        (None, Some("a.example"), "/http://b.example:1/", MALFORMED),
    ),
    (
        http1("CONNECT", "b.example:443", A),
        (None, Some("b.example:443"), "b.example:443", Ok("b.example:443")),
    ),
    (http1("GET", "b.example:443", A), (None, Some("b.example:443"), "b.example:443", MALFORMED)),
    (
        http1("OPTIONS", "*", &["a.example:80"]),
        (None, Some("a.example:80"), "*", Ok("a.example:80")),
    ),
    (
        http2("GET", "/x?y=1", "https", "b.example"),
        (Some("https"), Some("b.example"), "/x?y=1", MALFORMED),
    ),
    (
        http2("GET", "/x", "https", "b.example:443"),
        (Some("https"), Some("b.example:443"), "/x", Ok("b.example:443")),
    ),
    (
        http2("OPTIONS", "*", "https", "b.example:443"),
        (Some("https"), Some("b.example:443"), "*", Ok("b.example:443")),
    ),
    (
        Received { hosts: A, ..http2("GET", "/", "http", "b.example:1") },
        (HTTP, Some("b.example:1"), "/", Ok("b.example:1")),
    ),
    (
        Received { version: Version::HTTP_3, ..http2("GET", "/", "http", "b.example:1") },
        (HTTP, Some("b.example:1"), "/", Ok("b.example:1")),
    ),
    (
        Received { version: Version::HTTP_10, ..http1("GET", "http://b.example/", &[]) },
        (HTTP, Some("b.example"), "http://b.example/", Ok("b.example:80")),
    ),
    (
        http2("CONNECT", "b.example:443", "", "b.example:443"),
        (None, Some("b.example:443"), "b.example:443", Ok("b.example:443")),
    ),
];

#[test]
fn every_type_of_request_gives_one_scheme_authority_target_and_destination() {
    for (received, (scheme, authority, target, proxied)) in REQUESTS {
        let name = received.target;
        assert_eq!(received.seen(|one| one.method().to_owned()), received.method, "{name}");
        assert_eq!(
            received.seen(|one| one.scheme().map(str::to_owned)).as_deref(),
            *scheme,
            "{name}"
        );
        let seen = received.seen(|one| one.authority().map(str::to_owned));
        assert_eq!(seen.as_deref(), *authority, "{name}");
        assert_eq!(received.seen(|one| one.target().into_owned()), *target, "{name}");
        let query = target.split_once('?').map(|(_, query)| query.to_owned());
        assert_eq!(received.seen(|one| one.query().map(str::to_owned)), query, "{name}");
        let proxied = proxied.map(str::to_owned);
        assert_eq!(received.seen(destination), proxied, "{name}");
    }
}

/// RFC 9110 section 4.2.3: an empty path is `/`, and the case of a scheme means nothing.
#[test]
fn the_types_of_http_give_an_absolute_form_in_normal_form() {
    for target in ["http://b.example", "HTTP://b.example", "HTTP://b.example/"] {
        let received = http1("GET", target, &[]);
        assert_eq!(Request::target(&received.http()), "http://b.example/");
        assert_eq!(received.plain().target(), target);
        assert_eq!(received.seen(destination), Ok("b.example:80".to_owned()));
        assert_eq!(received.seen(|one| one.authority().map(str::to_owned)).unwrap(), "b.example");
    }
}

#[test]
fn a_query_is_read_from_a_target_in_every_form() {
    for (target, expected) in [
        ("/x?token=a", Ok("a")),
        ("http://b.example/x?token=a", Ok("a")),
        ("http://b.example?token=a", Ok("a")),
        ("http://b.example/x?token=a%20b", Ok("a b")),
        ("http://b.example/x?to%6ben=a", Ok("a")),
        ("http://b.example/x?token=a&token=b", Err("credential.repeated")),
        ("http://b.example/x?token=%zz", Err("credential.malformed")),
        ("http://b.example/x?token=", Err("credential.empty")),
        ("http://b.example/x?other=a", Err("credential.missing")),
        ("http://b.example/token=a", Err("credential.missing")),
    ] {
        let element = Element::query_param("token").unwrap();
        let seen = http1("GET", target, &[]).seen(|request| match read(request, &element) {
            Ok(credential) => Ok(credential.as_str().unwrap().to_owned()),
            Err(error) => Err(error.reason.code()),
        });
        assert_eq!(seen, expected.map(str::to_owned), "{target}");
    }
    let long = format!("http://b.example/?token={}", "a".repeat(LIMIT + 1));
    let request = HttpCrateRequest::get(long).body(()).unwrap();
    let refused = read(&request, &Element::query_param("token").unwrap()).unwrap_err();
    assert_eq!(refused.reason.code(), "credential.too_large");
}

#[test]
fn what_the_host_knows_of_the_scheme_overrides_the_target() {
    let (parts, ()) = http1("GET", "http://b.example/", &[]).http().into_parts();
    assert_eq!(HttpRequest::new(&parts).scheme(), Some("http"));
    assert_eq!(HttpRequest::new(&parts).with_scheme("https").scheme(), Some("https"));
    let plain = PlainRequest::new("GET", "http://b.example/");
    assert_eq!(plain.scheme(), Some("http"));
    assert_eq!(plain.with_scheme("https").scheme(), Some("https"));
}

#[test]
fn every_line_of_a_header_is_visible_as_bytes() {
    let request = HttpCrateRequest::get("/a%20b?c=%64")
        .header("client_id", "one")
        .header("Client_Id", b"two\xff".as_slice())
        .body(())
        .unwrap();
    assert_eq!(request.header("CLIENT_ID", 0), Some(&b"one"[..]));
    assert_eq!(request.header("client_id", 1), Some(&b"two\xff"[..]));
    assert_eq!(request.header("client_id", 2), None);
    assert_eq!(request.target(), "/a%20b?c=%64");
}

#[test]
fn the_host_adds_what_only_it_knows() {
    let (parts, ()) = HttpCrateRequest::post("/").body(()).unwrap().into_parts();
    assert_eq!(Request::body(&parts), Body::Unread);
    let bare = HttpRequest::new(&parts);
    assert_eq!((bare.body(), bare.scheme(), bare.peer_certificate()), (Body::Unread, None, None));
    let full = bare.with_body(b"x").with_scheme("https").with_peer_certificate(b"der");
    assert_eq!(full.body(), Body::Buffered(b"x"));
    assert_eq!(full.scheme(), Some("https"));
    assert_eq!(full.peer_certificate(), Some(&b"der"[..]));
    assert_eq!(full.method(), "POST");
}

#[test]
fn every_type_finds_the_only_line_of_a_name() {
    let lines = [("a", "1"), ("B", "2"), ("b", "3"), ("c", "")];
    let plain = lines.iter().fold(PlainRequest::new("GET", "/"), |request, (name, value)| {
        request.with_header(name, *value)
    });
    let builder = lines
        .iter()
        .fold(HttpCrateRequest::get("/"), |request, (name, value)| request.header(*name, *value));
    let whole = builder.body(()).unwrap();
    let (parts, ()) = whole.clone().into_parts();
    let http = HttpRequest::new(&parts);
    for request in [&plain as &dyn Request, &whole, &parts, &http] {
        assert!(request.only_header("A") == Occurrence::Once(b"1"));
        assert!(request.only_header("c") == Occurrence::Once(b""));
        assert!(request.only_header("b") == Occurrence::Repeated);
        assert!(request.only_header("d") == Occurrence::Absent);
    }
    assert_eq!(format!("{:?}", plain.only_header("a")), "Once(redacted)");
}
