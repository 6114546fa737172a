//! Approval ladders: who signs for an organisation, step by step, as its assembly adopted it. Versions are
//! kept; the latest holds.
use super::assembly::{self, Subject};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, FieldError, OrNotFound, Refusal, Result, corrupt, taken};
use crate::ids::{AssemblyRecordId, LadderId, OrganisationId};
use crate::operations::audit;
use crate::schema::approval_ladders;
use crate::sql::{Json, Time};
use diesel::prelude::*;
use governance::{OrganisationKind, Role, TextHash};
use money::{Currency, Money, parse_decimal};
use ordering::{Bound, CurrencySteps, Demand, Ladder, Office, Signers, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The word for a bound that there is none.
const UNLIMITED: &str = "unlimited";

/// A version of an organisation's ladder.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The id.
    pub id: LadderId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Counts the organisation's ladders.
    pub number: i64,
    /// The steps.
    pub ladder: Ladder,
    /// SHA-256 of the text that the assembly voted on.
    pub text_hash: TextHash,
    /// The assembly's decision.
    pub assembly_record: AssemblyRecordId,
    /// When it was adopted.
    pub adopted_at: Time,
}

/// The steps of a currency as they are written; the fields in the order of the alphabet, since the text
/// that an assembly votes on is this.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSteps {
    currency: String,
    emergency: Vec<WrittenStep>,
    full: Vec<WrittenStep>,
    within_budget: Vec<WrittenStep>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    assembly_record: bool,
    inclusive: bool,
    signers: Vec<WrittenSigners>,
    up_to: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSigners {
    persons: u32,
    role: String,
}

/// What a payment asks for, as it is kept with an order; its path has a column of its own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDemand {
    assembly_record: bool,
    signers: Vec<WrittenSigners>,
}

fn write_signers(signers: &[Signers]) -> Vec<WrittenSigners> {
    let written = signers.iter().map(|signers| WrittenSigners {
        persons: signers.persons,
        role: signers.office.as_str().to_owned(),
    });
    written.collect()
}

fn read_signers(written: &[WrittenSigners]) -> Option<Vec<Signers>> {
    let read = written.iter().map(|signers| {
        Some(Signers {
            office: Office::parse(&signers.role).ok()?,
            persons: signers.persons,
        })
    });
    read.collect()
}

fn write_steps(steps: &[Step]) -> Vec<WrittenStep> {
    let written = steps.iter().map(|step| WrittenStep {
        assembly_record: step.assembly_record,
        inclusive: step.inclusive,
        signers: write_signers(&step.signers),
        up_to: match step.up_to {
            Bound::Unlimited => UNLIMITED.to_owned(),
            Bound::Amount(amount) => amount.to_decimal().to_string(),
        },
    });
    written.collect()
}

fn read_steps(currency: Currency, written: &[WrittenStep]) -> Option<Vec<Step>> {
    let read = written.iter().map(|step| {
        let up_to = if step.up_to == UNLIMITED {
            Bound::Unlimited
        } else {
            let amount = parse_decimal(&step.up_to).ok()?;
            Bound::Amount(Money::from_decimal(amount, currency).ok()?)
        };
        Some(Step {
            up_to,
            inclusive: step.inclusive,
            signers: read_signers(&step.signers)?,
            assembly_record: step.assembly_record,
        })
    });
    read.collect()
}

fn write(ladder: &Ladder) -> Vec<WrittenSteps> {
    let written = ladder.currencies().iter().map(|steps| WrittenSteps {
        currency: steps.currency.code().to_owned(),
        emergency: write_steps(&steps.emergency),
        full: write_steps(&steps.full),
        within_budget: write_steps(&steps.within_budget),
    });
    written.collect()
}

fn read(written: Json) -> Result<Ladder> {
    let kept = || corrupt("approval_ladders.steps");
    let written: Vec<WrittenSteps> = serde_json::from_value(written.0).map_err(|_| kept())?;
    let steps = written.iter().map(|steps| {
        let currency = Currency::parse(&steps.currency).ok()?;
        Some(CurrencySteps {
            currency,
            full: read_steps(currency, &steps.full)?,
            within_budget: read_steps(currency, &steps.within_budget)?,
            emergency: read_steps(currency, &steps.emergency)?,
        })
    });
    let steps: Option<Vec<CurrencySteps>> = steps.collect();
    Ladder::parse(steps.ok_or_else(kept)?).map_err(|_| kept())
}

/// A demand as it is kept with an order.
///
/// # Errors
/// None in practice: it is plain JSON.
pub(crate) fn write_demand(demand: &Demand) -> Result<Json> {
    let written = WrittenDemand {
        assembly_record: demand.assembly_record,
        signers: write_signers(&demand.signers),
    };
    let written = serde_json::to_value(written);
    Ok(Json(
        written.map_err(|_| corrupt("approval_demands.demand"))?,
    ))
}

/// A kept demand; `path` is the word of its column.
///
/// # Errors
/// Where the database was tampered with.
pub(crate) fn read_demand(path: &str, written: Json) -> Result<Demand> {
    let kept = || corrupt("approval_demands.demand");
    let written: WrittenDemand = serde_json::from_value(written.0).map_err(|_| kept())?;
    Ok(Demand {
        path: ordering::ApprovalPath::parse(path).map_err(|_| kept())?,
        signers: read_signers(&written.signers).ok_or_else(kept)?,
        assembly_record: written.assembly_record,
    })
}

/// The text of a ladder that an assembly votes on, and its SHA-256.
///
/// # Errors
/// None in practice: it is plain JSON.
pub fn text(ladder: &Ladder) -> Result<(String, TextHash)> {
    let text = serde_json::to_string(&write(ladder)).map_err(|_| corrupt("a ladder's text"))?;
    let digits: String = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((text, TextHash::parse(&digits)?))
}

