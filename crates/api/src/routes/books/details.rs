//! `GET` and `PUT /billing-details`.
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IfMatch;
use accounting::ubl::Gln;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use store::books::details::{self, Details, PremiumShown};
use store::books::periods::READERS;
use utoipa::ToSchema;

/// A bank account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccountText {
    /// iban, cbu (Argentina) or domestic.
    #[schema(example = "cbu", pattern = "^(iban|cbu|domestic)$")]
    kind: String,
    /// Check digits have to be right.
    #[schema(example = "2850590940090418135201", min_length = 1, max_length = 40)]
    number: String,
    /// The branch or clearing code of a domestic account, or null.
    #[schema(example = json!(null))]
    branch: Option<String>,
}

/// What documents say of your organisation besides its name and tax id.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingDetails {
    /// Street and number.
    #[schema(example = "Av. Rivadavia 1234", max_length = 100)]
    street: Option<String>,
    #[schema(example = "Neuquén", max_length = 100)]
    city: Option<String>,
    #[schema(example = "Q8300", max_length = 20)]
    postal_code: Option<String>,
    /// Province or state.
    #[schema(example = "Neuquén", max_length = 100)]
    region: Option<String>,
    /// Number in a register of co-operatives, companies or unions.
    #[schema(example = "INAES 25.123", max_length = 60)]
    registration: Option<String>,
    /// Global location number: thirteen digits. Documents between two that have one are of Peppol BIS Billing 3.0.
    #[schema(example = "5790000435944")]
    gln: Option<String>,
    /// Where you receive documents.
    #[schema(example = "facturas@cooperativa.example", max_length = 254)]
    email: Option<String>,
    /// Where you are paid.
    account: Option<BankAccountText>,
    /// How premiums stand on invoices to you: charge (a charge of the line for each purpose) or price (in its price).
    #[schema(example = "charge", pattern = "^(charge|price)$")]
    premium_shown: String,
}

fn view(details: &Details) -> BillingDetails {
    let account = details.account.as_ref().map(details::account_parts);
    BillingDetails {
        street: details.street.clone(),
        city: details.city.clone(),
        postal_code: details.postal_code.clone(),
        region: details.region.clone(),
        registration: details.registration.clone(),
        gln: details.gln.as_ref().map(|gln| gln.as_str().to_owned()),
        email: details.email.clone(),
        account: account.map(|(kind, number, branch)| BankAccountText {
            kind: kind.to_owned(),
            number: number.to_owned(),
            branch: branch.map(str::to_owned),
        }),
        premium_shown: details.premium_shown.as_str().to_owned(),
    }
}

fn parse(body: &BillingDetails) -> Result<Details, Problem> {
    let mut fields = Fields::new();
    let mut text = |pointer: &str, text: &Option<String>, most| match text {
        None => Some(None),
        Some(text) => fields.text(pointer, text, most).map(Some),
    };
    let street = text("/street", &body.street, 100);
    let city = text("/city", &body.city, 100);
    let postal_code = text("/postal_code", &body.postal_code, 20);
    let region = text("/region", &body.region, 100);
    let registration = text("/registration", &body.registration, 60);
    let email = match &body.email {
        None => Some(None),
        Some(email) => wire::email(&mut fields, "/email", email).map(Some),
    };
    let gln = body.gln.as_deref().map(Gln::parse).transpose();
    let gln = fields.take("/gln", gln.map_err(|found| found.why));
    let account = body.account.as_ref().map(|account| {
        details::account_of(&account.kind, &account.number, account.branch.as_deref())
    });
    let account = fields.take("/account", account.transpose());
    let premium_shown = PremiumShown::parse(&body.premium_shown);
    fields.require(
        premium_shown.is_some(),
        "/premium_shown",
        "A premium is shown as a charge or in the price.",
    );
    fields.finish(|| {
        Some(Details {
            street: street?,
            city: city?,
            postal_code: postal_code?,
            region: region?,
            registration: registration?,
            gln: gln?,
            email: email?,
            account: account?,
            premium_shown: premium_shown?,
        })
    })
}

/// Your organisation's billing details. For those who keep or see its books.
#[utoipa::path(tag = "Books", operation_id = "billing_details_get",
    responses((status = 200, description = "The details; empty where none were given.", body = BillingDetails,
        headers(("ETag" = String, description = "Their version.")))))]
#[get("/billing-details")]
pub async fn get(call: Call) -> Answer {
    call.read(|conn, actor| {
        actor.require(&READERS)?;
        let (details, version) = details::of(conn, actor.organisation)?;
        Ok(Reply::ok(&view(&details), version)?)
    })
    .await
}

/// States what documents say of your organisation, and where it is paid. Documents that were issued stay as they are.
#[utoipa::path(tag = "Books", operation_id = "billing_details_put", request_body = BillingDetails,
    params(IfMatch),
    responses((status = 200, description = "The details.", body = BillingDetails,
        headers(("ETag" = String, description = "Their version.")))))]
#[put("/billing-details")]
pub async fn put(call: Call, body: Body<BillingDetails>) -> Answer {
    let details = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let (details, version) = details::replace(conn, actor, version, &details)?;
        Ok(Reply::ok(&view(&details), version)?)
    })
    .await
}
