//! What a reviewer reads of a gate.

use std::collections::BTreeSet;

use serde_json::Value;
use tollgate::policy::{Policies, Policy};

use crate::code::World;
use crate::policies;

fn review(route: &str) -> String {
    policies().gate(route).unwrap().review(&World::new().parts()).unwrap()
}

/// The review of a gate with these members and interceptors.
fn reviewed(members: &str, interceptors: &str) -> String {
    let file = format!("{members}\ninterceptors = [{interceptors}]");
    let policy: Policy = toml::from_str(&file).unwrap();
    policy.review(&World::new().parts()).unwrap()
}

#[test]
fn a_review_names_each_interceptor_in_order() {
    let expected = "\
name = \"orders in trial\"
resource = \"orders\"
1. client id validation: HEADER client_id
   checks: credential, client known, client enabled, client current, client linked
   requires: a resource
   establishes: the client
   clients = \"main\"
2. access token validation: HEADER access_token (observed, not enforced)
   checks: credential, form, token known, grant, introspection, lifetime, access, scopes, possession, revocation, \
client known, client enabled, client current, client linked
   requires: a resource
   clients = \"main\"
   enforcement = \"observe\"
   grants = \"main\"
";
    assert_eq!(review("shadow"), expected);
}

#[test]
fn a_review_shows_what_weakens_a_gate() {
    for (route, weak) in [
        ("any_audience", "resources = \"any\"\n"),
        ("any_audience", "   expiry_check = \"insecure_optional\"\n"),
        ("any_audience", "   issuers[0].audience_check = \"insecure_ignore\"\n"),
        ("csrf", "   handshake_token = \"waive\"\n"),
        ("csrf_cookie", "   cookie_alone = \"insecure_admit\"\n"),
        ("csrf_cookie", "no resource\n"),
        ("signed_body", "   digest = \"insecure_sha1\"\n"),
        ("signed_body", "   content = \"insecure_optional_body\"\n"),
        ("proxy_off", "   client_authorization = \"off\"\n"),
        ("dpop_clients", "   dpop.urls = \"insecure_as_received\"\n"),
        ("http_signature_anywhere", "   authorities = \"insecure_as_received\"\n"),
        (
            "http_signature_anywhere",
            "   coverage.insecure_only = [\"@method\", \"@path\"]\n   keys = \"partners\"\n",
        ),
        (
            "http_signature",
            "   also_covered = [\"idempotency-key\", \"\\\"priority\\\";key=\\\"u\\\"\"]\n",
        ),
        ("http_signature", "   signature.label = \"sig1\"\n   single_use = \"nonces\"\n"),
        (
            "http_signature_of_client",
            "   keys.of_client = [\"rsa-v1_5-sha256\", \"ed25519\"]\n   signature.tag = \"orders\"\n",
        ),
        ("web_bot_auth_lenient", "   authorities = \"insecure_as_received\"\n"),
        ("web_bot_auth_lenient", "   insecure_maximum_lifetime = \"30d\"\n"),
        ("web_bot_auth_lenient", "   unsigned = \"admit\"\n"),
        ("web_bot_auth_lenient", "   unverifiable = \"insecure_admit\"\n"),
        ("web_bot_auth_lenient", "   legacy_signature_agent = \"admit\"\n"),
        ("dpop", "   dpop.nonces.lifetime = \"1m\"\n   dpop.nonces.secrets = \"nonces\"\n"),
        ("client_id", "wording.trace_reason = \"omit\"\n"),
        ("jwt", "   required_values.roles = [\"a\", \"b\"]\n"),
        ("jwt", "   issuers[1].algorithms = [\"RS256\", \"PS256\"]\n"),
        ("time_token", "   mixed_in[0].name = \"file\"\n"),
        ("csrf", "   secrets = \"forms\"\n   session.cookie = \"session\"\n"),
    ] {
        assert!(review(route).contains(weak), "{route}: {weak}{}", review(route));
    }
}

