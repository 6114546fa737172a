//! Who acts in the story, and how they get their accounts.
use crate::client::Client;
use crate::worker::Worker;
use anyhow::Context;
use api::auth::secrets;
use chrono::{Days, NaiveDate, Utc};
use mail_parser::MessageParser;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::PathBuf;
use store::Db;
use store::sql::Time;

/// The file with the logins of everybody in the story.
pub const LOGINS: &str = "logins.json";

/// The server, its worker, and the people met so far.
pub struct Stage {
    pub url: String,
    pub nobody: Client,
    pub worker: Worker,
    pub data_dir: PathBuf,
    pub today: NaiveDate,
    db: Db,
    runtime: tokio::runtime::Handle,
    password: String,
    logins: RefCell<Vec<Value>>,
}

/// An organisation and its first member.
pub struct Org {
    pub id: String,
    pub name: &'static str,
    pub person: Client,
}

/// What an organisation says of itself.
pub struct Card {
    pub kind: &'static str,
    pub name: &'static str,
    pub country: &'static str,
    pub language: &'static str,
    /// As its country writes it.
    pub tax_id: &'static str,
    /// The founder's name and the part of the e-mail before `.example`.
    pub founder: (&'static str, &'static str),
    pub roles: &'static [&'static str],
}

impl Stage {
    pub fn new(
        url: &str,
        db: Db,
        worker: Worker,
        runtime: tokio::runtime::Handle,
        data_dir: PathBuf,
    ) -> Self {
        let (password, _) = secrets::fresh();
        Self {
            url: url.to_owned(),
            nobody: Client::new(url),
            worker,
            data_dir,
            today: Utc::now().date_naive(),
            db,
            runtime,
            password,
            logins: RefCell::default(),
        }
    }

    /// One pass of the worker: letters go out.
    pub fn deliver(&self) -> anyhow::Result<usize> {
        self.runtime.block_on(self.worker.pass(Time::now()))
    }

    /// The first operator, made as `minga bootstrap` makes it.
    pub fn operator(&self) -> anyhow::Result<Client> {
        let organisation = store::identity::organisations::NewOrganisation {
            kind: governance::OrganisationKind::Operator,
            name: "Minga".to_owned(),
            country: "AR".to_owned(),
            tax_id: None,
            language: "es".to_owned(),
        };
        let person = (
            "operadora@minga.example".to_owned(),
            "Olga Operadora".to_owned(),
        );
        let made =
            super::super::bootstrap::make(&self.db, organisation, person, self.password.clone());
        self.runtime.block_on(made)?;
        self.log_in("operadora@minga.example", "Minga", &["admin"])
    }

    fn log_in(&self, email: &str, organisation: &str, roles: &[&str]) -> anyhow::Result<Client> {
        let client = self.nobody.log_in(email, &self.password)?;
        self.logins.borrow_mut().push(json!({
            "email": email, "password": self.password, "organisation": organisation, "roles": roles,
        }));
        Ok(client)
    }

    /// Signs an organisation up, has it admitted, and gives its founder the roles of the story.
    pub fn admit(&self, card: &Card, by: &Client) -> anyhow::Result<Org> {
        let email = format!("{}.example", card.founder.1);
        let applied = self.nobody.post(
            "/api/v1/organisations",
            &json!({
                "kind": card.kind, "name": card.name, "country": card.country,
                "tax_id": card.tax_id, "language": card.language,
                "founder": {"name": card.founder.0, "email": email, "password": self.password},
            }),
        )?;
        let id = applied.id()?;
        by.act(&format!("/api/v1/organisations/{id}/admit"), &applied.etag)?;
        let founder = self.nobody.log_in(&email, &self.password)?;
        let membership = founder.get("/api/v1/me")?;
        let mut roles = vec!["admin"];
        roles.extend(card.roles);
        founder.post(
            "/api/v1/mandates",
            &json!({
                "membership_id": membership.text("/membership_id")?,
                "roles": roles, "starts_on": self.today, "expires_on": self.today + Days::new(365),
                "assembly_record_id": null,
            }),
        )?;
        Ok(Org {
            id,
            name: card.name,
            person: self.log_in(&email, card.name, &roles)?,
        })
    }

    /// Invites a second person by e-mail, who accepts with the token of the letter.
    pub fn invite(
        &self,
        org: &Org,
        name: &str,
        at: &str,
        roles: &[&str],
    ) -> anyhow::Result<Client> {
        let email = format!("{at}.example");
        org.person.post(
            "/api/v1/invitations",
            &json!({
                "email": email, "roles": roles, "mandate_expires_on": self.today + Days::new(365),
            }),
        )?;
        self.deliver()?;
        let token = self.token(&email)?;
        self.nobody.post(
            "/api/v1/invitations/accept",
            &json!({"token": token, "name": name, "password": self.password}),
        )?;
        self.log_in(&email, org.name, roles)
    }

    /// The token in the letter to this address: the last part of its link.
    fn token(&self, email: &str) -> anyhow::Result<String> {
        for letter in self.letters()? {
            if letter.0 == email
                && let Some((_, rest)) = letter.1.split_once("/invitations/")
            {
                return Ok(rest
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned());
            }
        }
        anyhow::bail!("no invitation for {email} in {}", self.data_dir.display())
    }

    /// Address and text of every letter delivered so far.
    pub fn letters(&self) -> anyhow::Result<Vec<(String, String)>> {
        let mut letters = Vec::new();
        for entry in std::fs::read_dir(self.data_dir.join("mail"))? {
            let raw = std::fs::read(entry?.path())?;
            let message = MessageParser::default()
                .parse(&raw)
                .context("a letter that cannot be read")?;
            let to = message
                .to()
                .and_then(|to| to.first())
                .and_then(|to| to.address())
                .unwrap_or_default()
                .to_owned();
            letters.push((to, message.body_text(0).unwrap_or_default().into_owned()));
        }
        Ok(letters)
    }

    /// Writes the logins down for whoever goes on by hand.
    pub fn write_logins(&self) -> anyhow::Result<PathBuf> {
        let path = self.data_dir.join(LOGINS);
        std::fs::write(&path, serde_json::to_string_pretty(&*self.logins.borrow())?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// The logins themselves: e-mail and organisation.
    pub fn logins(&self) -> Vec<(String, String)> {
        let text = |login: &Value, name: &str| {
            login
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        self.logins
            .borrow()
            .iter()
            .map(|login| (text(login, "email"), text(login, "organisation")))
            .collect()
    }

    /// Everybody's password.
    pub fn password(&self) -> &str {
        &self.password
    }
}
