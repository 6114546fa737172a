//! Giving parts of a line on to those who belong to the organisation, and taking back what is free.
use super::{BudgetLine, Terms, entry, get, held, insert, require_keeper, save, seen_by};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, Refusal, Result};
use crate::identity::{organisations, tree};
use crate::ids::{BudgetLineId, OrganisationId};
use crate::operations::{audit, notices};
use crate::schema::budget_lines;
use diesel::prelude::*;
use governance::Role;
use ordering::{BUDGET_LINE, Bound, BudgetLineAct, BudgetLineState};
use serde_json::json;

/// Gives a part of a line to an organisation that belongs directly to the actor's. The parts and what the
/// line carries itself never come to more than the line.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for a line of another organisation, [`Code::Stale`],
/// [`Code::WrongState`] for a closed line, [`Code::NotInTree`], [`Code::InvalidInput`] for another
/// currency, days outside the line's, or a part without limit of a line with one, [`Code::OverBudget`]
/// with what is left.
pub fn delegate(
    conn: &mut Conn,
    by: &Actor,
    id: BudgetLineId,
    version: i64,
    to: OrganisationId,
    terms: &Terms,
) -> Result<BudgetLine> {
    seen_by(conn, by, id)?;
    require_keeper(by)?;
    let mut line = held(conn, id)?;
    if line.organisation != by.organisation {
        let detail = "Only the organisation that spends a line gives parts of it.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    if line.version != version {
        return Err(Refusal::stale().into());
    }
    BUDGET_LINE.next(line.state, BudgetLineAct::Delegate)?;
    if tree::parent(conn, to)? != Some(by.organisation) {
        let detail = "Parts are given to those who belong directly to your organisation.";
        return Err(Refusal::new(Code::NotInTree, detail)
            .at("/organisation_id")
            .into());
    }
    within(&line, terms)?;
    let before = entry(&line);
    let given = line.budget.delegate(terms.amount);
    line.budget = given.map_err(|error| Error::from(error).at("/part/amount"))?;
    let line = save(conn, line)?;
    let part = insert(conn, by, to, Some(id), terms)?;
    audit::change(
        conn,
        by,
        "budget_line.delegate",
        id.uuid(),
        Some(&before),
        &json!({"line": entry(&line), "part": entry(&part), "part_id": part.id.to_string()}),
    )?;
    let names = organisations::names(conn, vec![by.organisation])?;
    let notice = json!({
        "kind": "budget_delegated",
        "giver": names.get(&by.organisation),
        "line": part.name,
        "amount": match part.budget.amount {
            Bound::Unlimited => None,
            Bound::Amount(amount) => Some(crate::orders::notice_amount(amount)),
        },
        "url": format!("/budget-lines/{}", part.id),
    });
    notices::tell(conn, to, Role::Admin, &notice, by.now)?;
    Ok(part)
}

fn within(line: &BudgetLine, terms: &Terms) -> Result<()> {
    let mut fields = Vec::new();
    let mut require = |holds: bool, pointer: &str, detail: String| {
        if !holds {
            fields.push(FieldError {
                pointer: pointer.to_owned(),
                detail,
            });
        }
    };
    let (code, starts, ends) = (line.currency.code(), line.starts_on, line.ends_on);
    let same = terms.currency == line.currency;
    require(same, "/part/currency", format!("The line is in {code}."));
    let starts_within = terms.starts_on >= starts;
    require(
        starts_within,
        "/part/starts_on",
        format!("The line starts on {starts}."),
    );
    let ends_within = terms.ends_on <= ends;
    require(
        ends_within,
        "/part/ends_on",
        format!("The line ends on {ends}."),
    );
    if fields.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(Code::InvalidInput, "A part stays within its line.");
    refusal.fields = fields;
    Err(refusal.into())
}

/// Closes a line, as its organisation or as who gave it, with all the parts that were given of it. What is
/// free goes back to the line above; what is committed stays until its orders are through.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for who gave it at a greater distance, [`Code::Stale`],
/// [`Code::WrongState`].
pub fn close(conn: &mut Conn, by: &Actor, id: BudgetLineId, version: i64) -> Result<BudgetLine> {
    let seen = seen_by(conn, by, id)?;
    require_keeper(by)?;
    let giver = match seen.parent {
        Some(parent) => Some(get(conn, parent)?.organisation),
        None => None,
    };
    if seen.organisation != by.organisation && giver != Some(by.organisation) {
        let detail = "A line is closed by who spends it, or by who gave it.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    if seen.version != version {
        return Err(Refusal::stale().into());
    }
    BUDGET_LINE.next(seen.state, BudgetLineAct::Close)?;
    close_all(conn, by, id)
}

/// Closes the lines that the parent gave the child: they no longer belong to each other.
///
/// # Errors
/// Those of the database.
pub fn close_between(
    conn: &mut Conn,
    by: &Actor,
    parent: OrganisationId,
    child: OrganisationId,
) -> Result<()> {
    let parts: Vec<(BudgetLineId, Option<BudgetLineId>)> = budget_lines::table
        .filter(budget_lines::organisation_id.eq(child))
        .filter(budget_lines::parent_line_id.is_not_null())
        .filter(budget_lines::status.eq(BudgetLineState::Open.as_str()))
        .order(budget_lines::id)
        .select((budget_lines::id, budget_lines::parent_line_id))
        .load(conn)?;
    let above: Vec<BudgetLineId> = parts.iter().filter_map(|(_, above)| *above).collect();
    let given: Vec<BudgetLineId> = budget_lines::table
        .filter(budget_lines::id.eq_any(above))
        .filter(budget_lines::organisation_id.eq(parent))
        .select(budget_lines::id)
        .load(conn)?;
    let lines = parts
        .into_iter()
        .filter(|(_, above)| above.is_some_and(|above| given.contains(&above)))
        .map(|(line, _)| line);
    for line in lines {
        close_all(conn, by, line)?;
    }
    Ok(())
}

/// Closes the line after the parts given of it; what comes free goes up.
fn close_all(conn: &mut Conn, by: &Actor, id: BudgetLineId) -> Result<BudgetLine> {
    // Lines are held from the top down, as everywhere.
    let above = get(conn, id)?.parent;
    if let Some(above) = above {
        held(conn, above)?;
    }
    held(conn, id)?;
    let parts: Vec<BudgetLineId> = budget_lines::table
        .filter(budget_lines::parent_line_id.eq(id))
        .filter(budget_lines::status.eq(BudgetLineState::Open.as_str()))
        .order(budget_lines::id)
        .select(budget_lines::id)
        .load(conn)?;
    for part in parts {
        close_all(conn, by, part)?;
    }
    let mut line = get(conn, id)?;
    let before = entry(&line);
    line.state = BUDGET_LINE.next(line.state, BudgetLineAct::Close)?;
    line.closed_at = Some(by.now);
    let (budget, free) = line.budget.cut()?;
    line.budget = budget;
    let line = save(conn, line)?;
    if let Some(above) = line.parent {
        let mut above = get(conn, above)?;
        above.budget = above.budget.take_back(free)?;
        save(conn, above)?;
    }
    let after = entry(&line);
    audit::change(
        conn,
        by,
        "budget_line.close",
        id.uuid(),
        Some(&before),
        &after,
    )?;
    Ok(line)
}
