//! GitLab's pipelines: the jobs whose rules hold, their scripts in one shell, the variables of the
//! project and of the job's environment.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::forge::{Ended, Event, Forge, Host};

/// The project that the merge request is of, and a fork of it.
const OWN: &str = "1";
const FORK: &str = "2";

/// What GitLab says of a pipeline.
type Variables = BTreeMap<String, String>;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The variables of a pipeline. A merge request's has no `CI_COMMIT_BRANCH`, and the head of its
/// source only where the pipeline is one of merged results.
fn pipeline(event: Event<'_>) -> Variables {
    let (source, more): (_, &[(&str, &str)]) = match event {
        Event::Request(_) => (
            "merge_request_event",
            &[
                ("CI_MERGE_REQUEST_IID", "12"),
                ("CI_MERGE_REQUEST_PROJECT_ID", OWN),
                ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", OWN),
                ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
                ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ""),
            ],
        ),
        Event::Push => ("push", &[("CI_COMMIT_BRANCH", "main")]),
        Event::ByHand => ("web", &[("CI_COMMIT_BRANCH", "main")]),
        Event::Schedule => ("schedule", &[("CI_COMMIT_BRANCH", "main")]),
    };
    let mut known = variables(&[
        ("CI_API_V4_URL", "https://gitlab.invalid/api/v4"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_PROJECT_ID", OWN),
        ("CI_PIPELINE_SOURCE", source),
    ]);
    known.extend(variables(more));
    known
}

