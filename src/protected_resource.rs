//! What a resource says about itself, so that clients find where its tokens come from (RFC 9728).
//!
//! [`ProtectedResource`] is the document, the place where it is served, and what gates and issuers
//! need to know of it.

mod bearer_method;
mod metadata_member;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::config_error::{ConfigError, Problem};
use crate::protected_resource::metadata_member::MetadataMember;
use crate::record::Scopes;
use crate::transport::ServerUrl;

pub use bearer_method::BearerMethod;

/// The default well-known path (RFC 9728 section 3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// A resource that is protected by access tokens, with the metadata that its clients read.
///
/// Accepts when
/// 1. the resource is an https URL as [`ServerUrl`] has it, so without a fragment, whose path and
///    query are those of RFC 3986 without the segments `.` and `..`; it is kept byte for byte;
/// 2. each authorization server is an https URL without a query (RFC 8414 section 2), named once;
///    there is at least one;
/// 3. what is added is of the form that RFC 9728 section 2 asks for.
///
/// A host serves [`json`](Self::json) at [`well_known_path`](Self::well_known_path), as
/// [`MEDIA_TYPE`](Self::MEDIA_TYPE) with status 200, to anyone. Challenges point at it where a gate
/// is told of the resource
/// ([`GateBuilder::protected_resource`](crate::gate::GateBuilder::protected_resource)).
///
/// # Errors
/// A [`ConfigError`] that names the member of the document.
///
/// # Security
/// The document says what is supported and enforces none of it. Tokens are held to this resource by
/// [`Issuer::for_protected_resource`](crate::Issuer::for_protected_resource), whose audience is the
/// URL, exactly. Clients send their tokens to whoever this document is believed of: it is https,
/// except by [`insecure_http`](Self::insecure_http) for tests on loopback.
///
/// # Example
/// ```
/// use tollgate::protected_resource::ProtectedResource;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let resource = ProtectedResource::new("https://api.example/mcp", "https://issuer.example")?;
/// assert_eq!(resource.well_known_path(), "/.well-known/oauth-protected-resource/mcp");
/// assert_eq!(
///     resource.json(),
///     r#"{"resource":"https://api.example/mcp","#.to_owned()
///         + r#""authorization_servers":["https://issuer.example"]}"#
/// );
///
/// let plain = ProtectedResource::new("http://api.example/mcp", "https://issuer.example");
/// assert_eq!(plain.unwrap_err().field(), "resource");
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 9728 sections 2, 3 and 5.1.
#[derive(Clone, Debug)]
pub struct ProtectedResource {
    resource: ServerUrl,
    well_known_path: Box<str>,
    authorization_servers: Vec<ServerUrl>,
    /// All other members, in the order of the document.
    others: BTreeMap<MetadataMember, Value>,
}

impl ProtectedResource {
    /// The media type of the document (RFC 9728 section 3.2).
    pub const MEDIA_TYPE: &'static str = "application/json";

    /// The resource at this https URL, whose tokens come from `authorization_server`, an issuer.
    ///
    /// # Errors
    /// A [`ConfigError`] in `resource` or `authorization_servers` for any other URL.
    pub fn new(resource: &str, authorization_server: &str) -> Result<Self, ConfigError> {
        Self::at(ServerUrl::https(resource), authorization_server)
    }

    /// The resource at this http or https URL, whose authorization servers, and all else that it
    /// names, may be either too.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    ///
    /// # Security
    /// Anyone on the network path can name an authorization server of their own. It is for tests on
    /// loopback, and nothing checks that.
    pub fn insecure_http(resource: &str, authorization_server: &str) -> Result<Self, ConfigError> {
        Self::at(ServerUrl::insecure_http(resource), authorization_server)
    }

    fn at(
        resource: Result<ServerUrl, ConfigError>,
        authorization_server: &str,
    ) -> Result<Self, ConfigError> {
        let resource =
            resource.map_err(|error| refused(MetadataMember::Resource, error.problem().clone()))?;
        if !is_literal(resource.path_and_query()) {
            let bounds = "a path and query of RFC 3986, without the segments `.` and `..`";
            return Err(refused(MetadataMember::Resource, Problem::OutOfBounds { bounds }));
        }
        let well_known_path = well_known_path(resource.path_and_query()).into();
        let (authorization_servers, others) = (Vec::new(), BTreeMap::new());
        Self { resource, well_known_path, authorization_servers, others }
            .also_authorized_by(authorization_server)
    }

