//! E06xx: HTTP, servers and log-in.

use crate::base::code::{Code, Page};

pub(in crate::base) const PAGES: &[Page] = &[Page {
    code: Code("E0601"),
    title: "connections cannot be set up",
    text: "A proxy (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`) is no proxy's URL, or a file of authorities (`--ca-file`, `SSL_CERT_FILE`) holds no certificate in PEM. A proxy is written like `http://proxy.example:3128` or `socks5h://proxy.example:1080`; one that is not wanted is unset, or its hosts are listed in `NO_PROXY`. Loopback is always reached directly.",
}];
