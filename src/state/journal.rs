//! What a whole journal says: its records, where its torn tail begins, which calls are open.
//!
//! Writing it is `scribe`'s business.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::error::OPEN_INTENT;
use super::record::{BadLine, VERSION};
use super::{Act, Event, Intent, Record, Seq, Snapshot, StateError};
use crate::base::{Diagnostic, Fingerprint};

/// A journal as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Journal {
    /// The good records, in order.
    pub records: Vec<Record>,
    /// How many bytes they take; what follows is a torn tail.
    pub length: u64,
}

/// A call that was announced and whose outcome is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenIntent {
    /// Its number, for the outcome that settles it.
    pub seq: Seq,
    /// The run that announced it.
    pub run: String,
    /// When.
    pub at: Timestamp,
    /// Which call.
    pub act: Act,
    /// What is known about it.
    pub intent: Intent,
}

impl Journal {
    /// Reads a journal; `file` is how messages call it.
    ///
    /// A last record that was not written whole is dropped, and so is everything after damage
    /// that no later record proves to have been on the disk before: nobody acted on those.
    ///
    /// # Errors
    /// Damage that is not the tail of a process that died; records of a newer program.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, StateError> {
        let mut journal = Self::default();
        let mut lines = (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n'));
        while let Some((number, whole)) = lines.next() {
            match read_line(file, whole, journal.last()) {
                Ok(record) => {
                    journal.records.push(record);
                    journal.length += whole.len() as u64;
                }
                Err(BadLine::Foreign(error)) => return Err(error),
                Err(BadLine::Damaged(cause)) => {
                    let last = journal.last();
                    let mut later = (1..).zip(lines.map(|(_, line)| read_line(file, line, last)));
                    if later.any(|(after, line)| was_synced_before(after, line)) {
                        return Err(damaged(file, number, cause));
                    }
                    break;
                }
            }
        }
        Ok(journal)
    }

    /// The number of the last record; zero if there is none.
    pub fn last(&self) -> Seq {
        self.records.last().map(|r| r.seq).unwrap_or_default()
    }

    /// Checks that the journal goes on from where `snapshot` ends.
    ///
    /// # Errors
    /// It is another state's, or one of the two is an older copy.
    pub fn check_follows(&self, place: &str, snapshot: &Snapshot) -> Result<(), StateError> {
        let mismatch = |cause: String| {
            Err(StateError::Mismatch {
                place: place.to_owned(),
                cause,
            })
        };
        let stranger = |record: &&Record| record.lineage != snapshot.lineage;
        if let Some(record) = self.records.iter().find(stranger) {
            let (theirs, ours) = (&record.lineage, &snapshot.lineage);
            return mismatch(format!(
                "the journal is of lineage {theirs}, the state of {ours}"
            ));
        }
        let mut expected = snapshot.folded.next();
        for record in self.records.iter().filter(|r| r.seq > snapshot.folded) {
            if record.seq != expected {
                let found = record.seq;
                return mismatch(format!(
                    "the journal goes on at record {found}, where {expected} should be"
                ));
            }
            expected = expected.next();
        }
        Ok(())
    }

    /// The intents without an outcome, by number.
    pub fn open_intents(&self) -> BTreeMap<Seq, OpenIntent> {
        let mut open = BTreeMap::new();
        for record in &self.records {
            note(&mut open, record);
        }
        open
    }
}

/// Adds the intent that `record` is to `open`, or takes away the one that it settles.
pub(super) fn note(open: &mut BTreeMap<Seq, OpenIntent>, record: &Record) {
    match &record.event {
        Event::Intent(intent) => {
            let Record {
                seq, run, at, act, ..
            } = record.clone();
            let intent = Intent::clone(intent);
            open.insert(
                seq,
                OpenIntent {
                    seq,
                    run,
                    at,
                    act,
                    intent,
                },
            );
        }
        Event::Outcome(outcome) => {
            outcome.answers.map(|seq| open.remove(&seq));
        }
    }
}

/// Reads one line, which must hold a record after `last`.
fn read_line(file: &str, whole: &[u8], last: Seq) -> Result<Record, BadLine> {
    let line = whole
        .strip_suffix(b"\n")
        .ok_or(BadLine::Damaged("no end of line"))?;
    let record = Record::from_line(file, line)?;
    if record.seq <= last {
        return Err(BadLine::Damaged("its number is not above the one before"));
    }
    Ok(record)
}

/// Whether `line` is a good record which proves that the line `after` lines above it had been on
/// the disk before: records that are written together have consecutive numbers.
fn was_synced_before(after: u64, line: Result<Record, BadLine>) -> bool {
    line.is_ok_and(|record| record.seq.0.saturating_sub(after) <= record.synced.0)
}

fn damaged(file: &str, line: usize, cause: &'static str) -> StateError {
    StateError::Journal {
        file: file.to_owned(),
        line,
        cause,
    }
}

