//! What is written down, without a server.

use serde_json::json;

use super::*;
use crate::base::{Hidden, Known, Secret};
use crate::kind::{
    Children, EdgeBody, EdgeShape, Field, Grants, Home, Key, Kind, Policy, Relation, Route,
};
use Segment::{Field as Of, Item, Item2F, Own as Id, Own2F, Text as T};

/// A kind that has one of everything.
struct Example;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Spec {}

const SCOPES: Attach = Attach {
    endpoint: Endpoint {
        method: Method::Post,
        path: &[T("/api/things/"), Id, T("/scopes")],
    },
    body: EdgeBody::Many("scopeIds"),
    already: &[],
};
const ACTION: Attach = Attach {
    endpoint: Endpoint {
        method: Method::Put,
        path: &[T("/acls/"), Item2F(0), T("/users/"), Id, T("/"), Item(1)],
    },
    body: EdgeBody::Empty,
    already: &[],
};
const ENABLED: Own = Own {
    field: "enabled",
    endpoint: Endpoint {
        method: Method::Patch,
        path: &[T("/api/things/"), Id, T("/is-enabled")],
    },
    wrapped: true,
    in_create: false,
    read: None,
};
const PASSWORD: Own = Own {
    field: "password",
    endpoint: Endpoint {
        method: Method::Patch,
        path: &[T("/api/things/"), Id, T("/password")],
    },
    wrapped: false,
    in_create: true,
    read: None,
};

impl Kind for Example {
    type Spec = Spec;
    const API: crate::kind::Api = crate::kind::Api::Logto;
    const KIND: &'static str = "Thing";
    const NAME: &'static str = "thing";
    const ABOUT: &'static str = "A thing.";
    const EXAMPLE: &'static str = "";
    const HOME: Home = Home::Tenant;
    const KEY: Key = Key::Fields(&["name"]);
    const ROUTE: Route = Route {
        shape: Shape::Collection,
        create: Some(Endpoint {
            method: Method::Post,
            path: &[T("/api/parents/"), Of("parent"), T("/things")],
        }),
        update: Some(Endpoint {
            method: Method::Patch,
            path: &[T("/api/things/"), Id],
        }),
        own: &[ENABLED, PASSWORD],
        ..Route::NONE
    };
    const FIELDS: &'static [Field] = &[
        Field::new("parent", Policy::InPath),
        Field::new("parent", Policy::LiveName("parentId")),
        Field::new("usage", Policy::Computed),
        Field::new("settings.seen", Policy::Computed),
        Field::new("settings.until", Policy::Millis),
        Field::new("settings.kind", Policy::LiveName("type")),
        Field::new("expiresAt", Policy::Millis),
        Field::new("title", Policy::LiveName("displayName")),
        Field::new("note", Policy::EmptyIsNull),
        Field::new("description", Policy::AtCreate(|| json!(""))),
        Field::new("rows.end", Policy::Millis),
    ];
    const RELATIONS: &'static [Relation] = &[Relation {
        field: "scopes",
        to: &["scope"],
        shape: EdgeShape::Objects,
        by_owner: &[],
        by_item: None,
        attach: SCOPES,
        detach: ACTION,
        grants: Grants::Permission,
    }];
    const CHILDREN: &'static [Children] = &[Children {
        field: "secrets",
        kind: "secret",
        parent_field: "thing",
        name_field: "name",
    }];
}

static THING: Descriptor = Descriptor::of::<Example>();

fn known(json: Json) -> Known {
    Known::new(Value::from(json)).expect("known")
}

fn call<'a>(id: &'a str, object: &'a Known, fields: &'a [String]) -> Call<'a> {
    Call {
        kind: &THING,
        id,
        object,
        fields,
    }
}

fn body_of_create(object: Json) -> Json {
    let mut object = object;
    object["parent"] = json!("p");
    let object = known(object);
    let draft = create(&call("", &object, &[])).expect("writable");
    draft.body.expect("a body")
}

