//! What a file of Rust says, as plain facts: which names it uses, what it imports, calls and declares. Items for tests
//! alone are left out by their attribute, wherever they stand; everything else is judged.

use syn::visit::Visit;

use super::reader::{Reader, docs, is_test};

/// All that the rules ask of one file.
#[derive(Debug, Default)]
pub struct Facts {
    pub names: Vec<Name>,
    pub imports: Vec<Import>,
    pub literals: Vec<Literal>,
    pub calls: Vec<Call>,
    /// Lines with `async` or `.await`.
    pub asyncs: Vec<usize>,
    pub types: Vec<TypeName>,
    pub items: Vec<Item>,
    pub modules: Vec<Module>,
    pub functions: Vec<Function>,
    /// What is asked while a transaction is open.
    pub beside: Vec<Beside>,
    /// Type → types of its fields.
    pub holds: Vec<(String, Vec<String>)>,
    /// Nothing but tests: `#![cfg(test)]` at its head.
    pub tests_only: bool,
    /// Why the file could not be parsed.
    pub unreadable: Option<String>,
}

/// A path as it is written: `super::deadline::open`. A macro's last word ends with `!`.
#[derive(Debug)]
pub struct Name {
    pub path: Vec<String>,
    /// The inline modules around it.
    pub inside: Vec<String>,
    pub line: usize,
    /// Something is held against it: it stands in a pattern, or beside `==` or `!=`.
    pub is_judged: bool,
    /// Every path that it may stand for, from a crate's name on; filled in when the whole tree is known.
    pub full: Vec<String>,
}

/// One name that a `use`, an `extern crate` or a type alias brings in; `*` stands for all of them.
#[derive(Debug)]
pub struct Import {
    pub local: String,
    pub path: Vec<String>,
    pub inside: Vec<String>,
}

#[derive(Debug)]
pub struct Literal {
    pub text: String,
    pub line: usize,
}

/// A method's call: `office.db.begin()`.
#[derive(Debug)]
pub struct Call {
    pub method: String,
    /// The last word before the dot.
    pub receiver: String,
    pub arguments: usize,
    pub first: First,
    pub line: usize,
    /// The function around it, with its type.
    pub function: String,
}

/// What a call's first argument looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Missing,
    /// `true` or `false`.
    Truth,
    /// `&bytes`, `b"bytes"`.
    Bytes,
    Other,
}

#[derive(Debug)]
pub struct TypeName {
    pub name: String,
    pub is_public: bool,
    pub line: usize,
}

/// Something that a doc comment may stand on.
#[derive(Debug)]
pub struct Item {
    pub name: String,
    pub kind: Kind,
    /// `pub`, and not `pub(crate)` or less.
    pub is_public: bool,
    pub docs: String,
    pub line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Function,
    Type,
    Value,
    Field,
    File,
}

impl Kind {
    /// A field often needs no words beside its name, and a file's are the crate's affair.
    pub fn needs_docs(self) -> bool {
        match self {
            Kind::Function | Kind::Type | Kind::Value => true,
            Kind::Field | Kind::File => false,
        }
    }
}

/// `mod deadline;` or `mod deadline { … }`.
#[derive(Debug)]
pub struct Module {
    pub name: String,
    pub inside: Vec<String>,
    /// Of `#[path = "…"]`.
    pub path: Option<String>,
    pub is_test: bool,
    pub is_inline: bool,
}

#[derive(Debug)]
pub struct Function {
    /// With its inline modules and its type.
    pub path: Vec<String>,
    /// Takes a `Tx`, or begins one, or writes by itself.
    pub writes: bool,
    /// The types of its arguments, and what it is a method of.
    pub takes: Vec<String>,
    pub line: usize,
}

/// Something beside a transaction that is open.
#[derive(Debug)]
pub struct Beside {
    pub asked: Asked,
    pub line: usize,
    /// The inline modules around it.
    pub inside: Vec<String>,
    /// Every function that it may be, filled in when the whole tree is known.
    pub full: Vec<String>,
}

#[derive(Debug)]
pub enum Asked {
    /// The store, by its name.
    Db,
    /// A function, as it is called.
    Function(Vec<String>),
}

/// Reads a file's text; see [`Facts`].
pub fn facts(text: &str) -> Facts {
    let mut reader = Reader::default();
    match syn::parse_file(text) {
        Ok(file) => {
            reader.facts.tests_only = is_test(&file.attrs);
            let docs = docs(&file.attrs);
            reader.item("the file", Kind::File, true, docs, 1);
            reader.visit_file(&file);
        }
        Err(error) => reader.facts.unreadable = Some(format!("{}: {error}", error.span().start().line)),
    }
    let mut facts = reader.facts;
    // One word alone says no more than its import does, unless everything was imported.
    let takes_all = facts.imports.iter().any(|import| import.local == "*");
    facts.names.retain(|name| name.path.len() > 1 || takes_all || name.path[0].ends_with('!'));
    facts
}
