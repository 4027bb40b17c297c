//! The form of a token: base64url of version, instant, nonce and HMAC.

use crate::crypto::{RandomUnavailable, random};
use crate::encoding::{Decoded, base64url_encode};
use crate::time::UnixTime;
use crate::validate::sealed_token::secrets::SigningSecrets;

const VERSION: u8 = 1;
/// Version, instant in milliseconds (big endian), nonce.
const HEAD: usize = 1 + 8 + 16;
/// HMAC-SHA-256.
const TAG: usize = 32;
/// 57 bytes are exactly 76 digits of base64, so no digit has bits to spare.
const TEXT: usize = (HEAD + TAG) / 3 * 4;

/// What a token is for; a token of one purpose never verifies for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::validate) enum Purpose {
    Csrf,
    TimeToken,
    DpopNonce,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Csrf => b"tollgate csrf token",
            Self::TimeToken => b"tollgate time token",
            Self::DpopNonce => b"tollgate dpop nonce",
        }
    }
}

/// Why a token does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::validate) enum SealError {
    /// It does not have the form of a token.
    Malformed,
    /// It was not made with these secrets, for this purpose and context.
    Signature,
}

/// A new token that carries `instant` and is bound to `context`.
pub(in crate::validate) fn seal(
    secrets: &SigningSecrets,
    purpose: Purpose,
    instant: UnixTime,
    context: &[&[u8]],
) -> Result<String, RandomUnavailable> {
    let mut token = Vec::with_capacity(HEAD + TAG);
    token.push(VERSION);
    token.extend(instant.as_millis().to_be_bytes());
    token.extend(random::<16>()?);
    let tag = secrets.sign(fields(purpose, &token, context));
    token.extend(tag);
    Ok(base64url_encode(token))
}

/// The instant that `token` carries, if it was sealed for this purpose and context.
pub(in crate::validate) fn open(
    secrets: &SigningSecrets,
    purpose: Purpose,
    token: &[u8],
    context: &[&[u8]],
) -> Result<UnixTime, SealError> {
    let (head, tag, instant) = parsed(token).ok_or(SealError::Malformed)?;
    if !secrets.verify(&fields(purpose, &head, context), &tag) {
        return Err(SealError::Signature);
    }
    Ok(instant)
}

fn parsed(token: &[u8]) -> Option<([u8; HEAD], [u8; TAG], UnixTime)> {
    if token.len() != TEXT {
        return None;
    }
    let decoded = Decoded::<{ HEAD + TAG }>::from_base64url(token)?;
    let (head, tag) = decoded.as_bytes().split_first_chunk::<HEAD>()?;
    let (&VERSION, rest) = head.split_first()? else { return None };
    let instant = i64::from_be_bytes(*rest.first_chunk()?);
    Some((*head, tag.try_into().ok()?, UnixTime::from_millis(instant)))
}

/// What is signed: the purpose, the head of the token, and the context.
fn fields<'f>(
    purpose: Purpose,
    head: &'f [u8],
    context: &'f [&'f [u8]],
) -> impl Iterator<Item = &'f [u8]> + Clone {
    [purpose.label(), head].into_iter().chain(context.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn secrets() -> SigningSecrets {
        SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap()
    }

    const INSTANT: UnixTime = UnixTime::from_millis(1_800_000_000_123);

    fn sealed(context: &[&[u8]]) -> String {
        seal(&secrets(), Purpose::Csrf, INSTANT, context).unwrap()
    }

    fn opened(token: &str, context: &[&[u8]]) -> Result<UnixTime, SealError> {
        open(&secrets(), Purpose::Csrf, token.as_bytes(), context)
    }

    #[test]
    fn a_token_opens_with_its_own_context_only() {
        let token = sealed(&[b"a", b"bc"]);
        assert_eq!(opened(&token, &[b"a", b"bc"]), Ok(INSTANT));
        for other in
            [&[&b"ab"[..], b"c"][..], &[b"abc"], &[b"a", b"b", b"c"], &[b"a", b"bc", b""], &[]]
        {
            assert_eq!(opened(&token, other), Err(SealError::Signature), "{other:?}");
        }
    }

    #[test]
    fn a_token_opens_for_its_own_purpose_only() {
        let all = [Purpose::Csrf, Purpose::TimeToken, Purpose::DpopNonce];
        for purpose in all {
            let token = seal(&secrets(), purpose, INSTANT, &[]).unwrap();
            for other in all {
                let opened = open(&secrets(), other, token.as_bytes(), &[]);
                assert_eq!(opened.is_ok(), other == purpose, "{purpose:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_token_has_one_spelling_of_76_digits() {
        let token = sealed(&[]);
        assert_eq!(token.len(), 76);
        for other in [
            format!("{token}="),
            format!("{token}A"),
            format!(" {token}"),
            token[..75].to_owned(),
            format!("{}\n", &token[..75]),
            format!("{}+", &token[..75]),
            String::new(),
            "A".repeat(76),
        ] {
            assert_eq!(opened(&other, &[]), Err(SealError::Malformed), "{other:?}");
        }
    }

    #[test]
    fn two_tokens_of_one_instant_differ() {
        assert_ne!(sealed(&[]), sealed(&[]));
    }
}
