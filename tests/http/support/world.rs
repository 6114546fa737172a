//! A world of a test's own: a database, a real server on a free port, a worker driven by hand, and
//! a mailbox. Gone when dropped.
use super::client::Client;
use super::mailbox::{self, Mail};
use api::files::Files;
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl};
use mail::{EmailAddress, Mailer, MemoryInbox, Sender};
use minga::commands::bootstrap;
use minga::webhooks::WebhookSender;
use minga::worker::Worker;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::net::TcpListener;
use store::Db;
use store::identity::organisations::NewOrganisation;
use store::sql::Time;

/// Everybody's password: the stories are about other things.
pub const PASSWORD: &str = "a password of a test";

/// Runs the story on SQLite, and on PostgreSQL too when `TEST_DATABASE_URL` names a server.
pub fn on_each_database(story: impl Fn(&World)) {
    on_each_database_mut(|world| story(world));
}

/// The same for a story in which the server is restarted.
pub fn on_each_database_mut(story: impl Fn(&mut World)) {
    let mut sqlite = World::sqlite();
    println!("on SQLite");
    story(&mut sqlite);
    drop(sqlite);
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => {
            println!("on PostgreSQL");
            story(&mut World::postgres(&url));
        }
        Err(_) => eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL names no server"),
    }
}

/// A server with its database.
pub struct World {
    url: String,
    base: String,
    runtime: tokio::runtime::Runtime,
    worker: Worker,
    inbox: MemoryInbox,
    server: RefCell<Option<Server>>,
    operator: RefCell<Option<Client>>,
    people: Cell<u32>,
    // Dropped last: the database outlives its users.
    _home: Home,
}

struct Server {
    handle: actix_web::dev::ServerHandle,
    thread: std::thread::JoinHandle<()>,
}

enum Home {
    Folder { _folder: tempfile::TempDir },
    Schema { admin_url: String, name: String },
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Self::Schema { admin_url, name } = self {
            let mut admin = PgConnection::establish(admin_url).unwrap();
            diesel::sql_query(format!("DROP SCHEMA {name} CASCADE"))
                .execute(&mut admin)
                .unwrap();
        }
    }
}

/// An organisation of the world.
pub struct Org<'w> {
    pub id: String,
    pub name: String,
    /// Its founder, with a mandate as admin.
    pub admin: Client,
    world: &'w World,
}

impl World {
    fn sqlite() -> Self {
        Self::sqlite_in(None)
    }

    /// On SQLite, in this folder or in the temporary one.
    pub fn sqlite_in(parent: Option<&std::ffi::OsStr>) -> Self {
        let folder = match parent {
            Some(parent) => tempfile::tempdir_in(parent).unwrap(),
            None => tempfile::tempdir().unwrap(),
        };
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::open(url, Home::Folder { _folder: folder })
    }

    /// On PostgreSQL, in a schema of its own of the database at this address.
    pub fn postgres(admin_url: &str) -> Self {
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::establish(admin_url).unwrap();
        diesel::sql_query(format!("CREATE SCHEMA {name}"))
            .execute(&mut admin)
            .unwrap();
        let joint = if admin_url.contains('?') { '&' } else { '?' };
        let url = format!("{admin_url}{joint}options=-csearch_path%3D{name}");
        let home = Home::Schema {
            admin_url: admin_url.to_owned(),
            name,
        };
        Self::open(url, home)
    }

    fn open(url: String, home: Home) -> Self {
        let db = Db::open(&url).unwrap();
        let sender = Sender {
            name: "Minga".to_owned(),
            address: EmailAddress::parse("minga@minga.example").unwrap(),
        };
        let (mailer, inbox) = Mailer::memory(sender);
        let (base, server) = serve(db.clone());
        Self {
            url,
            runtime: tokio::runtime::Runtime::new().unwrap(),
            worker: Worker {
                db,
                mailer,
                public_url: base.clone(),
                files: Files::new(files_dir()),
                webhooks: WebhookSender::new(true),
            },
            base,
            inbox,
            server: RefCell::new(Some(server)),
            operator: RefCell::new(None),
            people: Cell::new(0),
            _home: home,
        }
    }

    /// Somebody without a token.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// Where the server is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Where the database is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection of one's own, to look below the API.
    pub fn conn(&self) -> store::Conn {
        store::db::connect(&self.url).unwrap()
    }

    /// The database as the server uses it.
    pub fn db(&self) -> &Db {
        &self.worker.db
    }

    /// Runs something asynchronous to its end.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// One pass of the worker, now.
    pub fn work(&self) -> usize {
        self.work_at(Utc::now())
    }

    /// One pass of the worker as if it were another time.
    pub fn work_at(&self, at: DateTime<Utc>) -> usize {
        self.block_on(self.worker.pass(Time::from(at))).unwrap()
    }

    /// One pass of a worker that sends webhooks so.
    pub fn work_with_webhooks(&mut self, webhooks: WebhookSender) {
        let usual = std::mem::replace(&mut self.worker.webhooks, webhooks);
        self.work();
        self.worker.webhooks = usual;
    }

    /// What has been delivered so far, the first first.
    pub fn mails(&self) -> Vec<Mail> {
        let raw = self.block_on(self.inbox.messages());
        raw.iter().map(|raw| mailbox::read(raw)).collect()
    }

