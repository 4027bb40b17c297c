//! No `Debug` prints a secret or a byte of the caller, of any type that may hold one.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use tollgate::crypto::{CredentialDigest, HmacHash, HmacKey, PrivateKey, sha256};
use tollgate::interceptor::{AnyResource, Call, Evidence, Resource, interceptor_fn};
use tollgate::jose::{Algorithm, Jws, KeySet, SigningKey, VerifyingKey};
use tollgate::reading::read;
use tollgate::record::{Access, Agent, AgentStanding, AgentUrl, Claims, Client, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays};
use tollgate::time::Lifetime;
use tollgate::validate::{
    CsrfGenerator, Digest, DigitalSigner, DpopNonces, DpopProofs, DpopProver, OwnUrl, RequestValue,
    SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::{
    AccessTokenValidation, Body, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    Element, Gate, Issuer, JwtValidation, ManualClock, OAuthValidation, PlainRequest, Secret,
    TimeTokenValidation, UnixTime,
};

/// 34 bytes, so that it is long enough for a key; every secret and every byte of a caller has it.
const MARK: &str = "s3cr3t-marker-of-this-very-test-01";

/// The spellings in which bytes could be printed.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    let decimal = format!("{bytes:?}").replace(' ', "");
    vec![
        String::from_utf8_lossy(bytes).into_owned(),
        hex.to_uppercase(),
        hex,
        decimal.trim_matches(['[', ']']).to_owned(),
        URL_SAFE_NO_PAD.encode(bytes),
        STANDARD.encode(bytes),
    ]
}

/// Both forms of `Debug`, each without spaces and line breaks.
fn printed(value: &dyn Debug) -> [String; 2] {
    [format!("{value:?}"), format!("{value:#?}")]
        .map(|text| text.split_whitespace().collect::<String>())
}

/// Looks for the mark and for these bytes besides.
fn assert_hidden(value: &dyn Debug, besides: &[&[u8]]) {
    for text in printed(value) {
        for bytes in [MARK.as_bytes()].iter().chain(besides) {
            for spelling in spellings(bytes).iter().filter(|spelling| !spelling.is_empty()) {
                assert!(!text.contains(spelling.as_str()), "{text} has {spelling}");
            }
        }
    }
}

fn claims() -> Arc<Claims> {
    let object = json!({ "client_id": "app", "sub": MARK, MARK: [MARK, { MARK: MARK }] });
    Arc::new(Claims::new(object.as_object().unwrap().clone()))
}

/// The names of components are the caller's.
fn agent() -> Agent {
    let url = AgentUrl::parse("https://crawler.example").unwrap();
    Agent::new(url, "thumbprint", [MARK.to_owned()])
}

fn request() -> PlainRequest {
    PlainRequest::new(MARK, format!("/{MARK}?{MARK}={MARK}"))
        .with_scheme(MARK)
        .with_authority(MARK)
        .with_header(MARK, MARK)
        .with_header("token", MARK)
        .with_header("authorization", format!("Bearer {MARK} {MARK}"))
        .with_header("cookie", format!("session={MARK}"))
        .with_peer_certificate(MARK)
        .with_body(MARK)
}

fn key() -> Secret {
    Secret::new(MARK)
}

#[test]
fn this_test_finds_what_is_printed() {
    let found = |value: &dyn Debug| {
        let spellings = spellings(MARK.as_bytes());
        printed(value).iter().all(|text| spellings.iter().any(|one| text.contains(one.as_str())))
    };
    assert!(found(&MARK));
    assert!(found(&MARK.as_bytes()));
    assert!(found(&vec![MARK.as_bytes().to_vec()]));
    assert!(found(&STANDARD.encode(MARK)));
    assert!(found(&URL_SAFE_NO_PAD.encode(MARK)));
    assert!(found(&json!({ "a": MARK })));
    assert!(!found(&"s3cr3t"));
}

