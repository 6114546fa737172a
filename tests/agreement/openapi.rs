//! `openapi.yaml` is what the program says, and what it says is complete.
use std::collections::BTreeSet;
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
