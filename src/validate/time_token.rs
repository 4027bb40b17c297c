//! Time tokens: short-lived proof that the host was asked a moment ago.

mod generator;
mod request_value;
mod time_to_live;

pub use generator::TimeTokenGenerator;
pub use request_value::RequestValue;
pub use time_to_live::DEFAULT_TIME_TO_LIVE;

use std::time::Duration;

use crate::config_error::ConfigError;
use crate::crypto::sha256;
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor, Requirement};
use crate::rejection::{Checkpoint, Label, Reason, Rejection};
use crate::store::{Consumption, ImmediateStore, ReplayStore};
use crate::time::UnixTime;
use crate::validate::no_replays::NoReplays;
use crate::validate::placement::{HEADER_OR_COOKIE, element_in};
use crate::validate::presented::Presented;
use crate::validate::sealed_token::{Purpose, SealError, SigningSecrets, open};
use crate::validate::single_use;
use crate::validate::time_token::request_value::{MixedIn, ValueMissing};
use crate::validate::time_token::time_to_live::within_bounds;

const NAME: &str = "time token validation";

/// Admits requests that bring a token which the host issued a moment ago.
///
/// Accepts when
/// 1. the element, a header or cookie, holds exactly one value of at most 8 KiB;
/// 2. every value that is mixed in appears in the request exactly once;
/// 3. the value is a token of [`TimeTokenGenerator`](crate::validate::TimeTokenGenerator), in its
///    only spelling, made by one of the secrets for the name of this element (byte for byte) and
///    for the same values under the same names, in the same order;
/// 4. `issued <= now < issued + time to live`, in milliseconds, without skew; the time to live is
///    the validator's own, 30000 ms unless another is set;
/// 5. if it is single-use, it was not used before.
///
/// Establishes nothing.
///
/// # Errors
/// `credential.*`, `time_token.value_missing`, `time_token.malformed`, `time_token.signature`,
/// `time_token.issued_in_future`, `time_token.expired`, `time_token.used`, in this order;
/// `service.unavailable` if the replay store is full or cannot tell.
///
/// # Security
/// Without a replay store a token works any number of times within its life, for anyone who has it.
/// With one, put this validator last in the gate: what another interceptor refuses after it has
/// used the token up all the same. A rehearsal only looks.
///
/// # Example
/// ```
/// use tollgate::store::InMemoryReplays;
/// use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
/// use tollgate::{Element, Gate, ManualClock, PlainRequest, Secret, TimeTokenValidation, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."))?;
/// let element = Element::header("time-token")?;
/// let generator = TimeTokenGenerator::new(element.clone(), secrets.clone())?;
/// let now = UnixTime::from_seconds(1_800_000_000);
/// let gate = Gate::builder(ManualClock::at(now))
///     .with(TimeTokenValidation::new(element, secrets)?.single_use(InMemoryReplays::new(1000)?))
///     .build()?;
///
/// let issued = generator.generate(&PlainRequest::new("GET", "/"), now)?;
/// let request = PlainRequest::new("POST", "/").with_header("time-token", issued.token());
/// assert!(gate.check_now(&request).is_ok());
/// assert_eq!(gate.check_now(&request).unwrap_err().reason().code(), "time_token.used");
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor Time Token Validation.
#[derive(Clone, Debug)]
pub struct TimeTokenValidation<R = NoReplays> {
    checkpoint: Checkpoint,
    secrets: SigningSecrets,
    time_to_live: Duration,
    mixed_in: MixedIn,
    replays: Option<R>,
}

impl TimeTokenValidation {
    /// Reads tokens from `element`, a header or a cookie.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element may travel elsewhere.
    pub fn new(element: Element, secrets: SigningSecrets) -> Result<Self, ConfigError> {
        let element = element_in(HEADER_OR_COOKIE, NAME, element)?;
        let checkpoint = Checkpoint::of(NAME).with_label(Label::TIME_TOKEN).with_element(element);
        let mixed_in = MixedIn::default();
        Ok(Self {
            checkpoint,
            secrets,
            time_to_live: DEFAULT_TIME_TO_LIVE,
            mixed_in,
            replays: None,
        })
    }
}

impl<R: ReplayStore> TimeTokenValidation<R> {
    /// Accepts tokens for this long after their issue; 30000 ms by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is shorter than a millisecond or longer than 400 days.
    pub fn time_to_live(mut self, span: Duration) -> Result<Self, ConfigError> {
        self.time_to_live = within_bounds(NAME, span)?;
        Ok(self)
    }

    /// Expects this value of the request to be mixed in too; the order counts.
    pub fn mixing(mut self, value: RequestValue) -> Self {
        self.mixed_in.push(value);
        self
    }

    /// Admits each token once, and remembers it in `replays` until it has expired. Nothing that may
    /// refuse can follow it in a gate, which else does not build, but for others of single use: a
    /// call that one of those refuses has used its token up here.
    ///
    /// # Security
    /// All validators that share a store must have the same time to live: a token is forgotten when
    /// it has expired for the validator that admitted it.
    pub fn single_use<S: ReplayStore>(self, replays: S) -> TimeTokenValidation<S> {
        TimeTokenValidation {
            checkpoint: self.checkpoint,
            secrets: self.secrets,
            time_to_live: self.time_to_live,
            mixed_in: self.mixed_in,
            replays: Some(replays),
        }
    }

