//! Limits: what RFC 9651 asks every parser to take, and no more.

/// The longest value that is parsed, in bytes (32 KiB): the longest binary that every parser must
/// take (16,384 bytes, RFC 9651 section 3.3.5) fits in.
pub const LIMIT: usize = 32 * 1024;

/// The most members of a list or dictionary, which is what every parser must take at least (RFC
/// 9651 sections 3.1 and 3.2).
pub const MEMBERS: usize = 1024;

/// The most items of an inner list, and the most parameters of one value (sections 3.1.1 and
/// 3.1.2).
pub const PARTS: usize = 256;