/// A reviewer who compares two gates sees a line for each member in which they differ.
#[test]
fn two_gates_that_differ_do_not_read_alike() {
    let place = "location = 'HEADER', name = 'a'";
    let issuer =
        "name = 'https://i.example', audiences = ['api'], algorithms = ['ES256'], keys = 'p256'";
    let jwt = format!("type = 'jwt', scheme = 'Bearer', issuers = [{{ {issuer} }}]");
    let other = jwt.replace("keys = 'p256'", "keys = 'p256', audience_check = 'insecure_ignore'");
    let csrf = format!("type = 'csrf', {place}, secrets = 'forms', session = {{ cookie = 's' }}");
    let time = format!("type = 'time_token', {place}, secrets = 'forms'");
    let proxy = format!("type = 'proxy_authorization', {place}, trust = 'main'");
    let signed = "type = 'http_signature', keys = 'partners', coverage = 'target_uri', \
                  authorities = ['a.example'], signature = { tag = 'a' }";
    let agent = "type = 'web_bot_auth', authorities = ['a.example'], unsigned = 'refuse'";
    let gates = [
        agent.to_owned(),
        agent.replace("['a.example']", "'insecure_as_received'"),
        agent.replace("'refuse'", "'admit'"),
        format!("{agent}, unverifiable = 'insecure_admit'"),
        format!("{agent}, legacy_signature_agent = 'admit'"),
        format!("{agent}, also_covered = ['@method']"),
        format!("{agent}, maximum_lifetime = '1h'"),
        format!("{agent}, insecure_maximum_lifetime = '1h'"),
        format!("{agent}, single_use = 'main'"),
        signed.to_owned(),
        signed.replace("['a.example']", "'insecure_as_received'"),
        signed.replace("'target_uri'", "{ insecure_only = ['@method'] }"),
        signed.replace("'target_uri'", "'target_parts'"),
        signed.replace("tag =", "label ="),
        signed.replace("tag =", "key_id ="),
        format!("{signed}, also_covered = ['date']"),
        format!("{signed}, maximum_age = '1h'"),
        format!("{signed}, skew = '5m'"),
        format!("{signed}, expires = 'require'"),
        format!("{}, tag = 'b'", signed.replace("tag =", "label =")),
        format!("{signed}, single_use = 'main'"),
        jwt.clone(),
        other,
        format!("{jwt}, expiry_check = 'insecure_optional'"),
        format!("{jwt}, skew = '5m'"),
        format!("{jwt}, scopes = ['read']"),
        format!("{jwt}, remembered_tokens = 0"),
        format!("{jwt}, dpop = {{ urls = ['https://a.example'], replays = 'main' }}"),
        format!("{jwt}, dpop = {{ urls = 'insecure_as_received', replays = 'main' }}"),
        csrf.clone(),
        format!("{csrf}, undeclared_origin = 'refuse'"),
        format!("{csrf}, handshake_token = 'waive'"),
        format!("{csrf}, trusted_origins = ['https://partner.example']"),
        time.clone(),
        format!("{time}, time_to_live = '1d'"),
        format!("{time}, single_use = 'main'"),
        proxy.clone(),
        format!("{proxy}, client_authorization = 'off'"),
    ];
    let reviews: BTreeSet<_> =
        gates.iter().map(|gate| reviewed("", &format!("{{ {gate} }}"))).collect();
    assert_eq!(reviews.len(), gates.len());
}

#[test]
fn what_a_member_means_anyway_is_not_printed() {
    let place = "location = 'HEADER', name = 'a'";
    let issuer =
        "name = 'https://i.example', audiences = ['api'], algorithms = ['ES256'], keys = 'p256'";
    for (plain, defaults) in [
        ("type = 'client_id'".to_owned(), "clients = 'default', enforcement = 'enforce'"),
        (
            "type = 'access_token'".to_owned(),
            "grants = 'default', clients = 'default', scopes = []",
        ),
        (
            format!("type = 'jwt', scheme = 'Bearer', issuers = [{{ {issuer} }}]"),
            "skew = '30s', expiry_check = 'require', remembered_tokens = 10000",
        ),
        (
            format!("type = 'csrf', {place}, secrets = 'forms', session = {{ cookie = 's' }}"),
            "undeclared_origin = 'admit', handshake_token = 'require', cookie_alone = 'refuse'",
        ),
        (format!("type = 'time_token', {place}, secrets = 'forms'"), "time_to_live = '30000ms'"),
        (
            format!("type = 'proxy_authorization', {place}, trust = 'main'"),
            "client_authorization = 'required'",
        ),
        (
            "type = 'web_bot_auth', authorities = ['a.example'], unsigned = 'refuse'".to_owned(),
            "agents = 'default', unverifiable = 'refuse', legacy_signature_agent = 'refuse', \
             also_covered = [], maximum_lifetime = '1d'",
        ),
        (
            "type = 'http_signature', keys = 'partners', authorities = ['a.example'], \
             signature = { tag = 'a' }, coverage = 'target_uri'"
                .to_owned(),
            "also_covered = [], maximum_age = '5m', skew = '30s', expires = 'allow'",
        ),
    ] {
        let with = |more: &str| reviewed("resource = 'orders'", &format!("{{ {plain}{more} }}"));
        assert_eq!(with(""), with(&format!(", {defaults}")), "{plain}");
        let members =
            with("").lines().filter(|line| line.starts_with("   ") && line.contains(" = ")).count();
        assert_eq!(
            members,
            plain.matches("secrets").count()
                + plain.matches("trust").count()
                + plain.matches("session").count()
                + 4 * plain.matches("issuers").count()
                + 4 * plain.matches("http_signature").count()
                + 2 * plain.matches("web_bot_auth").count(),
            "{plain}"
        );
    }
}

