//! Who can read what: the operations of the document with paths that answer.
use crate::support::Client;
use crate::walk::{Cast, Operation};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Paths of one operation that a person reads; one for each person is enough.
pub struct Read<'c> {
    operation: &'c Operation,
    pub path: String,
    pub client: &'c Client,
    /// Of which kind of organisation the person is.
    kind: String,
    /// It is a list without items.
    empty: bool,
    /// Query strings of its filters.
    filters: Vec<String>,
    /// The cursor of its second page of two.
    next: Option<String>,
}

/// Every read of the document.
pub struct Reads<'c> {
    all: Vec<Read<'c>>,
}

impl<'c> Read<'c> {
    pub fn template(&self) -> &'c str {
        &self.operation.path
    }
    pub fn is_open(&self) -> bool {
        self.operation.open
    }
    pub fn is_list(&self) -> bool {
        self.operation.has_parameter("limit")
    }

    /// The query strings to send it with, and whether they filter.
    pub fn queries(&self) -> Vec<(String, bool)> {
        let required = self.operation.required_query();
        if !required.is_empty() {
            return vec![(required, false)];
        }
        let mut queries = vec![(String::new(), false)];
        // The change feed goes on from where its reader was, and not from page to page.
        let cursor = match self.operation.has_parameter("after") {
            true => "after",
            false => "cursor",
        };
        if let Some(next) = &self.next {
            queries.push((format!("?{cursor}={next}"), false));
        }
        for filter in &self.filters {
            queries.push((format!("?{filter}"), true));
            if let Some(next) = &self.next {
                queries.push((format!("?{filter}&cursor={next}"), true));
            }
        }
        queries
    }
}

impl<'c> Reads<'c> {
    /// Finds the paths by reading lists first and then what is under their items.
    ///
    /// # Panics
    /// Where nobody can read an operation: the cast lacks its thing.
    pub fn found(cast: &'c Cast<'_>, operations: &'c [Operation]) -> Self {
        let mut order: Vec<&Operation> = operations
            .iter()
            .filter(|one| one.method == "GET")
            .collect();
        order.sort_by_key(|one| (one.path.matches('{').count(), one.path.len()));
        let kind = |client: &Client| {
            let me = client.get("/api/v1/me").expect(200);
            me.body["organisation_kind"].as_str().unwrap().to_owned()
        };
        let kinds: Vec<String> = cast.full.iter().map(kind).collect();
        let mut known = Known::default();
        let mut all: Vec<Read<'c>> = Vec::new();
        // Twice: what a path needs may be found under another that is as long.
        for _ in 0..2 {
            for operation in &order {
                if all.iter().any(|read| read.operation.path == operation.path) {
                    continue;
                }
                for (who, client) in cast.full.iter().enumerate() {
                    let mut of_operation = all
                        .iter()
                        .filter(|read| read.operation.path == operation.path);
                    // What somebody of the same kind of organisation reads is asked for in the same way.
                    // Their lists are all read, for the ids in them.
                    let known_by = of_operation.any(|read| read.kind == kinds[who] && !read.empty);
                    if !known_by || !operation.path.contains('{') {
                        all.extend(known.read(operation, (who, client), &kinds[who]));
                    }
                }
            }
        }
        let missing: Vec<&str> = order
            .iter()
            .filter(|one| !all.iter().any(|read| read.operation.path == one.path))
            .map(|one| one.path.as_str())
            .collect();
        assert!(missing.is_empty(), "nobody can read {missing:#?}");
        let mut kept = BTreeSet::new();
        all.sort_by_key(|read| read.empty);
        all.retain(|read| kept.insert((read.operation.path.clone(), read.kind.clone())));
        for operation in &order {
            let mut filters: Option<Vec<String>> = None;
            for read in all
                .iter_mut()
                .filter(|read| read.operation.path == operation.path)
            {
                let filters = filters.get_or_insert_with(|| known.filters(read));
                read.filters.clone_from(filters);
            }
        }
        Self { all }
    }

    pub fn each(&self) -> impl Iterator<Item = &Read<'c>> {
        self.all.iter()
    }
    pub fn count(&self) -> usize {
        self.all.len()
    }
}

/// Values that were seen in answers.
#[derive(Default)]
struct Known {
    /// By collection, as `/orders/{id}` needs them.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// By field.
    values: BTreeMap<String, BTreeSet<String>>,
    /// The paths of an operation that a person could read.
    readable: BTreeMap<(String, usize), Vec<String>>,
}

/// As many things of a kind are tried by one person at most.
const READABLE_MAX: usize = 25;

impl Known {
    fn learn(&mut self, template: &str, body: &Value) {
        let collection = template
            .rsplit('/')
            .find(|part| !part.starts_with('{'))
            .unwrap_or_default();
        self.take(collection, "", body);
    }

