//! Rate limits per client address: fair use of one replica, not security. A client that asks too fast
//! is told how long to wait; others do not notice.
use crate::http::Problem;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, ResponseError, web};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use store::Refusal;
use store::error::Code;

/// A client may save up this many seconds' worth of requests.
const BURST_SECONDS: u32 = 4;
/// After this many requests, addresses that have gone quiet are forgotten: bounds the memory.
const FORGET_EVERY: u32 = 10_000;

/// Counts requests by address.
pub struct Limits {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    requests: AtomicU32,
}

impl Limits {
    /// So many requests a second in the long run, and [`BURST_SECONDS`] times that at once.
    pub fn new(requests_per_second: u32) -> Self {
        let rate = NonZeroU32::new(requests_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = rate.saturating_mul(NonZeroU32::new(BURST_SECONDS).unwrap_or(NonZeroU32::MIN));
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)),
            clock: DefaultClock::default(),
            requests: AtomicU32::new(0),
        }
    }

    /// So many a minute, and as many at once.
    pub fn per_minute(times: NonZeroU32) -> Self {
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(Quota::per_minute(times)),
            clock: DefaultClock::default(),
            requests: AtomicU32::new(0),
        }
    }

    /// Counts something that the request's sender does.
    ///
    /// # Errors
    /// [`Code::RateLimited`] where they do it too often.
    pub fn count(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.check(address(request.peer_addr()))
    }

    fn check(&self, address: IpAddr) -> Result<(), Problem> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&address).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            let seconds = u32::try_from(wait.as_secs())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let mut refusal = Refusal::new(
                Code::RateLimited,
                format!("Too many requests: go on in {seconds} s."),
            );
            refusal.retry_after = Some(seconds);
            refusal.into()
        })
    }
}

fn address(peer: Option<SocketAddr>) -> IpAddr {
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
}

/// Middleware: refuses a client that asks too fast.
///
/// # Errors
/// Those of the inner service.
pub async fn limit(
    limits: web::Data<Limits>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match limits.check(address(request.peer_addr())) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}
