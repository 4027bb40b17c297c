//! The story: works, expires, is renewed, works again; then the same with a certificate of a CA.

use std::error::Error;
use std::time::Duration;

use tollgate::certificate::Certificate;
use tollgate::crypto::PrivateKey;
use tollgate::rejection::Remedy;
use tollgate::validate::AuthorizationToken;
use tollgate::{Clock, UnixTime};

use crate::stage::Stage;
use crate::steps::{end, show};

const INVALID_DATA: &str = "A proxy server authorization token was requested from the Reflection \
                            server but invalid data was received.";
const MISSING: &str = "Missing authorization token";
const INVALID: &str = "Invalid or missing authorization token";
const EXPIRED: &str = "Expired or invalid authorization token";

/// 2026-06-01, when the first certificate was generated.
const FIRST_GENERATED: UnixTime = UnixTime::from_seconds(1_780_272_000);
/// 2027-06-01T00:00:00Z, the last second in which it is valid.
const FIRST_NOT_AFTER: UnixTime = UnixTime::from_seconds(1_811_808_000);
/// 2028-06-01T00:00:00Z, the last second of the one after it.
const SECOND_NOT_AFTER: UnixTime = UnixTime::from_seconds(1_843_430_400);

/// An hour before the first certificate expires, when the story begins.
pub(crate) const BEGINNING: UnixTime = UnixTime::from_seconds(1_811_804_400);

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);
/// How long a token lives unless another lifetime is set.
const TOKEN_LIFETIME: Duration = Duration::from_secs(20 * 60);

/// Tells all of it.
pub(crate) async fn tell(stage: &mut Stage) -> Result<(), Box<dyn Error>> {
    proxy_imports(stage).await?;
    token_expires(stage).await?;
    let earlier = certificate_expires(stage).await?;
    self_signed_is_renewed(stage, &earlier).await?;
    ca_signed_expires(stage).await?;
    ca_signed_is_renewed(stage).await?;
    Ok(end()?)
}

async fn proxy_imports(stage: &mut Stage) -> Result<(), Box<dyn Error>> {
    stage.begin("The management server generates a self-signed certificate")?;
    let certificate = stage.management.generate_certificate(FIRST_GENERATED, FIRST_NOT_AFTER)?;
    let (subject, not_after) = (certificate.subject(), certificate.validity().not_after());
    show(format_args!("management server: {subject}, valid until {not_after}"))?;

    stage.begin("The proxy imports it over the network, its fingerprint confirmed")?;
    stage.import_into_proxy(certificate.fingerprint()).await
}

async fn token_expires(stage: &mut Stage) -> Result<(), Box<dyn Error>> {
    stage.begin("The client asks for a token and connects through the proxy")?;
    let token = stage.token().await?;
    let expires = stage.clock.now().saturating_add(TOKEN_LIFETIME);
    stage.expect_works(&token).await?;

    stage.clock.set(expires.saturating_sub(MILLISECOND));
    stage.begin("The token works for 20 minutes")?;
    stage.expect_works(&token).await?;

    stage.clock.set(expires);
    stage.begin("Its own lifetime is over")?;
    stage.expect_refusal(Some(&token), EXPIRED, "[proxy.token_expired: ").await?;

    stage.begin("The certificate is still valid, but the report warns of it")?;
    stage.expect_report("expires_soon", Remedy::RENEW_SELF_SIGNED)
}

