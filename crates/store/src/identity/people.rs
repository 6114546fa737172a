//! People's accounts, and the lock that slows down guessing a password.
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::PersonId;
use crate::schema::people;
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// This many wrong passwords in a row are forgiven without a wait.
const FREE_FAILURES: i32 = 5;
/// The longest wait after a wrong password, in minutes: a day.
const LONGEST_LOCK_MINUTES: i64 = 1_440;

/// A person's account.
#[derive(Clone, Debug, Queryable)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// In lower case; unique.
    pub email: String,
    /// How the person is called.
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// Wrong passwords since the last right one.
    pub failed_logins: i32,
    /// No login before this.
    pub locked_until: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
    /// Whether it is a machine: it stands in the log as who acted, and never logs in.
    pub machine: bool,
}

/// A new account. `email` is folded to lower case by the caller's type.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// In lower case.
    pub email: String,
    /// How the person is called.
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
}

/// Makes an account.
///
/// # Errors
/// [`Code::EmailTaken`].
pub fn create(conn: &mut Conn, person: &NewPerson, now: Time) -> Result<PersonId> {
    let id = PersonId::fresh();
    let inserted = diesel::insert_into(people::table)
        .values((
            people::id.eq(id),
            people::email.eq(&person.email),
            people::name.eq(&person.name),
            people::password_hash.eq(&person.password_hash),
            people::failed_logins.eq(0),
            people::created_at.eq(now),
            people::version.eq(1),
            people::machine.eq(false),
        ))
        .execute(conn);
    match inserted {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Refusal::new(
                Code::EmailTaken,
                "There is an account with this e-mail: log in with it.",
            )
            .into())
        }
        other => {
            other?;
            Ok(id)
        }
    }
}

/// Makes the row under which a machine acts. Its address is of a domain that there cannot be (RFC 2606), and no
/// password has its hash.
///
/// # Errors
/// Those of the database.
pub(super) fn create_machine(conn: &mut Conn, name: &str, now: Time) -> Result<PersonId> {
    let id = PersonId::fresh();
    diesel::insert_into(people::table)
        .values((
            people::id.eq(id),
            people::email.eq(format!("{id}@machine.invalid")),
            people::name.eq(name),
            people::password_hash.eq("none"),
            people::failed_logins.eq(0),
            people::created_at.eq(now),
            people::version.eq(1),
            people::machine.eq(true),
        ))
        .execute(conn)?;
    Ok(id)
}

/// The account of a person with this e-mail (in lower case).
///
/// # Errors
/// Those of the database.
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Person>> {
    Ok(people::table
        .filter(people::email.eq(email))
        .filter(people::machine.eq(false))
        .first(conn)
        .optional()?)
}

/// The account.
///
/// # Errors
/// Those of the database.
pub fn get(conn: &mut Conn, id: PersonId) -> Result<Option<Person>> {
    Ok(people::table.find(id).first(conn).optional()?)
}

/// Counts a wrong password; beyond [`FREE_FAILURES`] the account is locked for 1, 2, 4, … minutes.
///
/// # Errors
/// Those of the database.
pub fn count_failure(conn: &mut Conn, id: PersonId, now: Time) -> Result<()> {
    let failures: i32 = diesel::update(people::table.find(id))
        .set(people::failed_logins.eq(people::failed_logins + 1))
        .returning(people::failed_logins)
        .get_result(conn)?;
    if failures >= FREE_FAILURES {
        let doublings = failures.saturating_sub(FREE_FAILURES).clamp(0, 11);
        let minutes = (1_i64 << doublings).min(LONGEST_LOCK_MINUTES);
        diesel::update(people::table.find(id))
            .set(people::locked_until.eq(Some(now.plus(TimeDelta::minutes(minutes)))))
            .execute(conn)?;
    }
    Ok(())
}

/// A right password clears the count.
///
/// # Errors
/// Those of the database.
pub fn clear_failures(conn: &mut Conn, id: PersonId) -> Result<()> {
    diesel::update(people::table.find(id))
        .set((
            people::failed_logins.eq(0),
            people::locked_until.eq(None::<Time>),
        ))
        .execute(conn)?;
    Ok(())
}
