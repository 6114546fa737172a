//! The operations of the document, and requests that they would take.
use crate::support::governance::today;
use crate::support::{Client, Response};
use chrono::{Days, TimeDelta, Utc};
use serde_json::{Map, Value, json};

/// What any member may do although it changes something: their own session, nothing at all, or what they say of
/// goods that their branch uses.
pub const OF_ANY_MEMBER: [&str; 7] = [
    "auth_logout",
    "receipts_rate",
    "simulations_approval_ladder",
    "simulations_match",
    "simulations_price",
    "simulations_review",
    "simulations_share",
];
/// The methods that a path can have.
pub const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// An operation of the document.
pub struct Operation {
    pub method: String,
    /// With `{name}` for each parameter.
    pub path: String,
    pub id: String,
    pub open: bool,
    /// What a machine needs; `None` where it is for people.
    pub scope: Option<String>,
    pub if_match: bool,
    pub key: bool,
    /// Media type and a body that can be read.
    pub body: Option<(String, String)>,
    /// Name, whether it is required, description, an example.
    pub query: Vec<(String, bool, String, String)>,
}

impl Operation {
    /// Its query parameters with their descriptions.
    pub fn query_parameters(&self) -> Vec<(String, String)> {
        let query = self.query.iter();
        query
            .map(|(name, _, of, _)| (name.clone(), of.clone()))
            .collect()
    }
    /// Whether it has this query parameter.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.query.iter().any(|(known, ..)| known == name)
    }
    /// The query string of the parameters that it cannot do without.
    pub fn required_query(&self) -> String {
        let required = self.query.iter().filter(|(_, required, ..)| *required);
        let parts: Vec<String> = required
            .map(|(name, _, _, example)| format!("{name}={example}"))
            .collect();
        match parts.is_empty() {
            true => String::new(),
            false => format!("?{}", parts.join("&")),
        }
    }
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }
    /// The path with a value for each parameter: a random UUID where none is given.
    pub fn at(&self, values: &[(&str, String)]) -> String {
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            let name = part.trim_start_matches('{').trim_end_matches('}');
            let value = match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) if part.starts_with('{') => value.clone(),
                _ if part == "{currency}" => "ARS".to_owned(),
                _ if ["{position}", "{line}", "{number}"].contains(&part) => "1".to_owned(),
                _ if part.starts_with('{') => uuid::Uuid::now_v7().to_string(),
                _ => part.to_owned(),
            };
            path.push('/');
            path.push_str(&value);
        }
        path
    }
    /// Sends the operation as it should be sent, but for what `change` takes away or spoils.
    pub fn send(&self, client: &Client, path: &str, change: impl FnOnce(&mut Sent)) -> Response {
        let mut sent = Sent {
            query: "",
            if_match: self.if_match,
            key: true,
            body: self.body.clone(),
        };
        change(&mut sent);
        let client = if sent.key {
            client.clone()
        } else {
            client.without_key()
        };
        let mut headers = Vec::new();
        if sent.if_match {
            headers.push(("if-match", "\"1\""));
        }
        if let Some((media, _)) = &sent.body {
            headers.push(("content-type", media.as_str()));
        }
        let body = sent.body.as_ref().map(|(_, body)| body.as_str());
        if self.id == "artworks_send" && sent.query.is_empty() {
            sent.query = "?line=1&title=Print";
        }
        let table = "sku,product,title,currency,lead_days,materials,overhead,standard_minutes\nA,B,C,ARS,1,1,1,1\n";
        let body = if self.id == "imports_start" {
            body.map(|_| table)
        } else if ["artworks_send", "artworks_offer_proof"].contains(&self.id.as_str()) {
            body.map(|_| "%PDF-1.7 a drawing")
        } else {
            body
        };
        let query = match (sent.query, self.changes()) {
            ("", false) => self.required_query(),
            (query, _) => query.to_owned(),
        };
        client.raw(&self.method, &format!("{path}{query}"), &headers, body)
    }
    /// Sends the operation as it should be sent, about something that is not there.
    pub fn send_whole(&self, client: &Client) -> Response {
        self.send(client, &self.at(&[]), |_| {})
    }
    pub fn is_json(&self) -> bool {
        self.body
            .as_ref()
            .is_some_and(|(media, _)| media == "application/json")
    }
}

/// How an operation is sent.
pub struct Sent {
    pub query: &'static str,
    pub if_match: bool,
    pub key: bool,
    pub body: Option<(String, String)>,
}

/// The document's operations.
pub fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(api::server::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let required = |name: &str| {
                operation["parameters"]
                    .as_array()
                    .is_some_and(|parameters| {
                        parameters
                            .iter()
                            .any(|one| one["name"] == name && one["required"] == true)
                    })
            };
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let query = operation["parameters"].as_array().into_iter().flatten();
            let query = query.filter(|one| one["in"] == "query").map(|one| {
                let required = one["required"] == true;
                (
                    text(&one["name"]),
                    required,
                    text(&one["description"]),
                    match &one["example"] {
                        Value::Null => String::new(),
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    },
                )
            });
            let query = query.collect();
            let content = operation["requestBody"]["content"].as_object();
            let body = content
                .and_then(|content| {
                    let table = content.iter().find(|(media, _)| *media == "text/csv");
                    table.or_else(|| content.iter().next())
                })
                .map(|(media, of)| {
                    let value = example(&document, &of["schema"]);
                    let text = match value {
                        Value::String(text) => text,
                        other => other.to_string(),
                    };
                    (media.clone(), text)
                });
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                id: operation["operationId"].as_str().unwrap().to_owned(),
                open: operation["security"] == json!([]),
                scope: operation["security"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find_map(|one| one["machine"][0].as_str())
                    .map(str::to_owned),
                if_match: required("If-Match"),
                key: required("Idempotency-Key"),
                body,
                query,
            });
        }
    }
    assert!(
        operations.len() > 100,
        "the document has lost its operations"
    );
    operations
}

/// A value of a schema, from its examples where it has some.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return example(
            document,
            document.pointer(&reference[1..]).expect(reference),
        );
    }
    for given in [
        &schema["example"],
        &schema["examples"][0],
        &schema["enum"][0],
        &schema["const"],
    ] {
        if !given.is_null() {
            return given.clone();
        }
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[several].as_array() {
            let nullable = choices.iter().any(|choice| choice["type"] == "null");
            return if nullable {
                Value::Null
            } else {
                example(document, &choices[0])
            };
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            whole.extend(
                example(document, part)
                    .as_object()
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        return Value::Object(whole);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) if kinds.contains(&json!("null")) => return Value::Null,
        Value::String(kind) => kind.as_str(),
        _ => "",
    };
    match kind {
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            Value::Object(
                properties
                    .map(|(name, of)| (name.clone(), example(document, of)))
                    .collect(),
            )
        }
        "array" => json!([example(document, &schema["items"])]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "string" => json!(match schema["format"].as_str() {
            Some("uuid") => uuid::Uuid::now_v7().to_string(),
            Some("date") => (today() + Days::new(30)).to_string(),
            Some("date-time") => (Utc::now() + TimeDelta::days(30)).to_rfc3339(),
            _ => "a text".to_owned(),
        }),
        _ => json!({}),
    }
}
