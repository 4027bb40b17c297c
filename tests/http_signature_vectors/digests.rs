//! The examples of RFC 9530.

use tollgate::http_signature::verify_content_digest;

use crate::{folder, json};

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn every_digest_is_compared_as_rfc_9530_has_it() {
    let cases = json(&folder("rfc9530-digest").join("digests.json"));
    let (mut matching, mut refused) = (0, 0);
    for case in cases.as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let is_content_digest = text("field") == "Content-Digest";
        let verified =
            verify_content_digest(text("value").as_bytes(), text("content_utf8").as_bytes());
        if case["expect"] == "match" {
            assert!(is_content_digest && verified.is_ok(), "{case}");
            matching += 1;
        } else {
            assert!(verified.is_err(), "{case}");
            refused += 1;
        }
    }
    println!("rfc9530-digest: {matching} match, {refused} refused");
    assert_eq!((matching, refused), (10, 11));
}
