//! The document as OpenAPI 3.0.3, for generators that do not read 3.1: type arrays become `nullable`,
//! `examples` become `example`, and what 3.0 does not know is left out.
use serde_json::{Map, Value, json};

/// A 3.0.3 copy of a 3.1 document.
pub fn down_convert(mut document: Value) -> Value {
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        root.remove("jsonSchemaDialect");
        if let Some(license) = root
            .get_mut("info")
            .and_then(|info| info.get_mut("license"))
        {
            remove(license, "identifier");
        }
    }
    convert(&mut document);
    document
}

fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.remove(key);
    }
}

fn convert(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(object) => {
            types(object);
            alternatives(object);
            examples(object);
            if let Some(constant) = object.remove("const") {
                object.insert("enum".to_owned(), json!([constant]));
            }
            remove_unknown(object);
            object.values_mut().for_each(convert);
        }
        _ => {}
    }
}

/// `type: [string, null]` → `type: string, nullable: true`.
fn types(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type").cloned() else {
        return;
    };
    let (null, others): (Vec<_>, Vec<_>) = types.into_iter().partition(|kind| kind == "null");
    if !null.is_empty() {
        schema.insert("nullable".to_owned(), json!(true));
    }
    match others.as_slice() {
        [only] => {
            schema.insert("type".to_owned(), only.clone());
        }
        // Any type at all.
        _ => {
            schema.remove("type");
        }
    }
}

/// `oneOf: [{type: null}, X]` → `allOf: [X], nullable: true`.
fn alternatives(schema: &mut Map<String, Value>) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(options)) = schema.get(key).cloned() else {
            continue;
        };
        let (null, others): (Vec<_>, Vec<_>) = options
            .into_iter()
            .partition(|option| option.get("type") == Some(&json!("null")));
        if null.is_empty() {
            continue;
        }
        schema.insert("nullable".to_owned(), json!(true));
        schema.remove(key);
        let joined = if others.len() == 1 { "allOf" } else { key };
        schema.insert(joined.to_owned(), Value::Array(others));
    }
}

/// A schema's `examples: [x]` → `example: x`; a media type's map of examples stays as it is.
fn examples(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(examples)) = schema.get("examples").cloned() {
        schema.remove("examples");
        if let Some(first) = examples.into_iter().next() {
            schema.insert("example".to_owned(), first);
        }
    }
}

fn remove_unknown(schema: &mut Map<String, Value>) {
    for key in [
        "propertyNames",
        "$schema",
        "contentEncoding",
        "contentMediaType",
    ] {
        // A property of such a name is a schema of its own and stays.
        if schema.get(key).is_some_and(|value| !value.is_object()) || key == "propertyNames" {
            schema.remove(key);
        }
    }
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if let Some(limit) = schema
            .get(exclusive)
            .filter(|limit| limit.is_number())
            .cloned()
        {
            schema.insert(bound.to_owned(), limit);
            schema.insert(exclusive.to_owned(), json!(true));
        }
    }
}
