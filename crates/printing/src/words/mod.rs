//! The words that printed documents add of their own, in each language. What a document itself says (names of goods,
//! reasons of charges) stays as it was issued.
mod en;
mod es;
mod pt;

use crate::language::Language;
use pricing::{COMPONENT_COUNT, PURPOSE_COUNT};

/// The words of one language.
pub(crate) struct Words {
    pub invoice: &'static str,
    pub credit_note: &'static str,
    pub purchase_order: &'static str,
    pub explanation: &'static str,
    /// In front of a page's number and of how many there are.
    pub pages: [&'static str; 2],
    pub seller: &'static str,
    pub buyer: &'static str,
    pub tax_id: &'static str,
    pub registration: &'static str,
    pub date: &'static str,
    pub order: &'static str,
    pub corrects: &'static str,
    pub currency: &'static str,
    pub answer_by: &'static str,
    pub delivery: &'static str,
    pub article: &'static str,
    pub quantity: &'static str,
    pub unit_price: &'static str,
    pub per: &'static str,
    pub tax_rate: &'static str,
    pub amount: &'static str,
    pub line_net: &'static str,
    pub net: &'static str,
    /// In front of a rate.
    pub tax: &'static str,
    /// Between a tax and what it is of.
    pub of: &'static str,
    pub no_tax: &'static str,
    pub total: &'static str,
    pub prepaid: &'static str,
    pub payable: &'static str,
    pub credited: &'static str,
    pub premium: &'static str,
    pub premium_within: &'static str,
    pub purpose: &'static str,
    pub payment: &'static str,
    pub due_on: &'static str,
    pub account: &'static str,
    pub holder: &'static str,
    pub branch: &'static str,
    pub reference: &'static str,
    pub authorisation: &'static str,
    pub authorised_until: &'static str,
    pub voucher: &'static str,
    pub note: &'static str,
    pub terms: &'static str,
    pub advance: &'static str,
    /// In front of and behind a number of days.
    pub days: [&'static str; 2],
    pub inside_ubl: &'static str,
    pub inside_kept: &'static str,
    pub file_ubl: &'static str,
    pub file_kept: &'static str,
    pub priced: PricedWords,
    units: &'static [(&'static str, &'static str)],
}

/// The words of explanations.
pub(crate) struct PricedWords {
    pub cooperative: &'static str,
    pub intro: &'static str,
    pub ordered: &'static str,
    pub priced_at: &'static str,
    pub market: &'static str,
    pub floor: &'static str,
    pub price: &'static str,
    pub over_market: &'static str,
    pub basis: &'static str,
    /// Market, cost floor, network's minimum, agreed, reviewed.
    pub bases: [&'static str; 5],
    pub rules: &'static str,
    pub living_wage: &'static str,
    pub components: &'static str,
    pub component: &'static str,
    pub of_unit: &'static str,
    /// In the order of [`pricing::Components`].
    pub component_names: [&'static str; COMPONENT_COUNT],
    pub protects: &'static str,
    pub why: &'static str,
    /// In the order of [`pricing::Purposes`].
    pub purpose_names: [&'static str; PURPOSE_COUNT],
    /// What each purpose is there for.
    pub purpose_reasons: [&'static str; PURPOSE_COUNT],
    pub to_plan: &'static str,
    pub to_fund: &'static str,
    pub quotes: &'static str,
    pub source: &'static str,
    pub seen_on: &'static str,
    pub quoted: &'static str,
    pub converted: &'static str,
    pub refused: &'static str,
    pub reason: &'static str,
    /// A larger order, after the day of signature, too old, another of the same source.
    pub refusals: [&'static str; 4],
}

impl Words {
    /// The words of a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Es => &es::WORDS,
            Language::En => &en::WORDS,
            Language::Pt => &pt::WORDS,
        }
    }

    /// A unit of UN/ECE Recommendation 20 as it is read, or its code.
    pub(crate) fn unit<'c>(&self, code: &'c str) -> &'c str {
        let known = self.units.iter().find(|(known, _)| *known == code);
        known.map_or(code, |(_, word)| *word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_units() {
        let codes = |language: Language| -> Vec<&str> {
            let units = Words::of(language).units.iter();
            units.map(|(code, _)| *code).collect()
        };
        for language in Language::ALL {
            assert_eq!(codes(language), codes(Language::En));
            assert_eq!(Words::of(language).unit("XYZ"), "XYZ");
        }
    }
}
