//! From the syntax tree of a file to its [`Facts`].

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::code::{Beside, Call, Facts, First, Function, Import, Item, Kind, Literal, Module, Name, TypeName};
use super::house::TRANSACTION;
use super::nouns::{is_row, returns_tuple};
use super::{tokens, transactions};

/// Walks a file and notes what the rules ask of it.
#[derive(Default)]
pub struct Reader {
    pub facts: Facts,
    inside: Vec<String>,
    /// The functions and types around.
    around: Vec<String>,
    /// Places in `facts.functions` of the functions around.
    functions: Vec<usize>,
    /// How many patterns and comparisons are around.
    judging: usize,
}

impl Reader {
    pub fn name(&mut self, path: Vec<String>, line: usize) {
        if path.is_empty() || path.first().is_some_and(|first| first == "Self") || path == ["self"] {
            return;
        }
        let (inside, is_judged) = (self.inside.clone(), self.judging > 0);
        self.facts.names.push(Name { path, inside, line, is_judged, full: Vec::new() });
    }

    pub fn call(&mut self, method: String, receiver: String, (arguments, first): (usize, First), line: usize) {
        if let Some(at) = self.functions.last() {
            let begins = method == "begin" && arguments == 0;
            self.facts.functions[*at].writes |= begins || is_write(&method, &receiver, arguments, first);
        }
        let function = self.around.join("::");
        self.facts.calls.push(Call { method, receiver, arguments, first, line, function });
    }

    pub fn type_name(&mut self, name: String, is_public: bool, line: usize) {
        self.facts.types.push(TypeName { name, is_public, line });
    }

    pub fn item(&mut self, name: &str, kind: Kind, is_public: bool, docs: String, line: usize) {
        self.facts.items.push(Item { name: name.to_owned(), kind, is_public, docs, line });
    }

    fn import(&mut self, local: String, path: Vec<String>, line: usize) {
        self.name(path.clone(), line);
        self.facts.imports.push(Import { local, path, inside: self.inside.clone() });
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let line = tree.span().start().line;
        let with = |name: &syn::Ident| [before, &[word(name)]].concat();
        match tree {
            syn::UseTree::Path(inner) => self.tree(&inner.tree, &with(&inner.ident)),
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.import(before.last().cloned().unwrap_or_default(), before.to_vec(), line);
            }
            syn::UseTree::Name(name) => self.import(word(&name.ident), with(&name.ident), line),
            syn::UseTree::Rename(name) if name.ident == "self" => {
                self.import(word(&name.rename), before.to_vec(), line);
            }
            syn::UseTree::Rename(name) => self.import(word(&name.rename), with(&name.ident), line),
            syn::UseTree::Glob(_) => self.import("*".to_owned(), before.to_vec(), line),
            syn::UseTree::Group(group) => group.items.iter().for_each(|inner| self.tree(inner, before)),
        }
    }

    fn function(&mut self, signature: &syn::Signature, body: Option<&syn::Block>, walk: impl FnOnce(&mut Reader)) {
        let of_arguments = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(mentioned(&typed.ty)),
            syn::FnArg::Receiver(_) => None,
        });
        let mut takes: Vec<String> = of_arguments.flatten().collect();
        let takes_tx = takes.iter().any(|name| name == TRANSACTION);
        takes.extend(signature.receiver().and_then(|_| self.around.last().cloned()));
        let line = signature.ident.span().start().line;
        let beside = body.into_iter().flat_map(transactions::beside);
        self.facts.beside.extend(beside.map(|beside| Beside { inside: self.inside.clone(), ..beside }));
        self.around.push(word(&signature.ident));
        let path = self.inside.iter().chain(&self.around).cloned().collect();
        self.functions.push(self.facts.functions.len());
        self.facts.functions.push(Function { path, writes: takes_tx, takes, line });
        walk(self);
        self.functions.pop();
        self.around.pop();
    }

    /// A type with its doc comment.
    fn declared(&mut self, name: &syn::Ident, visibility: &syn::Visibility, attrs: &[syn::Attribute]) {
        let line = name.span().start().line;
        let is_public = !matches!(visibility, syn::Visibility::Inherited);
        if attrs.iter().any(is_row) {
            self.facts.rows.push(TypeName { name: word(name), is_public, line });
        }
        self.type_name(word(name), is_public, line);
        self.item(&word(name), Kind::Type, is_open(visibility), docs(attrs), line);
    }
}

/// Whether a call of `write` is one of the store: a file's takes bytes or, where it is opened, a truth.
pub fn is_write(method: &str, receiver: &str, arguments: usize, first: First) -> bool {
    let to_store = matches!(receiver, "db" | "store");
    method == "write" && arguments == 1 && (to_store || first == First::Other)
}

