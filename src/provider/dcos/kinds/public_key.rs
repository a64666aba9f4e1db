//! A service account's public key in PEM: what is checked before the server is asked.

/// Why `pem` is refused: the server takes RSA keys in PEM alone (`ERR_INVALID_PUBLIC_KEY`,
/// contract/dcos/services.jsonl).
pub(super) fn complaint(pem: &str) -> Option<String> {
    match jsonwebtoken::DecodingKey::from_rsa_pem(pem.trim().as_bytes()) {
        Ok(_) => None,
        Err(_) if pem.contains("PRIVATE KEY") => {
            Some("this is a private key: the public one is wanted".to_owned())
        }
        Err(_) => Some("this is not an RSA public key in PEM".to_owned()),
    }
}
