//! The page of a plan in a real browser: no word on the console, and filters that filter.
//!
//! Needs `chromium` and `chromedriver` (Debian: chromium, chromium-driver); without them it says that
//! it was skipped. `TENANTRY_TEST_SCREENSHOTS` names a folder for pictures of the page.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value as Json, json};

use super::{complete, tool};
use crate::cli::Folder;

/// A browser that is driven.
struct Browser {
    driver: Child,
    session: String,
    client: reqwest::Client,
}

impl Browser {
    async fn start() -> Option<Self> {
        let browser = tool("TENANTRY_TEST_CHROMIUM", "chromium")?;
        let driver = tool("TENANTRY_TEST_CHROMEDRIVER", "chromedriver")?;
        let mut command = Command::new(driver);
        command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut driver = command.spawn().unwrap();
        let output = BufReader::new(driver.stdout.take().unwrap());
        let port = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, rest) = line.split_once("started successfully on port ")?;
                rest.trim_end_matches('.').parse::<u16>().ok()
            })
            .unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut this = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            client,
        };
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ];
        let session = this
            .post(
                "",
                &json!({ "capabilities": { "alwaysMatch": {
                    "browserName": "chrome",
                    "goog:loggingPrefs": { "browser": "ALL" },
                    "goog:chromeOptions": { "binary": browser, "args": arguments },
                }}}),
            )
            .await;
        this.session += "/";
        this.session += session["sessionId"].as_str().unwrap();
        Some(this)
    }

    async fn post(&self, path: &str, body: &Json) -> Json {
        let url = format!("{}{path}", self.session);
        let request = self.client.post(url).body(body.to_string());
        let answer = request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap();
        let answer: Json = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let value = answer["value"].clone();
        assert!(value["error"].is_null(), "{path}: {value}");
        value
    }

    async fn open(&self, page: &Path) {
        let url = format!("file://{}", page.display());
        self.post("/url", &json!({ "url": url })).await;
    }

    async fn run(&self, script: &str) -> Json {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
            .await
    }

    async fn devtools(&self, command: &str, parameters: Json) -> Json {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
        .await
    }

    /// What the page said on its console, errors of its policy included.
    async fn console(&self) -> Json {
        self.post("/se/log", &json!({ "type": "browser" })).await
    }

    async fn look(&self, width: u32, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
        let size = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    async fn picture(&self, to: &Path) {
        let shot = self
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await;
        let bytes = BASE64_STANDARD
            .decode(shot["data"].as_str().unwrap())
            .unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _killed = self.driver.kill();
        let _ended = self.driver.wait();
    }
}

const SHOWN: &str = "return document.querySelectorAll('.step:not([hidden])').length";

/// Types into a field of the filter, or chooses from it.
fn typed(field: &str, value: &str) -> String {
    format!(
        "const field = document.querySelector('.bar {field}'); field.value = '{value}';
         field.dispatchEvent(new Event('input', {{bubbles: true}})); {SHOWN}"
    )
}

#[tokio::test]
async fn the_page_of_the_complete_folder_filters_and_says_nothing_on_the_console() {
    let folder = Folder::new();
    let words = format!("plan --sandbox --state state --format html {}", complete());
    let ran = folder.run(&words);
    assert_eq!(ran.code, 2, "{}", ran.err);
    folder.write("plan.html", &ran.out);
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.open(&folder.path().join("plan.html")).await;
    let all = browser.run(SHOWN).await.as_u64().unwrap();
    assert!(all > 40, "{all} steps");
    let roles = browser
        .run(&typed("select", "logto/role"))
        .await
        .as_u64()
        .unwrap();
    assert!(roles > 0 && roles < all, "{roles} of {all}");
    assert_eq!(browser.run(&typed("select", "")).await, all);
    assert_eq!(
        browser
            .run(&typed("input[type=search]", "no such words anywhere"))
            .await,
        0
    );
    let hidden = "return document.querySelectorAll('.actions:not([hidden])').length";
    assert_eq!(
        browser.run(hidden).await,
        0,
        "sections without steps go too"
    );
    assert_eq!(browser.run(&typed("input[type=search]", "")).await, all);
    let click = |value: &str| {
        format!("document.querySelector('.bar input[value={value}]').click(); {SHOWN}")
    };
    let left = browser.run(&click("create")).await.as_u64().unwrap();
    assert!(left < all, "{left} of {all}");
    assert_eq!(browser.run(&click("create")).await, all);
    let open = "document.querySelector('[name=open]').click();
                return document.querySelectorAll('.step[open]').length";
    assert_eq!(browser.run(open).await, all);
    let close = "document.querySelector('[name=close]').click();
                 return document.querySelectorAll('.step[open]').length";
    assert_eq!(browser.run(close).await, 0);
    let key = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}));
               document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}));
               return document.activeElement.type";
    assert_eq!(browser.run(key).await, "search");
    for width in [390, 1280] {
        browser.look(width, false).await;
        let wide = "return document.documentElement.scrollWidth - window.innerWidth";
        let over = browser.run(wide).await.as_i64().unwrap();
        assert!(
            over <= 0,
            "the page is {over} wider than a screen of {width}"
        );
    }
    assert_eq!(
        browser.console().await,
        json!([]),
        "nothing is said on the console"
    );
    if let Some(folder) = std::env::var_os("TENANTRY_TEST_SCREENSHOTS").map(PathBuf::from) {
        let top = "document.activeElement.blur(); window.scrollTo({top: 0, behavior: 'instant'})";
        browser.run(top).await;
        for (name, width, dark) in [
            ("desktop", 1280, false),
            ("desktop-dark", 1280, true),
            ("phone", 390, false),
            ("phone-dark", 390, true),
        ] {
            browser.look(width, dark).await;
            browser.picture(&folder.join(format!("{name}.png"))).await;
        }
        browser.look(1280, false).await;
        let order = "document.querySelector('#order').scrollIntoView({behavior: 'instant'})";
        browser.run(order).await;
        browser.picture(&folder.join("order.png")).await;
    }
}
