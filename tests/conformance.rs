//! The JOSE layer against public test vectors, which are not part of this package.
//!
//! The environment variable `TOLLGATE_VECTORS` names the folder that holds one folder a set. Run
//! with `cargo test --test conformance -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use tollgate::crypto::{KeyError, sha256};
use tollgate::jose::{
    Algorithm, JsonError, Jws, JwsError, KeySet, SigningKey, VerifyingKey, base64url_decode,
    base64url_encode, json_object,
};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

const ALL: &[Algorithm] = &[
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    #[cfg(feature = "aws-lc-rs")]
    Algorithm::Es512,
    Algorithm::EdDsa,
];

#[test]
#[ignore = "needs the vectors folder, named by TOLLGATE_VECTORS"]
fn wycheproof_signatures_and_keys_are_judged_as_a_strict_verifier_does() {
    let set = folder("wycheproof-jose");
    let expected = wycheproof_expectations(&set);
    let mut judged = 0;
    let mut outcomes: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in ["json_web_signature", "json_web_key", "json_web_crypto"] {
        let document = json(&set.join(format!("{file}_test.json")));
        for (group, case) in wycheproof_cases(&document) {
            let id = (file.to_owned(), number(case, "tcId"));
            let (verdict, reason) = match &id {
                case if is_roca(case) => ("reject", "key:roca"),
                case => (&*expected[case].0, &*expected[case].1),
            };
            if verdict == "not-applicable" {
                continue;
            }
            judged += 1;
            let outcome = wycheproof_outcome(group, case);
            *outcomes.entry((reason.to_owned(), outcome)).or_default() += 1;
            let is_right = (verdict == "accept") == (outcome == "accepted");
            if !is_right || !wycheproof_outcomes_of(reason).contains(&outcome) {
                wrong.push(format!("{id:?}: {verdict} {reason}, but {outcome}"));
            }
        }
    }
    for ((reason, outcome), count) in &outcomes {
        println!("{count:4}  {reason:20} {outcome}");
    }
    println!("wycheproof-jose: {judged} cases judged");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(judged, 476);
}

/// A key whose modulus has the fingerprint of ROCA: upstream refuses it as we do, while the expectations
/// take it for any other key.
fn is_roca((file, case): &(String, u64)) -> bool {
    matches!((file.as_str(), case), ("json_web_key", 7) | ("json_web_crypto", 46))
}

/// What may become of a case that the strict verifier refuses for `reason`.
fn wycheproof_outcomes_of(reason: &str) -> &'static [&'static str] {
    match reason {
        "" => &["accepted"],
        "sig:bad" | "sig:length" => &["signature"],
        "format:segments" | "format:not-compact" => &["token"],
        "format:empty-header" => &["no header"],
        "b64:char" | "b64:length" | "b64:trailing-bits" => {
            &["header part", "payload part", "signature part"]
        }
        "alg:unsupported" => &["unsigned"],
        // Both name the unregistered `ES521` in the JWK.
        "alg:not-in-ring" => &["key `alg`"],
        "key:kid-mismatch" => &["key unknown"],
        "key:kty-mismatch" => &["key mismatch", "key malformed"],
        "key:alg-mismatch" => &["key mismatch", "key `alg`"],
        "key:use" => &["key `use`"],
        "key:key_ops" => &["key `key_ops`"],
        "key:point" | "key:crv-mismatch" => &["key point"],
        "key:rsa-too-small" => &["key RSA size"],
        "key:roca" => &["key ROCA"],
        "key:rsa-exponent" => &["key RSA exponent"],
        // A secret that is long enough for another hash only does not fit its own `alg`.
        "key:hmac-too-short" => &["key too short", "key algorithm"],
        "jwks:mixed" => &["key mixed"],
        "jwks:duplicate-kid" => &["key ambiguous"],
        _ => panic!("{reason} is a reason without an outcome here"),
    }
}

type Expectations = BTreeMap<(String, u64), (String, String)>;

fn wycheproof_expectations(set: &Path) -> Expectations {
    let rows = json(&set.join("strict_expectations.json"));
    let rows = rows.as_array().expect("an array of expectations").iter();
    rows.map(|row| {
        let id = (text(row, "file").to_owned(), number(row, "tcId"));
        (id, (text(row, "strict").to_owned(), text(row, "reason").to_owned()))
    })
    .collect()
}

