//! DER as X.690 sections 8, 10 and 11 have it: the one reader of certificates and public keys.

/// How deep elements may be nested. The fields of RFC 5280 and the parameters of RSASSA-PSS
/// reach seven; extensions are octet strings, whose content is not walked.
const DEPTH: usize = 16;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

const CONSTRUCTED: u8 = 0x20;
/// Set in the class of tags that their context gives.
const CONTEXT_CLASS: u8 = 0x80;
const LONG_TAG: u8 = 0x1f;
/// Set in the classes `APPLICATION` and `PRIVATE`, which certificates do not use.
const FOREIGN_CLASS: u8 = 0x40;

/// One element (tag, length, value): its tag, what is in it, and its whole encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tlv<'d> {
    pub(crate) tag: u8,
    pub(crate) content: &'d [u8],
    pub(crate) whole: &'d [u8],
}

impl<'d> Tlv<'d> {
    /// The one element that `der` consists of, walked to its leaves.
    pub(crate) fn only(der: &'d [u8]) -> Option<Self> {
        let (element, rest) = Self::first(der)?;
        (rest.is_empty() && element.is_well_formed(DEPTH)).then_some(element)
    }

    /// The elements directly inside this one.
    pub(crate) fn children(self) -> impl Iterator<Item = Tlv<'d>> {
        let mut rest = self.content;
        std::iter::from_fn(move || {
            let (element, tail) = Self::first(rest)?;
            rest = tail;
            Some(element)
        })
    }

    /// The elements directly inside this one, if it is a sequence of exactly `N`.
    pub(crate) fn sequence<const N: usize>(self) -> Option<[Self; N]> {
        let mut children = self.children().fuse();
        let mut parts = [self; N];
        for part in &mut parts {
            *part = children.next()?;
        }
        (self.tag == SEQUENCE && children.next().is_none()).then_some(parts)
    }

    /// The bytes of an integer in two's complement, in their only spelling (X.690 section 8.3).
    pub(crate) fn integer(self) -> Option<&'d [u8]> {
        let is_shortest = !matches!(self.content, [] | [0, ..=0x7f, ..] | [0xff, 0x80..=0xff, ..]);
        (self.tag == INTEGER && is_shortest).then_some(self.content)
    }

    /// The bytes of an integer that is not negative, without the zero before a high bit.
    pub(crate) fn unsigned(self) -> Option<&'d [u8]> {
        match self.integer()? {
            [0, magnitude @ ..] if !magnitude.is_empty() => Some(magnitude),
            [0x80..=0xff, ..] => None,
            magnitude => Some(magnitude),
        }
    }

    /// The bytes of a bit string whose last byte is whole.
    pub(crate) fn whole_bytes(self) -> Option<&'d [u8]> {
        match self.content {
            [0, bytes @ ..] if self.tag == BIT_STRING => Some(bytes),
            _ => None,
        }
    }

    /// The encoded arcs of an object identifier (X.690 section 8.19).
    pub(crate) fn object_identifier(self) -> Option<&'d [u8]> {
        let mut starts = true;
        for byte in self.content {
            if starts && *byte == 0x80 {
                return None;
            }
            starts = byte & 0x80 == 0;
        }
        let is_whole = starts && !self.content.is_empty();
        (self.tag == OBJECT_IDENTIFIER && is_whole).then_some(self.content)
    }

    /// An `AlgorithmIdentifier` (RFC 5280 section 4.1.1.2): its object identifier and parameters.
    pub(crate) fn algorithm(self) -> Option<(&'d [u8], Option<Self>)> {
        if let Some([identifier]) = self.sequence() {
            return Some((identifier.object_identifier()?, None));
        }
        let [identifier, parameters] = self.sequence()?;
        Some((identifier.object_identifier()?, Some(parameters)))
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
            return self.is_well_formed_leaf();
        }
        // Strings in pieces (X.690 section 10.2) and whatever else only BER constructs.
        if self.tag & CONTEXT_CLASS == 0 && ![SEQUENCE, SET].contains(&self.tag) {
            return false;
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

impl Tlv<'_> {
    /// Types whose values have one encoding each, by their sections of X.690. Integers and object
    /// identifiers are left to those who read them.
    fn is_well_formed_leaf(self) -> bool {
        const PRIMITIVE_SEQUENCE: u8 = SEQUENCE & !CONSTRUCTED;
        const PRIMITIVE_SET: u8 = SET & !CONSTRUCTED;
        match self.tag {
            // 8.1.5, 8.9.1, 8.11.1
            0 | PRIMITIVE_SEQUENCE | PRIMITIVE_SET => false,
            // 11.1
            BOOLEAN => matches!(self.content, [0x00 | 0xff]),
            // 8.6.2, 11.2.1
            BIT_STRING => match self.content {
                [0] => true,
                [unused @ 0..=7, .., last] => last.trailing_zeros() >= u32::from(*unused),
                _ => false,
            },
            // 8.8.2
            NULL => self.content.is_empty(),
            _ => true,
        }
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

    fn element(der: &[u8]) -> Tlv<'_> {
        Tlv::only(der).unwrap()
    }

    #[test]
    fn an_integer_has_one_spelling() {
        let integer = |der: &[u8]| element(der).integer().map(<[u8]>::to_vec);
        let unsigned = |der: &[u8]| element(der).unsigned().map(<[u8]>::to_vec);
        for (content, magnitude) in [
            (&[0x00][..], Some(&[0x00][..])),
            (&[0x7f], Some(&[0x7f])),
            (&[0x00, 0x80], Some(&[0x80])),
            (&[0x01, 0x00], Some(&[0x01, 0x00])),
            (&[0x80], None),
            (&[0xff], None),
            (&[0xff, 0x7f], None),
        ] {
            let length = u8::try_from(content.len()).unwrap();
            let der = [&[INTEGER, length], content].concat();
            assert_eq!(integer(&der).as_deref(), Some(content));
            assert_eq!(unsigned(&der).as_deref(), magnitude);
        }
        for refused in [&[2, 0][..], &[2, 2, 0, 0x7f], &[2, 2, 0xff, 0x80], &[4, 1, 1]] {
            assert_eq!(integer(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn an_object_identifier_has_whole_arcs_in_their_only_spelling() {
        let is_read = |der: &[u8]| element(der).object_identifier().is_some();
        assert!(is_read(&[6, 3, 0x2b, 0x65, 0x70]));
        assert!(is_read(&[6, 2, 0x81, 0x00]));
        for refused in
            [&[6, 0][..], &[6, 2, 0x2b, 0x81], &[6, 2, 0x80, 1], &[6, 3, 1, 0x80, 1], &[2, 1, 1]]
        {
            assert!(!is_read(refused), "{refused:?}");
        }
    }

    #[test]
    fn a_bit_string_has_whole_bytes_and_a_sequence_its_number_of_parts() {
        assert_eq!(element(&[3, 2, 0, 9]).whole_bytes(), Some(&[9][..]));
        for refused in [&[3, 2, 1, 8][..], &[4, 2, 0, 9]] {
            assert_eq!(element(refused).whole_bytes(), None, "{refused:?}");
        }
        let pair = [0x30, 4, 5, 0, 4, 0];
        assert!(element(&pair).sequence::<2>().is_some());
        assert!(element(&pair).sequence::<1>().is_none());
        assert!(element(&pair).sequence::<3>().is_none());
        assert!(element(&[0x31, 4, 5, 0, 4, 0]).sequence::<2>().is_none());
    }

    #[test]
    fn an_algorithm_has_an_identifier_and_at_most_one_parameter() {
        let is_read = |der: &[u8]| element(der).algorithm().is_some();
        assert!(is_read(&[0x30, 3, 6, 1, 1]));
        assert!(is_read(&[0x30, 5, 6, 1, 1, 5, 0]));
        for refused in [&[0x30, 0][..], &[0x30, 7, 6, 1, 1, 5, 0, 5, 0], &[0x30, 2, 5, 0]] {
            assert!(!is_read(refused), "{refused:?}");
        }
    }

    fn is_read(der: &[u8]) -> bool {
        Tlv::only(der).is_some()
    }

    #[test]
    fn a_value_has_one_encoding() {
        for taken in [
            &[1, 1, 0][..],
            &[1, 1, 0xff],
            &[3, 1, 0],
            &[3, 2, 7, 0x80],
            &[3, 2, 0, 0xff],
            &[5, 0],
            &[0x31, 0],
            &[0xa3, 0],
            &[0x80, 0],
        ] {
            assert!(is_read(taken), "{taken:02x?}");
        }
        for refused in [
            &[1, 0][..],
            &[1, 1, 1],
            &[1, 2, 0, 0],
            &[3, 0],
            &[3, 1, 1],
            &[3, 2, 8, 0],
            &[3, 2, 7, 0x40],
            &[5, 1, 0],
            &[0, 0],
            &[0x10, 0],
            &[0x11, 0],
            &[0x24, 3, 4, 1, 0],
            &[0x22, 3, 2, 1, 0],
        ] {
            assert!(!is_read(refused), "{refused:02x?}");
        }
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
