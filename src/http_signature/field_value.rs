//! Values of headers as components (RFC 9421 section 2.1).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http_signature::component::Component;
use crate::http_signature::field_rules::{FieldRules, FieldType, ObsoleteFolding};
use crate::http_signature::http_signature_error::ComponentProblem;
use crate::reading::LIMIT;
use crate::structured_field::{Dictionary, DuplicateKeys, Item, List, joined};

/// The value of a header with these lines, in the form that the component asks for.
pub(super) fn write_field(
    component: &Component<'_>,
    lines: &[&[u8]],
    rules: &FieldRules,
    text: &mut String,
) -> Result<(), ComponentProblem> {
    if lines.is_empty() {
        return Err(ComponentProblem::Absent);
    }
    let lines =
        lines.iter().map(|line| unfolded(line, rules.folding())).collect::<Option<Vec<_>>>();
    let lines = lines.ok_or(ComponentProblem::NotCanonical)?;
    if component.is_wrapped() {
        write_wrapped(&lines, text);
    } else if component.is_structured() || component.key().is_some() {
        let known = rules.field_type(component.name_text());
        let known = known.ok_or(ComponentProblem::TypeUnknown)?;
        text.push_str(&structured(&lines, known, component.key())?);
    } else {
        write_plain(&lines, text)?;
    }
    Ok(())
}

/// Printable ASCII and tabs; other bytes need `bs`.
fn write_plain(lines: &[Cow<'_, [u8]>], text: &mut String) -> Result<(), ComponentProblem> {
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        let is_plain = line.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        let line = str::from_utf8(line).ok().filter(|_| is_plain);
        text.push_str(line.ok_or(ComponentProblem::NotCanonical)?);
    }
    Ok(())
}

/// Each line as bytes of their own, so that no comma can move from one to another.
fn write_wrapped(lines: &[Cow<'_, [u8]>], text: &mut String) {
    for (place, line) in lines.iter().enumerate() {
        text.push_str(if place > 0 { ", :" } else { ":" });
        STANDARD.encode_string(line, text);
        text.push(':');
    }
}

/// The whole field or one member of it, in canonical spelling. A key that appears twice is refused:
/// what was signed would be the last of its values, and another reader may take the first. A field
/// over the limit of credentials is refused: each component that names it reads it anew.
fn structured(
    lines: &[Cow<'_, [u8]>],
    field_type: FieldType,
    key: Option<&str>,
) -> Result<String, ComponentProblem> {
    let text = joined(lines.iter().map(|line| &**line));
    if text.len() > LIMIT {
        return Err(ComponentProblem::NotCanonical);
    }
    let refuse = DuplicateKeys::Refuse;
    let written = match (field_type, key) {
        (FieldType::Dictionary, Some(key)) => {
            let dictionary = Dictionary::parse(&text, refuse);
            let dictionary = dictionary.map_err(|_| ComponentProblem::NotCanonical)?;
            dictionary.members.get(key).ok_or(ComponentProblem::Absent)?.serialize()
        }
        (_, Some(_)) => return Err(ComponentProblem::TypeUnknown),
        (FieldType::Dictionary, None) => {
            Dictionary::parse(&text, refuse).and_then(|dictionary| dictionary.serialize())
        }
        (FieldType::List, None) => List::parse(&text, refuse).and_then(|list| list.serialize()),
        (FieldType::Item, None) => Item::parse(&text, refuse).and_then(|item| item.serialize()),
    };
    written.map_err(|_| ComponentProblem::NotCanonical)
}

/// A line without white space around it, and without folds if they may be there.
fn unfolded(line: &[u8], folding: ObsoleteFolding) -> Option<Cow<'_, [u8]>> {
    let line = trimmed(line);
    if !line.contains(&b'\n') {
        return Some(Cow::Borrowed(line));
    }
    if folding == ObsoleteFolding::Refuse {
        return None;
    }
    let mut parts = line.split(|byte| *byte == b'\n');
    let first = parts.next().unwrap_or_default();
    let mut unfolded = without_break(first).to_vec();
    for part in parts {
        if !part.starts_with(b" ") && !part.starts_with(b"\t") {
            return None;
        }
        unfolded.push(b' ');
        unfolded.extend_from_slice(without_break(part));
    }
    Some(Cow::Owned(unfolded))
}

fn without_break(part: &[u8]) -> &[u8] {
    trimmed(part.strip_suffix(b"\r").unwrap_or(part))
}

/// Without the spaces and tabs around it, and nothing else (RFC 9110 section 5.6.3).
fn trimmed(line: &[u8]) -> &[u8] {
    let is_inside = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = line.iter().position(is_inside).unwrap_or(line.len());
    let end = line.iter().rposition(is_inside).map_or(start, |last| last.saturating_add(1));
    line.get(start..end).unwrap_or_default()
}
