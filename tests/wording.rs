//! What a host sets of the wording reaches every text, and no text breaks its line.

use std::sync::Arc;
use std::time::Duration;

use tollgate::crypto::PrivateKey;
use tollgate::interceptor::{AnyResource, Immediate};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::location::Location;
use tollgate::record::{Access, Client};
use tollgate::rejection::{Alteration, Challenge, Checkpoint, Kind, Label};
use tollgate::store::{
    ClientStore, ImmediateStore, InMemoryClients, InMemoryGrants, StoreUnavailable,
};
use tollgate::validate::{Digest, SessionBinding, SigningSecrets};
use tollgate::wording::{RefusalResponse, StatusPolicy, TraceReason};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    DigitalSignatureValidation, Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation,
    PlainRequest, Reason, Rejection, Secret, TimeTokenValidation, UnixTime, Wording,
};

fn refusal(reason: Reason, challenge: Challenge) -> Rejection {
    let checkpoint = Checkpoint::of("test")
        .with_label(Label::ACCESS_TOKEN)
        .with_element(Element::header("access_token").unwrap())
        .with_challenge(challenge);
    Rejection::new(reason, checkpoint)
}

fn challenge(wording: &Wording, reason: Reason, challenge: Challenge) -> String {
    let response = wording.response(&refusal(reason, challenge));
    response.header("www-authenticate").unwrap().to_owned()
}

#[test]
fn the_place_of_the_documentation_is_the_hosts_own() {
    let wording = Wording::default().documentation("developers.example/errors");
    let message = "Access Token in the request, identified by HEADER access_token, is invalid. \
                   Check developers.example/errors";
    let refused = refusal(Reason::TokenUnknown, Challenge::Bearer);
    assert_eq!(wording.message(&refused), message);
    assert_eq!(wording.response(&refused).body, format!("{{\"error\": \"{message}\"}}"));
    let described = challenge(&wording, Reason::TokenUnknown, Challenge::Bearer);
    assert!(described.ends_with(&format!(", error_description=\"{message}\"")), "{described}");
    let nameless = Rejection::new(Reason::CredentialMissing, Checkpoint::of("test"));
    assert_eq!(
        wording.message(&nameless),
        "Credential in the request is invalid. Check developers.example/errors"
    );
}

#[test]
fn the_realm_is_in_the_challenges_that_have_one() {
    let wording = Wording::default().realm("orders");
    assert_eq!(
        challenge(&wording, Reason::CredentialMissing, Challenge::Bearer),
        "Bearer realm=\"orders\""
    );
    assert_eq!(
        challenge(&wording, Reason::ClientUnknown, Challenge::Basic),
        "Basic realm=\"orders\", charset=\"UTF-8\""
    );
}

