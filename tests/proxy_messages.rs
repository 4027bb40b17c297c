//! The four messages of the security proxy: on which side each appears, what may have caused it, and
//! the document's steps, in their order.

use std::time::Duration;

use tollgate::certificate::{Certificate, SelfSigned};
use tollgate::crypto::PrivateKey;
use tollgate::record::Destination;
use tollgate::rejection::{Cause, ProxyMessage, Remedy, Step};
use tollgate::transport::{TransportResponse, TransportUnavailable};
use tollgate::trust::{InvalidCertificateAnswer, ManagementServer, TrustStore};
use tollgate::validate::{AuthorizationToken, AuthorizationTokenIssuer};
use tollgate::{Element, Gate, ManualClock, PlainRequest, ProxyAuthorization, UnixTime};

/// The document: check; delete and generate, or obtain and import; import into the proxy, with what
/// its dialog asks for.
const DOCUMENT: [Step; 5] = [
    Step::CheckCertificateStatus,
    Step::DetermineIssuer,
    Step::ReplaceCertificate,
    Step::ImportIntoProxy,
    Step::LocateManagementServer,
];

fn certificate() -> Certificate {
    Certificate::from_pem(include_bytes!("certificates/signer-p256.pem")).unwrap()
}

fn issuer() -> AuthorizationTokenIssuer {
    let key = PrivateKey::from_pem(include_bytes!("certificates/signer-p256.key.pem")).unwrap();
    AuthorizationTokenIssuer::new(certificate(), key).unwrap()
}

fn destination() -> Destination {
    Destination::parse("a.example:443").unwrap()
}

fn first_instant() -> UnixTime {
    certificate().validity().not_before()
}

/// What the proxy answers to this token at this instant.
fn refused(token: Option<&str>, now: UnixTime) -> tollgate::Rejection {
    let trust = TrustStore::new();
    trust.import("management server", certificate()).unwrap();
    let proxy = ProxyAuthorization::new(Element::header("token").unwrap(), trust).unwrap();
    let gate = Gate::builder(ManualClock::at(now)).with(proxy).build().unwrap();
    let request = PlainRequest::new("CONNECT", "a.example:443");
    let request = match token {
        Some(token) => request.with_header("token", token),
        None => request,
    };
    gate.check_now(&request).unwrap_err()
}

#[test]
fn every_message_has_its_text_its_causes_and_its_steps() {
    use Cause as C;
    let renewed = [&[Step::ObtainToken, Step::CompareClocks], &DOCUMENT[..]].concat();
    let sent = [&DOCUMENT[..], &[Step::SendCredential]].concat();
    for (message, text, causes, steps) in [
        (
            ProxyMessage::Missing,
            "Missing authorization token",
            &[C::ServerCertificateExpired, C::TokenNotSent][..],
            &sent[..],
        ),
        (
            ProxyMessage::Invalid,
            "Invalid or missing authorization token",
            &[
                C::ServerCertificateExpired,
                C::ServerCertificateNotYetValid,
                C::ServerCertificateNotImported,
                C::TokenAltered,
                C::OtherDestination,
            ],
            &DOCUMENT,
        ),
        (
            ProxyMessage::Expired,
            "Expired or invalid authorization token",
            &[C::TokenTooOld, C::ClocksDiffer, C::ServerCertificateExpired],
            &renewed,
        ),
        (
            ProxyMessage::InvalidData,
            "A proxy server authorization token was requested from the Reflection server but \
             invalid data was received.",
            &[C::ServerCertificateExpired, C::OtherServer],
            &DOCUMENT,
        ),
    ] {
        assert_eq!(message.to_string(), text);
        assert_eq!(message.causes(), causes, "{text}");
        assert_eq!(message.remedy().steps(), steps, "{text}");
    }
    assert_eq!(ProxyMessage::ALL.len(), 4);
}

#[test]
fn the_proxy_shows_three_of_them_and_what_to_do() {
    let token = issuer().issue(&destination(), first_instant()).unwrap();
    let soon = first_instant().saturating_add(Duration::from_secs(1));
    let later = first_instant().saturating_add(Duration::from_secs(20 * 60));
    let end = certificate().validity().end();

    let missing = refused(None, soon);
    assert_eq!(missing.proxy_message(), Some(ProxyMessage::Missing));
    assert_eq!(missing.remedy(), ProxyMessage::Missing.remedy());

    let forged = refused(Some("a.b.c"), soon);
    assert_eq!(forged.proxy_message(), Some(ProxyMessage::Invalid));
    assert_eq!(forged.remedy(), ProxyMessage::Invalid.remedy());

    // Where the proxy knows the certificate, its steps are those for who signed it.
    let signer_expired = refused(Some(token.as_str()), end);
    assert_eq!(signer_expired.proxy_message(), Some(ProxyMessage::Invalid));
    assert_eq!(signer_expired.remedy(), Remedy::RENEW_SELF_SIGNED);

    let expired = refused(Some(token.as_str()), later);
    assert_eq!(expired.proxy_message(), Some(ProxyMessage::Expired));
    assert_eq!(expired.remedy().steps(), [Step::ObtainToken]);
}

#[test]
fn the_management_server_says_what_to_do_when_it_refuses_to_sign() {
    let validity = certificate().validity();
    let issue = |now| issuer().issue(&destination(), now).unwrap_err();
    let expired = issue(validity.end());
    assert_eq!(expired.message(), ProxyMessage::InvalidData);
    assert_eq!(expired.remedy(), Remedy::RENEW_SELF_SIGNED);
    let early = issue(validity.not_before().saturating_sub(Duration::from_millis(1)));
    assert_eq!(early.remedy(), Remedy::AWAIT_CERTIFICATE);
    assert_eq!(SelfSigned::No.renewal(), Remedy::RENEW_CA_SIGNED);
    assert_eq!(SelfSigned::Unverifiable.renewal(), Remedy::RENEW_CERTIFICATE);
}

#[test]
fn the_client_says_what_to_do_when_it_cannot_read_the_answer() {
    let page = TransportResponse::new(500, "<html>");
    let token = AuthorizationToken::from_server_answer(&page).unwrap_err();
    assert_eq!(token.message(), ProxyMessage::InvalidData);
    assert_eq!(token.remedy(), ProxyMessage::InvalidData.remedy());

    let server = ManagementServer::new();
    let offer = server.read_answer(&page).unwrap_err();
    assert_eq!(offer.message(), ProxyMessage::InvalidData);
    assert_eq!(offer.remedy(), ProxyMessage::InvalidData.remedy());
    let silent = InvalidCertificateAnswer::Unavailable(TransportUnavailable("no route".into()));
    assert_eq!(silent.remedy(), Remedy::REACH_MANAGEMENT_SERVER);
}

#[test]
fn no_other_interceptor_has_a_message_of_the_proxy() {
    let clients = tollgate::store::InMemoryClients::new();
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(tollgate::ClientIdValidation::new(clients))
        .build()
        .unwrap();
    let refused = gate.check_now(&PlainRequest::new("GET", "/")).unwrap_err();
    assert_eq!(refused.proxy_message(), None);
    assert_eq!(refused.remedy().steps(), [Step::SendCredential]);
}
