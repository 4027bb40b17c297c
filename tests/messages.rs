//! Every text that a caller, an operator or a log reader sees, byte for byte.

use std::sync::Arc;
use std::time::Duration;

use tollgate::interceptor::Immediate;
use tollgate::record::{Access, Client, Grant, Scopes};
use tollgate::rejection::{
    AgentReason, Challenge, Checkpoint, Kind, Label, MessageSignatureReason, ProofReason, Remedy,
    Signer,
};
use tollgate::store::{ClientStore, InMemoryClients, InMemoryGrants, StoreUnavailable};
use tollgate::time::Lifetime;
use tollgate::wording::{BodyFormat, LocationWord, StatusPolicy};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, Element, Gate, ManualClock,
    PlainRequest, Reason, Rejection, UnixTime, Wording,
};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const EARLIER: UnixTime = UnixTime::from_seconds(1_799_999_988);
const LATER: UnixTime = UnixTime::from_millis(1_800_000_000_250);
const SKEW: Duration = Duration::from_secs(30);

/// A certificate that is valid at no instant, so that it serves both of its reasons.
fn signer() -> Arc<Signer> {
    Arc::new(Signer {
        friendly_name: "rweb".to_owned(),
        subject: "CN=management.example".to_owned(),
        not_before: UnixTime::from_seconds(1_800_000_001),
        not_after: EARLIER,
        remedy: Remedy::RENEW_SELF_SIGNED,
    })
}

/// One of every reason.
fn samples() -> Vec<Reason> {
    own_samples().into_iter().chain(proof_samples().map(Reason::Proof)).collect()
}

fn own_samples() -> Vec<Reason> {
    let text = |name: &str| name.into();
    vec![
        Reason::CredentialMissing,
        Reason::CredentialEmpty,
        Reason::CredentialRepeated,
        Reason::CredentialTooLarge { limit: 8192 },
        Reason::CredentialTooManyLines { limit: 128 },
        Reason::CredentialMalformed,
        Reason::CredentialScheme { expected: "Bearer" },
        Reason::ClientUnknown,
        Reason::ClientDisabled,
        Reason::ClientRevoked,
        Reason::ClientExpired { now: NOW, expires: EARLIER },
        Reason::ClientMismatch,
        Reason::ClientNotIdentified,
        Reason::ClientSecretAbsent,
        Reason::ClientSecretWrong,
        Reason::ClientNotLinked { resource: text("orders") },
        Reason::TokenUnknown,
        Reason::TokenRevoked,
        Reason::TokenExpired { now: NOW, expires: EARLIER },
        Reason::TokenNotYetValid { now: NOW, not_before: LATER },
        Reason::TokenNoAccess { resource: text("orders") },
        Reason::TokenScope { scope: text("write") },
        Reason::JwtMalformed { part: "payload" },
        Reason::JwtNotAnObject { part: "header" },
        Reason::JwtDuplicateMember { part: "payload" },
        Reason::JwtEncrypted,
        Reason::JwtUnsigned,
        Reason::JwtAlgorithmUnsupported,
        Reason::JwtAlgorithmNotAllowed,
        Reason::JwtHeaderUnsupported { member: "crit" },
        Reason::JwtHeaderType { member: "kid" },
        Reason::JwtKeyUnknown,
        Reason::JwtKeyMismatch,
        Reason::JwtKeyAmbiguous,
        Reason::JwtSignature,
        Reason::JwtIssuer,
        Reason::JwtAudience,
        Reason::JwtType,
        Reason::JwtExpired { now: NOW, expires: EARLIER, skew: SKEW },
        Reason::JwtNotYetValid { now: NOW, not_before: LATER, skew: SKEW },
        Reason::JwtIssuedInFuture { now: NOW, issued: LATER, skew: SKEW },
        Reason::JwtLifetime { maximum: Duration::from_secs(3600) },
        Reason::ClaimMissing { name: text("exp") },
        Reason::ClaimType { name: "aud" },
        Reason::ClaimValue { name: text("tenant") },
        Reason::PossessionMissing,
        Reason::PossessionWrong,
        Reason::PossessionUnsupported,
        Reason::CertificateExpired { now: NOW, not_after: EARLIER },
        Reason::CertificateNotYetValid { now: NOW, not_before: LATER },
        Reason::CsrfForeignOrigin,
        Reason::CsrfOriginUndeclared,
        Reason::CsrfMissing,
        Reason::CsrfMalformed,
        Reason::CsrfSessionMissing,
        Reason::CsrfSignature,
        Reason::CsrfExpired { now: NOW, expires: EARLIER },
        Reason::CsrfNotRepeated,
        Reason::TimeTokenMalformed,
        Reason::TimeTokenValueMissing { name: text("order") },
        Reason::TimeTokenSignature,
        Reason::TimeTokenIssuedInFuture { now: NOW, issued: LATER },
        Reason::TimeTokenExpired { now: NOW, expires: EARLIER },
        Reason::TimeTokenUsed,
        Reason::SignatureMalformed,
        Reason::SignatureKeyAbsent,
        Reason::SignatureKeyKind,
        Reason::SignatureNothingSigned,
        Reason::SignatureWrong,
        Reason::ProxySignerUnknown,
        Reason::ProxySignerFormer { friendly_name: text("rweb"), fate: "replaced" },
        Reason::ProxySignerExpired { now: NOW, signer: signer() },
        Reason::ProxySignerNotYetValid { now: NOW, signer: signer() },
        Reason::ProxySignerKey,
        Reason::ProxyTokenExpired { now: NOW, expires: EARLIER },
        Reason::ProxyTokenIssuedInFuture { now: NOW, issued: LATER },
        Reason::ProxyTokenMalformed,
        Reason::ProxyDestination,
        Reason::ProxyDestinationMalformed,
        Reason::EvidenceConflict { fact: "grant" },
        Reason::Unavailable { what: "the store did not answer".into() },
        Reason::HostRefused { code: "host.refused", kind: Kind::Invalid },
    ]
    .into_iter()
    .chain(message_signature_samples().map(Reason::MessageSignature))
    .chain(agents().map(Reason::Agent))
    .collect()
}

