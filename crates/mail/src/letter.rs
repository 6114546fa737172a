//! A notice written out in one language: subject, text and HTML from the templates of `locales/`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::static_loader;

use crate::{
    AffiliationStatus, Audience, ComplaintEvent, Language, Link, Notice, PoolNews, PoolReason,
    QuotationStep, Refusal,
};

static_loader! {
    static TEMPLATES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks that isolate a variable from right-to-left text would end up inside links,
        // and every language here is written left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A template that is missing or wants a value that the notice does not have. The crate's tests
/// write every kind in every language, so a program that passed them never meets it.
#[derive(Debug, thiserror::Error)]
#[error("template '{name}' in '{language}': {reason}")]
pub struct TemplateError {
    name: String,
    language: &'static str,
    reason: String,
}

/// A notice in words: what a person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    language: Language,
    subject: String,
    paragraphs: Vec<String>,
    facts: Vec<Fact>,
    action: String,
    url: String,
    footer: String,
}

/// A line of the list under the opening words: `Total: ARS 1.774,44`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fact {
    label: String,
    value: String,
}

type Values = HashMap<Cow<'static, str>, FluentValue<'static>>;

/// What a notice puts into its template: where the template stands, the values of its sentences,
/// and the facts listed under them, each as (name of the label, value).
struct Filling<'a> {
    template: &'static str,
    values: Values,
    facts: Vec<(&'static str, String)>,
    url: &'a str,
}

impl Letter {
    /// Writes a notice in a language.
    ///
    /// # Errors
    /// [`TemplateError`] when the language's file lacks a template or a template wants a value
    /// that this kind of notice does not have.
    pub fn write(notice: &Notice, language: Language) -> Result<Self, TemplateError> {
        let Filling {
            template,
            values,
            facts,
            url,
        } = Filling::of(notice, language)?;
        let part = |name: &str| say(language, &format!("{template}.{name}"), &values);
        let facts = facts
            .into_iter()
            .map(|(label, value)| {
                let label = say(language, &format!("label-{label}"), &Values::new())?;
                Ok(Fact { label, value })
            })
            .collect::<Result<_, TemplateError>>()?;
        Ok(Self {
            language,
            subject: part("subject")?,
            paragraphs: part("body")?.split("\n\n").map(one_line).collect(),
            facts,
            action: part("action")?,
            url: url.to_owned(),
            footer: say(language, "footer", &Values::new())?,
        })
    }

    /// The subject, on one line.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text part.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for paragraph in &self.paragraphs {
            push(&mut text, format_args!("{paragraph}\n\n"));
        }
        for Fact { label, value } in &self.facts {
            push(&mut text, format_args!("{label}: {value}\n"));
        }
        if !self.facts.is_empty() {
            text.push('\n');
        }
        let Self {
            action,
            url,
            footer,
            ..
        } = self;
        push(
            &mut text,
            format_args!("{action}:\n{url}\n\n-- \n{footer}\n"),
        );
        text
    }

    /// The HTML part: a whole document without scripts, images or anything fetched.
    pub fn html(&self) -> String {
        let subject = escape(&self.subject);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>{subject}</title>\n</head>\n\
             <body style=\"margin:0;padding:24px;background:#ffffff;color:#1a1a1a;\
             font:16px/1.5 sans-serif\">\n<div style=\"max-width:36em;margin:0 auto\">\n",
            self.language.tag(),
        );
        for paragraph in &self.paragraphs {
            push(&mut html, format_args!("<p>{}</p>\n", escape(paragraph)));
        }
        if !self.facts.is_empty() {
            html.push_str("<table style=\"border-collapse:collapse\">\n");
            for Fact { label, value } in &self.facts {
                push(
                    &mut html,
                    format_args!(
                        "<tr><th scope=\"row\" style=\"padding:4px 16px 4px 0;text-align:left;\
                         vertical-align:top\">{}</th><td style=\"padding:4px 0\">{}</td></tr>\n",
                        escape(label),
                        escape(value)
                    ),
                );
            }
            html.push_str("</table>\n");
        }
        let (action, url) = (escape(&self.action), escape(&self.url));
        push(
            &mut html,
            format_args!(
                "<p><a href=\"{url}\" style=\"color:#0b4f8a\">{action}</a><br>\
                 <small>{url}</small></p>\n\
                 <p style=\"color:#595959\"><small>{}</small></p>\n</div>\n</body>\n</html>\n",
                escape(&self.footer)
            ),
        );
        html
    }
}