    /// Adds an authorization server to the document. Its tokens are accepted only where a validator
    /// has an [`Issuer`](crate::Issuer) of this name.
    ///
    /// # Errors
    /// A [`ConfigError`] in `authorization_servers` if it is not a URL of an issuer, or named
    /// twice.
    pub fn also_authorized_by(mut self, server: &str) -> Result<Self, ConfigError> {
        let member = MetadataMember::AuthorizationServers;
        if self.is_authorized_by(server) {
            return Err(refused(member, Problem::Duplicate { name: server.to_owned() }));
        }
        let server = self.resource.named_here(server).filter(|server| !server.has_query());
        let bounds = "a URL as secure as the resource, without userinfo, query and fragment";
        let server = server.ok_or_else(|| refused(member, Problem::OutOfBounds { bounds }))?;
        self.authorization_servers.push(server);
        Ok(self)
    }

    /// Sets the scopes that clients may ask for. Name those of basic use only: further ones are
    /// asked for in challenges, when they are needed.
    ///
    /// # Errors
    /// A [`ConfigError`] in `scopes_supported` if there is none, or one is not a `scope-token` (RFC
    /// 6749 section 3.3): visible ASCII without `"` and `\`.
    pub fn scopes_supported(self, scopes: &Scopes) -> Result<Self, ConfigError> {
        let bounds = "scopes of visible ASCII without `\"` and `\\`";
        self.with_names(MetadataMember::ScopesSupported, scopes.iter(), is_scope, bounds)
    }

    /// Sets by which methods a bearer token may be presented; an empty list says by none. It should
    /// say what the elements of the gate read.
    pub fn bearer_methods_supported(self, methods: impl IntoIterator<Item = BearerMethod>) -> Self {
        let methods: BTreeSet<_> = methods.into_iter().collect();
        self.with(
            MetadataMember::BearerMethodsSupported,
            methods.into_iter().map(BearerMethod::name).collect(),
        )
    }

    /// Sets where the resource's own public keys are, such as the one with which it authenticates
    /// to an introspection endpoint.
    ///
    /// # Errors
    /// A [`ConfigError`] in `jwks_uri` if it is not a URL as secure as the resource, or has
    /// userinfo or a fragment.
    pub fn jwks_uri(self, url: &str) -> Result<Self, ConfigError> {
        let is_url = self.resource.named_here(url).is_some();
        let bounds = "a URL as secure as the resource, without userinfo and fragment";
        self.with_url(MetadataMember::JwksUri, url, is_url, bounds)
    }

    /// Sets the name that is shown to users, without a language tag.
    ///
    /// # Errors
    /// A [`ConfigError`] in `resource_name` if it is empty.
    pub fn resource_name(self, name: &str) -> Result<Self, ConfigError> {
        if name.is_empty() {
            return Err(refused(MetadataMember::ResourceName, Problem::Empty));
        }
        Ok(self.with(MetadataMember::ResourceName, name.into()))
    }

