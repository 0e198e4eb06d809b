//! What a function asks while a transaction that it has begun is open: read block by block, from the statement that
//! begins it to the one that commits or drops it, or to the block's end.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::code::{Asked, Beside};
use super::reader::{word, words};

/// All that is asked beside the transactions of a function's body.
pub fn beside(block: &syn::Block) -> Vec<Beside> {
    let mut look = Look::default();
    look.visit_block(block);
    look.found
}

#[derive(Default)]
struct Look {
    /// Transactions that are open here.
    open: usize,
    found: Vec<Beside>,
}

impl Visit<'_> for Look {
    fn visit_block(&mut self, block: &syn::Block) {
        let before = self.open;
        let mut names = Vec::new();
        for statement in &block.stmts {
            visit::visit_stmt(self, statement);
            if let Some(name) = begun(statement) {
                names.push(name);
                self.open += 1;
            } else if let Some(at) = names.iter().position(|name| ends(statement, name)) {
                names.remove(at);
                self.open -= 1;
            }
        }
        self.open = before;
    }

    fn visit_expr_field(&mut self, field: &syn::ExprField) {
        if let syn::Member::Named(name) = &field.member
            && name == "db"
        {
            self.note(Asked::Db, name.span());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        if path.path.is_ident("db") {
            self.note(Asked::Db, path.span());
        }
    }

    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            self.note(Asked::Function(words(&path.path)), path.span());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, mac: &syn::Macro) {
        let is_db =
            |token: proc_macro2::TokenTree| matches!(token, proc_macro2::TokenTree::Ident(name) if name == "db");
        if flat(mac.tokens.clone()).into_iter().any(is_db) {
            self.note(Asked::Db, mac.span());
        }
    }

    // What stands in an item of its own is read with that item.
    fn visit_item(&mut self, _: &syn::Item) {}
}

impl Look {
    fn note(&mut self, asked: Asked, at: proc_macro2::Span) {
        if self.open > 0 {
            self.found.push(Beside { asked, line: at.start().line, inside: Vec::new(), full: Vec::new() });
        }
    }
}

fn flat(tokens: proc_macro2::TokenStream) -> Vec<proc_macro2::TokenTree> {
    let inner = |token: proc_macro2::TokenTree| match token {
        proc_macro2::TokenTree::Group(group) => flat(group.stream()),
        other => vec![other],
    };
    tokens.into_iter().flat_map(inner).collect()
}

/// The variable of a statement that begins a transaction: `let mut tx = office.db.begin().await?;`.
fn begun(statement: &syn::Stmt) -> Option<String> {
    let syn::Stmt::Local(local) = statement else { return None };
    let syn::Pat::Ident(name) = &local.pat else { return None };
    let mut value = &*local.init.as_ref()?.expr;
    loop {
        value = match value {
            syn::Expr::Try(inner) => &inner.expr,
            syn::Expr::Await(inner) => &inner.base,
            syn::Expr::Paren(inner) => &inner.expr,
            syn::Expr::MethodCall(call) if call.method == "begin" && call.args.is_empty() => {
                return Some(word(&name.ident));
            }
            syn::Expr::MethodCall(call) => &call.receiver,
            _ => return None,
        };
    }
}

/// Whether a statement of the same block ends it for certain: `tx.commit().await?;`, `drop(tx);`.
fn ends(statement: &syn::Stmt, name: &str) -> bool {
    let mut value = match statement {
        syn::Stmt::Expr(value, _) => value,
        syn::Stmt::Local(local) => match &local.init {
            Some(init) => &*init.expr,
            None => return false,
        },
        syn::Stmt::Item(_) | syn::Stmt::Macro(_) => return false,
    };
    let is_it = |value: &syn::Expr| matches!(value, syn::Expr::Path(path) if path.path.is_ident(name));
    loop {
        value = match value {
            syn::Expr::Try(inner) => &inner.expr,
            syn::Expr::Await(inner) => &inner.base,
            syn::Expr::MethodCall(call) if call.method == "commit" => return is_it(&call.receiver),
            syn::Expr::MethodCall(call) => &call.receiver,
            syn::Expr::Call(call) => {
                let drops = matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("drop"));
                let hands_over = call.args.len() == 1 && is_it(&call.args[0]);
                match &*call.func {
                    _ if drops => return hands_over,
                    // `Ok(tx.commit().await?)`
                    syn::Expr::Path(path) if path.path.is_ident("Ok") && call.args.len() == 1 => &call.args[0],
                    _ => return false,
                }
            }
            _ => return false,
        };
    }
}
