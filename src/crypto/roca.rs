//! The fingerprint of RSA keys that a flawed generator made (ROCA, CVE-2017-15361; Nemec and
//! others, "The Return of Coppersmith's Attack", CCS 2017, section 3.3).
//!
//! The primes of that generator are powers of 65537 modulo the product of many small primes, so the
//! modulus is such a power modulo each of them. Such a key can be factored from its public half.

/// The primes up to 167 modulo which 65537 does not generate every residue. A modulus of another
/// generator is a power of 65537 modulo all of them with a chance of about 2^-28.
const PRIMES: [u32; 17] =
    [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

const GENERATOR: u32 = 65537;

/// Whether a big-endian modulus has the fingerprint.
pub(super) fn has_fingerprint(modulus: &[u8]) -> bool {
    PRIMES.into_iter().all(|prime| is_power(remainder(modulus, prime), prime))
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number.iter().fold(0, |rest, byte| reduced(rest, 256, u32::from(*byte), prime))
}

/// Whether `residue` is a power of the generator modulo `prime`.
fn is_power(residue: u32, prime: u32) -> bool {
    let next = |power: &u32| Some(reduced(*power, GENERATOR, 0, prime));
    std::iter::successors(Some(1), next).take(PERIOD).any(|power| power == residue)
}

/// No power has a longer period than the largest prime.
const PERIOD: usize = 157;

/// `number * factor + summand` modulo `prime`; nothing overflows, since `number` is below 157.
fn reduced(number: u32, factor: u32, summand: u32, prime: u32) -> u32 {
    let sum = number.saturating_mul(factor).saturating_add(summand);
    sum.checked_rem(prime).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 65537 to the power of 200: below the size of a key, and a power modulo every prime.
    fn power() -> Vec<u8> {
        (0..200).fold(vec![1_u8], |number, _| {
            // 65537 is 2^16 + 1.
            let shifted = [&number[..], &[0, 0]].concat();
            let padded = [&[0, 0][..], &number].concat();
            let mut carry = 0_u16;
            let mut sum: Vec<u8> = shifted
                .iter()
                .zip(&padded)
                .rev()
                .map(|(left, right)| {
                    let digit = u16::from(*left) + u16::from(*right) + carry;
                    carry = digit >> 8;
                    digit.to_le_bytes()[0]
                })
                .collect();
            sum.extend((carry > 0).then_some(1));
            sum.reverse();
            sum
        })
    }

    #[test]
    fn powers_of_the_generator_have_the_fingerprint_and_their_neighbours_do_not() {
        let flawed = power();
        assert!(flawed.len() > 256);
        assert!(has_fingerprint(&flawed));
        for change in [1_u8, 2, 4, 6] {
            let mut other = flawed.clone();
            *other.last_mut().unwrap() ^= change << 1;
            assert!(!has_fingerprint(&other), "{change}");
        }
        assert!(!has_fingerprint(&[]));
    }

    #[test]
    fn such_a_key_is_refused_at_import() {
        use crate::crypto::key_error::KeyError;
        use crate::crypto::public_key::PublicKey;

        assert_eq!(PublicKey::rsa(&power(), &[1, 0, 1]), Err(KeyError::RsaFingerprint));
        let mut neighbour = power();
        *neighbour.last_mut().unwrap() ^= 2;
        assert!(PublicKey::rsa(&neighbour, &[1, 0, 1]).is_ok());
    }

    #[test]
    fn each_prime_counts() {
        for (skipped, prime) in PRIMES.into_iter().enumerate() {
            let residues: Vec<_> = (0..prime).filter(|one| is_power(*one, prime)).collect();
            assert!(residues.len() < usize::try_from(prime).unwrap() - 1, "{prime}: {skipped}");
            assert!(residues.contains(&1) && residues.contains(&(GENERATOR % prime)));
            assert!(!residues.contains(&0));
        }
        assert_eq!(remainder(&[1, 0, 1], 11), 65537 % 11);
    }
}
