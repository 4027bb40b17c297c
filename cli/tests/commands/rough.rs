//! Input that is large or binary, and output that nobody reads.

use std::io::Write;

use crate::run::{AT, ran, text, tollgate};

/// Arguments for which each command reads its standard input.
const READERS: [&[&str]; 4] = [
    &["token", "-", AT],
    &["keys", "-"],
    &["certificates", "-"],
    &["explain", "--policy=gate.json", "--parts=parts.toml", AT, "-"],
];

#[test]
fn a_request_of_a_megabyte_is_explained() {
    let head = "POST /orders HTTP/1.1\r\nclient_id: mobile-app\r\nContent-Length: 1048576\r\n\r\n";
    let request = [head.as_bytes(), &vec![0xff; 1 << 20]].concat();
    let output = ran(&mut tollgate(READERS[3]), &request);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    let head = format!("GET / HTTP/1.1\nclient_id: {}\n\n", "a".repeat(1 << 20));
    let output = ran(&mut tollgate(READERS[3]), head.as_bytes());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("credential.too_large"), "{}", text(&output.stdout));
}

#[test]
fn a_megabyte_or_binary_input_ends_every_command_with_words() {
    let binary: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    for arguments in READERS {
        for input in [&binary[..], &binary[..300], b"\0", b"\xff\xfe", &vec![b'a'; 1 << 20]] {
            let output = ran(&mut tollgate(arguments), input);
            let said = [&output.stdout[..], &output.stderr].concat();
            assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}");
            assert!((1..4096).contains(&said.len()), "{arguments:?}: {}", text(&said));
            assert!(!text(&said).contains("panicked"), "{}", text(&said));
        }
    }
}

#[test]
fn input_without_an_end_is_not_read_to_it() {
    for arguments in READERS {
        let mut child = tollgate(arguments).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let much = vec![b'a'; 1 << 16];
        while input.write_all(&much).is_ok() {}
        let output = child.wait_with_output().unwrap();
        let limit = if arguments.contains(&"explain") { 16 << 20 } else { 1 << 20 };
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(&format!("larger than {limit} bytes")));
    }
}

#[test]
fn a_closed_pipe_ends_a_command_quietly_with_its_usual_status() {
    for (arguments, code) in [
        (&["keys", "-"][..], 0),
        (&["keys", "-", "--json"], 0),
        (&["policy", "schema"], 0),
        (&["completions", "bash"], 0),
        (&["token", "a.b.c"], 1),
    ] {
        let mut child = tollgate(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let keys = include_bytes!("../fixtures/jwks.json");
        let _ = child.stdin.take().unwrap().write_all(keys);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(code), ""), "{arguments:?}");
    }
}
