//! The `tenantry` binary: starts the runtime, runs the command line, ends with its exit code.

use std::process::ExitCode;

use tenantry::cli;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run());
            // What still reads standard input is not waited for.
            runtime.shutdown_background();
            code
        }
        Err(cause) => cli::no_runtime(&cause),
    }
}
