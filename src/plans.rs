//! Service plans from TOML: those shipped in `templates/plans`, and the administrator's.

use std::path::Path;

use crate::domain::contract::{Contract, ServicePlan, Term};

/// All service plans that the office knows.
#[derive(Debug)]
pub struct Plans {}

/// Why a contract has no terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTerms {
    #[error("there is no service plan {plan:?}{}", .suggestion.as_ref().map(|s| format!("; did you mean {s}?")).unwrap_or_default())]
    UnknownPlan { plan: String, suggestion: Option<String> },
    #[error("{column} = {value:?}: {why}")]
    BadOverride { column: String, value: String, why: String },
}

impl Plans {
    /// The shipped plans, and those of `own` (a folder of TOML files), which win by name.
    ///
    /// # Errors
    /// Every mistake of every file, each with file and line.
    pub fn load(own: Option<&Path>) -> Result<Plans, Vec<String>> {
        todo!()
    }
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ServicePlan> {
        todo!()
    }
    /// The contract's terms: its plan's, with the contract's own overrides.
    ///
    /// # Errors
    /// [`NoTerms`]
    pub fn terms(&self, contract: &Contract) -> Result<Vec<Term>, NoTerms> {
        todo!()
    }
}
