//! What a Prometheus server scrapes: requests by route and status, how long they took, and what waits in
//! the outbox. Each replica counts its own requests; the outbox is the database's.
use actix_web::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Upper bounds of the histogram, in seconds: from a read of one row to a matching of hundreds of offers.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Timed {
    method: String,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Waiting {
    status: String,
}

/// The counters of this process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Timed, Histogram, fn() -> Histogram>,
    outbox: Family<Waiting, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let requests = Family::default();
        let durations: Family<Timed, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(SECONDS));
        let outbox = Family::default();
        let mut registry = Registry::with_prefix("minga");
        registry.register(
            "http_requests",
            "Requests that were answered",
            requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's arrival to its answer",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register(
            "outbox_entries",
            "Entries of the outbox that are due or were given up",
            outbox.clone(),
        );
        Self {
            registry,
            requests,
            durations,
            outbox,
        }
    }

    /// Counts an answer. `route` is a pattern, never a path: paths have no end.
    pub fn count(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = known(method).to_owned();
        let route = route.to_owned();
        let answered = Answered {
            method: method.clone(),
            route: route.clone(),
            status,
        };
        self.requests.get_or_create(&answered).inc();
        self.durations
            .get_or_create(&Timed { method, route })
            .observe(took.as_secs_f64());
    }

    /// All figures as OpenMetrics text; `outbox` has the entries by status.
    ///
    /// # Errors
    /// Those of the formatter.
    pub fn text(&self, outbox: &[(String, i64)]) -> Result<String, std::fmt::Error> {
        for (status, entries) in outbox {
            let status = Waiting {
                status: status.clone(),
            };
            self.outbox.get_or_create(&status).set(*entries);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Anybody can invent a method; a label of its own for each would fill the memory.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
