//! Webhooks: signed, in order, tried for three days, and never in the way of an order (NO2).
use crate::support::orders::Trade;
use crate::support::{Client, Response, World, on_each_database, on_each_database_mut};
use api::webhooks::sign;
use chrono::{DateTime, TimeDelta, Utc};
use minga::webhooks::WebhookSender;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a receiver got.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    timestamp: i64,
    signatures: Vec<String>,
    body: String,
}

impl Got {
    fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
    fn kind(&self) -> String {
        self.value()["type"].as_str().unwrap().to_owned()
    }
    fn signed_with(&self, secret: &str) -> bool {
        let secret = secret.strip_prefix("whsec_").unwrap();
        let signature = sign(secret, &self.id, self.timestamp, &self.body).unwrap();
        self.signatures.contains(&signature)
    }
}

/// A real HTTP server that answers what it is told, 204 where nothing was said.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (got, answers) = (Arc::default(), Arc::default());
        let receiver = Self {
            url,
            got: Arc::clone(&got),
            answers: Arc::clone(&answers),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let status = answers.lock().unwrap().pop_front().unwrap_or(204);
                if let Ok(request) = answer(stream.unwrap(), status) {
                    got.lock().unwrap().push(request);
                }
            }
        });
        receiver
    }
    /// Answers this so many times.
    fn answers(&self, status: u16, times: usize) {
        let mut answers = self.answers.lock().unwrap();
        answers.extend(std::iter::repeat_n(status, times));
    }
    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
    fn kinds(&self) -> Vec<String> {
        self.got().iter().map(Got::kind).collect()
    }
}

/// Reads one request and answers it.
fn answer(stream: TcpStream, status: u16) -> std::io::Result<Got> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        headers.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let found = headers.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        });
        found.unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut body)?;
    let got = Got {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap(),
        signatures: header("webhook-signature")
            .split(' ')
            .map(str::to_owned)
            .collect(),
        body: String::from_utf8(body).unwrap(),
    };
    let location = if (300..400).contains(&status) {
        "location: http://127.0.0.1:1/\r\n"
    } else {
        ""
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} Said\r\n{location}content-length: 0\r\nconnection: close\r\n\r\n"
    )?;
    Ok(got)
}

/// An endpoint of the organisation at this address.
fn endpoint(admin: &Client, url: &str, types: &[&str]) -> Response {
    let body = json!({"url": url, "event_types": types, "enabled": true});
    admin.post("/api/v1/webhooks", body).expect(201)
}

fn secret_of(answer: &Response) -> String {
    answer.body["secret"].as_str().unwrap().to_owned()
}

fn deliveries(admin: &Client, endpoint: &Response, status: &str) -> Vec<Value> {
    let path = format!(
        "/api/v1/webhooks/{}/deliveries?limit=100&status={status}",
        endpoint.id()
    );
    admin.get(&path).expect(200).body["items"]
        .as_array()
        .unwrap()
        .clone()
}

fn hours(later: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::hours(later)
}

#[test]
fn events_arrive_signed_and_in_order() {
    on_each_database(|world| {
        let trade = world.trade();
        let admin = &trade.market.union.admin;
        world.work();
        let receiver = Receiver::start();
        let made = endpoint(
            admin,
            &receiver.url,
            &["order.*", "purchase_order.accepted"],
        );
        let secret = secret_of(&made);
        assert!(secret.starts_with("whsec_"));
        let seen = admin
            .get(&format!("/api/v1/webhooks/{}", made.id()))
            .expect(200);
        assert!(seen.body.get("secret").is_none());
        trade.confirmed("100");
        world.work();
        let expected = [
            "order.placed",
            "order.submitted",
            "order.approved",
            "order.approved",
            "order.confirmed",
        ];
        assert_eq!(receiver.kinds(), expected);
        for got in receiver.got() {
            assert!(got.signed_with(&secret));
            let changed = Got {
                body: got.body.replace("order", "0rder"),
                ..got.clone()
            };
            assert!(
                !changed.signed_with(&secret),
                "a changed body is not signed"
            );
            let value = got.value();
            assert_eq!(value["data"]["object_kind"], "order");
            let url = value["data"]["url"].as_str().unwrap();
            let (_, path) = url.split_once("/api/v1").unwrap();
            trade
                .market
                .buyer
                .get(&format!("/api/v1{path}"))
                .expect(200);
        }
        let arrived = deliveries(admin, &made, "delivered");
        assert_eq!(arrived.len(), 5);
        assert_eq!(arrived[0]["id"], receiver.got()[0].id);
        // Two secrets sign while one follows the other.
        let path = format!("/api/v1/webhooks/{}", made.id());
        let rotated = admin.post_if(
            &format!("{path}/rotate-secret"),
            &made.etag,
            json!({"overlap_hours": 2}),
        );
        let next = secret_of(&rotated.expect(200));
        admin
            .raw("POST", &format!("{path}/ping"), &[], None)
            .expect(202);
        world.work();
        let ping = receiver.got().pop().unwrap();
        assert_eq!(
            (ping.kind().as_str(), ping.signatures.len()),
            ("webhook.ping", 2)
        );
        assert!(ping.signed_with(&secret) && ping.signed_with(&next));
        admin
            .raw("POST", &format!("{path}/ping"), &[], None)
            .expect(202);
        world.work_at(hours(3));
        let ping = receiver.got().pop().unwrap();
        assert!(!ping.signed_with(&secret) && ping.signed_with(&next));
    });
}