/// One of every reason of HTTP message signatures.
fn message_signature_samples() -> impl Iterator<Item = MessageSignatureReason> {
    [
        MessageSignatureReason::Malformed { part: "Signature-Input" },
        MessageSignatureReason::NotFound,
        MessageSignatureReason::Ambiguous,
        MessageSignatureReason::ParameterUnknown,
        MessageSignatureReason::ParameterType { name: "created" },
        MessageSignatureReason::ParameterMissing { name: "nonce" },
        MessageSignatureReason::ParameterValue { name: "tag" },
        MessageSignatureReason::Authority,
        MessageSignatureReason::NotCovered { component: "\"@method\"".into() },
        MessageSignatureReason::Component { problem: "appears twice" },
        MessageSignatureReason::KeyUnknown,
        MessageSignatureReason::KeyAbsent,
        MessageSignatureReason::Algorithm,
        MessageSignatureReason::CreatedInFuture { now: NOW, created: LATER, skew: SKEW },
        MessageSignatureReason::TooOld { now: NOW, created: EARLIER, maximum: SKEW },
        MessageSignatureReason::Expired { now: NOW, expires: EARLIER },
        MessageSignatureReason::Signature,
        MessageSignatureReason::ContentDigest { problem: "the body has another digest" },
        MessageSignatureReason::Used,
    ]
    .into_iter()
}

fn agents() -> impl Iterator<Item = AgentReason> {
    [
        AgentReason::Unsigned,
        AgentReason::Malformed { field: "Signature-Agent" },
        AgentReason::TooMany { limit: 4 },
        AgentReason::NotNamed,
        AgentReason::LegacyForm,
        AgentReason::Url,
        AgentReason::Discovery,
        AgentReason::Authority,
        AgentReason::NotCovered { component: "the authority or the target" },
        AgentReason::Component,
        AgentReason::ParameterMissing { name: "expires" },
        AgentReason::ParameterType { name: "expires" },
        AgentReason::Lifetime {
            created: EARLIER,
            expires: LATER,
            maximum: Duration::from_secs(10),
        },
        AgentReason::Expired { now: NOW, expires: EARLIER },
        AgentReason::CreatedInFuture { now: NOW, created: LATER, skew: SKEW },
        AgentReason::Unknown,
        AgentReason::KeyUnknown,
        AgentReason::KeyExpired { now: NOW, expires: EARLIER },
        AgentReason::KeyNotYetValid { now: NOW, not_before: LATER },
        AgentReason::Algorithm,
        AgentReason::Signature,
        AgentReason::ContentDigest,
        AgentReason::Used,
    ]
    .into_iter()
}

