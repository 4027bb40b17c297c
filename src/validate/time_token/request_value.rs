//! Values of the request that are mixed into a time token.

use std::fmt;
use std::sync::Arc;

use crate::element::Element;
use crate::reading;
use crate::request::Request;
use crate::secret::Secret;

type ValueFn = dyn for<'r> Fn(&'r dyn Request) -> Option<Vec<u8>> + Send + Sync;

/// A value of the request that is mixed into a time token: it must be the same in the request that
/// the token was generated for and in those that present it.
///
/// ```
/// use tollgate::validate::RequestValue;
/// use tollgate::Element;
///
/// # fn main() -> Result<(), tollgate::location::InvalidName> {
/// let agent = RequestValue::element(Element::header("user-agent")?);
/// let path = RequestValue::request_fn("path", |request| {
///     request.target().split('?').next().map(|path| path.as_bytes().to_vec())
/// });
/// assert_eq!((agent.name(), path.name()), ("user-agent", "path"));
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// The name counts as well as the value, so one value never replaces another. If the value is
/// absent, or appears more than once, nothing is generated and nothing admitted.
#[derive(Clone)]
pub struct RequestValue {
    name: Arc<str>,
    source: ValueSource,
}

#[derive(Clone)]
enum ValueSource {
    Element(Element),
    Host(Arc<ValueFn>),
}

impl RequestValue {
    /// The value of `element`, in any location: exactly one, byte for byte.
    pub fn element(element: Element) -> Self {
        Self { name: Arc::from(element.name()), source: ValueSource::Element(element) }
    }

    /// The value that the host's closure reads from the request, under this name; none if it is
    /// absent.
    pub fn request_fn<F>(name: &str, read: F) -> Self
    where
        F: for<'r> Fn(&'r dyn Request) -> Option<Vec<u8>> + Send + Sync + 'static,
    {
        Self { name: Arc::from(name), source: ValueSource::Host(Arc::new(read)) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn of(&self, request: &dyn Request) -> Option<Secret> {
        match &self.source {
            ValueSource::Element(element) => {
                reading::read(request, element).ok().map(|value| Secret::new(value.as_bytes()))
            }
            ValueSource::Host(read) => read(request).map(Secret::new),
        }
    }
}

impl fmt::Debug for RequestValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestValue({})", self.name)
    }
}

/// The values that generator and validation mix in, in the same order.
#[derive(Clone, Debug, Default)]
pub(super) struct MixedIn(Vec<RequestValue>);

/// A value that is absent, or appears more than once.
pub(super) struct ValueMissing {
    pub(super) name: Arc<str>,
}

impl MixedIn {
    pub(super) fn push(&mut self, value: RequestValue) {
        self.0.push(value);
    }

    /// Hands `use_context` what a token for `element` is bound to: its name, then the name and
    /// value of each value.
    pub(super) fn with_context<T>(
        &self,
        element: &str,
        request: &dyn Request,
        use_context: impl FnOnce(&[&[u8]]) -> T,
    ) -> Result<T, ValueMissing> {
        if self.0.is_empty() {
            return Ok(use_context(&[element.as_bytes()]));
        }
        let read = |value: &RequestValue| {
            value.of(request).ok_or_else(|| ValueMissing { name: Arc::clone(&value.name) })
        };
        let values = self.0.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let mut context = vec![element.as_bytes()];
        for (named, value) in self.0.iter().zip(&values) {
            context.extend([named.name.as_bytes(), value.expose()]);
        }
        Ok(use_context(&context))
    }
}
