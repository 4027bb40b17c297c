//! The examples of `README.md` and of the pages in `docs/`, compiled and run as tests.

#[doc = include_str!("../README.md")]
struct Readme;

#[doc = include_str!("your-own-middleware.md")]
struct YourOwnMiddleware;

#[doc = include_str!("your-own-store.md")]
struct YourOwnStore;

#[doc = include_str!("identity-providers.md")]
struct IdentityProviders;

#[doc = include_str!("behind-a-proxy.md")]
struct BehindAProxy;

#[doc = include_str!("from-jsonwebtoken.md")]
struct FromJsonwebtoken;

#[doc = include_str!("mcp-servers.md")]
struct McpServers;

#[doc = include_str!("web-bot-auth.md")]
struct WebBotAuth;

#[doc = include_str!("signed-requests.md")]
struct SignedRequests;

#[doc = include_str!("dpop.md")]
struct Dpop;

#[cfg(feature = "generate")]
#[doc = include_str!("expiring-certificate.md")]
struct ExpiringCertificate;

#[cfg(feature = "policy")]
#[doc = include_str!("policy-files.md")]
struct PolicyFiles;
