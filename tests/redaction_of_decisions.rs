//! Whatever credential, claim or secret goes into a decision, nothing of it comes out in words.
#![cfg(all(feature = "metrics", feature = "tracing"))]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use ::tracing::field::{Field, Visit};
use ::tracing::span::{Attributes, Id, Record};
use ::tracing::{Event, Metadata, Subscriber, subscriber::with_default};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use metrics_util::debugging::DebuggingRecorder;
use serde_json::{Value, json};
use tollgate::crypto::sha256;
use tollgate::interceptor::{AnyResource, Evidence, Immediate, Shadow, interceptor_fn};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::metrics::MetricsObserver;
use tollgate::observation::observer_fn;
use tollgate::record::{Access, Client, Grant, Scopes};
use tollgate::rejection::{Checkpoint, Kind};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryRevocations, Revocation};
use tollgate::time::Lifetime;
use tollgate::tracing::TracingObserver;
use tollgate::trust::TrustStore;
use tollgate::validate::{
    Digest, RequestValue, SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::wording::{BodyFormat, LocationWord, StatusPolicy, TraceReason};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    DigitalSignatureValidation, Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation,
    PlainRequest, ProxyAuthorization, Reason, Rejection, Secret, TimeTokenValidation, UnixTime,
    Wording,
};

/// Every credential, claim and secret has it.
const MARK: &str = "s3cr3t-marker-of-this-very-test-01";
const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

/// Everything that is traced, as text.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), " {}={value:?}", field.name()).unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0.lock().unwrap(), " {}={value}", field.name()).unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Every wording that a host can choose.
fn wordings() -> Vec<Wording> {
    let mut wordings = Vec::new();
    for body in [BodyFormat::Json, BodyFormat::Text, BodyFormat::ProblemDetails] {
        for status in [StatusPolicy::Documented, StatusPolicy::Standard] {
            for (word, reason) in [
                (LocationWord::Header, TraceReason::Append),
                (LocationWord::Actual, TraceReason::Omit),
            ] {
                let wording = Wording::default().body_format(body).status_policy(status);
                wordings.push(wording.location_word(word).trace_reason(reason));
            }
        }
    }
    wordings
}

/// All that can be said of a refusal.
fn said(rejection: &Rejection) -> String {
    let mut text = format!("{rejection} {rejection:?} {rejection:#?} {}", rejection.remedy());
    for wording in wordings() {
        let response = wording.response(rejection);
        write!(text, "{} {response:?}", wording.message(rejection)).unwrap();
        write!(text, "{}", wording.trace(rejection)).unwrap();
    }
    text
}

/// All that is said of one decision, and whether the request was admitted.
fn decided(interceptor: impl Immediate, request: &PlainRequest) -> (bool, String) {
    let (start, observed) = (Instant::now(), Everything::default());
    let noted = observed.clone();
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource(AnyResource)
        .observer(TracingObserver)
        .observer(MetricsObserver)
        .observer(observer_fn(move |seen| {
            write!(noted.0.lock().unwrap(), "{seen:?} {:?}", seen.trace()).unwrap();
        }))
        .timed_by(move || start)
        .with(interceptor)
        .with(interceptor_fn("own", |_| Ok(Evidence::none())))
        .build()
        .unwrap();
    let recorder = DebuggingRecorder::new();
    let decision = ::metrics::with_local_recorder(&recorder, || {
        with_default(observed.clone(), || gate.check_now(request))
    });
    let mut text = std::mem::take(&mut *observed.0.lock().unwrap());
    for (key, ..) in recorder.snapshotter().snapshot().into_vec() {
        write!(text, "{key:?}").unwrap();
    }
    match &decision {
        Ok(admission) => write!(text, "{admission:?} {admission:#?}").unwrap(),
        Err(rejection) => text.push_str(&said(rejection)),
    }
    let explanation = gate.explain_now(request);
    write!(text, "{explanation} {explanation:?} {}", json!(explanation)).unwrap();
    write!(text, "{gate:?}").unwrap();
    (decision.is_ok(), text)
}

