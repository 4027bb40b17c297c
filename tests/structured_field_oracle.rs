//! Structured fields, compared with the crate `sfv`: both read the same fields, and write them alike.

use proptest::prelude::*;
use sfv::{FieldType, Parser};
use tollgate::structured_field::{Dictionary, DuplicateKeys, Item, List};

const OVERWRITE: DuplicateKeys = DuplicateKeys::Overwrite;

/// The canonical text of each type, or nothing where the field is not of it.
fn ours(text: &[u8]) -> [Option<String>; 3] {
    [
        Item::parse(text, OVERWRITE).ok().map(|item| item.serialize().unwrap()),
        List::parse(text, OVERWRITE).ok().map(|list| list.serialize().unwrap()),
        Dictionary::parse(text, OVERWRITE).ok().map(|dictionary| dictionary.serialize().unwrap()),
    ]
}

/// The same by `sfv`, which writes nothing for an empty list or dictionary.
fn theirs(text: &[u8]) -> [Option<String>; 3] {
    let read = |text| Parser::new(text);
    [
        read(text).parse::<sfv::Item>().ok().map(|item| item.serialize()),
        read(text).parse::<sfv::List>().ok().map(|list| list.serialize().unwrap_or_default()),
        read(text).parse::<sfv::Dictionary>().ok().map(|one| one.serialize().unwrap_or_default()),
    ]
}

/// Pieces of which fields are made, so that many of them are good ones.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(
        &[
            "a",
            "b1",
            "*k",
            "a=",
            "b=",
            ";",
            "; ",
            ";a",
            ";b=",
            ",",
            ", ",
            ",\t",
            " ",
            "(",
            ")",
            "()",
            "?1",
            "?0",
            "1",
            "-0",
            "-1.50",
            "12.",
            "@1",
            "@-7",
            "@1.0",
            "\"\"",
            "\"a\\\"b\"",
            "\"\\a\"",
            "tok:en/",
            ":AA==:",
            ":AQID:",
            "::",
            ":A:",
            "%\"a%c3%bc\"",
            "%\"%C3\"",
            "%\"%ff\"",
        ][..],
    );
    prop_oneof![
        8 => fixed.prop_map(str::to_owned),
        1 => "[0-9]{1,16}(\\.[0-9]{1,4})?",
        1 => "[ -~\\t]{0,4}",
        1 => "\\PC{0,2}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn both_read_the_same_fields(pieces in prop::collection::vec(piece(), 0..9)) {
        let text = pieces.concat();
        prop_assert_eq!(ours(text.as_bytes()), theirs(text.as_bytes()), "{:?}", text);
    }

    #[test]
    fn both_refuse_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
        prop_assert_eq!(ours(&bytes), theirs(&bytes));
    }
}
