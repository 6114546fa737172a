# What Minga writes in English. Every message has a subject, a body (a blank line starts a new
# paragraph) and the words of its link. British spelling, plain words, no threats.

footer = Minga sent this message by itself. Answers to this address are not read.

date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
moment = { $date }, { $time } UTC

label-order = Order
label-purchase-order = Purchase order
label-buyer = Buyer
label-cooperative = Co-operative
label-total = Total with freight and VAT
label-advance = Paid in advance
label-amount = Amount
label-answer-by = Answer by

invitation =
    .subject = { $inviter } invites you to { $organisation } on Minga
    .body =
        { $inviter } invites you to act for { $organisation } on Minga, the marketplace between unions and recovered factories.

        You can accept until the end of { $expires }. If you do not know { $inviter }, do nothing: without your consent nothing is created in your name.
    .action = Accept the invitation

approval-asked =
    .subject = Order { $order } waits for your approval
    .body =
        { $organisation } has an order that waits for your approval. { $needed ->
            [one] It needs { $needed } approval
           *[other] It needs { $needed } approvals by different people
        } before it can be confirmed.

        Nothing is bought before that. Any change to the order asks for the approvals again.
    .action = Read the order and decide

order-confirmed =
    .subject = Order { $order } is confirmed
    .body =
        Order { $order } is confirmed and its price is locked. { $cooperatives ->
            [one] One purchase order has gone out
           *[other] { $cooperatives } purchase orders have gone out
        } and each co-operative can still decline its part.
    .action = See the order with its price explained

purchase-order-issued =
    .subject = Purchase order { $reference } from { $buyer }
    .body =
        { $buyer } orders from { $cooperative }. The capacity is reserved for this purchase order until { $answer-by }.

        Please accept or decline by then. Without an answer the capacity is freed, and nobody is penalised.
    .action = Read the purchase order and answer

new-match-declined =
    .subject = A new match for order { $order }
    .body =
        A co-operative has declined its part of order { $order }. Its capacity is free again, and nobody is penalised.

        There is a new match for you to look at. If it changes the price, approvals and shares are asked again.
    .action = Look at the new match

new-match-expired =
    .subject = A new match for order { $order }
    .body =
        A co-operative has not answered in time for its part of order { $order }. Its capacity is free again, and nobody is penalised.

        There is a new match for you to look at. If it changes the price, approvals and shares are asked again.
    .action = Look at the new match

capacity-for-buyer =
    .subject = New capacity for { $product }
    .body =
        Your need "{ $need }" had no match. Now a co-operative has capacity for { $product }.

        Nothing is reserved yet: ask for a new match to see what can be made, by when and at which price.
    .action = Ask for a new match

capacity-for-cooperative =
    .subject = A need meets your capacity for { $product }
    .body =
        A buyer's need "{ $need }" had no match. Your capacity for { $product } can meet it.

        You need not do anything: the buyer has been told too and may ask for a match.
    .action = See the need

delivery =
    .subject = { $event ->
            [schedule_proposed] A delivery schedule for { $reference } is proposed
            [schedule_agreed] The delivery schedule of { $reference } is agreed
            [despatched] Goods of { $reference } are on their way
            [received] Goods of { $reference } have arrived
            [claim_raised] A claim about goods of { $reference }
            [remake_promised] Goods of { $reference } will be made again
            [credited] Goods of { $reference } were credited
            [invoiced] An invoice for { $reference }
            [consultation_opened] A consultation about { $reference }
            [consultation_answered] The consultation about { $reference } can go on
            [cancelled] { $reference } was cancelled
           *[late] A delivery of { $reference } is late
        }
    .body =
        { $event ->
            [schedule_proposed] The other side proposes when what goes where. It holds once you agree; you can propose another.
            [schedule_agreed] The other side has agreed to the schedule that you proposed. It holds from now on.
            [despatched] The co-operative has sent goods to you. When they arrive, please record what was accepted, what was rejected and what was missing.
            [received] A branch has recorded what it received.
            [claim_raised] Goods were rejected, missing or defective. You may make them again: please say by when. Without an answer they are credited.
            [remake_promised] The co-operative will make again what was not good or did not arrive.
            [credited] What was not good or did not arrive will not be made again. A credit note was issued for it.
            [invoiced] The co-operative has billed what was accepted. Your part of the advance is taken off.
            [consultation_opened] The other side asks to end this purchase order. Nothing is cancelled before the co-operative has said where the work stands; work that is done is paid.
            [consultation_answered] The co-operative has said where the work stands, or its time to answer is over. You can settle the matter or cancel what was not delivered.
            [cancelled] What was not delivered is cancelled. What was accepted can still be billed, and work done is paid.
           *[late] A stage of the schedule is past its day. There is no penalty: please talk it over, and agree a new schedule where that helps.
        }
    .action = Read it

