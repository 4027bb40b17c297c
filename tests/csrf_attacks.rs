//! Attacks on the CSRF validator, checked and rehearsed: rows 47 to 50 of the catalogue.

use std::time::Duration;

use tollgate::interceptor::Immediate;
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::validate::{
    CsrfGenerator, Origins, SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::wording::StatusPolicy;
use tollgate::{
    ClientIdValidation, CsrfValidation, Element, Gate, ManualClock, OriginCheck, PlainRequest,
    Secret, TimeTokenValidation, UnixTime, Wording,
};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap()
}

fn element() -> Element {
    Element::header("x-csrf-token").unwrap()
}

fn session() -> SessionBinding {
    SessionBinding::cookie("session").unwrap()
}

fn generator() -> CsrfGenerator {
    CsrfGenerator::new(element(), secrets(), session(), HOUR).unwrap()
}

fn validation() -> CsrfValidation {
    CsrfValidation::new(element(), secrets(), session()).unwrap()
}

fn token() -> String {
    generator().generate_for_session(b"s1", NOW).unwrap().token().to_owned()
}

fn post() -> PlainRequest {
    PlainRequest::new("POST", "/transfer")
        .with_scheme("https")
        .with_authority("bank.example")
        .with_header("cookie", "session=s1")
}

fn with_token() -> PlainRequest {
    post().with_header("x-csrf-token", token())
}

/// The code of the refusal, the same whether checked or rehearsed.
fn code<I: Immediate>(gate: &Gate<ManualClock, I>, request: &PlainRequest) -> &'static str {
    let code = |decided: Result<_, tollgate::Rejection>| {
        decided.map_or_else(|rejection| rejection.reason().code(), |()| "admitted")
    };
    let (rehearsed, checked) =
        (gate.rehearse_now(request).map(drop), gate.check_now(request).map(drop));
    let codes = (code(rehearsed), code(checked));
    assert_eq!(codes.0, codes.1, "a rehearsal tells what a check does");
    codes.1
}

fn code_at(now: UnixTime, validation: CsrfValidation, request: &PlainRequest) -> &'static str {
    code(&Gate::builder(ManualClock::at(now)).with(validation).build().unwrap(), request)
}

fn code_now(request: &PlainRequest) -> &'static str {
    code_at(NOW, validation(), request)
}

#[test]
fn row_47_every_other_origin_is_foreign_even_with_the_right_token() {
    for origin in [
        "null",
        "",
        "https://user@bank.example",
        "https://user:pass@bank.example",
        "https://bank.example.evil.example",
        "https://evilbank.example",
        "https://evil.example/bank.example",
        "https://evil.example#bank.example",
        "https://bank.example:8443",
        "https://bank.example:80",
        "http://bank.example",
        "ftp://bank.example",
        "https://bank.example.",
        "https://bank.example/",
        "https://bank.example https://evil.example",
        "https://bank.example, https://bank.example",
        "bank.example",
        "//bank.example",
        "garbage",
        "https://",
        "https://bank.example\0",
        " https://bank.example",
    ] {
        let request = with_token().with_header("origin", origin);
        assert_eq!(code_now(&request), "csrf.foreign_origin", "{origin:?}");
    }
    let bytes = with_token().with_header("origin", b"https://bank.example\xff".to_vec());
    assert_eq!(code_now(&bytes), "csrf.foreign_origin");
    let twice = with_token()
        .with_header("origin", "https://bank.example")
        .with_header("origin", "https://bank.example");
    assert_eq!(code_now(&twice), "csrf.foreign_origin");
    for own in ["https://bank.example", "https://BANK.example", "https://bank.example:443"] {
        assert_eq!(code_now(&with_token().with_header("origin", own)), "admitted", "{own}");
    }
}

#[test]
fn row_48_content_type_and_method_override_change_nothing() {
    let kinds = ["", "text/plain", "application/x-www-form-urlencoded", "a/b; c", "\u{1}"];
    for kind in kinds {
        let request = post().with_header("content-type", kind);
        assert_eq!(code_now(&request), "csrf.missing", "{kind:?}");
    }
    assert_eq!(code_now(&post()), "csrf.missing");
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let hidden = post().with_header(name, "GET");
        assert_eq!(code_now(&hidden), "csrf.missing", "{name}");
        let disguised = PlainRequest::new("GET", "/transfer").with_header(name, "POST");
        assert_eq!(code_now(&disguised), "csrf.missing", "{name}");
    }
    for method in ["get", "Head", "POST", "PUT", "DELETE", "PATCH", "CONNECT", "ANY"] {
        assert_eq!(code_now(&PlainRequest::new(method, "/")), "csrf.missing", "{method}");
    }
    for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
        assert_eq!(code_now(&PlainRequest::new(method, "/")), "admitted", "{method}");
    }
}

