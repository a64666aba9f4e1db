//! What a plan that takes a run back is made from: documents that say what was there before, and
//! the state as that run left it. The planner is the same.
//!
//! Objects that were made have no document, so that they go. Whatever cannot be had back is told.

mod edges;
mod fields;
mod image;
mod left;
mod secrets;
mod symbols;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::input::Facts;
use super::plan::{Action, Note};
use super::records::lay_over;
use crate::base::{Address, FieldPath, FingerprintKey};
use crate::kind::{Catalog, Descriptor, Key, Policy};
use crate::manifest::{Document, Lifecycle, Origin, PutBack};
use crate::state::{Entry, Snapshot};
pub use image::{Changed, Edges, Image, Images, UNREADABLE, VERSION};
use left::Left;
pub(super) use left::{Seen, conflicts, is_asked_for, made_since};
use symbols::Symbols;

/// What is known when a run is taken back.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// All kinds.
    pub catalog: Catalog,
    /// What the manifests say now.
    pub documents: &'a [Document],
    /// What the state says now.
    pub snapshot: &'a Snapshot,
    /// The key of the secrets' fingerprints.
    pub key: Option<&'a FingerprintKey>,
    /// Secrets.
    pub facts: &'a dyn Facts,
}

/// What takes a run back.
pub struct Undoing {
    /// The number of the run.
    pub run: u64,
    /// What is desired: the manifests, and in the place of what the run changed what was before.
    pub documents: Vec<Document>,
    /// What we own, as the comparison needs it.
    pub snapshot: Snapshot,
    /// What may be changed.
    pub(super) touched: BTreeSet<Address>,
    /// What the run left, by object.
    pub(super) left: BTreeMap<Address, Left>,
    /// What the state really says.
    pub(super) kept: BTreeMap<Address, Entry>,
    /// What cannot be undone.
    pub(super) lost: Vec<Note>,
    /// What is taken back, in words.
    pub(super) about: Note,
}

impl Undoing {
    /// What takes back the run number `run`, of which `images` is the pre-image.
    pub fn new(run: u64, images: &Images, given: Given<'_>) -> Self {
        let mut undoing = Self {
            run,
            documents: Vec::new(),
            snapshot: given.snapshot.clone(),
            touched: BTreeSet::new(),
            left: BTreeMap::new(),
            kept: given.snapshot.resources.clone(),
            lost: Vec::new(),
            about: words::about(images),
        };
        let was = Was::new(images, given);
        for (address, image) in &images.objects {
            undoing.touched.insert(address.clone());
            undoing.touched.extend(image.moved_to.clone());
            if let Some(document) = was.document(address, image, &mut undoing) {
                undoing.documents.push(document);
            }
        }
        let touched = &undoing.touched;
        let others = given.documents.iter();
        let others = others.filter(|document| !touched.contains(&document.address));
        undoing.documents.extend(others.cloned());
        undoing
    }

    /// What the state really says of an object.
    pub(super) fn kept_of(&self, address: &Address) -> Option<&Entry> {
        self.kept.get(address)
    }

    /// Whether the object is to be as it was before.
    pub(super) fn takes_back(&self, address: &Address) -> bool {
        self.touched.contains(address)
    }
}

/// What was there before a run.
struct Was<'a> {
    images: &'a Images,
    given: Given<'a>,
    /// What the manifests say now.
    documents: BTreeMap<&'a Address, &'a Document>,
    symbols: Symbols,
    /// Why objects that were there cannot be had back at all.
    never: BTreeMap<&'a Address, String>,
}

impl<'a> Was<'a> {
    fn new(images: &'a Images, given: Given<'a>) -> Self {
        let documents = given.documents.iter();
        let mut was = Self {
            images,
            given,
            documents: documents
                .map(|document| (&document.address, document))
                .collect(),
            symbols: Symbols::of(images, given),
            never: BTreeMap::new(),
        };
        let there = images.objects.iter().filter(|(_, image)| image.existed);
        was.never = there
            .filter_map(|(address, image)| Some((address, was.why_never(address, image)?)))
            .collect();
        was
    }