#[test]
fn secrets_are_never_printed() {
    assert_eq!(format!("{:?}", key()), "Secret(redacted)");
    let digest = CredentialDigest::of(MARK.as_bytes());
    assert_eq!(format!("{digest:?}"), "CredentialDigest(redacted)");
    let hmac = HmacKey::new(HmacHash::Sha256, MARK.as_bytes()).unwrap();
    assert_eq!(format!("{hmac:?}"), "HmacKey(redacted)");
    let secrets = SigningSecrets::new(&key()).unwrap().also_verifying(&key()).unwrap();
    assert_eq!(format!("{secrets:?}"), "SigningSecrets(1 signs, 2 verify)");
    for value in [&key() as &dyn Debug, &digest, &hmac, &secrets] {
        assert_hidden(value, &[&sha256(MARK.as_bytes())]);
    }
}

#[test]
fn keys_show_what_they_are_for_only() {
    let pem = include_str!("keys/rsa.pem");
    let private = || PrivateKey::from_pem(pem.as_bytes()).unwrap();
    assert_eq!(format!("{:?}", private()), "PrivateKey(Rsa, redacted)");
    let shared = SigningKey::hmac(Algorithm::Hs256, &key()).unwrap().with_id("k1");
    assert_eq!(format!("{shared:?}"), "SigningKey { id: Some(\"k1\"), algorithm: Hs256, .. }");
    let verifying = VerifyingKey::hmac(Algorithm::Hs256, &key()).unwrap();
    assert_eq!(
        format!("{verifying:?}"),
        "VerifyingKey { id: None, algorithm: Some(Hs256), kind: \"Hmac(redacted)\" }"
    );
    let rsa = SigningKey::private(private(), Algorithm::Rs256).unwrap();
    let signer = DigitalSigner::new(private(), Digest::Sha256).unwrap();
    let jwk = json!({ "keys": [
        { "kty": "oct", "k": URL_SAFE_NO_PAD.encode(MARK), "kid": "k2" },
        { "kty": "oct", "k": MARK, "alg": MARK, "use": MARK },
    ] });
    let set = KeySet::from_jwks(jwk.to_string().as_bytes()).unwrap();
    // Lines from within the PEM text, which no encoding of the key could do without.
    let lines: Vec<_> = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let bytes: Vec<Vec<u8>> = lines.iter().map(|line| STANDARD.decode(line).unwrap()).collect();
    let besides: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
    let issued = [&rsa as &dyn Debug, &signer, &private(), &shared, &verifying, &set];
    for value in issued {
        assert_hidden(value, &besides);
    }
}

#[test]
fn what_the_caller_sent_is_never_printed() {
    let request = request();
    assert_eq!(format!("{request:?}"), "PlainRequest(4 header lines, redacted)");
    assert_hidden(&request, &[]);
    assert_eq!(format!("{:?}", Body::Buffered(MARK.as_bytes())), "Buffered(34 bytes)");
    assert_eq!(format!("{:?} {:?}", Body::None, Body::Unread), "None Unread");

    let resource = Resource::from("orders");
    let call = Call::new(&request, UnixTime::EPOCH).for_resource(&resource);
    assert_hidden(&call, &[]);
    assert!(format!("{call:?}").contains("orders"), "{call:?}");

    let credential = read(&request, &Element::header("token").unwrap()).unwrap();
    assert_eq!(format!("{credential:?}"), "Credential(HEADER, redacted)");
    let error = read(&request, &Element::bearer()).unwrap_err();
    assert_eq!(format!("{error:?}"), "ReadError { reason: CredentialMalformed, .. }");
    let rejection = error.into_rejection(tollgate::rejection::Checkpoint::of("test"));
    assert_hidden(&rejection, &[]);
}

#[test]
fn a_call_prints_no_evidence() {
    let seen = Arc::new(Mutex::new(String::new()));
    let writer = Arc::clone(&seen);
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .with(interceptor_fn("first", |_| {
            Ok(Evidence::none().with_claims(claims()).with(MARK.to_owned()))
        }))
        .with(interceptor_fn("second", move |call| {
            *writer.lock().unwrap() = format!("{call:?}");
            Ok(Evidence::none())
        }))
        .build()
        .unwrap();
    let request = request();
    let admission = gate.check_now(&request).unwrap();
    let printed = seen.lock().unwrap().clone();
    assert!(printed.starts_with("Call { now: ") && !printed.contains(MARK), "{printed}");
    assert_hidden(&admission, &[]);
    assert_hidden(&gate, &[]);
}

