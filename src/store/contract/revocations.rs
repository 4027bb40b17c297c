//! The contract of a revocation store.

use std::time::Duration;

use crate::crypto::{CredentialDigest, random};
use crate::record::Grant;
use crate::store::contract::breach::{Broken, Findings, Promise};
use crate::store::contract::fixture::RevocationFixture;
use crate::store::contract::look_alike::{LookAlike, look_alikes};
use crate::store::contract::revoked_by::{Jwt, RevokedBy, half_past};
use crate::store::contract::samples::flipped;
use crate::store::lookup::StoreUnavailable;
use crate::store::revocation::{PresentedToken, Revocation, RevocationStore};
use crate::time::{Lifetime, UnixTime};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

/// Checks that a store of revocations keeps what [`RevocationStore`] promises: each [`Revocation`]
/// is of exactly what it names, its instant is exclusive and to the millisecond, a token without an
/// instant of issue is before every one, of two instants the later counts, and the next look-up
/// sees a revocation.
///
/// `now` is the clock of the store, if it has one of its own. Some 500 revocations are kept, until
/// an hour after `now`; their names are random.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn revocation_store(
    store: &impl RevocationStore,
    fixture: &impl RevocationFixture,
    now: UnixTime,
) -> Result<(), Broken> {
    // Without random bytes a second run on one store finds its names revoked, and says so.
    let run = u64::from_be_bytes(random().unwrap_or_default()).to_string();
    let mut examination =
        RevocationExamination { store, fixture, run, now, findings: Findings::default() };
    for kind in RevokedBy::ALL {
        examination.tell_names_apart(kind).await;
        examination.tell_kinds_apart(kind).await;
    }
    examination.tell_issuers_apart().await;
    for kind in [RevokedBy::Subject, RevokedBy::Client, RevokedBy::Issuer] {
        examination.exclude_the_instant(kind).await;
        examination.count_the_later_instant(kind).await;
    }
    examination.revoke_by_digest().await;
    examination.revoke_grants_of_a_client().await;
    examination.pass_what_says_nothing().await;
    examination.findings.verdict()
}

struct RevocationExamination<'s, S, F> {
    store: &'s S,
    fixture: &'s F,
    run: String,
    now: UnixTime,
    findings: Findings,
}

