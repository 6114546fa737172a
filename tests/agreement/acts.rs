//! Every act of the audit log has a word in the change feed.
use std::collections::BTreeSet;
use std::path::Path;

/// The sources of a crate's folder, whole.
fn sources(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Texts of the form `noun.verb`; what begins with a table's name is a column.
fn acts(source: &str, tables: &BTreeSet<String>) -> BTreeSet<String> {
    let word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    source
        .split('"')
        .filter(|text| {
            text.split_once('.')
                .is_some_and(|(noun, verb)| word(noun) && word(verb) && !tables.contains(noun))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_act_has_its_word() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src");
    let schema = std::fs::read_to_string(store.join("schema.rs")).unwrap();
    let tables: BTreeSet<String> = schema
        .lines()
        .filter_map(|line| {
            let (name, _) = line.strip_prefix("    ")?.split_once(" (")?;
            Some(name.to_owned())
        })
        .collect();
    assert!(tables.contains("orders"), "the schema is read");
    let mut all = Vec::new();
    sources(&store, &mut all);
    let found: BTreeSet<String> = all
        .iter()
        .flat_map(|source| acts(source, &tables))
        .collect();
    let mut found = found;
    let mut outside = Vec::new();
    sources(&store.join("../../api/src"), &mut outside);
    for source in &outside {
        let named = source
            .lines()
            .filter(|line| line.trim().starts_with("act: \""));
        found.extend(named.flat_map(|line| acts(line, &tables)));
    }
    assert!(found.contains("order.submit"), "{found:?}");
    assert!(found.contains("organisation.sign_up"), "{found:?}");
    let unknown: Vec<&String> = found
        .iter()
        .filter(|act| !store::operations::events::knows(act))
        .collect();
    assert!(
        unknown.is_empty(),
        "events have no word for {unknown:?}: add their verbs"
    );
}