/// The mark in every spelling in which bytes could be printed, and so for these bytes besides.
fn spellings(besides: &[&[u8]]) -> Vec<String> {
    let mut all = Vec::new();
    let digest = sha256(MARK.as_bytes());
    for bytes in [MARK.as_bytes(), &digest].iter().chain(besides) {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        all.push(String::from_utf8_lossy(bytes).into_owned());
        all.push(hex.to_uppercase());
        all.push(hex);
        all.push(format!("{bytes:?}").trim_matches(['[', ']']).replace(' ', ""));
        all.push(URL_SAFE_NO_PAD.encode(bytes));
        all.push(STANDARD.encode(bytes));
    }
    all
}

#[track_caller]
fn assert_silent(interceptor: impl Immediate, request: &PlainRequest, besides: &[&[u8]]) -> bool {
    let (admitted, text) = decided(interceptor, request);
    let text: String = text.split_whitespace().collect();
    assert!(text.contains("tollgate_decisions_total"), "{text}");
    for spelling in spellings(besides) {
        assert!(!text.contains(&spelling), "{spelling} is in {text}");
    }
    admitted
}

fn get() -> PlainRequest {
    PlainRequest::new("GET", "/")
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything).with_secret(MARK.as_bytes()));
    clients
}

fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let until = |seconds| Lifetime::until(UnixTime::from_seconds(seconds));
    let grant = |token: &str, seconds| {
        Grant::new(token.as_bytes(), "app", until(seconds)).with_access(Access::Everything)
    };
    grants.add(grant(MARK, 1_900_000_000).with_scopes(Scopes::of(["read"])));
    grants.add(grant(&format!("{MARK}.old"), 1_700_000_000));
    grants.add(grant(&format!("{MARK}.revoked"), 1_900_000_000).revoked());
    grants
}

#[test]
fn this_test_finds_what_is_said() {
    let reason = Reason::HostRefused { code: MARK, kind: Kind::Forbidden };
    let leaks = interceptor_fn("leaks", move |_| {
        Err(Rejection::new(reason.clone(), Checkpoint::of("leaks")))
    });
    let (admitted, text) = decided(leaks, &get());
    let (traced, counted) = text.split_once("tollgate_decisions_total").unwrap();
    let (counted, said) = counted.split_once("Rejection").unwrap();
    assert!(!admitted);
    for part in [traced, counted, said] {
        assert!(spellings(&[]).iter().any(|spelling| part.contains(spelling)), "{part}");
    }
}

#[test]
fn client_ids_and_secrets_are_never_said() {
    let long = MARK.repeat(300);
    let altered = [MARK.to_owned(), format!("\"{MARK}\""), format!("{MARK}\n"), long];
    for id in &altered {
        let request = get().with_header("client_id", id.as_str());
        assert!(!assert_silent(ClientIdValidation::new(clients()), &request, &[]));
        assert!(!assert_silent(
            ClientIdValidation::new(clients()),
            &request.with_header("client_id", MARK),
            &[]
        ));
    }
    for (id, secret, admitted) in
        [("app", MARK, true), ("app", &*format!("{MARK}2"), false), (MARK, MARK, false)]
    {
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        let request = get().with_header("authorization", format!("Basic {credentials}"));
        let validation = ClientSecretValidation::new(clients());
        assert_eq!(assert_silent(validation, &request, &[credentials.as_bytes()]), admitted);
    }
    let request = get().with_header("authorization", format!("Basic {MARK}"));
    assert!(!assert_silent(ClientSecretValidation::new(clients()), &request, &[]));
}

#[test]
fn opaque_tokens_are_never_said_wherever_they_travel() {
    let validation = || {
        let any = Element::any("access_token").unwrap();
        AccessTokenValidation::new(grants(), clients()).element(any)
    };
    for (token, admitted) in [
        (MARK.to_owned(), true),
        (format!("{MARK}.old"), false),
        (format!("{MARK}.revoked"), false),
        (format!("{MARK}.unknown"), false),
        (format!("'{MARK}'"), false),
    ] {
        let query = PlainRequest::new("GET", format!("/?access_token={token}"));
        for request in [
            get().with_header("access_token", token.as_str()),
            get().with_header("cookie", format!("a=b; access_token={token}")),
            query,
        ] {
            assert_eq!(assert_silent(validation(), &request, &[]), admitted, "{token}");
        }
    }
    let request = get().with_header("access_token", MARK);
    let scoped = validation().scopes(Scopes::of(["write"]));
    assert!(!assert_silent(scoped, &request, &[]));
    let shadowed = Shadow::of(validation().scopes(Scopes::of(["write"])));
    assert!(assert_silent(shadowed, &request, &[]));
    let revocations = InMemoryRevocations::new(4);
    revocations
        .revoke(Revocation::opaque(MARK.as_bytes()), UnixTime::from_seconds(1_900_000_000))
        .unwrap();
    assert!(!assert_silent(validation().revocations(revocations), &request, &[]));
    let oauth = OAuthValidation::opaque(grants(), clients());
    let request = request.with_header("client_id", format!("{MARK}-client"));
    assert!(!assert_silent(oauth, &request, &[]));
}

