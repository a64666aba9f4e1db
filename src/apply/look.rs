//! What `plan` and `drift` tell of calls that were begun in runs that died. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::attempts::{attempted, begun};
use super::creations::{self, Became};
use super::failure::call_failed;
use super::finding::{IN_SETUP, OPEN, finding, late_finding};
use super::ledger::{Journaled, OpenIntent};
use super::secrets::SecretResolver;
use super::targets::Target;
use super::verdict::{Seen, Verdict, judge, late, restless};
use crate::base::{
    Address, Diagnostic, FieldPath, Fingerprint, FingerprintKey, Hidden, Known, Value,
};
use crate::kind::{Api, Catalog, Descriptor, KnownTarget, Live, Quirk, ReadSessions};
use crate::state::Entry;

/// What looking needs.
pub struct Look<'a> {
    /// All kinds.
    pub catalog: Catalog,
    /// Opens sessions, to read.
    pub reads: &'a dyn ReadSessions,
    /// The targets that exist.
    pub targets: &'a BTreeMap<Address, Target>,
    /// Finds the texts of secrets.
    pub secrets: &'a dyn SecretResolver,
    /// The intents without an end.
    pub open: &'a [OpenIntent],
    /// All markers ever used.
    pub markers: &'a BTreeMap<String, Address>,
    /// The addresses that the state owns, by id.
    pub owned: &'a BTreeMap<Address, String>,
    /// The key that secrets are recognised with; none without the identity.
    pub key: Option<&'a FingerprintKey>,
    /// The time.
    pub now: Timestamp,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Looked {
    /// What became of what was begun, and what apply will do about it.
    pub told: Vec<Diagnostic>,
    /// What was made without the state's knowing.
    pub made: BTreeMap<Address, Entry>,
}

/// One account as it is seen.
struct Account {
    tenants: Vec<Live>,
    print: Option<Fingerprint>,
}

/// Tells what became of what was begun, and what apply will do about it. Sends nothing if nothing
/// is open and no tenant can come late.
pub async fn look(look: &Look<'_>) -> Looked {
    let (mut told, mut made) = (Vec::new(), BTreeMap::new());
    let mut accounts = BTreeMap::new();
    for open in look.open {
        let home = look.tenant_home(open);
        if let (Some((kind, home)), Journaled::Subscribe) = (home, open.intent.call) {
            told.push(look.attempt(open, kind, home).await);
            continue;
        }
        if home.is_none() {
            told.push(look.other(open, &mut made).await);
            continue;
        }
        if let Some((kind, home)) = home
            && !accounts.contains_key(home)
        {
            let seen = look.account(kind, home).await;
            accounts.insert(home.clone(), seen);
        }
        told.push(match home.map(|(_, home)| &accounts[home]) {
            Some(Ok(account)) => look.tell(open, account),
            Some(Err(error)) => unseen(open, &error.message),
            None => finding(open, &Verdict::Unclear),
        });
    }
    told.extend(look.late(&mut accounts).await);
    Looked { told, made }
}

