//! What an issuer says about itself (RFC 8414; OpenID Connect Discovery 1.0).

use serde_json::{Map, Value};

use crate::config_error::{ConfigError, Problem};
use crate::json::json_object;
use crate::remote::fetch::{DOCUMENT_LIMIT, fetch};
use crate::remote::fetch_error::FetchError;
use crate::transport::{ServerUrl, Transport, TransportRequest};

/// Where the metadata of an issuer may be.
const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
const OPENID_PROVIDER: &str = "/.well-known/openid-configuration";

/// The metadata of an issuer, as far as it is used.
///
/// Accepts when the document
/// 1. is a JSON object as [`json_object`](crate::jose::json_object) has it, of at most 512 KiB;
/// 2. has exactly the issuer that was asked as its `issuer`, byte for byte (RFC 8414 section 3.3).
///
/// URLs in it are believed if they are https, or as insecure as the issuer's own
/// ([`ServerUrl::insecure_http`]).
///
/// # Errors
/// [`FetchError::Malformed`] and [`FetchError::Issuer`] in this order.
///
/// # Security
/// An issuer that could name another's keys could speak for it, so nothing is compared loosely: a
/// slash at the end makes another issuer.
///
/// # Example
/// ```
/// use tollgate::remote::IssuerMetadata;
/// use tollgate::transport::ServerUrl;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let issuer = ServerUrl::https("https://a.example/tenant")?;
/// let json = br#"{"issuer": "https://a.example/tenant", "jwks_uri": "https://a.example/keys"}"#;
/// let metadata = IssuerMetadata::read(json, &issuer)?;
/// assert_eq!(metadata.jwks_uri()?.as_str(), "https://a.example/keys");
///
/// let json = br#"{"issuer": "https://a.example/tenant/", "jwks_uri": "https://a.example/keys"}"#;
/// assert!(IssuerMetadata::read(json, &issuer).is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 8414 sections 2 and 3; OpenID Connect Discovery 1.0 sections 3 and 4.
#[derive(Clone, Debug)]
pub struct IssuerMetadata {
    issuer: ServerUrl,
    members: Map<String, Value>,
}

impl IssuerMetadata {
    /// Reads the document of `issuer`.
    ///
    /// # Errors
    /// A [`FetchError`] for anything that the list above does not accept.
    pub fn read(json: &[u8], issuer: &ServerUrl) -> Result<Self, FetchError> {
        let expected = "a JSON object with metadata";
        if json.len() > DOCUMENT_LIMIT {
            return Err(FetchError::TooLarge { limit: DOCUMENT_LIMIT });
        }
        let members = json_object(json).map_err(|_| FetchError::Malformed { expected })?;
        match members.get("issuer") {
            Some(Value::String(name)) if name == issuer.as_str() => {
                Ok(Self { issuer: issuer.clone(), members })
            }
            _ => Err(FetchError::Issuer),
        }
    }

    /// The URLs at which the metadata of `issuer` may be, in the order in which they are tried:
    /// that of RFC 8414, and that of OpenID Connect.
    ///
    /// # Errors
    /// A [`ConfigError`] if the issuer has a query (RFC 8414 section 2), or is so long that nothing
    /// fits behind it.
    pub fn well_known(issuer: &ServerUrl) -> Result<[ServerUrl; 2], ConfigError> {
        let urls = (
            issuer.with_path_inserted(AUTHORIZATION_SERVER),
            issuer.with_path_appended(OPENID_PROVIDER),
        );
        match urls {
            (Some(first), Some(second)) if !issuer.has_query() => Ok([first, second]),
            _ => {
                let bounds = "a URL without a query, short enough for a well-known path";
                Err(ConfigError::new("issuer", "url", Problem::OutOfBounds { bounds }))
            }
        }
    }

    /// Where its keys are.
    ///
    /// # Errors
    /// [`FetchError::Url`] if that is not said, or less securely than the issuer's own URL.
    pub fn jwks_uri(&self) -> Result<ServerUrl, FetchError> {
        self.url("jwks_uri")
    }

    /// Where its tokens are introspected (RFC 7662).
    ///
    /// # Errors
    /// [`FetchError::Url`] if that is not said, or less securely than the issuer's own URL.
    pub fn introspection_endpoint(&self) -> Result<ServerUrl, FetchError> {
        self.url("introspection_endpoint")
    }

    /// Asks the server of `issuer` for its metadata, over the host's transport.
    ///
    /// # Errors
    /// A [`FetchError`] if neither of the [well-known](Self::well_known) URLs has it.
    pub async fn fetch(issuer: &ServerUrl, transport: &impl Transport) -> Result<Self, FetchError> {
        let urls = Self::well_known(issuer).map_err(|_| FetchError::Issuer)?;
        Self::fetch_from(&urls, issuer, transport).await
    }

    /// Asks the second URL if the first answers with another status than 200; any other failure is
    /// final.
    pub(super) async fn fetch_from(
        urls: &[ServerUrl; 2],
        issuer: &ServerUrl,
        transport: &impl Transport,
    ) -> Result<Self, FetchError> {
        let [first, second] = urls;
        match Self::fetch_at(first, issuer, transport).await {
            Err(FetchError::Status { .. }) => Self::fetch_at(second, issuer, transport).await,
            answered => answered,
        }
    }

    async fn fetch_at(
        url: &ServerUrl,
        issuer: &ServerUrl,
        transport: &impl Transport,
    ) -> Result<Self, FetchError> {
        let request = TransportRequest::get(url.as_str(), DOCUMENT_LIMIT);
        let response = fetch(transport, request.with_header("accept", "application/json")).await?;
        Self::read(response.body(), issuer)
    }

    fn url(&self, member: &'static str) -> Result<ServerUrl, FetchError> {
        let url = self.members.get(member).and_then(Value::as_str);
        url.and_then(|url| self.issuer.named_here(url)).ok_or(FetchError::Url { member })
    }
}
