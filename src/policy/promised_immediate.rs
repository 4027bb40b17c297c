//! A chain whose host promises that it never waits.

use crate::gate::Chain;
use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor};
use crate::rejection::Rejection;

/// Interceptors over parts of any type, all of which answer at once, as the host promises.
pub(super) struct PromisedImmediate(pub(super) Chain);

impl Interceptor for PromisedImmediate {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        self.0.intercept(call).await
    }

    fn describe(&self) -> Description {
        self.0.describe()
    }
}

impl Immediate for PromisedImmediate {}