impl<'a> Filling<'a> {
    fn of(notice: &'a Notice, language: Language) -> Result<Self, TemplateError> {
        Ok(match notice {
            Notice::Invitation {
                organisation,
                inviter,
                accept_url,
                expires_on,
            } => Self::new("invitation", accept_url)
                .value("organisation", organisation)
                .value("inviter", inviter)
                .value("expires", &date(*expires_on, language)?),
            Notice::ApprovalAsked {
                organisation,
                order,
                total,
                needed,
                url,
            } => Self::new("approval-asked", url)
                .value("organisation", organisation)
                .value("order", order)
                .count("needed", *needed)
                .fact("order", order)
                .fact("total", &total.in_language(language)),
            Notice::OrderConfirmed {
                order,
                total,
                advance,
                cooperatives,
                url,
            } => {
                let number = u32::try_from(cooperatives.len()).unwrap_or(u32::MAX);
                let filling = Self::new("order-confirmed", url)
                    .value("order", order)
                    .count("cooperatives", number)
                    .fact("total", &total.in_language(language))
                    .fact("advance", &advance.in_language(language));
                cooperatives
                    .iter()
                    .fold(filling, |filling, name| filling.fact("cooperative", name))
            }
            Notice::PurchaseOrderIssued {
                cooperative,
                reference,
                buyer,
                total,
                answer_by,
                url,
            } => {
                let answer_by = moment(*answer_by, language)?;
                Self::new("purchase-order-issued", url)
                    .value("cooperative", cooperative)
                    .value("reference", reference)
                    .value("buyer", buyer)
                    .value("answer-by", &answer_by)
                    .fact("purchase-order", reference)
                    .fact("buyer", buyer)
                    .fact("total", &total.in_language(language))
                    .fact("answer-by", &answer_by)
            }
            Notice::NewMatchOffered {
                order,
                refusal,
                url,
            } => {
                let template = match refusal {
                    Refusal::Declined => "new-match-declined",
                    Refusal::Expired => "new-match-expired",
                };
                Self::new(template, url).value("order", order)
            }
            Notice::OrderCameBack {
                order,
                cooperative,
                refusal,
                url,
            } => {
                let template = match refusal {
                    Refusal::Declined => "order-came-back-declined",
                    Refusal::Expired => "order-came-back-expired",
                };
                Self::new(template, url)
                    .value("order", order)
                    .value("cooperative", cooperative)
            }
            Notice::AgreementOffered {
                organisation,
                agreement,
                url,
            } => Self::between("agreement-offered", url, organisation, agreement),
            Notice::AgreementInForce {
                organisation,
                agreement,
                ends_on,
                url,
            } => Self::between("agreement-in-force", url, organisation, agreement)
                .value("ends", &date(*ends_on, language)?),
            Notice::AgreementEnded {
                organisation,
                agreement,
                url,
            } => Self::between("agreement-ended", url, organisation, agreement),
            Notice::PriceReviewAsked {
                organisation,
                agreement,
                url,
            } => Self::between("price-review-asked", url, organisation, agreement),
            Notice::ClauseDue {
                agreement,
                clause,
                review_on,
                url,
            } => Self::new("clause-due", url)
                .value("agreement", agreement)
                .value("clause", clause)
                .value("day", &date(*review_on, language)?),
            Notice::QuotationAsked {
                organisation,
                request,
                answer_by,
                url,
            } => {
                let answer_by = moment(*answer_by, language)?;
                Self::new("quotation-asked", url)
                    .value("organisation", organisation)
                    .value("request", request)
                    .value("answer-by", &answer_by)
                    .fact("buyer", organisation)
                    .fact("answer-by", &answer_by)
            }
            Notice::QuotationMoved {
                organisation,
                request,
                step,
                url,
            } => {
                let template = match step {
                    QuotationStep::Quoted => "quotation-quoted",
                    QuotationStep::Countered => "quotation-countered",
                    QuotationStep::Written => "quotation-written",
                    QuotationStep::Accepted => "quotation-accepted",
                    QuotationStep::Ended => "quotation-ended",
                };
                Self::new(template, url)
                    .value("organisation", organisation)
                    .value("request", request)
            }
            Notice::CapacityForNeed {
                audience,
                product,
                need,
                url,
            } => {
                let template = match audience {
                    Audience::Buyer => "capacity-for-buyer",
                    Audience::Cooperative => "capacity-for-cooperative",
                };
                Self::new(template, url)
                    .value("product", product)
                    .value("need", need)
            }
            Notice::Delivery {
                event,
                reference,
                buyer,
                cooperative,
                url,
            } => Self::new("delivery", url)
                .value("event", event.as_str())
                .value("reference", reference)
                .fact("purchase-order", reference)
                .fact("buyer", buyer)
                .fact("cooperative", cooperative),
            Notice::AssemblyAsked {
                organisation,
                order,
                total,
                url,
            } => Self::new("assembly-asked", url)
                .value("organisation", organisation)
                .value("order", order)
                .fact("order", order)
                .fact("total", &total.in_language(language)),
            Notice::EmergencySubmitted {
                organisation,
                order,
                total,
                reason,
                url,
            } => Self::new("emergency-submitted", url)
                .value("organisation", organisation)
                .value("order", order)
                .value("reason", reason)
                .fact("order", order)
                .fact("total", &total.in_language(language)),
            Notice::BudgetDelegated {
                giver,
                line,
                amount,
                url,
            } => {
                let filling = match amount {
                    Some(amount) => Self::new("budget-delegated", url)
                        .fact("amount", &amount.in_language(language)),
                    None => Self::new("budget-delegated-unlimited", url),
                };
                filling.value("giver", giver).value("line", line)
            }
            Notice::PoolNearMiss {
                pool,
                asked,
                taken,
                minimum,
                closes_at,
                url,
            } => Self::new("pool-near-miss", url)
                .value("pool", pool)
                .value("asked", asked)
                .value("taken", taken)
                .value("minimum", minimum)
                .value("closes-at", &moment(*closes_at, language)?),
            Notice::PoolVote {
                pool,
                reason,
                vote_by,
                url,
            } => {
                let template = match reason {
                    PoolReason::BelowMinimum => "pool-vote-below-minimum",
                    PoolReason::TooFewBidders => "pool-vote-too-few-bidders",
                    PoolReason::BidsInsufficient => "pool-vote-bids-insufficient",
                    PoolReason::NoPrice => "pool-vote-no-price",
                };
                Self::new(template, url)
                    .value("pool", pool)
                    .value("vote-by", &moment(*vote_by, language)?)
            }
            Notice::PoolNews {
                pool,
                news,
                until,
                url,
            } => {
                let template = match news {
                    PoolNews::Extended => "pool-extended",
                    PoolNews::ToppingUp => "pool-topping-up",
                    PoolNews::Cancelled => "pool-cancelled",
                    PoolNews::Bidding => "pool-bidding",
                    PoolNews::NextRound => "pool-next-round",
                    PoolNews::Covered => "pool-covered",
                };
                let filling = Self::new(template, url).value("pool", pool);
                match until {
                    Some(until) => filling.value("until", &moment(*until, language)?),
                    None => filling,
                }
            }
            Notice::InputNeedOffered {
                cooperative,
                need,
                until,
                url,
            } => {
                let until = moment(*until, language)?;
                Self::new("input-need-offered", url)
                    .value("cooperative", cooperative)
                    .value("need", need)
                    .value("until", &until)
                    .fact("cooperative", cooperative)
            }
            Notice::ComplaintChanged {
                reference,
                event,
                answer_by,
                url,
            } => {
                let template = match event {
                    ComplaintEvent::Filed => "complaint-filed",
                    ComplaintEvent::DueSoon => "complaint-due-soon",
                    ComplaintEvent::Unanswered => "complaint-unanswered",
                    ComplaintEvent::Answered => "complaint-answered",
                    ComplaintEvent::Overdue => "complaint-overdue",
                    ComplaintEvent::Decided => "complaint-decided",
                    ComplaintEvent::Withdrawn => "complaint-withdrawn",
                };
                let filling = Self::new(template, url).value("reference", reference);
                match answer_by {
                    Some(at) => filling.fact("answer-by", &moment(*at, language)?),
                    None => filling,
                }
            }
            Notice::AffiliationChanged {
                child,
                parent,
                status,
                url,
            } => {
                let template = match status {
                    AffiliationStatus::Proposed => "affiliation-proposed",
                    AffiliationStatus::Accepted => "affiliation-accepted",
                    AffiliationStatus::Refused => "affiliation-refused",
                    AffiliationStatus::Withdrawn => "affiliation-withdrawn",
                    AffiliationStatus::Ended => "affiliation-ended",
                };
                Self::new(template, url)
                    .value("child", child)
                    .value("parent", parent)
            }
        })
    }

