//! Each command as a person runs it: its output and exit status, compared with what is in
//! `tests/snapshots`. `UPDATE_SNAPSHOTS=1 cargo test -p tollgate-cli` writes them anew.

mod certificates;
mod defects;
mod explain;
mod folder;
mod help;
mod keys;
mod mint;
mod page;
mod parts;
mod pipes;
mod policy;
mod rough;
mod run;
mod signed;
mod token;
