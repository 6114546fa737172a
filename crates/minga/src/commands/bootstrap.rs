//! `minga bootstrap`: the operator's organisation and first account, once.
use crate::cli::BootstrapArgs;
use anyhow::{Context, bail};
use api::auth::passwords::Passwords;
use chrono::Months;
use governance::{MandateFacts, OrganisationKind, Role};
use std::collections::BTreeSet;
use std::process::ExitCode;
use store::Db;
use store::identity::memberships::{self, NewMandate};
use store::identity::organisations::{self, NewOrganisation};
use store::identity::people::{self, NewPerson};
use store::sql::Time;

/// The longest mandate there is; the operator renews it like anybody else.
const MANDATE: Months = Months::new(24);

/// Makes the account; refuses where there is an operator already.
///
/// # Errors
/// Where the database, the password file or the password does not do.
pub fn run(args: &BootstrapArgs) -> anyhow::Result<ExitCode> {
    let file = std::fs::read_to_string(&args.password_file)
        .with_context(|| format!("cannot read {}", args.password_file.display()))?;
    let password = file.lines().next().unwrap_or_default().to_owned();
    let db = args.database.open()?;
    let organisation = NewOrganisation {
        kind: OrganisationKind::Operator,
        name: args.organisation.clone(),
        country: args.country.clone(),
        tax_id: None,
        language: args.language.clone(),
    };
    tokio::runtime::Runtime::new()?.block_on(make(
        &db,
        organisation,
        (args.email.trim().to_lowercase(), args.name.clone()),
        password,
    ))?;
    println!("The operator's account is made: {}.", args.email);
    Ok(ExitCode::SUCCESS)
}

/// Makes the operator's organisation and its first account (e-mail, name).
///
/// # Errors
/// Where there is an operator already, or the password does not do.
pub async fn make(
    db: &Db,
    organisation: NewOrganisation,
    (email, name): (String, String),
    password: String,
) -> anyhow::Result<()> {
    if db.read(organisations::operator_exists).await? {
        bail!("there is an operator already");
    }
    let passwords = Passwords::new().map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let password_hash = passwords
        .hash(password.into())
        .await
        .map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let now = Time::now();
    db.write(move |conn| {
        let person = NewPerson {
            email: email.clone(),
            name: name.clone(),
            password_hash: password_hash.clone(),
        };
        let person = people::create(conn, &person, now)?;
        let id = organisations::create(conn, &organisation, now)?;
        let membership = memberships::join(conn, person, id, now)?;
        let mandate = NewMandate {
            membership,
            facts: MandateFacts {
                roles: BTreeSet::from([Role::Admin]),
                starts_on: now.date(),
                expires_on: now.date() + MANDATE,
                recalled_at: None,
            },
            assembly_record: None,
        };
        memberships::give(
            conn,
            (id, OrganisationKind::Operator),
            person,
            &mandate,
            now,
        )?;
        Ok(())
    })
    .await?;
    Ok(())
}
