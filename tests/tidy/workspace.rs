//! The whole tree in memory: each file with its facts, its crate and module, and every name followed to where it leads.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::slice;
use std::thread;

use super::code::{Asked, Beside, Facts, Name, facts};

/// Path from the root → text.
pub type Tree = BTreeMap<String, String>;

pub struct Workspace {
    /// Everything that is not Rust: manifests, texts, migrations.
    pub others: Tree,
    /// Files below `src`.
    pub sources: Vec<Source>,
    /// Files below `tests` and `benches`, by their text alone.
    pub tests: Vec<(String, String)>,
}

pub struct Source {
    /// From the root: `src/store/visit.rs`.
    pub path: String,
    pub text: String,
    /// `store`; `ronda` is the top crate, `main` the program's file.
    pub of_crate: String,
    pub module: Vec<String>,
    pub facts: Facts,
    pub is_test: bool,
    /// Whether the crate's root leads to it.
    pub is_reached: bool,
}

impl Source {
    /// Its module with its crate: `store::visit`.
    pub fn place(&self) -> String {
        place(self, &[]).join("::")
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// `src/web/form.rs:12`.
    pub at: String,
    pub what: String,
}

impl Violation {
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Violation {
        Violation { at: format!("{path}:{line}"), what: what.into() }
    }
}

/// Whether a path names a file of that ending.
pub fn is_kind(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == ending)
}

/// Reads from the disk what the rules look at.
pub fn read_tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let kinds = ["rs", "toml", "ftl", "sql", "md"];
    let mut folders = vec![];
    for top in ["src", "tests", "benches", "migrations", "templates/locales"] {
        folders.push(root.join(top));
    }
    for file in ["Cargo.toml", "README.md"] {
        tree.insert(file.to_owned(), fs::read_to_string(root.join(file)).unwrap_or_default());
    }
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("the tree can be read").path()) {
            if path.is_dir() {
                if !path.ends_with("node_modules") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| kinds.iter().any(|kind| ending == *kind)) {
                let inside = path.strip_prefix(root).expect("below the root").to_str().expect("a name in UTF-8");
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                tree.insert(inside.to_owned(), text);
            }
        }
    }
    tree
}

impl Workspace {
    pub fn new(tree: Tree) -> Workspace {
        let (rust, others): (Tree, Tree) = tree.into_iter().partition(|(path, _)| is_kind(path, "rs"));
        let (ours, tests): (Tree, Tree) = rust.into_iter().partition(|(path, _)| path.starts_with("src/"));
        let ours: Vec<(String, String)> = ours.into_iter().collect();
        let read = |(path, text): &(String, String)| {
            let (of_crate, module) = home(path, &others);
            let facts = facts(text);
            let is_test = facts.tests_only;
            let (path, text) = (path.clone(), text.clone());
            Source { path, text, of_crate, module, facts, is_test, is_reached: false }
        };
        let mut sources = in_parallel(&ours, read);
        walk_modules(&mut sources);
        let map = Map::of(&sources);
        let full = in_parallel(&sources, |source| {
            source.facts.names.iter().map(|name| map.full(source, name)).collect::<Vec<_>>()
        });
        for (source, full) in sources.iter_mut().zip(full) {
            for (name, full) in source.facts.names.iter_mut().zip(full) {
                name.full = full;
            }
        }
        let called = in_parallel(&sources, |source| {
            source.facts.beside.iter().map(|beside| map.called(source, beside)).collect::<Vec<_>>()
        });
        for (source, called) in sources.iter_mut().zip(called) {
            for (beside, full) in source.facts.beside.iter_mut().zip(called) {
                beside.full = full;
            }
        }
        Workspace { others, sources, tests: tests.into_iter().collect() }
    }

    /// What is judged: everything but tests.
    pub fn code(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| !source.is_test)
    }
}

fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(items.len().div_ceil(threads).max(1))
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("no panic while reading")).collect()
    })
}

/// The crate and the module of a file.
fn home(path: &str, others: &Tree) -> (String, Vec<String>) {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    if inside == "main.rs" {
        return ("main".to_owned(), Vec::new());
    }
    let of_crate = inside.split_once('/').filter(|(name, _)| others.contains_key(&format!("src/{name}/Cargo.toml")));
    let (of_crate, inside) = of_crate.unwrap_or(("ronda", inside));
    let mut module: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod" || (last == "lib" && module.len() == 1)) {
        module.pop();
    }
    (of_crate.to_owned(), module)
}

/// A file that a `mod` line leads to.
struct Reached {
    at: usize,
    module: Vec<String>,
    is_test: bool,
    /// By `#[path]`: its own modules lie beside it.
    by_path: bool,
}

/// Follows each crate's `mod` lines: notes which files they reach, as what, and which of them are for tests.
fn walk_modules(sources: &mut [Source]) {
    let places: HashMap<String, usize> =
        sources.iter().enumerate().map(|(at, source)| (source.path.clone(), at)).collect();
    let is_root =
        |source: &Source| source.module.is_empty() && source.path.ends_with("/lib.rs") || source.of_crate == "main";
    let roots = (0..sources.len()).filter(|at| is_root(&sources[*at]));
    let mut open: Vec<Reached> =
        roots.map(|at| Reached { at, module: Vec::new(), is_test: false, by_path: false }).collect();
    while let Some(reached) = open.pop() {
        let source = &mut sources[reached.at];
        let is_test = reached.is_test || source.is_test;
        let went_round = source.is_reached && source.module == reached.module;
        (source.is_test, source.is_reached, source.module) = (is_test, true, reached.module);
        if went_round {
            continue;
        }
        let (folder, file) = source.path.rsplit_once('/').expect("below src");
        let own_folder = match file {
            "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
            _ if reached.by_path => folder.to_owned(),
            _ => format!("{folder}/{}", file.trim_end_matches(".rs")),
        };
        for module in source.facts.modules.iter().filter(|module| !module.is_inline) {
            let below = [slice::from_ref(&own_folder), module.inside.as_slice()].concat().join("/");
            let candidates = match &module.path {
                Some(path) if module.inside.is_empty() => vec![format!("{folder}/{path}")],
                Some(path) => vec![format!("{below}/{path}")],
                None => vec![format!("{below}/{}.rs", module.name), format!("{below}/{}/mod.rs", module.name)],
            };
            let path = [source.module.as_slice(), &module.inside, slice::from_ref(&module.name)].concat();
            let found = candidates.iter().filter_map(|path| places.get(path)).map(|at| Reached {
                at: *at,
                module: path.clone(),
                is_test: is_test || module.is_test,
                by_path: module.path.is_some(),
            });
            open.extend(found);
        }
    }
}

