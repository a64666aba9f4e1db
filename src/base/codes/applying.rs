//! E07xx: apply.

use crate::base::code::{Code, Page};

const fn page(code: &'static str, title: &'static str, text: &'static str) -> Page {
    Page {
        code: Code(code),
        title,
        text,
    }
}

pub(in crate::base) const PAGES: &[Page] = &[
    page(
        "E0701",
        "a call failed",
        "The server refused a call, or could not be reached. The message says which call on which \
         object, and what the server answered. Steps that need this one are skipped, all others \
         are done; what was done is kept. Mend the cause and run `tenantry apply` again: it goes \
         on from there.",
    ),
    page(
        "E0702",
        "the answer of a call was lost",
        "The call was sent and no answer came back, so it may have been done or not. It is not \
         repeated blindly. The next `tenantry plan` shows what is there; for a creation whose \
         outcome stays unknown, `tenantry apply` says what to do.",
    ),
    page(
        "E0703",
        "a value is not known although it should be",
        "A step refers to an id or another output of an object, and that object does not tell it: \
         it is gone, or a lookup in a target that was just made finds none or several. Run \
         `tenantry plan` again.",
    ),
    page(
        "E0704",
        "the program contradicts itself",
        "A plan asks for something that cannot be: an unknown kind, a delete without an id. Plans \
         of another version of this program can do that; otherwise it is a fault of this program, \
         and a report is welcome. Nothing more was begun after it.",
    ),
    page(
        "E0705",
        "an object is not there any more",
        "An object that the plan changes was deleted since the plan was made. Run `tenantry plan` \
         again: it will create it.",
    ),
    page(
        "E0706",
        "a secret that is to be sent is not set",
        "A manifest names the source of a secret (`{env: NAME}`, `{file: path}`, `{exec: [...]}`) \
         and there is nothing there. All such secrets are asked for before the first write, so \
         nothing was changed. Set them and apply again.",
    ),
    page(
        "E0707",
        "the server changed what was written",
        "The answer to a write, or the list read afterwards, shows another value than the one \
         sent. The write was done. Write in the manifest what the server makes of it, or the next \
         plan will show a difference again.",
    ),
    page(
        "E0708",
        "a relation is not as it was written",
        "Something was added to a relation and is not in the list read afterwards, or was taken \
         away and is there still. Somebody else may be changing it. Run `tenantry plan` to see.",
    ),
    page(
        "E0709",
        "what was written could not be read back",
        "The writes were done, but the server could not be read afterwards, so that nothing can \
         be said about what it made of them. Run `tenantry plan` to see.",
    ),
    page(
        "E0710",
        "a tenant was created without showing its credentials",
        "The answer that creates a tenant shows its machine-to-machine credentials, once. This \
         one did not, so the tenant cannot be reached. It bears our marker: the next \
         `tenantry apply` deletes it, if nobody else is in it, and makes another.",
    ),
    page(
        "E0711",
        "a call was begun and nobody knows what came of it",
        "A run died, or lost the answer, between a call and the record of its outcome. The object \
         may be there or not. See for yourself with `tenantry plan`, then apply with \
         `--override intent=ADDRESS`, which forgets the call; an object that is there is taken \
         over by `lifecycle: {adopt: true}`.",
    ),
    page(
        "E0712",
        "a tenant was begun with another account's token",
        "Whether a tenant was created can only be told with a token of the account that it was to \
         be created in. Run `tenantry apply` once with that token. If the token alone is new, and \
         the account has no tenant with the marker in its name, `--override intent=ADDRESS` \
         forgets the call.",
    ),
    page(
        "E0713",
        "a left-over tenant is not as it was left",
        "A tenant bears our marker, so that we made it, and its credentials are lost. It is only \
         deleted if it is at most a day old, its name is exactly the one it was created under and \
         nobody else is in it; this one is not so. Delete it by hand, or leave it alone with \
         `--override intent=ADDRESS`.",
    ),
    page(
        "E0714",
        "a tenant came late",
        "A tenant bears the marker of a creation that was given up: the server was slower than \
         the wait (`markerWait` of the account). Its credentials are lost. It is deleted if it is \
         at most a day old and nobody else is in it; otherwise delete it by hand.",
    ),
    page(
        "E0715",
        "a tenant is being set up",
        "A run died while it made a tenant, or deleted one. The next `tenantry apply` ends what \
         was begun before it plans anything: the message says how.",
    ),
    page(
        "E0716",
        "a write denied our own log-in",
        "A `client-credentials` token customizer decides on our own tokens too. One that is new or \
         changed is written last, and a token is asked for at once: that was denied, so what was \
         there before was put back. Let the script allow the client that tenantry logs in as, and \
         apply again.",
    ),
    page(
        "E0717",
        "a creation of an earlier run is settled",
        "A run ended after it had sent a creation and before it had the answer. The object was \
         looked for by the id that was chosen for it, or else by its key: if there is one as it \
         was sent, it is ours, for the plan had seen none; if there is none, it is made anew. An \
         object that was replaced and whose old one is still there: that is deleted. `plan` and \
         `drift` only tell it. What is there but is not as it was sent is E0711.",
    ),
    page(
        "E0718",
        "a tenant was being replaced, and its document has changed since",
        "A run that was to replace a tenant ended after the new one was made and before the old one \
         was deleted. The next run deletes the old one, but only while the document says what it \
         said then: who has put it back may want the old tenant. Write the document as it was then, \
         or leave the old tenant alone with `--override intent=ADDRESS`; it is not managed then.",
    ),
    page(
        "E0720",
        "a call that must not be made twice was refused",
        "The server refused to subscribe a tenant, and said why: a card that is declined, an \
         account without a payment method, a plan that does not exist. Nothing was bought, and \
         the attempt is over: the hint says what to mend. The next apply makes a new attempt.",
    ),
    page(
        "E0721",
        "nobody knows yet what came of a call that must not be made twice",
        "The attempt to subscribe a tenant has not ended: the answer was lost, or the server is \
         still at it, or could not say. Its key is kept. The next apply looks whether it was done, \
         and goes on under the same key if not, so that nothing is bought twice. An attempt for \
         something else has to wait until then.",
    ),
    page(
        "E0722",
        "a call that must not be made twice was begun by an earlier run",
        "A run ended between such a call (a tenant's subscription) and its outcome. `plan` and \
         `drift` tell what came of it as far as the server shows it; apply goes on under the same \
         key, or ends it.",
    ),
    page(
        "E0725",
        "the server dropped what it does not know",
        "Some lists name other objects (social targets, profile fields). Logto drops names that it \
         does not know and answers as if all were well. The rest was written; the name is not \
         there. Declare the object that has the name, refer to it instead of writing its name, or \
         check the spelling.",
    ),
];
