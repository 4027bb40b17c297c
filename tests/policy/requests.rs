//! Requests for each route of `all.toml`: a good one, and defects of it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tollgate::crypto::{PrivateKey, SignatureAlgorithm};
use tollgate::record::Destination;
use tollgate::validate::{
    AuthorizationTokenIssuer, CsrfGenerator, Digest, DigitalSigner, RequestValue, SessionBinding,
    TimeTokenGenerator,
};
use tollgate::{Element, PlainRequest, UnixTime};

use crate::NOW;
use crate::agents;
use crate::code::{ISSUER, certificate, secrets};
use crate::messages;
use crate::proofs;
use crate::support::{RSA, Signer};

pub(crate) const KEY: &str = include_str!("../certificates/signer-p256.key.pem");

pub(crate) type Defective = Vec<PlainRequest>;

pub(crate) fn by_route() -> Vec<(&'static str, Defective)> {
    let mut routes = vec![
        ("client_id", client_ids("client_id", &|id| id.to_owned())),
        ("client_secret", client_secrets()),
        ("access_token", opaque_tokens("token", &|request| request)),
        ("jwt", bearers(&jwts("at+jwt"), "/")),
        ("any_audience", jwts("JWT").iter().map(|jwt| get().with_header("jwt", &**jwt)).collect()),
        ("oauth", oauth()),
        ("oauth_jwt", oauth_jwts()),
        ("csrf", csrf()),
        ("origin", origins(&post())),
        ("time_token", time_tokens()),
        ("digital_signature", signatures()),
        ("proxy_authorization", proxy_tokens()),
        ("shadow", shadowed()),
        ("csrf_client", csrf_of_client()),
        ("csrf_cookie", csrf()),
        ("signed_body", signed_bodies()),
        ("proxy_off", proxy_tokens()),
        ("protected", bearers(&jwts("at+jwt"), "/")),
    ];
    routes.extend(proofs::by_route());
    routes.extend(messages::by_route());
    routes.extend(agents::by_route());
    routes
}

fn get() -> PlainRequest {
    PlainRequest::new("GET", "/orders")
}

fn post() -> PlainRequest {
    PlainRequest::new("POST", "/orders").with_scheme("https").with_authority("shop.example")
}

/// The value, and what may become of it on its way.
pub(crate) fn altered(good: &str) -> Vec<Vec<u8>> {
    let bytes = good.as_bytes();
    let flipped = |index: usize| {
        let mut bytes = bytes.to_vec();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        bytes
    };
    let mut values: Vec<Vec<u8>> = [
        good.to_owned(),
        String::new(),
        format!(" {good}"),
        format!("{good} "),
        format!("\"{good}\""),
        format!("{good}\n"),
        format!("{good}{good}"),
        format!("{good}="),
        format!("Bearer {good}"),
        good.to_uppercase(),
        good.chars().rev().collect(),
        "a".repeat(9000),
    ]
    .map(String::into_bytes)
    .to_vec();
    values.extend([flipped(0), flipped(bytes.len() / 2), flipped(bytes.len() - 1)]);
    values.push(bytes[..bytes.len() - 1].to_vec());
    values.push([bytes, b"\xff"].concat());
    values
}

/// Each value in the header; no header, two of them, and a header of another name.
pub(crate) fn in_header(base: &PlainRequest, name: &str, good: &str) -> Defective {
    let mut requests: Defective =
        altered(good).into_iter().map(|value| base.clone().with_header(name, value)).collect();
    requests.push(base.clone());
    requests.push(base.clone().with_header(name, good).with_header(name, good));
    requests.push(base.clone().with_header(format!("x-other-{name}"), good));
    requests.push(base.clone().with_header("cookie", format!("{name}={good}")));
    requests
}

fn client_ids(name: &str, written: &dyn Fn(&str) -> String) -> Defective {
    let mut requests = in_header(&get(), name, &written("app"));
    for id in ["off", "gone", "elsewhere", "brief", "nobody", "down"] {
        requests.push(get().with_header(name, written(id)));
    }
    requests
}

fn client_secrets() -> Defective {
    let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
    let mut requests = client_ids("x-client", &|id| basic(&format!("{id}:secret")));
    for pair in ["app:wrong", "app:", "app", ":secret", "off:secret"] {
        requests.push(get().with_header("x-client", basic(pair)));
    }
    requests
}

fn opaque_tokens(name: &str, with: &dyn Fn(PlainRequest) -> PlainRequest) -> Defective {
    let mut requests = in_header(&with(get()), name, "good");
    for token in ["off", "nobody", "taken", "back", "narrow", "closed", "unknown", "a&b"] {
        requests.push(with(get()).with_header(name, token));
    }
    requests
}

fn oauth() -> Defective {
    let by = |client: &str| PlainRequest::new("GET", format!("/?client={client}"));
    let mut requests = opaque_tokens("access_token", &|_| by("app"));
    for client in ["off", "elsewhere", "nobody", "", "brief", "app&client=app"] {
        requests.push(by(client).with_header("access_token", "good"));
    }
    requests
}

pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "api", "sub": "someone", "exp": NOW + 60, "iat": NOW - 5, "nbf": NOW - 5,
        "client_id": "app", "scope": "read write", "tenant": "north", "level": 3, "roles": ["a", "b"],
        "jti": "1",
    })
}

fn with(name: &str, value: Value) -> String {
    let mut claims = claims();
    claims[name] = value;
    claims.to_string()
}

fn without(name: &str) -> String {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims.to_string()
}

fn payloads() -> Vec<String> {
    let mut payloads = vec![claims().to_string(), "[]".to_owned(), "{".to_owned()];
    payloads.push(claims().to_string().replacen('{', "{\"iss\":\"x\",", 1));
    payloads.extend(claims().as_object().unwrap().keys().map(|name| without(name)));
    let others = [
        ("iss", json!("https://other.example")),
        ("iss", json!("https://issuer.example/")),
        ("aud", json!("orders")),
        ("aud", json!(["x", "orders"])),
        ("aud", json!("other")),
        ("exp", json!(NOW - 20)),
        ("exp", json!(NOW + 7000)),
        ("exp", json!("soon")),
        ("nbf", json!(NOW + 100)),
        ("iat", json!(NOW + 100)),
        ("client_id", json!("nobody")),
        ("client_id", json!("off")),
        ("azp", json!("other")),
        ("scope", json!("write")),
        ("scope", json!(["read"])),
        ("tenant", json!("south")),
        ("level", json!(3.5)),
        ("level", json!("3")),
        ("roles", json!(["b", "a"])),
        ("cnf", json!({"jkt": "x"})),
        ("cnf", json!({"x5t#S256": "x"})),
    ];
    payloads.extend(others.into_iter().map(|(name, value)| with(name, value)));
    payloads
}

fn jwts(typ: &str) -> Vec<String> {
    let signer = Signer::new(KEY, SignatureAlgorithm::EcdsaP256Sha256);
    let header = json!({ "alg": "ES256", "typ": typ }).to_string();
    let mut tokens: Vec<String> =
        payloads().iter().map(|payload| signer.token(&header, payload)).collect();
    for header in [
        json!({ "alg": "ES256" }),
        json!({ "alg": "ES256", "typ": "other" }),
        json!({ "alg": "none", "typ": typ }),
        json!({ "alg": "RS256", "typ": typ }),
        json!({ "alg": "XX", "typ": typ }),
        json!({ "alg": "ES256", "typ": typ, "crit": ["x"] }),
        json!({ "alg": "ES256", "typ": typ, "kid": "unknown" }),
    ] {
        tokens.push(signer.token(header.to_string(), claims().to_string()));
    }
    tokens.push(Signer::stranger().token(&header, claims().to_string()));
    let rsa = json!({ "alg": "RS256", "typ": typ }).to_string();
    tokens.push(Signer::rs256().token(&rsa, with("iss", json!("https://other.example"))));
    tokens.push(Signer::rs256().token(&rsa, claims().to_string()));
    tokens
}

fn bearers(tokens: &[String], target: &str) -> Defective {
    let request = || PlainRequest::new("GET", target);
    let header = |token| request().with_header("authorization", format!("Bearer {token}"));
    let mut requests: Defective = tokens.iter().map(header).collect();
    requests.extend(in_header(&request(), "authorization", &format!("Bearer {}", tokens[0])));
    requests
}

fn oauth_jwts() -> Defective {
    let tokens = jwts("JWT");
    let by_app = |request: PlainRequest| request.with_header("client_id", "app");
    let mut requests: Defective = bearers(&tokens, "/").into_iter().map(by_app).collect();
    for client in ["off", "nobody", "elsewhere"] {
        let bearer = get().with_header("authorization", format!("Bearer {}", tokens[0]));
        requests.push(bearer.with_header("client_id", client));
    }
    requests.push(get().with_header("authorization", format!("Bearer {}", tokens[0])));
    requests
}

fn origins(base: &PlainRequest) -> Defective {
    let mut requests: Defective = [
        "https://shop.example",
        "https://partner.example",
        "https://foreign.example",
        "http://shop.example",
        "https://shop.example:444",
        "null",
        "",
    ]
    .map(|origin| base.clone().with_header("origin", origin))
    .to_vec();
    requests.push(base.clone());
    requests.push(base.clone().with_header("sec-fetch-site", "cross-site"));
    requests.push(base.clone().with_header("referer", "https://foreign.example/page"));
    requests.push(get());
    requests
}