impl Look<'_> {
    fn tenant_home<'b>(&self, open: &'b OpenIntent) -> Option<(&'static Descriptor, &'b Address)> {
        let entry = &open.intent.entry;
        let kind = self
            .catalog
            .stored(&entry.api_version, open.intent.address.kind())?;
        kind.is(Quirk::MarkedCreation).then_some(())?;
        Some((kind, entry.home.as_ref()?))
    }

    /// What became of an attempt whose call must not be made twice.
    async fn attempt(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
    ) -> Diagnostic {
        let failed = |error| call_failed("look into", home, &error);
        let found = async {
            let target = self.target(home).await?;
            let reader = self.reads.reader(&target).await.map_err(failed)?;
            let found = attempted(reader.as_ref(), kind, open, self.now).await;
            found.map_err(failed)
        };
        match found.await {
            Ok(found) => begun(open, found),
            Err(error) => unseen(open, &error.message),
        }
    }

    /// The same of an object that is no tenant.
    async fn other(&self, open: &OpenIntent, made: &mut BTreeMap<Address, Entry>) -> Diagnostic {
        let entry = &open.intent.entry;
        let kind = self
            .catalog
            .stored(&entry.api_version, open.intent.address.kind());
        let (Some(kind), Some(home)) = (kind, &entry.home) else {
            return finding(open, &Verdict::Unclear);
        };
        if let (Some(_), Some(old)) = (&open.created, open.known_ids.first()) {
            return creations::told_replaced(open, old);
        }
        match self.became(open, kind, home).await {
            Ok(became) => {
                let told = creations::told(open, &became);
                if let Became::Made(entry) = became {
                    made.insert(open.intent.address.clone(), *entry);
                }
                told
            }
            Err(error) => unseen(open, &error.message),
        }
    }

    async fn became(
        &self,
        open: &OpenIntent,
        kind: &'static Descriptor,
        home: &Address,
    ) -> Result<Became, Diagnostic> {
        let failed = |error| call_failed("look into", home, &error);
        let target = self.target(home).await?;
        let reader = self.reads.reader(&target).await.map_err(failed)?;
        let became = creations::became(reader.as_ref(), kind, open, self.key).await;
        became.map_err(failed)
    }

    fn tell(&self, open: &OpenIntent, account: &Account) -> Diagnostic {
        if self.key.is_none() {
            return unseen(open, "the identity that opens the credentials is not here");
        }
        let seen = Seen {
            tenants: &account.tenants,
            account: account.print,
            now: self.now,
        };
        finding(open, &judge(open, &seen))
    }

    async fn late(
        &self,
        accounts: &mut BTreeMap<Address, Result<Account, Diagnostic>>,
    ) -> Vec<Diagnostic> {
        let restless = restless(self.markers, |address| self.owned.contains_key(address));
        if restless.is_empty() {
            return Vec::new();
        }
        let ids: BTreeSet<_> = self.owned.values().cloned().collect();
        let marked = self
            .catalog
            .all()
            .filter(|kind| kind.is(Quirk::MarkedCreation));
        for kind in marked {
            let cloud = self
                .targets
                .iter()
                .filter(|(_, target)| target.api == Api::Cloud);
            for (home, _) in cloud {
                if !accounts.contains_key(home) {
                    let seen = self.account(kind, home).await;
                    accounts.insert(home.clone(), seen);
                }
            }
        }
        let seen = accounts
            .values()
            .filter_map(|account| account.as_ref().ok());
        seen.flat_map(|account| late(&restless, self.open, &ids, &account.tenants))
            .map(|late| late_finding(&late))
            .collect()
    }

    async fn account(
        &self,
        kind: &'static Descriptor,
        home: &Address,
    ) -> Result<Account, Diagnostic> {
        let target = self.target(home).await?;
        let failed = |error| call_failed("list the tenants of", home, &error);
        let reader = self.reads.reader(&target).await.map_err(failed)?;
        Ok(Account {
            tenants: reader.list(kind, &[]).await.map_err(failed)?,
            print: self.key.and_then(|key| token_print(key, &target)),
        })
    }

    async fn target(&self, home: &Address) -> Result<KnownTarget, Diagnostic> {
        let absent = || {
            let message = format!("`{home}` cannot be reached: no document describes it");
            Diagnostic::error(OPEN, message).about(home)
        };
        let target = self.targets.get(home).ok_or_else(absent)?;
        let mut texts = BTreeMap::new();
        for (path, hidden) in secrets(&target.settings) {
            let source = hidden.source.as_ref().filter(|_| hidden.text.is_none());
            if let Some(source) = source
                && let Ok(text) = self.secrets.text(source).await
            {
                texts.insert(path, text);
            }
        }
        let reveal = &mut |path: &FieldPath, leaf| {
            Ok::<_, std::convert::Infallible>(match (leaf, texts.remove(path)) {
                (Value::Secret(hidden), Some(text)) => Value::Secret(Hidden {
                    text: Some(text),
                    ..hidden
                }),
                (leaf, _) => leaf,
            })
        };
        let settings = target
            .settings
            .clone()
            .try_map_leaves(&FieldPath::root(), reveal);
        let settings = Known::new(settings.unwrap_or_default()).map_err(|_| absent())?;
        Ok(KnownTarget {
            address: home.clone(),
            api: target.api,
            settings,
        })
    }
}

fn secrets(settings: &Value) -> Vec<(FieldPath, Hidden)> {
    let mut found = Vec::new();
    settings.leaves(&mut |path, leaf| {
        if let Value::Secret(hidden) = leaf {
            found.push((path.clone(), hidden.clone()));
        }
    });
    found
}

/// What tells whose token an account is reached with, without keeping the token.
pub(super) fn token_print(key: &FingerprintKey, account: &KnownTarget) -> Option<Fingerprint> {
    let Some(Value::Secret(token)) = account.settings.value().get("token") else {
        return None;
    };
    let path = FieldPath::field("token");
    Some(key.fingerprint(&account.address, &path, token.text.as_ref()?))
}

fn unseen(open: &OpenIntent, why: &str) -> Diagnostic {
    let address = &open.intent.address;
    let message = format!(
        "`{address}` was begun at {:.0}, and what came of it cannot be seen: {why}",
        open.at
    );
    Diagnostic::warning(IN_SETUP, message).about(address)
}
