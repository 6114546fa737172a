//! Which crate may use which: the arrows of ARCHITECTURE.md, read from `cargo metadata`.
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

fn allowed(of: &str) -> Option<&'static [&'static str]> {
    Some(match of {
        "money" => &[],
        "pricing" | "matching" | "governance" | "ordering" | "accounting" | "mail" => &["money"],
        "printing" => &["money", "pricing", "accounting"],
        "store" => &[
            "money",
            "pricing",
            "matching",
            "governance",
            "ordering",
            "accounting",
        ],
        "api" => &[
            "money",
            "pricing",
            "matching",
            "governance",
            "ordering",
            "accounting",
            "printing",
            "store",
        ],
        "minga" => &[
            "money",
            "pricing",
            "matching",
            "governance",
            "ordering",
            "accounting",
            "printing",
            "store",
            "mail",
            "api",
        ],
        _ => return None,
    })
}

/// Crates that would bring a clock, a database or the network into the pure crates.
const IMPURE: &[&str] = &["tokio", "diesel", "actix-web", "rand", "ureq", "lettre"];
const PURE: &[&str] = &[
    "money",
    "pricing",
    "matching",
    "governance",
    "ordering",
    "accounting",
    "printing",
];

#[test]
fn crates_use_only_what_lies_below_them() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let dependencies = package["dependencies"].as_array().unwrap();
        let normal = dependencies
            .iter()
            .filter(|dependency| dependency["kind"].is_null());
        let names = normal.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
        uses.insert(
            package["name"].as_str().unwrap().to_owned(),
            names.collect(),
        );
    }
    for (name, dependencies) in &uses {
        let allowed = allowed(name).unwrap_or_else(|| panic!("{name} has no place in the layers"));
        for dependency in dependencies {
            let ours = uses.contains_key(dependency);
            assert!(
                !ours || allowed.contains(&dependency.as_str()),
                "{name} uses {dependency}"
            );
            let impure = PURE.contains(&name.as_str()) && IMPURE.contains(&dependency.as_str());
            assert!(!impure, "{name} is pure and uses {dependency}");
        }
    }
}