/// The order of a union whose receiver does not work is as fast and as good as any.
fn with_a_broken_receiver(world: &World, url: &str, resume: impl FnOnce(&Trade<'_>, &Response)) {
    let trade = world.trade();
    let admin = &trade.market.union.admin;
    world.work();
    let made = endpoint(admin, url, &["order.*"]);
    let order = trade.confirmed("100");
    assert_eq!(order.body["status"], "confirmed");
    world.work();
    let waiting = deliveries(admin, &made, "pending");
    assert_eq!(waiting.len(), 5);
    assert_eq!(
        waiting[0]["attempts"], 1,
        "the first is tried, the others wait behind it"
    );
    assert!(waiting[0]["last_error"].is_string());
    assert_eq!(waiting[1]["attempts"], 0);
    // Not before its time.
    world.work();
    assert_eq!(deliveries(admin, &made, "pending")[0]["attempts"], 1);
    resume(&trade, &made);
}

#[test]
fn what_failed_resumes_in_order() {
    on_each_database(|world| {
        let receiver = Receiver::start();
        receiver.answers(500, 1);
        with_a_broken_receiver(world, &receiver.url, |trade, made| {
            // Redirects are not followed; they count as failures.
            receiver.answers(302, 1);
            world.work_at(hours(1));
            let admin = &trade.market.union.admin;
            assert_eq!(deliveries(admin, made, "pending")[0]["answered"], 302);
            world.work_at(hours(2));
            let kinds = receiver.kinds();
            assert_eq!(kinds[..3], ["order.placed", "order.placed", "order.placed"]);
            assert_eq!(
                kinds[3..],
                [
                    "order.submitted",
                    "order.approved",
                    "order.approved",
                    "order.confirmed"
                ]
            );
            let ids: Vec<String> = receiver.got().iter().map(|got| got.id.clone()).collect();
            assert_eq!(ids[0], ids[2], "a retry is the same message");
            assert_eq!(deliveries(admin, made, "delivered").len(), 5);
        });
    });
}

#[test]
fn a_receiver_that_is_down_delays_nobody_and_is_given_up_after_three_days() {
    on_each_database(|world| {
        // Nobody listens there any more.
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", closed.local_addr().unwrap());
        drop(closed);
        with_a_broken_receiver(world, &url, |trade, made| {
            let admin = &trade.market.union.admin;
            world.work_at(hours(71));
            assert_eq!(deliveries(admin, made, "parked").len(), 0);
            world.work_at(hours(80));
            let parked = deliveries(admin, made, "parked");
            assert_eq!(parked.len(), 5);
            assert_eq!(deliveries(admin, made, "pending").len(), 0);
            world.work_at(hours(80));
            let (feed, _) = crate::changes::follow(admin, None, 100);
            let told = feed
                .iter()
                .filter(|event| event["type"] == "webhook.parked");
            assert_eq!(told.count(), 5, "what was given up is reported");
            let receiver = Receiver::start();
            let path = format!("/api/v1/webhooks/{}", made.id());
            let body = json!({"url": receiver.url, "event_types": ["order.*"], "enabled": true});
            admin.put(&path, &made.etag, body).expect(200);
            let last = &parked[4]["id"].as_str().unwrap();
            for one in [last, &parked[0]["id"].as_str().unwrap()] {
                let path = format!("{path}/deliveries/{one}");
                let seen = admin.get(&path).expect(200);
                let again = format!("{path}/resend");
                let sent = admin.act(&again, &seen.etag).expect(200);
                admin.act(&again, &sent.etag).refused(409, "wrong_state");
            }
            world.work_at(hours(81));
            assert_eq!(
                receiver.kinds(),
                ["order.placed", "order.confirmed"],
                "in their old order"
            );
        });
    });
}

#[test]
fn one_that_is_gone_is_disabled() {
    on_each_database(|world| {
        let receiver = Receiver::start();
        let union = world.union("Sindicato Ceramista", "AR");
        let made = endpoint(&union.admin, &receiver.url, &["*"]);
        receiver.answers(410, 1);
        let path = format!("/api/v1/webhooks/{}", made.id());
        union
            .admin
            .raw("POST", &format!("{path}/ping"), &[], None)
            .expect(202);
        world.work();
        let seen = union.admin.get(&path).expect(200);
        assert_eq!(seen.body["enabled"], false);
        union
            .admin
            .raw("POST", &format!("{path}/ping"), &[], None)
            .refused(409, "wrong_state");
    });
}

#[test]
fn endpoints_are_for_admins_and_for_good_addresses() {
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let other = world.union("Sindicato de al lado", "AR");
        let body =
            |url: &str, types: &[&str]| json!({"url": url, "event_types": types, "enabled": true});
        let good = body("https://books.example/hooks", &["order.*"]);
        let buyer = union.member(&["buyer"]);
        buyer
            .post("/api/v1/webhooks", good.clone())
            .refused(403, "forbidden");
        let made = union.admin.post("/api/v1/webhooks", good).expect(201);
        let path = format!("/api/v1/webhooks/{}", made.id());
        other.admin.get(&path).refused(404, "not_found");
        for (url, types, pointer) in [
            ("ftp://books.example/", "order.*", "/url"),
            ("https://user:word@books.example/", "order.*", "/url"),
            ("https://books.example/", "order", "/event_types/0"),
            ("https://books.example/", "Order.placed", "/event_types/0"),
        ] {
            let answer = union.admin.post("/api/v1/webhooks", body(url, &[types]));
            assert_eq!(answer.refused(400, "invalid_input").pointers(), [pointer]);
        }
        for _ in 0..9 {
            endpoint(&union.admin, "https://books.example/hooks", &["*"]);
        }
        let more = body("https://books.example/hooks", &["*"]);
        union
            .admin
            .post("/api/v1/webhooks", more.clone())
            .refused(409, "wrong_state");
        let off = json!({"url": "https://books.example/", "event_types": ["*"], "enabled": false});
        union.admin.put(&path, &made.etag, off).expect(200);
        union.admin.post("/api/v1/webhooks", more).expect(201);
    });
}

