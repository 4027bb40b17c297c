//! DER as X.690 section 10 has it, walked before anything interprets it.

/// How deep a certificate may be nested. The fields of RFC 5280 and the parameters of RSASSA-PSS
/// reach seven; extensions are octet strings, whose content is not walked.
const DEPTH: usize = 16;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]` of a certificate: its version.
pub(super) const VERSION: u8 = 0xa0;

const CONSTRUCTED: u8 = 0x20;
const LONG_TAG: u8 = 0x1f;
/// Set in the classes `APPLICATION` and `PRIVATE`, which certificates do not use.
const FOREIGN_CLASS: u8 = 0x40;

/// One element: its tag, what is in it, and its whole encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'d> {
    pub(super) tag: u8,
    pub(super) content: &'d [u8],
    pub(super) whole: &'d [u8],
}

impl<'d> Element<'d> {
    /// The one element that `der` consists of, walked to its leaves.
    pub(super) fn only(der: &'d [u8]) -> Option<Self> {
        let (element, rest) = Self::first(der)?;
        (rest.is_empty() && element.is_well_formed(DEPTH)).then_some(element)
    }

    /// The elements directly inside this one.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'d>> {
        let mut rest = self.content;
        std::iter::from_fn(move || {
            let (element, tail) = Self::first(rest)?;
            rest = tail;
            Some(element)
        })
    }

    fn first(input: &'d [u8]) -> Option<(Self, &'d [u8])> {
        let (&[tag, first], behind) = input.split_first_chunk()?;
        if tag & LONG_TAG == LONG_TAG || tag & FOREIGN_CLASS != 0 {
            return None;
        }
        let (length, behind) = match first {
            0..=0x7f => (usize::from(first), behind),
            0x81..=0x83 => long_length(usize::from(first & 0x7f), behind)?,
            _ => return None,
        };
        let (content, rest) = behind.split_at_checked(length)?;
        let whole = input.get(..input.len().checked_sub(rest.len())?)?;
        Some((Self { tag, content, whole }, rest))
    }

    fn is_well_formed(self, depth: usize) -> bool {
        if self.tag & CONSTRUCTED == 0 {
            return true;
        }
        let Some(depth) = depth.checked_sub(1) else { return false };
        let mut rest = self.content;
        while !rest.is_empty() {
            match Self::first(rest) {
                Some((child, tail)) if child.is_well_formed(depth) => rest = tail,
                _ => return false,
            }
        }
        true
    }
}

/// A length in as many bytes as it needs, and no more.
fn long_length(bytes: usize, input: &[u8]) -> Option<(usize, &[u8])> {
    let (digits, rest) = input.split_at_checked(bytes)?;
    let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
    let is_shortest = length >= 0x80 && digits.first() != Some(&0);
    is_shortest.then_some((length, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(der: &[u8]) -> bool {
        Element::only(der).is_some()
    }

    #[test]
    fn lengths_have_one_spelling() {
        let long = |header: &[u8], length: usize| [header, &vec![0; length]].concat();
        assert!(is_read(&[0x04, 0x00]));
        assert!(is_read(&long(&[0x04, 0x7f], 0x7f)));
        assert!(is_read(&long(&[0x04, 0x81, 0x80], 0x80)));
        assert!(is_read(&long(&[0x04, 0x82, 0x01, 0x00], 0x100)));
        for refused in [
            long(&[0x04, 0x81, 0x7f], 0x7f),
            long(&[0x04, 0x82, 0x00, 0x80], 0x80),
            long(&[0x04, 0x80], 2),
            long(&[0x04, 0x84, 0, 0, 0, 0x80], 0x80),
            long(&[0x1f, 0x01], 1),
            long(&[0x44, 0x01], 1),
            long(&[0xc4, 0x01], 1),
            long(&[0x04, 0x02], 1),
            long(&[0x04, 0x00], 1),
            vec![0x04],
            vec![],
        ] {
            assert!(!is_read(&refused), "{refused:?}");
        }
    }

    #[test]
    fn nesting_ends_at_its_limit_and_never_on_the_stack() {
        let nested = |depth: usize| {
            (1..depth).fold(vec![0x30, 0x00], |inner, _| {
                let length = inner.len();
                let header = match u8::try_from(length) {
                    Ok(short @ ..0x80) => vec![0x30, short],
                    Ok(length) => vec![0x30, 0x81, length],
                    Err(_) => {
                        let [.., high, low] = length.to_be_bytes();
                        vec![0x30, 0x82, high, low]
                    }
                };
                [header, inner].concat()
            })
        };
        assert!(is_read(&nested(DEPTH)));
        assert!(!is_read(&nested(DEPTH + 1)));
        assert!(!is_read(&nested(10_000)));
    }

    #[test]
    fn children_fill_their_parent() {
        assert!(is_read(&[0x30, 0x04, 0x02, 0x00, 0x05, 0x00]));
        assert!(!is_read(&[0x30, 0x03, 0x02, 0x00, 0x05]));
        assert!(!is_read(&[0x30, 0x02, 0x02, 0x01]));
    }
}
