//! Whether tokens that were verified are remembered.

/// Whether a validator remembers which tokens it has verified, so that a token that comes again
/// costs a digest instead of a signature.
///
/// What is remembered is what does not change: the claims, the header, and under which key of which
/// key set the signature verified. Every date, certificate, audience, scope, client and proof of
/// possession is judged at each call, and a token whose key set was exchanged is verified anew.
/// Nothing that was refused is remembered, and a rehearsal neither asks nor adds.
///
/// ```
/// use tollgate::jose::{Algorithm, KeySet, SigningKey};
/// use tollgate::validate::VerifiedTokens;
/// use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::generate_es256()?;
/// let keys = KeySet::of([key.verifying_key().clone()]);
/// let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys)?;
/// let validation = JwtValidation::new(Element::bearer(), issuer)
///     .verified_tokens(VerifiedTokens::Remembered { at_most: 1_000 });
/// let remembered = validation.remembered_tokens();
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .with(validation)
///     .build()?;
/// let token = key.sign(br#"{"iss":"https://a.example","aud":"api","exp":1800000060}"#)?;
/// let request =
///     PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"));
/// for _ in 0..3 {
///     assert!(gate.check_now(&request).is_ok());
/// }
/// assert_eq!((remembered.figures().hits, remembered.figures().misses), (2, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifiedTokens {
    /// Remembers about this many tokens, of which those that come often stay longest.
    Remembered {
        /// How many; none if it is 0. A token whose claims may take more than 8 KiB, once all of
        /// them have been asked for, counts as several: 10,000 tokens take 80 MB at most, and usual
        /// ones a tenth of that.
        at_most: usize,
    },
    /// Verifies every token each time.
    Forgotten,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self::Remembered { at_most: 10_000 }
    }
}

/// How often tokens were remembered, counted from the making of the validator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RememberedFigures {
    /// Calls whose token was remembered.
    pub hits: u64,
    /// Calls whose token had to be verified, those included that were refused for their signature
    /// or their claims.
    pub misses: u64,
    /// Tokens that had to make room for others.
    pub evictions: u64,
    /// Tokens that are remembered now.
    pub size: usize,
}