    /// What the state says now of what is told by an image.
    fn now(&self, address: &Address, image: &Image) -> Option<&'a Entry> {
        let called = image.called(address);
        self.given.snapshot.resources.get(called)
    }

    /// Whether the object has to be made again.
    fn is_anew(&self, address: &Address, image: &Image) -> bool {
        let is_gone = self.now(address, image).is_none();
        match image.action {
            Some(Action::Replace) => true,
            Some(Action::Delete) => is_gone,
            Some(Action::Forget) => is_gone && self.goes_with_home(image),
            _ => false,
        }
    }

    /// Whether what the object lived in was to be deleted.
    fn goes_with_home(&self, image: &Image) -> bool {
        let home = image
            .home
            .as_ref()
            .and_then(|home| self.images.objects.get(home));
        home.is_some_and(|home| home.action == Some(Action::Delete))
    }

    /// The document that says what was there before; none if nothing was, or nothing can be had back.
    fn document(
        &self,
        address: &Address,
        image: &Image,
        undoing: &mut Undoing,
    ) -> Option<Document> {
        let now = self.now(address, image);
        if !image.existed {
            undoing.note_made(address, image, now);
            return None;
        }
        if let Some(why) = self.never.get(address) {
            undoing.lost.push(words::never(address, why));
            return None;
        }
        let kind = self.kind(address, image)?;
        let anew = self.is_anew(address, image);
        if image.entry.is_none() && now.is_none() && !anew {
            // It did not become ours.
            return None;
        }
        let fields = self.fields(kind, address, image);
        undoing.lost.extend(fields.lost);
        if anew {
            let is_replaced = image.action == Some(Action::Replace) && now.is_some();
            undoing.lost.push(words::anew(kind, address, is_replaced));
        }
        undoing.note_state(address, image, &fields.compared);
        undoing.left.insert(address.clone(), Left::of(image, now));
        let entry = image.entry.as_ref();
        let forgotten = entry.filter(|_| now.is_none() && !anew);
        let put_back = PutBack {
            fields: fields.changed,
            whole: fields.whole,
            edges: self.others_edges(kind, image),
            depends_on: entry
                .map(|entry| entry.depends_on.clone())
                .unwrap_or_default(),
            owned: entry.is_some_and(|entry| entry.owned),
            leaves: entry.is_none(),
            id: forgotten.map(|entry| entry.id.clone()),
        };
        Some(Document {
            address: address.clone(),
            kind,
            home: image.home.clone(),
            labels: entry.map(|entry| entry.labels.clone()).unwrap_or_default(),
            lifecycle: lifecycle(image, now),
            body: fields.body,
            exact: fields.exact,
            relations: self.relations(kind, image),
            exact_children: BTreeMap::new(),
            parent: None,
            origin: Origin::default(),
            root: String::new(),
            put_back: Some(Box::new(put_back)),
        })
    }

    /// The fields of an object, as they were.
    fn fields(
        &self,
        kind: &'static Descriptor,
        address: &Address,
        image: &Image,
    ) -> fields::Fields {
        fields::of(&fields::Subject {
            was: self,
            kind,
            address,
            image,
            now: self.now(address, image),
            anew: self.is_anew(address, image),
        })
    }

    fn kind(&self, address: &Address, image: &Image) -> Option<&'static Descriptor> {
        self.given
            .catalog
            .stored(&image.api_version, address.kind())
    }

    /// Why an object cannot be had back at all.
    fn why_never(&self, address: &'a Address, image: &'a Image) -> Option<String> {
        let Some(kind) = self.kind(address, image) else {
            return Some("this program no longer knows its kind".to_owned());
        };
        let now = self.now(address, image);
        let anew = self.is_anew(address, image);
        let is_forgotten = image.action == Some(Action::Forget) && now.is_none() && !anew;
        if is_forgotten && kind.key == Key::State {
            return Some("the credentials that were stored for it are gone".to_owned());
        }
        if !anew {
            return None;
        }
        let fields = self.fields(kind, address, image);
        let mut body = fields.whole;
        lay_over(&mut body, &fields.body);
        (kind.check_create)(&body)
    }
}

impl Undoing {
    /// What is to be known of an object that the run made.
    fn note_made(&mut self, address: &Address, image: &Image, now: Option<&Entry>) {
        match now {
            Some(entry) => {
                self.left.insert(address.clone(), Left::made(entry));
                if entry.retain {
                    let why = "its document said `onRemove: retain`";
                    self.lost.push(words::stays(address, why));
                }
            }
            None if image.action == Some(Action::Create) && !image.owned => {
                let why = "it was made as permissions needed it, and may be in use by others";
                self.lost.push(words::stays(address, why));
            }
            None => {}
        }
    }

    /// Puts into the state what the comparison goes by: the fields of which it has to know, the edges
    /// that the run gave or that were ours before.
    fn note_state(&mut self, address: &Address, image: &Image, compared: &BTreeSet<FieldPath>) {
        if let Some(entry) = self.snapshot.resources.get_mut(image.called(address)) {
            entry.written = fields::only(&entry.written, compared);
            edges::only_ours_and_made(entry, image);
        }
    }
}

fn lifecycle(image: &Image, now: Option<&Entry>) -> Lifecycle {
    let entry = image.entry.as_ref();
    Lifecycle {
        protect: entry.is_some_and(|entry| entry.protect),
        retain: entry.is_some_and(|entry| entry.retain),
        moved_from: image.moved_to.clone().filter(|_| now.is_some()),
        ..Lifecycle::default()
    }
}

/// Whether a field is ours alone: never sent.
fn is_ours_alone(kind: &Descriptor, path: &FieldPath) -> bool {
    kind.has(path, |policy| matches!(policy, Policy::Unsent))
}
