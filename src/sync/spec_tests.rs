//! Holds `SPEC.md` to the tests: every rule of this crate has one that bears its id.

const SPEC: &str = include_str!("SPEC.md");

const TESTS: [&str; 14] = [
    include_str!("backoff.rs"),
    include_str!("gate/mutation_tests.rs"),
    include_str!("gate/random_tests.rs"),
    include_str!("gate/tests.rs"),
    include_str!("gate/yjs_tests.rs"),
    include_str!("presence/tests.rs"),
    include_str!("session/simulation_tests.rs"),
    include_str!("session/tests/connection.rs"),
    include_str!("session/tests/exchange.rs"),
    include_str!("session/tests/locks.rs"),
    include_str!("session/tests/parts.rs"),
    include_str!("session/tests/presence.rs"),
    include_str!("split/tests.rs"),
    include_str!("wire/tests.rs"),
];

/// The ids of the rules, as `w3`, in the order of the page.
fn rules() -> Vec<String> {
    SPEC.lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("**"))
        .map(|(id, _)| id.replace('-', "").to_lowercase())
        .collect()
}

#[test]
fn every_rule_of_this_crate_has_a_test() {
    let rules = rules();
    assert!(rules.len() > 60, "{} rules found", rules.len());
    for rule in rules.iter().filter(|rule| !rule.starts_with('r')) {
        let name = format!("fn {rule}_");
        assert!(
            TESTS.iter().any(|tests| tests.contains(&name)),
            "no test for {rule}"
        );
    }
}

#[test]
fn every_test_with_an_id_names_a_rule() {
    let rules = rules();
    for name in TESTS
        .iter()
        .flat_map(|tests| tests.split("#[test]\nfn ").skip(1))
    {
        let (id, _) = name.split_once('_').expect("a name of several words");
        let is_id = id.len() > 1 && id[1..].bytes().all(|byte| byte.is_ascii_digit());
        assert!(
            !is_id || rules.iter().any(|rule| rule == id),
            "no rule {id}"
        );
    }
}