fn body_of_update(object: Json, fields: &[&str]) -> Option<Json> {
    let fields: Vec<_> = fields.iter().map(|f| (*f).to_owned()).collect();
    let object = known(object);
    let draft = update(&call("t", &object, &fields)).expect("writable");
    draft.map(|draft| draft.body.expect("a body"))
}

#[test]
fn a_create_sends_the_object_without_what_is_elsewhere() {
    let body = body_of_create(json!({
        "name": "x", "usage": 7, "enabled": true, "password": "p", "scopes": ["s"],
        "secrets": [{"name": "ci"}],
    }));
    let expected = json!({"name": "x", "password": "p", "description": ""});
    assert_eq!(body, expected);
}

#[test]
fn a_create_leaves_out_what_would_be_null_but_keeps_what_is_empty() {
    let body = body_of_create(json!({"name": null, "note": "", "description": "d", "other": ""}));
    assert_eq!(body, json!({"description": "d", "other": ""}));
}

#[test]
fn a_create_stands_below_its_parent_and_is_not_sent_twice() {
    let object = known(json!({"parent": "a/b", "name": "x"}));
    let draft = create(&call("", &object, &[])).expect("writable");
    assert_eq!(draft.path, "/api/parents/a%2Fb/things");
    assert_eq!(
        (draft.method, draft.repeat),
        (Method::Post, Repeat::IfUnsent)
    );
}

#[test]
fn a_path_without_its_parent_is_not_written() {
    let object = known(json!({"name": "x"}));
    let missing = create(&call("", &object, &[])).expect_err("no parent");
    assert_eq!(missing, Unwritable::Missing("parent".into()));
}

#[test]
fn an_update_sends_only_the_fields_of_the_call() {
    let object = json!({"name": "x", "title": "t", "parent": "p"});
    assert_eq!(
        body_of_update(object.clone(), &["title"]),
        Some(json!({"displayName": "t"}))
    );
    assert_eq!(
        body_of_update(object, &["parent"]),
        None,
        "it is in the path"
    );
}

#[test]
fn an_update_clears_with_null() {
    let cleared = Some(json!({"note": null}));
    assert_eq!(body_of_update(json!({"note": null}), &["note"]), cleared);
    assert_eq!(body_of_update(json!({}), &["note"]), cleared);
    let empty = Some(json!({"note": ""}));
    assert_eq!(body_of_update(json!({"note": ""}), &["note"]), empty);
}

#[test]
fn an_update_of_fields_with_routes_of_their_own_is_no_request() {
    assert_eq!(body_of_update(json!({"enabled": true}), &["enabled"]), None);
}

#[test]
fn an_update_may_be_sent_twice() {
    let object = known(json!({"name": "x"}));
    let fields = ["name".to_owned()];
    let draft = update(&call("t", &object, &fields))
        .expect("writable")
        .expect("a request");
    assert_eq!(
        (draft.method, draft.repeat),
        (Method::Patch, Repeat::Always)
    );
    assert_eq!(draft.path, "/api/things/t");
}

#[test]
fn policies_hold_inside_mappings_and_lists() {
    let object = json!({
        "settings": {"seen": 1, "until": "1970-01-01T00:00:02Z", "kind": "k", "free": [1.5]},
        "rows": [{"end": "1970-01-01T00:00:01Z"}, {"end": 5}],
    });
    let sent = body_of_update(object, &["settings", "rows"]).expect("a body");
    let expected = json!({
        "settings": {"until": 2000, "type": "k", "free": [1.5]},
        "rows": [{"end": 1000}, {"end": 5}],
    });
    assert_eq!(sent, expected);
}

#[test]
fn times_are_sent_in_milliseconds() {
    for (written, sent) in [
        (json!("2030-01-01T00:00:00Z"), json!(1_893_456_000_000_u64)),
        (
            json!("2030-01-01T01:00:00+01:00"),
            json!(1_893_456_000_000_u64),
        ),
        (json!(17), json!(17)),
        (json!("soon"), json!("soon")),
    ] {
        let body = body_of_update(json!({"expiresAt": written}), &["expiresAt"]);
        assert_eq!(body, Some(json!({"expiresAt": sent})));
    }
}

