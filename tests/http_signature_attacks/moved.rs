//! Requests that are changed after they were signed, and signatures that are moved.

use tollgate::PlainRequest;
use tollgate::http_signature::{Component, FieldRules, FieldType, ObsoleteFolding};
use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature};

use crate::signed::{
    BODY, GOOD, code, covering, forged, keys, order, signature, signed, validation, with_fields,
};

/// A request whose lines are given, signed with `x-a` covered as `component`.
fn with_lines(component: &str, signed_lines: &[&str], sent: &[&str]) -> PlainRequest {
    let get = || PlainRequest::new("GET", "/").with_scheme("https").with_authority("a.example");
    let add = |request: PlainRequest, lines: &[&str]| {
        lines.iter().fold(request, |request, line| request.with_header("X-A", *line))
    };
    let input =
        format!("(\"@method\" \"@target-uri\" {component});created=1800000000;keyid=\"k1\"");
    let signature = signature(&add(get(), signed_lines), &input);
    with_fields(add(get(), sent), &format!("sig1={input}"), &format!("sig1=:{signature}:"))
}

#[test]
fn a_covered_header_cannot_be_changed() {
    for component in ["\"x-a\"", "\"x-a\";bs"] {
        let judge = |sent: &[&str]| code(validation(), &with_lines(component, &["a", "b"], sent));
        assert_eq!(judge(&["a", "b"]), "admitted");
        assert_eq!(judge(&[" a\t", "\tb "]), "admitted");
        assert_eq!(judge(&["b", "a"]), "message_signature.signature");
        assert_eq!(judge(&["a", "b", "c"]), "message_signature.signature");
        assert_eq!(judge(&["a", "a", "b"]), "message_signature.signature");
        assert_eq!(judge(&["a"]), "message_signature.signature");
        assert_eq!(judge(&["a", "B"]), "message_signature.signature");
        assert_eq!(judge(&[]), "message_signature.component");
        assert_eq!(judge(&["a", "b\r\n c"]), "message_signature.component");
        assert_eq!(judge(&["a\n b"]), "message_signature.component");
    }
    // One value on two lines is the same as on one, unless each line is wrapped.
    let joined = |component| code(validation(), &with_lines(component, &["a", "b"], &["a, b"]));
    assert_eq!(joined("\"x-a\""), "admitted");
    assert_eq!(joined("\"x-a\";bs"), "message_signature.signature");
}

#[test]
fn a_folded_line_is_unfolded_only_where_the_host_says_so() {
    let folded = with_lines("\"x-a\"", &["a b"], &["a\r\n  b"]);
    assert_eq!(code(validation(), &folded), "message_signature.component");
    let rules = FieldRules::default().obsolete_folding(ObsoleteFolding::Unfold);
    assert_eq!(code(validation().field_rules(rules.clone()), &folded), "admitted");
    let other = with_lines("\"x-a\"", &["a b"], &["a\r\n c"]);
    assert_eq!(code(validation().field_rules(rules), &other), "message_signature.signature");
}

#[test]
fn a_dictionary_in_which_a_key_repeats_is_refused() {
    let rules = || FieldRules::default().with_field("X-A", FieldType::Dictionary);
    for component in ["\"x-a\";sf", "\"x-a\";key=\"a\""] {
        let judge = |sent: &[&str]| {
            let request = with_lines_under(component, rules(), &["a=1", "b=2"], sent);
            code(validation().field_rules(rules()), &request)
        };
        assert_eq!(judge(&["a=1,   b=2"]), "admitted", "{component}");
        assert_eq!(judge(&["a=0", "a=1", "b=2"]), "message_signature.component", "{component}");
        assert_eq!(judge(&["a=2", "b=2"]), "message_signature.signature", "{component}");
        assert_eq!(judge(&["a=1", "b=2,"]), "message_signature.component", "{component}");
    }
}

