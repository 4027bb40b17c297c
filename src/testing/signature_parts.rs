//! What signed requests of clients and of agents share.

use std::time::Duration;

pub(super) const AUTHORITY: &str = "api.test";
pub(super) const LABEL: &str = "sig1";

/// How long a signature lives.
pub(super) const MINUTE: Duration = Duration::from_secs(60);
/// Longer than any skew.
pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// The member of a dictionary with the label [`LABEL`], under so many labels, of which that is the
/// first.
pub(super) fn under_labels(member: &str, count: usize) -> String {
    let members = (1..=count).map(|number| member.replacen(LABEL, &format!("sig{number}"), 1));
    members.collect::<Vec<_>>().join(", ")
}
