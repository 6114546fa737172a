//! `GET` and `PUT /book-accounts`.
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use accounting::Account;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use store::books::accounts::{self, Named};
use utoipa::ToSchema;

/// An account and what your organisation calls it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// The account's key in the chart: the same for everybody.
    #[schema(example = "premium_paid_wages")]
    account: &'static str,
    /// asset, liability, income or expense.
    #[schema(example = "expense")]
    account_type: &'static str,
    /// Your code, or ours where you gave none.
    #[schema(example = "5120")]
    code: String,
    #[schema(example = "Premium paid: wages")]
    name: String,
}

/// The chart of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Chart {
    accounts: Vec<AccountView>,
}

/// The code and name of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountText {
    /// The account's key in the chart.
    #[schema(example = "premium_paid_wages")]
    account: String,
    /// Letters, digits, points, colons and dashes; distinct in your chart.
    #[schema(example = "6.1.05", min_length = 1, max_length = 40)]
    code: String,
    #[schema(example = "Premio salarial pagado", min_length = 1, max_length = 100)]
    name: String,
}

/// Codes for accounts; those that are not named have ours again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartText {
    #[schema(max_items = 32)]
    accounts: Vec<AccountText>,
}

fn reply((chart, version): (Vec<Named>, i64)) -> Result<Reply, Problem> {
    let accounts = chart.into_iter().map(|named| AccountView {
        account: named.account.key(),
        account_type: named.account.account_type().as_str(),
        code: named.code,
        name: named.name,
    });
    let accounts = accounts.collect();
    Reply::ok(&Chart { accounts }, version)
}

/// The chart of accounts of your organisation's book, with its codes.
#[utoipa::path(tag = "Books", operation_id = "book_accounts_get",
    responses((status = 200, description = "The chart.", body = Chart,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/book-accounts")]
pub async fn get(call: Call) -> Answer {
    call.read(|conn, actor| Ok(reply(accounts::get(conn, actor)?)?))
        .await
}

/// Gives accounts the codes and names of your own chart, as exports will show them.
#[utoipa::path(tag = "Books", operation_id = "book_accounts_put", request_body = ChartText, params(IfMatch),
    responses((status = 200, description = "The chart.", body = Chart,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["duplicate_id"]))))]
#[put("/book-accounts")]
pub async fn put(call: Call, body: Body<ChartText>) -> Answer {
    let mut fields = Fields::new();
    let mut named = Vec::with_capacity(body.value.accounts.len());
    for (at, text) in body.value.accounts.iter().enumerate() {
        let pointer = |field: &str| format!("/accounts/{at}/{field}");
        let account = fields.take(pointer("account"), Account::parse(&text.account));
        let code = fields.text(pointer("code"), &text.code, 40);
        let plain = |code: &String| {
            code.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || ".:-_".contains(letter))
        };
        fields.require(
            code.as_ref().is_none_or(plain),
            pointer("code"),
            "A code consists of letters, digits, points, colons, dashes and underscores.",
        );
        let name = fields.text(pointer("name"), &text.name, 100);
        named.push((account, code, name));
    }
    let named: Vec<Named> = fields.finish(|| {
        named
            .into_iter()
            .map(|(account, code, name)| {
                Some(Named {
                    account: account?,
                    code: code?,
                    name: name?,
                })
            })
            .collect()
    })?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        Ok(reply(accounts::replace(conn, actor, version, &named)?)?)
    })
    .await
}
