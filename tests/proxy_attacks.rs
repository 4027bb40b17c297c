//! Authorization tokens of the security proxy: what must be refused, and for which reason.

use std::time::Duration;

use tollgate::certificate::Certificate;
use tollgate::crypto::PrivateKey;
use tollgate::jose::{Algorithm, SigningKey};
use tollgate::record::Destination;
use tollgate::transport::TransportResponse;
use tollgate::trust::TrustStore;
use tollgate::validate::{
    AuthorizationToken, AuthorizationTokenIssuer, ClientAuthorization, IssueError,
};
use tollgate::{Clock, Element, Gate, ManualClock, PlainRequest, ProxyAuthorization, UnixTime};

const KINDS: [&str; 3] = ["p256", "rsa", "ed25519"];
const MINUTES_20: Duration = Duration::from_secs(20 * 60);

fn read(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

fn certificate(kind: &str) -> Certificate {
    Certificate::from_pem(&read(&format!("signer-{kind}.pem"))).unwrap()
}

fn key(kind: &str) -> PrivateKey {
    PrivateKey::from_pem(&read(&format!("signer-{kind}.key.pem"))).unwrap()
}

fn issuer(kind: &str) -> AuthorizationTokenIssuer {
    AuthorizationTokenIssuer::new(certificate(kind), key(kind)).unwrap()
}

fn destination(text: &str) -> Destination {
    Destination::parse(text).unwrap()
}

fn element() -> Element {
    Element::header("authorization-token").unwrap()
}

fn trusting(kinds: &[&str]) -> TrustStore {
    let trust = TrustStore::new();
    for kind in kinds {
        trust.import(kind, certificate(kind)).unwrap();
    }
    trust
}

fn middle() -> UnixTime {
    certificate("p256").validity().not_before().saturating_add(Duration::from_secs(86_400))
}

fn connect(target: &str, token: &str) -> PlainRequest {
    PlainRequest::new("CONNECT", target).with_header("authorization-token", token)
}

/// The code and the message, the same when rehearsed and in the plain decision.
fn decided(trust: &TrustStore, now: UnixTime, target: &str, token: &str) -> (&'static str, String) {
    let validation = ProxyAuthorization::new(element(), trust.clone()).unwrap();
    let plain = validation.judge(Some(token.as_bytes()), &destination(target), now);
    let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
    let request = connect(target, token);
    let code = |result: Result<(), tollgate::Rejection>| {
        result.map_or_else(|rejection| rejection.reason().code(), |()| "admitted")
    };
    let checked = gate.check_now(&request);
    let message = checked.as_ref().map_or_else(
        |rejection| {
            let response = gate.wording().response(rejection);
            assert_eq!(response.status, 407);
            let challenge = response.header("proxy-authenticate");
            assert_eq!(challenge, Some("Tollgate element=\"authorization-token\""));
            assert_eq!(response.header("www-authenticate"), None);
            gate.wording().message(rejection)
        },
        |admission| admission.destination().unwrap().to_string(),
    );
    let checked = code(checked.map(drop));
    assert_eq!(checked, code(gate.rehearse_now(&request).map(drop)));
    assert_eq!(checked, code(plain));
    (checked, message)
}

const INVALID: &str = "Invalid or missing authorization token";
const EXPIRED: &str = "Expired or invalid authorization token";

#[test]
fn every_kind_of_key_authorizes_its_destination_again_and_again() {
    let trust = trusting(&KINDS);
    for kind in KINDS {
        let token = issuer(kind).issue(&destination("a.example:443"), middle()).unwrap();
        for _ in 0..2 {
            let admitted = decided(&trust, middle(), "A.example:443", token.as_str());
            assert_eq!(admitted, ("admitted", "a.example:443".to_owned()), "{kind}");
        }
    }
}

#[test]
fn the_certificate_ends_with_its_last_second_whatever_the_tokens_life() {
    let trust = trusting(&["p256"]);
    let last = certificate("p256").validity().not_after();
    let token = issuer("p256").issue(&destination("a.example:443"), last).unwrap();
    let at = |millis: i64| {
        let now = UnixTime::from_millis(last.as_millis() + millis);
        decided(&trust, now, "a.example:443", token.as_str())
    };
    assert_eq!(at(0).0, "admitted");
    assert_eq!(at(999).0, "admitted");
    assert_eq!(at(1000), ("proxy.signer_expired", INVALID.to_owned()));
    // The certificate is judged before the token's own lifetime.
    let much_later = i64::try_from(MINUTES_20.as_millis()).unwrap();
    assert_eq!(at(much_later), ("proxy.signer_expired", INVALID.to_owned()));
}

#[test]
fn a_management_server_signs_only_while_its_certificate_is_valid() {
    let validity = certificate("rsa").validity();
    let (first, last) = (validity.not_before(), validity.not_after());
    let issue = |base: UnixTime, millis: i64| {
        let now = UnixTime::from_millis(base.as_millis() + millis);
        issuer("rsa").issue(&destination("a.example:443"), now).err()
    };
    assert!(matches!(issue(first, -1), Some(IssueError::CertificateNotYetValid { .. })));
    assert_eq!(issue(first, 0), None);
    assert_eq!(issue(last, 999), None);
    assert!(matches!(issue(last, 1000), Some(IssueError::CertificateExpired { .. })));
}

#[test]
fn the_tokens_own_life_is_half_open_to_the_millisecond() {
    let trust = trusting(&["p256"]);
    let issued = middle().saturating_add(Duration::from_millis(123));
    let token = issuer("p256").issue(&destination("a.example:443"), issued).unwrap();
    let at = |millis: i64| {
        let now = UnixTime::from_millis(issued.as_millis() + millis);
        decided(&trust, now, "a.example:443", token.as_str())
    };
    let life = i64::try_from(MINUTES_20.as_millis()).unwrap();
    assert_eq!(at(-1), ("proxy.token_issued_in_future", INVALID.to_owned()));
    assert_eq!(at(0).0, "admitted");
    assert_eq!(at(life - 1).0, "admitted");
    assert_eq!(at(life), ("proxy.token_expired", EXPIRED.to_owned()));
    assert_eq!(at(life + 1), ("proxy.token_expired", EXPIRED.to_owned()));
}

#[test]
fn another_signer_is_refused_and_the_trace_tells_which() {
    let token = issuer("p256").issue(&destination("a.example:443"), middle()).unwrap();
    let code = |trust: &TrustStore| decided(trust, middle(), "a.example:443", token.as_str()).0;
    assert_eq!(code(&trusting(&["rsa"])), "proxy.signer_unknown");

    let replaced = trusting(&["p256"]);
    replaced.replace("p256", certificate("rsa")).unwrap();
    assert_eq!(code(&replaced), "proxy.signer_former");
    let removed = trusting(&["p256"]);
    removed.remove("p256").unwrap();
    assert_eq!(code(&removed), "proxy.signer_former");

    let gate = Gate::builder(ManualClock::at(middle()))
        .with(ProxyAuthorization::new(element(), replaced).unwrap())
        .build()
        .unwrap();
    let rejection = gate.check_now(&connect("a.example:443", token.as_str())).unwrap_err();
    let trace = gate.wording().trace(&rejection);
    assert!(trace.contains("former certificate \"p256\", which was replaced"), "{trace}");
}

#[test]
fn a_token_that_names_a_trusted_certificate_must_be_signed_by_its_key() {
    let thumbprint = certificate("p256").fingerprint().x5t_s256();
    let claims = format!(
        r#"{{"dst":"a.example:443","iat":{0},"exp":{1}}}"#,
        middle().as_seconds(),
        middle().as_seconds() + 60
    );
    let trust = trusting(&["p256"]);
    let code = |signer: SigningKey| {
        let token = signer.sign(claims.as_bytes()).unwrap();
        decided(&trust, middle(), "a.example:443", &token).0
    };
    let own = || SigningKey::private(key("p256"), Algorithm::Es256).unwrap();
    let typed = |signer: SigningKey| signer.with_token_type("proxy-authorization+jwt");
    let named = |signer: SigningKey| signer.with_certificate_thumbprint(thumbprint.clone());
    assert_eq!(code(named(typed(own()))), "admitted");
    assert_eq!(code(named(typed(SigningKey::generate_es256().unwrap()))), "jwt.signature");
    let rsa = SigningKey::private(key("rsa"), Algorithm::Rs256).unwrap();
    assert_eq!(code(named(typed(rsa))), "jwt.algorithm_not_allowed");
    assert_eq!(code(named(own())), "jwt.type");
    assert_eq!(code(typed(own())), "jwt.malformed");
    assert_eq!(code(typed(own()).with_certificate_thumbprint("AAAA")), "jwt.malformed");
}

#[test]
fn the_claims_must_be_those_of_an_authorization_token() {
    let trust = trusting(&["p256"]);
    let signer = SigningKey::private(key("p256"), Algorithm::Es256)
        .unwrap()
        .with_token_type("proxy-authorization+jwt")
        .with_certificate_thumbprint(certificate("p256").fingerprint().x5t_s256());
    for claims in [
        "{}",
        "[]",
        r#"{"dst":"a.example:443","iat":1}"#,
        r#"{"dst":"a.example","iat":1,"exp":2}"#,
        r#"{"dst":"a.example:0","iat":1,"exp":2}"#,
        r#"{"dst":"a.example:443","iat":"1","exp":2}"#,
        r#"{"dst":"a.example:443","iat":1,"exp":2,"exp":3}"#,
    ] {
        let token = signer.sign(claims.as_bytes()).unwrap();
        let code = decided(&trust, middle(), "a.example:443", &token).0;
        assert_eq!(code, "proxy.token_malformed", "{claims}");
    }
}

#[test]
fn another_destination_is_refused() {
    let trust = trusting(&["p256"]);
    for (granted, asked, expected) in [
        ("a.example:443", "b.example:443", "proxy.destination"),
        ("a.example:443", "a.example:444", "proxy.destination"),
        ("a.example:443", "sub.a.example:443", "proxy.destination"),
        ("[2001:db8::1]:23", "[2001:db8::2]:23", "proxy.destination"),
        ("[2001:db8::1]:23", "[2001:DB8:0::1]:23", "admitted"),
        ("xn--bcher-kva.example:443", "XN--BCHER-KVA.example:443", "admitted"),
    ] {
        let token = issuer("p256").issue(&destination(granted), middle()).unwrap();
        let code = decided(&trust, middle(), asked, token.as_str()).0;
        assert_eq!(code, expected, "{granted} {asked}");
    }
}

fn code_of(request: &PlainRequest, policy: ClientAuthorization) -> (&'static str, String) {
    let validation = ProxyAuthorization::new(element(), trusting(&["p256"])).unwrap();
    let gate = Gate::builder(ManualClock::at(middle()))
        .with(validation.client_authorization(policy))
        .build()
        .unwrap();
    match gate.check_now(request) {
        Ok(admission) => ("admitted", admission.destination().unwrap().to_string()),
        Err(rejection) => (rejection.reason().code(), gate.wording().message(&rejection)),
    }
}

#[test]
fn the_destination_is_the_connect_target_the_absolute_target_or_the_authority() {
    let token = issuer("p256").issue(&destination("a.example:80"), middle()).unwrap();
    let ask = |method: &str, target: &str| {
        PlainRequest::new(method, target).with_header("authorization-token", token.as_str())
    };
    let code = |request| code_of(&request, ClientAuthorization::Required).0;
    let here = |request: PlainRequest| request.with_authority("a.example:80");
    for request in [
        here(ask("GET", "/")),
        here(ask("OPTIONS", "*")),
        here(ask("CONNECT", "")),
        ask("GET", "http://a.example/x?y"),
        ask("GET", "HTTP://A.example:80"),
        ask("GET", "https://a.example:80/"),
        here(ask("GET", "/x?u=http://b.example:80/")),
    ] {
        assert_eq!(code(request), "admitted");
    }
    assert_eq!(code(here(ask("GET", "http://evil.example:80/x"))), "proxy.destination");
    assert_eq!(code(here(ask("GET", "https://a.example/"))), "proxy.destination");
    for request in [
        ask("GET", "/"),
        ask("GET", "/").with_authority("a.example").with_scheme("http"),
        ask("GET", "/").with_authority("a.example:0"),
        ask("GET", "/").with_authority("a.example:65536"),
        here(ask("connect", "evil.example:80")),
        here(ask("GET", "evil.example:80")),
        here(ask("GET", "http://u@a.example:80/")),
        here(ask("GET", "ftp://a.example/")),
        ask("CONNECT", "a.example").with_scheme("http"),
        ask("CONNECT", "http://a.example:80"),
        ask("CONNECT", "b\u{fc}cher.example:80"),
    ] {
        assert_eq!(code(request), "proxy.destination_malformed");
    }
}

/// What comes before `://` must be a scheme, or the target names nothing.
#[test]
fn a_target_without_a_scheme_is_not_in_absolute_form() {
    let token = issuer("p256").issue(&destination("good.example:443"), middle()).unwrap();
    for target in [
        "?u=http://good.example:443/",
        "evil.example:80/x://good.example:443",
        "evil.example:80?x://good.example:443",
        "x@evil.example:80#://good.example:443",
        " http://good.example:443/",
        "://good.example:443",
        "*://good.example:443/",
        "\\evil.example\\://good.example:443",
        "1http://good.example:443/",
    ] {
        let request = PlainRequest::new("GET", target)
            .with_authority("evil.example:80")
            .with_header("authorization-token", token.as_str());
        let (code, _) = code_of(&request, ClientAuthorization::Required);
        assert_eq!(code, "proxy.destination_malformed", "{target}");
    }
}

#[test]
fn no_token_is_missing_unless_client_authorization_is_off() {
    let bare = PlainRequest::new("CONNECT", "a.example:443");
    let missing = ("credential.missing", "Missing authorization token".to_owned());
    assert_eq!(code_of(&bare, ClientAuthorization::Required), missing);
    let open = ("admitted", "a.example:443".to_owned());
    assert_eq!(code_of(&bare, ClientAuthorization::Off), open);
    assert_eq!(code_of(&connect("a.example:443", "garbage"), ClientAuthorization::Off), open);

    let repeated = connect("a.example:443", "a").with_header("authorization-token", "a");
    let refused = code_of(&repeated, ClientAuthorization::Required);
    assert_eq!(refused, ("credential.repeated", INVALID.to_owned()));

    let validation = ProxyAuthorization::new(element(), TrustStore::new()).unwrap();
    for (token, code) in [(None, "credential.missing"), (Some(&b""[..]), "credential.empty")] {
        let refused = validation.judge(token, &destination("a.example:443"), middle());
        assert_eq!(refused.unwrap_err().reason().code(), code);
    }
}

#[test]
fn a_reply_that_is_no_token_has_the_documented_message() {
    let token = issuer("p256").issue(&destination("a.example:443"), middle()).unwrap();
    let read = |status, body: &[u8]| {
        AuthorizationToken::from_server_answer(&TransportResponse::new(status, body))
    };
    let line = format!("{}\r\n", token.as_str());
    for body in [token.as_str(), &line] {
        assert_eq!(read(200, body.as_bytes()).unwrap().as_str(), token.as_str());
    }
    let large = vec![b'a'; 10 * 1024 * 1024];
    for refused in [
        read(500, token.as_str().as_bytes()),
        read(302, token.as_str().as_bytes()),
        read(200, b""),
        read(200, b"\r\n"),
        read(200, b"<html>"),
        read(200, &large),
        read(200, b"a.b.c"),
        read(200, format!(" {}", token.as_str()).as_bytes()),
    ] {
        assert_eq!(
            refused.unwrap_err().message().text(),
            "A proxy server authorization token was requested from the Reflection server but \
             invalid data was received."
        );
    }
    assert_eq!(format!("{token:?}"), "AuthorizationToken(redacted)");
}

#[test]
fn the_issuer_is_built_of_a_certificate_and_its_own_key() {
    let error = AuthorizationTokenIssuer::new(certificate("p256"), key("rsa")).unwrap_err();
    assert_eq!((error.part(), error.field()), ("authorization token issuer", "key"));
    for lifetime in [Duration::ZERO, Duration::from_secs(86_401)] {
        assert_eq!(issuer("p256").lifetime(lifetime).unwrap_err().field(), "lifetime");
    }
    let error = ProxyAuthorization::new(Element::cookie("t").unwrap(), TrustStore::new());
    assert_eq!(error.unwrap_err().field(), "element");
}

#[test]
fn an_independent_implementation_verifies_the_tokens() {
    for (kind, algorithm) in [
        ("p256", jsonwebtoken::Algorithm::ES256),
        ("rsa", jsonwebtoken::Algorithm::RS256),
        ("ed25519", jsonwebtoken::Algorithm::EdDSA),
    ] {
        let clock = ManualClock::at(middle());
        let token = issuer(kind).issue(&destination("a.example:443"), clock.now()).unwrap();
        let pem = public_key_pem(kind);
        let oracle = match kind {
            "p256" => jsonwebtoken::DecodingKey::from_ec_pem(&pem),
            "rsa" => jsonwebtoken::DecodingKey::from_rsa_pem(&pem),
            _ => jsonwebtoken::DecodingKey::from_ed_pem(&pem),
        }
        .unwrap();
        let (message, signature) = token.as_str().rsplit_once('.').unwrap();
        let verifies = |message: &str| {
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &oracle, algorithm).unwrap()
        };
        assert!(verifies(message), "{kind}");
        assert!(!verifies(&format!("{message}x")), "{kind}");
        let header = jsonwebtoken::decode_header(token.as_str()).unwrap();
        assert_eq!(header.x5t_s256, Some(certificate(kind).fingerprint().x5t_s256()));
    }
}