fn wycheproof_cases(document: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    array(document, "testGroups")
        .iter()
        .flat_map(|group| array(group, "tests").iter().map(move |case| (group, case)))
}

fn wycheproof_outcome(group: &Value, case: &Value) -> &'static str {
    let key = group.get("public").or_else(|| group.get("private")).expect("a key");
    let token = match &case["jws"] {
        Value::String(compact) => compact.clone(),
        other => other.to_string(),
    };
    judge(key, &token)
}

/// Verifies `token` under a JWK or JWKS, which alone decides on the algorithm.
fn judge(key: &Value, token: &str) -> &'static str {
    let keys = match key_set(key) {
        Ok(keys) => keys,
        Err(error) => return key_outcome(error),
    };
    let verified = Jws::parse(token.as_bytes()).and_then(|jws| jws.verify(&keys, ALL));
    match (verified, keys.dropped()) {
        (Ok(_), _) => "accepted",
        // A token without a key left is refused for the reason that its key was.
        (Err(JwsError::KeyUnknown), [.., dropped]) => key_outcome(dropped.error),
        (Err(error), _) => jws_outcome(error),
    }
}

fn key_set(key: &Value) -> Result<KeySet, KeyError> {
    let text = key.to_string();
    if key.get("keys").is_some() {
        return Ok(KeySet::from_jwks(text.as_bytes()).expect("a key set"));
    }
    VerifyingKey::from_jwk(text.as_bytes()).map(|key| KeySet::of([key]))
}

fn jws_outcome(error: JwsError) -> &'static str {
    match error {
        JwsError::TooLarge { .. } => "too large",
        JwsError::Malformed { part: "header" } => "header part",
        JwsError::Malformed { part: "payload" } => "payload part",
        JwsError::Malformed { part: "signature" } => "signature part",
        JwsError::Malformed { part } => part,
        JwsError::Header(_) => "no header",
        JwsError::Encrypted => "encrypted",
        JwsError::Unsigned => "unsigned",
        JwsError::AlgorithmUnsupported => "algorithm unsupported",
        JwsError::HeaderUnsupported { .. } => "header unsupported",
        JwsError::HeaderType { .. } => "header type",
        JwsError::KeyUnknown => "key unknown",
        JwsError::KeyMismatch => "key mismatch",
        JwsError::KeyAmbiguous => "key ambiguous",
        JwsError::Signature => "signature",
        _ => "another",
    }
}

fn key_outcome(error: KeyError) -> &'static str {
    match error {
        KeyError::Malformed { .. } => "key malformed",
        KeyError::Unsupported => "key unsupported",
        KeyError::RsaSize { .. } => "key RSA size",
        KeyError::RsaFingerprint => "key ROCA",
        KeyError::RsaExponent => "key RSA exponent",
        KeyError::Point => "key point",
        KeyError::SecretTooShort { .. } => "key too short",
        KeyError::AlgorithmMismatch => "key algorithm",
        KeyError::Jwk { member: "alg" } => "key `alg`",
        KeyError::Jwk { member: "use" } => "key `use`",
        KeyError::Jwk { member: "key_ops" } => "key `key_ops`",
        KeyError::Jwk { .. } => "key member",
        KeyError::SymmetricBesideAsymmetric => "key mixed",
        KeyError::PrivateMember { .. } => "key private",
        _ => "another",
    }
}

/// Whether the backend knows the curve.
const P521: bool = cfg!(feature = "aws-lc-rs");

