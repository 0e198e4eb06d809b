//! Help whose examples stay as they are written: clap breaks all lines to the terminal's width, and a command that is
//! broken over lines cannot be pasted.
//!
//! What follows a command's options is replaced by a mark without a space in it, and put back when help is printed.

use clap::Command;
use clap::builder::StyledStr;
use clap::error::ErrorKind;

/// A command line whose examples clap has not seen.
pub(super) struct Verbatim {
    /// With marks instead of examples.
    pub(super) command: Command,
    /// By their mark's number.
    texts: Vec<String>,
}

/// A mark begins and ends with a character that no help has.
const MARK: char = '\u{e000}';

impl Verbatim {
    pub(super) fn of(command: Command) -> Verbatim {
        let mut texts = Vec::new();
        let command = marked(command, &mut texts);
        Verbatim { command, texts }
    }

    /// Help as it is printed, with the examples in their places.
    pub(super) fn whole(&self, help: &StyledStr, is_seen: Seen) -> String {
        let help = match is_seen {
            Seen::OnTerminal => help.ansi().to_string(),
            Seen::Elsewhere => help.to_string(),
        };
        let mut parts = help.split(MARK);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let text = part.parse::<usize>().ok().and_then(|number| self.texts.get(number));
            whole.push_str(text.map_or(part, String::as_str));
        }
        whole
    }

    /// Prints what clap has to say, and ends as clap does.
    pub(super) fn exit(&self, error: &clap::Error) -> ! {
        use std::io::IsTerminal;
        let text = error.render();
        if error.use_stderr() {
            let seen = if std::io::stderr().is_terminal() { Seen::OnTerminal } else { Seen::Elsewhere };
            eprint!("{}", self.whole(&text, seen));
        } else {
            print!("{}", self.whole(&text, Seen::of_output()));
        }
        std::process::exit(match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => 0,
            _ => 2,
        })
    }
}

/// Where help is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// With escape sequences for bold and underlined.
    OnTerminal,
    /// A file, a pipe.
    Elsewhere,
}

impl Seen {
    /// Of standard output.
    pub(super) fn of_output() -> Seen {
        use std::io::IsTerminal;
        if std::io::stdout().is_terminal() { Seen::OnTerminal } else { Seen::Elsewhere }
    }
}

fn marked(mut command: Command, texts: &mut Vec<String>) -> Command {
    if let Some(text) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(format!("{MARK}{}{MARK}", texts.len()));
        texts.push(text);
    }
    command.mut_subcommands(|sub| marked(sub, texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &Command, whole: &Verbatim, found: &mut usize) {
        let help = whole.whole(&command.clone().term_width(40).render_long_help(), Seen::Elsewhere);
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
