//! `GET` and `PUT /listings/{id}/variants`.
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put, web};
use ordering::Axes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::catalogue::variants;
use utoipa::ToSchema;
use uuid::Uuid;

/// Words that an axis has at most.
const WORDS_MAX: usize = 60;
/// Letters of a word at most.
const LETTERS_MAX: usize = 40;

/// What a listing comes in; an empty list: it has no such axis.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variants {
    /// In the order in which they are shown.
    #[schema(example = json!(["S", "M", "L", "XL"]), max_items = 60)]
    sizes: Vec<String>,
    /// In the order in which they are shown.
    #[schema(example = json!(["white", "black"]), max_items = 60)]
    colours: Vec<String>,
}

impl From<Axes> for Variants {
    fn from(axes: Axes) -> Self {
        Self {
            sizes: axes.sizes,
            colours: axes.colours,
        }
    }
}

fn words(fields: &mut Fields, name: &str, words: &[String]) -> Vec<String> {
    fields.require(
        words.len() <= WORDS_MAX,
        format!("/{name}"),
        format!("There are at most {WORDS_MAX} of them."),
    );
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for (at, word) in words.iter().take(WORDS_MAX).enumerate() {
        let pointer = format!("/{name}/{at}");
        if let Some(word) = fields.text(pointer.clone(), word, LETTERS_MAX) {
            fields.require(
                seen.insert(word.clone()),
                pointer,
                "This stands here twice.",
            );
            read.push(word);
        }
    }
    read
}

fn parse(body: &Variants) -> Result<Axes, Problem> {
    let mut fields = Fields::new();
    let sizes = words(&mut fields, "sizes", &body.sizes);
    let colours = words(&mut fields, "colours", &body.colours);
    fields.finish(|| Some(Axes { sizes, colours }))
}

/// The sizes and colours that a listing comes in.
#[utoipa::path(tag = "Listings", operation_id = "listing_variants_get",
    params(("id" = Uuid, Path, description = "The listing.")),
    responses((status = 200, description = "Sizes and colours.", body = Variants,
        headers(("ETag" = String, description = "The listing's version.")))))]
#[get("/listings/{id}/variants")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let (axes, version) = variants::get(conn, actor, (*id).into())?;
        Ok(Reply::ok(&Variants::from(axes), version)?)
    })
    .await
}

/// States the sizes and colours that a listing comes in. Buyers then say how many of each before the
/// co-operative accepts a purchase order. The price is the same for all.
#[utoipa::path(tag = "Listings", operation_id = "listing_variants_put", request_body = Variants,
    params(("id" = Uuid, Path, description = "The listing."), IfMatch),
    responses((status = 200, description = "Sizes and colours.", body = Variants,
        headers(("ETag" = String, description = "The listing's version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[put("/listings/{id}/variants")]
pub async fn put(call: Call, id: web::Path<Uuid>, body: Body<Variants>) -> Answer {
    let version = call.version()?;
    let axes = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let (axes, version) = variants::replace(conn, actor, (*id).into(), version, &axes)?;
        Ok(Reply::ok(&Variants::from(axes), version)?)
    })
    .await
}
