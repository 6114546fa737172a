//! How ids and millionths are written in the JSON that this crate keeps: as text, for serde's `with`.
use serde::{Deserialize, Deserializer, Serializer};
use std::fmt::Display;
use uuid::Uuid;

/// A typed id as its UUID's text.
pub(super) mod id {
    use super::{Deserialize, Deserializer, Display, Serializer, Uuid};

    pub(crate) fn serialize<T: Display, S: Serializer>(id: &T, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(id)
    }
    pub(crate) fn deserialize<'de, T: From<Uuid>, D: Deserializer<'de>>(
        reader: D,
    ) -> Result<T, D::Error> {
        Uuid::deserialize(reader).map(T::from)
    }
}

/// Millionths as a decimal's text.
pub(super) mod micro {
    use super::{Deserialize, Deserializer, Serializer};
    use money::Micro;
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(value: &Micro, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(value)
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<Micro, D::Error> {
        let text = String::deserialize(reader)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A currency as its code.
pub(super) mod currency {
    use super::{Deserialize, Deserializer, Serializer};
    use money::Currency;
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(value: &Currency, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(value.code())
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(reader)?;
        Currency::parse(&code).map_err(D::Error::custom)
    }
}

/// The same where there may be none.
pub(super) mod micro_or_none {
    use super::{Deserialize, Deserializer, Serializer};
    use money::Micro;
    use serde::de::Error as _;

    #[expect(clippy::ref_option, reason = "serde hands a field over by reference")]
    pub(crate) fn serialize<S: Serializer>(
        value: &Option<Micro>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => out.collect_str(value),
            None => out.serialize_none(),
        }
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        reader: D,
    ) -> Result<Option<Micro>, D::Error> {
        let text: Option<String> = Option::deserialize(reader)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}