    /// Stops the server and starts another on the same database, on another port.
    pub fn restart(&mut self) {
        self.stop();
        let db = Db::open(&self.url).unwrap();
        let (base, server) = serve(db.clone());
        self.worker.db = db;
        self.worker.public_url.clone_from(&base);
        self.base = base;
        *self.server.borrow_mut() = Some(server);
    }

    fn stop(&self) {
        if let Some(server) = self.server.borrow_mut().take() {
            self.block_on(server.handle.stop(true));
            server.thread.join().unwrap();
        }
    }

    /// The operator of the platform.
    pub fn operator(&self) -> Client {
        if let Some(operator) = &*self.operator.borrow() {
            return operator.clone();
        }
        let organisation = NewOrganisation {
            kind: governance::OrganisationKind::Operator,
            name: "Operator".to_owned(),
            country: "AR".to_owned(),
            tax_id: None,
            language: "en".to_owned(),
        };
        let person = ("operator@minga.example".to_owned(), "Olga".to_owned());
        let made = bootstrap::make(self.db(), organisation, person, PASSWORD.to_owned());
        self.block_on(made).unwrap();
        let client = self.client().log_in("operator@minga.example", PASSWORD);
        *self.operator.borrow_mut() = Some(client.clone());
        client
    }

    fn next_person(&self) -> u32 {
        self.people.set(self.people.get() + 1);
        self.people.get()
    }

    /// An organisation that has signed up and was not admitted yet.
    pub fn applicant(&self, kind: &str, name: &str, country: &str) -> Org<'_> {
        let email = format!("founder{}@{kind}.example", self.next_person());
        let signed_up = self
            .client()
            .post(
                "/api/v1/organisations",
                json!({
                    "kind": kind, "name": name, "country": country, "language": "en",
                    "tax_id": tax_id(country, self.next_person()),
                    "founder": {"name": format!("Founder of {name}"), "email": email, "password": PASSWORD},
                }),
            )
            .expect(201);
        Org {
            id: signed_up.id(),
            name: name.to_owned(),
            admin: self.client().log_in(&email, PASSWORD),
            world: self,
        }
    }

    fn admitted(&self, by: &Client, kind: &str, name: &str, country: &str) -> Org<'_> {
        let org = self.applicant(kind, name, country);
        by.act(&format!("/api/v1/organisations/{}/admit", org.id), "\"1\"")
            .expect(200);
        org
    }

    /// An admitted network.
    pub fn network(&self, name: &str, country: &str) -> Org<'_> {
        self.admitted(&self.operator(), "network", name, country)
    }
    /// An admitted union.
    pub fn union(&self, name: &str, country: &str) -> Org<'_> {
        self.admitted(&self.operator(), "union", name, country)
    }
    /// An admitted community organisation.
    pub fn community(&self, name: &str, country: &str) -> Org<'_> {
        self.admitted(&self.operator(), "community", name, country)
    }
    /// A co-operative that the network admitted: a member of it, not verified yet.
    pub fn cooperative(&self, network: &Org<'_>, name: &str, country: &str) -> Org<'_> {
        self.admitted(&network.admin, "cooperative", name, country)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Org<'_> {
    /// Another person with these roles, invited by the admin, logged in.
    pub fn member(&self, roles: &[&str]) -> Client {
        let email = format!("person{}@org.example", self.world.next_person());
        let until = Utc::now().date_naive() + chrono::Days::new(300);
        self.admin
            .post(
                "/api/v1/invitations",
                json!({"email": email, "roles": roles, "mandate_expires_on": until}),
            )
            .expect(201);
        let token = self.world.invitation_token(&email);
        self.world
            .client()
            .post(
                "/api/v1/invitations/accept",
                json!({"token": token, "name": format!("Member of {}", self.name), "password": PASSWORD}),
            )
            .expect(200);
        self.world.client().log_in(&email, PASSWORD)
    }
}

impl World {
    /// The token in the last letter to this address: the last part of its link.
    pub fn invitation_token(&self, email: &str) -> String {
        self.work();
        let mails = self.mails();
        let letter = mails
            .iter()
            .rev()
            .find(|mail| mail.to == email)
            .expect("an invitation arrived");
        let (_, rest) = letter.text.split_once("/invitations/").expect("a link");
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

/// Files are named by their bytes, so that worlds can share a folder.
fn files_dir() -> std::path::PathBuf {
    std::env::temp_dir().join("minga-test-files")
}

fn serve(db: Db) -> (String, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let settings = api::Settings {
        public_url: base.clone(),
        requests_per_second: 1_000_000,
        shutdown_within: std::time::Duration::from_secs(2),
        files_dir: files_dir(),
        webhooks_anywhere: true,
        ..api::Settings::default()
    };
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let running = api::start(listener, db, settings).await.unwrap();
            tell.send(running.handle.clone()).unwrap();
            running.ended.await.unwrap();
        });
    });
    let handle = told.recv().unwrap();
    (base, Server { handle, thread })
}

/// A tax id that nobody else has, with the check digit of its country.
fn tax_id(country: &str, number: u32) -> String {
    if country != "AR" {
        return format!("4{number:09}");
    }
    let weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let check = |plain: &str| {
        let digits = plain.chars().filter_map(|digit| digit.to_digit(10));
        let sum: u32 = digits
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum();
        (11 - sum % 11) % 11
    };
    // Where the digit would be 10, another prefix is given.
    let plain = ["30", "33"].map(|prefix| format!("{prefix}{number:08}"));
    let plain = plain.into_iter().find(|plain| check(plain) < 10).unwrap();
    let digit = check(&plain);
    format!("{plain}{digit}")
}
