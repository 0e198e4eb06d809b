//! Runs one command, prints the error chain, sets the exit code.

fn main() -> std::process::ExitCode {
    // The tree holds one provider; naming it here keeps a second one from making the choice ambiguous.
    rustls::crypto::ring::default_provider().install_default().expect("nothing was installed before");
    ronda::cli::run()
}
