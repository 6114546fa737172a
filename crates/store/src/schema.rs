//! The tables, once for both databases. `tests/agreement/schema.rs` holds them to the migrations.
#![expect(missing_docs, reason = "diesel writes the items")]

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    organisations (id) {
        id -> Id,
        kind -> Text,
        name -> Text,
        country -> Text,
        tax_id -> Nullable<Text>,
        language -> Text,
        status -> Text,
        admitted_by -> Nullable<Id>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    people (id) {
        id -> Id,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        failed_logins -> Integer,
        locked_until -> Nullable<Instant>,
        created_at -> Instant,
        version -> BigInt,
        machine -> Bool,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    memberships (id) {
        id -> Id,
        person_id -> Id,
        organisation_id -> Id,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    mandates (id) {
        id -> Id,
        membership_id -> Id,
        organisation_id -> Id,
        roles -> Text,
        starts_on -> Date,
        expires_on -> Date,
        assembly_record_id -> Nullable<Id>,
        granted_by -> Id,
        recalled_at -> Nullable<Instant>,
        recalled_by -> Nullable<Id>,
        recall_reason -> Nullable<Text>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invitations (id) {
        id -> Id,
        organisation_id -> Id,
        email -> Text,
        roles -> Text,
        mandate_expires_on -> Date,
        token_hash -> Text,
        invited_by -> Id,
        created_at -> Instant,
        expires_at -> Instant,
        accepted_at -> Nullable<Instant>,
        withdrawn_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    sessions (id) {
        id -> Id,
        person_id -> Id,
        membership_id -> Id,
        mandate_id -> Nullable<Id>,
        created_at -> Instant,
        expires_at -> Instant,
        revoked_at -> Nullable<Instant>,
        revoked_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    refresh_tokens (token_hash) {
        token_hash -> Text,
        session_id -> Id,
        issued_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    signing_keys (kid) {
        kid -> Text,
        private_key -> Text,
        public_key -> Text,
        created_at -> Instant,
        retires_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    assembly_records (id) {
        id -> Id,
        organisation_id -> Id,
        subject -> Text,
        title -> Text,
        notice_on -> Date,
        held_on -> Date,
        eligible -> Integer,
        present -> Integer,
        votes_for -> Integer,
        votes_against -> Integer,
        abstentions -> Integer,
        text_hash -> Text,
        minutes_hash -> Nullable<Text>,
        order_id -> Nullable<Id>,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        outcome -> Text,
        reasons -> Text,
        recorded_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    network_members (network_id, cooperative_id) {
        network_id -> Id,
        cooperative_id -> Id,
        admitted_at -> Instant,
        admitted_by -> Id,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    dossiers (id) {
        id -> Id,
        cooperative_id -> Id,
        network_id -> Id,
        status -> Text,
        members -> Integer,
        hired -> Integer,
        one_person_one_vote -> Bool,
        last_assembly_on -> Nullable<Date>,
        origin -> Text,
        founded_on -> Date,
        assembly_record_id -> Nullable<Id>,
        visited_on -> Nullable<Date>,
        signed_by -> Nullable<Id>,
        signed_at -> Nullable<Instant>,
        standing -> Nullable<Text>,
        expires_on -> Nullable<Date>,
        refusal_reason -> Nullable<Text>,
        created_at -> Instant,
        submitted_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    findings (id) {
        id -> Id,
        dossier_id -> Id,
        author_id -> Id,
        organisation_id -> Id,
        size -> Text,
        text -> Text,
        amends_id -> Nullable<Id>,
        closes -> Bool,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    recognitions (id) {
        id -> Id,
        network_id -> Id,
        recognised_id -> Id,
        since -> Date,
        ended_on -> Nullable<Date>,
        recorded_by -> Id,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    rule_sets (id) {
        id -> Id,
        name -> Text,
        parameters -> Doc,
        text_hash -> Text,
        status -> Text,
        proposed_by -> Id,
        proposed_at -> Instant,
        starts_on -> Nullable<Date>,
        published_by -> Nullable<Id>,
        published_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    rule_set_adoptions (rule_set_id, organisation_id) {
        rule_set_id -> Id,
        organisation_id -> Id,
        side -> Text,
        assembly_record_id -> Id,
        adopted_by -> Id,
        adopted_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    benchmarks (id) {
        id -> Id,
        country -> Text,
        region -> Nullable<Text>,
        currency -> Text,
        living_wage_monthly_minor -> BigInt,
        standard_weekly_hours_micro -> BigInt,
        source -> Text,
        source_url -> Nullable<Text>,
        observed_on -> Date,
        entered_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    exchange_rates (id) {
        id -> Id,
        base -> Text,
        counter -> Text,
        rate_pico -> BigInt,
        observed_on -> Date,
        source -> Text,
        entered_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    products (id) {
        id -> Id,
        name -> Text,
        name_folded -> Text,
        description -> Text,
        category -> Text,
        unit -> Text,
        quantity_decimals -> Integer,
        gtin -> Nullable<Text>,
        created_by -> Id,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    vat_rates (product_id, country) {
        product_id -> Id,
        country -> Text,
        rate_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    market_quotes (id) {
        id -> Id,
        product_id -> Id,
        source -> Text,
        source_url -> Nullable<Text>,
        unit_price_micro -> BigInt,
        currency -> Text,
        observed_on -> Date,
        min_quantity_micro -> BigInt,
        entered_by -> Id,
        entered_by_person -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    network_minimums (network_id, product_id, currency) {
        network_id -> Id,
        product_id -> Id,
        currency -> Text,
        unit_price_micro -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    workplaces (cooperative_id) {
        cooperative_id -> Id,
        currency -> Text,
        monthly_pay_minor -> BigInt,
        on_cost_rate_micro -> BigInt,
        weekly_hours_micro -> BigInt,
        assembly_hours_micro -> BigInt,
        idle_weekly_hours_micro -> BigInt,
        weeks_of_work_left_micro -> BigInt,
        benchmark_id -> Id,
        open_to_buyers -> Bool,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    listings (id) {
        id -> Id,
        cooperative_id -> Id,
        product_id -> Id,
        sku -> Text,
        title -> Text,
        title_folded -> Text,
        currency -> Text,
        status -> Text,
        lead_days -> Integer,
        minimum_micro -> BigInt,
        lot_micro -> BigInt,
        materials_micro -> BigInt,
        overhead_micro -> BigInt,
        setup_cost_micro -> BigInt,
        standard_minutes_micro -> BigInt,
        setup_minutes_micro -> BigInt,
        line_efficiency_micro -> BigInt,
        offered_unit_price_micro -> Nullable<BigInt>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    listing_steps (listing_id, min_quantity_micro) {
        listing_id -> Id,
        min_quantity_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    listing_freight (listing_id, region) {
        listing_id -> Id,
        region -> Text,
        unit_price_micro -> BigInt,
        transit_days -> Integer,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    capacity_periods (id) {
        id -> Id,
        listing_id -> Id,
        starts_on -> Date,
        ends_on -> Date,
        capacity_micro -> BigInt,
        reserved_micro -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    needs (id) {
        id -> Id,
        buyer_id -> Id,
        reference -> Text,
        title -> Text,
        currency -> Text,
        status -> Text,
        max_premium_rate_micro -> Nullable<BigInt>,
        external_reference -> Nullable<Text>,
        created_by -> Id,
        created_at -> Instant,
        first_until -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    need_networks (need_id, network_id) {
        need_id -> Id,
        network_id -> Id,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    need_lines (need_id, position) {
        need_id -> Id,
        position -> Integer,
        product_id -> Id,
        specification -> Text,
        quantity_micro -> BigInt,
        priority -> Integer,
        region -> Text,
        due_on -> Date,
        max_unit_price_micro -> Nullable<BigInt>,
        budget_minor -> Nullable<BigInt>,
        max_suppliers -> Nullable<Integer>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    proposals (id) {
        id -> Id,
        need_id -> Nullable<Id>,
        pool_id -> Nullable<Id>,
        buyer_id -> Id,
        status -> Text,
        as_of -> Date,
        request -> Doc,
        plan -> Doc,
        context -> Doc,
        created_at -> Instant,
        expires_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    unmet_lines (need_id, position) {
        id -> Id,
        need_id -> Id,
        position -> Integer,
        product_id -> Id,
        region -> Text,
        quantity_micro -> BigInt,
        codes -> Text,
        since -> Instant,
        told_at -> Nullable<Instant>,
        told_of -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    orders (id) {
        id -> Id,
        reference -> Text,
        buyer_id -> Id,
        need_id -> Nullable<Id>,
        pool_id -> Nullable<Id>,
        proposal_id -> Nullable<Id>,
        agreement_id -> Nullable<Id>,
        quotation_id -> Nullable<Id>,
        status -> Text,
        currency -> Text,
        goods_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        advance_minor -> BigInt,
        advance_rate_micro -> BigInt,
        payment_days -> Integer,
        fund_id -> Nullable<Id>,
        fund_minor -> BigInt,
        revision -> BigInt,
        placed_by -> Id,
        placed_at -> Instant,
        held_until -> Instant,
        confirmed_at -> Nullable<Instant>,
        cancelled_reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    purchase_orders (id) {
        id -> Id,
        reference -> Text,
        order_id -> Id,
        buyer_id -> Id,
        cooperative_id -> Id,
        status -> Text,
        currency -> Text,
        goods_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        advance_minor -> BigInt,
        payment_days -> Integer,
        issued_at -> Instant,
        answer_by -> Instant,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Id>,
        decline_reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    order_lines (order_id, position) {
        order_id -> Id,
        position -> Integer,
        need_position -> Nullable<Integer>,
        purchase_order_id -> Nullable<Id>,
        cooperative_id -> Id,
        listing_id -> Id,
        product_id -> Id,
        region -> Text,
        due_on -> Date,
        status -> Text,
        quantity_micro -> BigInt,
        market_unit_price_micro -> BigInt,
        market_minor -> BigInt,
        unit_price_micro -> BigInt,
        goods_minor -> BigInt,
        unit_freight_micro -> BigInt,
        freight_minor -> BigInt,
        vat_rate_micro -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        rule_set_id -> Id,
        price_request -> Doc,
        price_answer -> Doc,
        pooled_quantity_micro -> Nullable<BigInt>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    order_shares (order_id, organisation_id, payer) {
        order_id -> Id,
        organisation_id -> Id,
        payer -> Text,
        quantity_micro -> BigInt,
        market_minor -> BigInt,
        extra_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        unit_price_paid_micro -> BigInt,
        capped -> Bool,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    purchase_order_payers (organisation_id, purchase_order_id) {
        organisation_id -> Id,
        purchase_order_id -> Id,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    approvals (id) {
        id -> Id,
        order_id -> Id,
        organisation_id -> Id,
        person_id -> Id,
        mandate_id -> Id,
        revision -> BigInt,
        total_minor -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    reservations (order_id, position, period_id) {
        order_id -> Id,
        position -> Integer,
        period_id -> Id,
        quantity_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    funds (id) {
        id -> Id,
        organisation_id -> Id,
        name -> Text,
        currency -> Text,
        balance_minor -> BigInt,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    fund_movements (id) {
        id -> Id,
        fund_id -> Id,
        kind -> Text,
        status -> Text,
        amount_minor -> BigInt,
        order_id -> Nullable<Id>,
        payer_id -> Nullable<Id>,
        note -> Text,
        proposed_by -> Nullable<Id>,
        proposed_at -> Instant,
        signed_by -> Nullable<Id>,
        signed_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    pools (id) {
        id -> Id,
        opened_by -> Id,
        cooperative_id -> Id,
        listing_id -> Id,
        title -> Text,
        region -> Text,
        due_on -> Date,
        status -> Text,
        opens_at -> Instant,
        closes_at -> Instant,
        extension_days -> Integer,
        shortage_rule -> Text,
        mode -> Text,
        bid_rounds -> Nullable<Integer>,
        bid_round_days -> Nullable<Integer>,
        bid_round -> Nullable<Integer>,
        bid_target_minor -> Nullable<BigInt>,
        phase_ends_at -> Nullable<Instant>,
        near_miss_at -> Nullable<Instant>,
        shortcoming -> Nullable<Text>,
        fund_id -> Nullable<Id>,
        order_id -> Nullable<Id>,
        created_by -> Id,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    pool_members (pool_id, organisation_id) {
        pool_id -> Id,
        organisation_id -> Id,
        quantity_micro -> BigInt,
        tolerance_micro -> BigInt,
        entered_at -> Instant,
        bought_micro -> Nullable<BigInt>,
        guide_minor -> Nullable<BigInt>,
        ability_micro -> BigInt,
        need_weight_micro -> BigInt,
        max_premium_rate_micro -> Nullable<BigInt>,
        accepted_at -> Nullable<Instant>,
        accepted_by -> Nullable<Id>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    pool_votes (pool_id, organisation_id) {
        pool_id -> Id,
        organisation_id -> Id,
        choice -> Text,
        voted_by -> Id,
        voted_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    pool_ballots (pool_id, organisation_id) {
        pool_id -> Id,
        organisation_id -> Id,
        entered_by -> Id,
        entered_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    pool_bids (pool_id, organisation_id, round) {
        pool_id -> Id,
        organisation_id -> Id,
        round -> Integer,
        amount_minor -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    audit_log (id) {
        id -> Id,
        at -> Instant,
        organisation_id -> Id,
        person_id -> Nullable<Id>,
        mandate_id -> Nullable<Id>,
        act -> Text,
        object_kind -> Text,
        object_id -> Id,
        before -> Nullable<Doc>,
        after -> Nullable<Doc>,
        trace_id -> Text,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    outbox (id) {
        id -> Id,
        kind -> Text,
        organisation_id -> Nullable<Id>,
        payload -> Doc,
        status -> Text,
        attempts -> Integer,
        due_at -> Instant,
        leased_until -> Nullable<Instant>,
        last_error -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    idempotency_keys (scope, key) {
        scope -> Id,
        key -> Text,
        request_hash -> Text,
        status -> Integer,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    counters (organisation_id, name, year) {
        organisation_id -> Id,
        name -> Text,
        year -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    jobs (id) {
        id -> Id,
        organisation_id -> Id,
        kind -> Text,
        subject_id -> Id,
        status -> Text,
        done -> BigInt,
        total -> BigInt,
        errors -> Doc,
        attempts -> Integer,
        leased_until -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    rounds (id) {
        id -> Id,
        network_id -> Id,
        reference -> Text,
        title -> Text,
        currency -> Text,
        rule_set_id -> Id,
        status -> Text,
        job_id -> Nullable<Id>,
        request -> Nullable<Doc>,
        plan -> Nullable<Doc>,
        created_by -> Id,
        created_at -> Instant,
        planned_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    round_needs (round_id, need_id) {
        round_id -> Id,
        need_id -> Id,
        proposal_id -> Nullable<Id>,
        entered_by -> Id,
        entered_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Id, Instant};
    use diesel::sql_types::*;

    affiliations (id) {
        id -> Id,
        child_id -> Id,
        parent_id -> Id,
        status -> Text,
        proposed_by -> Id,
        proposed_at -> Instant,
        answered_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    framework_agreements (id) {
        id -> Id,
        reference -> Text,
        buyer_id -> Id,
        cooperative_id -> Id,
        title -> Text,
        currency -> Text,
        starts_on -> Date,
        ends_on -> Date,
        advance_rate_micro -> BigInt,
        payment_days -> Integer,
        status -> Text,
        revision -> BigInt,
        committed_minor -> BigInt,
        indexation -> Nullable<Doc>,
        written_by -> Id,
        priced_on -> Date,
        created_at -> Instant,
        offered_at -> Nullable<Instant>,
        in_force_at -> Nullable<Instant>,
        ended_reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    agreement_lines (agreement_id, position) {
        agreement_id -> Id,
        position -> Integer,
        listing_id -> Id,
        product_id -> Id,
        committed_micro -> BigInt,
        allowance_micro -> BigInt,
        called_off_micro -> BigInt,
        agreed_unit_price_micro -> Nullable<BigInt>,
        initial_unit_price_micro -> BigInt,
        unit_price_micro -> BigInt,
        market_unit_price_micro -> BigInt,
        goods_minor -> BigInt,
        rule_set_id -> Id,
        price_request -> Doc,
        price_answer -> Doc,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    agreement_signatures (id) {
        id -> Id,
        agreement_id -> Id,
        revision -> BigInt,
        organisation_id -> Id,
        person_id -> Id,
        mandate_id -> Id,
        committed_minor -> BigInt,
        signed_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    agreement_clauses (agreement_id, position) {
        agreement_id -> Id,
        position -> Integer,
        kind -> Text,
        wording -> Text,
        target_micro -> BigInt,
        unit -> Text,
        stated_micro -> Nullable<BigInt>,
        review_on -> Date,
        reminded_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    clause_checks (id) {
        id -> Id,
        agreement_id -> Id,
        position -> Integer,
        measured_micro -> BigInt,
        kept -> Bool,
        measured_on -> Date,
        note -> Text,
        recorded_for -> Id,
        recorded_by -> Id,
        recorded_at -> Instant,
        confirmed_for -> Nullable<Id>,
        confirmed_by -> Nullable<Id>,
        confirmed_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    price_reviews (id) {
        id -> Id,
        agreement_id -> Id,
        status -> Text,
        reason -> Text,
        note -> Text,
        as_of -> Date,
        proposed_for -> Id,
        proposed_by -> Id,
        proposed_at -> Instant,
        decided_for -> Nullable<Id>,
        decided_by -> Nullable<Id>,
        decided_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    price_review_lines (review_id, position) {
        review_id -> Id,
        position -> Integer,
        before_micro -> BigInt,
        after_micro -> BigInt,
        clipped_by -> Nullable<Text>,
        community_destination -> Text,
        request -> Doc,
        answer -> Doc,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    quotation_requests (id) {
        id -> Id,
        buyer_id -> Id,
        reference -> Text,
        title -> Text,
        currency -> Text,
        need_id -> Nullable<Id>,
        status -> Text,
        note -> Text,
        answer_by -> Instant,
        created_by -> Id,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    quotation_request_lines (request_id, position) {
        request_id -> Id,
        position -> Integer,
        need_position -> Nullable<Integer>,
        product_id -> Id,
        specification -> Text,
        quantity_micro -> BigInt,
        region -> Text,
        due_on -> Date,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    quotations (id) {
        id -> Id,
        request_id -> Id,
        buyer_id -> Id,
        cooperative_id -> Id,
        status -> Text,
        valid_until -> Nullable<Date>,
        advance_rate_micro -> Nullable<BigInt>,
        payment_days -> Nullable<Integer>,
        lapses_at -> Instant,
        quoted_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    quotation_lines (quotation_id, position) {
        quotation_id -> Id,
        position -> Integer,
        listing_id -> Id,
        quantity_micro -> BigInt,
        lot_micro -> BigInt,
        agreed_unit_price_micro -> Nullable<BigInt>,
        unit_price_micro -> BigInt,
        market_unit_price_micro -> BigInt,
        unit_freight_micro -> BigInt,
        goods_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        earliest_on -> Date,
        rule_set_id -> Id,
        price_request -> Doc,
        price_answer -> Doc,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    quotation_messages (id) {
        id -> Id,
        quotation_id -> Id,
        organisation_id -> Id,
        person_id -> Id,
        act -> Text,
        note -> Text,
        terms -> Nullable<Doc>,
        written_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    approval_ladders (id) {
        id -> Id,
        organisation_id -> Id,
        number -> BigInt,
        steps -> Doc,
        text_hash -> Text,
        assembly_record_id -> Id,
        adopted_by -> Id,
        adopted_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Id, Instant};
    use diesel::sql_types::*;

    budget_lines (id) {
        id -> Id,
        organisation_id -> Id,
        parent_line_id -> Nullable<Id>,
        name -> Text,
        currency -> Text,
        starts_on -> Date,
        ends_on -> Date,
        bound -> Text,
        amount_minor -> Nullable<BigInt>,
        committed_minor -> BigInt,
        spent_minor -> BigInt,
        delegated_minor -> BigInt,
        status -> Text,
        opened_by -> Id,
        opened_at -> Instant,
        closed_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Id, Instant};
    use diesel::sql_types::*;

    budget_commitments (order_id) {
        order_id -> Id,
        line_id -> Id,
        amount_minor -> BigInt,
        status -> Text,
        changed_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    approval_demands (order_id, revision, organisation_id, payer) {
        order_id -> Id,
        revision -> BigInt,
        organisation_id -> Id,
        payer -> Text,
        ladder_id -> Nullable<Id>,
        path -> Text,
        demand -> Doc,
        budget_line_id -> Nullable<Id>,
        emergency_reason -> Nullable<Text>,
        asked_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Id, Instant};
    use diesel::sql_types::*;

    assembly_decisions (order_id, revision, organisation_id) {
        order_id -> Id,
        revision -> BigInt,
        organisation_id -> Id,
        assembly_record_id -> Id,
        lodged_by -> Id,
        lodged_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    payment_milestones (order_id, position) {
        order_id -> Id,
        position -> Integer,
        share_micro -> BigInt,
        due -> Text,
        days -> Integer,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    delivery_schedules (purchase_order_id) {
        purchase_order_id -> Id,
        proposal -> Nullable<Doc>,
        proposed_by -> Nullable<Id>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    delivery_stages (id) {
        id -> Id,
        purchase_order_id -> Id,
        position -> Integer,
        due_on -> Date,
        late_since -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    stage_parts (stage_id, line_position, branch_id) {
        stage_id -> Id,
        line_position -> Integer,
        branch_id -> Id,
        quantity_micro -> BigInt,
        despatched_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    claims (id) {
        id -> Id,
        purchase_order_id -> Id,
        receipt_id -> Id,
        line_position -> Integer,
        branch_id -> Id,
        kind -> Text,
        status -> Text,
        quantity_micro -> BigInt,
        open_micro -> BigInt,
        remaking_micro -> BigInt,
        reason -> Text,
        answer_by -> Date,
        remake_by -> Nullable<Date>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    despatches (id) {
        id -> Id,
        reference -> Text,
        purchase_order_id -> Id,
        cooperative_id -> Id,
        stage_id -> Nullable<Id>,
        claim_id -> Nullable<Id>,
        despatched_on -> Date,
        carrier -> Nullable<Text>,
        despatched_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    despatch_parts (despatch_id, line_position, branch_id) {
        despatch_id -> Id,
        line_position -> Integer,
        branch_id -> Id,
        quantity_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    receipts (id) {
        id -> Id,
        despatch_id -> Id,
        purchase_order_id -> Id,
        cooperative_id -> Id,
        branch_id -> Id,
        received_on -> Date,
        received_by -> Id,
        created_at -> Instant,
        fitness -> Nullable<Integer>,
        comment -> Nullable<Text>,
        rated_by -> Nullable<Id>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    receipt_lines (receipt_id, line_position) {
        receipt_id -> Id,
        line_position -> Integer,
        despatched_micro -> BigInt,
        accepted_micro -> BigInt,
        rejected_micro -> BigInt,
        short_micro -> BigInt,
        defect_micro -> BigInt,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    billing_lines (purchase_order_id, line_position, payer_id, account) {
        purchase_order_id -> Id,
        line_position -> Integer,
        payer_id -> Id,
        account -> Text,
        quantity_micro -> BigInt,
        goods_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        accepted_micro -> BigInt,
        credited_micro -> BigInt,
        billed_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    advance_accounts (purchase_order_id, payer_id, account) {
        purchase_order_id -> Id,
        payer_id -> Id,
        account -> Text,
        currency -> Text,
        whole_minor -> BigInt,
        agreed_minor -> BigInt,
        paid_minor -> BigInt,
        netted_minor -> BigInt,
        refunded_minor -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invoices (id) {
        id -> Id,
        reference -> Text,
        kind -> Text,
        purchase_order_id -> Id,
        cooperative_id -> Id,
        payer_id -> Id,
        account -> Text,
        claim_id -> Nullable<Id>,
        currency -> Text,
        goods_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        deducted_minor -> BigInt,
        payable_minor -> BigInt,
        paid_minor -> BigInt,
        issued_on -> Date,
        issued_by -> Nullable<Id>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invoice_lines (invoice_id, line_position) {
        invoice_id -> Id,
        line_position -> Integer,
        quantity_micro -> BigInt,
        goods_minor -> BigInt,
        freight_minor -> BigInt,
        tax_minor -> BigInt,
        booked_quantity_micro -> BigInt,
        booked_market_minor -> BigInt,
        booked_goods_minor -> BigInt,
        booked_freight_minor -> BigInt,
        booked_tax_minor -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invoice_instalments (invoice_id, position) {
        invoice_id -> Id,
        position -> Integer,
        amount_minor -> BigInt,
        due_on -> Date,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    payments (id) {
        id -> Id,
        kind -> Text,
        purchase_order_id -> Id,
        invoice_id -> Nullable<Id>,
        payer_id -> Id,
        account -> Text,
        currency -> Text,
        amount_minor -> BigInt,
        paid_on -> Date,
        bank_reference -> Text,
        recorded_by -> Id,
        created_at -> Instant,
        reversed_on -> Nullable<Date>,
        reversed_because -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    materials (id) {
        id -> Id,
        purchase_order_id -> Id,
        name -> Text,
        unit -> Text,
        currency -> Text,
        unit_value_micro -> BigInt,
        supplied_micro -> BigInt,
        consumed_micro -> BigInt,
        wasted_micro -> BigInt,
        returned_micro -> BigInt,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    material_movements (id) {
        id -> Id,
        material_id -> Id,
        kind -> Text,
        quantity_micro -> BigInt,
        moved_on -> Date,
        note -> Text,
        recorded_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    consultations (id) {
        id -> Id,
        purchase_order_id -> Id,
        kind -> Text,
        status -> Text,
        stage_id -> Nullable<Id>,
        reason -> Text,
        opened_by -> Nullable<Id>,
        opened_at -> Instant,
        answer_by -> Date,
        statement -> Nullable<Text>,
        work_done_minor -> Nullable<BigInt>,
        answered_by -> Nullable<Id>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    fund_advances (id) {
        id -> Id,
        reference -> Text,
        fund_id -> Id,
        purchase_order_id -> Id,
        payer_id -> Id,
        used_for -> Text,
        status -> Text,
        amount_minor -> BigInt,
        repaid_minor -> BigInt,
        proposed_by -> Id,
        proposed_at -> Instant,
        released_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    fund_advance_backers (advance_id, organisation_id) {
        advance_id -> Id,
        organisation_id -> Id,
        amount_minor -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    fund_advance_approvals (advance_id, person_id) {
        advance_id -> Id,
        person_id -> Id,
        mandate_id -> Id,
        approved_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    fund_repayments (id) {
        id -> Id,
        advance_id -> Id,
        amount_minor -> BigInt,
        paid_on -> Date,
        bank_reference -> Text,
        recorded_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    imports (id) {
        id -> Id,
        organisation_id -> Id,
        membership_id -> Id,
        mandate_id -> Nullable<Id>,
        of_table -> Text,
        media -> Text,
        content -> Nullable<Binary>,
        dry_run -> Bool,
        status -> Text,
        row_count -> BigInt,
        created_count -> BigInt,
        changed_count -> BigInt,
        unchanged_count -> BigInt,
        fault_count -> BigInt,
        faults -> Doc,
        job_id -> Id,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    baseline_purchases (id) {
        id -> Id,
        organisation_id -> Id,
        reference -> Text,
        supplier -> Text,
        supplier_country -> Text,
        supplier_tax_id -> Nullable<Text>,
        cooperative -> Bool,
        product_id -> Nullable<Id>,
        description -> Text,
        unit -> Text,
        quantity_micro -> BigInt,
        currency -> Text,
        spend_minor -> BigInt,
        starts_on -> Date,
        ends_on -> Date,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Id, Instant};
    use diesel::sql_types::*;

    upstream_records (id) {
        id -> Id,
        need_id -> Id,
        position -> Integer,
        cooperative_id -> Id,
        product_id -> Id,
        quantity_micro -> BigInt,
        region -> Text,
        outcome -> Text,
        reason -> Text,
        recorded_by -> Id,
        recorded_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Id, Instant};
    use diesel::sql_types::*;

    complaints (id) {
        id -> Id,
        reference -> Text,
        complainant_id -> Id,
        respondent_id -> Id,
        network_id -> Id,
        object_kind -> Text,
        object_id -> Id,
        grounds -> Text,
        status -> Text,
        statement -> Nullable<Text>,
        answered_by -> Nullable<Id>,
        answered_at -> Nullable<Instant>,
        finding -> Nullable<Text>,
        outcome -> Nullable<Text>,
        decided_by -> Nullable<Id>,
        decided_at -> Nullable<Instant>,
        statement_due_at -> Instant,
        outcome_due_at -> Instant,
        reminded_at -> Nullable<Instant>,
        overdue_at -> Nullable<Instant>,
        filed_by -> Id,
        filed_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    listing_variants (listing_id, axis, position) {
        listing_id -> Id,
        axis -> Text,
        position -> Integer,
        word -> Text,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    purchase_order_variants (purchase_order_id, line, size, colour) {
        purchase_order_id -> Id,
        line -> Integer,
        size -> Text,
        colour -> Text,
        quantity_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    artworks (id) {
        id -> Id,
        purchase_order_id -> Id,
        line -> Integer,
        title -> Text,
        status -> Text,
        sha256 -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        sent_by -> Id,
        created_at -> Instant,
        decided_by -> Nullable<Id>,
        decided_at -> Nullable<Instant>,
        reason -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    proofs (id) {
        id -> Id,
        artwork_id -> Id,
        number -> Integer,
        sha256 -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        note -> Text,
        offered_by -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    exports (id) {
        id -> Id,
        organisation_id -> Id,
        asked_by -> Id,
        status -> Text,
        sha256 -> Nullable<Text>,
        size_bytes -> Nullable<BigInt>,
        job_id -> Id,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
        expires_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    book_periods (organisation_id, period) {
        organisation_id -> Id,
        period -> Text,
        entries -> BigInt,
        locked_at -> Nullable<Instant>,
        locked_by -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    book_accounts (organisation_id, account) {
        organisation_id -> Id,
        account -> Text,
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    journal_entries (id) {
        id -> Id,
        organisation_id -> Id,
        period -> Text,
        number -> BigInt,
        booked_on -> Date,
        document_date -> Date,
        kind -> Text,
        document -> Text,
        source_id -> Id,
        purchase_order_id -> Nullable<Id>,
        counterparty_id -> Id,
        counterparty -> Text,
        reverses_id -> Nullable<Id>,
        currency -> Text,
        postings -> Integer,
        closing_minor -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    journal_postings (entry_id, position) {
        entry_id -> Id,
        position -> Integer,
        previous -> Nullable<Integer>,
        of_postings -> Integer,
        currency -> Text,
        account -> Text,
        amount_minor -> BigInt,
        before_minor -> BigInt,
        after_minor -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    billing_details (organisation_id) {
        organisation_id -> Id,
        street -> Nullable<Text>,
        city -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        region -> Nullable<Text>,
        registration -> Nullable<Text>,
        gln -> Nullable<Text>,
        email -> Nullable<Text>,
        account_kind -> Nullable<Text>,
        account_number -> Nullable<Text>,
        account_branch -> Nullable<Text>,
        premium_shown -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invoice_documents (invoice_id) {
        invoice_id -> Id,
        profile -> Text,
        xml -> Text,
        sha256 -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invoice_authorisations (invoice_id) {
        invoice_id -> Id,
        cooperative_id -> Id,
        code -> Text,
        expires_on -> Date,
        voucher_type -> Integer,
        point_of_sale -> Integer,
        number -> Integer,
        exchange_rate_micro -> BigInt,
        qr_link -> Text,
        xml -> Text,
        sha256 -> Text,
        recorded_by -> Id,
        recorded_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    clients (id) {
        id -> Id,
        organisation_id -> Id,
        person_id -> Id,
        membership_id -> Id,
        mandate_id -> Id,
        name -> Text,
        scopes -> Text,
        created_by -> Id,
        created_at -> Instant,
        revoked_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    client_secrets (id) {
        id -> Id,
        client_id -> Id,
        hash -> Text,
        made_by -> Id,
        made_at -> Instant,
        good_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    audit_seals (number) {
        number -> BigInt,
        upto_id -> Id,
        entries -> BigInt,
        digest -> Text,
        sealed_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    events (id) {
        id -> Id,
        organisation_id -> Id,
        at -> Instant,
        event_type -> Text,
        object_kind -> Text,
        object_id -> Id,
        reference -> Nullable<Text>,
        published_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    event_clock (id) {
        id -> Integer,
        last_micros -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    webhook_endpoints (id) {
        id -> Id,
        organisation_id -> Id,
        url -> Text,
        event_types -> Text,
        enabled -> Bool,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_until -> Nullable<Instant>,
        failures -> Integer,
        due_at -> Instant,
        leased_until -> Nullable<Instant>,
        created_by -> Id,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    webhook_deliveries (id) {
        id -> Id,
        endpoint_id -> Id,
        organisation_id -> Id,
        event_id -> Nullable<Id>,
        event_type -> Text,
        body -> Text,
        status -> Text,
        queued_at -> Instant,
        give_up_at -> Instant,
        attempts -> Integer,
        answered -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        tried_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    received_invoices (id) {
        id -> Id,
        organisation_id -> Id,
        cooperative_id -> Id,
        purchase_order_id -> Id,
        kind -> Text,
        number -> Text,
        issued_on -> Date,
        currency -> Text,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        prepaid_minor -> BigInt,
        payable_minor -> BigInt,
        xml -> Text,
        sha256 -> Text,
        status -> Text,
        received_by -> Id,
        received_at -> Instant,
        decided_by -> Nullable<Id>,
        decided_at -> Nullable<Instant>,
        reason -> Nullable<Text>,
        differences -> Nullable<Doc>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    received_invoice_lines (received_invoice_id, line_position) {
        received_invoice_id -> Id,
        line_position -> Integer,
        quantity_micro -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    invoice_tolerances (organisation_id) {
        organisation_id -> Id,
        quantity_micro -> BigInt,
        price_micro -> BigInt,
        currency -> Nullable<Text>,
        amount_minor -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    premium_plans (id) {
        id -> Id,
        organisation_id -> Id,
        assembly_record_id -> Id,
        starts_on -> Date,
        ends_on -> Date,
        currency -> Text,
        recorded_by -> Id,
        recorded_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    premium_plan_lines (plan_id, position) {
        plan_id -> Id,
        position -> Integer,
        purpose -> Text,
        description -> Text,
        amount_minor -> BigInt,
        spent_minor -> BigInt,
        result -> Nullable<Text>,
        result_by -> Nullable<Id>,
        result_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    premium_spendings (id) {
        id -> Id,
        organisation_id -> Id,
        plan_id -> Id,
        position -> Integer,
        amount_minor -> BigInt,
        received_minor -> BigInt,
        spent_before_minor -> BigInt,
        spent_on -> Date,
        description -> Text,
        recorded_by -> Id,
        recorded_at -> Instant,
        reversed_by -> Nullable<Id>,
        reversed_at -> Nullable<Instant>,
        reversed_because -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    payment_runs (id) {
        id -> Id,
        reference -> Text,
        organisation_id -> Id,
        execution_on -> Date,
        debtor_name -> Text,
        debtor_tax_id -> Nullable<Text>,
        account_kind -> Text,
        account_number -> Text,
        account_branch -> Nullable<Text>,
        status -> Text,
        proposed_by -> Id,
        proposed_at -> Instant,
        approved_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    payment_transfers (run_id, position) {
        run_id -> Id,
        position -> Integer,
        invoice_id -> Id,
        held_invoice_id -> Nullable<Id>,
        end_to_end -> Text,
        reference -> Text,
        creditor_id -> Id,
        creditor_name -> Text,
        creditor_tax_id -> Nullable<Text>,
        account_kind -> Text,
        account_number -> Text,
        account_branch -> Nullable<Text>,
        currency -> Text,
        amount_minor -> BigInt,
        paid_before_minor -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    payment_run_approvals (run_id, person_id) {
        run_id -> Id,
        person_id -> Id,
        mandate_id -> Id,
        approved_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    bank_statements (id) {
        id -> Id,
        organisation_id -> Id,
        media -> Text,
        content -> Binary,
        sha256 -> Text,
        entries -> Integer,
        known -> Integer,
        pending -> Integer,
        warnings -> Doc,
        imported_by -> Id,
        imported_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    bank_entries (id) {
        id -> Id,
        organisation_id -> Id,
        statement_id -> Id,
        entry_key -> Text,
        booked_on -> Date,
        currency -> Text,
        amount_minor -> BigInt,
        left_minor -> BigInt,
        bank_reference -> Nullable<Text>,
        end_to_end -> Nullable<Text>,
        text -> Text,
        counterparty -> Nullable<Text>,
        counterparty_account -> Nullable<Text>,
        status -> Text,
        reason -> Text,
        candidates -> Doc,
        ignored_because -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::sql::{Doc, Id, Instant};
    use diesel::sql_types::*;

    bank_allocations (entry_id, invoice_id) {
        entry_id -> Id,
        invoice_id -> Id,
        organisation_id -> Id,
        amount_minor -> BigInt,
        matched_by -> Text,
        payment_id -> Nullable<Id>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    quotation_messages,
    quotation_lines,
    quotations,
    quotation_request_lines,
    quotation_requests,
    price_review_lines,
    price_reviews,
    clause_checks,
    agreement_clauses,
    agreement_signatures,
    agreement_lines,
    framework_agreements,
    organisations,
    people,
    memberships,
    mandates,
    invitations,
    sessions,
    refresh_tokens,
    signing_keys,
    assembly_records,
    network_members,
    dossiers,
    findings,
    recognitions,
    rule_sets,
    rule_set_adoptions,
    benchmarks,
    exchange_rates,
    products,
    vat_rates,
    market_quotes,
    network_minimums,
    workplaces,
    listings,
    listing_steps,
    listing_freight,
    capacity_periods,
    needs,
    need_networks,
    need_lines,
    proposals,
    unmet_lines,
    upstream_records,
    orders,
    purchase_orders,
    order_lines,
    order_shares,
    purchase_order_payers,
    approvals,
    reservations,
    funds,
    fund_movements,
    pools,
    pool_members,
    pool_votes,
    pool_ballots,
    pool_bids,
    rounds,
    round_needs,
    jobs,
    affiliations,
    complaints,
    approval_ladders,
    budget_lines,
    budget_commitments,
    approval_demands,
    assembly_decisions,
    payment_milestones,
    delivery_schedules,
    delivery_stages,
    stage_parts,
    claims,
    despatches,
    despatch_parts,
    receipts,
    receipt_lines,
    billing_lines,
    advance_accounts,
    invoices,
    invoice_lines,
    invoice_instalments,
    payments,
    materials,
    material_movements,
    consultations,
    fund_advances,
    fund_advance_backers,
    fund_advance_approvals,
    fund_repayments,
    imports,
    baseline_purchases,
    listing_variants,
    purchase_order_variants,
    artworks,
    proofs,
    exports,
    book_periods,
    book_accounts,
    journal_entries,
    journal_postings,
    billing_details,
    invoice_documents,
    invoice_authorisations,
    clients,
    client_secrets,
    audit_seals,
    events,
    event_clock,
    webhook_endpoints,
    webhook_deliveries,
    payment_runs,
    payment_transfers,
    payment_run_approvals,
    bank_statements,
    bank_entries,
    bank_allocations,
    received_invoices,
    received_invoice_lines,
    invoice_tolerances,
    premium_plans,
    premium_plan_lines,
    premium_spendings,
    audit_log,
    outbox,
    idempotency_keys,
    counters,
);

diesel::joinable!(client_secrets -> clients (client_id));
diesel::joinable!(clients -> mandates (mandate_id));
diesel::joinable!(clients -> memberships (membership_id));
diesel::joinable!(memberships -> people (person_id));
diesel::joinable!(memberships -> organisations (organisation_id));
diesel::joinable!(mandates -> memberships (membership_id));
diesel::joinable!(sessions -> memberships (membership_id));
diesel::joinable!(sessions -> mandates (mandate_id));
diesel::joinable!(payments -> purchase_orders (purchase_order_id));
diesel::joinable!(fund_advances -> purchase_orders (purchase_order_id));
diesel::joinable!(webhook_deliveries -> webhook_endpoints (endpoint_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(vat_rates -> products (product_id));
diesel::joinable!(market_quotes -> products (product_id));
diesel::joinable!(listings -> products (product_id));
diesel::joinable!(listings -> organisations (cooperative_id));
diesel::joinable!(listing_steps -> listings (listing_id));
diesel::joinable!(listing_freight -> listings (listing_id));
diesel::joinable!(capacity_periods -> listings (listing_id));
diesel::joinable!(need_lines -> needs (need_id));
diesel::joinable!(need_lines -> products (product_id));
diesel::joinable!(need_networks -> needs (need_id));
diesel::joinable!(unmet_lines -> needs (need_id));
diesel::joinable!(upstream_records -> products (product_id));
diesel::joinable!(upstream_records -> organisations (cooperative_id));
diesel::joinable!(proposals -> needs (need_id));
diesel::joinable!(order_lines -> orders (order_id));
diesel::joinable!(order_lines -> listings (listing_id));
diesel::joinable!(order_shares -> orders (order_id));
diesel::joinable!(invoice_lines -> invoices (invoice_id));
diesel::joinable!(received_invoice_lines -> received_invoices (received_invoice_id));
diesel::joinable!(premium_spendings -> premium_plans (plan_id));
diesel::joinable!(premium_plan_lines -> premium_plans (plan_id));
diesel::joinable!(purchase_order_payers -> purchase_orders (purchase_order_id));
diesel::joinable!(approvals -> orders (order_id));
diesel::joinable!(budget_commitments -> orders (order_id));
diesel::joinable!(purchase_orders -> orders (order_id));
diesel::joinable!(stage_parts -> delivery_stages (stage_id));
diesel::joinable!(delivery_stages -> purchase_orders (purchase_order_id));
diesel::joinable!(despatch_parts -> despatches (despatch_id));
diesel::joinable!(pool_members -> pools (pool_id));
diesel::joinable!(rule_set_adoptions -> rule_sets (rule_set_id));
diesel::joinable!(rule_set_adoptions -> assembly_records (assembly_record_id));
diesel::joinable!(findings -> dossiers (dossier_id));
diesel::joinable!(round_needs -> rounds (round_id));
diesel::joinable!(round_needs -> needs (need_id));
diesel::joinable!(fund_movements -> funds (fund_id));
diesel::joinable!(agreement_lines -> framework_agreements (agreement_id));
diesel::joinable!(agreement_lines -> listings (listing_id));
diesel::joinable!(agreement_clauses -> framework_agreements (agreement_id));
diesel::joinable!(agreement_signatures -> people (person_id));
diesel::joinable!(price_review_lines -> price_reviews (review_id));
diesel::joinable!(quotations -> quotation_requests (request_id));
diesel::joinable!(quotation_messages -> people (person_id));
diesel::joinable!(quotation_lines -> listings (listing_id));
