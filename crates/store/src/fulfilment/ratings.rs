//! Ratings of use: delegates of a branch say how fit the goods are, and the record of a co-operative counts
//! what they said. Nobody is ranked by it.
use super::receipts::{self, Receipt};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{OrganisationId, ReceiptId};
use crate::operations::audit;
use crate::schema::receipts as table;
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// A member of the branch that received the goods says how fit for use they are, 1 to 5.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for anybody but the branch, [`Code::Stale`].
pub fn rate(
    conn: &mut Conn,
    by: &Actor,
    id: ReceiptId,
    version: i64,
    (fitness, comment): (i32, Option<&str>),
) -> Result<Receipt> {
    let receipt = receipts::get(conn, by, id)?;
    if receipt.branch != by.organisation {
        let detail = "Those who received the goods rate them.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    let changed = diesel::update(table::table.find(id))
        .filter(table::version.eq(version))
        .set((
            table::fitness.eq(Some(fitness)),
            table::comment.eq(comment),
            table::rated_by.eq(Some(by.person)),
            table::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let before = json!({"fitness": receipt.fitness});
    let after = json!({"fitness": fitness});
    audit::change(conn, by, "receipt.rate", id.uuid(), Some(&before), &after)?;
    receipts::get(conn, by, id)
}

/// How many receipts of the co-operative's goods have each rating, 1 to 5; whose they are stays hidden.
///
/// # Errors
/// Those of the database.
pub fn of_cooperative(conn: &mut Conn, cooperative: OrganisationId) -> Result<BTreeMap<i32, i64>> {
    let rows: Vec<(Option<i32>, i64)> = table::table
        .filter(table::cooperative_id.eq(cooperative))
        .filter(table::fitness.is_not_null())
        .group_by(table::fitness)
        .select((table::fitness, count_star()))
        .load(conn)?;
    let mut counts: BTreeMap<i32, i64> = (1..=5).map(|fitness| (fitness, 0)).collect();
    for (fitness, count) in rows {
        if let Some(fitness) = fitness {
            counts.insert(fitness, count);
        }
    }
    Ok(counts)
}
