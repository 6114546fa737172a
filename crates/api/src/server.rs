//! Putting the parts together: state, middleware, routes, and a listener.
use crate::auth::Tokens;
use crate::auth::passwords::Passwords;
use crate::files::Files;
use crate::http::contract::{self, Contract};
use crate::http::limit::{self, Limits};
use crate::http::metrics::Metrics;
use crate::http::{Problem, body, observe};
use crate::openapi30::down_convert;
use crate::{openapi, routes, settings::Settings};
use actix_web::middleware::from_fn;
use actix_web::{App as Actix, HttpServer, dev::ServerHandle, web};
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use store::Db;
use store::error::Code;
use store::sql::Time;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};

/// Wrong secrets that one address may send a minute before it is told to wait. Secrets of 256 bits are not guessed;
/// this spares the database a program that does not notice that its secret is old.
const WRONG_SECRETS_A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

/// What all requests share.
pub struct App {
    /// The database.
    pub db: Db,
    /// Access tokens.
    pub tokens: Tokens,
    /// Wrong secrets of machines, by address.
    pub wrong_secrets: Limits,
    /// Password hashing.
    pub passwords: Passwords,
    /// What Prometheus scrapes.
    pub metrics: Metrics,
    /// Files that lie outside the database.
    pub files: Files,
    /// Settings.
    pub settings: Settings,
}

/// A running server.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Stops it: what it accepted is finished first.
    pub handle: ServerHandle,
    /// Ends when the server has stopped.
    pub ended: actix_web::dev::Server,
}

/// The OpenAPI document of this build.
pub fn document() -> OpenApi {
    let (_, document) = Actix::new()
        .into_utoipa_app()
        .openapi(openapi::base())
        .service(scope("/api/v1").configure(routes::api))
        .configure(routes::outside)
        .split_for_parts();
    openapi::finish(document)
}

/// The same as OpenAPI 3.0.3, for generators that do not read 3.1.
///
/// # Errors
/// Where the document is no JSON, which it always is.
pub fn older_document() -> serde_json::Result<serde_json::Value> {
    Ok(down_convert(serde_json::to_value(document())?))
}

/// Starts serving on `listener`.
///
/// # Errors
/// [`std::io::Error`] where the listener cannot be used or the keys cannot be loaded.
pub async fn start(listener: TcpListener, db: Db, settings: Settings) -> std::io::Result<Running> {
    let broken = |problem: Problem| std::io::Error::other(problem.to_string());
    let tokens = Tokens::load(&db, settings.public_url.clone(), Time::now())
        .await
        .map_err(broken)?;
    let shutdown_within = settings.shutdown_within;
    let requests_per_second = settings.requests_per_second;
    let app = web::Data::new(App {
        db,
        tokens,
        wrong_secrets: Limits::per_minute(WRONG_SECRETS_A_MINUTE),
        passwords: Passwords::new().map_err(broken)?,
        metrics: Metrics::new(),
        files: Files::new(settings.files_dir.clone()),
        settings,
    });
    let document = document();
    let contract = web::Data::new(Contract::of(&document));
    let limits = web::Data::new(Limits::new(requests_per_second));
    let older = routes::OlderDocument::new(&older_document()?);
    let address = listener.local_addr()?;
    let server = HttpServer::new(move || {
        let (actix, _) = Actix::new()
            .into_utoipa_app()
            .openapi(openapi::base())
            .service(scope("/api/v1").configure(routes::api))
            .configure(routes::outside)
            .split_for_parts();
        actix
            .app_data(app.clone())
            .app_data(contract.clone())
            .app_data(limits.clone())
            .app_data(older.clone())
            .app_data(web::PayloadConfig::new(body::JSON_MAX_BYTES))
            .app_data(web::PathConfig::default().error_handler(|_, _| not_found().into()))
            .service(routes::docs(document.clone()))
            .service(routes::older_document)
            .default_service(web::to(|| async { Err::<&str, Problem>(not_found()) }))
            .wrap(from_fn(contract::enforce))
            .wrap(from_fn(limit::limit))
            .wrap(from_fn(observe::observe))
    })
    .shutdown_timeout(shutdown_within.as_secs())
    .listen(listener)?
    .run();
    Ok(Running {
        address,
        handle: server.handle(),
        ended: server,
    })
}

fn not_found() -> Problem {
    Problem::new(Code::NotFound, "There is nothing here that you can see.")
}