fn proof_samples() -> impl Iterator<Item = ProofReason> {
    [
        ProofReason::Missing,
        ProofReason::Repeated,
        ProofReason::Scheme,
        ProofReason::Unbound,
        ProofReason::Malformed { part: "payload" },
        ProofReason::Type,
        ProofReason::Algorithm,
        ProofReason::Key,
        ProofReason::PrivateKey,
        ProofReason::Binding,
        ProofReason::Signature,
        ProofReason::Claim { name: "ath" },
        ProofReason::Method,
        ProofReason::Url,
        ProofReason::TooOld { now: NOW, issued: EARLIER, window: Duration::from_secs(60) },
        ProofReason::IssuedInFuture { now: NOW, issued: LATER, skew: SKEW },
        ProofReason::Token,
        ProofReason::NonceMissing,
        ProofReason::NonceUnknown,
        ProofReason::NonceExpired { now: NOW, expires: EARLIER },
        ProofReason::Used,
    ]
    .into_iter()
}

#[test]
fn the_catalogue_is_pinned() {
    let samples = samples();
    let codes: Vec<_> = samples.iter().map(Reason::code).collect();
    assert_eq!(codes, Reason::CODES, "one sample of every reason, in the catalogue's order");
    let rows: Vec<String> = samples
        .iter()
        .map(|reason| {
            let (code, kind, remedy) = (reason.code(), reason.kind(), reason.remedy());
            format!("{code} | {kind:?} | {reason} | {remedy}\n")
        })
        .collect();
    assert_eq!(rows.concat(), include_str!("catalogue.txt"));
}

fn gate_refusal(interceptor: impl Immediate, request: &PlainRequest) -> (Wording, Rejection) {
    let gate = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(interceptor)
        .build()
        .unwrap();
    (gate.wording().clone(), gate.check_now(request).unwrap_err())
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::only(["orders"])));
    clients
}

fn grants() -> InMemoryGrants {
    let grants = InMemoryGrants::new();
    let open = |token: &[u8], until| {
        Grant::new(token, "app", Lifetime::until(until)).with_access(Access::Everything)
    };
    grants.add(open(b"expired", EARLIER));
    grants.add(open(b"revoked", LATER).revoked());
    grants.add(open(b"closed", LATER).with_access(Access::only(["invoices"])));
    grants.add(open(b"narrow", LATER).with_scopes(Scopes::of(["read"])));
    grants
}

fn get(target: &str) -> PlainRequest {
    PlainRequest::new("GET", target)
}

#[test]
fn the_access_token_message_is_documented_and_never_says_why() {
    let message = "Access Token in the request, identified by HEADER access_token, is invalid. \
                   Check docs.sensedia.com";
    for token in ["incorrect", "expired", "revoked", "closed", "\"revoked\""] {
        let validation = AccessTokenValidation::new(grants(), clients());
        let (wording, refusal) =
            gate_refusal(validation, &get("/").with_header("access_token", token));
        assert_eq!(wording.message(&refusal), message);
        let response = wording.response(&refusal);
        assert_eq!(response.status, 401);
        assert_eq!(response.body, format!("{{\"error\": \"{message}\"}}"));
        assert_eq!(response.header("content-type"), Some("application/json"));
    }
    let (wording, missing) =
        gate_refusal(AccessTokenValidation::new(grants(), clients()), &get("/"));
    assert_eq!(wording.message(&missing), message);
}

#[test]
fn the_client_id_message_is_documented() {
    let request = get("/").with_header("client_id", "stranger");
    let (wording, refusal) = gate_refusal(ClientIdValidation::new(clients()), &request);
    assert_eq!(
        wording.message(&refusal),
        "Client Id in the request, identified by HEADER client_id, is invalid. \
         Check docs.sensedia.com"
    );
}

#[test]
fn the_message_for_a_named_element_is_the_documented_template() {
    let named = |element| ClientIdValidation::new(clients()).element(element);
    for element in [Element::header("x-app"), Element::cookie("x-app"), Element::any("x-app")] {
        let (wording, refusal) = gate_refusal(named(element.unwrap()), &get("/"));
        assert_eq!(
            wording.message(&refusal),
            "Client Id in the request, identified by HEADER x-app, is invalid. \
             Check docs.sensedia.com"
        );
    }
}