type Row = (
    LadderId,
    OrganisationId,
    i64,
    Json,
    String,
    AssemblyRecordId,
    Time,
);

fn adopted((id, organisation, number, steps, hash, record, at): Row) -> Result<Adopted> {
    Ok(Adopted {
        id,
        organisation,
        number,
        ladder: read(steps)?,
        text_hash: TextHash::parse(&hash).map_err(|_| corrupt("approval_ladders.text_hash"))?,
        assembly_record: record,
        adopted_at: at,
    })
}

/// The ladders that hold for these organisations; none for who has adopted none.
///
/// # Errors
/// Those of the database.
pub(crate) fn present(
    conn: &mut Conn,
    of: Vec<OrganisationId>,
) -> Result<BTreeMap<OrganisationId, Adopted>> {
    let rows: Vec<Row> = approval_ladders::table
        .filter(approval_ladders::organisation_id.eq_any(of))
        .order(approval_ladders::number)
        .select((
            approval_ladders::id,
            approval_ladders::organisation_id,
            approval_ladders::number,
            approval_ladders::steps,
            approval_ladders::text_hash,
            approval_ladders::assembly_record_id,
            approval_ladders::adopted_at,
        ))
        .load(conn)?;
    // Of each organisation the last of its versions is left.
    let latest: BTreeMap<OrganisationId, Row> = rows.into_iter().map(|row| (row.1, row)).collect();
    latest
        .into_iter()
        .map(|(of, row)| Ok((of, adopted(row)?)))
        .collect()
}

/// The ladder that holds for the actor's own organisation.
///
/// # Errors
/// [`Code::NotFound`] for another organisation's, and where none was adopted.
pub fn own(conn: &mut Conn, by: &Actor, organisation: OrganisationId) -> Result<Adopted> {
    if organisation != by.organisation {
        return Err(Refusal::not_found().into());
    }
    present(conn, vec![organisation])?
        .remove(&organisation)
        .or_not_found()
}

/// The organisation adopts a ladder by its assembly's decision on this very text. `number` is that of the
/// ladder that holds, 0 where there is none. Orders that wait for approvals by an earlier ladder have to
/// be submitted anew.
///
/// # Errors
/// [`Code::NotFound`] for another organisation, [`Code::Forbidden`], [`Code::Stale`],
/// [`Code::AssemblyNotValid`], [`Code::OtherText`] with the hash that the ladder has.
pub fn adopt(
    conn: &mut Conn,
    by: &Actor,
    organisation: OrganisationId,
    number: i64,
    ladder: &Ladder,
    record: AssemblyRecordId,
) -> Result<Adopted> {
    if organisation != by.organisation {
        return Err(Refusal::not_found().into());
    }
    use OrganisationKind::{Community, Cooperative, Union};
    by.require_kind(&[Union, Community, Cooperative])?;
    by.require(&[Role::Admin])?;
    by.require_admitted()?;
    let pointer = "/assembly_record_id";
    let decided = assembly::own_carried(conn, by, record, Subject::ApprovalLadder, pointer)?;
    let (_, hash) = text(ladder)?;
    if decided.record.facts().text_hash != hash {
        let detail = format!("The assembly voted on another text; that of this ladder is {hash}.");
        return Err(Refusal::new(Code::OtherText, detail).at(pointer).into());
    }
    let before = present(conn, vec![organisation])?.remove(&organisation);
    if before.as_ref().map_or(0, |before| before.number) != number {
        return Err(Refusal::stale().into());
    }
    let steps = serde_json::to_value(write(ladder));
    let steps = Json(steps.map_err(|_| corrupt("approval_ladders.steps"))?);
    let id = LadderId::fresh();
    diesel::insert_into(approval_ladders::table)
        .values((
            approval_ladders::id.eq(id),
            approval_ladders::organisation_id.eq(organisation),
            approval_ladders::number.eq(number + 1),
            approval_ladders::steps.eq(&steps),
            approval_ladders::text_hash.eq(hash.as_str()),
            approval_ladders::assembly_record_id.eq(record),
            approval_ladders::adopted_by.eq(by.person),
            approval_ladders::adopted_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, Refusal::stale()))?;
    let entry =
        |number: i64, hash: &TextHash| json!({"number": number, "text_hash": hash.as_str()});
    let before = before.map(|before| entry(before.number, &before.text_hash));
    audit::change(
        conn,
        by,
        "approval_ladder.adopt",
        organisation.uuid(),
        before.as_ref(),
        &entry(number + 1, &hash),
    )?;
    own(conn, by, organisation)
}

/// The faults of a ladder as a refusal, `pointer` being where its currencies stand in the body.
pub fn refusal(faults: Vec<ordering::LadderFault>, pointer: &str) -> Refusal {
    let mut refusal = Refusal::new(Code::InvalidInput, "The ladder cannot be what it says.");
    refusal.fields = faults
        .into_iter()
        .map(|fault| FieldError {
            pointer: format!("{pointer}{}", fault.pointer),
            detail: fault.detail,
        })
        .collect();
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_office_of_a_ladder_is_a_role_that_every_buyer_gives() {
        for office in Office::ALL {
            let role = Role::parse(office.as_str()).map(|role| {
                [
                    OrganisationKind::Union,
                    OrganisationKind::Community,
                    OrganisationKind::Cooperative,
                ]
                .iter()
                .all(|kind| role.allowed_in(*kind))
            });
            assert_eq!(role, Ok(*office != Office::FundSteward), "{office}");
        }
    }
}