/// Returns a token from before the expiry.
async fn certificate_expires(stage: &mut Stage) -> Result<AuthorizationToken, Box<dyn Error>> {
    let end = FIRST_NOT_AFTER.saturating_add(SECOND);
    stage.clock.set(end.saturating_sub(TOKEN_LIFETIME / 2));
    let token = stage.token().await?;
    stage.clock.set(end.saturating_sub(MILLISECOND));
    stage.begin("A token of 10 minutes works until the certificate's last millisecond")?;
    stage.expect_works(&token).await?;

    stage.clock.set(end);
    stage.begin("The certificate has expired, and the management server refuses to sign")?;
    stage.expect_no_token(INVALID_DATA).await?;

    stage.begin("The client goes on without a token")?;
    stage.expect_refusal(None, MISSING, "[credential.missing: ").await?;

    stage.begin("The client presents the token from before the expiry")?;
    stage.expect_refusal(Some(&token), INVALID, "[proxy.signer_expired: ").await?;

    stage.begin("The report shows the certificate and the remedy")?;
    stage.expect_report("expired", Remedy::RENEW_SELF_SIGNED)?;
    Ok(token)
}

async fn self_signed_is_renewed(
    stage: &mut Stage,
    earlier: &AuthorizationToken,
) -> Result<(), Box<dyn Error>> {
    stage.begin("The management server deletes it, and generates a new one")?;
    stage.management.delete_certificate();
    let now = stage.clock.now();
    let certificate = stage.management.generate_certificate(now, SECOND_NOT_AFTER)?;
    let not_after = certificate.validity().not_after();
    show(format_args!("management server: valid until {not_after}"))?;

    stage.begin("The proxy does not know the new one yet")?;
    let token = stage.token().await?;
    stage.expect_refusal(Some(&token), INVALID, "[proxy.signer_unknown: ").await?;

    stage.begin("The proxy imports it over the network, in place of the old one")?;
    stage.import_into_proxy(certificate.fingerprint()).await?;
    stage.expect_works(&token).await?;

    stage.begin("What the old one signed stays refused")?;
    stage.expect_refusal(Some(earlier), INVALID, "[proxy.signer_former: ").await
}

async fn ca_signed_expires(stage: &mut Stage) -> Result<(), Box<dyn Error>> {
    stage.begin("A CA-signed certificate is imported into both in place of it")?;
    let old = import_ca_signed(
        stage,
        include_bytes!("certificates/ca-signed.pem"),
        include_bytes!("../../tests/keys/p256.pem"),
    )
    .await?;
    stage.expect_works(&stage.token().await?).await?;

    let end = old.validity().end();
    stage.clock.set(end.saturating_sub(TOKEN_LIFETIME / 2));
    let token = stage.token().await?;
    stage.clock.set(end);
    stage.begin("It expires too: there are no new tokens, and an earlier one is refused")?;
    stage.expect_no_token(INVALID_DATA).await?;
    stage.expect_refusal(Some(&token), INVALID, "[proxy.signer_expired: ").await?;

    stage.begin("The report shows that it was signed by a CA, and what to do then")?;
    stage.expect_report("expired", Remedy::RENEW_CA_SIGNED)
}

async fn ca_signed_is_renewed(stage: &mut Stage) -> Result<(), Box<dyn Error>> {
    stage.begin("The CA has signed a new one, and it is imported into both")?;
    import_ca_signed(
        stage,
        include_bytes!("certificates/ca-signed-renewed.pem"),
        include_bytes!("../../tests/keys/p384.pem"),
    )
    .await?;
    stage.expect_works(&stage.token().await?).await?;

    stage.begin("The report asks for nothing")?;
    stage.expect_report("valid", Remedy::NONE)
}

/// Imports a certificate and its key, in PEM, into the management server and from there into the
/// proxy.
async fn import_ca_signed(
    stage: &Stage,
    certificate: &[u8],
    key: &[u8],
) -> Result<Certificate, Box<dyn Error>> {
    let certificate = Certificate::from_pem(certificate)?;
    stage.management.replace_certificate(certificate.clone(), PrivateKey::from_pem(key)?)?;
    let (issuer, not_after) = (certificate.issuer(), certificate.validity().not_after());
    show(format_args!("management server: signed by {issuer}, valid until {not_after}"))?;
    stage.import_into_proxy(certificate.fingerprint()).await?;
    Ok(certificate)
}