#[test]
fn quoted_strings_of_a_challenge_escape_quotes_and_backslashes_and_stay_on_one_line() {
    let wording = Wording::default().realm("a \"b\" \\c\r\nx: y\t\u{7f}é");
    let quoted = r#""a \"b\" \\c??x: y???""#;
    assert_eq!(
        challenge(&wording, Reason::CredentialMissing, Challenge::Bearer),
        format!("Bearer realm={quoted}")
    );
    assert_eq!(
        challenge(&wording, Reason::ClientUnknown, Challenge::Basic),
        format!("Basic realm={quoted}, charset=\"UTF-8\"")
    );
    let wording = Wording::default().documentation("\"x\\y\"");
    let described = challenge(&wording, Reason::TokenUnknown, Challenge::Bearer);
    assert!(described.ends_with(r#" Check \"x\\y\"""#), "{described}");
    let standard = Wording::default().status_policy(StatusPolicy::Standard);
    let scope = Reason::TokenScope { scope: "a\"b".into() };
    let described = challenge(&standard, scope, Challenge::Bearer);
    assert!(described.ends_with(r#", scope="a\"b""#), "{described}");
}

#[test]
fn retry_after_is_in_whole_seconds_rounded_up() {
    let unavailable = || Reason::Unavailable { what: "no answer".into() };
    let retry_after = |span| {
        let wording = Wording::default().retry_after(span);
        let response = wording.response(&refusal(unavailable(), Challenge::Bearer));
        assert_eq!(response.status, 503);
        response.header("Retry-After").unwrap().to_owned()
    };
    for (millis, seconds) in [(0, "0"), (1, "1"), (999, "1"), (1000, "1"), (1001, "2"), (1200, "2")]
    {
        assert_eq!(retry_after(Duration::from_millis(millis)), seconds, "{millis}");
    }
    assert_eq!(retry_after(Duration::from_nanos(1)), "1");
    assert_eq!(retry_after(Duration::MAX), u64::MAX.to_string());
}

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap()
}

fn element() -> Element {
    Element::header("credential").unwrap()
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    clients
}

fn issuer() -> Issuer {
    let key = SigningKey::private(PrivateKey::generate_p256().unwrap(), Algorithm::Es256).unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap()
}

/// The first words of message and trace by which a request without a credential is refused.
fn words(interceptor: impl Immediate) -> (String, String) {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(interceptor)
        .build()
        .unwrap();
    let refused = gate.check_now(&PlainRequest::new("POST", "/")).unwrap_err();
    let first = |text: String, end: &str| text.split(end).next().unwrap().to_owned();
    let message = first(gate.wording().message(&refused), " in the request");
    (message, first(gate.wording().trace(&refused), " in HEADER"))
}

#[test]
fn every_validator_is_called_as_documented_or_as_the_host_says() {
    let id = || ClientIdValidation::new(clients());
    let secret = || ClientSecretValidation::new(clients());
    let token = || AccessTokenValidation::new(InMemoryGrants::new(), clients());
    let jwt = || JwtValidation::new(element(), issuer());
    let session = || SessionBinding::cookie("session").unwrap();
    let csrf = || CsrfValidation::new(element(), secrets(), session()).unwrap();
    let time = || TimeTokenValidation::new(element(), secrets()).unwrap();
    let oauth = || OAuthValidation::opaque(InMemoryGrants::new(), clients());

    let documented = |message: &str, trace: &str| (message.to_owned(), trace.to_owned());
    assert_eq!(words(id()), documented("Client Id", "Client id"));
    assert_eq!(words(secret()), documented("Client Secret", "Client secret"));
    assert_eq!(words(token()), documented("Access Token", "Access token"));
    assert_eq!(words(jwt()), documented("JWT", "JWT"));
    assert_eq!(words(csrf()), documented("CSRF Token", "CSRF token"));
    assert_eq!(words(time()), documented("Time Token", "Time token"));
    assert_eq!(words(oauth()), documented("Client Id", "Client id"));

    let label = || Label::new("Our Key", "Our key");
    let ours = documented("Our Key", "Our key");
    assert_eq!(words(id().label(label())), ours);
    assert_eq!(words(secret().label(label())), ours);
    assert_eq!(words(token().label(label())), ours);
    assert_eq!(words(jwt().label(label())), ours);
    assert_eq!(words(csrf().label(label())), ours);
    assert_eq!(words(time().label(label())), ours);
    assert_eq!(words(oauth().client_id_label(label())), ours);
}

/// The words for a caller whose client is known and whose second credential is not there.
fn words_for_app(interceptor: impl Immediate) -> (String, String) {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(interceptor)
        .build()
        .unwrap();
    let request = PlainRequest::new("POST", "/").with_header("client_id", "app");
    let refused = gate.check_now(&request).unwrap_err();
    (gate.wording().message(&refused), gate.wording().trace(&refused))
}

#[test]
fn labels_of_a_second_credential_are_the_hosts_own_too() {
    let label = || Label::new("Our Key", "Our key");
    let is_ours = |(message, trace): (String, String)| {
        assert!(message.starts_with("Our Key in the request, "), "{message}");
        assert!(trace.starts_with("Our key in HEADER "), "{trace}");
    };
    let signature = || {
        DigitalSignatureValidation::new(Element::header("sig").unwrap(), Digest::Sha256).unwrap()
    };
    let signed = |signature| {
        let id = ClientIdValidation::new(clients());
        tollgate::gate::ImmediateChain::new().with(id).with(signature)
    };
    is_ours(words_for_app(signed(signature().label(label()))));
    let (message, trace) = words_for_app(signed(signature()));
    assert!(message.starts_with("Digital Signature in the request, "), "{message}");
    assert!(trace.starts_with("Digital signature in HEADER sig "), "{trace}");

    let opaque = OAuthValidation::opaque(InMemoryGrants::new(), clients());
    is_ours(words_for_app(opaque.token_rules(|token| Ok(token.label(label()))).unwrap()));
    let jwt = OAuthValidation::jwt(issuer(), clients());
    is_ours(words_for_app(jwt.token_rules(|token| Ok(token.label(label()))).unwrap()));
    let (message, trace) = words_for_app(OAuthValidation::jwt(issuer(), clients()));
    assert!(message.starts_with("Access Token in the request, "), "{message}");
    assert!(trace.starts_with("Access token in HEADER access_token "), "{trace}");
}

#[test]
fn a_label_reaches_the_second_element_of_a_csrf_token_whichever_is_set_first() {
    let validation = || {
        let session = SessionBinding::cookie("session").unwrap();
        CsrfValidation::insecure_cookie(Element::cookie("token").unwrap(), secrets(), session)
            .unwrap()
    };
    let session = SessionBinding::cookie("session").unwrap();
    let cookie = Element::cookie("token").unwrap();
    let hour = Duration::from_secs(3600);
    let generator =
        tollgate::validate::CsrfGenerator::new(cookie, secrets(), session, hour).unwrap();
    let token = generator.generate_for_session(b"s", UnixTime::EPOCH).unwrap();
    let request = PlainRequest::new("POST", "/")
        .with_header("cookie", format!("session=s; token={}", token.token()));
    let label = || Label::new("Our Key", "Our key");
    for validation in [
        validation().repeated_in(element()).unwrap().label(label()),
        validation().label(label()).repeated_in(element()).unwrap(),
    ] {
        let gate =
            Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(validation).build().unwrap();
        let refused = gate.check_now(&request).unwrap_err();
        assert_eq!(refused.element(), Some(&element()));
        let message = gate.wording().message(&refused);
        assert!(message.starts_with("Our Key in the request, "), "{message}");
    }
}

#[test]
fn a_trace_is_one_line_whatever_a_store_put_into_its_words() {
    struct Broken;
    impl ClientStore for Broken {
        async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
            let words =
                "refused\r\nadmitted\u{0}\u{85}\u{1b}[2K: \"app\"\u{2028}\u{2029}\u{202e}\u{2067}";
            Err(StoreUnavailable(words.into()))
        }
    }
    impl ImmediateStore for Broken {}

    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(Broken))
        .build()
        .unwrap();
    let refused =
        gate.check_now(&PlainRequest::new("GET", "/").with_header("client_id", "app")).unwrap_err();
    assert_eq!(
        gate.wording().trace(&refused),
        "Client id in HEADER client_id COULD NOT BE CHECKED; rejecting call \
         [service.unavailable: refused??admitted???[2K: \"app\"????]"
    );
    assert_eq!(refused.to_string(), "client id validation: refused??admitted???[2K: \"app\"????");
    assert!(!format!("{refused:?}").contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{202e}']));
    let RefusalResponse { body, .. } = gate.wording().response(&refused);
    assert_eq!(body, "{\"error\": \"Service temporarily unavailable\"}");
}

#[test]
fn the_words_of_a_host_are_shown_on_one_line_too() {
    let reason = Reason::HostRefused { code: "partner\u{7f}\n\u{2066}late", kind: Kind::Forbidden };
    let label = Label::new("Key", "Key\u{202d}\n");
    let refused = Rejection::new(reason, Checkpoint::of("host\r\u{61c}check").with_label(label));
    assert_eq!(refused.to_string(), "host??check: partner???late (Forbidden)");
    let trace = Wording::default().trace(&refused);
    assert!(trace.starts_with("Key?? HAS NOT BEEN FOUND "), "{trace}");
    assert!(trace.ends_with(" [partner???late: partner???late (Forbidden)]"), "{trace}");
}

#[test]
fn a_challenge_comes_with_401_alone_but_for_bearer() {
    let standard = Wording::default().status_policy(StatusPolicy::Standard);
    let forbidden = || Reason::HostRefused { code: "closed", kind: Kind::Forbidden };
    for (kind, expected) in
        [(Challenge::Bearer, true), (Challenge::Basic, false), (Challenge::Element, false)]
    {
        let response = standard.response(&refusal(forbidden(), kind));
        assert_eq!(response.status, 403, "{kind:?}");
        assert_eq!(response.header("www-authenticate").is_some(), expected, "{kind:?}");
        let response = Wording::default().response(&refusal(forbidden(), kind));
        assert_eq!(response.status, 401, "{kind:?}");
        assert!(response.header("www-authenticate").is_some(), "{kind:?}");
    }
}

#[test]
fn a_reason_of_a_host_keeps_its_kind() {
    for kind in [Kind::Missing, Kind::Malformed, Kind::Forbidden, Kind::NoAccess] {
        assert_eq!(Reason::HostRefused { code: "closed", kind }.kind(), kind);
    }
}

#[test]
fn a_rejection_says_what_looks_altered_and_debug_says_where() {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(InMemoryClients::new()))
        .build()
        .unwrap();
    let by = |id: &str| {
        gate.check_now(&PlainRequest::new("GET", "/").with_header("client_id", id)).unwrap_err()
    };
    assert_eq!(by("\"app\"").alteration(), Some(Alteration::Quoted));
    assert_eq!(by("app").alteration(), None);
    let shown = format!("{:?}", by("app"));
    assert!(shown.starts_with("Rejection { reason: ClientUnknown, element: Some("), "{shown}");
    assert!(shown.ends_with("interceptor: \"client id validation\" }"), "{shown}");
}

#[test]
fn a_trace_without_its_reason_ends_where_the_documented_line_ends() {
    let bare = Wording::default().trace_reason(TraceReason::Omit);
    let element = Element::header("access_token").unwrap();
    let of = |reason| {
        let checkpoint = Checkpoint::of("check").with_label(Label::ACCESS_TOKEN);
        let quoted = checkpoint.with_element(element.clone()).found(Location::Header, b"\"t\"");
        bare.trace(&Rejection::new(reason, quoted))
    };
    assert_eq!(
        of(Reason::TokenUnknown),
        "Access token in HEADER access_token HAS NOT BEEN FOUND \
         (causes: is invalid, expired, or revoked); rejecting call"
    );
    assert_eq!(
        of(Reason::TokenScope { scope: "read".into() }),
        "Access token in HEADER access_token DOES NOT HAVE ACCESS TO THIS RESOURCE; rejecting call"
    );
    assert_eq!(
        of(Reason::Unavailable { what: "grants".into() }),
        "Access token in HEADER access_token COULD NOT BE CHECKED; rejecting call"
    );
}

mod message_signatures {
    use tollgate::http_signature::{Component, MessageKey};
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};

    use super::*;

    fn validation(judged: JudgedSignature, coverage: Coverage) -> HttpSignatureValidation {
        let key = MessageKey::shared_secret(&Secret::new([7; 32])).unwrap();
        let keys = SignatureKeys::named([("k1", key)]).unwrap();
        HttpSignatureValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            keys,
            judged,
            coverage,
        )
        .unwrap()
    }

    fn labelled() -> JudgedSignature {
        JudgedSignature::Labelled("sig1".to_owned())
    }

    #[test]
    fn a_message_signature_is_called_as_the_host_says() {
        let signature = || validation(labelled(), Coverage::target_uri());
        let (message, trace) = words(signature());
        assert_eq!((&*message, &*trace), ("Message Signature", "Message signature"));
        let (message, trace) = words(signature().label(Label::new("Our Key", "Our key")));
        assert_eq!((&*message, &*trace), ("Our Key", "Our key"));
    }

    fn asked(validation: HttpSignatureValidation, policy: StatusPolicy) -> Option<String> {
        let wording = Wording::default().status_policy(policy);
        let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).wording(wording);
        let gate = gate.with(validation).build().unwrap();
        let refused = gate.check_now(&PlainRequest::new("POST", "/")).unwrap_err();
        let response = gate.wording().response(&refused);
        response.header("accept-signature").map(str::to_owned)
    }

    #[test]
    fn a_refusal_asks_for_the_signature_that_is_required() {
        let covered = Coverage::target_parts().and(Component::field("X-Order").unwrap());
        let strict = validation(labelled(), covered).required_expires();
        let strict = strict.required_tag("orders").unwrap();
        let expected = "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\" \"x-order\" \
            \"content-digest\");created;expires;tag=\"orders\"";
        for policy in [StatusPolicy::Documented, StatusPolicy::Standard] {
            assert_eq!(asked(strict.clone(), policy).as_deref(), Some(expected));
        }
        let only = || Coverage::insecure_only([Component::METHOD]).unwrap();
        let tagged = validation(JudgedSignature::Tagged("a \"b\"".to_owned()), only());
        let expected = "sig1=(\"@method\");created;tag=\"a \\\"b\\\"\"";
        assert_eq!(asked(tagged.clone(), StatusPolicy::Documented).as_deref(), Some(expected));
        let twice = tagged.required_tag("a \"b\"").unwrap();
        assert_eq!(asked(twice, StatusPolicy::Documented).as_deref(), Some(expected));
        let of_key = validation(JudgedSignature::OfKey("k1".to_owned()), only());
        let expected = "sig1=(\"@method\");created;keyid=\"k1\"";
        assert_eq!(asked(of_key, StatusPolicy::Documented).as_deref(), Some(expected));
    }

    /// What cannot be judged does not get better by another signature.
    #[test]
    fn nothing_is_asked_for_where_nothing_could_be_judged() {
        let unknown_scheme = PlainRequest::new("GET", "/").with_authority("a.example");
        let input = "sig1=(\"@method\" \"@target-uri\");created=0;keyid=\"k1\"";
        let request = unknown_scheme.with_header("signature-input", input);
        let request = request.with_header("signature", "sig1=:AA==:");
        let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH));
        let gate = gate.with(validation(labelled(), Coverage::target_uri())).build().unwrap();
        let response = gate.wording().response(&gate.check_now(&request).unwrap_err());
        assert_eq!((response.status, response.header("accept-signature")), (503, None));
    }
}
