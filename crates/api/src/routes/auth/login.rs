//! `POST /auth/login`.
use super::{TokenPair, pair};
use crate::auth::secrets;
use crate::http::{Answer, Body, Call, Fields, Problem, wire};
use actix_web::post;
use secrecy::SecretString;
use serde::Deserialize;
use store::error::Code;
use store::identity::{people, sessions};
use store::ids::{MembershipId, OrganisationId};
use utoipa::ToSchema;
use uuid::Uuid;

/// Who logs in, and for which organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The account's e-mail.
    #[schema(example = "tesoreria@sindicato.example")]
    email: String,
    /// The password.
    #[schema(value_type = String, format = "password", example = "a long sentence of one's own")]
    password: SecretString,
    /// The organisation to act for; may be left out by whoever belongs to one only.
    organisation_id: Option<Uuid>,
}

type Membership = (MembershipId, OrganisationId, String);

/// Logs in for one organisation.
#[utoipa::path(tag = "Access", operation_id = "auth_login", security(()), request_body = Login,
    responses((status = 200, description = "Tokens.", body = TokenPair)),
    extensions(("x-problem-codes" = json!(["invalid_credentials", "account_locked", "organisation_required"]))))]
#[post("/auth/login")]
pub async fn login(call: Call, body: Body<Login>) -> Answer {
    let Login {
        email,
        password,
        organisation_id,
    } = body.value;
    let mut fields = Fields::new();
    let email = wire::email(&mut fields, "/email", &email);
    let email = fields.finish(|| email)?;
    let now = call.now;
    let person = call
        .app
        .db
        .read(move |conn| people::by_email(conn, &email))
        .await?;
    let locked_until = person.as_ref().and_then(|person| person.locked_until);
    if let Some(until) = locked_until.filter(|&until| until > now) {
        let seconds = (until.utc() - now.utc()).num_seconds().max(1);
        return Err(locked(seconds));
    }
    let hash = person.as_ref().map(|person| person.password_hash.clone());
    let right = call.app.passwords.verify(password, hash).await?;
    let Some(person) = person else {
        return Err(wrong());
    };
    if !right {
        call.app
            .db
            .write(move |conn| people::count_failure(conn, person.id, now))
            .await?;
        return Err(wrong());
    }
    let (token, digest) = secrets::fresh();
    let (session, organisation) = call
        .app
        .db
        .write(move |conn| {
            people::clear_failures(conn, person.id)?;
            let memberships = sessions::memberships_of(conn, person.id)?;
            let (membership, organisation, _) =
                choose(&memberships, organisation_id).map_err(Problem::into_error)?;
            let session = sessions::open(conn, person.id, *membership, &digest, now)?;
            Ok((session, *organisation))
        })
        .await?;
    call.answer(pair(&call, session, organisation, token))
}

fn choose(memberships: &[Membership], wanted: Option<Uuid>) -> Result<&Membership, Problem> {
    match (wanted, memberships) {
        (None, [only]) => Ok(only),
        (Some(wanted), many) => many
            .iter()
            .find(|(_, id, _)| id.uuid() == wanted)
            .ok_or_else(|| {
                Problem::new(
                    Code::OrganisationRequired,
                    "You are no member of this organisation.",
                )
                .at("/organisation_id")
            }),
        (None, []) => Err(Problem::new(
            Code::OrganisationRequired,
            "You are a member of no organisation.",
        )),
        (None, many) => {
            let names: Vec<String> = many
                .iter()
                .map(|(_, id, name)| format!("{name} ({id})"))
                .collect();
            Err(Problem::new(
                Code::OrganisationRequired,
                format!(
                    "Name the organisation that you act for: {}.",
                    names.join(", ")
                ),
            )
            .at("/organisation_id"))
        }
    }
}

fn wrong() -> Problem {
    Problem::new(Code::InvalidCredentials, "E-mail or password is wrong.")
}

fn locked(seconds: i64) -> Problem {
    let mut refusal = store::Refusal::new(
        Code::AccountLocked,
        format!("Too many wrong passwords: try again in {seconds} seconds."),
    );
    refusal.retry_after = u32::try_from(seconds).ok();
    refusal.into()
}
