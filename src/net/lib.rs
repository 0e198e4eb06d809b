//! What leaves the machine besides mail: whose certificates are believed, which addresses are asked, the one HTTP
//! client, and the sign of life to a watching service.

pub mod http;
pub mod ping;
pub mod reach;
pub mod tls;
