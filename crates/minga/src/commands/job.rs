//! Waiting for a server's job, with a bar on a terminal.
use crate::client::{Client, Response, at};
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// How long after one look at a job the next follows.
const PAUSE: Duration = Duration::from_millis(300);

/// Waits until the job has ended, and reads what it worked on. `parts` says what it counts.
///
/// # Errors
/// A refusal, or no answer.
pub fn wait(client: &Client, id: &str, parts: &str) -> anyhow::Result<Response> {
    let path = format!("/api/v1/jobs/{id}");
    let template = format!("{{bar:40}} {{pos}}/{{len}} {parts}, {{elapsed}}");
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(&template)?);
    loop {
        let job = client.get(&path)?;
        let number = |name: &str| at(&job.body, name).as_u64().unwrap_or_default();
        bar.set_length(number("total"));
        bar.set_position(number("done"));
        if matches!(job.text("/status")?, "done" | "failed") {
            bar.finish_and_clear();
            return client.get(job.text("/subject")?);
        }
        std::thread::sleep(PAUSE);
    }
}
