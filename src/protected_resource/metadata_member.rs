//! The members of the document.

/// A member of the document, in the order of RFC 9728 section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MetadataMember {
    Resource,
    AuthorizationServers,
    JwksUri,
    ScopesSupported,
    BearerMethodsSupported,
    ResourceName,
    ResourceDocumentation,
    TlsClientCertificateBoundAccessTokens,
    DpopSigningAlgValuesSupported,
    DpopBoundAccessTokensRequired,
}

impl MetadataMember {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::AuthorizationServers => "authorization_servers",
            Self::JwksUri => "jwks_uri",
            Self::ScopesSupported => "scopes_supported",
            Self::BearerMethodsSupported => "bearer_methods_supported",
            Self::ResourceName => "resource_name",
            Self::ResourceDocumentation => "resource_documentation",
            Self::TlsClientCertificateBoundAccessTokens => {
                "tls_client_certificate_bound_access_tokens"
            }
            Self::DpopSigningAlgValuesSupported => "dpop_signing_alg_values_supported",
            Self::DpopBoundAccessTokensRequired => "dpop_bound_access_tokens_required",
        }
    }
}