#[test]
fn what_a_table_of_proofs_means_anyway_is_not_printed() {
    let issuer =
        "name = 'https://i.example', audiences = ['api'], algorithms = ['ES256'], keys = 'p256'";
    let table = "urls = ['https://a.example'], replays = 'main'";
    let algorithms =
        "['ES256', 'ES384', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']";
    let review = |more: &str, nonces: &str| {
        let dpop = format!("{{ {table}, nonces = {{ secrets = 'nonces' {nonces} }} {more} }}");
        let jwt = format!("type = 'jwt', scheme = 'Bearer', issuers = [{{ {issuer} }}]");
        reviewed("", &format!("{{ {jwt}, dpop = {dpop} }}"))
    };
    let defaults = format!(", window = '1m', unbound_tokens = 'admit', algorithms = {algorithms}");
    assert_eq!(review(&defaults, ", lifetime = '300s'"), review("", ""));
    assert_eq!(review("", "").matches("   dpop.").count(), 3);
}

/// Every member of every gate is in its review, but for what the heading says and for defaults.
#[test]
fn a_review_leaves_out_no_member() {
    let file = policies();
    let mut members = 0;
    for (route, policy) in file.gates() {
        let review = review(route);
        let written = serde_json::to_value(policy).unwrap();
        for interceptor in written["interceptors"].as_array().unwrap() {
            for (name, value) in interceptor.as_object().unwrap() {
                if ["type", "location", "name", "scheme"].contains(&name.as_str()) {
                    continue;
                }
                let line = match value {
                    Value::Object(_) => format!("\n   {name}."),
                    Value::Array(list) if list[0].is_object() => format!("\n   {name}[0]."),
                    _ => format!("\n   {name} = "),
                };
                assert!(review.contains(&line), "{route}: {name}");
                members += 1;
            }
        }
    }
    assert!(members > 50, "{members}");
}

/// A text of the file cannot add a line to the review, or hide one on a terminal.
#[test]
fn a_text_stays_on_its_line() {
    let label = r#"label = { message = "a\n2. all is well\u001b[2K\u202e", trace = "a" }"#;
    let review = reviewed("resource = 'orders'", &format!("{{ type = 'client_id', {label} }}"));
    assert!(review.contains(r#"label.message = "a\n2. all is well\u{1b}[2K\u{202e}""#), "{review}");
    assert!(!review.contains(['\u{1b}', '\u{202e}']), "{review}");
    let issuer = "name = 'i', audiences = ['api'], algorithms = ['ES256'], keys = 'p256'";
    let values = r#"required_values = { a = [[{ "\u202e" = "\u202e" }]] }"#;
    let jwt =
        format!("{{ type = 'jwt', scheme = 'Bearer', issuers = [{{ {issuer} }}], {values} }}");
    let line = r#"required_values.a = [[{ "\u{202e}" = "\u{202e}" }]]"#;
    assert!(reviewed("", &jwt).contains(line), "{}", reviewed("", &jwt));
}

#[test]
fn every_gate_of_a_file_can_be_reviewed() {
    let policies: Policies = policies();
    for (route, policy) in policies.gates() {
        let review = policy.review(&World::new().parts()).unwrap();
        assert!(review.contains("1. "), "{route}");
    }
}
