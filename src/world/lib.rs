//! Everything read from files: holidays, service plans, checklists, tables and the configuration.

pub mod checklists;
pub mod config;
pub mod holidays;
pub mod plans;
pub mod tables;
pub mod toml_file;