pub fn word(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

pub fn words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| word(&segment.ident)).collect()
}

fn is_open(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

pub fn docs(attrs: &[syn::Attribute]) -> String {
    let lines = attrs.iter().filter(|attr| attr.path().is_ident("doc")).filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Lit(value), .. }) => match &value.lit {
            syn::Lit::Str(text) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether an item exists in tests alone: `#[test]`, `#[tokio::test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`.
pub fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        syn::Meta::Path(path) => path.segments.last().is_some_and(|last| last.ident == "test"),
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            syn::parse2::<syn::Meta>(list.tokens.clone()).is_ok_and(|meta| needs_test(&meta))
        }
        syn::Meta::List(list) => list.path.segments.last().is_some_and(|last| last.ident == "test"),
        syn::Meta::NameValue(_) => false,
    })
}

/// Whether a condition of `cfg` holds in tests alone.
fn needs_test(meta: &syn::Meta) -> bool {
    let inner = |list: &syn::MetaList| {
        let comma = syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
        list.parse_args_with(comma).map(|inner| inner.into_iter().collect::<Vec<_>>()).unwrap_or_default()
    };
    match meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) if list.path.is_ident("all") => inner(list).iter().any(needs_test),
        syn::Meta::List(list) if list.path.is_ident("any") => {
            let inner = inner(list);
            !inner.is_empty() && inner.iter().all(needs_test)
        }
        syn::Meta::List(_) | syn::Meta::NameValue(_) => false,
    }
}

