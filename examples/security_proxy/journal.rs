//! What operators may know, and callers may not.

use std::fmt::Display;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tollgate::rejection::{Cause, ProxyMessage};

/// Takes lines for the operators. A host has its log for that.
#[derive(Clone)]
pub(crate) struct Journal(UnboundedSender<String>);

impl Journal {
    /// A journal, and the end at which it is read.
    pub(crate) fn new() -> (Self, UnboundedReceiver<String>) {
        let (lines, read) = unbounded_channel();
        (Self(lines), read)
    }

    /// Notes one line.
    pub(crate) fn note(&self, line: impl Display) {
        // Whoever does not read the journal misses nothing.
        let _ = self.0.send(line.to_string());
    }
}

/// The causes that a message may have, on one line.
pub(crate) fn causes(message: ProxyMessage) -> String {
    message.causes().iter().map(Cause::to_string).collect::<Vec<_>>().join("; ")
}
