//! `POST /invitations/accept`.
use crate::auth::secrets;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use actix_web::post;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::error::Code;
use store::identity::invitations::{self, Acceptor};
use store::identity::people;
use utoipa::ToSchema;
use uuid::Uuid;

/// The token from the e-mail, and who accepts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The last part of the link in the e-mail.
    token: String,
    /// How the person is called; needed where the e-mail has no account yet.
    #[schema(example = "Thandi Mokoena")]
    name: Option<String>,
    /// The account's password: the present one where there is an account, else the new one.
    #[schema(value_type = String, format = "password", example = "a long sentence of one's own")]
    password: SecretString,
}

/// What was joined.
#[derive(Serialize, ToSchema)]
pub struct Joined {
    person_id: Uuid,
    membership_id: Uuid,
    organisation_id: Uuid,
}

/// Accepts an invitation. Whoever has an account proves it with its password.
#[utoipa::path(tag = "Organisations", operation_id = "invitations_accept", security(()), request_body = Accept,
    responses((status = 200, description = "The membership.", body = Joined)),
    extensions(("x-problem-codes" = json!(["invitation_ended", "already_member", "invalid_credentials", "account_locked"]))))]
#[post("/invitations/accept")]
pub async fn accept(call: Call, body: Body<Accept>) -> Answer {
    let Accept {
        token,
        name,
        password,
    } = body.value;
    let digest = secrets::digest(&token);
    let now = call.now;
    let lookup = digest.clone();
    let (invitation, person) = call
        .app
        .db
        .read(move |conn| {
            let invitation = invitations::open_by_token(conn, &lookup, now)?;
            let person = people::by_email(conn, &invitation.email)?;
            Ok((invitation, person))
        })
        .await?;
    let acceptor = match person {
        Some(person) => {
            prove(&call, &person, password).await?;
            Acceptor::Known(person.id)
        }
        None => {
            let mut fields = Fields::new();
            let name = fields.text("/name", name.as_deref().unwrap_or_default(), 200);
            Acceptor::New {
                name: fields.finish(|| name)?,
                password_hash: call.app.passwords.hash(password).await?,
            }
        }
    };
    let (person, membership) = call
        .app
        .db
        .write(move |conn| invitations::accept(conn, &digest, &acceptor, now))
        .await?;
    call.answer(Reply::plain(&Joined {
        person_id: person.uuid(),
        membership_id: membership.uuid(),
        organisation_id: invitation.organisation.uuid(),
    }))
}

async fn prove(
    call: &Call,
    person: &people::Person,
    password: SecretString,
) -> Result<(), Problem> {
    if person.locked_until.is_some_and(|until| until > call.now) {
        return Err(Problem::new(
            Code::AccountLocked,
            "Too many wrong passwords: try again later.",
        ));
    }
    let hash = Some(person.password_hash.clone());
    if call.app.passwords.verify(password, hash).await? {
        return Ok(());
    }
    let (id, now) = (person.id, call.now);
    call.app
        .db
        .write(move |conn| people::count_failure(conn, id, now))
        .await?;
    Err(Problem::new(
        Code::InvalidCredentials,
        "There is an account with the invited e-mail, and this is not its password.",
    ))
}
