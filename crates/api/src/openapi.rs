//! The OpenAPI document: collected from the handlers, then completed with what holds everywhere.
use crate::auth::scopes;
use crate::http::problem::{ProblemBody, ProblemField};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::error::{Code, Kind};
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::security::{
    ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{
    Components, Content, ContentBuilder, KnownFormat, ObjectBuilder, OpenApi, Ref, RefOr, Required,
    ResponseBuilder, Schema, SchemaFormat, SecurityRequirement, Type,
};
use utoipa::{IntoParams, OpenApi as Describe};

/// The name under which a handler lists the codes that are its own.
pub const CODES: &str = "x-problem-codes";
/// How people come: an access token from logging in.
const TOKEN: &str = "token";
/// How machines come: OAuth 2.0 client credentials.
const MACHINE: &str = "machine";

#[derive(Describe)]
#[openapi(
    info(
        title = "Minga",
        description = "Procurement between unions and recovered factories. Decimals are strings; \
            every refusal is application/problem+json with a stable `code`; every list has an opaque \
            cursor; a change of something needs the ETag that was read, in If-Match. A refused act \
            changes nothing, so its Idempotency-Key may be used again.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        version = "1.0.0"
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "Access", description = "Logging in, fresh tokens, logging out, and who a token acts as."),
        (name = "Machines", description = "Programs that act for an organisation: OAuth 2.0 clients, their secrets and tokens."),
        (name = "Changes", description = "What happened, in order, each change once: for programs that follow."),
        (name = "Webhooks", description = "Events sent as they happen, signed by the Standard Webhooks specification."),
        (name = "Organisations", description = "Unions, co-operatives, networks and community organisations: signing up, admission, members, invitations, mandates, and the log of all that was done."),
        (name = "Federation", description = "Which union belongs to which federation, and the budgets that they delegate down the tree."),
        (name = "Assemblies", description = "Records of assemblies: what an organisation's members decided, kept for ever."),
        (name = "Verification", description = "Networks verify co-operatives: dossiers, findings that stay, signatures that end, and recognition between networks."),
        (name = "Rule sets", description = "The rules of pricing, versioned, adopted by the assemblies of both sides before they trade."),
        (name = "Benchmarks", description = "Living wages with their source and date."),
        (name = "Exchange rates", description = "Dated rates between currencies."),
        (name = "Products", description = "What is traded, with its units, market quotes and rates of value-added tax."),
        (name = "Listings", description = "What a co-operative offers: its workplace, cost sheet, floor, freight, price table and capacity calendar."),
        (name = "Needs", description = "What a buyer needs, and the proposals of who could make it."),
        (name = "Rounds", description = "Many buyers' needs, convened by a network and matched as one, by a job with its progress."),
        (name = "Tables", description = "Catalogues, needs, market quotes and a baseline as CSV or XLSX: their columns, imports of all rows or none, and exports that read back."),
        (name = "Exports", description = "Everything that an organisation has on file, to take along."),
        (name = "Simulations", description = "Pricing, sharing and matching on figures of one's own; nothing is kept."),
        (name = "Orders", description = "From a proposal to a locked price: approvals, confirmation, replacement, cancellation."),
        (name = "Purchase orders", description = "What each co-operative is asked to make, and its answer."),
        (name = "Deliveries", description = "What follows an accepted purchase order: the schedule in stages, despatch advices, receipts by branch, claims, and how fit for use the goods are."),
        (name = "Invoices", description = "Milestones, the advance in its own account, invoices from receipts, credit notes, payments."),
        (name = "Books", description = "An organisation's own journal, its accounts and their codes, its months and their locks, the trial balance."),
        (name = "Bank", description = "Payment runs that two people approve, as the files that banks take; statements as banks give them, matched with invoices."),
        (name = "Reports", description = "What the books say: reconciliation, payees above a threshold, what the members paid and moved, what became of the premium."),
        (name = "Premium plans", description = "What a co-operative's assembly decided to spend the premium on, what was spent of it, and what came of it."),
        (name = "Artwork", description = "Files that a buyer sends for a line, and the proofs that it approves before anything is printed."),
        (name = "Materials", description = "Material that the buyer supplies, valued apart from the price of the work."),
        (name = "Consultations", description = "Accepted work is cancelled only after its co-operative was heard; work done is paid."),
        (name = "Framework agreements", description = "A price and a quantity that both sides sign: call-offs without another vote, clauses that are measured, price reviews."),
        (name = "Quotations", description = "Requests for quotation to several co-operatives, the talk with each, the comparison, and the order that comes of one."),
        (name = "Pools", description = "Several buyers, one order, shares by the ability to pay."),
        (name = "Upstream", description = "What co-operatives need themselves: offered to the co-operatives of their networks first, and what nobody in the movement made."),
        (name = "Complaints", description = "About a delivery, a ranking or a decision: both sides are heard, then an inspector decides who belongs to neither."),
        (name = "Funds", description = "Solidarity funds that pay a part of a pool's shares; never below zero, two signers."),
        (name = "Operation", description = "For operators and machines: health, keys, the document itself."),
    ),
    components(schemas(ProblemBody, ProblemField)),
    security(("token" = []))
)]
struct Base;

