//! What a protected resource says of itself, and how gates and issuers hold to it (RFC 9728).

use serde_json::{Value, json};
use tollgate::gate::ImmediateChain;
use tollgate::interceptor::{AnyResource, Immediate};
use tollgate::jose::{Algorithm, KeySet, RotatingKeys, SigningKey};
use tollgate::protected_resource::{BearerMethod, ProtectedResource};
use tollgate::record::{Access, Client, Grant, Scopes};
use tollgate::rejection::{Challenge, Checkpoint, Kind};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::wording::{RefusalResponse, StatusPolicy};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ConfigError, Element, Gate, Issuer, JwtValidation,
    ManualClock, OAuthValidation, OriginCheck, PlainRequest, Reason, Rejection, UnixTime, Wording,
};

const RESOURCE: &str = "https://api.example/mcp";
const SERVER: &str = "https://issuer.example";
const METADATA: &str =
    r#"resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp""#;
const NOW: i64 = 1_800_000_000;

fn at(resource: &str) -> Result<ProtectedResource, ConfigError> {
    ProtectedResource::new(resource, SERVER)
}

fn resource() -> ProtectedResource {
    at(RESOURCE).unwrap()
}

fn refused(result: Result<ProtectedResource, ConfigError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.part(), "protected resource", "{error}");
    error.field().to_owned()
}

/// The document, and what RFC 9728 shows of it in section 3.2; sets have no order in either.
#[test]
fn the_example_response_of_the_rfc_is_what_such_a_resource_answers() {
    let resource =
        ProtectedResource::new("https://resource.example.com", "https://as1.example.com")
            .and_then(|resource| resource.also_authorized_by("https://as2.example.net"))
            .map(|one| one.bearer_methods_supported([BearerMethod::Body, BearerMethod::Header]))
            .and_then(|one| one.scopes_supported(&Scopes::of(["profile", "email", "phone"])))
            .and_then(|resource| {
                let page = "https://resource.example.com/resource_documentation.html";
                resource.resource_documentation(page)
            })
            .unwrap();
    let answered: Value = serde_json::from_str(&resource.json()).unwrap();
    let example = json!({
        "resource": "https://resource.example.com",
        "authorization_servers": ["https://as1.example.com", "https://as2.example.net"],
        "bearer_methods_supported": ["header", "body"],
        "scopes_supported": ["email", "phone", "profile"],
        "resource_documentation": "https://resource.example.com/resource_documentation.html"
    });
    assert_eq!(answered, example);
    assert_eq!(ProtectedResource::MEDIA_TYPE, "application/json");
}

/// The first two are those of RFC 9728 section 3.1.
#[test]
fn the_well_known_path_comes_between_host_and_path() {
    for (resource, expected) in [
        ("https://resource.example.com", ""),
        ("https://resource.example.com/resource1", "/resource1"),
        ("https://api.example/", ""),
        ("https://api.example/a/b", "/a/b"),
        ("https://api.example/mcp/", "/mcp/"),
        ("https://api.example//", "//"),
        ("https://api.example:8443/mcp", "/mcp"),
        ("https://[2001:db8::1]:8443/mcp", "/mcp"),
        ("https://[::1]", ""),
        ("https://api.example/mcp?tenant=a/b", "/mcp?tenant=a/b"),
        ("https://api.example?tenant=a", "?tenant=a"),
        ("https://api.example/?tenant=a", "?tenant=a"),
        ("HTTPS://API.example/Mcp", "/Mcp"),
    ] {
        let metadata = at(resource).unwrap();
        let path = format!("/.well-known/oauth-protected-resource{expected}");
        assert_eq!(metadata.well_known_path(), path, "{resource}");
        let authority = resource.split('/').nth(2).unwrap().split('?').next().unwrap();
        let scheme = resource.split(':').next().unwrap();
        assert_eq!(metadata.metadata_url(), format!("{scheme}://{authority}{path}"));
        assert_eq!(metadata.resource(), resource);
    }
}

