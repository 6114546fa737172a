//! What the templates say, and that the payload of an outbox row keeps a notice whole.

use mail::{Language, Letter, Notice};
use serde_json::{Value, json};

use crate::samples::{approval_asked, ars, every_notice, invitation, link};

fn write(notice: &Notice, language: Language) -> Letter {
    Letter::write(notice, language).unwrap()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// How each datum of a payload must appear to the reader, by its field.
fn wanted(field: &str, value: &Value, language: Language, into: &mut Vec<String>) {
    match (field, value) {
        ("kind" | "event" | "refusal" | "audience" | "reason" | "news" | "status" | "step", _)
        | ("until", Value::Null) => {}
        (
            "expires_on" | "ends_on" | "review_on" | "answer_by" | "closes_at" | "vote_by"
            | "until",
            Value::String(date),
        ) => {
            let day = date.get(8..10).unwrap().trim_start_matches('0');
            into.extend([date.get(..4).unwrap().to_owned(), day.to_owned()]);
            if let Some(time) = date.get(11..16) {
                into.push(format!("{time} UTC"));
            }
        }
        (_, Value::Null) => {}
        ("total" | "advance" | "amount", amount) if amount.is_object() => {
            let amount = amount.get("amount").and_then(Value::as_str).unwrap();
            into.push(ars(amount).in_language(language));
        }
        (_, Value::Array(values)) => {
            for value in values {
                wanted(field, value, language, into);
            }
        }
        (_, Value::Object(fields)) => {
            for (field, value) in fields {
                wanted(field, value, language, into);
            }
        }
        (_, Value::String(text)) => into.push(text.clone()),
        (_, other) => into.push(other.to_string()),
    }
}

#[test]
fn every_notice_says_all_it_knows_in_every_language_in_text_and_html() {
    for notice in every_notice() {
        for language in Language::ALL {
            let letter = write(&notice, language);
            let (text, html) = (letter.text(), letter.html());
            let mut data = Vec::new();
            wanted("", &notice.to_payload().unwrap(), language, &mut data);
            assert!(data.len() >= 2, "{notice:?}");
            for datum in data {
                assert!(text.contains(&datum), "{datum} is not in\n{text}");
                let datum = escaped(&datum);
                assert!(html.contains(&datum), "{datum} is not in\n{html}");
            }
            assert!(!letter.subject().is_empty() && letter.subject().len() < 200);
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())));
        }
    }
}

#[test]
fn no_two_languages_and_no_two_notices_share_a_body() {
    let mut texts: Vec<String> = every_notice()
        .flat_map(|notice| Language::ALL.map(|language| write(&notice, language).text()))
        .collect();
    let all = texts.len();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), all);
}

#[test]
fn an_approver_reads_in_their_language_what_is_asked() {
    let notice = approval_asked(2);
    let spanish = write(&notice, Language::Es);
    assert_eq!(
        spanish.subject(),
        "El pedido OR-2026-000017 espera su aprobación"
    );
    assert_eq!(
        spanish.text(),
        "Sindicato Cerámico de Neuquén tiene un pedido que espera su aprobación. Necesita 2 \
         aprobaciones de personas distintas antes de confirmarse.\n\n\
         Hasta entonces no se compra nada. Cualquier cambio del pedido vuelve a pedir las \
         aprobaciones.\n\n\
         Pedido: OR-2026-000017\n\
         Total con flete e IVA: ARS 1.774,44\n\n\
         Leer el pedido y decidir:\n\
         https://minga.example/orders/17\n\n\
         -- \n\
         Minga envió este mensaje por sí sola. Las respuestas a esta dirección no se leen.\n"
    );
    let english = write(&notice, Language::En).text();
    assert!(english.contains("It needs 2 approvals by different people before"));
    assert!(english.contains("\nTotal with freight and VAT: ARS 1,774.44\n"));
    let portuguese = write(&notice, Language::Pt).text();
    assert!(portuguese.contains("Ele precisa de 2 aprovações de pessoas diferentes antes"));
    assert!(portuguese.contains("\nTotal com frete e IVA: ARS 1.774,44\n"));
}

