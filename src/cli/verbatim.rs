//! Keeps the examples in help texts unwrapped: clap wraps every line to the terminal's width, and an example that is
//! broken over several lines cannot be pasted.
//!
//! Each command's `after_help` is replaced by a placeholder without spaces, and put back when help is printed.

use clap::Command;
use clap::builder::StyledStr;
use clap::error::ErrorKind;

/// A command line with its examples hidden from clap.
pub(super) struct Verbatim {
    /// The command with placeholders in place of examples.
    pub(super) command: Command,
    /// The examples, indexed by the number in their placeholder.
    texts: Vec<String>,
}

/// Delimits a placeholder; a character that occurs in no help text.
const MARK: char = '\u{e000}';

impl Verbatim {
    pub(super) fn of(command: Command) -> Verbatim {
        let mut texts = Vec::new();
        let command = with_placeholders(command, &mut texts);
        Verbatim { command, texts }
    }

    /// The rendered help with the examples put back.
    pub(super) fn restored(&self, help: &StyledStr, target: HelpTarget) -> String {
        let help = match target {
            HelpTarget::Terminal => help.ansi().to_string(),
            HelpTarget::Plain => help.to_string(),
        };
        let mut parts = help.split(MARK);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let text = part.parse::<usize>().ok().and_then(|number| self.texts.get(number));
            whole.push_str(text.map_or(part, String::as_str));
        }
        whole
    }

    /// Prints clap's message, and exits with clap's exit code.
    pub(super) fn exit(&self, error: &clap::Error) -> ! {
        use std::io::IsTerminal;
        let text = error.render();
        if error.use_stderr() {
            let target = if std::io::stderr().is_terminal() { HelpTarget::Terminal } else { HelpTarget::Plain };
            eprint!("{}", self.restored(&text, target));
        } else {
            print!("{}", self.restored(&text, HelpTarget::of_stdout()));
        }
        std::process::exit(match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => 0,
            _ => 2,
        })
    }
}

/// Where help is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HelpTarget {
    /// With escape sequences for bold and underlined.
    Terminal,
    /// Plain text, for a file or a pipe.
    Plain,
}

impl HelpTarget {
    /// Whether standard output is a terminal.
    pub(super) fn of_stdout() -> HelpTarget {
        use std::io::IsTerminal;
        if std::io::stdout().is_terminal() { HelpTarget::Terminal } else { HelpTarget::Plain }
    }
}

fn with_placeholders(mut command: Command, texts: &mut Vec<String>) -> Command {
    if let Some(text) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(format!("{MARK}{}{MARK}", texts.len()));
        texts.push(text);
    }
    command.mut_subcommands(|sub| with_placeholders(sub, texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &Command, whole: &Verbatim, found: &mut usize) {
        let help = whole.restored(&command.clone().term_width(40).render_long_help(), HelpTarget::Plain);
        assert!(!help.contains(MARK), "{help}");
        for text in whole.texts.iter().filter(|text| help.contains(text.as_str())) {
            assert!(text.contains("xample") || text.contains("Exit codes"), "{text}");
            *found += 1;
        }
        command.get_subcommands().for_each(|sub| walk(sub, whole, found));
    }

    #[test]
    fn no_example_of_any_command_is_broken_however_narrow_the_terminal() {
        let whole = Verbatim::of(crate::cli::command());
        let mut found = 0;
        walk(&whole.command, &whole, &mut found);
        assert!(found >= whole.texts.len() && found > 30, "{found} of {}", whole.texts.len());
    }
}
