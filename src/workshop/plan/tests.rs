//! What a plan does, from outside.

use super::*;
use crate::id::{ActivityId, TableId};

fn activity(name: &str) -> ActivityId {
    ActivityId::parse(name).unwrap()
}

fn table(name: &str) -> TableId {
    TableId::parse(name).unwrap()
}

fn new_activity(name: &str) -> NewActivity {
    NewActivity {
        id: activity(name),
        method: "ideas-farm".into(),
        title: name.to_uppercase(),
        prompt: "So what can we do?".into(),
        story: String::new(),
        minutes: 20,
        sharing: Sharing::Shared,
    }
}

/// A plan with activities `a`, `b`, `c` and tables `t1`, `t2`.
fn plan(client: u64) -> Plan {
    let mut plan = Plan::new(ClientId(client));
    for name in ["a", "b", "c"] {
        plan.run(PlanCommand::AddActivity(new_activity(name)))
            .unwrap();
    }
    for name in ["t1", "t2"] {
        plan.run(PlanCommand::AddTable(table(name), format!("Table {name}")))
            .unwrap();
    }
    changes(&mut plan);
    plan
}

fn changes(plan: &mut Plan) -> Vec<PlanChange> {
    std::iter::from_fn(|| plan.poll_change()).collect()
}

fn agenda(plan: &Plan) -> Vec<String> {
    plan.snapshot()
        .activities
        .iter()
        .map(|activity| activity.id.to_string())
        .collect()
}

fn tables(plan: &Plan) -> Vec<String> {
    plan.snapshot()
        .tables
        .iter()
        .map(|table| table.id.to_string())
        .collect()
}

#[test]
fn an_empty_plan_has_the_table_of_those_elsewhere() {
    let plan = Plan::new(ClientId(1));
    let snapshot = plan.snapshot();
    assert_eq!(snapshot.schema, 0);
    assert_eq!(
        snapshot.tables,
        [Table {
            id: TableId::elsewhere(),
            name: "Joining from elsewhere".into()
        }]
    );
}

#[test]
fn each_command_changes_its_part_once() {
    use PlanChange::{Agenda, Brief, Details, Now, Tables};
    let mut plan = plan(1);
    let cases = [
        (PlanCommand::SetTitle("Getting about".into()), Details),
        (PlanCommand::SetQuestion("How?".into()), Details),
        (PlanCommand::SetSession(SessionKind::CoProduction), Details),
        (PlanCommand::SetLanguage("cy".into()), Details),
        (
            PlanCommand::SetBrief(BriefPart::RedLines, "No new roads".into()),
            Brief,
        ),
        (PlanCommand::AddActivity(new_activity("d")), Agenda),
        (
            PlanCommand::EditActivity(activity("a"), ActivityEdit::Minutes(5)),
            Agenda,
        ),
        (
            PlanCommand::MoveActivity {
                activity: activity("a"),
                after: None,
            },
            Agenda,
        ),
        (
            PlanCommand::MoveActivity {
                activity: activity("a"),
                after: Some(activity("d")),
            },
            Agenda,
        ),
        (PlanCommand::RemoveActivity(activity("d")), Agenda),
        (PlanCommand::AddTable(table("t3"), "Third".into()), Tables),
        (
            PlanCommand::RenameTable(TableId::elsewhere(), "Online".into()),
            Tables,
        ),
        (PlanCommand::RemoveTable(table("t3")), Tables),
        (
            PlanCommand::StartActivity(activity("b"), Some(1_700_000_000_000)),
            Now,
        ),
        (PlanCommand::ShowOnWall(WallView::Table(table("t1"))), Now),
        (PlanCommand::StopActivity, Now),
    ];
    for (command, part) in cases {
        plan.run(command.clone()).unwrap();
        let told = changes(&mut plan);
        // Moving `a` first where it is first already is no change.
        let no_change = matches!(&command, PlanCommand::MoveActivity { after: None, .. });
        assert_eq!(
            told,
            if no_change { vec![] } else { vec![part] },
            "{command:?}"
        );
        while plan.poll_update().is_some() {}
        if !matches!(
            command,
            PlanCommand::AddActivity(_)
                | PlanCommand::RemoveActivity(_)
                | PlanCommand::AddTable(..)
                | PlanCommand::RemoveTable(_)
        ) {
            plan.run(command.clone()).unwrap();
            assert_eq!(plan.poll_update(), None, "said twice: {command:?}");
        }
    }
    let snapshot = plan.snapshot();
    assert_eq!(snapshot.schema, 1);
    assert_eq!(snapshot.title, "Getting about");
    assert_eq!(snapshot.brief.red_lines, "No new roads");
    assert_eq!(snapshot.session, SessionKind::CoProduction);
    assert_eq!(agenda(&plan), ["b", "c", "a"]);
    assert_eq!(snapshot.activities[2].minutes, 5);
    assert_eq!(snapshot.activities[0].sharing, Sharing::Shared);
    assert_eq!(tables(&plan), ["t1", "t2", "elsewhere"]);
    assert_eq!(snapshot.tables[2].name, "Online");
    assert_eq!(snapshot.now.wall, WallView::Table(table("t1")));
    let mut other = Plan::new(ClientId(2));
    other.apply(&plan.encode()).unwrap();
    assert_eq!(other.snapshot(), snapshot);
}

