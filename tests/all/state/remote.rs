//! A state in a bucket of a real S3-compatible server: two runs at once, in one process and in
//! two, and what is said when the bucket cannot be used.

use std::time::Duration;

use tenantry::base::Value;
use tenantry::state::{CallKind, Remote, Settled, State};

use super::super::cli::Folder as Work;
use super::*;

const MANIFEST: &str = "\
apiVersion: logto/v1
kind: Tenant
metadata: {name: acme}
spec: {connection: {endpoint: 'https://acme.logto.app', clientId: x, clientSecret: {env: ACME}}}
---
apiVersion: logto/v1
kind: Role
metadata: {name: clerk, tenant: acme}
spec: {description: Sees orders}
";

async fn open(world: &World, patience: Duration) -> Result<State, StateError> {
    State::open(&*world.store(), &world.identities, patience, "apply").await
}

#[tokio::test]
async fn one_run_holds_the_bucket_and_another_waits_for_it() {
    let world = World::remote();
    let first = world.open().await;
    apply(&first).await;
    let refused = open(&world, Duration::ZERO).await.expect_err("held");
    assert_eq!(refused.code().0, "E0507");
    let told = refused.to_string();
    assert!(
        told.contains("s3://states/team/main is locked by `apply`"),
        "{told}"
    );
    let patience = Duration::from_mins(1);
    let (closed, second) = tokio::join!(first.close(), open(&world, patience));
    closed.expect("closed");
    let second = second.expect("its turn");
    assert_eq!(
        second.snapshot().resources.len(),
        2,
        "it goes on from there"
    );
    second.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_runs_that_begin_at_once_each_is_whole() {
    let world = World::remote();
    let runs = (0..4).map(|n| {
        let (store, identities) = (world.store(), world.identities.clone());
        tokio::spawn(async move {
            let state = State::open(&*store, &identities, Duration::from_mins(1), "apply").await?;
            let address = Address::within("acme", "role", &format!("r{n}"));
            let settled = Settled::new(None, owned("r", Value::Null));
            state
                .outcome(act(address, CallKind::Create), settled)
                .await?;
            state.save().await?;
            state.close().await
        })
    });
    for run in runs.collect::<Vec<_>>() {
        assert_eq!(run.await.expect("ran"), Ok(()));
    }
    let opened = world.read().await;
    assert_eq!(
        (opened.snapshot.resources.len(), opened.snapshot.serial),
        (4, 5)
    );
}

fn work(world: &World, command: &str) -> (Work, std::process::Output) {
    let mut work = Work::new();
    work.write("m/acme.yaml", MANIFEST);
    for (name, text) in world.bucket.as_ref().expect("a bucket").variables() {
        work.set(&name, &text);
    }
    let ran = work.command(command).output().expect("it runs");
    (work, ran)
}

#[test]
fn a_whole_run_with_its_state_in_a_bucket() {
    let world = World::remote();
    let first = "apply --sandbox --state s3://states/team m";
    let (work, ran) = work(&world, first);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{told}");
    let again = work.run(first);
    assert!(
        again.out.contains("No changes."),
        "{}{}",
        again.out,
        again.err
    );
    let bucket = world.bucket.as_ref().expect("a bucket").files();
    let kept = fs::read_dir(bucket.join("team/sandbox/undo")).expect("a pre-image");
    assert_eq!(kept.count(), 1);
    let undone = work.run(&format!("{first} --undo"));
    assert_eq!(undone.code, 0, "{}{}", undone.out, undone.err);
    assert!(undone.out.contains("1 to delete"), "{}", undone.out);
    let back = work.run(&format!("{first} --undo"));
    assert_eq!(back.code, 0, "{}{}", back.out, back.err);
    let state = fs::read_to_string(bucket.join("team/sandbox/state.json")).expect("a state");
    assert!(state.contains("acme/role/clerk"), "{state}");
    for path in files_below(&bucket)
        .iter()
        .chain(&files_below(&work.path()))
    {
        let bytes = fs::read(path).expect("reads");
        let planted = b"planted-secret-key";
        let found = bytes.windows(planted.len()).any(|w| w == planted);
        assert!(!found, "the store's key is in {}", path.display());
    }
}

#[test]
fn of_two_processes_at_once_one_waits_or_is_refused() {
    let world = World::remote();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = tenantry::sandbox::Options::default();
    let sandbox = tenantry::sandbox::Sandbox::start(&options, tenantry::sandbox::BUILDERS);
    let sandbox = runtime.block_on(sandbox).expect("a sandbox");
    let apply = format!(
        "apply --sandbox={} --state s3://states/team m",
        sandbox.base()
    );
    let (work, ran) = work(&world, &format!("{apply} --lock-timeout 60s"));
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let more = MANIFEST.replace("clerk", "boss");
    work.write("m/more.yaml", more.split_once("---\n").expect("two").1);
    let both = std::thread::scope(|scope| {
        let one = scope.spawn(|| work.run(&format!("{apply} --lock-timeout 60s")));
        let other = scope.spawn(|| work.run(&apply));
        [one.join().expect("ran"), other.join().expect("ran")]
    });
    assert_eq!(both[0].code, 0, "{}", both[0].err);
    assert!(
        both[1].code == 0 || both[1].err.contains("E0507"),
        "{}",
        both[1].err
    );
    let again = work.run(&apply);
    assert!(
        again.out.contains("No changes."),
        "{}{}",
        again.out,
        again.err
    );
    let roles = sandbox.with(|world| {
        let tables = world.target("t/acme").expect("a tenant").tables();
        let descriptions = tables
            .rows("roles")
            .map(|(_, row)| row["description"].clone());
        descriptions.filter(|text| text == "Sees orders").count()
    });
    assert_eq!(roles, 2, "each once");
    runtime.block_on(sandbox.stop());
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_is_told_with_its_variables_names() {
    let world = World::remote();
    let mut variables = world.bucket.as_ref().expect("a bucket").variables();
    let read = async |variables: &[(String, String)]| {
        let remote = Remote::open("s3://elsewhere/x", variables).expect("a place");
        let error = Opened::read(&remote, None)
            .await
            .expect_err("no such bucket");
        error.to_string()
    };
    let told = read(&variables).await;
    assert!(
        told.starts_with("cannot list s3://elsewhere/x/journal: "),
        "{told}"
    );
    variables.retain(|(name, _)| name != "AWS_ALLOW_HTTP");
    let told = read(&variables).await;
    assert!(
        told.starts_with("cannot read s3://elsewhere/x/state.json: "),
        "{told}"
    );
    for (_, text) in &variables {
        assert!(
            !told.contains("planted") || !text.contains("planted"),
            "{told}"
        );
    }
}