#[test]
fn one_approval_is_said_in_the_singular() {
    let notice = approval_asked(1);
    for (language, words) in [
        (Language::Es, "Necesita 1 aprobación antes"),
        (Language::En, "It needs 1 approval before"),
        (Language::Pt, "Ele precisa de 1 aprovação antes"),
    ] {
        let text = write(&notice, language).text();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_day_is_written_so_that_nobody_takes_the_month_for_it() {
    for (language, words) in [
        (Language::Es, "hasta el final del 5 de diciembre de 2026."),
        (Language::En, "until the end of 5 December 2026."),
        (Language::Pt, "até o fim de 5 de dezembro de 2026."),
    ] {
        let text = write(&invitation(), language).text();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_name_can_add_neither_markup_nor_lines() {
    let notice = Notice::Invitation {
        organisation: "<script>alert('x')</script>".to_owned(),
        inviter: "Eve\r\nBcc: all@example.org\r\n\r\n<b>Pay \u{7}here</b>".to_owned(),
        accept_url: link("/invitations/\"onmouseover=\"x"),
        expires_on: "2026-12-05".parse().unwrap(),
    };
    let letter = write(&notice, Language::En);
    assert_eq!(
        letter.subject(),
        "Eve Bcc: all@example.org <b>Pay here</b> invites you to <script>alert('x')</script> on \
         Minga"
    );
    let html = letter.html();
    assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("\"onmouse"));
    assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
}

#[test]
fn a_payload_keeps_a_notice_whole() {
    for notice in every_notice() {
        let payload = notice.to_payload().unwrap();
        assert_eq!(payload.get("kind"), Some(&json!(notice.kind())));
        assert_eq!(Notice::from_payload(payload).unwrap(), notice);
    }
}

/// Rows written by an older program are read by a newer one: this form cannot change.
#[test]
fn the_form_of_payloads_is_fixed() {
    assert_eq!(
        approval_asked(2).to_payload().unwrap(),
        json!({
            "kind": "approval_asked",
            "organisation": "Sindicato Cerámico de Neuquén",
            "order": "OR-2026-000017",
            "total": {"amount": "1774.44", "currency": "ARS"},
            "needed": 2,
            "url": "https://minga.example/orders/17",
        })
    );
    let fixed = [
        json!({
            "kind": "invitation", "organisation": "U", "inviter": "R",
            "accept_url": "https://minga.example/i/1", "expires_on": "2026-12-05",
        }),
        json!({
            "kind": "order_confirmed", "order": "OR-1",
            "total": {"amount": "2.00", "currency": "ZAR"},
            "advance": {"amount": "0.60", "currency": "ZAR"},
            "cooperatives": ["A", "B"], "url": "https://minga.example/o/1",
        }),
        json!({
            "kind": "purchase_order_issued", "cooperative": "A", "reference": "PO-1",
            "buyer": "U", "total": {"amount": "2.00", "currency": "ZAR"},
            "answer_by": "2026-11-26T14:00:00Z", "url": "https://minga.example/p/1",
        }),
        json!({
            "kind": "new_match_offered", "order": "OR-1", "refusal": "expired",
            "url": "https://minga.example/m/1",
        }),
        json!({
            "kind": "capacity_for_need", "audience": "cooperative", "product": "P",
            "need": "N", "url": "https://minga.example/n/1",
        }),
        json!({
            "kind": "delivery", "event": "remake_promised", "reference": "PO-1",
            "buyer": "U", "cooperative": "C", "url": "https://minga.example/c/1",
        }),
    ];
    for payload in fixed {
        let notice = Notice::from_payload(payload.clone()).unwrap();
        assert_eq!(notice.to_payload().unwrap(), payload);
    }
}

#[test]
fn a_payload_that_does_not_hold_is_refused() {
    let good = approval_asked(2).to_payload().unwrap();
    for (field, bad) in [
        ("kind", json!("approval_forced")),
        ("total", json!({"amount": 1774.44, "currency": "ARS"})),
        ("total", json!({"amount": "1.774,44", "currency": "ARS"})),
        ("url", json!("javascript:alert(1)")),
        ("needed", json!(-1)),
        ("note", json!("a field that no notice has")),
    ] {
        let mut payload = good.clone();
        payload
            .as_object_mut()
            .unwrap()
            .insert(field.to_owned(), bad.clone());
        assert!(Notice::from_payload(payload).is_err(), "{field}: {bad}");
    }
}
