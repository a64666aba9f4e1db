//! Fields that several kinds share: how a sign-in page looks.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kind::spec::Text;

/// The colours of the pages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Color {
    /// As `#6139F6`.
    #[schemars(regex(pattern = r"^#[\da-fA-F]{3}([\da-fA-F]{3})?$"))]
    primary_color: Option<Text>,
    /// Whether there is a dark mode.
    is_dark_mode_enabled: Option<bool>,
    /// As `#8768F8`.
    #[schemars(regex(pattern = r"^#[\da-fA-F]{3}([\da-fA-F]{3})?$"))]
    dark_primary_color: Option<Text>,
}

/// The pictures of the pages, each an address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read through the schema")]
pub(super) struct Branding {
    /// The logo.
    #[schemars(regex(pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    logo_url: Option<Text>,
    /// The logo in dark mode.
    #[schemars(regex(pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    dark_logo_url: Option<Text>,
    /// The browser's icon.
    #[schemars(regex(pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    favicon: Option<Text>,
    /// The browser's icon in dark mode.
    #[schemars(regex(pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"))]
    dark_favicon: Option<Text>,
}