    fn take(&mut self, collection: &str, field: &str, value: &Value) {
        match value {
            Value::Array(parts) => {
                for part in parts.iter().take(20) {
                    self.take(collection, field, part);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.take(collection, name, value);
                }
            }
            Value::String(text) => {
                let values = self.values.entry(field.to_owned()).or_default();
                if values.len() < 40 {
                    values.insert(text.clone());
                }
                if uuid::Uuid::parse_str(text).is_ok() {
                    // `need_id` is one of `/needs`; `id` is one of the list that it is in.
                    let named = match field.strip_suffix("_id") {
                        Some(one) => format!("{}s", one.replace('_', "-")),
                        None if field == "id" => collection.to_owned(),
                        None => return,
                    };
                    self.ids.entry(named).or_default().insert(text.clone());
                }
            }
            _ => {}
        }
    }

    /// Finds a path that the person can read, preferably one with something to show.
    fn read<'c>(
        &mut self,
        operation: &'c Operation,
        (who, client): (usize, &'c Client),
        kind: &str,
    ) -> Option<Read<'c>> {
        let mut found: Option<(String, bool)> = None;
        let mut readable = Vec::new();
        let of_item = operation.path.ends_with('}');
        for path in self.paths(operation, who) {
            let answer = client.get(&format!("{path}{}", operation.required_query()));
            if answer.status != 200 {
                continue;
            }
            self.learn(&operation.path, &answer.body);
            let empty = answer.body["items"].as_array().is_some_and(Vec::is_empty);
            if found.as_ref().is_none_or(|(_, empty)| *empty) {
                found = Some((path.clone(), empty));
            }
            readable.push(path);
            if !empty && (!of_item || readable.len() >= READABLE_MAX) {
                break;
            }
        }
        self.readable
            .insert((operation.path.clone(), who), readable);
        let (path, empty) = found?;
        let kind = kind.to_owned();
        let mut read = Read {
            operation,
            path,
            client,
            kind,
            empty,
            filters: Vec::new(),
            next: None,
        };
        if read.is_list() {
            let page = client.get(&format!("{}?limit=1", read.path));
            read.next = page.body["next"].as_str().map(str::to_owned);
        }
        Some(read)
    }

    /// The paths of an operation with what is known for its parameters: under what this person could read, or with
    /// all ids that were seen.
    fn paths(&self, operation: &Operation, who: usize) -> Vec<String> {
        let whole: Vec<&str> = operation.path.split('/').skip(1).collect();
        let under = (1..whole.len()).rev().find_map(|length| {
            let prefix = format!("/{}", whole[..length].join("/"));
            let readable = self.readable.get(&(prefix.clone(), who))?;
            prefix.ends_with('}').then_some((length, readable.clone()))
        });
        let (done, mut paths) = under.unwrap_or((0, vec![String::new()]));
        let mut before = done.checked_sub(1).map_or("", |last| whole[last]);
        for part in whole.into_iter().skip(done) {
            let name = part.trim_start_matches('{').trim_end_matches('}');
            let values: Vec<&str> = match part {
                "{position}" | "{number}" => vec!["1"],
                "{table}" => vec!["catalogue", "needs", "market-quotes", "baseline"],
                "{currency}" => vec!["ARS"],
                _ if part.starts_with('{') => {
                    let ids = |of: &str| self.ids.get(of).into_iter().flatten();
                    let named = format!("{}s", name.trim_end_matches("_id"));
                    let named = if name == "id" { before } else { named.as_str() };
                    // A network is an organisation as well.
                    let named = if name == "network_id" {
                        "organisations"
                    } else {
                        named
                    };
                    ids(before).chain(ids(named)).map(String::as_str).collect()
                }
                _ => vec![part],
            };
            paths = paths
                .iter()
                .flat_map(|path| values.iter().map(move |value| format!("{path}/{value}")))
                .collect();
            before = part;
        }
        paths
    }

    /// The filters of a list: each parameter with every word that its description lists, or with values that
    /// answers have in the field of its name.
    fn filters(&self, read: &Read<'_>) -> Vec<String> {
        let mut filters = Vec::new();
        for (name, description) in read.operation.query_parameters() {
            if ["limit", "cursor", "quantity"].contains(&name.as_str()) {
                continue;
            }
            let words = description.trim_end_matches('.').replace(" or ", ", ");
            let listed = words.split(", ").map(str::to_owned);
            let seen = self.values.get(&name).into_iter().flatten().cloned();
            let ids = match name.as_str() {
                "object_id" => self.ids.get("orders"),
                "part_of" => self.ids.get("budget-lines"),
                "network_id" | "organisation_id" => self.ids.get("organisations"),
                _ => None,
            };
            let ids = ids.into_iter().flatten().take(READABLE_MAX).cloned();
            let free = (name == "q").then(|| "tile".to_owned());
            let candidates = listed.chain(seen).chain(ids).chain(free);
            let candidates = candidates.map(|value| format!("{name}={}", encoded(&value)));
            let accepted = candidates.filter(|filter| {
                let answer = read.client.get(&format!("{}?{filter}", read.path));
                answer.status == 200
            });
            let found: BTreeSet<String> = accepted.take(10).collect();
            filters.extend(found);
        }
        filters
    }
}

/// The value as a query string can carry it.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value
        .bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
