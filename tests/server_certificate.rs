//! The certificate of the management server: deleted, imported, prepared, promoted.

use std::time::Duration;

use tollgate::certificate::{Certificate, ExpiryChecker};
use tollgate::crypto::{KeyError, PrivateKey};
use tollgate::record::Destination;
use tollgate::rejection::Step;
use tollgate::validate::{IssueError, ServerCertificate, ServerCertificateError};
use tollgate::{Problem, UnixTime};

fn signer() -> (Certificate, PrivateKey) {
    let pem = include_bytes!("certificates/signer-p256.pem");
    let key = include_bytes!("certificates/signer-p256.key.pem");
    (Certificate::from_pem(pem).unwrap(), PrivateKey::from_pem(key).unwrap())
}

fn other() -> (Certificate, PrivateKey) {
    let pem = include_bytes!("certificates/signer-ed25519.pem");
    let key = include_bytes!("certificates/signer-ed25519.key.pem");
    (Certificate::from_pem(pem).unwrap(), PrivateKey::from_pem(key).unwrap())
}

fn now() -> UnixTime {
    signer().0.validity().not_before()
}

fn issue(server: &ServerCertificate, now: UnixTime) -> Result<(), IssueError> {
    server.issue(&Destination::parse("a.example:443").unwrap(), now).map(drop)
}

#[test]
fn a_certificate_is_imported_where_there_is_none_and_deleted_with_its_key() {
    let server = ServerCertificate::empty();
    let none = issue(&server, now()).unwrap_err();
    assert_eq!(none, IssueError::NoCertificate);
    assert_eq!(none.remedy().steps().first(), Some(&Step::InstallCertificate));
    assert_eq!((server.current(), server.next(), server.delete()), (None, None, None));
    assert_eq!(server.expiry(&ExpiryChecker::new(), now()), None);

    let (certificate, key) = signer();
    server.import(certificate.clone(), key).unwrap();
    assert_eq!(server.current(), Some(certificate.clone()));
    assert_eq!(issue(&server, now()), Ok(()));
    let (another, key) = other();
    assert_eq!(server.import(another.clone(), key), Err(ServerCertificateError::Present));
    assert_eq!(server.current(), Some(certificate.clone()));

    assert_eq!(server.delete(), Some(certificate));
    assert_eq!(issue(&server, now()), Err(IssueError::NoCertificate));
    server.import(another.clone(), other().1).unwrap();
    assert_eq!(server.current(), Some(another));
}

#[test]
fn a_prepared_certificate_can_be_withdrawn() {
    let server = ServerCertificate::empty();
    assert_eq!(server.delete_next(), None);
    let (current, key) = signer();
    server.import(current.clone(), key).unwrap();
    let (next, key) = other();
    server.prepare(next.clone(), key).unwrap();
    assert_eq!(server.delete_next(), Some(next));
    assert_eq!((server.next(), server.current()), (None, Some(current)));
    assert_eq!(server.promote(now()), Err(ServerCertificateError::NotPrepared));
}

#[test]
fn a_key_of_another_certificate_is_refused_and_changes_nothing() {
    let server = ServerCertificate::empty();
    let is_refused = |result: Result<(), ServerCertificateError>| match result {
        Err(ServerCertificateError::Refused(error)) => {
            error.problem() == &Problem::Key(KeyError::NotOfCertificate)
        }
        _ => false,
    };
    assert!(is_refused(server.import(signer().0, other().1)));
    assert!(is_refused(server.prepare(signer().0, other().1)));
    assert_eq!((server.current(), server.next()), (None, None));
}

#[test]
fn the_next_certificate_signs_only_once_it_is_promoted() {
    let server = ServerCertificate::empty();
    assert_eq!(server.promote(now()), Err(ServerCertificateError::NotPrepared));
    server.import(signer().0, signer().1).unwrap();
    assert_eq!(server.promote(now()), Err(ServerCertificateError::NotPrepared));
    server.prepare(other().0, other().1).unwrap();
    assert_eq!((server.current(), server.next()), (Some(signer().0), Some(other().0)));
    let shared = server.clone();
    assert_eq!(server.promote(now()), Ok(Some(signer().0)));
    assert_eq!((shared.current(), shared.next()), (Some(other().0), None));

    server.prepare(signer().0, signer().1).unwrap();
    assert_eq!(server.delete(), Some(other().0));
    assert_eq!(server.next(), Some(signer().0));
    assert_eq!(server.promote(now()), Ok(None));
    assert_eq!(server.current(), Some(signer().0));
}

#[test]
fn a_next_certificate_that_is_not_valid_does_not_replace_one_that_may_be() {
    let validity = signer().0.validity();
    let milli = Duration::from_millis(1);
    for (now, is_promoted) in [
        (validity.not_before().saturating_sub(milli), false),
        (validity.not_before(), true),
        (validity.end().saturating_sub(milli), true),
        (validity.end(), false),
    ] {
        let server = ServerCertificate::empty();
        server.import(other().0, other().1).unwrap();
        server.prepare(signer().0, signer().1).unwrap();
        if is_promoted {
            assert_eq!(server.promote(now), Ok(Some(other().0)), "{now}");
            assert_eq!(server.next(), None);
        } else {
            let refused = ServerCertificateError::NotValid { now, validity };
            assert_eq!(server.promote(now), Err(refused), "{now}");
            assert_eq!((server.current(), server.next()), (Some(other().0), Some(signer().0)));
        }
    }
}

#[test]
fn nothing_is_signed_before_or_after_its_dates() {
    let server = ServerCertificate::empty();
    server.import(signer().0, signer().1).unwrap();
    let validity = signer().0.validity();
    let milli = Duration::from_millis(1);
    assert!(matches!(
        issue(&server, validity.not_before().saturating_sub(milli)),
        Err(IssueError::CertificateNotYetValid { .. })
    ));
    assert_eq!(issue(&server, validity.not_before()), Ok(()));
    assert_eq!(issue(&server, validity.end().saturating_sub(milli)), Ok(()));
    assert!(matches!(issue(&server, validity.end()), Err(IssueError::CertificateExpired { .. })));
    let status = |now| server.expiry(&ExpiryChecker::new(), now).unwrap().code();
    assert_eq!(status(validity.end()), "expired");
    assert_eq!(status(validity.not_before()), "valid");
}

#[test]
fn tokens_live_as_long_as_is_set() {
    let with = |lifetime| ServerCertificate::empty().token_lifetime(lifetime);
    for refused in [Duration::ZERO, Duration::from_secs(24 * 60 * 60) + Duration::from_millis(1)] {
        assert_eq!(with(refused).unwrap_err().field(), "lifetime");
    }
    let token = |server: ServerCertificate| {
        server.import(signer().0, signer().1).unwrap();
        let token = server.issue(&Destination::parse("a.example:443").unwrap(), now()).unwrap();
        let payload = token.as_str().split('.').nth(1).unwrap().to_owned();
        let payload = tollgate::jose::base64url_decode(payload.as_bytes()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        claims["exp"].as_f64().unwrap() - claims["iat"].as_f64().unwrap()
    };
    assert!((token(ServerCertificate::empty()) - 1200.0).abs() < 0.001);
    let short = with(Duration::from_secs(60)).unwrap();
    assert!((token(short) - 60.0).abs() < 0.001);
}

#[test]
fn no_key_is_printed() {
    let server = ServerCertificate::empty();
    server.import(signer().0, signer().1).unwrap();
    let printed = format!("{server:?}");
    assert!(printed.contains("subject") && !printed.contains("PrivateKey"), "{printed}");
}
