//! Structured fields: what is read can be written, and is read again as the same value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::http_signature::verify_content_digest;
use tollgate::structured_field::{Dictionary, DuplicateKeys, Item, List};

fuzz_target!(|bytes: &[u8]| {
    for duplicates in [DuplicateKeys::Refuse, DuplicateKeys::Overwrite] {
        if let Ok(item) = Item::parse(bytes, duplicates) {
            let written = item.serialize().expect("it was read");
            assert!(Item::parse(written.as_bytes(), duplicates) == Ok(item));
        }
        if let Ok(list) = List::parse(bytes, duplicates) {
            let written = list.serialize().expect("it was read");
            assert!(List::parse(written.as_bytes(), duplicates) == Ok(list));
        }
        if let Ok(dictionary) = Dictionary::parse(bytes, duplicates) {
            let written = dictionary.serialize().expect("it was read");
            assert!(Dictionary::parse(written.as_bytes(), duplicates) == Ok(dictionary));
        }
    }
    assert!(verify_content_digest(bytes, b"no input has this digest").is_err());
});