/// The whole file.
fn file() -> Json {
    let path = "docs/ci/gitlab/gitlab-ci.yml";
    let text = std::fs::read_to_string(path).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of the jobs that a pipeline has: those with a rule that holds.
fn jobs(known: &Variables) -> Vec<String> {
    let file = file();
    let jobs = file.as_object().unwrap().iter();
    let jobs = jobs.filter(|(name, _)| name.starts_with("identity-"));
    let runs = |job: &Json| {
        let mut rules = job["rules"].as_array().unwrap().iter();
        rules.any(|rule| holds(rule["if"].as_str().unwrap(), known))
    };
    let names = jobs.filter(|(_, job)| runs(job)).map(|(name, _)| name);
    names.cloned().collect()
}

/// Whether a rule's words hold: comparisons and variables that are set, joined by `&&`.
fn holds(rule: &str, known: &Variables) -> bool {
    rule.split("&&").all(|part| match part.split_once("==") {
        Some((left, right)) => side(left, known) == side(right, known),
        None => side(part, known).is_some_and(|value| !value.is_empty()),
    })
}

/// One side of a comparison; nothing, where a variable is not there.
fn side<'a>(word: &'a str, known: &'a Variables) -> Option<&'a str> {
    let word = word.trim();
    match word.strip_prefix('$') {
        Some(name) => known.get(name).map(String::as_str),
        None => Some(word.trim_matches('"')),
    }
}

/// The lines of a job: what comes before each, but for what installs, and its own.
fn script(file: &Json, job: &Json) -> String {
    let before = file[job["extends"].as_str().unwrap()]["before_script"].as_array();
    let lines = [before, job["script"].as_array()].into_iter().flatten();
    let lines = lines.flatten().map(|line| line.as_str().unwrap());
    let lines = lines.filter(|line| {
        let installs = ["apt-get ", "cargo install "];
        !installs.iter().any(|word| line.starts_with(word))
    });
    lines.collect::<Vec<_>>().join("\n")
}

impl Forge {
    /// Runs the job of a workflow, if the event's pipeline has it.
    pub(super) fn on_gitlab(&self, workflow: &str, commit: &str, event: Event<'_>) -> Ended {
        let mut known = pipeline(event);
        let state = self.path("state").display().to_string();
        known.insert("TENANTRY_STATE".to_owned(), state);
        let name = format!("identity-{workflow}");
        let own = jobs(&known);
        assert!(own.contains(&name), "{event:?} has {own:?}");
        let file = file();
        let job = &file[&name];
        known.insert("CI_COMMIT_SHA".to_owned(), commit.to_owned());
        known.insert("CI_JOB_TOKEN".to_owned(), "token-of-the-job".to_owned());
        let environment = &job["environment"];
        let environment = environment["name"].as_str().or(environment.as_str());
        if let Some(environment) = environment {
            known.extend(self.secrets.iter().cloned());
            let token = format!("token-of-{environment}");
            known.insert("GITLAB_TOKEN".to_owned(), token);
        }
        let folder = self.checkout(commit);
        let (code, said) = self.script(&folder, &script(&file, job), &known);
        Ended {
            step: name,
            code,
            said,
        }
    }
}

#[test]
fn a_pipeline_has_the_jobs_of_its_event() {
    let with = |event| {
        let mut known = pipeline(event);
        known.insert("TENANTRY_STATE".to_owned(), "s3://bucket".to_owned());
        jobs(&known)
    };
    let head = "0123";
    assert_eq!(
        with(Event::Request(head)),
        ["identity-check", "identity-plan"]
    );
    assert_eq!(with(Event::Push), ["identity-apply"]);
    assert_eq!(with(Event::ByHand), ["identity-apply"]);
    assert_eq!(with(Event::Schedule), ["identity-drift"]);
    let mut branch = pipeline(Event::Push);
    branch.insert("TENANTRY_STATE".to_owned(), "s3://bucket".to_owned());
    branch.insert("CI_COMMIT_BRANCH".to_owned(), "feature".to_owned());
    assert_eq!(jobs(&branch), Vec::<String>::new());
}

/// A fork's pipeline runs in the fork; one that a member starts for it runs in the project itself,
/// with the project's variables.
#[test]
fn of_a_fork_only_the_check_runs_wherever_its_pipeline_does() {
    for (runs_in, state) in [(FORK, None), (OWN, Some("s3://bucket"))] {
        let mut known = pipeline(Event::Request("0123"));
        known.insert("CI_PROJECT_ID".to_owned(), runs_in.to_owned());
        known.insert(
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID".to_owned(),
            FORK.to_owned(),
        );
        known.extend(state.map(|state| ("TENANTRY_STATE".to_owned(), state.to_owned())));
        assert_eq!(jobs(&known), ["identity-check"], "in project {runs_in}");
    }
    for event in [Event::Push, Event::ByHand, Event::Schedule] {
        let mut known = pipeline(event);
        known.insert("CI_PROJECT_ID".to_owned(), FORK.to_owned());
        assert_eq!(jobs(&known), Vec::<String>::new(), "{event:?}");
    }
}

/// The check is offline and runs for strangers: it has no environment, so no secret.
#[test]
fn the_check_has_no_environment_and_others_have_theirs() {
    let file = file();
    let environment = |name: &str| {
        let environment = &file[name]["environment"];
        let name = environment["name"].as_str().or(environment.as_str());
        name.map(str::to_owned)
    };
    assert_eq!(environment("identity-check"), None);
    for (job, own) in [
        ("identity-plan", "identity-plan"),
        ("identity-apply", "identity-apply"),
        ("identity-drift", "identity-plan"),
    ] {
        assert_eq!(environment(job).as_deref(), Some(own), "{job}");
    }
}

/// A squashed merge request leaves one commit, whose parents say nothing of the head that was
/// planned: the forge knows.
#[test]
fn a_squashed_merge_applies_the_plan_of_the_head_that_was_reviewed() {
    for host in [Host::GitHub, Host::GitLab] {
        let forge = super::forge(host);
        let head = forge.push("ops", &[("manifests/ops.yaml", super::GROUP)]);
        super::said(&forge, &super::plan(&forge, &head), "there are changes");
        let squashed = forge.squash("ops");
        let applied = super::apply(&forge, &squashed);
        super::said(&forge, &applied, "the reviewed plan holds");
    }
}