/// As `with_lines`, with the types that `rules` have.
fn with_lines_under(
    component: &str,
    rules: FieldRules,
    signed_lines: &[&str],
    sent: &[&str],
) -> PlainRequest {
    use tollgate::http_signature::{MessageSigningKey, RequestSigner};
    let get = || PlainRequest::new("GET", "/").with_scheme("https").with_authority("a.example");
    let add = |request: PlainRequest, lines: &[&str]| {
        lines.iter().fold(request, |request, line| request.with_header("X-A", *line))
    };
    let covered = [Component::METHOD, Component::TARGET_URI, Component::parse(component).unwrap()];
    let key = MessageSigningKey::private_key(crate::signed::private_key()).unwrap();
    let signer = RequestSigner::new("sig1", key, covered).unwrap().field_rules(rules);
    let signer = signer.key_id("k1").unwrap();
    let headers = signer.sign(&add(get(), signed_lines), crate::signed::NOW).unwrap();
    with_fields(add(get(), sent), headers.signature_input(), headers.signature())
}

#[test]
fn a_changed_body_query_method_or_host_is_refused() {
    let signature = signature(&order(), GOOD);
    let sign = |request: PlainRequest| {
        with_fields(request, &format!("sig1={GOOD}"), &format!("sig1=:{signature}:"))
    };
    assert_eq!(code(validation(), &sign(order())), "admitted");
    let changed = sign(order().with_body(b"{\"amount\": 99}"));
    assert_eq!(code(validation(), &changed), "message_signature.content_digest");
    let emptied = sign(order().with_body(b""));
    assert_eq!(code(validation(), &emptied), "message_signature.content_digest");
    let digest = || order().header_line();
    let other = |method: &str, target: &str, scheme: &str, authority: &str| {
        let request = PlainRequest::new(method, target).with_scheme(scheme);
        sign(
            request
                .with_authority(authority)
                .with_header("content-digest", digest())
                .with_body(BODY),
        )
    };
    let same = other("POST", "/orders?page=1", "https", "API.example:443");
    assert_eq!(code(validation(), &same), "admitted");
    for request in [
        other("PUT", "/orders?page=1", "https", "api.example"),
        other("post", "/orders?page=1", "https", "api.example"),
        other("POST", "/orders?page=2", "https", "api.example"),
        other("POST", "/orders?page=1&", "https", "api.example"),
        other("POST", "/orders?page=%31", "https", "api.example"),
        other("POST", "/orders/?page=1", "https", "api.example"),
        other("POST", "/orders?page=1", "http", "api.example"),
        other("POST", "/orders?page=1", "https", "api.example:8443"),
        other("POST", "/orders?page=1", "https", "other.example"),
        other("POST", "https://other.example/orders?page=1", "https", "api.example"),
    ] {
        assert_eq!(code(validation(), &request), "message_signature.signature");
    }
}

trait HeaderLine {
    fn header_line(&self) -> Vec<u8>;
}

impl HeaderLine for PlainRequest {
    fn header_line(&self) -> Vec<u8> {
        tollgate::Request::header(self, "content-digest", 0).unwrap().to_vec()
    }
}

#[test]
fn a_digest_that_is_covered_is_compared() {
    let cases = [
        ("sha-256=:AAAA:", "message_signature.content_digest"),
        ("md5=:AAAA:", "message_signature.content_digest"),
        ("", "message_signature.content_digest"),
        ("sha-256=1", "message_signature.content_digest"),
        ("sha-256", "message_signature.content_digest"),
    ];
    for (digest, expected) in cases {
        let request =
            PlainRequest::new("POST", "/").with_scheme("https").with_authority("a.example");
        let request = request.with_header("content-digest", digest).with_body(BODY);
        assert_eq!(code(validation(), &signed(request, GOOD)), expected, "{digest}");
    }
    // Twice the good one, and the good one after another.
    let good = String::from_utf8(order().header_line()).unwrap();
    for lines in [[&*good, &*good], ["sha-256=:AAAA:", &*good], ["sha-512=:AAAA:", &*good]] {
        let request =
            PlainRequest::new("POST", "/").with_scheme("https").with_authority("a.example");
        let request = lines
            .iter()
            .fold(request, |request, line| request.with_header("content-digest", *line));
        let request = signed(request.with_body(BODY), GOOD);
        assert_eq!(code(validation(), &request), "message_signature.content_digest", "{lines:?}");
    }
    let others = format!("md5=:AAAA:, {good}");
    let request = PlainRequest::new("POST", "/").with_scheme("https").with_authority("a.example");
    let request = request.with_header("content-digest", others).with_body(BODY);
    assert_eq!(code(validation(), &signed(request, GOOD)), "admitted");
}

