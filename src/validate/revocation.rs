//! Whether a token was taken back, which validators of tokens judge alike.

use crate::interceptor::Call;
use crate::rejection::Reason;
use crate::store::{PresentedToken, RevocationStore};
use crate::validate::unavailable;

/// Refuses a token that was revoked before it expired.
pub(super) async fn judge(
    revocations: &impl RevocationStore,
    token: &PresentedToken<'_>,
    call: &Call<'_>,
) -> Result<(), Reason> {
    let is_revoked = revocations.is_revoked(token).await.map_err(unavailable::store)?;
    if is_revoked {
        return Err(Reason::TokenRevoked);
    }
    call.note("revocation", || "not revoked".to_owned());
    Ok(())
}