    /// Changes the label in messages and traces (default `Time Token` and `Time token`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    async fn judge(&self, token: &[u8], call: &Call<'_>) -> Result<Evidence, Reason> {
        let issued = self.open(token, call)?;
        call.note("signature", || format!("issued {issued}"));
        let (now, expires) = (call.now, issued.saturating_add(self.time_to_live));
        if now < issued {
            return Err(Reason::TimeTokenIssuedInFuture { now, issued });
        }
        if now >= expires {
            return Err(Reason::TimeTokenExpired { now, expires });
        }
        call.note("lifetime", || format!("expires {expires}"));
        self.consume(token, expires, call).await?;
        single_use::note(self.replays.as_ref(), call);
        Ok(Evidence::none())
    }

    fn open(&self, token: &[u8], call: &Call<'_>) -> Result<UnixTime, Reason> {
        let element = self.checkpoint.element().map_or("", Element::name);
        let opened = self.mixed_in.with_context(element, call.request, |context| {
            open(&self.secrets, Purpose::TimeToken, token, context)
        });
        match opened {
            Err(ValueMissing { name }) => Err(Reason::TimeTokenValueMissing { name }),
            Ok(Err(SealError::Malformed)) => Err(Reason::TimeTokenMalformed),
            Ok(Err(SealError::Signature)) => Err(Reason::TimeTokenSignature),
            Ok(Ok(issued)) => Ok(issued),
        }
    }

    async fn consume(
        &self,
        token: &[u8],
        expires: UnixTime,
        call: &Call<'_>,
    ) -> Result<(), Reason> {
        let Some(replays) = &self.replays else { return Ok(()) };
        match single_use::consume(replays, &sha256(token), expires, call).await? {
            Consumption::First => Ok(()),
            Consumption::Repeated => Err(Reason::TimeTokenUsed),
        }
    }
}

const CHECKS: [&str; 4] = ["credential", "signature", "lifetime", "use"];

impl<R: ReplayStore> Interceptor for TimeTokenValidation<R> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = Presented::read(&self.checkpoint, &call)?;
        let judged = self.judge(presented.as_bytes(), &call).await;
        judged.map_err(|reason| presented.refused(reason))
    }

    fn describe(&self) -> Description {
        let description = Description::at(self.checkpoint.clone()).making(CHECKS);
        match self.replays {
            Some(_) => description.requires(Requirement::Last),
            None => description,
        }
    }
}

impl<R: ReplayStore + ImmediateStore> Immediate for TimeTokenValidation<R> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::request::PlainRequest;
    use crate::secret::Secret;
    use crate::store::InMemoryReplays;
    use crate::validate::time_token::generator::TimeTokenGenerator;

    const ISSUED: UnixTime = UnixTime::from_seconds(1_800_000_000);

    fn secrets() -> SigningSecrets {
        SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap()
    }

    fn element() -> Element {
        Element::header("time-token").unwrap()
    }

    fn request() -> PlainRequest {
        let generator = TimeTokenGenerator::new(element(), secrets()).unwrap();
        let issued = generator.generate(&PlainRequest::new("GET", "/"), ISSUED).unwrap();
        PlainRequest::new("GET", "/").with_header("time-token", issued.token())
    }

    fn validation() -> TimeTokenValidation {
        TimeTokenValidation::new(element(), secrets()).unwrap()
    }

    fn code_after(validation: TimeTokenValidation, millis: i64) -> &'static str {
        let now = UnixTime::from_millis(ISSUED.as_millis() + millis);
        let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
        gate.check_now(&request()).map_or_else(|refused| refused.reason().code(), |_| "admitted")
    }

    #[test]
    fn a_token_lives_30000_ms_from_its_issue_on_unless_another_span_is_set() {
        for (millis, expected) in [
            (-1, "time_token.issued_in_future"),
            (0, "admitted"),
            (1, "admitted"),
            (29_999, "admitted"),
            (30_000, "time_token.expired"),
            (30_001, "time_token.expired"),
        ] {
            assert_eq!(code_after(validation(), millis), expected, "{millis}");
        }
        let short = || validation().time_to_live(Duration::from_millis(1)).unwrap();
        assert_eq!(code_after(short(), 0), "admitted");
        assert_eq!(code_after(short(), 1), "time_token.expired");
    }

    #[test]
    fn a_time_to_live_is_within_bounds() {
        for (nanos, accepted) in [(0, false), (999_999, false), (1_000_000, true)] {
            let span = Duration::from_nanos(nanos);
            assert_eq!(validation().time_to_live(span).is_ok(), accepted, "{nanos}");
            let generator = TimeTokenGenerator::new(element(), secrets()).unwrap();
            assert_eq!(generator.time_to_live(span).is_ok(), accepted, "{nanos}");
        }
    }

    #[test]
    fn a_rehearsal_tells_and_uses_nothing_up() {
        let store = InMemoryReplays::new(1).unwrap();
        let gate = Gate::builder(ManualClock::at(ISSUED))
            .with(validation().single_use(store))
            .build()
            .unwrap();
        let (first, second) = (request(), request());
        assert!(gate.rehearse_now(&first).is_ok());
        assert!(gate.rehearse_now(&first).is_ok());
        assert!(gate.check_now(&first).is_ok());
        for refused in [gate.rehearse_now(&first).map(drop), gate.check_now(&first).map(drop)] {
            assert_eq!(refused.unwrap_err().reason().code(), "time_token.used");
        }
        for refused in [gate.rehearse_now(&second).map(drop), gate.check_now(&second).map(drop)] {
            assert_eq!(refused.unwrap_err().reason().code(), "service.unavailable");
        }
    }
}