impl OpenIntent {
    /// The record that it was, to be carried over into the next journal.
    pub(super) fn to_record(&self, lineage: &str) -> Record {
        let Self {
            seq,
            run,
            at,
            act,
            intent,
        } = self.clone();
        Record {
            version: VERSION,
            lineage: lineage.to_owned(),
            seq,
            synced: seq,
            run,
            at,
            act,
            event: Event::Intent(Box::new(intent)),
        }
    }

    /// Whether it was announced with the account's token that has this fingerprint, or with none.
    pub fn is_of_account(&self, account: &Fingerprint) -> bool {
        self.intent.account.is_none_or(|own| own == *account)
    }

    /// What `plan` and `drift` say about it.
    pub fn warning(&self) -> Diagnostic {
        let (call, address, at) = (self.act.call.word(), &self.act.address, self.at);
        let message = format!(
            "whether `{address}` was {call} at {at} is not known: that run ended before the answer"
        );
        Diagnostic::warning(OPEN_INTENT, message)
            .about(address)
            .hint("`tenantry apply` finds out and goes on from there")
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{answer, intent, owned, record};
    use super::super::{Effect, fold};
    use super::*;

    fn text(records: &[Record]) -> Vec<u8> {
        let lines = records
            .iter()
            .map(|record| record.to_line().expect("a line"));
        lines.flatten().collect()
    }

    fn read(bytes: &[u8]) -> Result<Journal, StateError> {
        Journal::read("journal.jsonl", bytes)
    }

    fn three() -> Vec<Record> {
        let create = intent(1, |intent| intent.marker = Some("m".into()));
        vec![create, answer(2, 1, owned("r1")), record(3, owned("r2"))]
    }

    #[test]
    fn a_tail_torn_at_any_byte_loses_that_record_alone() {
        let (records, whole) = (three(), text(&three()));
        let good = text(&records[..2]);
        for end in good.len()..whole.len() {
            let journal = read(&whole[..end]).expect("a torn tail is no fault");
            assert_eq!(journal.records, records[..2], "cut at byte {end}");
            assert_eq!(journal.length, good.len() as u64);
        }
        assert_eq!(read(&whole).expect("reads").records, records);
    }

    #[test]
    fn a_tail_of_garbage_is_dropped() {
        let mut bytes = text(&three());
        let good = bytes.len() as u64;
        bytes.extend_from_slice(b"\0\0\0\0\n\0\0");
        assert_eq!(read(&bytes).expect("reads").length, good);
    }

    #[test]
    fn damage_at_any_byte_before_the_last_record_is_an_error() {
        let whole = text(&three());
        let middle = text(&three()[..2]).len() - 1;
        for at in 0..middle {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            let error = read(&bad).expect_err("damaged");
            assert!(
                matches!(error, StateError::Journal { .. }),
                "byte {at}: {error}"
            );
        }
    }

    #[test]
    fn damage_inside_the_last_unsynced_group_is_a_torn_tail() {
        let mut group = three();
        group[2].synced = Seq(1);
        let mut bytes = text(&group);
        let second = text(&group[..1]).len();
        bytes[second + 9] ^= 1;
        assert_eq!(read(&bytes).expect("reads").records, group[..1]);
    }

    #[test]
    fn damage_to_an_intent_that_was_carried_over_is_an_error() {
        let mut carried = intent(5, |_| {});
        carried.synced = Seq(50);
        let mut next = record(51, owned("r"));
        next.synced = Seq(50);
        let mut bytes = text(&[carried, next]);
        bytes[9] ^= 1;
        assert!(matches!(
            read(&bytes),
            Err(StateError::Journal { line: 1, .. })
        ));
    }

    #[test]
    fn an_intent_is_open_until_an_outcome_answers_it() {
        let open = |records: &[Record]| {
            let journal = read(&text(records)).expect("reads");
            journal.open_intents().into_keys().collect::<Vec<_>>()
        };
        let create = intent(1, |_| {});
        assert_eq!(open(std::slice::from_ref(&create)), [Seq(1)]);
        let stored = record(2, owned("r"));
        assert_eq!(open(&[create.clone(), stored.clone()]), [Seq(1)]);
        let refused = answer(3, 1, Effect::Nothing);
        assert_eq!(open(&[create, stored, refused]), []);
    }

    #[test]
    fn a_journal_of_another_state_or_time_is_refused() {
        let journal = read(&text(&three())).expect("reads");
        let mut ours = Snapshot::new("lineage".into());
        assert_eq!(journal.check_follows("here", &ours), Ok(()));
        fold(&mut ours, &journal.records);
        assert_eq!(
            journal.check_follows("here", &ours),
            Ok(()),
            "already folded"
        );
        let late = read(&text(&three()[1..])).expect("reads");
        let older = Snapshot::new("lineage".into());
        late.check_follows("here", &older)
            .expect_err("record 1 is missing");
        let other = Snapshot::new("other".into());
        journal
            .check_follows("here", &other)
            .expect_err("another lineage");
    }

    #[test]
    fn thousands_of_records_are_read() {
        let records: Vec<_> = (1..=5000).map(|n| record(n, owned("r"))).collect();
        let bytes = text(&records);
        assert_eq!(read(&bytes).expect("reads").records.len(), 5000);
    }
}
