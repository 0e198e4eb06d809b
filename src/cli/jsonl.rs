//! Commands that read JSON objects from standard input, one per line, and answer each on a line of its own: memory use
//! stays constant, and a bad line is reported by number while the rest are still answered.

use std::io::{BufRead, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

use super::out::Out;
use domain::wording::counted;

/// Answers standard input on standard output. The exit code is 1 if any line could not be answered.
///
/// # Errors
/// If reading or writing fails.
pub(super) fn stream<A: Serialize, E: std::fmt::Display>(
    asks_for: &str,
    answer: impl Fn(&str) -> Result<A, E>,
) -> anyhow::Result<ExitCode> {
    if std::io::stdin().is_terminal() {
        eprintln!("Reading {asks_for}, one JSON object a line, from standard input …");
    }
    let output = BufWriter::with_capacity(1 << 16, Out::new());
    let complain = |line: u64, why: &str| eprintln!("line {line}: {why}");
    let (answered, bad) = answer_lines(std::io::stdin().lock(), output, answer, complain)?;
    if bad > 0 {
        eprintln!("{bad} of {} could not be answered", counted(bad + answered, "line"));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns how many lines were answered and how many were bad. Empty lines count as neither.
fn answer_lines<A: Serialize, E: std::fmt::Display>(
    mut input: impl BufRead,
    mut output: impl Write,
    answer: impl Fn(&str) -> Result<A, E>,
    mut complain: impl FnMut(u64, &str),
) -> anyhow::Result<(u64, u64)> {
    let (mut line, mut answered, mut bad) = (0, 0, 0);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes).context("reading standard input")? == 0 {
            break;
        }
        line += 1;
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => answer(text.trim()).map_err(|why| why.to_string()),
            Err(_) => Err("this is not UTF-8 text; write it in UTF-8".to_owned()),
        };
        match text {
            Ok(told) => {
                answered += 1;
                let mut told = serde_json::to_string(&told).context("writing an answer as JSON")?;
                told.push('\n');
                output.write_all(told.as_bytes()).context("writing to standard output")?;
            }
            Err(why) => {
                bad += 1;
                complain(line, &why);
            }
        }
    }
    output.flush().context("writing to standard output")?;
    Ok((answered, bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_named_by_their_number_and_empty_ones_passed_over() {
        let mut output = Vec::new();
        let mut complaints = Vec::new();
        let answer = |text: &str| text.parse::<u32>().map_err(|_| format!("{text} is not a number; write digits"));
        let complain = |line: u64, why: &str| complaints.push((line, why.to_owned()));
        let told = answer_lines(&b"1\n\nx\n\xff\n 2"[..], &mut output, answer, complain).expect("no stream fails");
        assert_eq!((told, output.as_slice()), ((2, 2), &b"1\n2\n"[..]));
        let expected = [(3, "x is not a number; write digits"), (4, "this is not UTF-8 text; write it in UTF-8")];
        assert_eq!(complaints, expected.map(|(line, why)| (line, why.to_owned())));
    }
}
