//! Floor 0: the words everything else is written in. No I/O here.

pub mod address;
pub mod code;
mod codes;
pub mod diagnostic;
pub mod fingerprint;
pub mod glob;
pub mod lock;
pub mod moment;
pub mod path;
mod schema;
pub mod secret;
pub mod source;
pub mod suggest;
pub mod text;
pub mod tree;
pub mod value;

pub use address::Address;
pub use code::Code;
pub use diagnostic::{Diagnostic, Place, Severity};
pub use fingerprint::{Fingerprint, FingerprintKey};
pub use path::FieldPath;
pub use secret::{Secret, SecretSource};
pub use source::{At, SourceFile};
pub use value::{Hidden, Known, Part, Unknown, Value};
