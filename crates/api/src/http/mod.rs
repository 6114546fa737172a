//! The conventions that every operation shares.
pub mod body;
pub mod call;
pub mod contract;
pub mod fields;
pub mod limit;
pub mod metrics;
pub mod negotiation;
pub mod observe;
pub mod page;
pub mod printed;
pub mod problem;
pub mod query;
pub mod reply;
pub mod wire;

pub use body::Body;
pub use call::Call;
pub use fields::Fields;
pub use page::{List, Page, Paging};
pub use problem::{Answer, Problem};
pub use query::Query;
pub use reply::Reply;