fn public_key_pem(kind: &str) -> Vec<u8> {
    let key = serde_json::to_value(certificate(kind).public_key().unwrap()).unwrap();
    key.as_str().unwrap().as_bytes().to_vec()
}

/// A token of the right form with these instants, which an issuer would not have signed.
fn forged(issued: i64, expires: i64) -> String {
    let signer = SigningKey::private(key("p256"), Algorithm::Es256)
        .unwrap()
        .with_token_type("proxy-authorization+jwt")
        .with_certificate_thumbprint(certificate("p256").fingerprint().x5t_s256());
    let claims = format!(r#"{{"dst":"a.example:443","iat":{issued},"exp":{expires}}}"#);
    signer.sign(claims.as_bytes()).unwrap()
}

#[test]
fn a_certificate_that_is_not_valid_yet_authorizes_nobody() {
    let trust = trusting(&["p256"]);
    let first = certificate("p256").validity().not_before();
    let token = forged(first.as_seconds() - 60, first.as_seconds() + 60);
    let at = |millis: i64| {
        let now = UnixTime::from_millis(first.as_millis() + millis);
        decided(&trust, now, "a.example:443", &token)
    };
    assert_eq!(at(-1), ("proxy.signer_not_yet_valid", INVALID.to_owned()));
    assert_eq!(at(0).0, "admitted");
    assert_eq!(at(1).0, "admitted");
}

#[test]
fn the_trace_names_the_certificate_its_dates_and_what_became_of_it() {
    let now = certificate("p256").validity().end();
    let token = forged(now.as_seconds() - 60, now.as_seconds() + 60);
    let trace = |trust: &TrustStore| {
        let validation = ProxyAuthorization::new(element(), trust.clone()).unwrap();
        let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
        gate.wording().trace(&gate.check_now(&connect("a.example:443", &token)).unwrap_err())
    };
    let trust = trusting(&["p256"]);
    let validity = certificate("p256").validity();
    let expected = format!(
        "signed by certificate \"p256\" ({}, {} to {}), which expired 1 s ago",
        certificate("p256").subject(),
        validity.not_before(),
        validity.not_after(),
    );
    assert!(trace(&trust).contains(&expected), "{}", trace(&trust));
    trust.remove("p256").unwrap();
    let removed = "signed by the former certificate \"p256\", which was removed";
    assert!(trace(&trust).contains(removed), "{}", trace(&trust));
}

#[test]
fn a_reply_is_judged_at_its_limits() {
    use tollgate::validate::InvalidTokenAnswer;
    let read = |status, body: &[u8]| {
        AuthorizationToken::from_server_answer(&TransportResponse::new(status, body)).err()
    };
    let token = forged(1, 2);
    for status in [199, 201, 204, 301, 404] {
        assert_eq!(read(status, token.as_bytes()), Some(InvalidTokenAnswer::Status { status }));
    }
    let other = SigningKey::generate_es256().unwrap().with_token_type("at+jwt");
    let other = other.sign(b"{}").unwrap();
    assert_eq!(read(200, other.as_bytes()), Some(InvalidTokenAnswer::NotAToken));
    let limit = tollgate::reading::LIMIT;
    let sized = |length| read(200, &vec![b'a'; length]);
    assert_eq!(sized(limit - 1), Some(InvalidTokenAnswer::NotAToken));
    assert_eq!(sized(limit), Some(InvalidTokenAnswer::NotAToken));
    assert_eq!(sized(limit + 1), Some(InvalidTokenAnswer::TooLarge { limit }));
    assert_eq!(read(200, b""), Some(InvalidTokenAnswer::Empty));
}

#[test]
fn the_plain_decision_knows_that_authorization_is_off_and_lifetimes_have_bounds() {
    let off = ProxyAuthorization::new(element(), TrustStore::new())
        .unwrap()
        .client_authorization(ClientAuthorization::Off);
    assert!(off.judge(None, &destination("a.example:443"), middle()).is_ok());
    for lifetime in [Duration::from_millis(1), Duration::from_secs(86_400)] {
        assert!(issuer("p256").lifetime(lifetime).is_ok());
    }
    let over = Duration::from_secs(86_400) + Duration::from_millis(1);
    assert!(issuer("p256").lifetime(over).is_err());
}
