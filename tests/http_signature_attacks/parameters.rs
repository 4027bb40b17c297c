//! Parameters that are unknown, twice, of another type or value, and times at their boundaries.

use tollgate::UnixTime;

use crate::signed::{NOW, code, code_at, forged, order, signed, validation};

const COVERED: &str = "(\"@method\" \"@target-uri\" \"content-digest\")";

fn with(parameters: &str) -> String {
    format!("{COVERED}{parameters}")
}

#[test]
fn a_parameter_that_is_unknown_twice_or_of_another_type_is_refused() {
    let good = ";created=1800000000;keyid=\"k1\"";
    for (parameters, expected) in [
        (";unknown=1", "message_signature.parameter_unknown"),
        (";Created=1", "message_signature.malformed"),
        (";created=1800000000", "message_signature.malformed"),
        (";keyid=\"k1\"", "message_signature.malformed"),
        (";expires=\"1800000060\"", "message_signature.parameter_type"),
        (";expires=1800000060.0", "message_signature.parameter_type"),
        (";expires=@1800000060", "message_signature.parameter_type"),
        (";expires", "message_signature.parameter_type"),
        (";nonce=1", "message_signature.parameter_type"),
        (";nonce=token", "message_signature.parameter_type"),
        (";alg=ed25519", "message_signature.parameter_type"),
        (";alg=:AA==:", "message_signature.parameter_type"),
        (";tag", "message_signature.parameter_type"),
    ] {
        let refused = code(validation(), &forged(order(), &with(&format!("{good}{parameters}"))));
        assert_eq!(refused, expected, "{parameters}");
    }
    for parameters in [";created=\"1800000000\";keyid=\"k1\"", ";created=1800000000;keyid=k1"] {
        let refused = code(validation(), &forged(order(), &with(parameters)));
        assert_eq!(refused, "message_signature.parameter_type", "{parameters}");
    }
}

#[test]
fn a_required_parameter_must_be_there() {
    let missing = "message_signature.parameter_missing";
    let judge = |parameters: &str| code(validation(), &signed(order(), &with(parameters)));
    assert_eq!(judge(";keyid=\"k1\""), missing);
    assert_eq!(judge(";created=1800000000"), missing);
    assert_eq!(judge(";created=1800000000;keyid=\"k2\""), "message_signature.key_unknown");
    assert_eq!(judge(";created=1800000000;keyid=\"K1\""), "message_signature.key_unknown");
    assert_eq!(judge(";created=1800000000;keyid=\"k1\""), "admitted");
    let plain = signed(order(), &with(";created=1800000000;keyid=\"k1\""));
    assert_eq!(code(validation().required_expires(), &plain), missing);
    let tagged = || validation().required_tag("app").unwrap();
    assert_eq!(code(tagged(), &plain), missing);
    let tag = |tag: &str| {
        code(
            tagged(),
            &signed(order(), &with(&format!(";created=1800000000;keyid=\"k1\";tag={tag}"))),
        )
    };
    assert_eq!(tag("\"app\""), "admitted");
    assert_eq!(tag("\"App\""), "message_signature.parameter_value");
}

#[test]
fn an_algorithm_that_disagrees_with_the_key_is_refused() {
    for (algorithm, expected) in [
        ("ed25519", "admitted"),
        ("Ed25519", "message_signature.algorithm"),
        ("hmac-sha256", "message_signature.algorithm"),
        ("rsa-pss-sha512", "message_signature.algorithm"),
        ("none", "message_signature.algorithm"),
        ("", "message_signature.algorithm"),
    ] {
        let input = with(&format!(";created=1800000000;keyid=\"k1\";alg=\"{algorithm}\""));
        assert_eq!(code(validation(), &signed(order(), &input)), expected, "{algorithm}");
    }
}

#[test]
fn created_and_expires_hold_to_the_millisecond() {
    let at = |offset: i64, parameters: &str| {
        let now = UnixTime::from_millis(NOW.as_millis() + offset);
        code_at(now, validation(), &signed(order(), &with(parameters)))
    };
    let created = ";created=1800000000;keyid=\"k1\"";
    assert_eq!(at(-30_001, created), "message_signature.created_in_future");
    assert_eq!(at(-30_000, created), "admitted");
    assert_eq!(at(300_000, created), "admitted");
    assert_eq!(at(300_001, created), "message_signature.too_old");
    let expiring = ";created=1800000000;expires=1800000060;keyid=\"k1\"";
    assert_eq!(at(59_999, expiring), "admitted");
    assert_eq!(at(60_000, expiring), "message_signature.expired");
    assert_eq!(at(60_001, expiring), "message_signature.expired");
    for extreme in ["-999999999999999", "-1", "0"] {
        let refused = at(0, &format!(";created={extreme};keyid=\"k1\""));
        assert_eq!(refused, "message_signature.too_old", "{extreme}");
    }
    let refused = at(0, ";created=999999999999999;keyid=\"k1\"");
    assert_eq!(refused, "message_signature.created_in_future");
}

#[test]
fn times_are_what_the_host_sets() {
    use std::time::Duration;
    let strict = || {
        let validation = validation().maximum_age(Duration::from_secs(5)).unwrap();
        validation.skew(Duration::ZERO).unwrap()
    };
    let request = signed(order(), &with(";created=1800000000;keyid=\"k1\""));
    let at =
        |offset: i64| code_at(UnixTime::from_millis(NOW.as_millis() + offset), strict(), &request);
    assert_eq!(at(-1), "message_signature.created_in_future");
    assert_eq!(at(0), "admitted");
    assert_eq!(at(5_000), "admitted");
    assert_eq!(at(5_001), "message_signature.too_old");
}