/// The document before any handler: its head and what all operations share.
pub fn base() -> OpenApi {
    Base::openapi()
}

/// An optional `Idempotency-Key`: the same key and body give the first answer again, for 14 days.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header; `Call` reads it")]
pub struct IdempotencyKey {
    /// One for each new act: the same key and body give the first answer again for 14 days.
    #[param(
        rename = "Idempotency-Key",
        pattern = "^[!-~]{1,255}$",
        min_length = 1,
        max_length = 255,
        example = "0193f4a0-order-17"
    )]
    idempotency_key: Option<String>,
}

/// A required `Idempotency-Key`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header; `Call` reads it")]
pub struct IdempotencyKeyRequired {
    /// One for each new act: the same key and body give the first answer again for 14 days.
    #[param(
        rename = "Idempotency-Key",
        pattern = "^[!-~]{1,255}$",
        min_length = 1,
        max_length = 255,
        example = "0193f4a0-order-17"
    )]
    idempotency_key: String,
}

/// The ETag that the caller read.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header; `Call` reads it")]
pub struct IfMatch {
    /// The ETag that was read: the change is refused where somebody was faster.
    #[param(rename = "If-Match", example = "\"1\"")]
    if_match: String,
}

/// Completes the document: problems, security scheme, the codes that follow from an operation's shape.
pub fn finish(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        for (operation, reads) in [
            (&mut item.get, true),
            (&mut item.post, false),
            (&mut item.put, false),
            (&mut item.patch, false),
            (&mut item.delete, false),
        ] {
            if let Some(operation) = operation {
                complete(operation, reads);
            }
        }
    }
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(
        TOKEN,
        SecurityScheme::Http({
            let mut http = Http::new(HttpAuthScheme::Bearer);
            http.bearer_format = Some("JWT".to_owned());
            http.description =
                Some("An access token of 15 minutes, from /api/v1/auth/login.".to_owned());
            http
        }),
    );
    let flow = ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes::ALL));
    components.add_security_scheme(
        MACHINE,
        SecurityScheme::OAuth2(OAuth2::with_description(
            [Flow::ClientCredentials(flow)],
            "A machine that an admin registered with POST /api/v1/clients. An operation that does not name a \
             scope is for people only.",
        )),
    );
    drop_unused(document)
}

/// The scope that a machine needs for the operation, as the completed document says; none where it is for people.
pub fn machine_scope(operation: &Operation) -> Option<String> {
    let security = serde_json::to_value(&operation.security).ok()?;
    let required = security.as_array()?.iter();
    let mut scopes = required.filter_map(|one| one.get(MACHINE)?.as_array()?.first()?.as_str());
    scopes.next().map(str::to_owned)
}

/// Leaves out the schemas that nothing refers to: lists write the shape of their items in place.
fn drop_unused(mut document: OpenApi) -> OpenApi {
    let mut used = BTreeSet::new();
    let mut waiting = references(&document.paths);
    if let Some(components) = &mut document.components {
        while let Some(name) = waiting.pop() {
            if let Some(schema) = components.schemas.get(&name)
                && used.insert(name)
            {
                waiting.extend(references(schema));
            }
        }
        components.schemas.retain(|name, _| used.contains(name));
    }
    document
}

