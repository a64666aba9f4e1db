//! Floor 3: the three APIs. Each declares its kinds and says how it logs in and answers.

pub mod cloud;
pub mod dcos;
pub mod logto;