#[test]
fn tokens_are_never_printed() {
    let (header, payload) = (json!({ "alg": "ES256", "kid": MARK, "typ": MARK }), json!([MARK]));
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let token = format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(MARK));
    let jws = Jws::parse(token.as_bytes()).unwrap();
    assert_eq!(format!("{jws:?}"), "Jws { algorithm: Es256, .. }");
    assert_eq!(format!("{:?}", jws.header()), "Header { algorithm: Es256, .. }");
    assert_hidden(&jws, &[token.as_bytes(), header.as_bytes(), payload.as_bytes()]);

    assert_eq!(format!("{:?}", claims()), "Claims(3 members, redacted)");
    assert_hidden(&claims(), &[]);

    let secrets = SigningSecrets::new(&key()).unwrap();
    for element in [Element::header("token").unwrap(), Element::cookie("token").unwrap()] {
        let generator = TimeTokenGenerator::new(element, secrets.clone()).unwrap();
        let issued = generator.generate(&request(), UnixTime::EPOCH).unwrap();
        assert_hidden(&issued, &[issued.token().as_bytes()]);
        assert!(format!("{issued:?}").ends_with(", redacted)"), "{issued:?}");
    }
}

#[test]
fn evidence_and_records_are_printed_without_claims_tokens_and_secrets() {
    let client = Client::new("app").with_secret(MARK.as_bytes()).with_access(Access::Everything);
    let grant = Grant::new(MARK.as_bytes(), "app", Lifetime::unlimited());
    let digest = sha256(MARK.as_bytes());
    let evidence = Evidence::of_client(Arc::new(client.clone()))
        .with_grant(Arc::new(grant.clone()))
        .with_claims(claims())
        .with_agents(Arc::new(AgentStanding::Verified(vec![agent()])))
        .with(MARK.to_owned());
    let clients = InMemoryClients::new();
    clients.add(client.clone());
    let grants = InMemoryGrants::new();
    grants.add(grant.clone());
    assert_eq!(
        format!("{clients:?} {grants:?}"),
        "InMemoryClients(1 records) InMemoryGrants(1 records)"
    );
    for value in [&client as &dyn Debug, &grant, &evidence, &clients, &grants] {
        assert_hidden(value, &[&digest]);
    }
    assert!(format!("{evidence:?}").contains("Claims(3 members, redacted)"), "{evidence:?}");
}

#[test]
fn validators_and_generators_print_none_of_their_secrets() {
    let secrets = || SigningSecrets::new(&key()).unwrap();
    let header = || Element::header("token").unwrap();
    let session = || SessionBinding::session_fn(|_| Some(MARK.as_bytes().to_vec()));
    let clients = || {
        let clients = InMemoryClients::new();
        clients.add(Client::new("app").with_secret(MARK.as_bytes()));
        clients
    };
    let keys = KeySet::of([VerifyingKey::hmac(Algorithm::Hs256, &key()).unwrap()]);
    let issuer = || Issuer::new("https://a", "api", [Algorithm::Hs256], keys.clone()).unwrap();
    let mixed = || RequestValue::element(Element::cookie("session").unwrap());
    let time = TimeTokenValidation::new(header(), secrets()).unwrap().mixing(mixed());
    let hour = Duration::from_secs(3600);
    let proofs = || {
        let url = OwnUrl::external("https://a").unwrap();
        let replays = InMemoryReplays::new(1).unwrap();
        DpopProofs::new(url, replays).nonces(DpopNonces::new(secrets()))
    };
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap().with_nonce(MARK);
    let printable: [&dyn Debug; 14] = [
        &proofs(),
        &prover,
        &JwtValidation::new(header(), issuer()).dpop(proofs()),
        &AccessTokenValidation::new(InMemoryGrants::new(), clients()).dpop(proofs()),
        &ClientIdValidation::new(clients()),
        &ClientSecretValidation::new(clients()),
        &AccessTokenValidation::new(InMemoryGrants::new(), clients()),
        &OAuthValidation::jwt(issuer(), clients()),
        &JwtValidation::new(header(), issuer()),
        &CsrfValidation::new(header(), secrets(), session()).unwrap(),
        &CsrfGenerator::new(header(), secrets(), session(), hour).unwrap(),
        &TimeTokenGenerator::new(header(), secrets()).unwrap().mixing(mixed()),
        &time.single_use(InMemoryReplays::new(1).unwrap()),
        &Gate::builder(ManualClock::at(UnixTime::EPOCH))
            .for_resource(AnyResource)
            .with(ClientSecretValidation::new(clients()))
            .build()
            .unwrap(),
    ];
    for value in printable {
        assert_hidden(value, &[&sha256(MARK.as_bytes())]);
    }
}

