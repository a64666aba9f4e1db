//! GitHub's workflows: the steps of a job one after the other, with the forge's expressions filled in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::forge::{Ended, Event, Forge};

/// What is known of an event before a job runs.
fn known(event: Event<'_>) -> BTreeMap<String, String> {
    let pairs: &[(&str, &str)] = match event {
        Event::Request(head) => &[
            ("github.event.pull_request.base.ref", "main"),
            ("github.event.pull_request.number", "12"),
            ("github.event.pull_request.head.sha", head),
        ],
        Event::Push => &[("github.event_name", "push")],
        Event::ByHand => &[("github.event_name", "workflow_dispatch")],
        Event::Schedule => &[("github.event_name", "schedule")],
    };
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

impl Forge {
    /// Runs the job of a workflow, up to the first step that fails.
    pub(super) fn on_github(&self, workflow: &str, commit: &str, event: Event<'_>) -> Ended {
        let job = job(workflow);
        let folder = self.checkout(commit);
        let mut known = known(event);
        known.insert("github.sha".to_owned(), commit.to_owned());
        known.insert("github.token".to_owned(), "token".to_owned());
        let state = self.path("state").display().to_string();
        known.insert("vars.TENANTRY_STATE".to_owned(), state);
        let mut ended = Ended {
            step: String::new(),
            code: 0,
            said: String::new(),
        };
        for step in job["steps"].as_array().unwrap() {
            self.step(&job, step, &folder, &mut known, &mut ended);
            if ended.code != 0 {
                break;
            }
        }
        ended
    }

    fn step(
        &self,
        job: &Json,
        step: &Json,
        folder: &Path,
        known: &mut BTreeMap<String, String>,
        ended: &mut Ended,
    ) {
        let name = step["name"].as_str().unwrap_or_default();
        if step["uses"] == "actions/upload-artifact@v4" {
            self.keep(&filled(&step["with"]["name"], known), folder);
        }
        let Some(script) = step["run"].as_str().filter(|_| name != "Install tenantry") else {
            return;
        };
        assert!(
            !script.contains("${{"),
            "{name}: a shell reads what others wrote"
        );
        let output = self.path("temp/output");
        fs::write(&output, "").unwrap();
        let mut variables = BTreeMap::new();
        let own = [&job["env"], &step["env"]];
        for (key, value) in own.iter().filter_map(|env| env.as_object()).flatten() {
            variables.insert(key.clone(), filled(value, known));
        }
        variables.extend(self.secrets.iter().cloned());
        for (key, place) in [
            ("GITHUB_OUTPUT", "temp/output"),
            ("GITHUB_STEP_SUMMARY", "temp/summary"),
            ("RUNNER_TEMP", "temp"),
        ] {
            variables.insert(key.to_owned(), self.path(place).display().to_string());
        }
        variables.insert("GITHUB_REPOSITORY".to_owned(), "acme/identity".to_owned());
        let (code, said) = self.script(folder, script, &variables);
        name.clone_into(&mut ended.step);
        ended.code = code;
        ended.said += &said;
        let id = step["id"].as_str().unwrap_or_default();
        for line in fs::read_to_string(&output).unwrap().lines() {
            let (key, value) = line.split_once('=').unwrap();
            known.insert(format!("steps.{id}.outputs.{key}"), value.to_owned());
        }
    }

    /// Keeps a plan as an artifact, if there is one.
    fn keep(&self, name: &str, folder: &Path) {
        let plan = folder.join("plan.json");
        if plan.exists() {
            let kept = self.path("forge/artifacts").join(name);
            fs::create_dir_all(&kept).unwrap();
            fs::copy(plan, kept.join("plan.json")).unwrap();
        }
    }
}

/// The one job of a workflow of the documentation.
fn job(workflow: &str) -> Json {
    let path = format!("docs/ci/github/{workflow}.yml");
    let text = fs::read_to_string(&path).unwrap();
    let whole: Json = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let jobs = whole["jobs"].as_object().unwrap();
    assert_eq!(jobs.len(), 1, "{path}");
    jobs.values().next().unwrap().clone()
}

/// A value with the forge's expressions filled in; secrets that a test does not have are empty.
fn filled(value: &Json, known: &BTreeMap<String, String>) -> String {
    let mut text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    while let Some((before, rest)) = text.split_once("${{") {
        let (expression, after) = rest.split_once("}}").unwrap();
        let expression = expression.trim();
        let is_set = expression.starts_with("secrets.") || expression.starts_with("vars.");
        let value = known.get(expression).cloned();
        let value = value.or_else(|| is_set.then(String::new));
        let value = value.unwrap_or_else(|| panic!("nobody knows {expression}"));
        text = format!("{before}{value}{after}");
    }
    text
}