#[test]
fn secrets_are_exposed_in_the_body_and_nowhere_else() {
    let secret = Value::Secret(Hidden {
        text: Some(Secret::new("hunter2")),
        ..Hidden::default()
    });
    let mut object = Value::from(json!({"parent": "p"}));
    if let Value::Map(map) = &mut object {
        map.insert("key".into(), secret);
    }
    let object = Known::new(object).expect("known");
    let draft = create(&call("", &object, &[])).expect("writable");
    assert_eq!(
        draft.body.as_ref().expect("a body")["key"],
        json!("hunter2")
    );
    assert!(!format!("{draft:?}").contains("hunter2"));
}

#[test]
fn a_field_of_its_own_is_sent_bare_or_wrapped() {
    let object = known(json!({"enabled": true, "password": "p"}));
    let wrapped = set_own(&ENABLED, &call("t", &object, &[]), None).expect("writable");
    assert_eq!(wrapped.body, Some(json!({"enabled": true})));
    assert_eq!(wrapped.path, "/api/things/t/is-enabled");
    let keyed = set_own(&ENABLED, &call("t", &object, &[]), Some("k")).expect("writable");
    assert_eq!(keyed.key, None, "a key goes only where a call takes one");
    let bare = set_own(&PASSWORD, &call("t", &object, &[]), None).expect("writable");
    assert_eq!(bare.body, Some(json!("p")));
}

#[test]
fn what_a_kind_does_not_offer_is_said() {
    let object = known(json!({}));
    let error = delete(&call("t", &object, &[])).expect_err("no such call");
    assert_eq!(error.to_string(), "objects of this kind cannot be deleted");
}

#[test]
fn an_id_is_one_segment_whatever_is_in_it() {
    let write = |id| path(&[T("/users/"), Id, T("/x")], Names::of(id)).expect("writable");
    assert_eq!(write("alice"), "/users/alice/x");
    assert_eq!(write("a/b?c#d%e f"), "/users/a%2Fb%3Fc%23d%25e%20f/x");
    assert_eq!(write("é"), "/users/%C3%A9/x");
    assert_eq!(write("dcos:a*b@c.d"), "/users/dcos:a*b@c.d/x");
}

#[test]
fn a_slash_in_a_rid_goes_twice_encoded() {
    let rid = "dcos:service:marathon:marathon:services:/dev";
    let write = |at| path(at, Names::of(rid)).expect("writable");
    assert_eq!(
        write(&[T("/acls/"), Own2F]),
        "/acls/dcos:service:marathon:marathon:services:%252Fdev"
    );
    let key = vec![rid.to_owned(), "full".to_owned()];
    let draft = edge(&ACTION, "alice", &key).expect("writable");
    assert_eq!(
        draft.path,
        "/acls/dcos:service:marathon:marathon:services:%252Fdev/users/alice/full"
    );
    assert_eq!((draft.body, draft.repeat), (None, Repeat::Always));
}

#[test]
fn an_id_that_leads_elsewhere_is_refused() {
    let write = |id| path(&[T("/users/"), Id], Names::of(id));
    assert_eq!(write(""), Err(Unwritable::Missing("id".into())));
    assert_eq!(write(".."), Err(Unwritable::Misleading("..".into())));
    assert_eq!(write("."), Err(Unwritable::Misleading(".".into())));
    assert!(write("...").is_ok());
}

#[test]
fn a_key_without_the_word_is_refused() {
    let error = edge(&ACTION, "alice", &vec!["rid".into()]).expect_err("no action");
    assert_eq!(error, Unwritable::Missing("word 1 of the relation".into()));
}

#[test]
fn many_edges_go_in_one_call_that_is_not_sent_twice() {
    let keys = [vec!["a".to_owned()], vec!["b".to_owned()]];
    let draft = edges(&SCOPES, "t", &keys).expect("writable");
    assert_eq!(draft.body, Some(json!({"scopeIds": ["a", "b"]})));
    assert_eq!(draft.path, "/api/things/t/scopes");
    assert_eq!(draft.repeat, Repeat::IfUnsent);
}

