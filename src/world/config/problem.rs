//! Problems of a configuration, each with its place and its remedy.

use std::fmt;
use std::path::Path;

/// One problem of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File and line, or the environment variable or credential.
    pub place: String,
    /// The key with its section, `mail.port`; empty if it concerns the whole file.
    pub key: String,
    /// The value that was given; never that of a secret.
    pub value: Option<String>,
    /// The rule that was broken.
    pub rule: String,
    /// What to write instead; may be empty.
    pub remedy: String,
}

impl Problem {
    /// A problem with a whole file, for example one that cannot be read.
    #[must_use]
    pub fn of_file(path: &Path, rule: String) -> Problem {
        Problem { place: path.display().to_string(), key: String::new(), value: None, rule, remedy: String::new() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match (self.key.as_str(), &self.value) {
            ("", _) => {}
            (key, None) => write!(f, "{key}: ")?,
            (key, Some(value)) => write!(f, "{key} = {value:?}: ")?,
        }
        f.write_str(&self.rule)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

/// All problems of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    pub(super) fn extend(&mut self, more: Vec<Problem>) {
        self.0.extend(more);
    }

    pub(super) fn into_result<T>(self, value: T) -> Result<T, Problems> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Whether a section, or a top-level key, is free of problems.
    #[must_use]
    pub fn spare(&self, section: &str) -> bool {
        let is_of = |key: &str| key.is_empty() || key.split('.').next() == Some(section);
        !self.0.iter().any(|problem| is_of(&problem.key))
    }

    /// Whether there are no problems.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every problem, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration has a problem")?,
            many => write!(f, "the configuration has {many} problems")?,
        }
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}