#[test]
fn a_signature_under_another_label_is_ignored() {
    let signature = signature(&order(), GOOD);
    let moved = |input: &str, value: &str| {
        let fields = (format!("{input}={GOOD}"), format!("{value}=:{signature}:"));
        code(validation(), &with_fields(order(), &fields.0, &fields.1))
    };
    assert_eq!(moved("sig1", "sig1"), "admitted");
    assert_eq!(moved("sig2", "sig2"), "message_signature.not_found");
    assert_eq!(moved("sig1", "sig2"), "message_signature.malformed");
    assert_eq!(moved("sig2", "sig1"), "message_signature.malformed");
    assert_eq!(moved("Sig1", "Sig1"), "message_signature.malformed");
}

#[test]
fn of_two_signatures_the_named_one_is_judged() {
    let good = signature(&order(), GOOD);
    let two = |good_label: &str, bad_label: &str| {
        let input = format!("{bad_label}={GOOD}, {good_label}={GOOD}");
        let value = format!("{good_label}=:{good}:, {bad_label}=:AAAA:");
        code(validation(), &with_fields(order(), &input, &value))
    };
    assert_eq!(two("sig1", "sig2"), "admitted");
    assert_eq!(two("sig2", "sig1"), "message_signature.signature");
    let odd = format!("sig2=(\"@nonsense\");unknown=1, sig1={GOOD}");
    let request = with_fields(order(), &odd, &format!("sig2=?0, sig1=:{good}:"));
    assert_eq!(code(validation(), &request), "admitted");
}

#[test]
fn a_tag_or_key_that_several_signatures_have_is_refused() {
    let tagged = format!("{GOOD};tag=\"app\"");
    let good = signature(&order(), &tagged);
    let by = |judged: JudgedSignature, input: &str, value: &str| {
        let validation = HttpSignatureValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            keys(),
            judged,
            Coverage::target_uri(),
        )
        .unwrap();
        code(validation, &with_fields(order(), input, value))
    };
    let tag = || JudgedSignature::Tagged("app".to_owned());
    let key = || JudgedSignature::OfKey("k1".to_owned());
    let one = (format!("a={tagged}"), format!("a=:{good}:"));
    let two = (format!("a={tagged}, b={tagged}"), format!("a=:{good}:, b=:{good}:"));
    for judged in [tag, key] {
        assert_eq!(by(judged(), &one.0, &one.1), "admitted");
        assert_eq!(by(judged(), &two.0, &two.1), "message_signature.ambiguous");
    }
    let other = tagged.replace("app", "App").replace("k1", "k2");
    for judged in [tag(), key()] {
        let refused = by(judged, &format!("a={other}"), &one.1);
        assert_eq!(refused, "message_signature.not_found");
    }
}

#[test]
fn a_covered_component_of_a_response_is_never_in_a_request() {
    let coverage = Coverage::insecure_only([Component::STATUS]).unwrap();
    let refused = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys(),
        crate::signed::labelled(),
        coverage,
    );
    assert_eq!(refused.unwrap_err().field(), "coverage");
    let request = forged(order(), "(\"@method\" \"@status\");created=1800000000;keyid=\"k1\"");
    let only = Coverage::insecure_only([Component::METHOD]).unwrap();
    assert_eq!(code(covering(only), &request), "message_signature.component");
}

#[test]
fn a_request_that_was_signed_for_another_host_is_refused() {
    use tollgate::validate::OwnAuthorities;
    for (own, expected) in [
        ("api.example", "admitted"),
        ("API.example:443", "admitted"),
        ("api.example:8443", "message_signature.authority"),
        ("other.example", "message_signature.authority"),
    ] {
        let own = OwnAuthorities::named([own]).unwrap();
        let labelled = crate::signed::labelled();
        let validation =
            HttpSignatureValidation::new(own, keys(), labelled, Coverage::target_uri()).unwrap();
        assert_eq!(code(validation, &signed(order(), GOOD)), expected);
    }
}
