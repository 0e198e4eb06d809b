//! What stands inside a macro's brackets, which is no syntax tree: its names, calls and literals are read word by word.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::code::{First, Literal};
use super::reader::{Reader, text_of, word};

/// Reads the tokens of a macro as code.
pub fn code(reader: &mut Reader, tokens: TokenStream) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let line = tokens[at].span().start().line;
        match &tokens[at] {
            TokenTree::Group(group) => code(reader, group.stream()),
            TokenTree::Literal(literal) => {
                if let Some(text) = text_of(&syn::Lit::new(literal.clone())) {
                    reader.facts.literals.push(Literal { text, line });
                }
            }
            TokenTree::Punct(_) => {}
            TokenTree::Ident(ident) if ident == "async" || ident == "await" => reader.facts.asyncs.push(line),
            TokenTree::Ident(ident) if at > 0 && is(&tokens[at - 1], '.') => {
                if let Some(arguments) = arguments(&tokens[at + 1..]) {
                    let receiver = at.checked_sub(2).map_or_else(String::new, |before| match &tokens[before] {
                        TokenTree::Ident(ident) => word(ident),
                        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => String::new(),
                    });
                    reader.call(word(ident), receiver, arguments, line);
                }
            }
            TokenTree::Ident(_) => at = path(reader, &tokens, at, line),
        }
        at += 1;
    }
}

/// Reads `a::b::c` from `at` on, and answers where it ends.
fn path(reader: &mut Reader, tokens: &[TokenTree], at: usize, line: usize) -> usize {
    let (mut path, mut end) = (Vec::new(), at);
    while let Some(TokenTree::Ident(ident)) = tokens.get(end) {
        path.push(word(ident));
        let goes_on = tokens.get(end + 1).is_some_and(|token| is(token, ':'))
            && tokens.get(end + 2).is_some_and(|token| is(token, ':'))
            && matches!(tokens.get(end + 3), Some(TokenTree::Ident(_)));
        if !goes_on {
            break;
        }
        end += 3;
    }
    let calls_macro = tokens.get(end + 1).is_some_and(|token| is(token, '!'))
        && matches!(tokens.get(end + 2), Some(TokenTree::Group(_)));
    if let (true, Some(last)) = (calls_macro, path.last_mut()) {
        last.push('!');
    }
    reader.name(path, line);
    end
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// How many arguments a call has, and what the first looks like; None where no call follows.
fn arguments(after: &[TokenTree]) -> Option<(usize, First)> {
    let is_turbofish = matches!(after, [colon, _, open, ..] if is(colon, ':') && is(open, '<'));
    let round =
        |token: &&TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
    let group = if is_turbofish { after.iter().find(round) } else { after.first().filter(round) };
    let Some(TokenTree::Group(group)) = group else { return None };
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let first = match inner.first() {
        None => First::Missing,
        Some(TokenTree::Punct(punct)) if punct.as_char() == '&' => First::Bytes,
        Some(TokenTree::Ident(ident)) if ident == "true" || ident == "false" => First::Truth,
        Some(_) => First::Other,
    };
    let commas = inner.iter().filter(|token| is(token, ',')).count();
    let open_end = inner.last().is_some_and(|token| is(token, ','));
    let count = if inner.is_empty() { 0 } else { commas + usize::from(!open_end) };
    Some((count, first))
}

/// Reads the tokens of an attribute: names, and texts that are names, as serde's `with = "a::b"`; no other texts.
pub fn attribute(reader: &mut Reader, tokens: TokenStream) {
    let literals = reader.facts.literals.len();
    code(reader, tokens);
    let texts = reader.facts.literals.split_off(literals);
    for text in texts.iter().filter(|text| text.text.contains("::")) {
        if let Ok(path) = syn::parse_str::<syn::Path>(&text.text) {
            reader.name(path.segments.iter().map(|segment| word(&segment.ident)).collect(), text.line);
        }
    }
}

/// Reads the types that a macro's brackets declare: `pub struct Code …`.
pub fn types(reader: &mut Reader, tokens: TokenStream) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => types(reader, group.stream()),
            TokenTree::Ident(ident) if ident == "struct" || ident == "enum" || ident == "trait" => {
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                    let is_public = at > 0
                        && match &tokens[at - 1] {
                            TokenTree::Ident(before) => before == "pub",
                            // `pub(crate)`
                            TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
                            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
                        };
                    reader.type_name(word(name), is_public, name.span().start().line);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
