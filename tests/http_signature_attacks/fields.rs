//! Fields that are not what they must be: large, long, unbalanced, outside ASCII, with keys twice.

use tollgate::PlainRequest;
use tollgate::structured_field::{Dictionary, DuplicateKeys, Item, List, StructuredFieldError};

use crate::signed::{GOOD, code, order, signature, validation, with_fields};

fn judge(input: impl Into<Vec<u8>>, signature: impl Into<Vec<u8>>) -> &'static str {
    let request = order().with_header("signature-input", input);
    code(validation(), &request.with_header("signature", signature))
}

#[test]
fn a_field_that_cannot_be_read_is_malformed() {
    let good = format!("sig1=:{}:", signature(&order(), GOOD));
    let input = format!("sig1={GOOD}");
    assert_eq!(judge(&*input, &*good), "admitted");
    for odd in
        ["sig1=(", "sig1=(\"a\"", "sig1=\"", "=", ",", "sig1=(),", "sig1=();", "(a)", "sig1=() x"]
    {
        assert_eq!(judge(odd, &*good), "message_signature.malformed", "{odd}");
    }
    for odd in
        ["sig1=:AA", "sig1=:A:", "sig1=AA", "sig1=\"AA\"", "sig1", "sig1=(:AA==:)", "sig1=:AA==:;a"]
    {
        assert_eq!(judge(&*input, odd), "message_signature.malformed", "{odd}");
    }
    for member in ["sig1=1", "sig1", "sig1=\"a\"", "sig1=?1"] {
        assert_eq!(judge(member, &*good), "message_signature.malformed", "{member}");
    }
    let mut outside = input.clone().into_bytes();
    outside.push(0xc3);
    assert_eq!(judge(outside, &*good), "message_signature.malformed");
    assert_eq!(judge(format!("{input}\0"), &*good), "message_signature.malformed");
}

#[test]
fn a_key_that_appears_twice_is_refused_wherever_it_is() {
    let good = format!("sig1=:{}:", signature(&order(), GOOD));
    let input = format!("sig1={GOOD}");
    for (input, value) in [
        (format!("{input}, {input}"), good.clone()),
        (input.clone(), format!("{good}, {good}")),
        (format!("{input};keyid=\"k1\""), good.clone()),
        (format!("other=();a;a, {input}"), good.clone()),
        (format!("other, other, {input}"), good.clone()),
    ] {
        assert_eq!(judge(input, value), "message_signature.malformed");
    }
    let two_lines = with_fields(order(), &input, &good).with_header("signature-input", &*input);
    assert_eq!(code(validation(), &two_lines), "message_signature.malformed");
}

#[test]
fn no_field_or_one_of_both_is_no_signature() {
    assert_eq!(code(validation(), &order()), "credential.missing");
    let input = order().with_header("signature-input", format!("sig1={GOOD}"));
    assert_eq!(code(validation(), &input), "message_signature.malformed");
    let value = order().with_header("signature", "sig1=:AA==:");
    assert_eq!(code(validation(), &value), "message_signature.malformed");
    assert_eq!(judge("", ""), "message_signature.not_found");
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let megabyte = vec![b'a'; 1 << 20];
    assert_eq!(judge(megabyte.clone(), "sig1=:AA==:"), "credential.too_large");
    assert_eq!(judge(format!("sig1={GOOD}"), megabyte.clone()), "credential.too_large");
    let many: Vec<String> = (0..10_000).map(|number| format!("k{number}=1")).collect();
    assert_eq!(judge(many.join(", "), "sig1=:AA==:"), "credential.too_large");
    let lines = (0..129).fold(order(), |request, number| {
        request.with_header("signature-input", format!("k{number}=1"))
    });
    assert_eq!(code(validation(), &lines), "credential.too_many_lines");
    let covered = format!("sig1=({});created=1", "\"@method\" ".repeat(65).trim_end());
    assert_eq!(judge(covered, "sig1=:AA==:"), "message_signature.malformed");

    let parsed = Dictionary::parse(&megabyte, DuplicateKeys::Refuse);
    assert_eq!(parsed, Err(StructuredFieldError::TooLarge { limit: 32 * 1024 }));
    let few: Vec<String> = (0..1025).map(|number| format!("k{number}")).collect();
    let parsed = Dictionary::parse(few.join(",").as_bytes(), DuplicateKeys::Refuse).map(drop);
    assert_eq!(parsed, Err(StructuredFieldError::TooManyMembers { limit: 1024 }));
    let list = List::parse("1,".repeat(10_000).as_bytes(), DuplicateKeys::Refuse).map(drop);
    assert_eq!(list, Err(StructuredFieldError::TooManyMembers { limit: 1024 }));
    let item = Item::parse("a;b".repeat(10_000).as_bytes(), DuplicateKeys::Overwrite).map(drop);
    assert_eq!(item, Ok(()));
}

#[test]
fn a_covered_header_may_be_large_and_its_lines_are_bounded() {
    let request = |lines: usize| {
        let get = PlainRequest::new("GET", "/").with_scheme("https").with_authority("a.example");
        (0..lines).fold(get, |request, _| request.with_header("x-a", "a"))
    };
    let input = "(\"@method\" \"@target-uri\" \"x-a\");created=1800000000;keyid=\"k1\"";
    assert_eq!(code(validation(), &crate::signed::signed(request(128), input)), "admitted");
    let refused = code(validation(), &crate::signed::forged(request(129), input));
    assert_eq!(refused, "message_signature.component");
}
