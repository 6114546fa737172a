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
