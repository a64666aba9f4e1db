//! All kinds of all providers: the list that the command line puts together.

use super::{Api, Descriptor};

/// All kinds. Cheap to copy; looked up by `apiVersion` and kind, or by API and address word.
#[derive(Debug, Clone, Copy)]
pub struct Catalog(&'static [&'static [Descriptor]]);

impl Catalog {
    /// The catalog of these providers' lists.
    pub const fn new(providers: &'static [&'static [Descriptor]]) -> Self {
        Self(providers)
    }

    /// All kinds, provider by provider.
    pub fn all(self) -> impl Iterator<Item = &'static Descriptor> {
        self.0.iter().flat_map(|kinds| kinds.iter())
    }

    /// The kinds of one API.
    pub fn of(self, api: Api) -> impl Iterator<Item = &'static Descriptor> {
        self.all().filter(move |kind| kind.api == api)
    }

    /// The kind of a document's header (`logto/v1`, `ApiResource`).
    pub fn declared(self, api_version: &str, kind: &str) -> Option<&'static Descriptor> {
        self.all()
            .find(|d| d.api_version() == api_version && d.kind == kind)
    }

    /// The kind of an address word (`apiresource`) in targets of `api`.
    pub fn named(self, api: Api, name: &str) -> Option<&'static Descriptor> {
        self.all().find(|d| d.api == api && d.name == name)
    }

    /// The kind of an owned object: its `apiVersion` and the word in its address.
    pub fn stored(self, api_version: &str, name: &str) -> Option<&'static Descriptor> {
        self.all()
            .find(|d| d.api_version() == api_version && d.name == name)
    }

    /// The kind whose objects are targets of `api`, or `Account` for the Cloud.
    pub fn host(self, api: Api) -> Option<&'static Descriptor> {
        self.all().find(|d| d.hosts == Some(api))
    }
}
