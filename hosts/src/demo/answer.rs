//! What hosts answer besides refusals.

use tollgate::Admission;

/// The largest body that is read, in bytes. Without a limit anyone could fill the memory, and without a
/// credential too.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The media type of [`welcome`].
pub const TEXT: &str = "text/plain; charset=utf-8";

/// The answer to an admitted request.
pub fn welcome(admission: &Admission) -> String {
    let client = admission.client().map_or("whoever you are", |client| client.id());
    format!("Welcome, {client}.")
}

/// The text of a 413, with the media type [`TEXT`]; as that of `tollgate::tower::GateLayer`.
pub fn too_large() -> String {
    format!("The body is larger than {BODY_LIMIT} bytes.")
}