order-came-back-declined =
    .subject = Order { $order } came back
    .body =
        { $cooperative } has declined order { $order }. The order is cancelled: its capacity is free again, and nobody is penalised.

        What was called off under a framework agreement can be called off again.
    .action = See the order

order-came-back-expired =
    .subject = Order { $order } came back
    .body =
        { $cooperative } has not answered in time for order { $order }. The order is cancelled: its capacity is free again, and nobody is penalised.

        What was called off under a framework agreement can be called off again.
    .action = See the order

agreement-offered =
    .subject = Framework agreement { $agreement }: terms from { $organisation }
    .body =
        { $organisation } has written the terms of framework agreement { $agreement }. Please read them: you can change them, or sign them.

        Any change makes the signatures that were given void.
    .action = Read the terms

agreement-in-force =
    .subject = Framework agreement { $agreement } is in force
    .body =
        Framework agreement { $agreement } with { $organisation } is signed by both sides and in force until { $ends }.

        Its prices are locked; call-offs under it need no other vote.
    .action = See the agreement

agreement-ended =
    .subject = Framework agreement { $agreement } has ended
    .body =
        { $organisation } has ended framework agreement { $agreement } before its term.

        What was called off before stays ordered.
    .action = See the agreement and the reason

price-review-asked =
    .subject = Framework agreement { $agreement }: a price review
    .body =
        { $organisation } asks for a review of the prices of framework agreement { $agreement }.

        Nothing changes until you accept. Orders that were called off before keep their prices, and wages never fall.
    .action = Read the review and decide

clause-due =
    .subject = Framework agreement { $agreement }: a clause is to be measured
    .body =
        A clause of framework agreement { $agreement } is to be measured, as agreed, from { $day } on: "{ $clause }".

        A verifier of the co-operative's networks writes down the figure, or one side does and the other confirms it.
    .action = Write down the figure

quotation-asked =
    .subject = { $organisation } asks for a quotation
    .body =
        { $organisation } asks you for a quotation ({ $request }). An answer counts until { $answer-by }.

        Nobody else sees what you quote, and you need not answer.
    .action = Read the request

quotation-quoted =
    .subject = A quotation from { $organisation }
    .body =
        { $organisation } has quoted for your request { $request }.

        Its price comes with its explanation, beside those of the others who answered.
    .action = See the quotation

quotation-countered =
    .subject = { $organisation } asks for another quotation
    .body =
        { $organisation } has answered your quotation for request { $request } with a counter-offer.

        You can quote anew, or decline.
    .action = Read the counter-offer

quotation-written =
    .subject = A message about request { $request }
    .body =
        { $organisation } has written to you about the quotation for request { $request }.
    .action = Read the message

quotation-accepted =
    .subject = { $organisation } accepts your quotation
    .body =
        { $organisation } has accepted your quotation for request { $request }. It is an order now, and its capacity is reserved.

        A purchase order follows once the order is approved.
    .action = See the quotation

quotation-ended =
    .subject = Request { $request } has ended without an order to you
    .body =
        The talk about request { $request } has ended: { $organisation } does not go on with this quotation.

        Your capacity is not reserved for it.
    .action = See the quotation
pool-near-miss =
    .subject = { $pool }: the pool would buy { $taken } of { $asked }
    .body =
        The pool "{ $pool }" closes on { $closes-at }. As it stands it would buy { $taken } of the { $asked } units that its buyers ask for; the smallest order is { $minimum }.

        Whoever asks for more, or widens its tolerance, fills the last case. Nothing is ordered below the smallest order.
    .action = Look at the pool as it stands

pool-vote-below-minimum =
    .subject = { $pool } fell short: your vote is asked
    .body =
        The pool "{ $pool }" ended below the smallest order of its listing.

        Its buyers vote until { $vote-by }: leave it, give it more time for others to join, or raise your parts among yourselves. Each organisation has one vote, and a tie leaves it.
    .action = Vote

pool-vote-too-few-bidders =
    .subject = { $pool } fell short: your vote is asked
    .body =
        Fewer than three buyers would bid in the pool "{ $pool }", and among two no bid stays secret.

        Its buyers vote until { $vote-by }: leave it, give it more time for others to join, or raise your parts among yourselves. Each organisation has one vote, and a tie leaves it.
    .action = Vote

pool-vote-bids-insufficient =
    .subject = { $pool }: the bids were not enough, your vote is asked
    .body =
        The bids of the last round did not reach what the co-operative receives in the pool "{ $pool }".

        Its buyers vote until { $vote-by }: leave it, give it more time for others to join, or raise your parts among yourselves. Each organisation has one vote, and a tie leaves it.
    .action = Vote

pool-vote-no-price =
    .subject = { $pool } has no price: your vote is asked
    .body =
        The pool "{ $pool }" has no price at the moment, so nobody can bid.

        Its buyers vote until { $vote-by }: leave it, give it more time for others to join, or raise your parts among yourselves. Each organisation has one vote, and a tie leaves it.
    .action = Vote

