//! Query parameters as a type. Unknown ones never get here: [`super::contract`] refuses them.
use crate::http::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use store::error::Code;

/// The query string, read.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            actix_web::web::Query::<T>::from_query(request.query_string())
                .map(|query| Self(query.into_inner()))
                .map_err(|error| {
                    Problem::new(
                        Code::InvalidInput,
                        format!("The query string cannot be read: {error}."),
                    )
                    .at("?")
                }),
        )
    }
}