    fn new(template: &'static str, url: &'a Link) -> Self {
        Self {
            template,
            values: Values::new(),
            facts: Vec::new(),
            url: url.as_str(),
        }
    }

    /// About a framework agreement, from one side to the other.
    fn between(template: &'static str, url: &'a Link, organisation: &str, agreement: &str) -> Self {
        Self::new(template, url)
            .value("organisation", organisation)
            .value("agreement", agreement)
    }

    fn value(mut self, name: &'static str, text: &str) -> Self {
        let text = FluentValue::from(one_line(text));
        self.values.insert(Cow::Borrowed(name), text);
        self
    }

    fn count(mut self, name: &'static str, count: u32) -> Self {
        self.values
            .insert(Cow::Borrowed(name), FluentValue::from(count));
        self
    }

    fn fact(mut self, label: &'static str, value: &str) -> Self {
        self.facts.push((label, one_line(value)));
        self
    }
}

/// A template in a language. A missing one is an error, never a text in another language.
fn say(language: Language, name: &str, values: &Values) -> Result<String, TemplateError> {
    TEMPLATES
        .lookup_single_language(language.identifier(), name, Some(values))
        .map_err(|reason| TemplateError {
            name: name.to_owned(),
            language: language.tag(),
            reason: reason.to_string(),
        })
}

/// `21 de noviembre de 2026`, `21 November 2026`: no reader takes the month for the day.
fn date(day: NaiveDate, language: Language) -> Result<String, TemplateError> {
    let values = [
        ("day", FluentValue::from(day.day().to_string())),
        ("month", FluentValue::from(day.month())),
        ("year", FluentValue::from(day.year().to_string())),
    ];
    let values = values
        .into_iter()
        .map(|(name, value)| (Cow::Borrowed(name), value))
        .collect();
    say(language, "date", &values)
}

/// A date and a time of day, in UTC and saying so: readers of one message sit in many zones.
fn moment(at: DateTime<Utc>, language: Language) -> Result<String, TemplateError> {
    let values = [
        ("date", date(at.date_naive(), language)?),
        ("time", at.format("%H:%M").to_string()),
    ];
    let values = values
        .into_iter()
        .map(|(name, value)| (Cow::Borrowed(name), FluentValue::from(value)))
        .collect();
    say(language, "moment", &values)
}

/// White space and control characters as single spaces: a name can neither add a header line nor
/// a paragraph.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Appends to a text, which cannot fail.
fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    let Ok(()) = text.write_fmt(what) else { return };
}
