//! Dates, keys and nonces.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::PlainRequest;
use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{FieldRules, MessageSigningKey, SignatureFields, SignedMessage};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::remote::{AgentKeys, FixedAgents};
use tollgate::store::InMemoryReplays;

use crate::signer::{
    NOW, Signer, TAG, agents, decided, gate, request, signed, signed_at, url, validation,
};

#[test]
fn dates_are_held_at_their_boundaries() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let own = r#""signature-agent";key="a""#;
    let after = |created: i64, lifetime: u64| {
        let signer = a.signer(&[r#""@authority""#, own]);
        let signer = signer.expiring_after(Duration::from_secs(lifetime));
        decided(validation(agents(&[&a])), &signed_at(&signer, &named, created))
    };
    let day = 24 * 60 * 60;
    for (created, lifetime, expected) in [
        (0, 60, "a.example"),
        (30, 60, "a.example"),
        (31, 60, "agent.created_in_future"),
        (-59, 60, "a.example"),
        (-60, 60, "agent.expired"),
        (-61, 60, "agent.expired"),
        (0, day, "a.example"),
        (0, day + 1, "agent.lifetime"),
        (0, 0, "agent.expired"),
        (1, 0, "a.example"),
    ] {
        assert_eq!(after(created, lifetime), expected, "{created} {lifetime}");
    }
    let long = a.signer(&[r#""@authority""#, own]).expiring_after(Duration::from_secs(day + 1));
    let long = signed(&long, &named);
    let insecure =
        validation(agents(&[&a])).insecure_maximum_lifetime(Duration::from_secs(day + 1));
    assert_eq!(decided(insecure, &long), "a.example");
    let short = validation(agents(&[&a])).maximum_lifetime(Duration::from_secs(59)).unwrap();
    assert_eq!(decided(short, &a.sign()), "agent.lifetime");
}

#[test]
fn parameters_that_must_be_there_are_and_no_unknown_one_is() {
    let a = Signer::new("a");
    let input = |parameters: &str| {
        let input = format!(r#"a=("@authority" "signature-agent";key="a"){parameters}"#);
        request()
            .with_header("signature-agent", a.member())
            .with_header("signature-input", input)
            .with_header("signature", "a=:AAAA:")
    };
    let whole = format!(r#";created={NOW};expires={};keyid="k";tag="{TAG}""#, NOW + 60);
    for (without, expected) in [
        ("", "agent.key_unknown"),
        (&format!(";created={NOW}")[..], "agent.parameter_missing"),
        (&format!(";expires={}", NOW + 60), "agent.parameter_missing"),
        (r#";keyid="k""#, "agent.parameter_missing"),
    ] {
        let parameters = whole.replace(without, "");
        let parameters = if without.is_empty() { &whole } else { &parameters };
        assert_eq!(decided(validation(agents(&[&a])), &input(parameters)), expected, "{without}");
    }
    for (typed, wrong) in [
        (format!("created={NOW}"), "created=1.5"),
        (format!("expires={}", NOW + 60), "expires=soon"),
        (r#"keyid="k""#.to_owned(), "keyid=k"),
    ] {
        let parameters = whole.replace(&typed, wrong);
        let decided = decided(validation(agents(&[&a])), &input(&parameters));
        assert_eq!(decided, "agent.parameter_type", "{wrong}");
    }
    for extra in [";unknown=1", ";nonce=1", r#";alg="none""#] {
        let decided = decided(validation(agents(&[&a])), &input(&format!("{whole}{extra}")));
        assert!(decided.starts_with("agent."), "{extra} {decided}");
        assert_ne!(decided, "a.example");
    }
}

#[test]
fn a_key_serves_from_nbf_to_exp() {
    let a = Signer::new("a");
    let public = PrivateKey::from_pem(a.pem).unwrap().public_key().clone();
    let jwk = VerifyingKey::public(public, Algorithm::Es256).unwrap().to_jwk().unwrap();
    let dated = |nbf: i64, exp: i64| {
        let dates = format!(r#","nbf":{},"exp":{}}}"#, NOW + nbf, NOW + exp);
        let jwk = format!("{}{dates}", jwk.strip_suffix('}').unwrap());
        let keys = AgentKeys::from_directory(format!(r#"{{"keys":[{jwk}]}}"#).as_bytes()).unwrap();
        decided(validation(FixedAgents::new().with(url("a"), keys)), &a.sign())
    };
    for (nbf, exp, expected) in [
        (-1, 1, "a.example"),
        (0, 1, "a.example"),
        (1, 2, "agent.key_not_yet_valid"),
        (-1, 0, "agent.key_expired"),
    ] {
        assert_eq!(dated(nbf, exp), expected, "{nbf} {exp}");
    }
}

#[test]
fn a_nonce_is_used_once_by_each_key_and_last_of_all() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let once = validation(agents(&[&a, &b])).single_use(InMemoryReplays::new(10).unwrap());
    let gate = gate(once);
    let code = |request: &PlainRequest| {
        gate.check_now(request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
    };
    assert_eq!(code(&a.sign()), "agent.parameter_missing", "without a nonce");
    let of = |signer: &Signer| {
        let own = format!(r#""signature-agent";key="{}""#, signer.name);
        let named = request().with_header("signature-agent", signer.member());
        signed(&signer.signer(&[r#""@authority""#, &own]).with_nonces(), &named)
    };
    let (first, second, other) = (of(&a), of(&a), of(&b));
    assert!(gate.rehearse_now(&first).is_ok());
    for (request, expected) in [
        (&first, "admitted"),
        (&first, "agent.used"),
        (&second, "admitted"),
        (&other, "admitted"),
        (&other, "agent.used"),
    ] {
        assert_eq!(code(request), expected);
    }
    assert_eq!(gate.rehearse_now(&second).unwrap_err().reason().code(), "agent.used");
}

/// Signed with a nonce that somebody chose.
fn signed_with_nonce(signer: &Signer, nonce: &str) -> PlainRequest {
    let (name, key_id) = (signer.name, signer.key.id());
    let input = format!(
        r#"{name}=("@authority" "signature-agent";key="{name}");created={NOW};expires={};keyid="{key_id}";nonce="{nonce}";tag="{TAG}""#,
        NOW + 60
    );
    let named = request()
        .with_header("signature-agent", signer.member())
        .with_header("signature-input", input);
    let unsigned = named.clone().with_header("signature", format!("{name}=:AAAA:"));
    let message = SignedMessage::of_request(&unsigned);
    let fields = SignatureFields::of(&message).unwrap();
    let signatures = fields.read().unwrap();
    let base = signatures.labelled(name).unwrap().base(&message, &FieldRules::default()).unwrap();
    let key = MessageSigningKey::private_key(PrivateKey::from_pem(signer.pem).unwrap()).unwrap();
    let signature = STANDARD.encode(key.sign(base.as_bytes()).unwrap());
    named.with_header("signature", format!("{name}=:{signature}:"))
}

#[test]
fn two_keys_may_use_one_nonce_once_each() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let once = validation(agents(&[&a, &b])).single_use(InMemoryReplays::new(10).unwrap());
    let gate = gate(once);
    for (signer, expected) in [(&a, "admitted"), (&b, "admitted"), (&a, "agent.used")] {
        let decided = gate.check_now(&signed_with_nonce(signer, "1"));
        let decided = decided.map_or_else(|refused| refused.reason().code(), |_| "admitted");
        assert_eq!(decided, expected);
    }
}