    /// Sets the page that developers should read; it may have a fragment.
    ///
    /// # Errors
    /// A [`ConfigError`] in `resource_documentation` if it is not a URL as secure as the resource,
    /// or has userinfo.
    pub fn resource_documentation(self, url: &str) -> Result<Self, ConfigError> {
        let (page, fragment) = url.split_once('#').unwrap_or((url, ""));
        let is_fragment = fragment.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'#');
        let is_url = is_fragment && self.resource.named_here(page).is_some();
        let bounds = "a URL as secure as the resource, without userinfo";
        self.with_url(MetadataMember::ResourceDocumentation, url, is_url, bounds)
    }

    /// Says that tokens must be bound to the client's certificate (RFC 8705 section 3).
    pub fn tls_client_certificate_bound_access_tokens(self) -> Self {
        self.with(MetadataMember::TlsClientCertificateBoundAccessTokens, true.into())
    }

    /// Sets the algorithms that proofs of possession may be signed with (RFC 9449 section 5.1), by
    /// their JOSE names.
    ///
    /// # Errors
    /// A [`ConfigError`] in `dpop_signing_alg_values_supported` if there is none, or if one is
    /// `none` or symmetric, which never signs a proof. Those that a gate accepts are
    /// [`DpopProofs::algorithm_names`](crate::validate::DpopProofs::algorithm_names).
    pub fn dpop_signing_alg_values_supported<'n>(
        self,
        algorithms: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, ConfigError> {
        let bounds = "names of asymmetric algorithms";
        let member = MetadataMember::DpopSigningAlgValuesSupported;
        self.with_names(member, algorithms, may_sign_proofs, bounds)
    }

    /// Says that tokens must be bound to a key of the client (RFC 9449). It is enforced by
    /// [`UnboundTokens::Refuse`](crate::validate::UnboundTokens::Refuse) of a validator's
    /// [`DpopProofs`](crate::validate::DpopProofs).
    pub fn dpop_bound_access_tokens_required(self) -> Self {
        self.with(MetadataMember::DpopBoundAccessTokensRequired, true.into())
    }

    /// The resource's URL, which is also the audience of its tokens.
    pub fn resource(&self) -> &str {
        self.resource.as_str()
    }

    /// Whether the document names this authorization server; names are compared exactly.
    pub fn is_authorized_by(&self, issuer: &str) -> bool {
        self.authorization_servers.iter().any(|server| server.as_str() == issuer)
    }

    /// Where the document is served: the target of the request for it, as a server receives it. It
    /// is a path, and behind it the query if the resource has one.
    pub fn well_known_path(&self) -> &str {
        &self.well_known_path
    }

    /// The URL of the document.
    pub fn metadata_url(&self) -> String {
        format!("{}{}", self.resource.origin(), self.well_known_path)
    }

    /// The document. Its members are in the order of RFC 9728 section 2, and those that nothing was
    /// said of are left out.
    pub fn json(&self) -> String {
        let servers = self.authorization_servers.iter().map(|server| server.as_str().into());
        let required = [
            (MetadataMember::Resource, Value::from(self.resource())),
            (MetadataMember::AuthorizationServers, Value::Array(servers.collect())),
        ];
        let members = required.iter().map(|(member, value)| (member, value)).chain(&self.others);
        let members: Vec<_> =
            members.map(|(member, value)| format!("\"{}\":{value}", member.name())).collect();
        format!("{{{}}}", members.join(","))
    }

    fn with_names<'n>(
        self,
        member: MetadataMember,
        names: impl IntoIterator<Item = &'n str>,
        is_allowed: impl Fn(&str) -> bool,
        bounds: &'static str,
    ) -> Result<Self, ConfigError> {
        let names: BTreeSet<_> = names.into_iter().collect();
        if names.is_empty() {
            return Err(refused(member, Problem::Empty));
        }
        if !names.iter().all(|name| is_allowed(name)) {
            return Err(refused(member, Problem::OutOfBounds { bounds }));
        }
        Ok(self.with(member, names.into_iter().collect()))
    }

    fn with_url(
        self,
        member: MetadataMember,
        url: &str,
        is_url: bool,
        bounds: &'static str,
    ) -> Result<Self, ConfigError> {
        if !is_url {
            return Err(refused(member, Problem::OutOfBounds { bounds }));
        }
        Ok(self.with(member, url.into()))
    }

    fn with(mut self, member: MetadataMember, value: Value) -> Self {
        self.others.insert(member, value);
        self
    }
}

/// RFC 9728 section 3.1: the well-known path comes before path and query, and a slash that ends the
/// host is taken off. One that ends a path is kept, since it makes another resource.
fn well_known_path(path_and_query: &str) -> String {
    let rest = match path_and_query.strip_prefix('/') {
        Some(query) if query.is_empty() || query.starts_with('?') => query,
        _ => path_and_query,
    };
    format!("{WELL_KNOWN}{rest}")
}

/// Whether clients ask for it as it is: what they resolve or repair first would lead them away from
/// the well-known path (RFC 3986 sections 3.3, 3.4 and 5.2.4).
fn is_literal(path_and_query: &str) -> bool {
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte);
    let is_hex = |two: &[u8; 2]| two.iter().all(u8::is_ascii_hexdigit);
    let is_escape = |behind: &str| behind.as_bytes().first_chunk().is_some_and(is_hex);
    let path = path_and_query.split('?').next().unwrap_or_default();
    path_and_query.bytes().all(is_allowed)
        && path_and_query.split('%').skip(1).all(is_escape)
        && !path.split('/').any(is_dot_segment)
}

/// An escaped dot is one too: the URL Standard resolves it.
fn is_dot_segment(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// RFC 6749 section 3.3.
fn is_scope(name: &str) -> bool {
    let is_allowed = |byte| matches!(byte, b'!'..=b'~') && byte != b'"' && byte != b'\\';
    !name.is_empty() && name.bytes().all(is_allowed)
}

/// RFC 9449 section 4.2: neither `none` nor a shared secret.
fn may_sign_proofs(algorithm: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_weak = algorithm.eq_ignore_ascii_case("none") || algorithm.starts_with("HS");
    !algorithm.is_empty() && !is_weak && algorithm.bytes().all(is_allowed)
}

fn refused(member: MetadataMember, problem: Problem) -> ConfigError {
    ConfigError::new("protected resource", member.name(), problem)
}
