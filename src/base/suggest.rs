//! "Did you mean …?": the nearest of the names that would have been right.

/// Returns the candidate nearest to `wrong`, if one is near enough to be what was meant.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = wrong.to_lowercase();
    candidates
        .into_iter()
        .map(|name| (strsim::osa_distance(&folded, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count().max(3) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(nearest("biling", ["orders", "billing"]), Some("billing"));
        assert_eq!(
            nearest("apiResource", ["apiresource", "role"]),
            Some("apiresource")
        );
    }

    #[test]
    fn something_else_is_not_suggested() {
        assert_eq!(nearest("users", ["apiresource", "connector"]), None);
    }
}
