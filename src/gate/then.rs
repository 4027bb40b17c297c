//! Two interceptors composed at compile time.

use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor};
use crate::rejection::Rejection;

/// One interceptor after another; the second sees what the first established. A contradiction is
/// blamed on the second: what came first wins.
#[derive(Clone, Copy, Debug)]
pub struct Then<A, B> {
    pub(super) first: A,
    pub(super) second: B,
}

impl<A: Interceptor, B: Interceptor> Interceptor for Then<A, B> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let first = judged(&self.first, call).await?;
        let second = judged(&self.second, call.after(&first)).await?;
        Ok(first.and(second))
    }

    fn describe(&self) -> Description {
        Description::chain(vec![self.first.describe(), self.second.describe()])
    }
}

impl<A: Immediate, B: Immediate> Immediate for Then<A, B> {}

/// The evidence of one interceptor, refused if it contradicts what came before it, before any later
/// one is asked.
pub(super) async fn judged(
    interceptor: &impl Interceptor,
    call: Call<'_>,
) -> Result<Evidence, Rejection> {
    call.note_asked(|| interceptor.describe().is_single());
    let evidence = interceptor.intercept(call).await?;
    match call.judge(&evidence) {
        Ok(()) => Ok(evidence),
        Err(reason) => Err(Rejection::new(reason, interceptor.describe().checkpoint().clone())),
    }
}
