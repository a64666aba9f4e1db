//! The Logto Cloud API: accounts and the tenants in them.

pub mod kinds;
