//! Static composition.

use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor};
use crate::rejection::Rejection;

/// The beginning of every gate: it establishes nothing and passes everything, and alone it does
/// not build.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Interceptor for Nothing {
    async fn intercept(&self, _: Call<'_>) -> Result<Evidence, Rejection> {
        Ok(Evidence::none())
    }

    fn describe(&self) -> Description {
        Description::chain(Vec::new())
    }
}

impl Immediate for Nothing {}

/// One interceptor after another; the second sees what the first established. A contradiction is
/// blamed on the second: what came first stands.
#[derive(Clone, Copy, Debug)]
pub struct Then<A, B> {
    pub(super) first: A,
    pub(super) second: B,
}

impl<A: Interceptor, B: Interceptor> Interceptor for Then<A, B> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let first = self.first.intercept(call).await?;
        let second = self.second.intercept(call.after(&first)).await?;
        first
            .and(second)
            .map_err(|reason| Rejection::new(reason, self.second.describe().blamed().clone()))
    }

    fn describe(&self) -> Description {
        Description::chain(vec![self.first.describe(), self.second.describe()])
    }
}

impl<A: Immediate, B: Immediate> Immediate for Then<A, B> {}