#[test]
#[ignore = "needs the vectors folder, named by TOLLGATE_VECTORS"]
fn the_cookbook_verifies_where_it_is_compact_and_supported() {
    let set = folder("jose-cookbook");
    let mut judged = 0;
    for (file, expected) in [
        ("jws/4_1.rsa_v15_signature.json", "accepted"),
        ("jws/4_2.rsa-pss_signature.json", "accepted"),
        ("jws/4_3.ecdsa_signature.json", if P521 { "accepted" } else { "key unsupported" }),
        ("jws/4_4.hmac-sha2_integrity_protection.json", "accepted"),
        ("jws/4_5.signature_with_detached_content.json", "signature"),
        ("jws/4_6.protecting_specific_header_fields.json", "token"),
        ("jws/4_7.protecting_content_only.json", "token"),
        ("jws/4_8.multiple_signatures.json", "token"),
        ("rfc7797/4.2.hmac-sha2_b64_false.json", "token"),
        ("rfc7797/hmac-sha2_b64_false.json", "header unsupported"),
        ("curve25519/jws.json", "accepted"),
    ] {
        let example = json(&set.join(file));
        let keys = match &example["input"]["key"] {
            Value::Array(keys) => {
                json!({ "keys": keys.iter().map(public_half).collect::<Vec<_>>() })
            }
            key => public_half(key),
        };
        let serialised = example["output"].as_object().expect("an output");
        for (form, output) in serialised {
            let (token, expected) = match output {
                Value::String(compact) => (compact.clone(), expected),
                json if expected == "key unsupported" => (json.to_string(), expected),
                json => (json.to_string(), "token"),
            };
            assert_eq!(judge(&keys, &token), expected, "{file} {form}");
        }
        judged += 1;
    }
    for (file, expected) in [
        ("jwk/3_1.ec_public_key.json", (!P521).then_some("key unsupported")),
        ("jwk/3_2.ec_private_key.json", Some("key private")),
        ("jwk/3_3.rsa_public_key.json", None),
        ("jwk/3_4.rsa_private_key.json", Some("key private")),
        ("jwk/3_5.symmetric_key_mac_computation.json", None),
        ("jwk/3_6.symmetric_key_encryption.json", Some("key `alg`")),
    ] {
        let refused = VerifyingKey::from_jwk(&bytes(&set.join(file))).err().map(key_outcome);
        assert_eq!(refused, expected, "{file}");
        judged += 1;
    }
    println!("jose-cookbook: {judged} examples judged");
    assert_eq!(judged, 17);
}

/// The examples give the key of the signer, whose private members no verifier takes.
fn public_half(jwk: &Value) -> Value {
    let mut public = jwk.clone();
    if public["kty"] != "oct" {
        let members = public.as_object_mut().expect("a JWK");
        members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    }
    public
}

#[test]
#[ignore = "needs the vectors folder, named by TOLLGATE_VECTORS"]
fn base64url_has_one_spelling_a_value() {
    let set = folder("base64-rfc-wpt");
    let mut judged = 0;
    for row in rows(&set.join("wpt_base64_strict_url.json")) {
        let expected: Option<Vec<u8>> =
            serde_json::from_value(row["strict_base64url_nopad"].clone()).expect("bytes or null");
        assert_eq!(base64url_decode(text(&row, "input")), expected, "{row}");
        judged += 1;
    }
    for row in rows(&set.join("rfc4648_url_strict.json")) {
        let decoded = base64url_decode(text(&row, "input"));
        match text(&row, "expect") {
            "accept" => assert_eq!(decoded.as_deref(), Some(text(&row, "decoded_utf8").as_bytes())),
            _ => assert_eq!(decoded, None, "{row}"),
        }
        judged += 1;
    }
    println!("base64-rfc-wpt: {judged} cases judged");
    assert_eq!(judged, 89);
}

/// Valid JSON that tokens must not have.
const DUPLICATES: [&str; 2] =
    ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

#[test]
#[ignore = "needs the vectors folder, named by TOLLGATE_VECTORS"]
fn json_is_read_as_rfc_8259_has_it_but_for_duplicates() {
    let set = folder("json-parsing").join("test_parsing");
    let mut judged = 0;
    let mut free = 0;
    for entry in fs::read_dir(&set).expect("the folder test_parsing") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let wrapped = [b"{\"m\":".as_slice(), &bytes(&path), b"}"].concat();
        let read = json_object(&wrapped);
        match name.get(..2) {
            Some("y_") if DUPLICATES.contains(&name.as_str()) => {
                assert_eq!(read, Err(JsonError::DuplicateMember), "{name}");
            }
            Some("y_") => assert!(read.is_ok(), "{name}: {read:?}"),
            Some("n_") => assert!(read.is_err(), "{name}"),
            Some("i_") => free += 1,
            _ => panic!("{name} says not what is expected of it"),
        }
        judged += 1;
    }
    println!("json-parsing: {judged} files judged, {free} of them free");
    assert_eq!((judged, free), (318, 35));
}

