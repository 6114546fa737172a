//! Confederation, union, branch. Fails if a tree turns in a ring or grows too deep, if somebody is taken
//! in without asking, or if a stranger sees who belongs to whom.
use crate::support::{Client, Org, Response, World, on_each_database};
use serde_json::{Value, json};
use store::identity::tree;
use store::ids::OrganisationId;

/// The child asks, as of nothing.
pub fn ask(child: &Org<'_>, parent: &Org<'_>) -> Response {
    child
        .admin
        .post("/api/v1/affiliations", json!({"parent_id": parent.id}))
}

/// The child belongs to the parent from now on. Returns the path of the affiliation and its ETag.
pub fn affiliate(child: &Org<'_>, parent: &Org<'_>) -> (String, String) {
    let asked = ask(child, parent).expect(201);
    let path = format!("/api/v1/affiliations/{}", asked.id());
    let accepted = parent
        .admin
        .act(&format!("{path}/accept"), &asked.etag)
        .expect(200);
    (path, accepted.etag)
}

fn id(org: &Org<'_>) -> OrganisationId {
    org.id.parse::<uuid::Uuid>().unwrap().into()
}

fn chain(world: &World, length: usize) -> Vec<Org<'_>> {
    let name = |level| format!("Level {level}");
    let orgs: Vec<Org<'_>> = (0..length)
        .map(|level| world.union(&name(level), "AR"))
        .collect();
    for pair in orgs.windows(2) {
        affiliate(&pair[1], &pair[0]);
    }
    orgs
}

#[test]
fn a_union_asks_and_its_federation_takes_it_in() {
    on_each_database(|world| {
        let federation = world.union("Federación Textil", "AR");
        let union = world.union("Sindicato Textil del Sur", "AR");
        let branch = world.community("Seccional Avellaneda", "AR");

        let asked = ask(&union, &federation).expect(201);
        assert_eq!(asked.body["status"], "proposed");
        assert_eq!(asked.body["child"]["name"], "Sindicato Textil del Sur");
        assert_eq!(asked.body["parent"]["name"], "Federación Textil");
        let path = format!("/api/v1/affiliations/{}", asked.id());
        let accept = format!("{path}/accept");
        assert_eq!(
            tree::parent(&mut world.conn(), id(&union)).unwrap(),
            None,
            "a question changes nothing"
        );
        // Nobody takes in for another.
        union
            .admin
            .act(&accept, &asked.etag)
            .refused(403, "forbidden");
        branch
            .admin
            .act(&accept, &asked.etag)
            .refused(404, "not_found");
        branch.admin.get(&path).refused(404, "not_found");
        federation
            .member(&["buyer"])
            .act(&accept, &asked.etag)
            .refused(403, "forbidden");
        federation
            .admin
            .raw("POST", &accept, &[], None)
            .refused(428, "if_match_required");
        federation.admin.act(&accept, "\"7\"").refused(412, "stale");
        let accepted = federation.admin.act(&accept, &asked.etag).expect(200);
        assert_eq!(accepted.body["status"], "accepted");
        federation
            .admin
            .act(&accept, &accepted.etag)
            .refused(409, "wrong_state");

        affiliate(&branch, &union);
        let conn = &mut world.conn();
        assert_eq!(
            tree::ancestors(conn, id(&branch)).unwrap(),
            [id(&union), id(&federation)]
        );
        assert_eq!(
            tree::descendants(conn, id(&federation)).unwrap(),
            [id(&union), id(&branch)]
        );
        assert!(tree::is_in_tree(conn, id(&federation), id(&branch)).unwrap());
        assert!(tree::is_in_tree(conn, id(&federation), id(&federation)).unwrap());
        assert!(!tree::is_in_tree(conn, id(&branch), id(&federation)).unwrap());

        world.work();
        let mails = world.mails();
        let told = |subject: &str| mails.iter().any(|mail| mail.subject.contains(subject));
        assert!(told(
            "Sindicato Textil del Sur asks to belong to Federación Textil"
        ));
        assert!(told(
            "Sindicato Textil del Sur belongs to Federación Textil"
        ));
    });
}

