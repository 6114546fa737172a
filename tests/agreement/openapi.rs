//! `openapi.yaml` is what the program says, and what it says is complete.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use store::error::Code;

#[test]
fn the_checked_in_document_is_the_programs() {
    let checked_in = include_str!("../../openapi.yaml");
    let generated = api::server::document().to_yaml().unwrap();
    assert!(
        checked_in == generated,
        "openapi.yaml is out of date: cargo run --release -- openapi > openapi.yaml"
    );
}

#[test]
fn every_operation_says_what_it_does_and_how_it_refuses() {
    let document = serde_json::to_value(api::server::document()).unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            let id = operation["operationId"].as_str().expect(&at);
            assert!(ids.insert(id.to_owned()), "{at}: the id {id} is used twice");
            assert!(
                !operation["summary"].as_str().expect(&at).is_empty(),
                "{at}"
            );
            assert!(!operation["tags"].as_array().expect(&at).is_empty(), "{at}");
            for code in operation["x-problem-codes"].as_array().expect(&at) {
                let code = code.as_str().unwrap();
                assert!(Code::parse(code).is_some(), "{at}: {code} is no code");
            }
            for range in ["4XX", "5XX"] {
                let content = &operation["responses"][range]["content"];
                assert!(
                    content["application/problem+json"].is_object(),
                    "{at}: {range}"
                );
            }
        }
    }
    assert!(ids.len() > 20);
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The schemas that a source declares, by the names that they have in the document.
fn schemas(source: &str) -> Vec<&str> {
    let word = |text: &'_ str| text.find(|letter: char| !letter.is_alphanumeric());
    let mut names = Vec::new();
    for piece in source.split("#[derive(").skip(1) {
        let (derived, rest) = piece.split_once(")]").unwrap();
        if !derived.contains("ToSchema") {
            continue;
        }
        let keyword = [" struct ", " enum "];
        let (at, keyword) = keyword
            .into_iter()
            .filter_map(|keyword| Some((rest.find(keyword)?, keyword)))
            .min()
            .unwrap();
        let name = match rest[..at].split_once("schema(as = ") {
            Some((_, renamed)) => renamed,
            None => &rest[at + keyword.len()..],
        };
        names.push(&name[..word(name).unwrap()]);
    }
    names
}

/// One of two schemas of a name would stand for both.
#[test]
fn every_schema_has_a_name_of_its_own() {
    let mut files = Vec::new();
    let routes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src");
    sources(&routes, &mut files);
    let mut known: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for name in schemas(&source) {
            if let Some(other) = known.insert(name.to_owned(), file.clone()) {
                panic!("{name}: {} and {}", other.display(), file.display());
            }
        }
    }
    assert!(known.len() > 300, "{} are known", known.len());
}
