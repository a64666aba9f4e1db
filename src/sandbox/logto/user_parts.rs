//! What hangs on a user: password, suspension, custom data, profile, configurations.
//! `users.jsonl`.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};

use super::call::Call;
use super::column::merged;
use super::refusal::{Refusal, Reply, coded};
use super::shape::{Shape, optional, required, text as length};
use super::users::{PROFILE, saved, user};
use crate::sandbox::exchange::Answer;
use crate::sandbox::random;

/// A password as it is kept.
pub(super) struct Password {
    pub(super) digest: String,
    pub(super) algorithm: String,
}

impl Password {
    /// The password that a body of a new user brings.
    pub(super) fn given(body: &Value) -> Result<Option<Self>, Refusal> {
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        match (
            text("password"),
            text("passwordDigest"),
            text("passwordAlgorithm"),
        ) {
            (Some(_), Some(_), _) => {
                // 577
                let message = "You cannot set both plain text password and password digest.";
                Err(coded(400, "user.password_and_digest", message))
            }
            (Some(plain), None, _) => Ok(Some(Self::of_plain(&plain))),
            (None, Some(digest), Some(algorithm)) => Ok(Some(Self { digest, algorithm })),
            // That the algorithm must be named is in the specification; the code is an inference.
            (None, Some(_), None) => {
                let message = "The password algorithm is required with a password digest.";
                Err(coded(400, "user.password_algorithm_required", message))
            }
            (None, None, _) => Ok(None),
        }
    }

    /// Looks like the server's Argon2 (612) but is a salted SHA-256: nobody attacks a sandbox.
    fn of_plain(plain: &str) -> Self {
        let salt = random::base62(22);
        Self {
            digest: Self::salted(&salt, plain),
            algorithm: "Argon2i".to_owned(),
        }
    }

    fn salted(salt: &str, plain: &str) -> String {
        let hash = digest::digest(&digest::SHA256, format!("{salt}{plain}").as_bytes());
        let hash = STANDARD_NO_PAD.encode(hash.as_ref());
        format!("$argon2i$v=19$m=8192,t=8,p=1${salt}${hash}")
    }

    /// What the row keeps.
    pub(super) fn of(row: &Value) -> Option<Self> {
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        let (digest, algorithm) = (text("passwordDigest")?, text("passwordAlgorithm")?);
        Some(Self { digest, algorithm })
    }

    /// Puts it into the row.
    pub(super) fn keep(self, row: &mut Value) {
        row["passwordDigest"] = json!(self.digest);
        row["passwordAlgorithm"] = json!(self.algorithm);
    }

    /// Whether it is this one. A digest that was handed over is not tried: its algorithms are not
    /// all here.
    fn is(&self, plain: &str) -> bool {
        let salt = self.digest.split('$').nth(4);
        salt.is_some_and(|salt| Self::salted(salt, plain) == self.digest)
    }
}

const CUSTOM_DATA: Shape = Shape::Object(&[required("customData", Shape::Free)]);
const PROFILE_BODY: Shape = Shape::Object(&[required("profile", PROFILE)]);
const PASSWORD: Shape = Shape::Object(&[required("password", length(1, usize::MAX))]); // 631
const SUSPENDED: Shape = Shape::Object(&[required("isSuspended", Shape::Bool)]);
const CONFIGS: Shape = Shape::Object(&[
    optional(
        "mfa",
        // `enabled` is kept and shown once written; `additionalBindingSuggestionSkipped`, which the
        // OpenAPI document offers, is dropped (both seen on a running server, not recorded).
        Shape::Object(&[
            optional("enabled", Shape::Bool),
            optional("skipped", Shape::Bool),
            optional("skipMfaOnSignIn", Shape::Bool),
        ]),
    ),
    optional(
        "passkeySignIn",
        Shape::Object(&[optional("skipped", Shape::Bool)]),
    ),
]);

pub(super) fn get_custom_data(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &user(call)?["customData"]))
}

/// Merges the top level (625, 626).
pub(super) fn patch_custom_data(call: &mut Call<'_>) -> Reply {
    merge(call, &CUSTOM_DATA, "customData")
}

/// Merges the top level (628, 629).
pub(super) fn patch_profile(call: &mut Call<'_>) -> Reply {
    merge(call, &PROFILE_BODY, "profile")
}

fn merge(call: &mut Call<'_>, shape: &Shape, name: &str) -> Reply {
    let body = call.body(shape)?;
    let mut row = user(call)?;
    row[name] = merged(&row[name], &body[name]);
    let answer = row[name].clone();
    saved(call, row);
    Ok(Answer::json(200, &answer))
}

pub(super) fn set_password(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PASSWORD)?;
    let mut row = user(call)?;
    Password::of_plain(body["password"].as_str().unwrap_or_default()).keep(&mut row);
    Ok(Answer::json(200, &saved(call, row)))
}

/// 632, 633.
pub(super) fn verify_password(call: &mut Call<'_>) -> Reply {
    let body = call.body(&PASSWORD)?;
    let row = user(call)?;
    let plain = body["password"].as_str().unwrap_or_default();
    if Password::of(&row).is_some_and(|password| password.is(plain)) {
        return Ok(Answer::empty(204));
    }
    let message = "Incorrect account or password. Please check your input.";
    Err(coded(422, "session.invalid_credentials", message))
}

pub(super) fn has_password(call: &mut Call<'_>) -> Reply {
    let has = Password::of(&user(call)?).is_some();
    Ok(Answer::json(200, &json!({"hasPassword": has})))
}

pub(super) fn suspend(call: &mut Call<'_>) -> Reply {
    let body = call.body(&SUSPENDED)?;
    let mut row = user(call)?;
    row["isSuspended"] = body["isSuspended"].clone();
    Ok(Answer::json(200, &saved(call, row)))
}

fn configs(row: &Value) -> Value {
    let kept = &row["logtoConfigs"];
    let mfa = json!({"skipped": false, "skipMfaOnSignIn": false});
    json!({
        "mfa": merged(&mfa, &kept["mfa"]),
        "passkeySignIn": merged(&json!({"skipped": false}), &kept["passkeySignIn"]),
    })
}

/// 637.
pub(super) fn get_configs(call: &mut Call<'_>) -> Reply {
    Ok(Answer::json(200, &configs(&user(call)?)))
}

/// Merged by the server (638).
pub(super) fn patch_configs(call: &mut Call<'_>) -> Reply {
    let body = call.body(&CONFIGS)?;
    let mut row = user(call)?;
    let kept = configs(&row);
    row["logtoConfigs"] = json!({
        "mfa": merged(&kept["mfa"], &body["mfa"]),
        "passkeySignIn": merged(&kept["passkeySignIn"], &body["passkeySignIn"]),
    });
    let answer = configs(&row);
    saved(call, row);
    Ok(Answer::json(200, &answer))
}

/// Nobody signs in here (656).
pub(super) fn grants(call: &mut Call<'_>) -> Reply {
    user(call)?;
    Ok(Answer::json(200, &json!({"grants": []})))
}
