//! Customers with their sites, contacts and equipment; engineers, managers and contracts.

pub mod changes;
pub mod contact;
pub mod contract;
pub mod contract_version;
pub mod customer;
pub mod engineer;
pub mod equipment;
pub mod gone;
pub mod manager;
pub mod site;