/// The schemas that a part of the document names. A part that is no JSON names none; all of them are.
fn references(part: &impl Serialize) -> Vec<String> {
    let mut found = Vec::new();
    let mut parts = vec![serde_json::to_value(part).unwrap_or_default()];
    while let Some(part) = parts.pop() {
        match part {
            Value::Array(items) => parts.extend(items),
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref")
                    && let Some(name) = target.strip_prefix("#/components/schemas/")
                {
                    found.push(name.to_owned());
                }
                parts.extend(object.into_iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    found
}

fn complete(operation: &mut Operation, reads: bool) {
    without_event_schemas(operation);
    files_are_bytes(operation);
    let mut codes = own_codes(operation);
    codes.extend([
        Code::InvalidInput,
        Code::UnknownParameter,
        Code::RateLimited,
        Code::Busy,
        Code::Internal,
    ]);
    let open = operation
        .security
        .as_ref()
        .is_some_and(|security| security.is_empty() || security.iter().any(is_nothing));
    if open {
        // OpenAPI's way to say "no token": an empty list.
        operation.security = Some(Vec::new());
    } else {
        codes.extend([Code::Unauthenticated, Code::MandateEnded, Code::Forbidden]);
        let scope = scope_of(operation, reads);
        codes.insert(if scope.is_some() {
            Code::InsufficientScope
        } else {
            Code::PeopleOnly
        });
        let person = SecurityRequirement::new(TOKEN, [""; 0]);
        let machine = scope.map(|scope| SecurityRequirement::new(MACHINE, [scope]));
        operation.security = Some(std::iter::once(person).chain(machine).collect());
    }
    if operation.request_body.is_some() {
        codes.extend([Code::BodyTooLarge, Code::UnsupportedMediaType]);
    }
    for parameter in operation.parameters.iter().flatten() {
        if let RefOr::T(parameter) = parameter {
            codes.extend(codes_of(parameter));
        }
    }
    let extensions = operation.extensions.get_or_insert_with(Default::default);
    extensions.insert(
        CODES.to_owned(),
        json!(codes.iter().map(|code| code.as_str()).collect::<Vec<_>>()),
    );
    for (range, of_server) in [("4XX", false), ("5XX", true)] {
        let listed: Vec<String> = codes
            .iter()
            .filter(|code| matches!(code.kind(), Kind::Internal | Kind::Unavailable) == of_server)
            .map(|code| format!("- `{}`: {}", code.as_str(), code.meaning().trim()))
            .collect();
        let description = format!("Refused, by `code`:\n{}", listed.join("\n"));
        operation.responses.responses.insert(
            range.to_owned(),
            RefOr::T(
                ResponseBuilder::new()
                    .description(description)
                    .content(
                        "application/problem+json",
                        ContentBuilder::new()
                            .schema(Some(Ref::from_schema_name("Problem")))
                            .build(),
                    )
                    .build(),
            ),
        );
    }
}

fn scope_of(operation: &Operation, reads: bool) -> Option<&'static str> {
    let id = operation.operation_id.as_deref()?;
    let tag = operation.tags.as_ref()?.first()?;
    scopes::needed(id, tag, reads)
}

/// A stream of events has no schema: before OpenAPI 3.2 some read it as that of the whole body and some as that
/// of one event.
fn without_event_schemas(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && let Some(RefOr::T(content)) = response.content.get_mut("text/event-stream")
        {
            content.schema = None;
        }
    }
}

/// Files are bytes. A list of numbers, as Rust has them, would be asked of a generated client and read by it.
fn files_are_bytes(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            for (media_type, content) in &mut response.content {
                file_is_bytes(media_type, content);
            }
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for (media_type, content) in &mut body.content {
            file_is_bytes(media_type, content);
        }
    }
}

fn file_is_bytes(media_type: &str, content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content
        && !media_type.ends_with("json")
        && let Some(RefOr::T(Schema::Array(_))) = &content.schema
    {
        let bytes = ObjectBuilder::new().schema_type(Type::String);
        let bytes = bytes.format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        content.schema = Some(bytes.build().into());
    }
}

fn is_nothing(requirement: &SecurityRequirement) -> bool {
    *requirement == SecurityRequirement::default()
}

/// The codes that the handler lists. A misspelt one would go missing, so a test counts them.
fn own_codes(operation: &Operation) -> BTreeSet<Code> {
    operation
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get(CODES))
        .and_then(|codes| codes.as_array())
        .into_iter()
        .flatten()
        .filter_map(|code| Code::parse(code.as_str()?))
        .collect()
}

fn codes_of(parameter: &Parameter) -> Vec<Code> {
    match (&parameter.parameter_in, parameter.name.as_str()) {
        (ParameterIn::Path, _) => vec![Code::NotFound],
        (ParameterIn::Query, "cursor") => vec![Code::InvalidCursor],
        (ParameterIn::Header, "If-Match") => vec![Code::IfMatchRequired, Code::Stale],
        (ParameterIn::Header, "Idempotency-Key") => {
            let mut codes = vec![Code::IdempotencyKeyReused, Code::IdempotencyKeyInFlight];
            if matches!(parameter.required, Required::True) {
                codes.push(Code::IdempotencyKeyRequired);
            }
            codes
        }
        _ => Vec::new(),
    }
}
