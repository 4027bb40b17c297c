//! The layer that puts tokens into the responses of a service.

use std::fmt;
use std::sync::Arc;

use tower_layer::Layer;

use crate::time::Clock;
use crate::tower::token_service::{TokenMaker, TokenService};
use crate::validate::{CsrfGenerator, TimeTokenGenerator};

/// Puts a fresh CSRF token or time token into every response of a service.
///
/// The token is made before the service is called, at the instant that the clock shows then. Its
/// header line is added to the response, and `Cache-Control` becomes `no-store`.
///
/// # Errors
/// In plain text, and without calling the service:
/// 1. 400 if the request lacks what the token is bound to: its session, or a value to mix in;
/// 2. 503 if there are no random bytes;
/// 3. 500 for a CSRF token if no [`GateLayer`](crate::tower::GateLayer) further out admitted the
///    request: a mistake of the host.
///
/// No observer is told of these. A caller without a session cookie gets 400 for every method, so a
/// first visit must begin the session elsewhere: on a route without this layer, which sets the
/// cookie and redirects, or in a handler that calls
/// [`generate_for_session`](CsrfGenerator::generate_for_session) itself.
///
/// # Security
/// - Put it inside the `GateLayer`, since everyone whom it answers gets a token. A gate that takes
///   out credentials leaves none to mix in, nor a session cookie that is one: where a token needs
///   them, have the gate [keep](crate::tower::Credentials::Keep) them.
/// - Its generator stays when a gate is exchanged. Where a gate with new secrets takes its place,
///   that gate must still verify with the secret that this one signs with.
/// - A field such as `CDN-Cache-Control` (RFC 9213) overrides `Cache-Control` in some caches, and
///   is left as the service set it.
/// - The scheme of the request is that of a target in absolute form, else none.
///
/// # Example
/// ```
/// use std::convert::Infallible;
///
/// use http::{Request, Response};
/// use tollgate::tower::TokenLayer;
/// use tollgate::validate::{RequestValue, SigningSecrets, TimeTokenGenerator};
/// use tollgate::{Element, ManualClock, Secret, UnixTime};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."))?;
/// let generator = TimeTokenGenerator::new(Element::header("x-time")?, secrets)?
///     .mixing(RequestValue::element(Element::header("user-agent")?));
/// let page = service_fn(|_: Request<String>| async {
///     Ok::<_, Infallible>(Response::new("page".to_owned()))
/// });
/// let clock = ManualClock::at(UnixTime::from_seconds(10));
/// let issuing = TokenLayer::time_token(generator, clock).layer(page);
///
/// let request = Request::get("/").header("user-agent", "browser").body(String::new())?;
/// let response = issuing.clone().oneshot(request).await?;
/// assert_eq!(response.headers()["x-time"].len(), 76);
/// assert_eq!(response.headers()["cache-control"], "no-store");
///
/// let nameless = Request::get("/").body(String::new())?;
/// assert_eq!(issuing.oneshot(nameless).await?.status(), 400);
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptors CSRF Generator and Time Token Generator.
#[derive(Clone)]
pub struct TokenLayer {
    maker: TokenMaker,
    clock: Arc<dyn Clock>,
}

impl TokenLayer {
    /// CSRF tokens of this generator, for requests that a gate further out admitted.
    pub fn csrf(generator: CsrfGenerator, clock: impl Clock + 'static) -> Self {
        Self { maker: TokenMaker::Csrf(Arc::new(generator)), clock: Arc::new(clock) }
    }

    /// Time tokens of this generator.
    pub fn time_token(generator: TimeTokenGenerator, clock: impl Clock + 'static) -> Self {
        Self { maker: TokenMaker::TimeToken(Arc::new(generator)), clock: Arc::new(clock) }
    }
}

impl<S> Layer<S> for TokenLayer {
    type Service = TokenService<S>;

    fn layer(&self, inner: S) -> TokenService<S> {
        TokenService { inner, maker: self.maker.clone(), clock: Arc::clone(&self.clock) }
    }
}

impl fmt::Debug for TokenLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenLayer").field(&self.maker).finish()
    }
}
