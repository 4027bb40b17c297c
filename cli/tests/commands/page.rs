//! The page `docs/command-line.md` says what the commands say.

use std::fs;

use crate::run::{ran, text, tollgate};

const PAGE: &str = include_str!("../../../docs/command-line.md");

/// The fenced blocks of a language.
fn blocks(language: &str) -> impl Iterator<Item = &str> {
    let fence = format!("```{language}\n");
    let parts: Vec<_> = PAGE.split(&fence).skip(1).collect();
    parts.into_iter().map(|part| part.split("```").next().unwrap())
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn each_command_of_the_page_says_what_the_page_shows() {
    let mut count = 0;
    for block in blocks("console") {
        let (line, shown) = block.split_once('\n').unwrap();
        let (command, input) = match line.split_once(" < ") {
            Some((command, file)) => (command, fixture(file)),
            None => (line, Vec::new()),
        };
        let arguments: Vec<_> = command.strip_prefix("$ tollgate ").unwrap().split(' ').collect();
        let output = ran(&mut tollgate(&arguments), &input);
        let said = [text(&output.stdout), text(&output.stderr)].concat();
        assert_eq!(said, shown, "{line}");
        count += 1;
    }
    assert!(count >= 6, "only {count}");
}

#[test]
fn each_file_of_the_page_is_the_one_that_the_commands_read() {
    let fixtures = ["gate.toml", "parts.toml", "all-parts.toml"].map(fixture);
    let mut count = 0;
    for block in blocks("toml") {
        assert!(fixtures.iter().any(|file| file == block.as_bytes()), "{block}");
        count += 1;
    }
    assert_eq!(count, fixtures.len());
}