#[test]
fn the_first_trace_line_is_documented_and_followed_by_the_exact_reason() {
    let line = "Access token in HEADER access_token HAS NOT BEEN FOUND \
                (causes: is invalid, expired, or revoked); rejecting call";
    for (token, exact) in [
        ("incorrect", "[token.unknown: unknown token]"),
        ("expired", "[token.expired: expired 12 s ago]"),
        ("revoked", "[token.revoked: revoked]"),
        ("revoked\n", "[credential.malformed: malformed; it ends with a line break]"),
        ("\"revoked\"", "[token.unknown: unknown token; it is wrapped in quotes]"),
        ("Bearer revoked", "[token.unknown: unknown token; it starts with \"Bearer \"]"),
    ] {
        let request = get("/").with_header("access_token", token);
        let (wording, refusal) =
            gate_refusal(AccessTokenValidation::new(grants(), clients()), &request);
        assert_eq!(wording.trace(&refusal), format!("{line} {exact}"));
    }
}

#[test]
fn the_second_trace_line_is_documented_and_followed_by_the_exact_reason() {
    let line = "Access token in HEADER access_token DOES NOT HAVE ACCESS TO THIS RESOURCE; \
                rejecting call";
    let closed = get("/").with_header("access_token", "closed");
    let (wording, refusal) = gate_refusal(AccessTokenValidation::new(grants(), clients()), &closed);
    let exact = "[token.no_access: does not open orders]";
    assert_eq!(wording.trace(&refusal), format!("{line} {exact}"));

    let narrow = get("/").with_header("access_token", "narrow");
    let scoped = AccessTokenValidation::new(grants(), clients()).scopes(Scopes::of(["write"]));
    let (wording, refusal) = gate_refusal(scoped, &narrow);
    let exact = "[token.scope: lacks the scope write]";
    assert_eq!(wording.trace(&refusal), format!("{line} {exact}"));
}

#[test]
fn the_trace_prints_the_place_of_the_credential_else_the_configured_one() {
    let any = || ClientIdValidation::new(clients()).element(Element::any("app").unwrap());
    for (request, place) in [
        (get("/").with_header("app", "x"), "HEADER"),
        (get("/").with_header("cookie", "app=x"), "COOKIE"),
        (get("/?app=x"), "QUERY_PARAM"),
        (get("/"), "ANY"),
        (get("/?app=x&app=x"), "ANY"),
    ] {
        let (wording, refusal) = gate_refusal(any(), &request);
        let start = format!("Client id in {place} app HAS NOT BEEN FOUND (causes: ");
        assert!(wording.trace(&refusal).starts_with(&start), "{}", wording.trace(&refusal));
        let actual = Wording::default().location_word(LocationWord::Actual);
        assert!(actual.message(&refusal).contains(&format!("identified by {place} app,")));
    }
}

#[test]
fn what_cannot_be_known_is_unavailable_and_says_so() {
    struct Broken;
    impl ClientStore for Broken {
        async fn find(&self, _: &str) -> Result<Option<std::sync::Arc<Client>>, StoreUnavailable> {
            Err(StoreUnavailable("connection refused".into()))
        }
    }
    impl tollgate::store::ImmediateStore for Broken {}

    let request = get("/").with_header("client_id", "app");
    let (wording, refusal) = gate_refusal(ClientIdValidation::new(Broken), &request);
    let response = wording.response(&refusal);
    assert_eq!(response.status, 503);
    assert_eq!(response.body, "{\"error\": \"Service temporarily unavailable\"}");
    assert_eq!(response.header("retry-after"), Some("5"));
    assert_eq!(response.header("www-authenticate"), None);
    assert_eq!(
        wording.trace(&refusal),
        "Client id in HEADER client_id COULD NOT BE CHECKED; rejecting call \
         [service.unavailable: connection refused]"
    );
}

fn refusal(reason: Reason, challenge: Challenge) -> Rejection {
    let checkpoint = Checkpoint::of("test")
        .with_label(Label::ACCESS_TOKEN)
        .with_element(Element::header("access_token").unwrap())
        .with_challenge(challenge);
    Rejection::new(reason, checkpoint)
}