#[test]
fn no_claim_header_or_signature_of_a_jwt_is_said() {
    let key = SigningKey::generate_es256().unwrap().with_id("k1");
    let keys = KeySet::of([key.verifying_key().clone()]);
    let validation = || {
        let issuer =
            Issuer::new("https://a.example", "api", [Algorithm::Es256], keys.clone()).unwrap();
        JwtValidation::new(Element::bearer(), issuer)
    };
    let good = json!({
        "iss": "https://a.example", "aud": "api", "exp": 1_800_000_060, "sub": MARK, "jti": MARK,
        "scope": format!("read {MARK}"), "nested": { "name": MARK }, "list": [MARK],
    });
    let mut cases = vec![(good.clone(), true)];
    for (name, value) in [
        ("iss", json!(MARK)),
        ("iss", json!([MARK])),
        ("aud", json!(MARK)),
        ("aud", json!([MARK, 1])),
        ("exp", json!(MARK)),
        ("exp", json!(1_700_000_000)),
        ("nbf", json!(1_900_000_000)),
        ("iat", json!({ "at": MARK })),
        ("sub", json!([MARK])),
        ("cnf", json!({ "x5t#S256": MARK })),
        ("cnf", json!({ "jkt": MARK })),
        ("client_id", json!([MARK])),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        cases.push((claims, false));
    }
    for (claims, admitted) in cases {
        let token = key.sign(claims.to_string().as_bytes()).unwrap();
        let parts: Vec<&[u8]> = token.split('.').map(str::as_bytes).collect();
        let request = get().with_header("authorization", format!("Bearer {token}"));
        assert_eq!(assert_silent(validation(), &request, &parts), admitted, "{claims}");
    }
    let stranger = SigningKey::generate_es256().unwrap();
    for (header, key) in [
        (json!({ "alg": "ES256", "kid": MARK }), &key),
        (json!({ "alg": "ES256", "kid": "k1", "typ": MARK, "crit": [MARK] }), &key),
        (json!({ "alg": MARK }), &key),
        (json!({ "alg": "ES256", "kid": "k1" }), &stranger),
    ] {
        let token = signed(&header, &good, key);
        let parts: Vec<&[u8]> = token.split('.').map(str::as_bytes).collect();
        let request = get().with_header("authorization", format!("Bearer {token}"));
        let typed = validation().token_type("at+jwt").unwrap();
        assert!(!assert_silent(typed, &request, &parts), "{header}");
    }
}

