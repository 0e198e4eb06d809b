//! What a statement can bind: values that both drivers know, and identities, which are bound as their contents.

use chrono::NaiveDate;
use sqlx::{Encode, Postgres, Sqlite, Type};

use domain::Instant;
use domain::ids::{
    ContractCode, CustomerCode, DeadlineId, EngineerCode, EquipmentCode, FindingId, FormId, LetterId, LinkId,
    ManagerCode, SiteCode, SlotId, TermName, VisitId,
};

/// A value that the drivers of both engines can encode.
pub trait PlainValue<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}
impl<'q, T> PlainValue<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}

/// A value that a statement can bind.
pub trait Bind<'q> {
    /// The type that is passed to the drivers.
    type Plain: PlainValue<'q>;

    /// Converts the value into that type.
    fn plain(self) -> Self::Plain;
}

/// Values that are plain already.
macro_rules! plain {
    ($($value:ty),*) => {
        $(impl<'q> Bind<'q> for $value {
            type Plain = $value;

            fn plain(self) -> $value {
                self
            }
        })*
    };
}

/// Identities that are numbers.
macro_rules! numbers {
    ($($id:ty),*) => {
        $(impl Bind<'_> for $id {
            type Plain = i64;

            fn plain(self) -> i64 {
                self.0
            }
        })*
    };
}

/// Identities that are texts.
macro_rules! codes {
    ($($code:ty),*) => {
        $(impl<'q> Bind<'q> for &'q $code {
            type Plain = &'q str;

            fn plain(self) -> &'q str {
                self.as_str()
            }
        })*
    };
}

plain!(bool, i32, i64, f64, String, &'q str, &'q String, NaiveDate, Instant, Vec<u8>, &'q Vec<u8>, &'q [u8]);
numbers!(DeadlineId, FindingId, FormId, LetterId, LinkId, SlotId, VisitId);
codes!(ContractCode, CustomerCode, EngineerCode, EquipmentCode, ManagerCode, SiteCode, TermName);

impl<'q, T> Bind<'q> for Option<T>
where
    T: Bind<'q>,
    Option<T::Plain>: PlainValue<'q>,
{
    type Plain = Option<T::Plain>;

    fn plain(self) -> Self::Plain {
        self.map(T::plain)
    }
}
