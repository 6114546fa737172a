//! The SQL types that PostgreSQL and SQLite store differently, and the Rust values that cross.
//! Everything else is `BigInt`, `Integer`, `Text`, `Bool` or `Date`, which diesel maps on both.
use crate::db::AnyBackend;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

/// `uuid` on PostgreSQL, a 16 byte BLOB on SQLite.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Id;

/// `timestamptz` on PostgreSQL, INTEGER microseconds since 1970 on SQLite.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Instant;

/// `jsonb` on PostgreSQL, TEXT on SQLite.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Doc;

/// The value of an [`Id`] column; code outside this module uses the typed ids of [`crate::ids`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Id)]
pub struct Key(pub Uuid);

/// A point in time, in UTC, to the microsecond: what both databases keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub struct Time(DateTime<Utc>);

impl Time {
    /// The clock's time. Only the edges call it (the server, the worker, the command line).
    pub fn now() -> Self {
        Self::from(Utc::now())
    }

    /// The moment itself.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The date in UTC.
    pub fn date(self) -> NaiveDate {
        self.0.date_naive()
    }

    /// This moment moved by `delta`, or the same where the calendar ends.
    #[must_use]
    pub fn plus(self, delta: chrono::TimeDelta) -> Self {
        self.0.checked_add_signed(delta).map_or(self, Self)
    }
}

impl From<DateTime<Utc>> for Time {
    /// Cuts to the microsecond, so that a value read back equals the value written.
    fn from(at: DateTime<Utc>) -> Self {
        Self(DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at))
    }
}

/// The value of a [`Doc`] column.
#[derive(Clone, Debug, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Doc)]
pub struct Json(pub serde_json::Value);

/// Maps `$value` on both backends by naming, per backend, the type that diesel already maps.
macro_rules! portable {
    ($value:ty, $sql:ident) => {
        impl ToSql<$sql, AnyBackend> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, AnyBackend>) -> serialize::Result {
                out.set_value(($sql, self));
                Ok(IsNull::No)
            }
        }
        impl FromSql<$sql, AnyBackend> for $value {
            fn from_sql(bytes: <AnyBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<$value, $sql>()
            }
        }
    };
}

/// The SQL type itself, once.
macro_rules! known {
    ($sql:ident) => {
        impl HasSqlType<$sql> for AnyBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                AnyBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
    };
}
known!(Id);
known!(Instant);
known!(Doc);
portable!(Key, Id);
portable!(Time, Instant);
portable!(Json, Doc);

macro_rules! as_in_postgres {
    ($value:ident($inner:ty), $sql:ident, $pg:ident) => {
        impl ToSql<$sql, Pg> for $value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <$inner as ToSql<sql_types::$pg, Pg>>::to_sql(&self.0, out)
            }
        }
        impl FromSql<$sql, Pg> for $value {
            fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <$inner as FromSql<sql_types::$pg, Pg>>::from_sql(bytes).map(Self)
            }
        }
    };
}
as_in_postgres!(Key(Uuid), Id, Uuid);
as_in_postgres!(Time(DateTime<Utc>), Instant, Timestamptz);
as_in_postgres!(Json(serde_json::Value), Doc, Jsonb);

impl ToSql<Id, Sqlite> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl FromSql<Id, Sqlite> for Key {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<sql_types::Binary, Sqlite>>::from_sql(bytes)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}
impl ToSql<Instant, Sqlite> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, Sqlite> for Time {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(bytes)?;
        Utc.timestamp_micros(micros)
            .single()
            .map(Self)
            .ok_or_else(|| format!("{micros} is not an instant").into())
    }
}
impl ToSql<Doc, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl FromSql<Doc, Sqlite> for Json {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <serde_json::Value as FromSql<sql_types::Json, Sqlite>>::from_sql(bytes).map(Self)
    }
}
