//! `GET /jobs/{id}/events`.
use super::JobView;
use crate::http::{Answer, Call, Problem};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, http::header, web};
use futures_util::stream;
use std::convert::Infallible;
use std::time::Duration;
use store::ids::JobId;
use store::operations::jobs::{self, Job, JobStatus};
use uuid::Uuid;

/// How long after one look the next follows.
const PAUSE: Duration = Duration::from_millis(500);
/// Looks without news after which a comment keeps the connection open through proxies.
const QUIET_MAX: u32 = 30;
/// Looks after which the stream ends: an hour. Whoever wants more asks again.
const LOOKS_MAX: u32 = 7_200;

/// What a stream remembers between two events.
struct Watch {
    call: Call,
    id: JobId,
    seen: i64,
    ended: bool,
    looks: u32,
}

/// A job's progress as server-sent events: an event `job` with each new state, its data the job as JSON, its
/// id the job's version. The stream ends with the job, or after an hour.
#[utoipa::path(tag = "Rounds", operation_id = "jobs_events",
    params(("id" = Uuid, Path, description = "The job.")),
    responses((status = 200, description = "Events until the job has ended.", body = String,
        content_type = "text/event-stream")))]
#[get("/jobs/{id}/events")]
pub async fn events(call: Call, id: web::Path<Uuid>) -> Answer {
    let watch = Watch {
        call,
        id: JobId::from(*id),
        seen: 0,
        ended: false,
        looks: 0,
    };
    // What cannot be watched is refused before the stream begins.
    watch.look().await?;
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events))
}

impl Watch {
    /// The next event, or none where the job has ended or cannot be read any more.
    async fn next(&mut self) -> Option<Bytes> {
        let mut quiet = 0;
        while !self.ended && self.looks < LOOKS_MAX {
            if self.looks > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            self.looks += 1;
            let job = match self.look().await {
                Ok(job) => job,
                // Also where the mandate was recalled meanwhile.
                Err(problem) => {
                    tracing::warn!(%problem, "a job could not be watched any more");
                    return None;
                }
            };
            if job.version != self.seen {
                self.seen = job.version;
                self.ended = matches!(job.status, JobStatus::Done | JobStatus::Failed);
                return event(job);
            }
            quiet += 1;
            if quiet == QUIET_MAX {
                return Some(Bytes::from_static(b": still at it\n\n"));
            }
        }
        None
    }

    async fn look(&self) -> Result<Job, Problem> {
        let id = self.id;
        self.call
            .look(move |conn, actor| jobs::get(conn, actor, id))
            .await
    }
}

fn event(job: Job) -> Option<Bytes> {
    let version = job.version;
    let data = serde_json::to_string(&JobView::from(job)).ok()?;
    Some(Bytes::from(format!(
        "event: job\nid: {version}\ndata: {data}\n\n"
    )))
}
