//! The DC/OS IAM API of one cluster, Enterprise or Open.

pub mod kinds;
