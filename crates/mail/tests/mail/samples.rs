//! One notice of each kind, and what is needed to send it.

use std::iter;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use mail::{
    AffiliationStatus, Amount, Audience, ComplaintEvent, DeliveryEvent, EmailAddress, Language,
    Link, Message, Notice, PoolNews, PoolReason, QuotationStep, Refusal, Sender, SmtpConfig,
    SmtpSecurity,
};
use uuid::Uuid;

pub fn ars(amount: &str) -> Amount {
    Amount::parse(amount, "ARS").unwrap()
}

pub fn link(path: &str) -> Link {
    Link::parse(&format!("https://minga.example{path}")).unwrap()
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn invitation() -> Notice {
    Notice::Invitation {
        organisation: "Unión Obrera Ladrillera".to_owned(),
        inviter: "Rosa Peñaloza".to_owned(),
        accept_url: link("/invitations/q8Zr?lang=es&step=1"),
        expires_on: NaiveDate::from_ymd_opt(2026, 12, 5).unwrap(),
    }
}

pub fn approval_asked(needed: u32) -> Notice {
    Notice::ApprovalAsked {
        organisation: "Sindicato Cerámico de Neuquén".to_owned(),
        order: "OR-2026-000017".to_owned(),
        total: ars("1774.44"),
        needed,
        url: link("/orders/17"),
    }
}

/// Every kind of notice, with each of its wordings. A kind without a sample does not compile.
pub fn every_notice() -> impl Iterator<Item = Notice> {
    iter::successors(Some(invitation()), after)
}

fn after(notice: &Notice) -> Option<Notice> {
    Some(match notice {
        Notice::Invitation { .. } => approval_asked(1),
        Notice::ApprovalAsked { needed: 1, .. } => approval_asked(2),
        Notice::ApprovalAsked { .. } => order_confirmed(&["Fábrica Sin Patrón"]),
        Notice::OrderConfirmed { cooperatives, .. } if cooperatives.len() == 1 => {
            order_confirmed(&["Fábrica Sin Patrón", "Textiles <Pigüé> & Cía."])
        }
        Notice::OrderConfirmed { .. } => Notice::PurchaseOrderIssued {
            cooperative: "Cooperativa \"La Nueva Esperanza\"".to_owned(),
            reference: "PO-2026-000123".to_owned(),
            buyer: "SACTWU".to_owned(),
            total: ars("14700000.00"),
            answer_by: moment("2026-11-26T14:00:00Z"),
            url: link("/purchase-orders/123"),
        },
        Notice::PurchaseOrderIssued { .. } => new_match(Refusal::Declined),
        Notice::NewMatchOffered { refusal, .. } => match refusal {
            Refusal::Declined => new_match(Refusal::Expired),
            Refusal::Expired => capacity(Audience::Buyer),
        },
        Notice::CapacityForNeed { audience, .. } => match audience {
            Audience::Buyer => capacity(Audience::Cooperative),
            Audience::Cooperative => came_back(Refusal::Declined),
        },
        Notice::OrderCameBack { refusal, .. } => match refusal {
            Refusal::Declined => came_back(Refusal::Expired),
            Refusal::Expired => Notice::AgreementOffered {
                organisation: "SACTWU".to_owned(),
                agreement: "FA-2026-000012".to_owned(),
                url: link("/framework-agreements/12"),
            },
        },
        Notice::AgreementOffered { .. } => Notice::AgreementInForce {
            organisation: "Textiles <Pigüé> & Cía.".to_owned(),
            agreement: "FA-2026-000012".to_owned(),
            ends_on: NaiveDate::from_ymd_opt(2027, 11, 21).unwrap(),
            url: link("/framework-agreements/12"),
        },
        Notice::AgreementInForce { .. } => Notice::AgreementEnded {
            organisation: "SACTWU".to_owned(),
            agreement: "FA-2026-000012".to_owned(),
            url: link("/framework-agreements/12"),
        },
        Notice::AgreementEnded { .. } => Notice::PriceReviewAsked {
            organisation: "Textiles <Pigüé> & Cía.".to_owned(),
            agreement: "FA-2026-000012".to_owned(),
            url: link("/framework-agreements/12"),
        },
        Notice::PriceReviewAsked { .. } => Notice::ClauseDue {
            agreement: "FA-2026-000012".to_owned(),
            clause: "Se mantienen 42 puestos < 12 meses".to_owned(),
            review_on: NaiveDate::from_ymd_opt(2027, 3, 1).unwrap(),
            url: link("/framework-agreements/12"),
        },
        Notice::ClauseDue { .. } => Notice::QuotationAsked {
            organisation: "SACTWU".to_owned(),
            request: "RFQ-2026-000004".to_owned(),
            answer_by: moment("2026-12-01T12:00:00Z"),
            url: link("/quotations/4"),
        },
        Notice::QuotationAsked { .. } => quotation(QuotationStep::Quoted),
        Notice::QuotationMoved { step, .. } => match step {
            QuotationStep::Quoted => quotation(QuotationStep::Countered),
            QuotationStep::Countered => quotation(QuotationStep::Written),
            QuotationStep::Written => quotation(QuotationStep::Accepted),
            QuotationStep::Accepted => quotation(QuotationStep::Ended),
            QuotationStep::Ended => Notice::PoolNearMiss {
                pool: "Guardapolvos & <delantales>".to_owned(),
                asked: "1490".to_owned(),
                taken: "1480".to_owned(),
                minimum: "1500".to_owned(),
                closes_at: moment("2027-01-15T18:00:00Z"),
                url: link("/pools/3/standing"),
            },
        },
        Notice::PoolNearMiss { .. } => pool_vote(PoolReason::BelowMinimum),
        Notice::PoolVote { reason, .. } => match reason {
            PoolReason::BelowMinimum => pool_vote(PoolReason::TooFewBidders),
            PoolReason::TooFewBidders => pool_vote(PoolReason::BidsInsufficient),
            PoolReason::BidsInsufficient => pool_vote(PoolReason::NoPrice),
            PoolReason::NoPrice => pool_news(PoolNews::Extended),
        },
        Notice::PoolNews { news, .. } => match news {
            PoolNews::Extended => pool_news(PoolNews::ToppingUp),
            PoolNews::ToppingUp => pool_news(PoolNews::Cancelled),
            PoolNews::Cancelled => pool_news(PoolNews::Bidding),
            PoolNews::Bidding => pool_news(PoolNews::NextRound),
            PoolNews::NextRound => pool_news(PoolNews::Covered),
            PoolNews::Covered => delivery(DeliveryEvent::ALL[0]),
        },
        Notice::Delivery { event, .. } => {
            let mut later = DeliveryEvent::ALL
                .into_iter()
                .skip_while(|one| one != event);
            match later.nth(1) {
                Some(next) => delivery(next),
                None => Notice::AssemblyAsked {
                    organisation: "Sindicato Cerámico de Neuquén".to_owned(),
                    order: "OR-2026-000019".to_owned(),
                    total: ars("500.01"),
                    url: link("/orders/19"),
                },
            }
        }
        Notice::AssemblyAsked { .. } => Notice::EmergencySubmitted {
            organisation: "Sindicato Cerámico de Neuquén".to_owned(),
            order: "OR-2026-000020".to_owned(),
            total: ars("1000.00"),
            reason: "The flood took the roof of the <old> hall.".to_owned(),
            url: link("/orders/20"),
        },
        Notice::EmergencySubmitted { .. } => budget(Some(ars("250000.00"))),
        Notice::BudgetDelegated {
            amount: Some(_), ..
        } => budget(None),
        Notice::BudgetDelegated { amount: None, .. } => affiliation(AffiliationStatus::Proposed),
        Notice::AffiliationChanged { status, .. } => affiliation(match status {
            AffiliationStatus::Proposed => AffiliationStatus::Accepted,
            AffiliationStatus::Accepted => AffiliationStatus::Refused,
            AffiliationStatus::Refused => AffiliationStatus::Withdrawn,
            AffiliationStatus::Withdrawn => AffiliationStatus::Ended,
            AffiliationStatus::Ended => return Some(complaint(ComplaintEvent::Filed)),
        }),
        Notice::ComplaintChanged { event, .. } => complaint(match event {
            ComplaintEvent::Filed => ComplaintEvent::DueSoon,
            ComplaintEvent::DueSoon => ComplaintEvent::Unanswered,
            ComplaintEvent::Unanswered => ComplaintEvent::Answered,
            ComplaintEvent::Answered => ComplaintEvent::Overdue,
            ComplaintEvent::Overdue => ComplaintEvent::Decided,
            ComplaintEvent::Decided => ComplaintEvent::Withdrawn,
            ComplaintEvent::Withdrawn => return Some(input_need()),
        }),
        Notice::InputNeedOffered { .. } => return None,
    })
}

fn order_confirmed(cooperatives: &[&str]) -> Notice {
    Notice::OrderConfirmed {
        order: "OR-2026-000017".to_owned(),
        total: ars("1234567.89"),
        advance: ars("370370.37"),
        cooperatives: cooperatives.iter().copied().map(str::to_owned).collect(),
        url: link("/orders/17"),
    }
}

fn new_match(refusal: Refusal) -> Notice {
    Notice::NewMatchOffered {
        order: "OR-2026-000018".to_owned(),
        refusal,
        url: link("/needs/4/match"),
    }
}

fn came_back(refusal: Refusal) -> Notice {
    Notice::OrderCameBack {
        order: "O-2026-000018".to_owned(),
        cooperative: "Fábrica Sin Patrón".to_owned(),
        refusal,
        url: link("/orders/18"),
    }
}

fn quotation(step: QuotationStep) -> Notice {
    Notice::QuotationMoved {
        organisation: "Cooperativa \"La Nueva Esperanza\"".to_owned(),
        request: "RFQ-2026-000004".to_owned(),
        step,
        url: link("/quotations/4"),
    }
}

fn capacity(audience: Audience) -> Notice {
    Notice::CapacityForNeed {
        audience,
        product: "Guardapolvo blanco, talle 12".to_owned(),
        need: "Escuelas de Wedekind > 40 aulas".to_owned(),
        url: link("/needs/9"),
    }
}

fn delivery(event: DeliveryEvent) -> Notice {
    Notice::Delivery {
        event,
        reference: "PO-2026-000123".to_owned(),
        buyer: "SACTWU".to_owned(),
        cooperative: "Cooperativa \"La Nueva Esperanza\"".to_owned(),
        url: link("/purchase-orders/123"),
    }
}

fn budget(amount: Option<Amount>) -> Notice {
    Notice::BudgetDelegated {
        giver: "Federación Ceramista".to_owned(),
        line: "School supplies 2027".to_owned(),
        amount,
        url: link("/budget-lines/5"),
    }
}

fn pool_vote(reason: PoolReason) -> Notice {
    Notice::PoolVote {
        pool: "Guardapolvos para el comienzo de clases".to_owned(),
        reason,
        vote_by: moment("2027-01-20T18:00:00Z"),
        url: link("/pools/3/decision"),
    }
}

fn pool_news(news: PoolNews) -> Notice {
    let lasts = !matches!(news, PoolNews::Cancelled | PoolNews::Covered);
    Notice::PoolNews {
        pool: "Guardapolvos para el comienzo de clases".to_owned(),
        news,
        until: lasts.then(|| moment("2027-01-27T18:00:00Z")),
        url: link("/pools/3"),
    }
}

fn input_need() -> Notice {
    Notice::InputNeedOffered {
        cooperative: "Textiles <Pigüé> & Cía.".to_owned(),
        need: "Cloth for the uniforms (N-2026-000009)".to_owned(),
        until: moment("2026-12-02T10:30:00Z"),
        url: link("/api/v1/upstream-needs/9"),
    }
}

fn complaint(event: ComplaintEvent) -> Notice {
    let over = matches!(event, ComplaintEvent::Decided | ComplaintEvent::Withdrawn);
    Notice::ComplaintChanged {
        reference: "CP-2026-000004".to_owned(),
        event,
        answer_by: (!over).then(|| moment("2026-12-06T10:30:00Z")),
        url: link("/complaints/4"),
    }
}

fn affiliation(status: AffiliationStatus) -> Notice {
    Notice::AffiliationChanged {
        child: "Seccional Neuquén".to_owned(),
        parent: "Sindicato Cerámico".to_owned(),
        status,
        url: link("/affiliations/3"),
    }
}

pub fn sender() -> Sender {
    Sender {
        name: "Minga".to_owned(),
        address: EmailAddress::parse("no-reply@minga.example").unwrap(),
    }
}

pub fn message(to: &str, language: Language, notice: Notice) -> Message {
    Message {
        id: Uuid::now_v7(),
        to: EmailAddress::parse(to).unwrap(),
        language,
        notice,
        written_at: moment("2026-11-21T23:40:25Z"),
    }
}

/// A mail server on this machine that neither encrypts nor asks who we are.
pub fn plain_server(port: u16) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: SmtpSecurity::Plain,
        credentials: None,
        hello_name: None,
        trusted_certificate: None,
        timeout: Duration::from_secs(30),
    }
}