fn csrf() -> Defective {
    let session = SessionBinding::cookie("session").unwrap();
    let element = Element::cookie("csrf").unwrap();
    let hour = Duration::from_secs(3600);
    let generator = CsrfGenerator::new(element, secrets("forms"), session, hour).unwrap();
    let now = UnixTime::from_seconds(NOW);
    let token = generator.generate_for_session(b"s1", now).unwrap().token().to_owned();
    let cookies = |session: &str, token: &str| {
        let request = post().with_header("origin", "https://shop.example");
        request.with_header("cookie", format!("session={session}; csrf={token}"))
    };
    let mut requests = in_header(&cookies("s1", &token), "x-csrf", &token);
    for origin in origins(&post().with_header("cookie", format!("session=s1; csrf={token}"))) {
        requests.push(origin.with_header("x-csrf", &*token));
    }
    requests.push(cookies("s2", &token).with_header("x-csrf", &*token));
    requests.push(cookies("s1", "other").with_header("x-csrf", &*token));
    requests.push(cookies("s1", "other").with_header("x-csrf", "other"));
    let upgrade = get().with_header("upgrade", "websocket").with_header("connection", "upgrade");
    for origin in ["https://foreign.example", "https://partner.example"] {
        requests.push(upgrade.clone().with_header("origin", origin));
    }
    requests.push(upgrade);
    requests
}

fn csrf_of_client() -> Defective {
    let element = Element::header("x-csrf").unwrap();
    let (session, hour) = (SessionBinding::established_client(), Duration::from_secs(3600));
    let generator = CsrfGenerator::new(element, secrets("forms"), session, hour).unwrap();
    let now = UnixTime::from_seconds(NOW);
    let token = generator.generate_for_session(b"app", now).unwrap().token().to_owned();
    let base = post().with_header("client_id", "app");
    let mut requests = in_header(&base, "x-csrf", &token);
    requests.extend(origins(&base.with_header("x-csrf", &*token)));
    requests.push(post().with_header("client_id", "brief").with_header("x-csrf", &*token));
    requests
}

/// SHA-1 is verified only, so this signature was made elsewhere.
fn signed_bodies() -> Defective {
    let content = include_bytes!("../vectors/digital_signature/content.bin");
    let signature = include_str!("../vectors/digital_signature/sha1.base64").trim();
    let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let request = |client: &str, signature: &str, body: &[u8]| {
        let target = format!("/?signature={signature}");
        PlainRequest::new("POST", target).with_header("client_id", client).with_body(body)
    };
    let mut requests = vec![request("vector", &signature, content)];
    requests.push(request("app", &signature, content));
    requests.push(request("vector", &signature, b"other"));
    requests.push(request("vector", &signature, b""));
    for altered in ["YQ%3D%3D", "", "a", "a&signature=b"] {
        requests.push(request("vector", altered, content));
    }
    requests
}

fn time_tokens() -> Defective {
    let element = Element::header("time-token").unwrap();
    let file = RequestValue::element(Element::query_param("file").unwrap());
    let generator = TimeTokenGenerator::new(element, secrets("links")).unwrap().mixing(file);
    let request = |file: &str| PlainRequest::new("GET", format!("/?file={file}"));
    let issue = |at: i64| {
        let issued = generator.generate(&request("a"), UnixTime::from_seconds(NOW + at));
        issued.unwrap().token().to_owned()
    };
    let mut requests = in_header(&request("a"), "time-token", &issue(0));
    requests.push(request("b").with_header("time-token", issue(0)));
    requests.push(get().with_header("time-token", issue(0)));
    for at in [-61, -60, -1, 1, 20, 3990] {
        requests.push(request("a").with_header("time-token", issue(at)));
    }
    requests
}

fn signatures() -> Defective {
    let signer = DigitalSigner::from_pem(RSA.as_bytes(), Digest::Sha256).unwrap();
    let signature = signer.sign(b"POST\n/orders\nbody").unwrap();
    let request = |target: &str, body: &str| {
        PlainRequest::new("POST", target).with_body(body).with_header("client_id", "app")
    };
    let mut requests = in_header(&request("/orders", "body"), "signature", &signature);
    requests.push(request("/other", "body").with_header("signature", &*signature));
    requests.push(request("/orders", "other").with_header("signature", &*signature));
    requests.push(post().with_header("signature", &*signature));
    requests.push(post().with_header("client_id", "off").with_header("signature", &*signature));
    requests.push(request("/orders", "body").with_header("signature", "YQ=="));
    requests
}

fn proxy_tokens() -> Defective {
    let key = PrivateKey::from_pem(KEY.as_bytes()).unwrap();
    let server = AuthorizationTokenIssuer::new(certificate(), key).unwrap();
    let issue = |host: &str| {
        let destination = Destination::parse(host).unwrap();
        let issued = server.issue(&destination, UnixTime::from_seconds(NOW)).unwrap();
        Arc::<str>::from(issued.as_str())
    };
    let connect = |host: &str| PlainRequest::new("CONNECT", host);
    let good = issue("intranet.example:443");
    let mut requests = in_header(&connect("intranet.example:443"), "authorization-token", &good);
    requests.push(connect("other.example:443").with_header("authorization-token", &*good));
    requests.push(connect("intranet.example:80").with_header("authorization-token", &*good));
    requests.push(connect("").with_header("authorization-token", &*good));
    let other = issue("other.example:443");
    requests.push(connect("intranet.example:443").with_header("authorization-token", &*other));
    requests
}

fn shadowed() -> Defective {
    let mut requests =
        opaque_tokens("access_token", &|request| request.with_header("client_id", "app"));
    requests.extend(client_ids("client_id", &|id| id.to_owned()));
    requests
}
