//! Runs one command, prints the error chain, sets the exit code.

/// Gives memory back soon after it is free: the machine's own keeps what a morning's reports took until the daemon ends.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // The tree holds one provider; naming it here keeps a second one from making the choice ambiguous.
    rustls::crypto::ring::default_provider().install_default().expect("nothing was installed before");
    ronda::cli::run()
}
