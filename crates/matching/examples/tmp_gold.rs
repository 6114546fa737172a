#![allow(warnings, clippy::all)]
use serde_json::Value;
fn main() {
    for f in ["cases", "rounds"] {
        let v: Value = serde_json::from_str(
            &std::fs::read_to_string(format!("tests/golden/{f}.json")).unwrap(),
        )
        .unwrap();
        for c in v.as_array().unwrap() {
            let r = matching::Request::from_json(&c["request"].to_string()).unwrap();
            let t = std::time::Instant::now();
            let p = matching::plan(&r).unwrap();
            let o = (
                p.objective.unmet_weighted,
                p.objective.fairness,
                p.objective.landed_cost,
            );
            let e = &c["objective"];
            let e = if e.is_array() {
                (
                    e[0].as_i64().unwrap(),
                    e[1].as_i64().unwrap(),
                    e[2].as_i64().unwrap(),
                )
            } else {
                (
                    e["unmet_weighted"].as_i64().unwrap(),
                    e["fairness"].as_i64().unwrap(),
                    e["landed_cost"].as_i64().unwrap(),
                )
            };
            println!(
                "{} {:?} {:?} {:?} {} {:?} {:?}",
                c["name"],
                t.elapsed(),
                p.status,
                o,
                if o == e { "OK" } else { "DIFF" },
                p.bound,
                matching::check(&r, &p).is_ok()
            );
        }
    }
}