#[test]
fn the_wall_goes_along_when_something_starts_unless_it_was_told_otherwise_since() {
    let mut plan = plan(1);
    let wall = |plan: &Plan| plan.snapshot().now.wall;
    assert_eq!(wall(&plan), WallView::Welcome);
    plan.run(PlanCommand::StartActivity(activity("a"), None))
        .unwrap();
    assert_eq!(wall(&plan), WallView::Activity);
    plan.run(PlanCommand::ShowOnWall(WallView::Welcome))
        .unwrap();
    plan.run(PlanCommand::StartActivity(activity("b"), None))
        .unwrap();
    assert_eq!(wall(&plan), WallView::Welcome);
}

#[test]
fn what_was_taken_away_is_not_on() {
    let mut plan = plan(1);
    plan.run(PlanCommand::StartActivity(activity("b"), Some(5)))
        .unwrap();
    plan.run(PlanCommand::ShowOnWall(WallView::Table(table("t2"))))
        .unwrap();
    assert_eq!(plan.snapshot().now.activity, Some(activity("b")));
    plan.run(PlanCommand::RemoveActivity(activity("b")))
        .unwrap();
    plan.run(PlanCommand::RemoveTable(table("t2"))).unwrap();
    let now = plan.snapshot().now;
    assert_eq!(
        now,
        Now {
            activity: None,
            timer_ends_ms: None,
            wall: WallView::Activity
        }
    );
}

#[test]
fn two_facilitators_meet() {
    for clients in [(1, 2), (2, 1)] {
        let mut a = plan(clients.0);
        let mut b = Plan::new(ClientId(clients.1));
        b.apply(&a.encode()).unwrap();
        a.run(PlanCommand::StartActivity(activity("a"), Some(111)))
            .unwrap();
        b.run(PlanCommand::StartActivity(activity("b"), None))
            .unwrap();
        a.run(PlanCommand::AddActivity(new_activity("x"))).unwrap();
        b.run(PlanCommand::AddActivity(new_activity("y"))).unwrap();
        let (to_a, to_b) = (
            b.diff(&a.state_vector()).unwrap(),
            a.diff(&b.state_vector()).unwrap(),
        );
        a.apply(&to_a).unwrap();
        b.apply(&to_b).unwrap();
        assert_eq!(a.snapshot(), b.snapshot());
        let now = a.snapshot().now;
        let pair = (now.activity.unwrap(), now.timer_ends_ms);
        assert!(pair == (activity("a"), Some(111)) || pair == (activity("b"), None));
        assert_eq!(agenda(&a), ["a", "b", "c", "x", "y"]);
        a.run(PlanCommand::MoveActivity {
            activity: activity("a"),
            after: Some(activity("x")),
        })
        .unwrap();
        assert_eq!(
            agenda(&a),
            ["b", "c", "x", "a", "y"],
            "between two that share a place"
        );
    }
}

