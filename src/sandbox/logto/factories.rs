//! The factories that connectors are made by: of each what decides how a connector of it answers.
//! `connectors.jsonl`; the rows of factories that were not recorded are inferences.

use serde_json::{Map, Value, json};

/// A factory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factory {
    pub(super) id: &'static str,
    /// `Social`, `Email` or `Sms`.
    pub(super) sort: &'static str,
    pub(super) target: &'static str,
    /// Whether there may be many, each with its own target.
    pub(super) standard: bool,
    /// What a configuration must have, and of which type.
    pub(super) required: &'static [(&'static str, &'static str)],
    /// Whether it describes its form by a template, not by items.
    template: bool,
}

const fn social(
    id: &'static str,
    target: &'static str,
    required: &'static [(&'static str, &'static str)],
) -> Factory {
    Factory {
        id,
        sort: "Social",
        target,
        standard: false,
        required,
        template: false,
    }
}

const fn messages(
    id: &'static str,
    sort: &'static str,
    target: &'static str,
    required: &'static [(&'static str, &'static str)],
) -> Factory {
    Factory {
        id,
        sort,
        target,
        standard: false,
        required,
        template: false,
    }
}

const CLIENT: &[(&str, &str)] = &[("clientId", "string"), ("clientSecret", "string")];
const OAUTH: &[(&str, &str)] = &[
    ("authorizationEndpoint", "string"),
    ("tokenEndpoint", "string"),
    ("clientId", "string"),
    ("clientSecret", "string"),
];

const FACTORIES: &[Factory] = &[
    social("github-universal", "github", CLIENT), // 933, 961
    social("google-universal", "google", CLIENT), // 935
    Factory {
        template: true,
        ..social("mock-social-connector", "mock-social", &[]) // 939
    },
    social("facebook-universal", "facebook", CLIENT),
    social("discord-universal", "discord", CLIENT),
    social("azuread-universal", "azuread", CLIENT),
    social("apple-universal", "apple", &[("clientId", "string")]),
    social("gitlab-universal", "gitlab", CLIENT),
    social("slack-universal", "slack", CLIENT),
    social("linkedin-universal", "linkedin", CLIENT),
    Factory {
        standard: true,
        ..social("oauth2", "oauth2", OAUTH) // 949
    },
    Factory {
        standard: true,
        ..social("oidc", "oidc", OAUTH)
    },
    Factory {
        standard: true,
        ..social("saml", "saml", &[("entityID", "string")])
    },
    messages(
        "simple-mail-transfer-protocol", // 942
        "Email",
        "smtp",
        &[
            ("host", "string"),
            ("port", "number"),
            ("auth", "object"),
            ("fromEmail", "string"),
            ("templates", "array"),
        ],
    ),
    Factory {
        template: true,
        ..messages(
            "mock-email-service", // 944, 970
            "Email",
            "mock-mail",
            &[
                ("apiKey", "string"),
                ("fromEmail", "string"),
                ("templates", "array"),
            ],
        )
    },
    messages(
        "http-email",
        "Email",
        "http-email",
        &[("endpoint", "string")],
    ),
    messages("sendgrid-email-service", "Email", "sendgrid-mail", MAILER),
    messages(
        "mailgun-email",
        "Email",
        "mailgun-email",
        &[("apiKey", "string")],
    ),
    messages(
        "aws-ses-mail",
        "Email",
        "aws-ses",
        &[("accessKeyId", "string")],
    ),
    messages(
        "postmark-mail",
        "Email",
        "postmark-mail",
        &[("serverToken", "string")],
    ),
    messages("logto-email", "Email", "logto-email", &[]),
    Factory {
        template: true,
        ..messages(
            "mock-short-message-service", // 947
            "Sms",
            "mock-sms",
            &[
                ("accountSID", "string"),
                ("authToken", "string"),
                ("fromMessagingServiceSID", "string"),
                ("templates", "array"),
            ],
        )
    },
    messages("twilio-short-message-service", "Sms", "twilio-sms", TWILIO),
    messages(
        "vonage-sms",
        "Sms",
        "vonage-sms",
        &[("apiKey", "string"), ("apiSecret", "string")],
    ),
    messages("http-sms", "Sms", "http-sms", &[("endpoint", "string")]),
];

const MAILER: &[(&str, &str)] = &[
    ("apiKey", "string"),
    ("fromEmail", "string"),
    ("templates", "array"),
];
const TWILIO: &[(&str, &str)] = &[
    ("accountSID", "string"),
    ("authToken", "string"),
    ("templates", "array"),
];

/// The factory of that id.
pub(super) fn factory(id: &str) -> Option<&'static Factory> {
    FACTORIES.iter().find(|factory| factory.id == id)
}

impl Factory {
    /// Whether there may be one connector of its type.
    pub(super) fn is_for_messages(&self) -> bool {
        self.sort != "Social"
    }

    /// What a connector shows of its factory; pictures and long texts are stubs.
    pub(super) fn shown(&self) -> Map<String, Value> {
        let name = name(self.id, self.target);
        let mut shown = json!({
            "connectorId": self.id, "target": self.target, "name": name,
            "description": {"en": format!("{} (sandbox)", self.target)},
            "logo": "data:image/svg+xml;base64,", "logoDark": null, "readme": "stub",
            "platform": null, "type": self.sort, "isDemo": false, "extraInfo": {},
        });
        if !self.is_for_messages() {
            shown["platform"] = json!("Universal");
            shown["isTokenStorageSupported"] = json!(true);
        }
        if self.id == "github-universal" {
            shown["logoDark"] = shown["logo"].clone();
        }
        if self.standard {
            shown["isStandard"] = json!(true);
        }
        if self.template {
            shown["configTemplate"] = json!("{}");
        } else {
            shown["formItems"] = json!([]);
        }
        shown.as_object().cloned().unwrap_or_default()
    }
}

/// The names of the factories that were recorded; of others the target.
fn name(id: &str, target: &str) -> Value {
    match id {
        "github-universal" => {
            json!({"en": "GitHub", "zh-CN": "GitHub", "tr-TR": "GitHub", "ko": "GitHub"})
        }
        "google-universal" => {
            json!({"en": "Google", "zh-CN": "Google", "tr-TR": "Google", "ko": "Google"})
        }
        "mock-social-connector" => json!({
            "en": "Mock Social", "zh-CN": "Mock 社交登录", "ko": "Mock Social",
            "tr-TR": "Mock Social",
        }),
        "simple-mail-transfer-protocol" => {
            json!({"en": "SMTP", "zh-CN": "SMTP", "tr-TR": "SMTP", "ko": "SMTP"})
        }
        "mock-email-service" => json!({
            "en": "Mock Mail Service", "zh-CN": "Mock 邮件服务", "tr-TR": "Mock Mail Servis",
            "ko": "Mock Mail Service",
        }),
        "mock-short-message-service" => json!({
            "en": "Mock SMS Service", "zh-CN": "Mock 短信服务", "tr-TR": "Mock SMS Servis",
            "ko": "Mock SMS Service",
        }),
        _ => json!({"en": target}),
    }
}
