//! Every operation of the OpenAPI document refuses as the conventions say: without a token, with a
//! parameter that it does not have, with a broken body, without the headers it asks for, for things
//! that are not there, and for people without a mandate. The document is the server's own, so a new
//! operation is walked too; one that changes something under an id needs a thing in [`Cast::things`].
mod cast;
mod operations;

use crate::support::{Client, Response, on_each_database};
use operations::{METHODS, OF_ANY_MEMBER, Sent};
use std::collections::BTreeMap;

pub use cast::{Cast, cast};
pub use operations::{Operation, operations};

#[test]
fn every_operation_refuses_what_the_conventions_refuse() {
    let operations = operations();
    on_each_database(|world| {
        let cast = cast(world);
        let mut wrong = Vec::new();
        for operation in &operations {
            let mut walk = Walk {
                operation,
                wrong: &mut wrong,
            };
            walk.without_a_token(&world.client());
            walk.with_an_unknown_parameter(&cast);
            walk.with_a_broken_body(&cast);
            walk.without_its_headers(&cast);
            walk.of_nothing(&cast);
            walk.without_a_mandate(&cast);
        }
        wrong.extend(wrong_methods(&operations, &cast.full[0]));
        assert!(
            wrong.is_empty(),
            "{} refusals are missing:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    });
}

/// One operation's refusals, with those that were not as they should be.
struct Walk<'a> {
    operation: &'a Operation,
    wrong: &'a mut Vec<String>,
}

impl Walk<'_> {
    /// Notes an answer that has none of the statuses, or is no problem.
    fn hold(&mut self, case: &str, answer: &Response, status: u16, code: &str) {
        let media = answer
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        let good = answer.status == status
            && answer.body["code"] == code
            && media == Some("application/problem+json");
        if !good {
            self.note(case, &format!("{status} {code}"), answer);
        }
    }
    fn note(&mut self, case: &str, expected: &str, answer: &Response) {
        let Operation {
            method, path, id, ..
        } = self.operation;
        self.wrong.push(format!(
            "{id}: {method} {path} {case}: {expected} expected, {} {} answered ({})",
            answer.status, answer.body["code"], answer.body["detail"]
        ));
    }

    fn without_a_token(&mut self, nobody: &Client) {
        if self.operation.open {
            return;
        }
        let path = self.operation.at(&[]);
        let answer = self.operation.send(nobody, &path, |_| {});
        self.hold("without a token", &answer, 401, "unauthenticated");
        let forged = nobody.with_token("e30.e30.e30");
        let answer = self.operation.send(&forged, &path, |_| {});
        self.hold("with a forged token", &answer, 401, "unauthenticated");
    }

    fn with_an_unknown_parameter(&mut self, cast: &Cast<'_>) {
        let path = self.operation.at(&[]);
        let unknown = |sent: &mut Sent| sent.query = "?no_such_parameter=1";
        let answer = self.operation.send(&cast.full[0], &path, unknown);
        self.hold(
            "with an unknown parameter",
            &answer,
            400,
            "unknown_parameter",
        );
        if answer.pointers() != ["?no_such_parameter"] {
            self.note("with an unknown parameter", "a pointer to it", &answer);
        }
    }

    fn with_a_broken_body(&mut self, cast: &Cast<'_>) {
        if !self.operation.is_json() {
            return;
        }
        let path = self.operation.at(&[]);
        for broken in ["{\"", "[]", "{\"no_such_field\": 1}"] {
            let spoil = |sent: &mut Sent| {
                sent.body = Some(("application/json".to_owned(), broken.to_owned()));
            };
            let answer = self.operation.send(&cast.full[0], &path, spoil);
            self.hold(
                &format!("with the body {broken}"),
                &answer,
                400,
                "invalid_input",
            );
            if answer.pointers().is_empty() {
                self.note(&format!("with the body {broken}"), "a pointer", &answer);
            }
        }
        let text = |sent: &mut Sent| sent.body = Some(("text/plain".to_owned(), "{}".to_owned()));
        let answer = self.operation.send(&cast.full[0], &path, text);
        self.hold(
            "with a body of text",
            &answer,
            415,
            "unsupported_media_type",
        );
    }

    fn without_its_headers(&mut self, cast: &Cast<'_>) {
        let path = self.operation.at(&[]);
        if self.operation.if_match {
            let answer = self
                .operation
                .send(&cast.full[0], &path, |sent| sent.if_match = false);
            self.hold("without If-Match", &answer, 428, "if_match_required");
        }
        if self.operation.key {
            let answer = self
                .operation
                .send(&cast.full[0], &path, |sent| sent.key = false);
            self.hold(
                "without Idempotency-Key",
                &answer,
                400,
                "idempotency_key_required",
            );
        }
    }

    /// Whoever may do such a thing at all finds nothing there; the others learn nothing else.
    fn of_nothing(&mut self, cast: &Cast<'_>) {
        if !self.operation.path.contains('{') {
            return;
        }
        let mut found_nothing = false;
        for person in &cast.full {
            let answer = self.operation.send(person, &self.operation.at(&[]), |_| {});
            match answer.status {
                404 => found_nothing = true,
                403 => {}
                _ => self.note("of nothing", "404 or 403", &answer),
            }
        }
        if !found_nothing {
            let operation = self.operation;
            self.wrong
                .push(format!("{}: nobody is told 404", operation.id));
        }
    }

    fn without_a_mandate(&mut self, cast: &Cast<'_>) {
        let operation = self.operation;
        if operation.open || !operation.changes() {
            return;
        }
        if OF_ANY_MEMBER.contains(&operation.id.as_str()) {
            return;
        }
        if !operation.path.contains('{') {
            for person in &cast.bare {
                let answer = operation.send(person, &operation.path, |_| {});
                self.hold("without a mandate", &answer, 403, "forbidden");
            }
            return;
        }
        let things = cast.things();
        let thing = things
            .iter()
            .filter(|thing| operation.path.starts_with(thing.prefix))
            .max_by_key(|thing| thing.prefix.len());
        let Some(thing) = thing else {
            self.wrong.push(format!(
                "{}: Cast::things has nothing to try it on",
                operation.id
            ));
            return;
        };
        let answer = operation.send(thing.reader, &operation.at(&thing.params), |_| {});
        // A network's dossiers are its verifiers': to its other members they are not there.
        if operation.path.starts_with("/api/v1/dossiers/{id}/") && answer.status == 404 {
            self.hold("without a mandate", &answer, 404, "not_found");
            return;
        }
        self.hold("without a mandate", &answer, 403, "forbidden");
    }
}

/// Every path allows its methods and names them.
fn wrong_methods(operations: &[Operation], person: &Client) -> Vec<String> {
    let mut paths: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        paths.entry(&operation.path).or_default().push(operation);
    }
    let mut wrong = Vec::new();
    for (path, of_path) in paths {
        let mut allowed: Vec<&str> = of_path.iter().map(|one| one.method.as_str()).collect();
        allowed.sort_unstable();
        for method in METHODS.iter().filter(|method| !allowed.contains(method)) {
            let answer = person.raw(method, &of_path[0].at(&[]), &[], None);
            let named = answer
                .headers
                .get("allow")
                .and_then(|allow| allow.to_str().ok());
            let mut named: Vec<&str> = named.unwrap_or_default().split(", ").collect();
            named.sort_unstable();
            let good = answer.status == 405
                && answer.body["code"] == "method_not_allowed"
                && named == allowed;
            if !good {
                wrong.push(format!(
                    "{method} {path}: 405 with {allowed:?} expected, {} with {named:?}",
                    answer.status
                ));
            }
        }
    }
    wrong
}