#[test]
fn each_belongs_to_one_and_no_tree_turns_in_a_ring_or_grows_a_sixth_level() {
    on_each_database(|world| {
        let orgs = chain(world, 5);
        let sixth = world.union("Level 5", "AR");
        ask(&sixth, &orgs[4]).refused(422, "not_in_tree");
        ask(&orgs[0], &orgs[4]).refused(422, "not_in_tree");
        ask(&orgs[0], &orgs[0]).refused(422, "not_in_tree");
        ask(&orgs[1], &sixth).refused(409, "duplicate");
        // A tree of two levels does not fit under the fourth of four.
        let above = ask(&orgs[0], &sixth).refused(422, "not_in_tree");
        assert_eq!(above.pointers(), ["/parent_id"]);
        let detail = above.body["detail"].as_str().unwrap();
        assert!(detail.contains("6 levels"), "{detail}");

        let network = world.network("Red", "AR");
        ask(&network, &orgs[0]).refused(403, "forbidden");
        ask(&sixth, &network).refused(404, "not_found");
        let applicant = world.applicant("union", "Sindicato Nuevo", "AR");
        ask(&applicant, &orgs[0]).refused(403, "not_admitted");
        ask(&sixth, &applicant).refused(404, "not_found");
    });
}

#[test]
fn what_was_possible_when_it_was_asked_is_decided_again_when_it_is_answered() {
    on_each_database(|world| {
        let [one, other] = ["One", "Other"].map(|name| world.union(name, "AR"));
        let first = ask(&one, &other).expect(201);
        let second = ask(&other, &one).expect(201);
        let accept = |by: &Client, asked: &Response| {
            let path = format!("/api/v1/affiliations/{}/accept", asked.id());
            by.act(&path, &asked.etag)
        };
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let ways = [(&other.admin, &first), (&one.admin, &second)];
            let threads = ways.map(|(by, asked)| scope.spawn(move || accept(by, asked).status));
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(
            answers.iter().filter(|status| **status == 200).count(),
            1,
            "one of two that would make a ring: {answers:?}"
        );
        let lost = answers.iter().find(|status| **status != 200).unwrap();
        assert!([412, 422].contains(lost), "{lost}");
    });
}

#[test]
fn either_side_ends_it_and_only_the_tree_sees_it() {
    on_each_database(|world| {
        let federation = world.union("Federación", "AR");
        let unions = ["Norte", "Sur"].map(|name| world.union(name, "AR"));
        let (path, etag) = affiliate(&unions[0], &federation);
        let (other, other_etag) = affiliate(&unions[1], &federation);
        let stranger = world.union("Another union", "AR");

        // A sister reads what holds, and walks the tree page by page; a stranger reads nothing.
        let sister = &unions[1].admin;
        assert_eq!(sister.get(&path).expect(200).body["status"], "accepted");
        let of = format!("/api/v1/affiliations?organisation_id={}", federation.id);
        let page = sister.get(&format!("{of}&limit=1")).expect(200);
        let next = page.body["next"].as_str().expect("a second page");
        let second = sister
            .get(&format!("{of}&limit=1&cursor={next}"))
            .expect(200);
        let child = |page: &Value| page["items"][0]["child"]["name"].clone();
        assert_eq!([child(&page.body), child(&second.body)], ["Norte", "Sur"]);
        assert!(second.body["next"].is_null());
        stranger.admin.get(&path).refused(404, "not_found");
        stranger.admin.get(&of).refused(404, "not_found");
        sister
            .act(&format!("{path}/end"), &etag)
            .refused(403, "forbidden");

        let ended = unions[0]
            .admin
            .act(&format!("{path}/end"), &etag)
            .expect(200);
        assert_eq!(ended.body["status"], "ended");
        federation
            .admin
            .act(&format!("{other}/end"), &other_etag)
            .expect(200);
        assert!(
            tree::descendants(&mut world.conn(), id(&federation))
                .unwrap()
                .is_empty()
        );
        sister.get(&path).refused(404, "not_found");

        // Who left may ask again; a question can be taken back or refused.
        let again = ask(&unions[0], &federation).expect(201);
        let at = |act: &str, asked: &Response| format!("/api/v1/affiliations/{}/{act}", asked.id());
        federation
            .admin
            .act(&at("withdraw", &again), &again.etag)
            .refused(403, "forbidden");
        unions[0]
            .admin
            .act(&at("end", &again), &again.etag)
            .refused(409, "wrong_state");
        let withdrawn = unions[0]
            .admin
            .act(&at("withdraw", &again), &again.etag)
            .expect(200);
        assert_eq!(withdrawn.body["status"], "withdrawn");
        let third = ask(&unions[0], &federation).expect(201);
        let refused = federation
            .admin
            .act(&at("refuse", &third), &third.etag)
            .expect(200);
        assert_eq!(refused.body["status"], "refused");
        let own = unions[0]
            .admin
            .get("/api/v1/affiliations?status=refused")
            .expect(200);
        assert_eq!(own.body["items"].as_array().unwrap().len(), 1);
    });
}
