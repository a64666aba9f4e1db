//! All integration tests, in one binary: each further one costs a link.
