//! Futures that run side by side.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// What the futures end with, in the order of their ends. Each is polled before one is polled
/// twice, so that what one does between two awaits, the others see.
pub(super) async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut open: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut ended = Vec::with_capacity(open.len());
    poll_fn(move |context| {
        open.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                ended.push(output);
                false
            }
            Poll::Pending => true,
        });
        if open.is_empty() { Poll::Ready(std::mem::take(&mut ended)) } else { Poll::Pending }
    })
    .await
}
