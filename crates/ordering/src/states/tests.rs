//! Every state against every act, as a table that a person can check: a row per state, a column per
//! act, the state it leads to or `-` where it is refused.

use std::fmt::{Debug, Display};

use super::agreements::*;
use super::fulfilment::*;
use super::quotations::*;
use super::*;

trait Named: Copy + Eq + Debug + Display + Into<&'static str> + 'static {}
impl<T: Copy + Eq + Debug + Display + Into<&'static str> + 'static> Named for T {}

fn outcomes<S: Named, A: Named>(machine: &Machine<S, A>, states: &[S], acts: &[A]) -> String {
    let cell = |state: S, act: A| machine.next(state, act).map_or("-", Into::into);
    let mut rows = vec![acts.iter().map(|a| (*a).into()).collect::<Vec<&str>>()];
    rows.extend(states.iter().map(|state| {
        let mut row = vec![(*state).into()];
        row.extend(acts.iter().map(|act| cell(*state, *act)));
        row
    }));
    rows.iter()
        .map(|row| row.join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The table, and what must hold for any machine: one outcome per act, all states reachable, a refusal
/// that lists exactly what is allowed.
fn check<S: Named, A: Named>(machine: &Machine<S, A>, states: &[S], acts: &[A], expected: &str) {
    let words = |text: &str| {
        let line = |l: &str| l.split_whitespace().collect::<Vec<_>>().join(" ");
        text.trim().lines().map(line).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(outcomes(machine, states, acts), words(expected));

    for (act, from, _) in machine.table {
        let same = machine
            .table
            .iter()
            .filter(|(a, f, _)| a == act && f == from);
        assert_eq!(same.count(), 1, "{act} from {from} is written once");
    }

    let mut reached = vec![machine.initial];
    for _ in states {
        let next = machine
            .table
            .iter()
            .filter(|(_, from, _)| reached.contains(from));
        let next: Vec<S> = next
            .map(|(_, _, to)| *to)
            .filter(|to| !reached.contains(to))
            .collect();
        reached.extend(next);
    }
    for state in states {
        assert!(reached.contains(state), "{state} is reachable");
        for act in acts {
            let allowed: Vec<A> = machine.allowed(*state).collect();
            match machine.next(*state, *act) {
                Ok(_) => assert!(allowed.contains(act)),
                Err(refused) => {
                    assert!(!allowed.contains(act));
                    assert_eq!(refused.state, state.to_string());
                    assert_eq!(refused.act, act.to_string());
                    let names: Vec<&str> = allowed.into_iter().map(Into::into).collect();
                    assert_eq!(refused.allowed, names);
                }
            }
        }
    }
}

#[test]
fn listings() {
    check(
        &LISTING,
        ListingState::ALL,
        ListingAct::ALL,
        "        open  pause   close
         draft   open  -       closed
         open    -     paused  closed
         paused  open  -       closed
         closed  -     -       -",
    );
}

#[test]
fn needs() {
    check(
        &NEED,
        NeedState::ALL,
        NeedAct::ALL,
        "           publish    propose   order    mark_unmet  withdraw  close
         draft      published  -         -        -           -         closed
         published  -          proposed  ordered  unmet       draft     closed
         proposed   -          proposed  ordered  unmet       draft     closed
         ordered    -          proposed  -        unmet       -         closed
         unmet      -          proposed  ordered  -           draft     closed
         closed     -          -         -        -           -         -",
    );
}

#[test]
fn pools() {
    check(
        &POOL,
        PoolState::ALL,
        PoolAct::ALL,
        "           close    start_bidding cover   fall_short extend top_up     give_up   reopen order   cancel
         open       closing  bidding       -       deciding   -      -          -         -      -       cancelled
         topping_up closing  bidding       -       deciding   -      -          -         -      -       cancelled
         deciding   -        -             -       -          open   topping_up cancelled -      -       -
         bidding    -        -             closing deciding   -      -          -         -      -       cancelled
         closing    -        -             -       -          -      -          -         open   ordered cancelled
         ordered    -        -             -       -          -      -          -         -      -       -
         cancelled  -        -             -       -          -      -          -         -      -       -",
    );
}

#[test]
fn rounds() {
    check(
        &ROUND,
        RoundState::ALL,
        RoundAct::ALL,
        "           plan      finish   fail  cancel
         open       planning  -        -     cancelled
         planning   -         planned  open  -
         planned    -         -        -     -
         cancelled  -         -        -     -",
    );
}

#[test]
fn orders() {
    check(
        &ORDER,
        OrderState::ALL,
        OrderAct::ALL,
        "           submit     approve   confirm    withdraw  fulfil     close   cancel     rematch    lapse      reopen
         draft      submitted  -         -          -         -          -       cancelled  -          -          -
         submitted  -          approved  -          draft     -          -       cancelled  -          confirmed  -
         approved   -          -         confirmed  draft     -          -       cancelled  -          confirmed  -
         confirmed  -          -         -          -         fulfilled  -       cancelled  submitted  -          -
         fulfilled  -          -         -          -         -          closed  -          -          -          -
         closed     -          -         -          -         -          -       -          -          -          fulfilled
         cancelled  -          -         -          -         -          -       -          -          -          -",
    );
}

#[test]
fn purchase_orders() {
    check(
        &PURCHASE_ORDER,
        PurchaseOrderState::ALL,
        PurchaseOrderAct::ALL,
        "           accept    decline   expire   deliver    close   cancel     reopen
         issued     accepted  declined  expired  -          -       cancelled  -
         accepted   -         -         -        delivered  -       cancelled  -
         declined   -         -         -        -          -       -          -
         expired    -         -         -        -          -       -          -
         delivered  -         -         -        -          closed  -          -
         closed     -         -         -        -          -       -          delivered
         cancelled  -         -         -        -          -       -          -",
    );
}

#[test]
fn framework_agreements() {
    check(
        &AGREEMENT,
        AgreementState::ALL,
        AgreementAct::ALL,
        "           change   offer    withdraw  sign      call_off  review    check     expire   end
         draft      draft    offered  -         -         -         -         -         -        ended
         offered    offered  -        draft     in_force  -         -         -         expired  ended
         in_force   -        -        -         -         in_force  in_force  in_force  expired  ended
         expired    -        -        -         -         -         -         expired   -        -
         ended      -        -        -         -         -         -         -         -        -",
    );
}

#[test]
fn price_reviews() {
    check(
        &REVIEW,
        ReviewState::ALL,
        ReviewAct::ALL,
        "           accept    refuse   withdraw
         proposed   accepted  refused  withdrawn
         accepted   -         -        -
         refused    -         -        -
         withdrawn  -         -        -",
    );
}

#[test]
fn requests_for_quotation() {
    check(
        &QUOTATION_REQUEST,
        QuotationRequestState::ALL,
        QuotationRequestAct::ALL,
        "           order    expire   withdraw
         open       ordered  expired  withdrawn
         ordered    -        -        -
         expired    -        -        -
         withdrawn  -        -        -",
    );
}

#[test]
fn quotations() {
    check(
        &QUOTATION,
        QuotationState::ALL,
        QuotationAct::ALL,
        "           quote   counter    accept    decline   expire   withdraw
         asked      quoted  -          -         declined  expired  withdrawn
         quoted     quoted  countered  accepted  declined  expired  withdrawn
         countered  quoted  -          -         declined  expired  withdrawn
         accepted   -       -          -         -         -        -
         declined   -       -          -         -         -        -
         expired    -       -          -         -         -        -
         withdrawn  -       -          -         -         -        -",
    );
}

#[test]
fn words_are_read_as_they_are_written() {
    for state in OrderState::ALL {
        assert_eq!(OrderState::parse(state.as_str()), Ok(*state));
    }
    for act in NeedAct::ALL {
        assert_eq!(NeedAct::parse(act.as_str()), Ok(*act));
    }
    let refused = PoolAct::parse("Close").map_err(|e| (e.code(), e.to_string()));
    let message = "\"Close\" is not a known act on a pool".to_owned();
    assert_eq!(refused, Err(("invalid_input", message)));
}

#[test]
fn a_refusal_says_what_is_allowed() {
    let message = |state, act| LISTING.next(state, act).map_err(|r| r.to_string());
    assert_eq!(
        message(ListingState::Paused, ListingAct::Pause),
        Err("a listing that is paused does not allow \"pause\"; it allows open, close".to_owned())
    );
    assert_eq!(
        message(ListingState::Closed, ListingAct::Open),
        Err("a listing that is closed does not allow \"open\"; it allows nothing more".to_owned())
    );
    let refused = ORDER.next(OrderState::Closed, OrderAct::Cancel);
    assert_eq!(
        refused.map_err(|r| r.to_string()),
        Err("an order that is closed does not allow \"cancel\"; it allows reopen".to_owned())
    );
}

#[test]
fn claims() {
    check(
        &CLAIM,
        ClaimState::ALL,
        ClaimAct::ALL,
        "                 promise_remake   refuse_remake  remake  lapse
         open             remake_promised  credited       -       credited
         remake_promised  -                credited       remade  credited
         remade           -                -              -       -
         credited         -                -              -       -",
    );
}

#[test]
fn consultations() {
    check(
        &CONSULTATION,
        ConsultationState::ALL,
        ConsultationAct::ALL,
        "             answer    lapse       cancel     settle
         open         answered  unanswered  -          settled
         answered     -         -           cancelled  settled
         unanswered   answered  -           cancelled  settled
         cancelled    -         -           -          -
         settled      -         -           -          -",
    );
}

#[test]
fn advances_from_a_fund() {
    check(
        &FUND_ADVANCE,
        FundAdvanceState::ALL,
        FundAdvanceAct::ALL,
        "           release   repay   cancel
         proposed   released  -       cancelled
         released   -         repaid  -
         repaid     -         -       -
         cancelled  -         -       -",
    );
}

fn capitalised(noun: &str) -> String {
    let (first, rest) = noun.split_at(1);
    first.to_uppercase() + rest
}

/// Every machine with its diagram, as `docs/states.md` has them.
fn page() -> String {
    let mut page =
        "# What may follow what\n\nDrawn from the tables of `crates/ordering/src/states`; a test \
                    compares.\n"
            .to_owned();
    macro_rules! draw {
        ($($machine:ident),+ $(,)?) => {$(
            page.push_str(&format!(
                "\n## {}\n\n```mermaid\n{}```\n",
                capitalised($machine.noun),
                $machine.mermaid()
            ));
        )+};
    }
    draw!(
        LISTING,
        NEED,
        ROUND,
        POOL,
        QUOTATION_REQUEST,
        QUOTATION,
        AGREEMENT,
        REVIEW,
        ORDER,
        PURCHASE_ORDER,
        CLAIM,
        CONSULTATION,
        FUND_ADVANCE,
        ARTWORK,
        COMPLAINT,
        AFFILIATION,
        BUDGET_LINE,
    );
    page
}

#[test]
fn the_documentation_has_every_diagram() {
    let sources = [
        include_str!("../states.rs"),
        include_str!("affiliation.rs"),
        include_str!("agreements.rs"),
        include_str!("artwork.rs"),
        include_str!("budget_line.rs"),
        include_str!("complaint.rs"),
        include_str!("fulfilment.rs"),
        include_str!("pool.rs"),
        include_str!("quotations.rs"),
    ];
    let machines: usize = sources
        .iter()
        .map(|text| text.matches(": Machine<").count())
        .sum();
    let page = page();
    assert_eq!(
        page.matches("```mermaid").count(),
        machines,
        "each machine is drawn"
    );
    assert_eq!(include_str!("../../../../docs/states.md"), page);
}

#[test]
fn the_diagram_is_drawn_from_the_table() {
    assert_eq!(
        POOL.mermaid(),
        "stateDiagram-v2
    [*] --> open
    open --> closing: close
    topping_up --> closing: close
    open --> bidding: start_bidding
    topping_up --> bidding: start_bidding
    bidding --> closing: cover
    open --> deciding: fall_short
    topping_up --> deciding: fall_short
    bidding --> deciding: fall_short
    deciding --> open: extend
    deciding --> topping_up: top_up
    deciding --> cancelled: give_up
    closing --> open: reopen
    closing --> ordered: order
    open --> cancelled: cancel
    topping_up --> cancelled: cancel
    bidding --> cancelled: cancel
    closing --> cancelled: cancel
    cancelled --> [*]
    ordered --> [*]
"
    );
}

#[test]
fn affiliations() {
    check(
        &AFFILIATION,
        AffiliationState::ALL,
        AffiliationAct::ALL,
        "           accept    refuse   withdraw   end
         proposed   accepted  refused  withdrawn  -
         accepted   -         -        -          ended
         refused    -         -        -          -
         withdrawn  -         -        -          -
         ended      -         -        -          -",
    );
}

#[test]
fn budget_lines() {
    check(
        &BUDGET_LINE,
        BudgetLineState::ALL,
        BudgetLineAct::ALL,
        "        commit  delegate  close
         open    open    open      closed
         closed  -       -         -",
    );
}

#[test]
fn complaints() {
    check(
        &COMPLAINT,
        ComplaintState::ALL,
        ComplaintAct::ALL,
        "            answer    lapse       decide   withdraw
         filed       answered  unanswered  -        withdrawn
         unanswered  answered  -           decided  withdrawn
         answered    -         -           decided  withdrawn
         decided     -         -           -        -
         withdrawn   -         -           -        -",
    );
}

#[test]
fn artworks() {
    check(
        &ARTWORK,
        ArtworkState::ALL,
        ArtworkAct::ALL,
        "           offer_proof  approve   reject    withdraw
         sent       proofed      -         -         withdrawn
         proofed    -            approved  rejected  withdrawn
         approved   -            -         -         -
         rejected   proofed      -         -         withdrawn
         withdrawn  -            -         -         -",
    );
}
