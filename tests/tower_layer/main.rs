//! Layers for Tower: what reaches the service behind a gate, and what a caller gets.

#![cfg(feature = "tower")]

mod bodies;
mod credentials;
mod gates;
mod readiness;
mod recorder;
mod tokens;
