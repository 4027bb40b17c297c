//! A store that several hosts share, on Redis 7 or Valkey 8 (feature `redis`).
//!
//! [`RedisStore`] keeps clients, grants, revocations and used ids for every host that opens it
//! under the same name. What one host changes, the next call of every other host sees.

mod address;
mod answers;
mod clients;
mod command;
mod exchange;
mod fixtures;
mod grants;
mod keys;
mod redis_store;
mod replays;
mod revocations;
mod server;
mod time_limit;
mod timed_call;
mod value;

pub use redis_store::RedisStore;