#[test]
fn every_body_format_carries_the_message() {
    let refusal = refusal(Reason::TokenUnknown, Challenge::Bearer);
    let in_format = |format| Wording::default().body_format(format).response(&refusal);
    let message = "Access Token in the request, identified by HEADER access_token, is invalid. \
                   Check docs.sensedia.com";

    let text = in_format(BodyFormat::Text);
    assert_eq!(text.body, message);
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));

    let problem = in_format(BodyFormat::ProblemDetails);
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    let body: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
    let expected = serde_json::json!({
        "type": "about:blank", "title": "Unauthorized", "status": 401, "detail": message,
    });
    assert_eq!(body, expected);
}

#[test]
fn the_documented_policy_answers_401_to_every_refused_credential() {
    for reason in samples() {
        let expected = if reason.code() == "service.unavailable" { 503 } else { 401 };
        let response = Wording::default().response(&refusal(reason.clone(), Challenge::Element));
        assert_eq!(response.status, expected, "{reason}");
        assert_eq!(response.header("www-authenticate").is_some(), expected == 401);
    }
}

#[test]
fn the_standard_policy_answers_as_the_rfcs_have_it() {
    let standard = Wording::default().status_policy(StatusPolicy::Standard);
    for (reason, status, error) in [
        (Reason::CredentialMissing, 401, None),
        (Reason::CredentialRepeated, 400, Some("invalid_request")),
        (Reason::CredentialMalformed, 400, Some("invalid_request")),
        (Reason::JwtMalformed { part: "header" }, 400, Some("invalid_request")),
        (Reason::TokenUnknown, 401, Some("invalid_token")),
        (Reason::JwtAudience, 403, Some("insufficient_scope")),
        (Reason::TokenNoAccess { resource: "orders".into() }, 403, Some("insufficient_scope")),
    ] {
        let response = standard.response(&refusal(reason.clone(), Challenge::Bearer));
        assert_eq!(response.status, status, "{reason}");
        let challenge = response.header("www-authenticate").unwrap();
        match error {
            Some(error) => {
                assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
            }
            None => assert_eq!(challenge, "Bearer realm=\"tollgate\""),
        }
    }
    let scope = refusal(Reason::TokenScope { scope: "write".into() }, Challenge::Bearer);
    let challenge = standard.response(&scope);
    assert!(challenge.header("www-authenticate").unwrap().ends_with(", scope=\"write\""));
}

#[test]
fn challenges_tell_no_more_than_the_message() {
    let wording = Wording::default();
    let challenge = |reason, challenge| {
        let response = wording.response(&refusal(reason, challenge));
        response.header("www-authenticate").unwrap().to_owned()
    };
    let bearer = "Bearer realm=\"tollgate\", error=\"invalid_token\", error_description=\"Access \
                  Token in the request, identified by HEADER access_token, is invalid. Check \
                  docs.sensedia.com\"";
    for reason in [
        Reason::TokenUnknown,
        Reason::CredentialRepeated,
        Reason::TokenScope { scope: "write".into() },
    ] {
        assert_eq!(challenge(reason, Challenge::Bearer), bearer);
    }
    assert_eq!(
        challenge(Reason::CredentialMissing, Challenge::Bearer),
        "Bearer realm=\"tollgate\""
    );
    assert_eq!(
        challenge(Reason::ClientSecretWrong, Challenge::Basic),
        "Basic realm=\"tollgate\", charset=\"UTF-8\""
    );
    assert_eq!(
        challenge(Reason::ClientUnknown, Challenge::Element),
        "Tollgate element=\"access_token\""
    );
}

#[test]
fn no_byte_of_the_caller_appears_in_any_text_of_a_refusal() {
    let marked = "s3cr3t-marker";
    let basic = "Basic czNjcjN0LW1hcmtlcjpzM2NyM3QtbWFya2Vy"; // base64 of marker:marker
    let refusals = [
        gate_refusal(
            ClientIdValidation::new(clients()),
            &get("/").with_header("client_id", marked),
        ),
        gate_refusal(
            AccessTokenValidation::new(grants(), clients()),
            &get("/").with_header("access_token", marked),
        ),
        gate_refusal(
            ClientSecretValidation::new(clients()),
            &get("/").with_header("authorization", basic),
        ),
    ];
    for (wording, refusal) in refusals {
        let response = format!("{:?}", wording.response(&refusal));
        let (trace, debug) = (wording.trace(&refusal), format!("{refusal:?} {refusal}"));
        for text in [response, trace, debug] {
            assert!(!text.contains(marked) && !text.contains("czNjcjN0"), "{text}");
        }
    }
}
