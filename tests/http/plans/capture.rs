//! The statements that a world's server really sends, as diesel reports them.
use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was sent to the databases that are listened to, by their address.
static SENT: Mutex<BTreeMap<String, Vec<Statement>>> = Mutex::new(BTreeMap::new());

/// A query and the values that were bound to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    pub sql: String,
    /// In diesel's notation.
    pub values: String,
}

/// Listens to a connection, whose address it learns when that is opened.
#[derive(Default)]
struct Listener {
    url: String,
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.clone_into(&mut self.url)
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut sent = SENT.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sent) = sent.get_mut(&self.url) {
                    let text = query.to_string();
                    let (sql, values) = text.split_once(" -- binds: ").unwrap_or((&text, "[]"));
                    sent.push(Statement {
                        sql: sql.to_owned(),
                        values: values.to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
}

/// Lets connections that are opened from now on report what they send.
pub fn listen() {
    diesel::connection::set_default_instrumentation(|| Some(Box::<Listener>::default())).unwrap();
}

/// The queries that are sent to the database while `act` runs.
pub fn queries_of<T>(url: &str, act: impl FnOnce() -> T) -> (T, Vec<Statement>) {
    let url = url.strip_prefix("sqlite://").unwrap_or(url);
    let lock = || SENT.lock().unwrap_or_else(PoisonError::into_inner);
    lock().insert(url.to_owned(), Vec::new());
    let done = act();
    let mut sent = lock().remove(url).unwrap_or_default();
    sent.retain(|statement| {
        statement.sql.starts_with("SELECT") || statement.sql.starts_with("WITH")
    });
    (done, sent)
}