#[test]
fn refusals_say_why_and_change_nothing() {
    let mut plan = plan(1);
    let gone = || activity("gone");
    let is_gone = || PlanRefusal::ActivityGone(gone());
    let no_table = || PlanRefusal::TableGone(table("gone"));
    let long = "x".repeat(4_001);
    let cases = [
        (
            PlanCommand::SetTitle(long.clone()),
            PlanRefusal::TextTooLong(4_001),
        ),
        (
            PlanCommand::SetBrief(BriefPart::Open, long),
            PlanRefusal::TextTooLong(4_001),
        ),
        (
            PlanCommand::AddActivity(new_activity("a")),
            PlanRefusal::IdTaken,
        ),
        (
            PlanCommand::EditActivity(gone(), ActivityEdit::Minutes(1)),
            is_gone(),
        ),
        (
            PlanCommand::MoveActivity {
                activity: gone(),
                after: None,
            },
            is_gone(),
        ),
        (
            PlanCommand::MoveActivity {
                activity: activity("a"),
                after: Some(gone()),
            },
            is_gone(),
        ),
        (PlanCommand::RemoveActivity(gone()), is_gone()),
        (PlanCommand::StartActivity(gone(), None), is_gone()),
        (
            PlanCommand::AddTable(table("t1"), String::new()),
            PlanRefusal::IdTaken,
        ),
        (
            PlanCommand::AddTable(TableId::elsewhere(), String::new()),
            PlanRefusal::IdTaken,
        ),
        (
            PlanCommand::RenameTable(table("gone"), String::new()),
            no_table(),
        ),
        (PlanCommand::RemoveTable(table("gone")), no_table()),
        (
            PlanCommand::RemoveTable(TableId::elsewhere()),
            PlanRefusal::TableGone(TableId::elsewhere()),
        ),
        (
            PlanCommand::ShowOnWall(WallView::Table(table("gone"))),
            no_table(),
        ),
    ];
    let before = plan.encode();
    for (command, expected) in cases {
        assert_eq!(plan.run(command.clone()), Err(expected), "{command:?}");
        assert_eq!(plan.encode(), before, "{command:?}");
        assert_eq!(plan.poll_change(), None);
    }
}

#[test]
fn a_plan_holds_two_hundred_rows_of_each_kind() {
    let mut plan = Plan::new(ClientId(1));
    for i in 0..MAX_ROWS {
        plan.run(PlanCommand::AddActivity(new_activity(&format!("a{i}"))))
            .unwrap();
        plan.run(PlanCommand::AddTable(
            table(&format!("t{i}")),
            String::new(),
        ))
        .unwrap();
    }
    let full = Err(PlanRefusal::PlanFull);
    assert_eq!(
        plan.run(PlanCommand::AddActivity(new_activity("more"))),
        full
    );
    assert_eq!(
        plan.run(PlanCommand::AddTable(table("more"), String::new())),
        full
    );
    assert_eq!(plan.snapshot().activities.len(), MAX_ROWS);
    assert_eq!(plan.snapshot().tables.len(), MAX_ROWS + 1);
}

#[test]
fn a_foreign_or_newer_plan_is_read_as_far_as_it_goes() {
    use yrs::{Doc, Map, MapPrelim, ReadTxn, StateVector, Transact};
    let doc = Doc::with_client_id(9);
    let roots = ["plan", "activities", "tables", "now"].map(|name| doc.get_or_insert_map(name));
    let mut txn = doc.transact_mut();
    let [details, activities, tables, now] = &roots;
    details.insert(&mut txn, "schema", 3);
    details.insert(&mut txn, "title", 5);
    details.insert(&mut txn, "session", "séance");
    activities.insert(&mut txn, "a", MapPrelim::default());
    activities.insert(&mut txn, "Not an id", MapPrelim::default());
    activities.insert(&mut txn, "b", "no map");
    let a: yrs::MapRef = activities.get(&txn, "a").unwrap().cast().unwrap();
    a.insert(&mut txn, "minutes", -1);
    tables.insert(&mut txn, "elsewhere", true);
    now.insert(&mut txn, "wall", "table:NOWHERE");
    now.insert(&mut txn, "timer_ends", "soon");
    let update = txn.encode_diff_v1(&StateVector::default());
    drop(txn);
    let mut plan = Plan::new(ClientId(1));
    plan.apply(&update).unwrap();
    let snapshot = plan.snapshot();
    assert_eq!((snapshot.schema, snapshot.title.as_str()), (3, ""));
    assert_eq!(agenda(&plan), ["a"]);
    assert_eq!(snapshot.activities[0].minutes, 0);
    assert_eq!(snapshot.tables.len(), 1);
    assert_eq!(snapshot.now.wall, WallView::Activity);
    let refused = plan.run(PlanCommand::SetTitle("x".into()));
    assert_eq!(refused, Err(PlanRefusal::NewerSchema(3)));
    assert!(plan.apply(&[1, 2, 3]).is_err());
}