#[cfg(feature = "http")]
#[test]
fn a_request_of_the_http_crate_is_never_printed() {
    use tollgate::http::HttpRequest;
    let (parts, ()) = http::Request::post(format!("/{MARK}"))
        .header("token", MARK)
        .body(())
        .unwrap()
        .into_parts();
    let request = HttpRequest::new(&parts)
        .with_scheme(MARK)
        .with_body(MARK.as_bytes())
        .with_peer_certificate(MARK.as_bytes());
    assert_eq!(format!("{request:?}"), "HttpRequest(redacted)");
    assert_hidden(&request, &[]);
    assert_hidden(&Call::new(&parts, UnixTime::EPOCH), &[]);
}

#[test]
fn nothing_of_a_message_signature_is_printed() {
    use tollgate::http_signature::{
        Component, MessageKey, MessageSigningKey, RequestSigner, SignatureFields, SignedMessage,
    };
    use tollgate::structured_field::{Dictionary, DuplicateKeys, Item, List};
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};

    let verifying = || MessageKey::shared_secret(&key()).unwrap();
    let signing = || MessageSigningKey::shared_secret(&key()).unwrap();
    let signer = RequestSigner::new("sig1", signing(), [Component::METHOD]).unwrap();
    let headers = signer.sign(&PlainRequest::new("GET", "/"), UnixTime::EPOCH).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let keys = SignatureKeys::named([("k1", verifying())]).unwrap();
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        Coverage::target_uri(),
    )
    .unwrap();
    let values: [&dyn Debug; 5] = [&verifying(), &signing(), &signer, &headers, &validation];
    for value in values {
        assert_hidden(value, &[]);
    }

    let input = format!(
        "{MARK}=(\"{MARK}\" \"a\";key=\"{MARK}\" \"@query-param\";name=\"{MARK}\");\
         nonce=\"{MARK}\";keyid=\"{MARK}\";tag=\"{MARK}\";alg=\"{MARK}\""
    );
    let value = format!("{MARK}=:{}:", STANDARD.encode(MARK));
    let request = PlainRequest::new("GET", "/")
        .with_header("signature-input", input.as_str())
        .with_header("signature", value.as_str());
    let message = SignedMessage::of_request(&request);
    let fields = SignatureFields::of(&message).unwrap();
    let signatures = fields.read().unwrap();
    let signature = signatures.labelled(MARK).unwrap();
    let parsed = Dictionary::parse(input.as_bytes(), DuplicateKeys::Refuse).unwrap();
    let list = List::parse(MARK.as_bytes(), DuplicateKeys::Refuse).unwrap();
    let item = Item::parse(MARK.as_bytes(), DuplicateKeys::Refuse).unwrap();
    let values: [&dyn Debug; 9] = [
        &message,
        &fields,
        &signatures,
        &signature,
        &signature.parameters(),
        &signature.components(),
        &parsed,
        &list,
        &item,
    ];
    for value in values {
        assert_hidden(value, &[]);
    }
}
