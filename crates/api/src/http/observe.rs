//! A trace id for each request (W3C Trace Context, in and out), one log line when it ends, and its place in
//! the metrics.
use crate::server::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web;
use rand::RngExt;
use std::time::Instant;
use tracing::Instrument;

tokio::task_local! {
    static TRACE: String;
}

/// The trace id of the request that is being answered; empty outside one.
pub fn trace_id() -> String {
    TRACE.try_with(Clone::clone).unwrap_or_default()
}

/// Middleware: takes the caller's trace id or makes one, and logs the request.
///
/// # Errors
/// Those of the inner service.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let trace = incoming(&request).unwrap_or_else(|| random_hex(16));
    let span_id = random_hex(8);
    let began = Instant::now();
    let app = request.app_data::<web::Data<App>>().cloned();
    let method = request.method().clone();
    let route = request.match_pattern().unwrap_or_else(|| "-".to_owned());
    let span = tracing::info_span!("request", trace_id = %trace, %method, %route);
    let mut response = TRACE
        .scope(trace.clone(), next.call(request))
        .instrument(span.clone())
        .await?;
    let elapsed = began.elapsed();
    let elapsed_us = elapsed.as_micros();
    let status = response.status().as_u16();
    if let Some(app) = app {
        app.metrics.count(&method, &route, status, elapsed);
    }
    span.in_scope(|| tracing::info!(status, elapsed_us, "answered"));
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&format!("00-{trace}-{span_id}-01")) {
        headers.insert(HeaderName::from_static("traceparent"), value);
    }
    if let Ok(value) = HeaderValue::from_str(&trace) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// The trace id of a `traceparent` header: 32 hexadecimal digits, not all zero.
fn incoming(request: &ServiceRequest) -> Option<String> {
    let header = request.headers().get("traceparent")?.to_str().ok()?;
    let trace = header.split('-').nth(1)?;
    let hex = trace
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (trace.len() == 32 && hex && trace.bytes().any(|byte| byte != b'0')).then(|| trace.to_owned())
}

fn random_hex(bytes: usize) -> String {
    let mut random = vec![0_u8; bytes];
    rand::rng().fill(random.as_mut_slice());
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