#[test]
fn a_resource_is_an_https_url_without_userinfo_and_fragment() {
    for url in [
        "http://api.example/mcp",
        "https://api.example/mcp#part",
        "https://api.example#",
        "https://user@api.example/",
        "https://api.example:0/",
        "https://api.example/a b",
        "api.example/mcp",
        "",
    ] {
        assert_eq!(refused(at(url)), "resource", "{url}");
    }
    // A client that resolves these asks for the document elsewhere, if it asks at all.
    for path in [
        "..",
        ".",
        "../",
        "a/../../b",
        "a/./b",
        "a/..?b",
        "%2e%2E/b",
        ".%2e",
        "%2e",
        r"..\b",
        "%",
        "%2",
        "%zz",
        "\"",
        "<",
        ">",
        "^",
        "`",
        "{",
        "|",
        "}",
        "a?\"",
        "a?%4",
    ] {
        assert_eq!(refused(at(&format!("https://api.example/{path}"))), "resource", "{path}");
    }
    for path in ["...", ".a", "a..", "a.b/%2f%2E1", "-._~!$&'()*+,;=:@//", "a?../?%2e%2e"] {
        assert!(at(&format!("https://api.example/{path}")).is_ok(), "{path}");
    }
    let insecure = ProtectedResource::insecure_http("http://127.0.0.1:8080/mcp", "http://[::1]:1");
    let url = "http://127.0.0.1:8080/.well-known/oauth-protected-resource/mcp";
    assert_eq!(insecure.unwrap().metadata_url(), url);
    let insecure = ProtectedResource::insecure_http;
    assert_eq!(refused(insecure("ftp://127.0.0.1", "http://[::1]:1")), "resource");
    assert_eq!(refused(insecure("http://[::1]", "ftp://[::1]")), "authorization_servers");
}

#[test]
fn an_authorization_server_is_an_https_issuer_named_once() {
    let with = |server| ProtectedResource::new(RESOURCE, server);
    for server in ["http://issuer.example", "https://issuer.example?a", "https://a#b", ""] {
        assert_eq!(refused(with(server)), "authorization_servers", "{server}");
        assert_eq!(refused(resource().also_authorized_by(server)), "authorization_servers");
    }
    assert_eq!(refused(resource().also_authorized_by(SERVER)), "authorization_servers");
    let two = resource().also_authorized_by("https://issuer.example/").unwrap();
    assert!(two.is_authorized_by(SERVER) && two.is_authorized_by("https://issuer.example/"));
    assert!(!two.is_authorized_by("https://ISSUER.example"));
}

#[test]
fn every_member_that_cannot_be_is_refused_by_its_name() {
    let scopes =
        |scopes: &[&str]| refused(resource().scopes_supported(&Scopes::of(scopes.to_vec())));
    for odd in [&[][..], &[""], &["a b"], &["a", "b\"c"], &["b\\c"], &["é"], &["a\u{7f}"]] {
        assert_eq!(scopes(odd), "scopes_supported", "{odd:?}");
    }
    assert!(resource().scopes_supported(&Scopes::of(["!", "~", "files:read"])).is_ok());
    let algorithms = |names: &[&'static str]| {
        resource().dpop_signing_alg_values_supported(names.iter().copied())
    };
    for odd in [&[][..], &[""], &["none"], &["NONE"], &["ES256", "HS256"], &["ES 256"]] {
        assert_eq!(refused(algorithms(odd)), "dpop_signing_alg_values_supported", "{odd:?}");
    }
    assert!(algorithms(&["ES256", "Ed25519", "ML-DSA-44"]).is_ok());
    assert_eq!(refused(resource().resource_name("")), "resource_name");
    assert_eq!(refused(resource().jwks_uri("http://api.example/keys")), "jwks_uri");
    assert_eq!(refused(resource().jwks_uri("https://api.example/keys#1")), "jwks_uri");
    for page in ["http://api.example/", "https://api.example/#a b", "https://a.example/#a#b", "#a"]
    {
        assert_eq!(refused(resource().resource_documentation(page)), "resource_documentation");
    }
    assert!(resource().resource_documentation("https://api.example/docs#errors").is_ok());
}