pool-extended =
    .subject = { $pool } is open again
    .body =
        Its buyers gave the pool "{ $pool }" more time, until { $until }. Others can join, and you can change your part.
    .action = Look at the pool

pool-topping-up =
    .subject = { $pool }: raise your part
    .body =
        Its buyers chose to top the pool "{ $pool }" up among themselves. You can raise your quantity or tolerance until { $until }.
    .action = Raise your part

pool-cancelled =
    .subject = { $pool } came to nothing
    .body =
        The pool "{ $pool }" was called off. Nothing is ordered, and nobody owes anything.
    .action = Look at the pool

pool-bidding =
    .subject = { $pool }: the first round of bids is open
    .body =
        The first round of bids of the pool "{ $pool }" is open until { $until }. Nobody else reads your bid. If you enter none, your guide value counts.
    .action = Enter your bid

pool-next-round =
    .subject = { $pool }: the next round of bids is open
    .body =
        The bids so far do not reach what the co-operative receives in the pool "{ $pool }". The next round is open until { $until }.
    .action = Enter your bid

pool-covered =
    .subject = { $pool }: the bids are enough
    .body =
        The bids reach what the co-operative receives in the pool "{ $pool }". You see what you pay; nobody else does.
    .action = See what you pay

affiliation-proposed =
    .subject = { $child } asks to belong to { $parent }
    .body = { $child } asks to belong to { $parent }. Nothing changes until { $parent } has answered.
    .action = Read and answer

affiliation-accepted =
    .subject = { $child } belongs to { $parent }
    .body = { $parent } has taken { $child } in. { $parent } can now delegate budgets to { $child } and sees how they are used, not the orders behind them.
    .action = See the affiliation

affiliation-refused =
    .subject = { $parent } has not taken { $child } in
    .body = { $parent } has not taken { $child } in. { $child } can ask again, or ask another.
    .action = See the affiliation

affiliation-withdrawn =
    .subject = { $child } has taken its question back
    .body = { $child } no longer asks to belong to { $parent }.
    .action = See the affiliation

affiliation-ended =
    .subject = { $child } no longer belongs to { $parent }
    .body = { $child } no longer belongs to { $parent }. What was left of the budgets between them has gone back.
    .action = See the affiliation

assembly-asked =
    .subject = Order { $order } asks for the decision of the assembly
    .body = { $organisation } has an order above the last step of your approval ladder. It asks for the decision of your assembly, by a record that names the order and at least this total.
    .action = Read the order

emergency-submitted =
    .subject = Emergency: order { $order } of { $organisation }
    .body = Order { $order } of { $organisation } was submitted as an emergency: "{ $reason }" The emergency steps of the approval ladder hold for it. Every member is told.
    .action = Read the order

budget-delegated =
    .subject = { $giver } gives you a budget: { $line }
    .body = { $giver } has given your organisation a part of its budget: { $line }. { $giver } sees how much of it is used, not by which orders.
    .action = See the budget line

budget-delegated-unlimited =
    .subject = { $giver } gives you a budget without limit: { $line }
    .body = { $giver } has given your organisation a budget without limit: { $line }. { $giver } sees how much of it is used, not by which orders.
    .action = See the budget line

input-need-offered =
    .subject = { $cooperative } needs: { $need }
    .body = { $cooperative }, a co-operative of your networks, needs { $need }. Until { $until } nobody is asked but co-operatives that these networks accept. Your open listings with capacity are matched.
    .action = See the need

complaint-filed =
    .subject = Complaint { $reference }
    .body = Complaint { $reference } was filed. The other side is heard before anybody decides; until then it may answer.
    .action = Read the complaint

complaint-due-soon =
    .subject = The time to answer complaint { $reference } ends soon
    .body = Your side of complaint { $reference } has not been heard. Without an answer in time it can be decided without you.
    .action = Read the complaint

complaint-unanswered =
    .subject = Complaint { $reference } was not answered in time
    .body = The other side has not answered complaint { $reference } in time. An inspector can decide it now; an answer is still read as long as nobody has.
    .action = Read the complaint

complaint-answered =
    .subject = Complaint { $reference } was answered
    .body = The other side has answered complaint { $reference }. Both sides are heard, and an inspector can decide.
    .action = Read the complaint

complaint-overdue =
    .subject = The outcome of complaint { $reference } is overdue
    .body = Complaint { $reference } should have been decided by now. Both sides and the network are told.
    .action = Read the complaint

complaint-decided =
    .subject = Complaint { $reference } is decided
    .body = An inspector who belongs to neither side has decided complaint { $reference }. The outcome is published to those concerned only.
    .action = Read the complaint

complaint-withdrawn =
    .subject = Complaint { $reference } was taken back
    .body = Whoever filed complaint { $reference } took it back.
    .action = Read the complaint
