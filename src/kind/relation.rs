//! Relations: edges between objects, without a body of their own. Listing an edge is owning it.

use super::route::{Endpoint, Method, Paging, Path};

/// The words that make one edge of its owner unique, as the server has them: `[role id]`, or
/// `[rid, action]`.
pub type EdgeKey = Vec<String>;

/// A relation field of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    /// The field in the manifest (`roles`, `members`, `permissions`); dotted where it stands in a
    /// mapping (`jit.emailDomains`) or in the items of another relation (`users.roles`).
    pub field: &'static str,
    /// The kinds at the other end, lower case; a plain string is a name of one of them. None of
    /// plain words.
    pub to: &'static [&'static str],
    /// What its items look like.
    pub shape: EdgeShape,
    /// Reads by owner; together they are the owner's edges. Where there are several, the n-th lists
    /// far ends of the n-th kind of `to` alone.
    pub by_owner: &'static [ReadEdges],
    /// Reads by the other end, used where fewer of those are named than owners; or, if its path
    /// has no `Own`, one list of all owners, whose items show their edges.
    pub by_item: Option<ReadEdges>,
    /// Adds edges.
    pub attach: Attach,
    /// Takes edges away.
    pub detach: Attach,
    /// What an edge means for access.
    pub grants: Grants,
}

/// What a relation's items look like in a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeShape {
    /// A list of references; an edge's key is the other end's id.
    Objects,
    /// A mapping from a resource id to a list of words; an edge's key is both. The resource is
    /// of the kind `to[0]`, keyed by the resource id, and made as needed where none is declared.
    Actions,
    /// A list of words; an edge's key is the word.
    Words,
    /// A list of mappings from somebody (an address, in any case of letters) to what they are; an
    /// edge's key is both. Everybody is one thing: to make them another takes the first away.
    Pairs {
        /// The member that says who.
        who: &'static str,
        /// The member that says what.
        what: &'static str,
    },
    /// A list of references of which each may carry more: a mapping with the reference in the
    /// member `by`, or the reference alone. An edge's key is the other end's id; what the items
    /// carry are relations of the shape `Carried`.
    Items {
        /// The member that refers (`user`).
        by: &'static str,
    },
    /// What the items of another relation carry: `users.roles` is the member `roles` of the items
    /// of `users`. An edge's key is the item's id and the other end's. It goes with its item.
    Carried,
}

/// One list of edges.
#[derive(Debug, Clone, Copy)]
pub struct ReadEdges {
    /// The path; `Own` is the end that is asked (owner, or item for `by_item`; `Own2F` too).
    /// Without one it is a list of all owners.
    pub path: Path,
    /// The query, may be empty.
    pub query: &'static str,
    /// Pages or not.
    pub paging: Paging,
    /// The member of the answer that holds the list; none if the answer is the list. A dotted one
    /// may be missing: the list is empty then.
    pub member: Option<&'static str>,
    /// The dotted member of a list item that is the far end's id (`id`, `user.uid`, `rid`); lists
    /// on the way are gone through (`scopes.id`), and an empty one is the item itself.
    pub id: &'static str,
    /// `Actions`, `Carried`, `Pairs` and lists of all owners: the member of an item that lists the last
    /// words, and the member of each that is the word.
    pub words: Option<(&'static str, &'static str)>,
    /// What is done to who stands in this list, of `Pairs`.
    pub held: Option<&'static Held>,
}

/// Calls on the items of one of several lists: a member's role is changed, an invitation is
/// withdrawn. `Field` in their paths is a member of the item.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The items that count: those whose member has this text; none: all.
    pub only: Option<(&'static str, &'static str)>,
    /// The member that stands for an item of which the far end's is not known.
    pub otherwise: &'static str,
    /// Gives an item another last word; none: it is taken away, and added anew.
    pub change: Option<Attach>,
    /// Takes it away.
    pub detach: Attach,
}

