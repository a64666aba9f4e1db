//! What a running sandbox is told by a command that uses it (`--sandbox=URL`): below `/sandbox/`,
//! which targets a run needs, each made if it is not there, and the sandbox's own key.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::dcos::Edition;
use super::declared::TenantWish;
use super::exchange::{Answer, Request};
use super::random;
use super::world::World;
use crate::base::diagnostic::Diagnostic;

/// The world's fact that holds the sandbox's own key.
const KEY: &str = "key";

/// A target that a run needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Wish {
    /// A Cloud account with that token.
    #[serde(rename_all = "camelCase")]
    Account {
        /// Its name in the manifests.
        name: String,
        /// The personal access token.
        token: String,
    },
    /// A tenant that exists already, with a client as wished.
    #[serde(rename_all = "camelCase")]
    Tenant {
        /// Its name in the manifests.
        name: String,
        /// Its id.
        tenant_id: Option<String>,
        /// The Management API's indicator.
        resource: Option<String>,
        /// The client's id.
        client_id: Option<String>,
        /// The client's secret.
        client_secret: String,
    },
    /// A cluster with that account.
    #[serde(rename_all = "camelCase")]
    Cluster {
        /// Its name in the manifests.
        name: String,
        /// `enterprise` or `open`.
        edition: String,
        /// Who logs in.
        uid: String,
        /// With which password.
        password: String,
    },
}

/// How a target is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// The URL that it answers at, without a path of its API.
    pub endpoint: String,
    /// A tenant's id.
    pub tenant_id: Option<String>,
    /// A tenant's indicator.
    pub resource: Option<String>,
    /// Where a tenant's tokens are fetched.
    pub token_endpoint: Option<String>,
    /// Who logs in.
    pub login: Option<String>,
    /// With what.
    pub secret: String,
}

impl World {
    /// Answers a request to the sandbox itself; none if it is one to a target.
    pub(super) fn control(&mut self, request: &Request) -> Option<Answer> {
        let path = request.path.strip_prefix("/sandbox/")?;
        let answer = match (request.method.as_str(), path) {
            ("GET", "facts") => Answer::json(200, &self.facts()),
            ("GET", "key") => told(self.own_key().map(|key| json!({"key": key}))),
            ("POST", "targets") => match serde_json::from_slice::<Wish>(&request.body) {
                Ok(wish) => told(self.fulfil(&wish).map(|access| json!(access))),
                Err(fault) => Answer::text(400, &format!("{fault}\n")),
            },
            _ => Answer::text(404, "the sandbox has no such page\n"),
        };
        Some(answer)
    }

    /// Makes a target as wished, if it is not there, and says how it is reached.
    pub fn fulfil(&mut self, wish: &Wish) -> Result<Access, Box<Diagnostic>> {
        let none = Access {
            endpoint: String::new(),
            tenant_id: None,
            resource: None,
            token_endpoint: None,
            login: None,
            secret: String::new(),
        };
        Ok(match wish {
            Wish::Account { name, token } => {
                let access = self.ensure_account(name, token)?;
                Access {
                    endpoint: access.endpoint,
                    secret: access.token,
                    ..none
                }
            }
            Wish::Tenant {
                name,
                tenant_id,
                resource,
                client_id,
                client_secret,
            } => {
                let wish = TenantWish {
                    tenant_id: tenant_id.clone(),
                    resource: resource.clone(),
                    client_id: client_id.clone(),
                    client_secret: Some(client_secret.clone()),
                };
                let access = self.ensure_tenant(name, &wish)?;
                Access {
                    endpoint: access.endpoint,
                    tenant_id: Some(access.tenant),
                    resource: Some(access.resource),
                    token_endpoint: Some(access.token_endpoint),
                    login: Some(access.client_id),
                    secret: access.client_secret,
                }
            }
            Wish::Cluster {
                name,
                edition,
                uid,
                password,
            } => {
                let edition = Edition::named(edition).unwrap_or(Edition::Enterprise);
                let access = self.ensure_cluster(name, edition, uid, password)?;
                Access {
                    endpoint: access.url,
                    login: Some(access.uid),
                    secret: access.password,
                    ..none
                }
            }
        })
    }

    /// The sandbox's own key: made with the world, and kept in it.
    pub fn own_key(&mut self) -> Result<String, Box<Diagnostic>> {
        let kept = self.fact(KEY).and_then(serde_json::Value::as_str);
        if let Some(kept) = kept {
            return Ok(kept.to_owned());
        }
        let key = random::base62(43);
        self.set_fact(KEY, key.as_str().into())?;
        Ok(key)
    }
}

fn told(result: Result<serde_json::Value, Box<Diagnostic>>) -> Answer {
    match result {
        Ok(body) => Answer::json(200, &body),
        Err(fault) => Answer::text(500, &format!("{}\n", fault.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::BUILDERS;

    fn asked(world: &mut World, method: &str, path: &str, wish: Option<&Wish>) -> Answer {
        let request = Request::new(method, path);
        let request = match wish {
            Some(wish) => request.with_json(&json!(wish)),
            None => request,
        };
        world.serve(request).answer
    }

    #[test]
    fn a_target_is_made_once_and_reached_as_it_was_wished() {
        let mut world = World::in_memory(BUILDERS);
        let wish = Wish::Cluster {
            name: "prod".into(),
            edition: "open".into(),
            uid: "me".into(),
            password: "secret".into(),
        };
        let first = asked(&mut world, "POST", "/sandbox/targets", Some(&wish));
        let access: Access = serde_json::from_slice(&first.body).expect("an access");
        assert_eq!(access.endpoint, "http://sandbox.test/c/prod");
        assert_eq!(access.login.as_deref(), Some("me"));
        let again = asked(&mut world, "POST", "/sandbox/targets", Some(&wish));
        assert_eq!(first.body, again.body);
    }

    #[test]
    fn the_key_stays_and_what_is_no_wish_is_refused() {
        let mut world = World::in_memory(BUILDERS);
        let key = asked(&mut world, "GET", "/sandbox/key", None).body;
        assert_eq!(asked(&mut world, "GET", "/sandbox/key", None).body, key);
        assert_eq!(
            asked(&mut world, "POST", "/sandbox/targets", None).status,
            400
        );
        assert_eq!(
            asked(&mut world, "GET", "/sandbox/nothing", None).status,
            404
        );
        assert_eq!(asked(&mut world, "GET", "/sandbox/facts", None).status, 200);
    }
}
