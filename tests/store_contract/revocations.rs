//! Stores of revocations that break one promise each.

use std::sync::Mutex;

use tollgate::UnixTime;
use tollgate::store::contract::{Promise, RevocationFixture, revocation_store};
use tollgate::store::{
    NoRevocations, PresentedToken, Revocation, RevocationStore, StoreUnavailable,
};

use crate::{NOW, no_answer, promises, run};

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    AnyCase,
    AnyIssuer,
    AnyKind,
    JoinedKeys,
    HalfTheDigest,
    NoGrants,
    NoSubjects,
    Inclusive,
    InSeconds,
    UndatedPasses,
    FirstInstant,
    LastInstant,
    RevokesAll,
    FailsWithoutIssuer,
    CannotRevoke,
}

/// Every revocation, in the order in which they came.
struct Kept {
    fault: Fault,
    revocations: Mutex<Vec<Revocation>>,
}

impl Kept {
    fn same(&self, kept: &str, found: Option<&str>) -> bool {
        match self.fault {
            Fault::AnyCase => found.is_some_and(|found| kept.eq_ignore_ascii_case(found)),
            _ => found == Some(kept),
        }
    }

    fn is_before(&self, issued: Option<UnixTime>, instant: UnixTime) -> bool {
        let Some(issued) = issued else { return self.fault != Fault::UndatedPasses };
        match self.fault {
            Fault::Inclusive => issued <= instant,
            Fault::InSeconds => issued.as_seconds() < instant.as_seconds(),
            _ => issued < instant,
        }
    }

    fn is_joined(&self, kept: [&str; 2], issuer: Option<&str>, name: Option<&str>) -> bool {
        match (self.fault, issuer, name) {
            (Fault::JoinedKeys, Some(issuer), Some(name)) => {
                kept.join("/") == [issuer, name].join("/")
            }
            (Fault::AnyIssuer, _, name) => name == Some(kept[1]),
            _ => self.same(kept[0], issuer) && self.same(kept[1], name),
        }
    }

    fn is_of(&self, what: &Revocation, token: &PresentedToken<'_>) -> bool {
        let issuer = token.issuer();
        match what {
            Revocation::Id { issuer: kept, id } => {
                let is_subject = self.fault == Fault::AnyKind && token.subject() == Some(id);
                self.is_joined([kept, id], issuer, token.id()) || is_subject
            }
            Revocation::Token(digest) if self.fault == Fault::HalfTheDigest => {
                digest.as_bytes()[..16] == token.digest().as_bytes()[..16]
            }
            Revocation::Token(digest) => *digest == token.digest(),
            Revocation::SubjectBefore { issuer: kept, subject, instant } => {
                self.is_joined([kept, subject], issuer, token.subject())
                    && self.is_before(token.issued(), *instant)
                    && self.fault != Fault::NoSubjects
            }
            Revocation::ClientBefore { client, instant } => {
                let is_known = self.fault != Fault::NoGrants || issuer.is_some();
                let is_client = self.same(client, token.client()) && is_known;
                is_client && self.is_before(token.issued(), *instant)
            }
            Revocation::IssuerBefore { issuer: kept, instant } => {
                self.same(kept, issuer) && self.is_before(token.issued(), *instant)
            }
            _ => unreachable!("another kind of revocation"),
        }
    }
}

/// The two name the same, whatever their instants.
fn is_same(one: &Revocation, other: &Revocation) -> bool {
    use Revocation::{ClientBefore, IssuerBefore, SubjectBefore};
    match (one, other) {
        (
            SubjectBefore { issuer: i, subject: s, .. },
            SubjectBefore { issuer: j, subject: t, .. },
        ) => (i, s) == (j, t),
        (ClientBefore { client: c, .. }, ClientBefore { client: d, .. }) => c == d,
        (IssuerBefore { issuer: i, .. }, IssuerBefore { issuer: j, .. }) => i == j,
        _ => one == other,
    }
}

impl RevocationStore for Kept {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        match self.fault {
            Fault::RevokesAll => return Ok(true),
            Fault::FailsWithoutIssuer if token.issuer().is_none() => return Err(no_answer()),
            _ => {}
        }
        Ok(self.revocations.lock().unwrap().iter().any(|what| self.is_of(what, token)))
    }
}

impl RevocationFixture for Kept {
    async fn revoke(&self, what: Revocation, _: UnixTime) -> Result<(), StoreUnavailable> {
        let mut kept = self.revocations.lock().unwrap();
        match self.fault {
            Fault::CannotRevoke => return Err(no_answer()),
            Fault::FirstInstant if kept.iter().any(|earlier| is_same(earlier, &what)) => {
                return Ok(());
            }
            Fault::LastInstant => kept.retain(|earlier| !is_same(earlier, &what)),
            _ => {}
        }
        kept.push(what);
        Ok(())
    }
}

fn broken_by(fault: Fault) -> Vec<Promise> {
    let kept = Kept { fault, revocations: Mutex::default() };
    promises(run(revocation_store(&kept, &kept, NOW)))
}

#[test]
fn a_store_without_fault_passes() {
    let kept = Kept { fault: Fault::None, revocations: Mutex::default() };
    run(revocation_store(&kept, &kept, NOW)).unwrap();
}

#[test]
fn each_fault_is_named() {
    for (name, fault, expected) in [
        ("any case", Fault::AnyCase, Promise::RevokesNothingElse),
        ("any issuer", Fault::AnyIssuer, Promise::RevokesNothingElse),
        ("a subject by a token id", Fault::AnyKind, Promise::RevokesNothingElse),
        ("issuer and name joined", Fault::JoinedKeys, Promise::RevokesNothingElse),
        ("half the digest", Fault::HalfTheDigest, Promise::RevokesNothingElse),
        ("inclusive", Fault::Inclusive, Promise::ExclusiveInstant),
        ("in seconds", Fault::InSeconds, Promise::ExclusiveInstant),
        ("undated tokens pass", Fault::UndatedPasses, Promise::UndatedIsBefore),
        ("the first instant counts", Fault::FirstInstant, Promise::LaterInstantCounts),
        ("the last instant counts", Fault::LastInstant, Promise::LaterInstantCounts),
        ("all is revoked", Fault::RevokesAll, Promise::RevokesNothingElse),
        ("no answer without issuer", Fault::FailsWithoutIssuer, Promise::Answers),
        ("nothing can be revoked", Fault::CannotRevoke, Promise::Written),
    ] {
        let broken = broken_by(fault);
        assert_eq!(broken.first(), Some(&expected), "{name}: {broken:?}");
    }
    assert!(broken_by(Fault::NoSubjects).contains(&Promise::RevokesWhatItNames));
    let of_grants = [Promise::ExclusiveInstant, Promise::UndatedIsBefore];
    assert_eq!(broken_by(Fault::NoGrants), of_grants);
}

#[test]
fn a_store_that_revokes_nothing_is_named() {
    let kept = Kept { fault: Fault::None, revocations: Mutex::default() };
    let broken = promises(run(revocation_store(&NoRevocations, &kept, NOW)));
    assert_eq!(broken.first(), Some(&Promise::RevokesWhatItNames));
}