/// A token with this header, and a signature of `key` over another one.
fn signed(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let other = key.sign(claims.to_string().as_bytes()).unwrap();
    let (rest, signature) = other.rsplit_once('.').unwrap();
    let payload = rest.split_once('.').unwrap().1;
    format!("{}.{payload}.{signature}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn sealed_tokens_sessions_and_values_are_never_said() {
    let secrets = || SigningSecrets::new(&Secret::new(MARK)).unwrap();
    let header = || Element::header("token").unwrap();
    let session = SessionBinding::cookie("session").unwrap();
    let csrf = || CsrfValidation::new(header(), secrets(), session.clone()).unwrap();
    let post = || PlainRequest::new("POST", "/").with_header("cookie", format!("session={MARK}"));
    let generator = TimeTokenGenerator::new(header(), secrets()).unwrap();
    let user = || RequestValue::element(Element::header("user").unwrap());
    let mixing = generator.clone().mixing(user());
    let named = get().with_header("user", MARK);
    let issued = mixing.generate(&named, NOW).unwrap();
    let token = issued.token().as_bytes();
    for request in [
        post().with_header("token", MARK),
        post().with_header("token", issued.token()),
        post().with_header("origin", format!("https://{MARK}.example")),
        post().with_header("sec-fetch-site", MARK),
        post(),
    ] {
        assert!(!assert_silent(csrf(), &request, &[token]));
    }
    let time = || TimeTokenValidation::new(header(), secrets()).unwrap().mixing(user());
    let request = named.clone().with_header("token", issued.token());
    assert!(assert_silent(time(), &request, &[token]));
    let other = generator.generate(&named, NOW).unwrap();
    for value in [MARK, other.token()] {
        let request = named.clone().with_header("token", value);
        assert!(!assert_silent(time(), &request, &[value.as_bytes()]));
    }
}

#[test]
fn signatures_bodies_and_destinations_are_never_said() {
    let signature = Element::header("signature").unwrap();
    let pem = include_bytes!("keys/rsa.pem");
    let key = tollgate::crypto::PrivateKey::from_pem(pem).unwrap();
    let clients = clients();
    clients.add(
        Client::new("signer")
            .with_access(Access::Everything)
            .with_public_key(key.public_key().clone()),
    );
    let validation = || DigitalSignatureValidation::new(signature.clone(), Digest::Sha256).unwrap();
    let gate = |request: &PlainRequest| {
        let gate = Gate::builder(ManualClock::at(NOW))
            .for_resource(AnyResource)
            .with(ClientIdValidation::new(clients.clone()))
            .with(validation())
            .build()
            .unwrap();
        let explanation = gate.explain_now(request);
        format!("{explanation} {explanation:?} {}", said(&gate.check_now(request).unwrap_err()))
    };
    for value in [MARK.to_owned(), STANDARD.encode(MARK), STANDARD.encode([7; 256])] {
        let request = PlainRequest::new("POST", "/")
            .with_header("client_id", "signer")
            .with_header("signature", value.as_str())
            .with_body(MARK);
        let text = gate(&request);
        for spelling in spellings(&[value.as_bytes()]) {
            assert!(!text.contains(&spelling), "{spelling} is in {text}");
        }
    }
    for target in [format!("{MARK}:443"), format!("{MARK}:{MARK}"), format!("http://{MARK}/{MARK}")]
    {
        for token in [MARK.to_owned(), format!("{MARK}.{MARK}.{MARK}")] {
            let request = PlainRequest::new("CONNECT", target.as_str())
                .with_header("proxy-authorization", format!("Bearer {token}"))
                .with_header("token", token.as_str());
            let validation =
                ProxyAuthorization::new(Element::header("token").unwrap(), TrustStore::new());
            assert!(!assert_silent(validation.unwrap(), &request, &[]));
        }
    }
}

#[test]
fn labels_nonces_key_ids_and_components_are_never_said() {
    use tollgate::http_signature::MessageKey;
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};

    let validation = || {
        let key = MessageKey::shared_secret(&Secret::new([7; 32])).unwrap();
        let keys = SignatureKeys::named([("k1", key)]).unwrap();
        let judged = JudgedSignature::Labelled("sig1".to_owned());
        HttpSignatureValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            keys,
            judged,
            Coverage::target_uri(),
        )
        .unwrap()
    };
    let covered = "\"@method\" \"@target-uri\"";
    let good = "created=1800000000;keyid=\"k1\"";
    for input in [
        format!("{MARK}=({covered});{good}"),
        format!("sig1=({covered});{good};nonce=\"{MARK}\";tag=\"{MARK}\""),
        format!("sig1=({covered});{good};alg=\"{MARK}\""),
        format!("sig1=({covered});created=1800000000;keyid=\"{MARK}\""),
        format!("sig1=({covered} \"{MARK}\");{good}"),
        format!("sig1=({covered} \"@{MARK}\");{good}"),
        format!("sig1=({covered} \"a\";key=\"{MARK}\");{good}"),
        format!("sig1=({covered});{good};{MARK}"),
        format!("sig1=({covered});{good};expires={MARK}"),
        format!("sig1={MARK}"),
        MARK.to_owned(),
    ] {
        for signature in [format!("sig1=:{}:", STANDARD.encode(MARK)), MARK.to_owned()] {
            let request = PlainRequest::new("GET", format!("/{MARK}"))
                .with_scheme("https")
                .with_authority("a.example")
                .with_header("a", MARK)
                .with_header("signature-input", input.as_str())
                .with_header("signature", signature);
            assert!(!assert_silent(validation(), &request, &[]), "{input}");
        }
    }
}
