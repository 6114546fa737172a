//! What the server is told when it starts.
use std::path::PathBuf;
use std::time::Duration;

/// Settings of the API, read by the binary from flags, environment and file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the server, without a trailing slash; also the tokens' issuer.
    pub public_url: String,
    /// How long a co-operative has to answer a purchase order.
    pub answer_within: chrono::TimeDelta,
    /// How long a placed order holds its capacity before it has to be confirmed.
    pub hold_for: chrono::TimeDelta,
    /// How long the other side of a complaint has to answer before it can be decided without.
    pub statement_within: chrono::TimeDelta,
    /// How long after its filing a complaint should be decided; not shorter than that.
    pub outcome_within: chrono::TimeDelta,
    /// Requests a second that one client may make in the long run, and four times that at once.
    pub requests_per_second: u32,
    /// Webhooks may go over plain HTTP and to private addresses: for development.
    pub webhooks_anywhere: bool,
    /// The folder of artwork and proofs; replicas share it.
    pub files_dir: PathBuf,
    /// How long running requests may take to finish when the server stops.
    pub shutdown_within: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            answer_within: chrono::TimeDelta::days(5),
            hold_for: chrono::TimeDelta::days(10),
            statement_within: chrono::TimeDelta::days(15),
            outcome_within: chrono::TimeDelta::days(30),
            requests_per_second: 200,
            webhooks_anywhere: false,
            files_dir: PathBuf::from("minga-data/files"),
            shutdown_within: Duration::from_secs(30),
        }
    }
}
