//! What whoever runs a server looks at.
use crate::support::on_each_database;

#[test]
fn figures_for_prometheus_count_requests_and_the_outbox() {
    on_each_database(|world| {
        let nobody = world.client();
        nobody.get("/healthz").expect(200);
        nobody.get("/api/v1/nothing/of/this/kind").expect(404);
        // An invitation's letter waits in the outbox until the worker's next pass.
        let union = world.union("Sindicato del Vidrio", "AR");
        world.work();
        let until = crate::support::governance::today() + chrono::Days::new(30);
        let invitation = serde_json::json!({
            "email": "nora@union.example", "roles": ["buyer"], "mandate_expires_on": until,
        });
        union
            .admin
            .post("/api/v1/invitations", invitation)
            .expect(201);

        let answer = nobody.get("/metrics").expect(200);
        assert_eq!(
            answer.headers["content-type"],
            "application/openmetrics-text; version=1.0.0; charset=utf-8"
        );
        let text = answer.body.as_str().unwrap();
        for line in [
            r#"minga_http_requests_total{method="GET",route="/healthz",status="200"} 1"#,
            r#"minga_http_requests_total{method="GET",route="-",status="404"} 1"#,
            r#"minga_http_request_duration_seconds_count{method="GET",route="/healthz"} 1"#,
            r#"minga_outbox_entries{status="due"} 1"#,
            r#"minga_outbox_entries{status="failed"} 0"#,
            "# EOF",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is missing in:\n{text}"
            );
        }
    });
}
