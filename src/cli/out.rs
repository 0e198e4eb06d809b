//! Standard output, and what happens in any command when its reader goes away.

use std::io::{ErrorKind, Result, StdoutLock, Write};

/// The exit status that a shell reports for a program killed by SIGPIPE.
const READER_GONE: i32 = 141;

/// Standard output; silently ends the program when its reader has gone, as in `ronda … | head`.
pub(super) struct Out(StdoutLock<'static>);

impl Out {
    pub(super) fn new() -> Out {
        Out(std::io::stdout().lock())
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        quietly(Write::write(&mut self.0, bytes))
    }

    fn flush(&mut self) -> Result<()> {
        quietly(self.0.flush())
    }
}

fn quietly<T>(written: Result<T>) -> Result<T> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(READER_GONE),
        written => written,
    }
}

/// Does the same for `println!`, which panics on a closed pipe.
pub(super) fn end_quietly_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload().downcast_ref::<String>().map(String::as_str).unwrap_or_default();
        if message.starts_with("failed printing to stdout: Broken pipe") {
            std::process::exit(READER_GONE);
        }
        usual(panic);
    }));
}
