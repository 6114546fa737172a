//! What verifications are worth: signatures of networks, and recognitions between networks.
//!
//! [`verified_by`] is the one question that listings and matching ask.
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{OrganisationId, RecognitionId};
use crate::schema::{dossiers, recognitions};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{Recognition, Standing, Verification, satisfies};

/// What a verification of `cooperative` is worth on `date` to a buyer whose policy names
/// `policy_networks` (none: any network will do): the best standing that a network of the policy, or
/// one that it recognises, has signed. `None`: it is not verified for this buyer.
///
/// # Errors
/// Those of the database.
pub fn verified_by(
    conn: &mut Conn,
    cooperative: OrganisationId,
    policy_networks: &[OrganisationId],
    date: NaiveDate,
) -> Result<Option<Standing>> {
    let signed = signatures(conn, cooperative)?;
    let recognitions = given_by(conn, policy_networks)?;
    let of = |standing: Standing| -> Vec<_> {
        signed
            .iter()
            .copied()
            .filter(|verification| verification.standing() == standing)
            .collect()
    };
    Ok([Standing::Verified, Standing::Provisional]
        .into_iter()
        .find(|&standing| satisfies(policy_networks, &of(standing), &recognitions, date)))
}

/// Every signature under a dossier of the co-operative, in force or expired, oldest first.
///
/// # Errors
/// Those of the database.
pub fn signatures(
    conn: &mut Conn,
    cooperative: OrganisationId,
) -> Result<Vec<Verification<OrganisationId>>> {
    type Row = (
        OrganisationId,
        Option<String>,
        Option<Time>,
        Option<NaiveDate>,
    );
    let rows: Vec<Row> = dossiers::table
        .filter(dossiers::cooperative_id.eq(cooperative))
        .filter(dossiers::status.eq("signed"))
        .order(dossiers::signed_at)
        .select((
            dossiers::network_id,
            dossiers::standing,
            dossiers::signed_at,
            dossiers::expires_on,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(network, standing, signed_at, expires_on)| {
            signature(network, standing.as_deref(), signed_at, expires_on)?
                .ok_or_else(|| corrupt("dossiers.signed_at"))
        })
        .collect()
}

/// The signature in a dossier's columns, if it was signed.
pub(super) fn signature(
    network: OrganisationId,
    standing: Option<&str>,
    signed_at: Option<Time>,
    expires_on: Option<NaiveDate>,
) -> Result<Option<Verification<OrganisationId>>> {
    let (Some(standing), Some(signed_at), Some(expires_on)) = (standing, signed_at, expires_on)
    else {
        return Ok(None);
    };
    let standing = Standing::parse(standing).map_err(|_| corrupt("dossiers.standing"))?;
    Verification::parse(network, standing, signed_at.date(), expires_on)
        .map(Some)
        .map_err(|_| corrupt("dossiers.expires_on"))
}

/// The recognitions given by any of `networks`, ended ones too.
fn given_by(
    conn: &mut Conn,
    networks: &[OrganisationId],
) -> Result<Vec<Recognition<OrganisationId>>> {
    if networks.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<RecognitionRow> = recognitions::table
        .filter(recognitions::network_id.eq_any(networks))
        .load(conn)?;
    rows.iter().map(RecognitionRow::read).collect()
}

#[derive(Queryable)]
pub(super) struct RecognitionRow {
    pub(super) id: RecognitionId,
    pub(super) network_id: OrganisationId,
    pub(super) recognised_id: OrganisationId,
    pub(super) since: NaiveDate,
    pub(super) ended_on: Option<NaiveDate>,
    _recorded_by: crate::ids::PersonId,
    pub(super) version: i64,
}

impl RecognitionRow {
    pub(super) fn read(&self) -> Result<Recognition<OrganisationId>> {
        Recognition::parse(
            self.network_id,
            self.recognised_id,
            self.since,
            self.ended_on,
        )
        .map_err(|_| corrupt("recognitions"))
    }
}