/// How edges are added or taken away.
#[derive(Debug, Clone, Copy)]
pub struct Attach {
    /// The call; `Own` is the owner's id, `Item(n)` a word of the edge's key.
    pub endpoint: Endpoint,
    /// What the body says, and so how many edges go in one call.
    pub body: EdgeBody,
    /// The server's codes that mean "it is so already".
    pub already: &'static [&'static str],
}

impl Attach {
    /// Adds by POST; nothing that the server says means "it is so already".
    pub const fn post(path: Path, body: EdgeBody) -> Self {
        Self {
            endpoint: Endpoint {
                method: Method::Post,
                path,
            },
            body,
            already: &[],
        }
    }

    /// Takes one away by DELETE, the path says which.
    pub const fn delete(path: Path) -> Self {
        Self {
            endpoint: Endpoint {
                method: Method::Delete,
                path,
            },
            body: EdgeBody::Empty,
            already: &[],
        }
    }
}

/// What the body of a call on edges says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeBody {
    /// Nothing: the path says it all. One call an edge.
    Empty,
    /// `{member: word}`, the last of the key. One call an edge.
    One(&'static str),
    /// `{member: [word, …]}`, the last of each key. One call for all edges with the same path.
    Many(&'static str),
    /// `{first: word, last: word}`, both words of the key. One call an edge, not to be sent twice.
    Both(&'static str, &'static str),
    /// `{first: [word, …], last: [word, …]}`: each of the first words with each of the last. One
    /// call for all first words with the same last ones.
    Product(&'static str, &'static str),
}

impl EdgeBody {
    /// Whether one call takes several edges.
    pub const fn takes_many(self) -> bool {
        matches!(self, Self::Many(_) | Self::Product(..))
    }
}

impl Relation {
    /// Whether `drift` tells what others added: somebody of ours is always among those who have a
    /// title, and nobody tells who.
    pub const fn is_watched(&self) -> bool {
        !matches!(self.grants, Grants::Title { .. })
    }

    /// Of a carried relation, the field of the one whose items carry it.
    pub fn carrier(&self) -> Option<&'static str> {
        match (self.shape, self.field.rsplit_once('.')) {
            (EdgeShape::Carried, Some((carrier, _))) => Some(carrier),
            _ => None,
        }
    }
}

/// Who has what because of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grants {
    /// The owner has what the far end has (`roles`). Of what items carry: the item has it, inside
    /// the owner.
    Member,
    /// The far ends have what the owner has (`members`), and that they are in it.
    Members,
    /// A permission, for whoever has the owner.
    Permission,
    /// What the owner may ask people to let it do in their names.
    Consent,
    /// Whoever joins the owner has what the far end has, inside it.
    Newcomers,
    /// The far end, a word, is its last word in the owner.
    Title {
        /// The last word of those without whom nobody could change anything.
        ruling: &'static str,
    },
    /// Nobody has anything by it.
    Nothing,
}

/// What the two ends of an edge must be for the server to take it.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    /// The relation.
    pub field: &'static str,
    /// It is asked only of owners that have this.
    pub of: Option<Has>,
    /// What the far end must have.
    pub wants: Wants,
}

/// A field, the text that stands for one that is not written, and the text that it must be.
pub type Has = (&'static str, &'static str, &'static str);

/// What a far end must have.
#[derive(Debug, Clone, Copy)]
pub enum Wants {
    /// A text in a field.
    Text(Has),
    /// Anything but the server's own of that name.
    NoBuiltin(&'static str),
}

/// A field whose items are objects of another kind, that live in this one.
#[derive(Debug, Clone, Copy)]
pub struct Children {
    /// The field in the manifest (`scopes`, `secrets`).
    pub field: &'static str,
    /// The kind of the children, lower case. A child's address is `TARGET/kind/PARENT.NAME`.
    pub kind: &'static str,
    /// The child's field that refers to its parent.
    pub parent_field: &'static str,
    /// The child's field that names it.
    pub name_field: &'static str,
}
