//! The modules import downward only: the layers of CONTRIBUTING.md, held to the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The picture of CONTRIBUTING.md: every top-level module and every validator, from the bottom layer
/// up and within a layer from left to right.
struct Picture {
    modules: Vec<String>,
    validators: Vec<String>,
}

fn picture() -> Picture {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = fs::read_to_string(path).unwrap();
    let block = text.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let (before, braces) = block.split_once("validate/{").unwrap();
    let (validators, after) = braces.split_once('}').unwrap();
    let names = |list: &str| -> Vec<String> {
        list.split([',', ' ', '\n']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let layers = format!("{before}validate{after}");
    let rows = layers.lines().rev().map(|row| names(row).split_off(2));
    Picture { modules: rows.flatten().collect(), validators: names(validators) }
}

/// A source file: its path below `src`, as module names, and its code.
struct Source {
    module: Vec<String>,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files
        .iter()
        .filter(|file| !file.ends_with("lib.rs"))
        .map(|file| Source {
            module: module_of(file.strip_prefix(&root).unwrap()),
            code: code_of(&fs::read_to_string(file).unwrap()),
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn module_of(file: &Path) -> Vec<String> {
    let components = file.with_extension("");
    components.iter().map(|name| name.to_str().unwrap().to_owned()).collect()
}

/// Without comments and unit tests.
fn code_of(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Every path `crate::a::b::…` in the code, as its module names.
fn imports(code: &str) -> Vec<Vec<String>> {
    code.split("crate::")
        .skip(1)
        .map(|rest| {
            let is_path = |character: char| character.is_alphanumeric() || "_:".contains(character);
            let path = rest.split(|character| !is_path(character)).next().unwrap();
            path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
        })
        .collect()
}

fn position(order: &[String], name: &str) -> usize {
    order
        .iter()
        .position(|one| one == name)
        .unwrap_or_else(|| panic!("`{name}` has no place in the picture of CONTRIBUTING.md"))
}

fn violations(sources: &[Source]) -> Vec<String> {
    let Picture { modules, validators } = picture();
    let mut found = Vec::new();
    for source in sources {
        for import in imports(&source.code) {
            if points_up(&modules, &source.module, &import, 0)
                || (source.module[0] == "validate"
                    && import[0] == "validate"
                    && points_up(&validators, &source.module, &import, 1))
            {
                found.push(format!("{} uses {}", source.module.join("::"), import.join("::")));
            }
        }
    }
    found
}

fn points_up(order: &[String], module: &[String], import: &[String], depth: usize) -> bool {
    match (module.get(depth), import.get(depth)) {
        (Some(ours), Some(theirs)) => position(order, theirs) > position(order, ours),
        _ => false,
    }
}

#[test]
fn the_picture_shows_every_module_and_every_validator_once() {
    let Picture { modules, validators } = picture();
    assert_eq!(modules.first().map(String::as_str), Some("ascii"));
    assert_eq!(modules.last().map(String::as_str), Some("redis"));
    let sources = sources();
    let files = |depth: usize, parent: &[&str]| -> BTreeSet<String> {
        let inside = sources.iter().filter(|source| {
            parent.iter().zip(&source.module).all(|(name, module)| name == module)
        });
        inside.filter_map(|source| source.module.get(depth).cloned()).collect()
    };
    let listed: BTreeSet<String> = modules.iter().cloned().collect();
    assert_eq!(listed, files(0, &[]));
    assert_eq!(listed.len(), modules.len());
    let listed: BTreeSet<String> = validators.iter().cloned().collect();
    assert_eq!(listed, files(1, &["validate"]));
    assert_eq!(listed.len(), validators.len());
}

#[test]
fn imports_point_down() {
    let sources = sources();
    assert!(sources.len() > 40, "the sources were not found");
    assert_eq!(violations(&sources), Vec::<String>::new());
}

/// Paths that the other tests could not follow.
fn hidden_paths(code: &str) -> usize {
    let is_hidden = |line: &&str| {
        let path = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        path.starts_with("use ")
            && ["crate::{", "super::", "self::"].iter().any(|p| path.contains(p))
            || line.contains(" super::")
    };
    code.lines().filter(is_hidden).count()
}

#[test]
fn every_path_is_written_out() {
    for source in sources() {
        assert_eq!(hidden_paths(&source.code), 0, "{:?}", source.module);
    }
    assert_eq!(hidden_paths("use crate::{gate::Gate, jose::Jws};\nuse super::x;"), 2);
    assert_eq!(hidden_paths("fn f() { let a = super::x(); }"), 1);
}

/// The host brings the world: no file, socket, environment, task or clock is touched here.
#[test]
fn nothing_outside_is_touched() {
    for source in sources() {
        for outside in [
            "std::fs",
            "std::env",
            "std::process",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "thread::spawn",
            "SystemTime::now",
            "Instant::now",
        ] {
            assert!(!source.code.contains(outside), "{:?} touches {outside}", source.module);
        }
    }
}

#[test]
fn a_use_that_points_up_is_noticed() {
    let of = |module: &[&str], code: &str| Source {
        module: module.iter().map(|name| (*name).to_owned()).collect(),
        code: code_of(code),
    };
    let upward = [
        of(&["time"], "use crate::gate::Gate;"),
        of(&["store", "lookup"], "fn f() { crate::jose::json_object(b\"\"); }"),
        of(&["request"], "use crate::element::Element;"),
        of(&["validate", "client_id"], "use crate::validate::jwt::Issuer;"),
    ];
    for source in upward {
        assert_eq!(violations(&[source]).len(), 1);
    }
    let in_comment = of(
        &["time"],
        "// use crate::gate::Gate;\n#[cfg(test)]\nmod tests { use crate::gate::Gate; }",
    );
    assert!(violations(&[in_comment]).is_empty());
}

#[test]
fn no_child_imports_its_own_parent() {
    let sources = sources();
    let modules: BTreeSet<_> = sources.iter().map(|source| source.module.clone()).collect();
    for source in &sources {
        let Some((_, parent)) = source.module.split_last().filter(|(_, rest)| !rest.is_empty())
        else {
            continue;
        };
        for import in imports(&source.code) {
            if import.len() > parent.len() && import.starts_with(parent) {
                let sibling = &import[..=parent.len()];
                let names_sibling = modules.contains(sibling);
                assert!(names_sibling, "{:?} takes {import:?} from its parent", source.module);
            }
            assert_ne!(import, parent, "{:?} imports its parent", source.module);
        }
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = sources();
    let modules: BTreeSet<_> = sources.iter().map(|source| source.module.clone()).collect();
    let mut graph: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    let imported: Vec<_> = sources.iter().map(|source| (source, imports(&source.code))).collect();
    for (source, imports) in &imported {
        for import in imports {
            let longest = (1..=import.len()).rev().map(|length| &import[..length]);
            if let Some(module) = longest.into_iter().find(|module| modules.contains(*module)) {
                graph.entry(&source.module).or_default().insert(module);
            }
        }
    }
    for module in &modules {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&[String]> =
            graph.get(&module[..]).into_iter().flatten().copied().collect();
        while let Some(next) = open.pop() {
            assert_ne!(next, &module[..], "{module:?} is in a circle");
            if seen.insert(next) {
                open.extend(graph.get(next).into_iter().flatten());
            }
        }
    }
}

#[test]
fn one_file_names_each_cryptographic_library() {
    for source in sources() {
        let names = |library: &str| {
            let mut words = source.code.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == library)
        };
        for (library, file) in [("ring", "with_ring"), ("aws_lc_rs", "with_aws_lc")] {
            let is_its_file = source.module == ["crypto", "backend", file];
            assert_eq!(names(library), is_its_file, "{:?}", source.module);
        }
    }
}

#[test]
fn files_are_short() {
    for source in sources() {
        let lines = source.code.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines <= 400, "{:?} has {lines} lines of code", source.module);
    }
}

/// The names that a file hands on with `pub use`.
fn handed_on(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    let code = code_of(&fs::read_to_string(path).unwrap());
    let statements = code.split(';').filter_map(|statement| statement.split_once("pub use "));
    let lists = statements.map(|(_, path)| path.rsplit("::").next().unwrap());
    let names = lists.flat_map(|list| list.split([',', '{', '}', ' ', '\n']));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A name with two paths is two names to those who read imports.
#[test]
fn no_public_name_has_two_paths() {
    let root = handed_on("lib.rs");
    assert!(root.contains(&"Gate".to_owned()) && root.len() <= 30, "{root:?}");
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod "));
    let mut seen: BTreeMap<String, String> =
        root.into_iter().map(|name| (name, "lib".to_owned())).collect();
    for module in modules.map(|module| module.trim_end_matches(';')) {
        for name in handed_on(&format!("{module}.rs")) {
            let earlier = seen.insert(name.clone(), module.to_owned());
            assert_eq!(earlier, None, "{name} is in {module} too");
        }
    }
    assert!(seen.len() > 100, "{seen:?}");
}

/// One word for one thing: two types of one name are told apart by their files only.
#[test]
fn no_two_types_have_one_name() {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for line in source.code.lines() {
            let item = line.trim_start_matches("pub").trim_start_matches("(crate)");
            let item = item.trim_start_matches("(super)").trim_start();
            let kinds = ["struct ", "enum ", "trait ", "type "];
            let Some(rest) = kinds.iter().find_map(|kind| item.strip_prefix(kind)) else {
                continue;
            };
            let is_declared = line.starts_with("pub") || line == item;
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            if is_declared && !name.is_empty() {
                seen.entry(name.to_owned()).or_default().push(source.module.join("::"));
            }
        }
    }
    assert!(seen.len() > 150, "{}", seen.len());
    let twice: Vec<_> = seen.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