/// Where names lead: every import of the tree by the place that it is made in.
struct Map {
    /// `store::engine::Tx` → what it stands for.
    imports: HashMap<String, Vec<Vec<String>>>,
    /// Module → modules whose names it takes over.
    all_of: HashMap<String, Vec<Vec<String>>>,
    modules: HashSet<String>,
}

/// How many imports a name may lead through.
const STEPS: usize = 6;

impl Map {
    fn of(sources: &[Source]) -> Map {
        let mut map = Map { imports: HashMap::new(), all_of: HashMap::new(), modules: HashSet::new() };
        let judged = || sources.iter().filter(|source| !source.is_test);
        for source in judged() {
            map.modules.insert(place(source, &[]).join("::"));
            for module in &source.facts.modules {
                map.modules.insert([place(source, &module.inside), vec![module.name.clone()]].concat().join("::"));
            }
        }
        for source in judged() {
            for import in &source.facts.imports {
                let path = map.absolute(source, &import.inside, &import.path);
                let module = place(source, &import.inside).join("::");
                if import.local == "*" {
                    map.all_of.entry(module).or_default().push(path);
                } else {
                    let local = format!("{module}::{}", import.local);
                    if local != path.join("::") {
                        map.imports.entry(local).or_default().push(path);
                    }
                }
            }
        }
        // An import may begin with another: `use std::time; use time::Instant;`.
        for source in judged() {
            for import in source.facts.imports.iter().filter(|import| import.path[0] != import.local) {
                let place = place(source, &import.inside);
                let (module, path) = (place.join("::"), [place, import.path.clone()].concat());
                if map.imports.contains_key(&format!("{module}::{}", import.path[0])) {
                    map.imports.entry(format!("{module}::{}", import.local)).or_default().push(path);
                }
            }
        }
        map
    }

    /// All that a name may stand for, itself included.
    fn full(&self, source: &Source, name: &Name) -> Vec<String> {
        let first = self.absolute(source, &name.inside, &name.path);
        let mut found = vec![first.join("::")];
        let own = [place(source, &name.inside), name.path.clone()].concat();
        for start in [first, own] {
            self.follow(&start, STEPS, &mut found);
        }
        found
    }

    /// All functions that a call may be of.
    fn called(&self, source: &Source, beside: &Beside) -> Vec<String> {
        let Asked::Function(path) = &beside.asked else { return Vec::new() };
        let inside = beside.inside.clone();
        let own = [place(source, &inside), path.clone()].concat().join("::");
        let name = Name { path: path.clone(), inside, line: beside.line, is_judged: false, full: Vec::new() };
        let mut found = self.full(source, &name);
        found.push(own);
        found
    }

    /// A path from its crate on: `crate`, `self`, `super` and a module's own children are put in full.
    fn absolute(&self, source: &Source, inside: &[String], path: &[String]) -> Vec<String> {
        let here = place(source, inside);
        let supers = path.iter().take_while(|word| *word == "super" || *word == "self").count();
        let up = path.iter().filter(|word| *word == "super").count();
        match path[0].as_str() {
            "crate" => [&here[..1], &path[1..]].concat(),
            "super" | "self" if up < here.len() => [&here[..here.len() - up], &path[supers..]].concat(),
            // Beyond the crate's root, which the compiler refuses; judged as what it reaches for.
            "super" => path[supers..].to_vec(),
            first => {
                let child = [here.as_slice(), &[first.to_owned()]].concat();
                if self.modules.contains(&child.join("::")) {
                    return [here.as_slice(), path].concat();
                }
                // `ronda_store` is the crate `store` under its whole name.
                let first = first.strip_prefix("ronda_").unwrap_or(first);
                [&[first.to_owned()], &path[1..]].concat()
            }
        }
    }

    fn follow(&self, path: &[String], steps: usize, found: &mut Vec<String>) {
        if steps == 0 {
            return;
        }
        let (mut key, mut ends) = (String::new(), Vec::new());
        for word in path {
            if !key.is_empty() {
                key.push_str("::");
            }
            key.push_str(word);
            ends.push(key.len());
        }
        for (words, end) in ends.iter().enumerate().map(|(at, end)| (at + 1, *end)).rev() {
            let imported = self.imports.get(&key[..end]).into_iter().flatten();
            let taken_over = self.all_of.get(&key[..end]).into_iter().flatten().filter(|_| words < path.len());
            for target in imported.chain(taken_over) {
                let leads_to = [target.as_slice(), &path[words..]].concat();
                let text = leads_to.join("::");
                if !found.contains(&text) {
                    found.push(text);
                    self.follow(&leads_to, steps - 1, found);
                }
            }
        }
    }
}

fn place(source: &Source, inside: &[String]) -> Vec<String> {
    [slice::from_ref(&source.of_crate), source.module.as_slice(), inside].concat()
}
