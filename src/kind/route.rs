//! The four route shapes, and how their paths are written down.
//!
//! `Collection` (the server picks the id), `Keyed` (we do), `Singleton` (always there) are
//! [`Route`]s; `Edge` (a relation without a body) is [`Relation`](super::Relation). Nothing here
//! does I/O: `rest` turns a route and a value into a request.

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or adds to a relation.
    Post,
    /// Creates under our name, or replaces.
    Put,
    /// Changes some fields.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One piece of a declared path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// Text, slashes included.
    Text(&'static str),
    /// The object's own id, encoded as one path segment; of an edge, its owner's id.
    Own,
    /// The value of a field of the object (dotted), encoded as one path segment.
    Field(&'static str),
    /// Like `Own`, but every `/` in it goes as `%252F` (DC/OS decodes twice).
    Own2F,
    /// The n-th word of an edge's key, encoded as one path segment.
    Item(usize),
    /// Like `Item`, but every `/` in it goes as `%252F`.
    Item2F(usize),
}

/// A declared path below the target's base URL.
pub type Path = &'static [Segment];

/// A method and a path.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: Path,
}

/// Which of the shapes a kind has. An edge is not a kind but a [`Relation`](super::Relation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The server picks the id; a live object is recognised by its natural key.
    Collection,
    /// We pick the id, and it is the key: creating one that exists is a conflict.
    Keyed,
    /// The only one of its kind: always there, or, where it has calls to create and delete it, there
    /// or not.
    Singleton,
    /// Not an object of a server: an account, a cluster.
    Nowhere,
}

/// How a list is cut into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// One answer has everything.
    Whole,
    /// By `page` and `page_size`, with the total in a header; the dialect knows the names.
    Pages,
}

/// Where a kind's live objects are listed.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// Where from.
    pub from: ListFrom,
    /// A query to send along, such as `includeScopes=true`; may be empty.
    pub query: &'static str,
    /// Pages or not.
    pub paging: Paging,
    /// The member of the answer that holds the list; none if the answer is the list.
    pub member: Option<&'static str>,
    /// Fields of the key by which the server can search exactly (`search.name=…`).
    pub search: &'static [&'static str],
}

/// Where from.
#[derive(Debug, Clone, Copy)]
pub enum ListFrom {
    /// A list of all.
    All(Path),
    /// One list a parent: the path's `Own` is the parent's id. The children's `parent_field` in
    /// the live value is filled in by the reader.
    Parent {
        /// The parent's kind.
        kind: &'static str,
        /// The path.
        path: Path,
        /// The child's field that names the parent.
        parent_field: &'static str,
    },
    /// Embedded in each of the parents that the parent's own list returns: no request.
    Embedded {
        /// The parent's kind.
        kind: &'static str,
        /// The member of the parent that holds the list.
        member: &'static str,
        /// The child's field that names the parent.
        parent_field: &'static str,
    },
    /// A list of all that shows little more than what recognises them: those that are wanted are
    /// read one by one, by the kind's own read.
    Outline(Path),
    /// The members of one object, whose names are the ids; the objects themselves are read one by
    /// one, by the kind's own read.
    Index(Path),
}

/// A field that has a route of its own: it is not sent with the others (unless `in_create`).
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// The top-level field.
    pub field: &'static str,
    /// The call that sets it.
    pub endpoint: Endpoint,
    /// Whether the body is `{field: value}`; otherwise it is the value itself.
    pub wrapped: bool,
    /// Whether the create call takes it too.
    pub in_create: bool,
    /// Where it is read, if objects do not show it; asked only where a manifest writes it.
    pub read: Option<Path>,
}

/// What the body of a create or update call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// The fields, by their names.
    Fields,
    /// The value of this one field.
    Of(&'static str),
    /// A list in this member, whose one item has the fields: a call that takes many. Its answer
    /// is a list too.
    OneOfMany(&'static str),
}

/// Items of a list that are not objects, but hold one beside its key.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// The member that holds the key.
    pub key: &'static str,
    /// The member that holds the object.
    pub value: &'static str,
    /// Keys that are spelled otherwise in paths: as listed, as in a path.
    pub spelled: &'static [(&'static str, &'static str)],
}

/// How a kind is reached.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The shape.
    pub shape: Shape,
    /// The list; none for singletons.
    pub list: Option<List>,
    /// GET of one object, where there is one.
    pub read: Option<Path>,
    /// The create call; none for singletons.
    pub create: Option<Endpoint>,
    /// The update call; none: every change is a replacement.
    pub update: Option<Endpoint>,
    /// The delete call; none for singletons.
    pub delete: Option<Endpoint>,
    /// Fields with routes of their own, in the order in which they are called.
    pub own: &'static [Own],
    /// The member of a live object that is its id.
    pub id: &'static str,
    /// Whether a write's answer is the object (Logto), so that it is its own read-back.
    pub answers_object: bool,
    /// What create and update calls send.
    pub body: Body,
    /// How items of the list hold their objects, if they are not objects themselves.
    pub envelope: Option<Envelope>,
    /// The server's code for an object that cannot be deleted now, but emptied: an update with
    /// nothing in it stands for the delete.
    pub emptied_on: Option<&'static str>,
}

impl Route {
    /// The field by which a child names the parent that lists it.
    pub fn listed_by(&self) -> Option<&'static str> {
        match self.list?.from {
            ListFrom::Parent { parent_field, .. } => Some(parent_field),
            ListFrom::All(_)
            | ListFrom::Outline(_)
            | ListFrom::Index(_)
            | ListFrom::Embedded { .. } => None,
        }
    }

    /// The field by which a child names its parent, be it listed by the parent or held in its list.
    pub fn parent_field(&self) -> Option<&'static str> {
        match self.list?.from {
            ListFrom::Embedded { parent_field, .. } => Some(parent_field),
            _ => self.listed_by(),
        }
    }

    /// No route: the base of the others.
    pub const NONE: Self = Self {
        shape: Shape::Nowhere,
        list: None,
        read: None,
        create: None,
        update: None,
        delete: None,
        own: &[],
        id: "id",
        answers_object: false,
        body: Body::Fields,
        envelope: None,
        emptied_on: None,
    };
}
