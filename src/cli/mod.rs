//! Floor 6: words in, exit code out. The only reader of environment and terminal.

pub mod providers;