/// Every name that stands in a type.
fn mentioned(ty: &syn::Type) -> Vec<String> {
    struct Mentions(Vec<String>);
    impl Visit<'_> for Mentions {
        fn visit_path_segment(&mut self, segment: &syn::PathSegment) {
            self.0.push(word(&segment.ident));
            visit::visit_path_segment(self, segment);
        }
    }
    let mut found = Mentions(Vec::new());
    found.visit_type(ty);
    found.0
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::ExternCrate(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::ForeignMod(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::TraitAlias(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if let syn::Item::Mod(module) = item {
            return self.visit_item_mod(module);
        }
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = is_test(&module.attrs);
        let path = module.attrs.iter().filter(|attr| attr.path().is_ident("path")).find_map(|attr| match &attr.meta {
            syn::Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Lit(value), .. }) => match &value.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        });
        let (name, inside) = (word(&module.ident), self.inside.clone());
        let is_inline = module.content.is_some();
        self.facts.modules.push(Module { name: name.clone(), inside, path, is_test, is_inline });
        if !is_test {
            self.inside.push(name);
            visit::visit_item_mod(self, module);
            self.inside.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let line = item.sig.ident.span().start().line;
        self.item(&word(&item.sig.ident), Kind::Function, is_open(&item.vis), docs(&item.attrs), line);
        if is_open(&item.vis) && returns_tuple(&item.sig.output) {
            self.facts.tuples.push((word(&item.sig.ident), line));
        }
        self.function(&item.sig, Some(&item.block), |reader| visit::visit_item_fn(reader, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let name = match &*item.self_ty {
            syn::Type::Path(path) => words(&path.path).pop().unwrap_or_default(),
            _ => String::new(),
        };
        self.around.push(name);
        visit::visit_item_impl(self, item);
        self.around.pop();
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attrs: &[syn::Attribute] = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        if !is_test(attrs) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let line = item.sig.ident.span().start().line;
        self.item(&word(&item.sig.ident), Kind::Function, is_open(&item.vis), docs(&item.attrs), line);
        if is_open(&item.vis) && returns_tuple(&item.sig.output) {
            self.facts.tuples.push((word(&item.sig.ident), line));
        }
        self.function(&item.sig, Some(&item.block), |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.declared(&item.ident, &item.vis, &item.attrs);
        self.around.push(word(&item.ident));
        visit::visit_item_trait(self, item);
        self.around.pop();
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if !is_test(&item.attrs) {
            self.function(&item.sig, item.default.as_ref(), |reader| visit::visit_trait_item_fn(reader, item));
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.declared(&item.ident, &item.vis, &item.attrs);
        let held = item.fields.iter().flat_map(|field| mentioned(&field.ty)).collect();
        self.facts.holds.push((word(&item.ident), held));
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.declared(&item.ident, &item.vis, &item.attrs);
        let fields = item.variants.iter().flat_map(|variant| &variant.fields);
        let held = fields.flat_map(|field| mentioned(&field.ty)).collect();
        self.facts.holds.push((word(&item.ident), held));
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        self.declared(&item.ident, &item.vis, &item.attrs);
        visit::visit_item_union(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.declared(&item.ident, &item.vis, &item.attrs);
        if let syn::Type::Path(path) = &*item.ty {
            let line = item.ident.span().start().line;
            self.import(word(&item.ident), words(&path.path), line);
        }
        visit::visit_item_type(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        let line = item.ident.span().start().line;
        self.item(&word(&item.ident), Kind::Value, is_open(&item.vis), docs(&item.attrs), line);
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        let line = item.ident.span().start().line;
        self.item(&word(&item.ident), Kind::Value, is_open(&item.vis), docs(&item.attrs), line);
        visit::visit_item_static(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let local = item.rename.as_ref().map_or_else(|| word(&item.ident), |(_, name)| word(name));
        let real = if item.ident == "self" { "crate".to_owned() } else { word(&item.ident) };
        self.import(local, vec![real], item.ident.span().start().line);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if !item.mac.path.is_ident("macro_rules") {
            tokens::types(self, item.mac.tokens.clone());
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if is_test(&field.attrs) {
            return;
        }
        let docs = docs(&field.attrs);
        if let (Some(name), false) = (&field.ident, docs.is_empty()) {
            self.item(&word(name), Kind::Field, is_open(&field.vis), docs, name.span().start().line);
        }
        visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !is_test(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !is_test(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !is_test(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_expr_block(&mut self, block: &'ast syn::ExprBlock) {
        if !is_test(&block.attrs) {
            visit::visit_expr_block(self, block);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let line = attribute.span().start().line;
        match &attribute.meta {
            syn::Meta::List(list) => tokens::attribute(self, list.tokens.clone()),
            syn::Meta::Path(path) => self.name(words(path), line),
            syn::Meta::NameValue(_) => {}
        }
    }

    fn visit_lit(&mut self, lit: &'ast syn::Lit) {
        if let Some(text) = text_of(lit) {
            self.facts.literals.push(Literal { text, line: lit.span().start().line });
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name(words(path), path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(syn::Type::Path(own)) = path.qself.as_ref().map(|qself| &*qself.ty) {
            // `<Utc>::now` and `<Utc as Clock>::now` are `Utc::now`.
            let after = path.qself.as_ref().map_or(0, |qself| qself.position);
            let rest = words(&path.path).split_off(after.min(path.path.segments.len()));
            self.name([words(&own.path), rest].concat(), path.span().start().line);
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let mut path = words(&mac.path);
        if let Some(last) = path.last_mut() {
            last.push('!');
        }
        self.name(path, mac.path.span().start().line);
        let judges = usize::from(mac.path.segments.last().is_some_and(|last| last.ident == "matches"));
        self.judging += judges;
        tokens::code(self, mac.tokens.clone());
        self.judging -= judges;
    }

    fn visit_pat(&mut self, pattern: &'ast syn::Pat) {
        self.judging += 1;
        visit::visit_pat(self, pattern);
        self.judging -= 1;
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let compares = usize::from(matches!(binary.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)));
        self.judging += compares;
        visit::visit_expr_binary(self, binary);
        self.judging -= compares;
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let first = call.args.first().map_or(First::Missing, |first| match first {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(_), .. }) => First::Truth,
            syn::Expr::Reference(_) | syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::ByteStr(_), .. }) => First::Bytes,
            _ => First::Other,
        });
        let line = call.method.span().start().line;
        self.call(word(&call.method), last_word(&call.receiver), (call.args.len(), first), line);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.facts.asyncs.push(block.async_token.span.start().line);
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_await(&mut self, wait: &'ast syn::ExprAwait) {
        self.facts.asyncs.push(wait.await_token.span.start().line);
        visit::visit_expr_await(self, wait);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.facts.asyncs.extend(closure.asyncness.map(|word| word.span.start().line));
        visit::visit_expr_closure(self, closure);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.facts.asyncs.extend(signature.asyncness.map(|word| word.span.start().line));
        visit::visit_signature(self, signature);
    }
}

/// A literal's text, of whatever kind of string it is.
pub fn text_of(lit: &syn::Lit) -> Option<String> {
    match lit {
        syn::Lit::Str(text) => Some(text.value()),
        syn::Lit::ByteStr(bytes) => String::from_utf8(bytes.value()).ok(),
        syn::Lit::CStr(text) => text.value().into_string().ok(),
        _ => None,
    }
}

fn last_word(receiver: &syn::Expr) -> String {
    match receiver {
        syn::Expr::Path(path) => words(&path.path).pop().unwrap_or_default(),
        syn::Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => word(name),
            syn::Member::Unnamed(_) => String::new(),
        },
        syn::Expr::MethodCall(call) => word(&call.method),
        syn::Expr::Reference(inner) => last_word(&inner.expr),
        syn::Expr::Paren(inner) => last_word(&inner.expr),
        syn::Expr::Await(inner) => last_word(&inner.base),
        syn::Expr::Try(inner) => last_word(&inner.expr),
        _ => String::new(),
    }
}
