//! Affiliations: a union asks a federation to take it in, a branch its union. Either side can end it.
use super::organisations::{self, Status};
use super::tree::{self, LEVELS_MAX};
use crate::actor::Actor;
use crate::budgets;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, if_found, taken};
use crate::ids::{AffiliationId, OrganisationId, PersonId};
use crate::operations::{audit, notices};
use crate::schema::affiliations;
use crate::sql::Time;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use ordering::{AFFILIATION, AffiliationAct, AffiliationState};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The kinds of organisation that belong to each other: those that buy.
const KINDS: [OrganisationKind; 2] = [OrganisationKind::Union, OrganisationKind::Community];

/// An affiliation.
#[derive(Clone, Debug)]
pub struct Affiliation {
    /// The id.
    pub id: AffiliationId,
    /// Who belongs.
    pub child: OrganisationId,
    /// To whom.
    pub parent: OrganisationId,
    /// Where it stands.
    pub state: AffiliationState,
    /// When the child asked.
    pub proposed_at: Time,
    /// When the parent answered, or the child took its question back.
    pub answered_at: Option<Time>,
    /// When one of them left.
    pub ended_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: AffiliationId,
    child_id: OrganisationId,
    parent_id: OrganisationId,
    status: String,
    _proposed_by: PersonId,
    proposed_at: Time,
    answered_at: Option<Time>,
    ended_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Affiliation {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            child: row.child_id,
            parent: row.parent_id,
            state: AffiliationState::parse(&row.status)
                .map_err(|_| corrupt("affiliations.status"))?,
            proposed_at: row.proposed_at,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
            version: row.version,
        })
    }
}

/// The child asks the parent to take it in.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`] for a parent that is not there or not
/// admitted, [`Code::NotInTree`] where the tree would turn in a ring or grow too deep, [`Code::Duplicate`]
/// where the child belongs or has asked somewhere already.
pub fn propose(conn: &mut Conn, by: &Actor, parent: OrganisationId) -> Result<Affiliation> {
    by.require_kind(&KINDS)?;
    by.require(&[Role::Admin])?;
    by.require_admitted()?;
    let above = if_found(organisations::get(conn, parent))?
        .filter(|found| found.status == Status::Admitted && KINDS.contains(&found.kind));
    if above.is_none() {
        return Err(Refusal::new(
            Code::NotFound,
            "There is no such admitted union or community organisation.",
        )
        .at("/parent_id")
        .into());
    }
    fits(conn, by.organisation, parent).map_err(|error| error.at("/parent_id"))?;
    let id = AffiliationId::fresh();
    let another = Refusal::new(
        Code::Duplicate,
        "Your organisation belongs to another, or has asked one, already.",
    );
    diesel::insert_into(affiliations::table)
        .values((
            affiliations::id.eq(id),
            affiliations::child_id.eq(by.organisation),
            affiliations::parent_id.eq(parent),
            affiliations::status.eq(AFFILIATION.initial.as_str()),
            affiliations::proposed_by.eq(by.person),
            affiliations::proposed_at.eq(by.now),
            affiliations::version.eq(1),
        ))
        .execute(conn)
        .map_err(|error| taken(error, another.at("/parent_id")))?;
    let made = get(conn, id)?;
    audit::change(
        conn,
        by,
        "affiliation.propose",
        id.uuid(),
        None,
        &entry(&made),
    )?;
    tell(conn, by, &made)?;
    Ok(made)
}

/// Refuses unless the child, with all that belongs to it, can stand under the parent.
fn fits(conn: &mut Conn, child: OrganisationId, parent: OrganisationId) -> Result<()> {
    let refuse = |detail: String| Err(Refusal::new(Code::NotInTree, detail).into());
    if tree::is_in_tree(conn, child, parent)? {
        return refuse(
            "An organisation cannot belong to itself, nor to one of its own.".to_owned(),
        );
    }
    let above = tree::ancestors(conn, parent)?.len() + 1;
    let levels = above + tree::height(conn, child)?;
    if levels > LEVELS_MAX {
        return refuse(format!(
            "The tree would have {levels} levels, and it has {LEVELS_MAX} at most."
        ));
    }
    Ok(())
}