#[test]
#[ignore = "needs the vectors folder, named by TOLLGATE_VECTORS"]
fn tokens_bound_as_the_rfcs_print_it_are_judged_by_their_binding() {
    let set = folder("token-binding-rfc");
    let bound = json(&set.join("rfc8705_appendix_a.json"));
    let certificate = CertificateDer::from_pem_slice(text(&bound, "certificate_pem").as_bytes())
        .expect("a certificate");
    let confirmation = json!({ "x5t#S256": text(&bound, "x5t#S256") });
    let mut judged = 0;
    for (peer, expected) in [
        (Some(certificate.as_ref()), "admitted"),
        (Some(&certificate[1..]), "possession.wrong"),
        (None, "possession.missing"),
    ] {
        assert_eq!(possession(&confirmation, peer), expected);
        judged += 1;
    }

    let dpop = json(&set.join("rfc9449_dpop.json"));
    for row in array(&dpop, "proofs") {
        let proof = text(row, "proof");
        let header = base64url_decode(proof.split('.').next().unwrap_or_default());
        let header = json_object(&header.expect("base64url")).expect("a header");
        assert_eq!(judge(&header["jwk"], proof), "accepted");
        judged += 1;
    }
    let thumbprint_only = &dpop["jwt_access_token"]["claims"]["cnf"];
    assert_eq!(possession(thumbprint_only, Some(&certificate)), "possession.unsupported");
    judged += 1;
    let access_token = &dpop["bound_access_token"];
    let token = text(access_token, "authorization_header").strip_prefix("DPoP ").expect("DPoP");
    assert_eq!(base64url_encode(sha256(token.as_bytes())), text(access_token, "ath"));
    judged += 1;

    let mut thumbprints = BTreeMap::new();
    for row in rows(&set.join("rfc7638_thumbprints.json")) {
        *thumbprints.entry(thumbprint(&row)).or_insert(0) += 1;
    }
    println!("token-binding-rfc: {judged} cases judged, thumbprints of JWKs: {thumbprints:?}");
    // A P-521 key is supported with aws-lc-rs alone; the thumbprint of a shared secret never is.
    let unsupported = usize::from(cfg!(not(feature = "aws-lc-rs")));
    assert_eq!(judged, 8);
    assert_eq!(thumbprints.get("the same"), Some(&(4 - unsupported)));
    assert_eq!(thumbprints.get("unsupported").copied().unwrap_or(0), unsupported);
    assert_eq!(thumbprints.get("none of a secret"), Some(&1));
}

fn thumbprint(row: &Value) -> &'static str {
    match VerifyingKey::from_jwk(text(row, "jwk").as_bytes()).map(|key| key.thumbprint()) {
        Ok(Some(found)) if found == text(row, "thumbprint") => "the same",
        Ok(Some(_)) => "another",
        Ok(None) => "none of a secret",
        Err(KeyError::Unsupported) => "unsupported",
        Err(_) => "refused",
    }
}

/// What becomes of a token with this `cnf`, from this peer.
fn possession(confirmation: &Value, peer: Option<&[u8]>) -> &'static str {
    let key = SigningKey::generate_es256().expect("random bytes");
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).expect("keys");
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
        .with(JwtValidation::new(Element::bearer(), issuer))
        .build()
        .expect("a gate");
    let claims = json!({
        "iss": "https://a.example", "aud": "api", "exp": 1_800_000_060, "cnf": confirmation,
    });
    let token = key.sign(claims.to_string().as_bytes()).expect("a signature");
    let mut request =
        PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"));
    if let Some(der) = peer {
        request = request.with_peer_certificate(der);
    }
    gate.check_now(&request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
}

fn folder(set: &str) -> PathBuf {
    let vectors = env::var_os("TOLLGATE_VECTORS")
        .expect("TOLLGATE_VECTORS must name the folder of the test vectors");
    let folder = Path::new(&vectors).join(set);
    assert!(folder.is_dir(), "TOLLGATE_VECTORS names a folder without {set}");
    folder
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&bytes(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(path: &Path) -> Vec<Value> {
    match json(path) {
        Value::Array(rows) => rows,
        _ => panic!("{} is not an array", path.display()),
    }
}

fn array<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value[member].as_array().unwrap_or_else(|| panic!("no array `{member}`"))
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("no text `{member}`"))
}

fn number(value: &Value, member: &str) -> u64 {
    value[member].as_u64().unwrap_or_else(|| panic!("no number `{member}`"))
}