/// A server in production: names and addresses that are not public are refused when it connects, too.
#[test]
fn production_sends_nothing_to_private_addresses() {
    on_each_database_mut(|world| {
        let receiver = Receiver::start();
        let port = receiver
            .url
            .rsplit_once(':')
            .unwrap()
            .1
            .split_once('/')
            .unwrap()
            .0
            .to_owned();
        let admin = world.union("Sindicato Ceramista", "AR").admin.clone();
        let targets = [
            format!("https://127.0.0.1:{port}/"),
            format!("https://localhost:{port}/"),
            format!("https://[::ffff:127.0.0.1]:{port}/"),
            format!("http://127.0.0.1:{port}/"),
        ];
        let mut made = Vec::new();
        for target in &targets {
            assert!(api::webhooks::target(target, false).is_err(), "{target}");
            let one = endpoint(&admin, target, &["*"]);
            let ping = format!("/api/v1/webhooks/{}/ping", one.id());
            admin.raw("POST", &ping, &[], None).expect(202);
            made.push(one);
        }
        world.work_with_webhooks(WebhookSender::new(false));
        assert!(receiver.got().is_empty());
        for one in made {
            let waiting = deliveries(&admin, &one, "pending");
            let error = waiting[0]["last_error"].as_str().unwrap();
            let refused = error.contains("no public address") || error.contains("https");
            assert!(refused, "{error}");
        }
    });
}