/// An author is not helped by a rule that the URL keeps.
#[test]
fn a_url_that_is_refused_is_told_the_rule_that_it_breaks() {
    let said = |result: Result<ProtectedResource, ConfigError>| result.unwrap_err().to_string();
    let fragment = said(resource().jwks_uri("https://api.example/keys#1"));
    assert!(fragment.contains("fragment"), "{fragment}");
    let local = ProtectedResource::insecure_http("http://[::1]", "http://[::1]:1").unwrap();
    for odd in [
        said(local.clone().jwks_uri("ftp://[::1]/keys")),
        said(local.clone().resource_documentation("ftp://[::1]/page")),
        said(local.also_authorized_by("ftp://[::1]")),
    ] {
        assert!(odd.contains("as secure as the resource") && !odd.contains("https"), "{odd}");
    }
}

#[test]
fn members_are_in_the_order_of_the_rfc_whatever_was_said_first() {
    let full = resource()
        .dpop_bound_access_tokens_required()
        .dpop_signing_alg_values_supported(["ES256", "EdDSA", "ES256"])
        .map(ProtectedResource::tls_client_certificate_bound_access_tokens)
        .and_then(|one| one.resource_documentation("https://api.example/docs#a"))
        .and_then(|one| one.resource_name("Files \"and\" more"))
        .map(|one| one.bearer_methods_supported([BearerMethod::Query, BearerMethod::Header]))
        .and_then(|one| one.scopes_supported(&Scopes::of(["b", "a"])))
        .and_then(|one| one.jwks_uri("https://api.example/keys"))
        .unwrap();
    let expected = concat!(
        r#"{"resource":"https://api.example/mcp","#,
        r#""authorization_servers":["https://issuer.example"],"#,
        r#""jwks_uri":"https://api.example/keys","#,
        r#""scopes_supported":["a","b"],"#,
        r#""bearer_methods_supported":["header","query"],"#,
        r#""resource_name":"Files \"and\" more","#,
        r#""resource_documentation":"https://api.example/docs#a","#,
        r#""tls_client_certificate_bound_access_tokens":true,"#,
        r#""dpop_signing_alg_values_supported":["ES256","EdDSA"],"#,
        r#""dpop_bound_access_tokens_required":true}"#,
    );
    assert_eq!(full.json(), expected);
    let none = resource().bearer_methods_supported([]);
    assert!(none.json().ends_with(r#","bearer_methods_supported":[]}"#), "{}", none.json());
}

fn key() -> (SigningKey, KeySet) {
    let key = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    (key, keys)
}

fn gate<I: Immediate>(policy: StatusPolicy, interceptor: I) -> Gate<ManualClock, I> {
    Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource(AnyResource)
        .protected_resource(&resource())
        .wording(Wording::default().status_policy(policy))
        .with(interceptor)
        .build()
        .unwrap()
}

fn bearer(token: &str) -> PlainRequest {
    PlainRequest::new("POST", "/mcp").with_header("authorization", format!("Bearer {token}"))
}

fn answer<I: Immediate>(gate: &Gate<ManualClock, I>, request: &PlainRequest) -> RefusalResponse {
    gate.wording().response(&gate.check_now(request).unwrap_err())
}

#[test]
fn the_audience_of_a_token_is_the_resource_exactly() {
    let (key, keys) = key();
    let issuer =
        || Issuer::for_protected_resource(SERVER, &resource(), [Algorithm::Es256], keys.clone());
    let gate =
        gate(StatusPolicy::Standard, JwtValidation::new(Element::bearer(), issuer().unwrap()));
    let decided = |audience: Value| {
        let claims = json!({ "iss": SERVER, "aud": audience, "exp": NOW + 60 }).to_string();
        let token = key.sign(claims.as_bytes()).unwrap();
        gate.check_now(&bearer(&token)).map_err(|rejection| rejection.reason().code())
    };
    assert!(decided(json!(RESOURCE)).is_ok());
    assert!(decided(json!(["https://other.example", RESOURCE])).is_ok());
    let claims = json!({ "iss": SERVER, "aud": "api", "exp": NOW + 60 }).to_string();
    let elsewhere = answer(&gate, &bearer(&key.sign(claims.as_bytes()).unwrap()));
    assert_eq!(told(&elsewhere), (401, r#"error="invalid_token""#.to_owned()));
    for other in [
        "https://api.example/mcp/",
        "https://api.example/MCP",
        "https://API.example/mcp",
        "HTTPS://api.example/mcp",
        "https://api.example:443/mcp",
        "https://api.example/mc",
        "https://api.example/mcp2",
        "https://api.example/mcp?",
        "https://api.example",
        "http://api.example/mcp",
        " https://api.example/mcp",
        "",
    ] {
        assert_eq!(decided(json!(other)).unwrap_err(), "jwt.audience", "{other}");
    }
    assert_eq!(decided(json!(null)).unwrap_err(), "claim.type");
}

#[test]
fn an_issuer_must_be_one_of_the_resources_authorization_servers() {
    let (_, keys) = key();
    let two = resource().also_authorized_by("https://second.example").unwrap();
    let new = |name: &str| {
        let es256 = [Algorithm::Es256];
        let held = Issuer::for_protected_resource(name, &two, es256, keys.clone());
        let keys = RotatingKeys::from(keys.clone());
        let asked = Issuer::for_protected_resource_with_provider(name, &two, es256, keys);
        assert_eq!(held.as_ref().err(), asked.as_ref().err(), "{name}");
        held
    };
    assert!(new(SERVER).is_ok());
    assert!(new("https://second.example").is_ok());
    for name in ["https://issuer.example/", "https://ISSUER.example", "https://third.example", ""] {
        let error = new(name).unwrap_err();
        assert_eq!((error.part(), error.field()), ("issuer", "name"), "{name}");
    }
    let none = Issuer::for_protected_resource(SERVER, &two, [], keys);
    assert_eq!(none.unwrap_err().field(), "algorithms");
}

#[test]
fn every_bearer_challenge_names_the_metadata_last() {
    let documented = gate(StatusPolicy::Documented, opaque(Scopes::default()));
    let missing = answer(&documented, &PlainRequest::new("POST", "/mcp"));
    assert_eq!(missing.status, 401);
    let challenge = missing.header("www-authenticate").unwrap();
    assert_eq!(challenge, format!("Bearer realm=\"tollgate\", {METADATA}"));

    let unknown = answer(&documented, &bearer("unknown"));
    let described = "Bearer realm=\"tollgate\", error=\"invalid_token\", error_description=\"Access \
                     Token in the request, identified by HEADER Authorization, is invalid. Check \
                     docs.sensedia.com\"";
    assert_eq!(unknown.header("www-authenticate").unwrap(), format!("{described}, {METADATA}"));

    let wording = documented.wording();
    for kind in [Kind::Missing, Kind::Malformed, Kind::Invalid, Kind::NoAccess, Kind::Forbidden] {
        let reason = Reason::HostRefused { code: "host", kind };
        let checkpoint = Checkpoint::of("host").with_challenge(Challenge::Bearer);
        let response = wording.response(&Rejection::new(reason, checkpoint));
        assert!(response.header("www-authenticate").unwrap().ends_with(METADATA), "{kind:?}");
    }
}

#[test]
fn challenges_of_every_token_validator_name_the_metadata_and_no_other_does() {
    let (_, keys) = key();
    let issuer =
        Issuer::for_protected_resource(SERVER, &resource(), [Algorithm::Es256], keys).unwrap();
    let named = |response: RefusalResponse| {
        response.header("www-authenticate").unwrap().contains("resource_metadata")
    };
    let jwt = JwtValidation::new(Element::bearer(), issuer.clone());
    assert!(named(answer(&gate(StatusPolicy::Documented, jwt), &bearer("x"))));
    let oauth = OAuthValidation::jwt(issuer, clients()).access_token_element(Element::bearer());
    let oauth = gate(StatusPolicy::Documented, oauth);
    assert!(named(answer(&oauth, &bearer("x").with_header("client_id", "app"))));
    assert!(!named(answer(&oauth, &bearer("x"))));
    let id = gate(StatusPolicy::Documented, ClientIdValidation::new(clients()));
    assert!(!named(answer(&id, &bearer("x"))));
}

#[test]
fn a_gate_without_a_protected_resource_names_none() {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(opaque(Scopes::default()))
        .build()
        .unwrap();
    let response = answer(&gate, &bearer("unknown"));
    assert!(!response.header("www-authenticate").unwrap().contains("resource_metadata"));
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    clients
}

/// `reader` has the scope `read`, `other` none.
fn opaque(scopes: Scopes) -> AccessTokenValidation<InMemoryGrants, InMemoryClients> {
    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(UnixTime::from_seconds(NOW + 60));
    for (token, granted) in [("reader", "read"), ("other", "")] {
        let grant = Grant::new(token.as_bytes(), "app", lifetime).with_access(Access::Everything);
        grants.add(grant.with_scopes(Scopes::parse(granted)));
    }
    AccessTokenValidation::new(grants, clients()).element(Element::bearer()).scopes(scopes)
}

/// The challenge without realm, description and metadata.
fn told(response: &RefusalResponse) -> (u16, String) {
    let challenge = response.header("www-authenticate").unwrap();
    let parts: Vec<_> = ["error=", "scope="]
        .iter()
        .filter_map(|name| challenge.split(", ").find(|part| part.starts_with(name)))
        .collect();
    (response.status, parts.join(" "))
}

#[test]
fn a_lack_of_scope_is_told_with_all_scopes_that_are_needed() {
    let needed = || Scopes::of(["write", "read", "list"]);
    let expected = (403, r#"error="insufficient_scope" scope="list read write""#.to_owned());
    let standard = gate(StatusPolicy::Standard, opaque(needed()));
    for token in ["reader", "other"] {
        let refused = standard.check_now(&bearer(token)).unwrap_err();
        assert_eq!(refused.reason(), &Reason::TokenScope { scope: "list".into() });
        assert!(standard.wording().trace(&refused).ends_with("lacks the scope list]"));
        assert_eq!(told(&standard.wording().response(&refused)), expected);
    }
    let (key, keys) = key();
    let issuer =
        Issuer::for_protected_resource(SERVER, &resource(), [Algorithm::Es256], keys).unwrap();
    let claims = json!({ "iss": SERVER, "aud": RESOURCE, "exp": NOW + 60, "scope": "read list" });
    let token = key.sign(claims.to_string().as_bytes()).unwrap();
    let jwt = JwtValidation::new(Element::bearer(), issuer.clone()).scopes(needed());
    let refused = answer(&gate(StatusPolicy::Standard, jwt), &bearer(&token));
    assert_eq!(told(&refused), expected);

    let claims = json!({
        "iss": SERVER, "aud": RESOURCE, "exp": NOW + 60, "client_id": "app", "scope": "read",
    });
    let token = key.sign(claims.to_string().as_bytes()).unwrap();
    let oauth = OAuthValidation::jwt(issuer, clients())
        .access_token_element(Element::bearer())
        .token_rules(|rules| Ok(rules.scopes(needed())))
        .unwrap();
    let request = bearer(&token).with_header("client_id", "app");
    assert_eq!(told(&answer(&gate(StatusPolicy::Standard, oauth), &request)), expected);
}

#[test]
fn scopes_are_told_where_another_token_helps_and_only_by_the_standard_policy() {
    let standard = gate(StatusPolicy::Standard, opaque(Scopes::of(["write", "read"])));
    let missing = PlainRequest::new("POST", "/mcp");
    let scope = r#"scope="read write""#;
    assert_eq!(told(&answer(&standard, &missing)), (401, scope.to_owned()));
    let invalid = (401, format!(r#"error="invalid_token" {scope}"#));
    assert_eq!(told(&answer(&standard, &bearer("unknown"))), invalid);
    let twice = bearer("reader").with_header("authorization", "Bearer reader");
    assert_eq!(told(&answer(&standard, &twice)), (400, r#"error="invalid_request""#.to_owned()));

    let documented = gate(StatusPolicy::Documented, opaque(Scopes::of(["write"])));
    assert_eq!(told(&answer(&documented, &missing)), (401, String::new()));
    let silent = (401, r#"error="invalid_token""#.to_owned());
    assert_eq!(told(&answer(&documented, &bearer("reader"))), silent);

    let unscoped =
        gate(StatusPolicy::Standard, opaque(Scopes::of(["write"])).scopes(Scopes::default()));
    assert_eq!(told(&answer(&unscoped, &missing)), (401, String::new()));
}

/// Another scope would not help a client that may not use the resource.
#[test]
fn a_token_that_cannot_be_read_or_is_for_another_audience_is_an_invalid_one() {
    let gate = gate(StatusPolicy::Standard, opaque(Scopes::default()));
    let elsewhere = Wording::default().status_policy(StatusPolicy::Standard);
    for (reason, otherwise) in [
        (Reason::JwtMalformed { part: "header" }, 400),
        (Reason::JwtNotAnObject { part: "header" }, 400),
        (Reason::JwtDuplicateMember { part: "header" }, 400),
        (Reason::JwtHeaderType { member: "alg" }, 400),
        (Reason::JwtAudience, 403),
    ] {
        let checkpoint = Checkpoint::of("test").with_challenge(Challenge::Bearer);
        let refused = Rejection::new(reason, checkpoint);
        let (status, challenge) = told(&gate.wording().response(&refused));
        assert_eq!(status, 401, "{refused}");
        assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
        assert_eq!(elsewhere.response(&refused).status, otherwise, "{refused}");
    }
}

#[test]
fn other_refusals_of_access_name_no_scope() {
    let wording = Wording::default().status_policy(StatusPolicy::Standard);
    let checkpoint =
        Checkpoint::of("host").with_challenge(Challenge::Bearer).with_scopes(&Scopes::of(["read"]));
    let reason = Reason::ClientNotLinked { resource: "orders".into() };
    let response = wording.response(&Rejection::new(reason, checkpoint));
    assert_eq!(told(&response), (403, r#"error="insufficient_scope""#.to_owned()));
}

/// The table "What a client sees" of `docs/mcp-servers.md`.
#[test]
fn an_mcp_server_answers_as_its_page_says() {
    let (key, keys) = key();
    let issuer =
        Issuer::for_protected_resource(SERVER, &resource(), [Algorithm::Es256], keys).unwrap();
    let tokens = JwtValidation::new(Element::bearer(), issuer).scopes(Scopes::of(["read"]));
    let chain = ImmediateChain::new().with(OriginCheck::new()).with(tokens);
    let gate = gate(StatusPolicy::Standard, chain);
    let token = |changes: &[(&str, Value)]| {
        let mut claims =
            json!({ "iss": SERVER, "aud": RESOURCE, "exp": NOW + 60, "scope": "read" });
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        bearer(&key.sign(claims.to_string().as_bytes()).unwrap())
    };
    assert!(gate.check_now(&token(&[])).is_ok());

    let invalid = (401, r#"error="invalid_token" scope="read""#);
    let request = (400, r#"error="invalid_request""#);
    for (request, expected) in [
        (PlainRequest::new("POST", "/mcp"), (401, r#"scope="read""#)),
        (token(&[("exp", json!(NOW - 30))]), invalid),
        (token(&[("aud", json!("https://other.example"))]), invalid),
        (bearer("opaque"), invalid),
        (bearer("a.b.c"), invalid),
        (token(&[("scope", json!("write"))]), (403, r#"error="insufficient_scope" scope="read""#)),
        (token(&[]).with_header("authorization", "Bearer x"), request),
        (bearer(""), request),
        (bearer("a b"), request),
    ] {
        let response = answer(&gate, &request);
        let (status, challenge) = told(&response);
        assert_eq!((status, challenge.as_str()), expected);
        assert!(response.header("www-authenticate").unwrap().ends_with(METADATA));
    }
    let foreign = answer(&gate, &token(&[]).with_header("origin", "https://foreign.example"));
    assert_eq!((foreign.status, foreign.header("www-authenticate")), (403, None));
}