impl<S: RevocationStore, F: RevocationFixture> RevocationExamination<'_, S, F> {
    /// Of two names only the one that was revoked is, whichever that is.
    async fn tell_names_apart(&mut self, kind: RevokedBy) {
        let of_ones = format!("1{}", self.run);
        for pair in look_alikes(&of_ones) {
            self.revoke_first(kind, &pair, [&pair.one, &pair.other]).await;
        }
        let of_others = format!("2{}", self.run);
        for pair in look_alikes(&of_others) {
            self.revoke_first(kind, &pair, [&pair.other, &pair.one]).await;
        }
    }

    async fn revoke_first(&mut self, kind: RevokedBy, pair: &LookAlike, names: [&str; 2]) {
        let when = format!("{} that differs in {}", kind.noun(), pair.difference);
        let issuer = self.issuer("names");
        let [revoked, standing] = names.map(|name| kind.token(&issuer, name, Some(self.now)));
        self.expect_standing(&standing, &format!("{when}, before it was revoked")).await;
        let [name, _] = names;
        let revocation = kind.revocation(&issuer, name, self.now.saturating_add(SECOND));
        match self.fixture.revoke(revocation, self.until()).await {
            Ok(()) => self.expect_revoked(&revoked, Promise::RevokesWhatItNames, &when).await,
            Err(_) if pair.is_odd() => {}
            Err(error) => self.findings.note(Promise::Written, format!("{when}: {error}")),
        }
        self.expect_standing(&standing, &when).await;
    }

    /// A name that is revoked as one member is not as another, nor that of another issuer.
    async fn tell_kinds_apart(&mut self, kind: RevokedBy) {
        let (issuer, name) = (self.issuer("kinds"), format!("{}-{}", self.run, kind.noun()));
        let at = Some(self.now.saturating_sub(HOUR));
        let (named, when) = (kind.token(&issuer, &name, at), kind.noun());
        self.expect_standing(&named, &format!("{when}, before it was revoked")).await;
        self.revoke(kind.revocation(&issuer, &name, self.now)).await;
        self.expect_revoked(&named, Promise::RevokesWhatItNames, when).await;
        for other in RevokedBy::ALL.into_iter().filter(|other| *other != kind) {
            let when = format!("{} with the name of {}", other.noun(), kind.noun());
            self.expect_standing(&other.token(&issuer, &name, at), &when).await;
        }
        let (elsewhere, when) = (self.issuer("elsewhere"), format!("{} elsewhere", kind.noun()));
        let token = kind.token(&elsewhere, &name, at);
        if kind.is_of_an_issuer() {
            self.expect_standing(&token, &when).await;
        } else {
            self.expect_revoked(&token, Promise::RevokesWhatItNames, &when).await;
        }
    }

    /// A key that is issuer and name joined is that of another issuer too.
    async fn tell_issuers_apart(&mut self) {
        let at = Some(self.now.saturating_sub(HOUR));
        for separator in [":", "/", "|", ",", ".", "#", "-", "_", " ", "\n", ""] {
            let issuer = self.issuer("parts");
            for kind in [RevokedBy::Id, RevokedBy::Subject] {
                let longer = format!("{issuer}{separator}a");
                self.revoke(kind.revocation(&longer, "b", self.now)).await;
                let token = kind.token(&issuer, &format!("a{separator}b"), at);
                let when = format!("{} that begins with the end of an issuer", kind.noun());
                self.expect_standing(&token, &when).await;
            }
        }
    }

    async fn exclude_the_instant(&mut self, kind: RevokedBy) {
        let (issuer, instant) = (self.issuer("instants"), half_past(self.now, HOUR));
        let name = format!("{issuer}/{}", kind.noun());
        self.revoke(kind.revocation(&issuer, &name, instant)).await;
        for (place, at, is_revoked) in [
            ("1 ms before the instant", Some(instant.saturating_sub(MS)), true),
            ("at the instant", Some(instant), false),
            ("1 ms after the instant", Some(instant.saturating_add(MS)), false),
        ] {
            let when = format!("a token of {}, issued {place}", kind.noun());
            let token = kind.token(&issuer, &name, at);
            self.expect(is_revoked, &token.presented(), Promise::ExclusiveInstant, &when).await;
        }
        let (token, when) = (kind.token(&issuer, &name, None), format!("of {}", kind.noun()));
        self.expect_revoked(&token, Promise::UndatedIsBefore, &when).await;
    }

    async fn count_the_later_instant(&mut self, kind: RevokedBy) {
        let (early, late) = (half_past(self.now, DAY), half_past(self.now, HOUR));
        for (order, instants) in [("later first", [late, early]), ("later last", [early, late])] {
            let issuer = self.issuer(order);
            let name = format!("{issuer}/{}", kind.noun());
            for instant in instants {
                self.revoke(kind.revocation(&issuer, &name, instant)).await;
            }
            let between = kind.token(&issuer, &name, Some(late.saturating_sub(MS)));
            let after = kind.token(&issuer, &name, Some(late));
            let when = format!("a token of {} between both, the {order}", kind.noun());
            self.expect_revoked(&between, Promise::LaterInstantCounts, &when).await;
            let when = format!("a token of {} after both, the {order}", kind.noun());
            self.expect(false, &after.presented(), Promise::LaterInstantCounts, &when).await;
        }
    }

    /// JWTs and opaque tokens alike.
    async fn revoke_by_digest(&mut self) {
        let issuer = self.issuer("digests");
        let jwt = RevokedBy::Id.token(&issuer, "1", Some(self.now));
        let other = RevokedBy::Id.token(&issuer, "2", Some(self.now));
        let opaque = format!("contract-{}", self.run);
        let grant = Grant::new(opaque.as_bytes(), &issuer, Lifetime::unlimited());
        let granted = PresentedToken::opaque(&grant);
        for (when, token) in [("a JWT", jwt.presented()), ("an opaque token", granted)] {
            let before = format!("{when}, before it was revoked");
            self.expect(false, &token, Promise::RevokesNothingElse, &before).await;
            let near = CredentialDigest::from_bytes(flipped(*token.digest().as_bytes(), 31, 1));
            self.revoke(Revocation::Token(near)).await;
            let beside = format!("{when} whose digest differs in one bit");
            self.expect(false, &token, Promise::RevokesNothingElse, &beside).await;
            self.revoke(Revocation::Token(token.digest())).await;
            self.expect(true, &token, Promise::RevokesWhatItNames, when).await;
        }
        self.expect_standing(&other, "a token beside one that was revoked").await;
    }

    /// The first instant of a grant is that of its issue.
    async fn revoke_grants_of_a_client(&mut self) {
        let (client, instant) = (self.issuer("client"), half_past(self.now, HOUR));
        let revocation = Revocation::ClientBefore { client: client.as_str().into(), instant };
        self.revoke(revocation).await;
        let starting = |instant| Lifetime::unlimited().starting(instant);
        for (place, lifetime, is_revoked, promise) in [
            ("1 ms before", starting(instant.saturating_sub(MS)), true, Promise::ExclusiveInstant),
            ("at", starting(instant), false, Promise::ExclusiveInstant),
            ("1 ms after", starting(instant.saturating_add(MS)), false, Promise::ExclusiveInstant),
            ("without", Lifetime::unlimited(), true, Promise::UndatedIsBefore),
        ] {
            let grant = Grant::new(place.as_bytes(), &client, lifetime);
            let token = PresentedToken::opaque(&grant);
            let when = format!("a grant of a client, {place} the instant");
            self.expect(is_revoked, &token, promise, &when).await;
        }
    }

    async fn pass_what_says_nothing(&mut self) {
        let when = "a token that says nothing of itself";
        let bare = Jwt::new(&[("contract", &self.run)], None);
        self.expect_standing(&bare, when).await;
    }

    async fn revoke(&mut self, what: Revocation) {
        if let Err(error) = self.fixture.revoke(what, self.until()).await {
            self.findings.note(Promise::Written, error.to_string());
        }
    }

    async fn expect_standing(&mut self, token: &Jwt, when: &str) {
        self.expect(false, &token.presented(), Promise::RevokesNothingElse, when).await;
    }

    async fn expect_revoked(&mut self, token: &Jwt, promise: Promise, when: &str) {
        self.expect(true, &token.presented(), promise, when).await;
    }

    async fn expect(
        &mut self,
        is_revoked: bool,
        token: &PresentedToken<'_>,
        promise: Promise,
        when: &str,
    ) {
        let found: Result<bool, StoreUnavailable> = self.store.is_revoked(token).await;
        match found {
            Ok(found) if found == is_revoked => {}
            Ok(true) => self.findings.note(promise, format!("{when}: revoked")),
            Ok(false) => self.findings.note(promise, format!("{when}: not revoked")),
            Err(error) => self.findings.note(Promise::Answers, format!("{when}: {error}")),
        }
    }

    fn issuer(&self, check: &str) -> String {
        format!("https://contract.example/{}/{check}", self.run)
    }

    fn until(&self) -> UnixTime {
        self.now.saturating_add(HOUR)
    }
}
