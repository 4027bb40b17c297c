//! Measures tollgate beside what a host could pick instead; `docs/performance.md` says how and what for.

mod allocations;
mod backend;
mod bare;
mod case;
mod chart;
mod document;
mod harness;
mod huskarl;
mod jwt;
mod keys;
mod libraries;
mod opaque;
mod options;
mod origin;
mod peer;
mod records;
mod remote;
mod report;
mod sealed;
mod stores;
mod tokens;

use std::process::ExitCode;

use crate::harness::Bench;
use crate::options::Options;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let (writes, rounds) = (options.writes(), options.rounds);
    let mut bench = Bench::new(options);
    jwt::measure(&mut bench);
    opaque::measure(&mut bench);
    sealed::measure(&mut bench);
    origin::measure(&mut bench);
    stores::measure(&mut bench);
    remote::measure(&mut bench);
    let rows = bench.into_rows();
    print!("{}", report::table(&rows));
    if writes && let Err(error) = document::write(&rows, rounds) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
