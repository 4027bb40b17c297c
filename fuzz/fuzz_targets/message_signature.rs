//! Message signatures: the first line is `Signature-Input`, the second `Signature`, the third the
//! target, the rest a header. None is admitted, and a base has one line for each component.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::http_signature::{
    Component, FieldRules, MessageKey, ObsoleteFolding, SignatureFields, SignedMessage,
};
use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};
use tollgate::{Gate, ManualClock, PlainRequest, Secret, UnixTime};

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (input, signature, target) = (part(), part(), String::from_utf8_lossy(part()));
    let request = PlainRequest::new("GET", target)
        .with_scheme("https")
        .with_authority("a.example")
        .with_header("signature-input", input)
        .with_header("signature", signature)
        .with_header("a", part());
    bases_are_whole(&request);
    let key = MessageKey::shared_secret(&Secret::new([7; 32])).expect("long enough");
    let keys = SignatureKeys::named([("k", key)]).expect("one");
    let coverage = Coverage::insecure_only([Component::METHOD]).expect("one");
    let judged = JudgedSignature::Labelled("s".to_owned());
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        coverage,
    )
    .expect("it can be judged");
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(validation);
    assert!(gate.build().expect("one interceptor").check_now(&request).is_err());
});

fn bases_are_whole(request: &PlainRequest) {
    let message = SignedMessage::of_request(request);
    let rules = FieldRules::default().obsolete_folding(ObsoleteFolding::Unfold);
    let Ok(fields) = SignatureFields::of(&message) else { return };
    let Ok(signatures) = fields.read() else { return };
    for signature in signatures.labels().filter_map(|label| signatures.labelled(label).ok()) {
        if let Ok(base) = signature.base(&message, &rules) {
            assert_eq!(base.lines().count(), signature.components().len() + 1);
            assert!(base.is_ascii());
        }
    }
}