#[test]
fn row_49_what_the_browser_calls_foreign_is_foreign_unless_trusted() {
    let partner = "https://partner.example";
    let trusting = || {
        let origins = Origins::of([partner]).unwrap();
        validation().origin_check(OriginCheck::new().trusted(origins))
    };
    for site in ["same-site", "cross-site", "unknown", "", "SAME-ORIGIN", "none, none"] {
        let request = with_token().with_header("sec-fetch-site", site);
        assert_eq!(code_now(&request), "csrf.foreign_origin", "{site}");
        let own = request.clone().with_header("origin", "https://bank.example");
        assert_eq!(code_now(&own), "csrf.foreign_origin", "{site}");
        let trusted = request.with_header("origin", partner);
        assert_eq!(code_at(NOW, trusting(), &trusted), "admitted", "{site}");
        assert_eq!(code_now(&trusted), "csrf.foreign_origin", "{site}");
    }
    for site in ["same-origin", "none"] {
        let once = with_token().with_header("sec-fetch-site", site);
        assert_eq!(code_now(&once), "admitted", "{site}");
        let twice = once.with_header("sec-fetch-site", site);
        assert_eq!(code_at(NOW, trusting(), &twice), "csrf.foreign_origin", "{site}");
    }
}

#[test]
fn row_50_only_the_unaltered_unexpired_token_of_this_session_passes() {
    let with = |token: &str| post().with_header("x-csrf-token", token);
    let token = token();
    assert_eq!(code_now(&with(&token)), "admitted");

    let other = generator().generate_for_session(b"s2", NOW).unwrap();
    assert_eq!(code_now(&with(other.token())), "csrf.signature");

    let expiry = NOW.saturating_add(HOUR).as_millis();
    for (millis, expected) in [(-1, "admitted"), (0, "csrf.expired"), (1, "csrf.expired")] {
        let at = UnixTime::from_millis(expiry + millis);
        assert_eq!(code_at(at, validation(), &with(&token)), expected, "{millis}");
    }

    for length in 1..token.len() {
        assert_eq!(code_now(&with(&token[..length])), "csrf.malformed", "{length}");
    }
    for spelling in [format!("{token}="), format!("{token} "), format!("\"{token}\"")] {
        assert_eq!(code_now(&with(&spelling)), "csrf.malformed", "{spelling}");
    }
}

#[test]
fn row_50_a_token_of_one_kind_never_passes_as_the_other() {
    let bare = post();
    let time = TimeTokenGenerator::new(element(), secrets()).unwrap();
    let time = time.generate(&bare, NOW).unwrap();
    let as_csrf = post().with_header("x-csrf-token", time.token());
    assert_eq!(code_now(&as_csrf), "csrf.signature");

    let gate = Gate::builder(ManualClock::at(NOW))
        .with(TimeTokenValidation::new(element(), secrets()).unwrap())
        .build()
        .unwrap();
    assert_eq!(code(&gate, &as_csrf), "admitted");
    assert_eq!(code(&gate, &with_token()), "time_token.signature");
}

#[test]
fn a_token_of_another_secret_is_refused_until_that_one_verifies() {
    let old = Secret::new(vec![2; 32]);
    let signing_old = SigningSecrets::new(&old).unwrap();
    let generator = CsrfGenerator::new(element(), signing_old, session(), HOUR).unwrap();
    let issued = generator.generate_for_session(b"s1", NOW).unwrap();
    let request = post().with_header("x-csrf-token", issued.token());
    assert_eq!(code_now(&request), "csrf.signature");
    let rotated = secrets().also_verifying(&old).unwrap();
    let validation = CsrfValidation::new(element(), rotated, session()).unwrap();
    assert_eq!(code_at(NOW, validation, &request), "admitted");
}

#[test]
fn the_generator_binds_to_the_client_that_the_gate_established() {
    let clients = InMemoryClients::new();
    for id in ["app", "other"] {
        clients.add(Client::new(id).with_access(Access::Everything));
    }
    let binding = SessionBinding::established_client;
    let generator = CsrfGenerator::new(element(), secrets(), binding(), HOUR).unwrap();
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients))
        .with(CsrfValidation::new(element(), secrets(), binding()).unwrap())
        .build()
        .unwrap();
    let form = PlainRequest::new("GET", "/").with_header("client_id", "app");
    let admission = gate.check_now(&form).unwrap();
    let issued = generator.generate(&form, &admission, NOW).unwrap();

    let by = |id: &str| {
        PlainRequest::new("POST", "/")
            .with_header("client_id", id)
            .with_header("x-csrf-token", issued.token())
    };
    assert_eq!(code(&gate, &by("app")), "admitted");
    assert_eq!(code(&gate, &by("other")), "csrf.signature");
}

#[test]
fn the_caller_learns_no_reason_and_gets_403_by_the_standard() {
    let foreign = with_token().with_header("origin", "null");
    let gate = Gate::builder(ManualClock::at(NOW))
        .wording(Wording::default().status_policy(StatusPolicy::Standard))
        .with(validation())
        .build()
        .unwrap();
    for request in [&foreign, &post(), &post().with_header("x-csrf-token", "x")] {
        let rejection = gate.check_now(request).unwrap_err();
        let wording = gate.wording();
        assert_eq!(
            wording.message(&rejection),
            "CSRF Token in the request, identified by HEADER x-csrf-token, is invalid. \
             Check docs.sensedia.com"
        );
        assert_eq!(wording.response(&rejection).status, 403);
        assert_eq!(Wording::default().response(&rejection).status, 401);
        assert!(wording.trace(&rejection).starts_with(
            "CSRF token in HEADER x-csrf-token HAS NOT BEEN FOUND (causes: is invalid, expired, \
             or revoked); rejecting call [csrf."
        ));
    }
}
