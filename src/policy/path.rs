//! Paths to members, such as `gates.orders.interceptors[2].issuers[0].keys`.

/// The path to a member of the table at `path`, which is empty for the whole file.
pub(super) fn joined(path: &str, member: &str) -> String {
    if path.is_empty() { member.to_owned() } else { format!("{path}.{member}") }
}
