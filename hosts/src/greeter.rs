//! The messages of a gRPC service, written by hand, so that nobody needs `protoc`.
//!
//! ```text
//! package tollgate;
//! service Greeter { rpc Greet (Nothing) returns (Greeting); }
//! message Nothing {}
//! message Greeting { string text = 1; }
//! ```

/// The path of the one method.
pub const GREET: &str = "/tollgate.Greeter/Greet";

/// What is asked.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Nothing {}

/// What is answered.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Greeting {
    /// The welcome.
    #[prost(string, tag = "1")]
    pub text: String,
}
