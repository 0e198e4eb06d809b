//! What tells a row from a noun, and a tuple from a type.

use syn::visit::{self, Visit};

use super::reader::words;

/// Whether an attribute derives `FromRow`.
pub fn is_row(attribute: &syn::Attribute) -> bool {
    let mut found = false;
    if attribute.path().is_ident("derive") {
        // What is no list of paths derives nothing.
        _ = attribute.parse_nested_meta(|derived| {
            found |= words(&derived.path).last().is_some_and(|name| name == "FromRow");
            Ok(())
        });
    }
    found
}

/// Whether a tuple of two or more stands anywhere in what a function returns.
pub fn returns_tuple(output: &syn::ReturnType) -> bool {
    struct Tuples(bool);
    impl<'ast> Visit<'ast> for Tuples {
        fn visit_type_tuple(&mut self, tuple: &'ast syn::TypeTuple) {
            self.0 |= tuple.elems.len() > 1;
            visit::visit_type_tuple(self, tuple);
        }
    }
    let mut tuples = Tuples(false);
    tuples.visit_return_type(output);
    tuples.0
}
