//! What the tests of the hosts share. Each of them uses a part of it.
#![allow(dead_code)]

pub mod answer;
pub mod process;
pub mod sent;