/// One side acts on an affiliation: the parent answers, the child takes its question back, either ends.
///
/// # Errors
/// [`Code::NotFound`] for anybody else, [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`],
/// [`Code::NotInTree`] where the tree has changed since it was asked.
pub fn act(
    conn: &mut Conn,
    by: &Actor,
    id: AffiliationId,
    version: i64,
    act: AffiliationAct,
) -> Result<Affiliation> {
    let affiliation = seen_by(conn, by, id)?;
    by.require(&[Role::Admin])?;
    by.require_admitted()?;
    let may = match act {
        AffiliationAct::Accept | AffiliationAct::Refuse => by.organisation == affiliation.parent,
        AffiliationAct::Withdraw => by.organisation == affiliation.child,
        AffiliationAct::End => {
            by.organisation == affiliation.parent || by.organisation == affiliation.child
        }
    };
    if !may {
        return Err(Refusal::new(Code::Forbidden, "This is for the other side to do.").into());
    }
    let next = AFFILIATION.next(affiliation.state, act)?;
    if act == AffiliationAct::Accept {
        hold_trees(conn, &affiliation)?;
        fits(conn, affiliation.child, affiliation.parent)?;
    }
    let ended = (act == AffiliationAct::End).then_some(by.now);
    let changed = diesel::update(affiliations::table.find(id))
        .filter(affiliations::version.eq(version))
        .set((
            affiliations::status.eq(next.as_str()),
            affiliations::answered_at.eq(affiliation.answered_at.or(Some(by.now))),
            affiliations::ended_at.eq(ended),
            affiliations::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    if act == AffiliationAct::End {
        budgets::close_between(conn, by, affiliation.parent, affiliation.child)?;
    }
    let after = get(conn, id)?;
    let (before, entry) = (entry(&affiliation), entry(&after));
    let word = match act {
        AffiliationAct::Accept => "affiliation.accept",
        AffiliationAct::Refuse => "affiliation.refuse",
        AffiliationAct::Withdraw => "affiliation.withdraw",
        AffiliationAct::End => "affiliation.end",
    };
    audit::change(conn, by, word, id.uuid(), Some(&before), &entry)?;
    tell(conn, by, &after)?;
    Ok(after)
}

/// Holds the tops of both trees until the transaction ends: whoever joins two trees holds both, so no
/// ring and no sixth level comes of two joins at once.
fn hold_trees(conn: &mut Conn, affiliation: &Affiliation) -> Result<()> {
    let tops = |conn: &mut Conn| {
        let mut tops = [
            tree::root(conn, affiliation.child)?,
            tree::root(conn, affiliation.parent)?,
        ];
        tops.sort_unstable();
        Ok::<_, Error>(tops)
    };
    let before = tops(conn)?;
    for top in before {
        organisations::lock(conn, top)?;
    }
    if tops(conn)? != before {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

/// The affiliation, whoever asks.
fn get(conn: &mut Conn, id: AffiliationId) -> Result<Affiliation> {
    let row: Option<Row> = affiliations::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// The affiliation, for its two sides and, once it is accepted, for those who stand in the same tree.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: AffiliationId) -> Result<Affiliation> {
    let found = get(conn, id)?;
    let side = by.organisation == found.child || by.organisation == found.parent;
    let shown = side
        || (found.state == AffiliationState::Accepted
            && tree::root(conn, by.organisation)? == tree::root(conn, found.parent)?);
    shown.then_some(found).or_not_found()
}

/// What a list of affiliations is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those of this organisation of the actor's tree, instead of the actor's own.
    pub organisation: Option<OrganisationId>,
    /// In this state.
    pub state: Option<AffiliationState>,
}

/// The affiliations in which the organisation is child or parent, the first asked first. Of another
/// organisation than the actor's own only those that hold.
///
/// # Errors
/// [`Code::NotFound`] for an organisation outside the actor's tree.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<AffiliationId>,
    limit: i64,
) -> Result<Vec<Affiliation>> {
    let of = filter.organisation.unwrap_or(by.organisation);
    let mut query = affiliations::table
        .filter(
            affiliations::child_id
                .eq(of)
                .or(affiliations::parent_id.eq(of)),
        )
        .order(affiliations::id)
        .limit(limit)
        .into_boxed();
    if of != by.organisation {
        if tree::root(conn, of)? != tree::root(conn, by.organisation)? {
            return Err(Refusal::not_found().at("?organisation_id").into());
        }
        query = query.filter(affiliations::status.eq(AffiliationState::Accepted.as_str()));
    }
    if let Some(state) = filter.state {
        query = query.filter(affiliations::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(affiliations::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Affiliation::try_from).collect()
}

/// The names of both sides of each.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, of: &[Affiliation]) -> Result<BTreeMap<OrganisationId, String>> {
    let sides = of.iter().flat_map(|one| [one.child, one.parent]);
    organisations::names(conn, sides.collect())
}

fn entry(affiliation: &Affiliation) -> Value {
    json!({
        "child": affiliation.child.to_string(),
        "parent": affiliation.parent.to_string(),
        "status": affiliation.state.as_str(),
    })
}

/// Tells the other side's admins.
fn tell(conn: &mut Conn, by: &Actor, affiliation: &Affiliation) -> Result<()> {
    let (child, parent) = (affiliation.child, affiliation.parent);
    let other = if by.organisation == child {
        parent
    } else {
        child
    };
    let names = organisations::names(conn, vec![child, parent])?;
    let notice = json!({
        "kind": "affiliation_changed",
        "child": names.get(&child),
        "parent": names.get(&parent),
        "status": affiliation.state.as_str(),
        "url": format!("/affiliations/{}", affiliation.id),
    });
    notices::tell(conn, other, Role::Admin, &notice, by.now)
}
