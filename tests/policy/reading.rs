//! What is refused when a file is read, before any part is known.

use tollgate::ManualClock;
use tollgate::UnixTime;
use tollgate::policy::{Parts, Policies, Policy, PolicyError};

use crate::code::World;

const ISSUER: &str = "name = 'https://issuer.example', audiences = ['api'], \
                      algorithms = ['ES256'], keys = 'p256'";

fn read(file: &str) -> Result<Policies, PolicyError> {
    let table: toml::Table = toml::from_str(file).unwrap_or_else(|error| panic!("{error}{file}"));
    Policies::read(table)
}

/// The error of a gate with one interceptor in this text.
fn error(interceptor: &str) -> PolicyError {
    let file = format!("[gates.a]\nresource = 'orders'\ninterceptors = [{{ {interceptor} }}]");
    read(&file).map(|_| ()).expect_err(interceptor)
}

fn jwt(members: &str) -> String {
    format!("type = 'jwt', scheme = 'Bearer', issuers = [{{ {ISSUER} }}], {members}")
}

fn signed(members: &str, coverage: &str) -> String {
    let signature = "authorities = ['a.example'], signature = { tag = 'a' }";
    format!("type = 'http_signature', {signature}, coverage = '{coverage}', {members}")
}

#[test]
fn a_file_without_gates_or_interceptors_is_refused() {
    let error = read("gates = {}").unwrap_err();
    assert_eq!((error.path(), error.found()), ("gates", "an empty table"));
    let error = read("[gates.orders]\ninterceptors = []").unwrap_err();
    assert_eq!((error.path(), error.found()), ("gates.orders.interceptors", "an empty list"));
    assert!(serde_json::from_str::<Policy>(r#"{"interceptors":[]}"#).is_err());
}

#[test]
fn what_no_parts_can_mend_is_refused() {
    let issuer = |members: &str| {
        format!(
            "type = 'jwt', scheme = 'Bearer', issuers = [{{ name = 'i', keys = 'p', {members} }}]"
        )
    };
    let (place, session) = ("location = 'HEADER', name = 'x-token'", "session = { cookie = 's' }");
    for (interceptor, path) in [
        (issuer("audiences = ['api'], algorithms = []"), "issuers[0].algorithms"),
        (issuer("audiences = [], algorithms = ['ES256']"), "issuers[0].audiences"),
        (issuer("audiences = [''], algorithms = ['ES256']"), "issuers[0].audiences[0]"),
        (issuer("audiences = ['api', ''], algorithms = ['ES256']"), "issuers[0].audiences[1]"),
        (format!("type = 'jwt', issuers = [{{ {ISSUER} }}]"), "location"),
        (format!("type = 'jwt', locaton = 'ANY', issuers = [{{ {ISSUER} }}]"), "locaton"),
        (
            format!("type = 'jwt', scheme = 'Bearer', issuers = [{{ {ISSUER} }}, {{ {ISSUER} }}]"),
            "issuers[1].name",
        ),
        (jwt("token_type = ''"), "token_type"),
        (jwt("skew = '1h'"), "skew"),
        (jwt("maximum_lifetime = '0s'"), "maximum_lifetime"),
        ("type = 'csrf', secrets = 'a', session = 'established_client'".to_owned(), "location"),
        ("type = 'time_token', secrets = 'a'".to_owned(), "location"),
        ("type = 'digital_signature', digest = 'SHA256'".to_owned(), "location"),
        ("type = 'proxy_authorization', trust = 'a'".to_owned(), "location"),
        (
            format!("type = 'time_token', {place}, secrets = 'a', time_to_live = '0s'"),
            "time_to_live",
        ),
        (
            format!("type = 'csrf', location = 'ANY', name = 'a', secrets = 'a', {session}"),
            "location",
        ),
        ("type = 'origin', own_origins = ['shop.example']".to_owned(), "own_origins[0]"),
        ("type = 'client_secret', location = 'COOKIE', name = 'a'".to_owned(), "location"),
        ("type = 'client_id', enforcement = 'observe'".to_owned(), ""),
    ] {
        let found = error(&interceptor);
        let path = match path {
            "" => "gates.a.interceptors".to_owned(),
            path => format!("gates.a.interceptors[0].{path}"),
        };
        assert_eq!(found.path(), path, "{interceptor}: {found}");
    }
}

/// What only the host can say is not asked for at reading.
#[test]
fn a_file_is_read_without_its_parts() {
    let file = include_str!("../policies/all.toml");
    let policies = read(file).unwrap();
    let clock = ManualClock::at(UnixTime::EPOCH);
    assert!(policies.build(&Parts::new(), &std::sync::Arc::new(clock)).is_err());
}

#[test]
fn a_shadow_may_come_first() {
    let file = "[gates.a]\nresource = 'orders'\ninterceptors = \
                [{ type = 'client_id', enforcement = 'observe' }, { type = 'origin' }]";
    let clock = std::sync::Arc::new(ManualClock::at(UnixTime::EPOCH));
    assert!(read(file).unwrap().build(&World::new().parts(), &clock).is_ok());
}

/// A short text may be a password or a key: its length is all that an error says.
#[test]
fn an_error_shows_no_short_secret() {
    for secret in ["hunter2", "s3cr3tS3cr3tS3cr3t", "AKIAIOSFODNN7EXAMPLE", "dGhpcyBpcyBhIHNl"] {
        for interceptor in [
            format!("type = '{secret}'"),
            format!("type = 'client_id', location = '{secret}', name = 'a'"),
            format!("type = 'client_id', scheme = '{secret}'"),
            format!("type = 'client_id', enforcement = '{secret}'"),
            format!("type = 'client_id', {secret} = 1"),
            jwt(&format!("skew = '{secret}'")),
            jwt("").replace("ES256", secret),
            format!("type = 'digital_signature', digest = '{secret}'"),
            jwt(&format!("dpop = {{ urls = '{secret}', replays = 'r' }}")),
            jwt(&format!("dpop = {{ urls = ['{secret}'], replays = 'r' }}")),
            format!("type = 'http_signature', authorities = '{secret}'"),
            signed("keys = 'k'", secret),
            signed(&format!("keys = {{ of_client = ['{secret}'] }}"), "target_uri"),
            signed(&format!("keys = 'k', also_covered = ['{secret} ']"), "target_uri"),
            format!("type = 'web_bot_auth', authorities = ['{secret}/'], unsigned = 'admit'"),
        ] {
            let error = error(&interceptor);
            assert!(!format!("{error} {error:?}").contains(secret), "{error}");
        }
    }
    let found = error("type = 'client_id', location = 'hunter2', name = 'a'");
    assert_eq!(found.found(), "a text of 7 characters");
}

#[test]
fn a_word_and_a_misspelt_name_are_shown() {
    for (interceptor, shown) in [
        ("type = 'oidc'", "`oidc`"),
        ("type = 'digital_signatur'", "`digital_signatur`"),
        ("type = 'proxy_authorisation'", "`proxy_authorisation`"),
        ("type = 'client_id', scheme = 'Digest'", "`Digest`"),
        ("type = 'digital_signature', digest = 'sha-256'", "`sha-256`"),
    ] {
        assert_eq!(error(interceptor).found(), shown);
    }
}

#[test]
fn a_missing_part_is_named() {
    let missing = |name: &str| {
        let file = format!(
            "[gates.a]\nresource = 'orders'\ninterceptors = [{{ type = 'client_id', clients = '{name}' }}]"
        );
        let clock = std::sync::Arc::new(ManualClock::at(UnixTime::EPOCH));
        let build =
            |parts: &Parts| read(&file).unwrap().build(parts, &clock).map(|_| ()).unwrap_err();
        (build(&World::new().parts()), build(&Parts::new()))
    };
    let (misspelt, none) = missing("mian");
    assert_eq!(misspelt.found(), "`mian`, under which the host registers no store of clients");
    assert_eq!(misspelt.suggestion(), Some("main"));
    assert_eq!(none.found(), "`mian`, under which the host registers no store of clients");
    assert_eq!(none.expected(), "a registered name; there is none");
    let file = "protected_resource = 'api'\ninterceptors = [{ type = 'origin' }]";
    let policy: Policy = toml::from_str(file).unwrap();
    let error = policy.build(&Parts::new(), ManualClock::at(UnixTime::EPOCH)).unwrap_err();
    assert_eq!(error.path(), "protected_resource");
    let (secret, _) = missing("s3cr3tS3cr3tS3cr3t");
    assert!(secret.found().starts_with("a text of 18 characters, under which"), "{secret}");
}

#[test]
fn a_required_value_is_json_without_a_doubt() {
    let document = |value: &str| {
        format!(
            r#"{{"interceptors":[{{"type":"jwt","scheme":"Bearer","required_values":{{"a":{value}}},
            "issuers":[{{"name":"i","audiences":["api"],"algorithms":["ES256"],"keys":"k"}}]}}]}}"#
        )
    };
    let read = |value: &str| {
        Policy::read(&mut serde_json::Deserializer::from_str(&document(value))).map(|_| ())
    };
    assert_eq!(read(r#"{"b":[1,-2.5,null,{"c":true}]}"#), Ok(()));
    let twice = read(r#"{"b":[{"c":1,"c":2}]}"#).unwrap_err();
    assert_eq!(twice.path(), "interceptors[0].required_values.a.b[0].c");
    assert_eq!(twice.found(), "a second member of this name");
    for (value, found) in [
        ("nan", "a number that is not finite"),
        ("[1.0, inf]", "a number that is not finite"),
        ("-inf", "a number that is not finite"),
    ] {
        let error = error(&jwt(&format!("required_values = {{ a = {value} }}")));
        assert!(error.path().starts_with("gates.a.interceptors[0].required_values.a"), "{error}");
        assert_eq!(error.found(), found, "{value}");
    }
    assert_eq!(error(&jwt("remembered_tokens = nan")).found(), "a number that is not finite");
}

/// A document of `toml` hands on a date as a text, and its deserializer as a table of its own.
#[test]
fn a_date_of_toml_is_not_a_table() {
    for value in ["2026-01-01", "{ since = 2026-01-01T00:00:00Z }", "[12:00:00]"] {
        let members = jwt(&format!("required_values = {{ a = {value} }}"));
        let error =
            toml::from_str::<Policy>(&format!("interceptors = [{{ {members} }}]")).unwrap_err();
        let words = ": a date; expected a value that JSON can have";
        assert!(error.message().ends_with(words), "{error}");
    }
    let file = "resource = 2026-01-01\ninterceptors = [{ type = 'origin' }]";
    let error = toml::from_str::<Policy>(file).unwrap_err();
    assert_eq!(error.message(), "resource: a date; expected a text");
}

/// The interceptors of a gate beside a text of this many bytes.
fn with_text(bytes: usize) -> Result<(), PolicyError> {
    let text = "a".repeat(bytes);
    let file = format!(r#"{{"name":"{text}","interceptors":[{{"type":"origin"}}]}}"#);
    Policy::read(&mut serde_json::Deserializer::from_str(&file)).map(|_| ())
}

#[test]
fn a_policy_is_no_larger_than_a_mebibyte() {
    // Names, texts, and one byte for each of the six values.
    let others = "name".len() + "interceptors".len() + "type".len() + "origin".len() + 5;
    assert_eq!(with_text((1 << 20) - others), Ok(()));
    let error = with_text((1 << 20) - others + 1).unwrap_err();
    assert_eq!((error.path(), error.found()), ("", "more than 1 MiB of names and values"));
    let file = format!("{{\"interceptors\":[{}]}}", "0,".repeat(1 << 20) + "0");
    let error = serde_json::from_str::<Policies>(&file).unwrap_err();
    assert!(error.to_string().contains("more than 1 MiB"), "{error}");
}

/// Aliases of YAML make a large document of a small text.
#[test]
fn a_document_of_aliases_is_no_larger_either() {
    let mut file = format!("a0: &a0 {}\n", "x".repeat(1000));
    for level in 1..5 {
        let earlier = vec![format!("*a{}", level - 1); 10].join(", ");
        file += &format!("a{level}: &a{level} [{earlier}]\n");
    }
    let error = Policies::read(serde_yaml_ng::Deserializer::from_str(&file)).unwrap_err();
    assert_eq!(error.found(), "more than 1 MiB of names and values");
}

/// A list in a list, so many deep.
fn nested(depth: usize) -> serde_json::Value {
    (0..depth).fold(serde_json::json!(0), |inner, _| serde_json::Value::Array(vec![inner]))
}

#[test]
fn a_document_is_nested_at_most_64_deep() {
    let found =
        |document: &serde_json::Value| Policies::read(document).unwrap_err().found().to_owned();
    let too_deep = "tables and lists nested more than 64 deep";
    assert_eq!(found(&nested(63)), "a list");
    assert_eq!(found(&nested(64)), "a list");
    assert_eq!(found(&nested(65)), too_deep);
    let deepest = nested(100_000);
    assert_eq!(found(&deepest), too_deep);
    // What drops it goes as deep.
    std::mem::forget(deepest);
}

#[test]
fn a_gate_is_called_by_its_name_or_its_resource_or_its_route() {
    let file = "[gates.a]
        interceptors = [{ type = 'origin' }]
        [gates.b]
        resource = 'orders'
        interceptors = [{ type = 'origin' }]
        [gates.c]
        name = 'front'
        interceptors = [{ type = 'origin' }]";
    let clock = std::sync::Arc::new(ManualClock::at(UnixTime::EPOCH));
    let gates = read(file).unwrap().build(&Parts::new(), &clock).unwrap();
    let names: Vec<_> = gates.values().map(|gate| gate.name()).collect();
    assert_eq!(names, ["a", "orders", "front"]);
}
