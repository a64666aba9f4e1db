//! What only tests of clusters need of a [`Ground`]: other logins, the other edition, plans that
//! are looked at and not applied.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tenantry::plan::Plan;
use tenantry::sandbox::Request;
use tenantry::sandbox::dcos::Edition;
use tenantry::state::{Folder, State};

use super::{Ground, Known};

impl Ground {
    /// From now on the cluster is logged in to by that account and the secret of that name.
    pub(crate) fn log_in(&mut self, uid: &str, secret: &str) {
        self.log_in_with(&format!("{{uid: {uid}, password: {{env: {secret}}}}}"));
    }

    /// The same by a service account's key.
    pub(crate) fn log_in_by_key(&mut self, uid: &str, secret: &str) {
        self.log_in_with(&format!("{{uid: {uid}, privateKey: {{env: {secret}}}}}"));
    }

    /// The same by a token.
    pub(crate) fn log_in_by_token(&mut self, secret: &str) {
        self.log_in_with(&format!("{{token: {{env: {secret}}}}}"));
    }

    /// From now on the cluster has another name in the manifests, and says which it had.
    pub(crate) fn calls_cluster(&mut self, new: &str, old: &str) {
        let (was, is) = (
            format!("kind: Cluster\nmetadata: {{name: {old}}}\n"),
            format!("kind: Cluster\nmetadata: {{name: {new}}}\nlifecycle: {{movedFrom: {old}}}\n"),
        );
        assert!(self.head.contains(&was));
        self.head = self.head.replace(&was, &is);
    }

    fn log_in_with(&mut self, login: &str) {
        let (start, _) = self.head.split_once("    login: ").expect("a cluster");
        self.head = format!("{start}    login: {login}\n---\n");
    }

    /// A token of the cluster's for that account, by the password of that name.
    pub(crate) fn token(&self, uid: &str, secret: &str) -> String {
        let body = serde_json::json!({"uid": uid, "password": self.secrets[secret]});
        let request = Request::new("POST", "/acs/api/v1/auth/login");
        let now = jiff::Timestamp::now().as_millisecond();
        let now = u64::try_from(now).expect("after 1970");
        let answer = self.by_hand(|world| {
            let cluster = world.target("c/prod").expect("a cluster");
            cluster.answer(&request.with_json(&body), now).as_json()
        });
        let token = answer.expect("JSON")["token"].as_str().map(str::to_owned);
        token.expect("a token")
    }

    /// Looks like `drift`: every edge of what we own is read.
    pub(crate) fn drift(&mut self, text: &str) -> Plan {
        self.all_edges = true;
        let (plan, _) = self.looked(text);
        self.all_edges = false;
        plan
    }

    /// The plan of `text`, not applied, and what was asked for it.
    pub(crate) fn looked(&self, text: &str) -> (Plan, Vec<String>) {
        let documents = self.documents(text);
        let folder = Folder::new(self.state_folder());
        self.by_hand(|world| world.record.clear());
        let plan = self.runtime.block_on(async {
            let patience = Duration::from_secs(5);
            let state = State::open(&folder, &self.identities, patience, "test").await;
            let state = Arc::new(state.expect("a state"));
            let known = Arc::new(Known {
                secrets: self.secrets.clone(),
                state: Arc::clone(&state),
                found: Mutex::default(),
            });
            let sessions = Self::sessions();
            let plan = self.plan(&documents, &state, &known, &sessions).await;
            drop(known);
            let state = Arc::into_inner(state).expect("nobody else has it");
            state.close().await.expect("closed");
            plan.expect("a plan")
        });
        let asked = self.by_hand(|world| {
            let all = world.record.all();
            all.map(|seen| format!("{} {}", seen.method, seen.path))
                .collect()
        });
        (plan, asked)
    }

    /// Makes the cluster one of the open edition.
    pub(crate) fn open_edition(&self) {
        self.by_hand(|world| {
            world
                .ensure_cluster("prod", Edition::Open, "boss", &self.secrets["BOSS"])
                .expect("a cluster");
            world.commit().expect("kept");
        });
    }

    /// The write requests since the last run began.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.by_hand(|world| {
            let writes = world.record.all().filter(|seen| seen.is_write());
            writes
                .map(|seen| format!("{} {}", seen.method, seen.path))
                .collect()
        })
    }

    /// Ends all scripted faults.
    pub(crate) fn no_faults(&self) {
        self.by_hand(|world| world.faults.clear());
    }
}
