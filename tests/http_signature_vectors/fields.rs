//! The suite of RFC 9651.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tollgate::structured_field::{
    BareItem, Decimal, Dictionary, DuplicateKeys, FieldMember, InnerList, Item, List, OrderedMap,
    Parameters, joined,
};

use crate::{folder, json};

const OVERWRITE: DuplicateKeys = DuplicateKeys::Overwrite;

fn cases(folder: &Path) -> Vec<Value> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    files.iter().flat_map(|file| json(file).as_array().unwrap().clone()).collect()
}

/// The canonical text and the tree of a field, or nothing if it is refused.
fn read(kind: &str, text: &[u8]) -> Option<(Value, String)> {
    match kind {
        "item" => {
            let item = Item::parse(text, OVERWRITE).ok()?;
            Some((tree_of_item(&item), item.serialize().unwrap()))
        }
        "list" => {
            let list = List::parse(text, OVERWRITE).ok()?;
            let tree = list.members.iter().map(tree_of_member).collect();
            Some((Value::Array(tree), list.serialize().unwrap()))
        }
        _ => {
            let dictionary = Dictionary::parse(text, OVERWRITE).ok()?;
            let members = dictionary.members.iter();
            let tree = members.map(|(key, member)| json!([key, tree_of_member(member)])).collect();
            Some((Value::Array(tree), dictionary.serialize().unwrap()))
        }
    }
}

fn tree_of_member(member: &FieldMember<'_>) -> Value {
    match member {
        FieldMember::Item(item) => tree_of_item(item),
        FieldMember::InnerList(list) => {
            let items: Vec<Value> = list.items.iter().map(tree_of_item).collect();
            json!([items, tree_of_parameters(&list.parameters)])
        }
    }
}

fn tree_of_item(item: &Item<'_>) -> Value {
    json!([tree_of_bare(&item.bare), tree_of_parameters(&item.parameters)])
}

fn tree_of_parameters(parameters: &Parameters<'_>) -> Value {
    parameters.iter().map(|(key, value)| json!([key, tree_of_bare(value)])).collect()
}

fn tree_of_bare(item: &BareItem<'_>) -> Value {
    let typed = |kind: &str, value: Value| json!({"__type": kind, "value": value});
    match item {
        BareItem::Integer(number) => json!(number),
        BareItem::Decimal(number) => json!(number.to_string().parse::<f64>().unwrap()),
        BareItem::String(text) => json!(text),
        BareItem::Token(word) => typed("token", json!(word)),
        BareItem::Binary(bytes) => typed("binary", json!(base32(bytes))),
        BareItem::Boolean(value) => json!(value),
        BareItem::Date(seconds) => typed("date", json!(seconds)),
        BareItem::DisplayString(text) => typed("displaystring", json!(text)),
    }
}

/// RFC 4648 section 6, with padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1)).collect();
    let letter = |five: &[u8]| {
        let padded = (0..5).map(|place| five.get(place).copied().unwrap_or(0));
        char::from(LETTERS[usize::from(padded.fold(0, |value, bit| value << 1 | bit))])
    };
    let mut text: String = bits.chunks(5).map(letter).collect();
    text.extend(std::iter::repeat_n('=', text.len().wrapping_neg() % 8));
    text
}

/// Numbers of JSON are compared as numbers: `1` and `1.0` are both written for a decimal.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        _ => one == other,
    }
}

fn texts(case: &Value, name: &str) -> Option<String> {
    let lines = case.get(name)?.as_array().unwrap();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
    Some(lines.join(", "))
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn every_field_is_parsed_as_rfc_9651_has_it() {
    let cases = cases(&folder("structured-fields"));
    let (mut parsed, mut refused) = (0, 0);
    for case in &cases {
        let name = &case["name"];
        let lines: Vec<&str> =
            case["raw"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let text = joined(lines.iter().map(|line| line.as_bytes()));
        let found = read(case["header_type"].as_str().unwrap(), &text);
        if case["must_fail"] == true {
            assert!(found.is_none(), "{name} was not refused");
            refused += 1;
            continue;
        }
        let (tree, canonical) = found.unwrap_or_else(|| panic!("{name} was refused"));
        assert!(is_same(&tree, &case["expected"]), "{name}: {tree} {}", case["expected"]);
        let expected = texts(case, "canonical").or_else(|| texts(case, "raw")).unwrap();
        assert_eq!(canonical, expected, "{name}");
        parsed += 1;
    }
    println!("structured-fields: {parsed} parsed, {refused} refused");
    assert_eq!((parsed, refused), (727, 864));
}

fn bare(value: &Value) -> Option<BareItem<'_>> {
    let text = |value: &Value| Cow::Owned(value.as_str().unwrap().to_owned());
    Some(match value {
        Value::Bool(value) => BareItem::Boolean(*value),
        Value::String(text) => BareItem::String(Cow::Borrowed(text)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => BareItem::Integer(number),
            None => BareItem::Decimal(decimal(&number.to_string())?),
        },
        Value::Object(typed) if typed["__type"] == "token" => {
            BareItem::Token(text(&typed["value"]))
        }
        _ => panic!("another type: {value}"),
    })
}

/// A decimal has thousandths, so whoever has more digits rounds them; these are cut.
fn decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap();
    let thousandths = format!("{whole}{fraction:0<3}");
    Decimal::from_thousandths(thousandths[..whole.len() + 3].parse().ok()?)
}

fn item(value: &Value) -> Option<Item<'_>> {
    Some(Item { bare: bare(&value[0])?, parameters: parameters(&value[1])? })
}

fn parameters(value: &Value) -> Option<Parameters<'_>> {
    let pairs = value.as_array().unwrap().iter();
    pairs.map(|pair| Some((pair[0].as_str().unwrap(), bare(&pair[1])?))).collect()
}

fn member(value: &Value) -> Option<FieldMember<'_>> {
    if !value[0].is_array() {
        return item(value).map(FieldMember::Item);
    }
    let items = value[0].as_array().unwrap().iter().map(item).collect::<Option<_>>()?;
    Some(FieldMember::InnerList(InnerList { items, parameters: parameters(&value[1])? }))
}

fn written(kind: &str, tree: &Value) -> Option<String> {
    let serialized = match kind {
        "item" => item(tree)?.serialize(),
        "list" => {
            let members = tree.as_array().unwrap().iter().map(member).collect::<Option<_>>()?;
            List { members }.serialize()
        }
        _ => {
            let pairs = tree.as_array().unwrap().iter();
            let members: Option<OrderedMap<'_, _>> =
                pairs.map(|pair| Some((pair[0].as_str().unwrap(), member(&pair[1])?))).collect();
            Dictionary { members: members? }.serialize()
        }
    };
    serialized.ok()
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn nothing_is_written_that_is_not_a_structured_field() {
    let cases = cases(&folder("structured-fields").join("serialisation-tests"));
    let (mut kept, mut refused, mut rounded) = (0, 0, 0);
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let found = written(case["header_type"].as_str().unwrap(), &case["expected"]);
        if case["must_fail"] == true {
            assert_eq!(found, None, "{name}");
            refused += 1;
        } else if name.contains("round") {
            assert!(found.is_some(), "{name}");
            rounded += 1;
        } else {
            assert_eq!(found, texts(case, "canonical"), "{name}");
            kept += 1;
        }
    }
    println!("serialisation: {kept} written, {refused} refused, {rounded} to be rounded by hosts");
    assert_eq!(kept + refused + rounded, 544);
    assert_eq!(rounded, 5);
}
