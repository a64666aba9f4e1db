//! Which machine this is, and whether one of its processes is gone.

use std::fs;
use std::path::Path;

/// A name that no other machine has, nor another container here: what was booted and which
/// processes are seen. Empty where the system does not say.
pub(super) fn name() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let seen = fs::read_link("/proc/self/ns/pid");
    match (boot, seen) {
        (Ok(boot), Ok(seen)) => format!("{} {}", boot.trim(), seen.display()),
        _ => String::new(),
    }
}

/// Whether `process` of the machine of that name has provably ended.
pub(super) fn is_gone(machine: &str, process: u32) -> bool {
    !machine.is_empty()
        && machine == name()
        && !Path::new("/proc").join(process.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_there_and_another_machines_is_never_known_to_be_gone() {
        let here = std::process::id();
        assert!(!is_gone(&name(), here));
        assert!(!is_gone("another machine", u32::MAX));
        assert!(!is_gone("", u32::MAX));
        #[cfg(target_os = "linux")]
        assert!(is_gone(&name(), u32::MAX));
    }
}
