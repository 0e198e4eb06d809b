//! Checklists from TOML: those shipped in `templates/checklists`, and the administrator's.

use std::path::Path;

use crate::domain::checklist::Checklist;

/// All checklists that the office knows.
#[derive(Debug)]
pub struct Checklists {}

impl Checklists {
    /// The shipped checklists, and those of `own` (a folder of TOML files), which win by key.
    ///
    /// # Errors
    /// Every mistake of every file, each with file and line.
    pub fn load(own: Option<&Path>) -> Result<Checklists, Vec<String>> {
        todo!()
    }
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Checklist> {
        todo!()
    }
}
