//! The Logto Management API of one tenant, on the Cloud or self-hosted.

pub mod kinds;
