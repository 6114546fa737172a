//! Talks that lapse: the time to answer is over, or the quote is not valid any more.
use super::requests::close_if_over;
use super::rows::{self, Quotation};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::operations::audit::{self, Act};
use crate::sql::Time;
use diesel::Connection;
use ordering::{QUOTATION, QuotationAct};
use serde_json::json;

/// At most this many in one transaction: others write in between.
const AT_ONCE: i64 = 20;

/// Lets pass what is due at `now`. Returns how much was due; call it until that is nothing.
///
/// # Errors
/// Those of the database.
pub fn pass_due(conn: &mut Conn, now: Time) -> Result<usize> {
    let mut done = 0;
    for lapsed in rows::lapsed(conn, now, AT_ONCE)? {
        let id = lapsed.id;
        match conn.transaction(|conn| expire(conn, lapsed.clone(), now)) {
            Ok(()) => done += 1,
            Err(Error::Refused(refusal)) => {
                tracing::warn!(%id, detail = refusal.detail, "a quotation could not lapse");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn expire(conn: &mut Conn, before: Quotation, now: Time) -> Result<()> {
    let mut expired = before.clone();
    expired.state = QUOTATION.next(before.state, QuotationAct::Expire)?;
    let expired = rows::save(conn, expired)?;
    let entry = |quotation: &Quotation| json!({"status": quotation.state.as_str()});
    let act = Act {
        act: "quotation.expire",
        kind: "quotation",
        id: expired.id.uuid(),
        before: Some(&entry(&before)),
        after: Some(&entry(&expired)),
    };
    audit::record_by_server(conn, now, expired.cooperative, &act)?;
    close_if_over(conn, expired.request)
}