const MEMBER_ROLES: Attach = Attach {
    endpoint: Endpoint {
        method: Method::Post,
        path: &[T("/api/things/"), Id, T("/users/"), Item(0), T("/roles")],
    },
    body: EdgeBody::Many("roleIds"),
    already: &[],
};

fn keys(keys: &[&[&str]]) -> Vec<EdgeKey> {
    let key = |key: &&[&str]| key.iter().map(|&word| word.to_owned()).collect();
    keys.iter().map(key).collect()
}

/// The paths and bodies of the calls that add these edges.
fn calls(attach: &Attach, edges_of: &[&[&str]]) -> Vec<(String, Json)> {
    let batches = batches(attach, &keys(edges_of));
    let draft = |batch: &Vec<EdgeKey>| edges(attach, "t", batch).expect("writable");
    let drafts = batches.iter().map(draft);
    drafts
        .map(|draft| (draft.path, draft.body.expect("a body")))
        .collect()
}

#[test]
fn edges_of_items_go_in_one_call_an_item() {
    assert_eq!(
        calls(
            &MEMBER_ROLES,
            &[&["u", "a"], &["v", "a"], &["u", "b"], &["u", "a"]]
        ),
        [
            (
                "/api/things/t/users/u/roles".to_owned(),
                json!({"roleIds": ["a", "b"]})
            ),
            (
                "/api/things/t/users/v/roles".to_owned(),
                json!({"roleIds": ["a"]})
            ),
        ]
    );
}

#[test]
fn items_that_carry_the_same_share_a_call() {
    let attach = Attach {
        endpoint: Endpoint {
            method: Method::Post,
            path: &[T("/api/things/"), Id, T("/users/roles")],
        },
        body: EdgeBody::Product("userIds", "roleIds"),
        already: &[],
    };
    let edges: [&[&str]; 5] = [
        &["u", "a"],
        &["v", "b"],
        &["u", "b"],
        &["v", "a"],
        &["w", "a"],
    ];
    let path = "/api/things/t/users/roles".to_owned();
    assert_eq!(
        calls(&attach, &edges),
        [
            (path.clone(), json!({"userIds": ["w"], "roleIds": ["a"]})),
            (path, json!({"userIds": ["u", "v"], "roleIds": ["a", "b"]})),
        ]
    );
}

#[test]
fn a_word_goes_in_a_body_of_its_own() {
    let attach = Attach {
        body: EdgeBody::One("emailDomain"),
        ..SCOPES
    };
    let draft = edge(&attach, "t", &vec!["a.example".into()]).expect("writable");
    assert_eq!(draft.body, Some(json!({"emailDomain": "a.example"})));
}

#[test]
fn queries_are_joined() {
    assert_eq!(and("", "page=1"), "page=1");
    assert_eq!(and("a=b", ""), "a=b");
    assert_eq!(and("a=b", "page=1"), "a=b&page=1");
}

#[test]
fn answers_come_back_under_our_names() {
    let mut live = Value::from(json!({
        "parentId": "p", "displayName": "t", "settings": {"type": "k"}, "type": "other",
    }));
    crate::rest::wire::rename(&THING, &mut live);
    let expected = json!({
        "parent": "p", "title": "t", "settings": {"kind": "k"}, "type": "other",
    });
    assert_eq!(live, Value::from(expected));
}

#[test]
fn a_body_is_one_field_or_one_of_many_where_a_route_says_so() {
    let object = known(json!({"parent": "p", "name": "n", "data": {"a": 1}}));
    let fields = ["name".to_owned(), "data".to_owned()];
    let sent = |body| {
        let route = Route {
            body,
            ..Example::ROUTE
        };
        let kind: &'static Descriptor = Box::leak(Box::new(Descriptor {
            route,
            ..Descriptor::of::<Example>()
        }));
        let call = Call {
            kind,
            id: "x",
            object: &object,
            fields: &fields,
        };
        update(&call).expect("a draft").expect("fields").body
    };
    assert_eq!(sent(Body::Of("data")), Some(json!({"a": 1})));
    let many = json!({"things": [{"name": "n", "data": {"a": 1}}]});
    assert_eq!(sent(Body::OneOfMany("things")), Some(many));
}
