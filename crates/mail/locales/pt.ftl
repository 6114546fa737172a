# O que a Minga escreve em português. Cada mensagem tem assunto, corpo (uma linha em branco abre
# um parágrafo) e as palavras do seu link. Palavras simples e sem ameaças.

footer = A Minga enviou esta mensagem automaticamente. As respostas a este endereço não são lidas.

date = { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
} de { $year }
moment = { $date }, { $time } UTC

label-order = Pedido
label-purchase-order = Ordem de compra
label-buyer = Comprador
label-cooperative = Cooperativa
label-total = Total com frete e IVA
label-advance = Pago adiantado
label-amount = Valor
label-answer-by = Responder até

invitation =
    .subject = { $inviter } convida você para { $organisation } na Minga
    .body =
        { $inviter } convida você a agir por { $organisation } na Minga, o mercado entre sindicatos e fábricas recuperadas.

        Você pode aceitar até o fim de { $expires }. Se você não conhece { $inviter }, não faça nada: sem o seu consentimento nada é criado em seu nome.
    .action = Aceitar o convite

approval-asked =
    .subject = O pedido { $order } espera a sua aprovação
    .body =
        { $organisation } tem um pedido que espera a sua aprovação. { $needed ->
            [one] Ele precisa de { $needed } aprovação
           *[other] Ele precisa de { $needed } aprovações de pessoas diferentes
        } antes de ser confirmado.

        Até lá nada é comprado. Qualquer mudança no pedido pede as aprovações de novo.
    .action = Ler o pedido e decidir

order-confirmed =
    .subject = O pedido { $order } está confirmado
    .body =
        O pedido { $order } está confirmado e o seu preço foi fixado. { $cooperatives ->
            [one] Saiu uma ordem de compra
           *[other] Saíram { $cooperatives } ordens de compra
        } e cada cooperativa ainda pode recusar a sua parte.
    .action = Ver o pedido com o preço explicado

purchase-order-issued =
    .subject = Ordem de compra { $reference } de { $buyer }
    .body =
        { $buyer } faz um pedido a { $cooperative }. A capacidade fica reservada para esta ordem de compra até { $answer-by }.

        Por favor, aceite ou recuse até lá. Sem resposta, a capacidade é liberada e ninguém é penalizado.
    .action = Ler a ordem de compra e responder

new-match-declined =
    .subject = Uma nova proposta para o pedido { $order }
    .body =
        Uma cooperativa recusou a sua parte do pedido { $order }. A capacidade dela está livre de novo e ninguém é penalizado.

        Há uma nova proposta para você ver. Se ela mudar o preço, as aprovações e as cotas são pedidas de novo.
    .action = Ver a nova proposta

new-match-expired =
    .subject = Uma nova proposta para o pedido { $order }
    .body =
        Uma cooperativa não respondeu a tempo sobre a sua parte do pedido { $order }. A capacidade dela está livre de novo e ninguém é penalizado.

        Há uma nova proposta para você ver. Se ela mudar o preço, as aprovações e as cotas são pedidas de novo.
    .action = Ver a nova proposta

capacity-for-buyer =
    .subject = Nova capacidade para { $product }
    .body =
        A sua necessidade “{ $need }” não tinha proposta. Agora uma cooperativa tem capacidade para { $product }.

        Nada está reservado ainda: peça uma nova proposta para ver o que pode ser feito, até quando e a que preço.
    .action = Pedir uma nova proposta

capacity-for-cooperative =
    .subject = Uma necessidade combina com a sua capacidade para { $product }
    .body =
        A necessidade “{ $need }” de uma organização compradora não tinha proposta. A sua capacidade para { $product } pode atendê-la.

        Você não precisa fazer nada: a organização compradora também foi avisada e pode pedir uma proposta.
    .action = Ver a necessidade

delivery =
    .subject = { $event ->
            [schedule_proposed] Propõe-se um calendário de entregas para { $reference }
            [schedule_agreed] O calendário de entregas de { $reference } está combinado
            [despatched] Mercadoria de { $reference } está a caminho
            [received] Chegou mercadoria de { $reference }
            [claim_raised] Uma reclamação sobre mercadoria de { $reference }
            [remake_promised] Mercadoria de { $reference } será refeita
            [credited] Mercadoria de { $reference } foi creditada
            [invoiced] Uma fatura de { $reference }
            [consultation_opened] Uma consulta sobre { $reference }
            [consultation_answered] A consulta sobre { $reference } pode continuar
            [cancelled] { $reference } foi cancelada
           *[late] Uma entrega de { $reference } está atrasada
        }
    .body =
        { $event ->
            [schedule_proposed] A outra parte propõe o que vai para onde e quando. Vale quando você aceitar; pode propor outro.
            [schedule_agreed] A outra parte aceitou o calendário que você propôs. Vale a partir de agora.
            [despatched] A cooperativa enviou mercadoria a você. Quando chegar, registre por favor o que foi aceito, o que foi recusado e o que faltou.
            [received] Uma sede registrou o que recebeu.
            [claim_raised] Há mercadoria recusada, em falta ou defeituosa. Você pode refazê-la: diga por favor até quando. Sem resposta, ela é creditada.
            [remake_promised] A cooperativa refará o que não estava bom ou não chegou.
            [credited] O que não estava bom ou não chegou não será refeito. Foi emitida uma nota de crédito.
            [invoiced] A cooperativa faturou o que foi aceito. A sua parte do adiantamento é descontada.
            [consultation_opened] A outra parte pede o fim desta ordem de compra. Nada se cancela antes de a cooperativa dizer como está o trabalho; o trabalho feito é pago.
            [consultation_answered] A cooperativa disse como está o trabalho, ou o prazo dela terminou. Você pode combinar continuar ou cancelar o que não foi entregue.
            [cancelled] Cancela-se o que não foi entregue. O que foi aceito ainda pode ser faturado e o trabalho feito é pago.
           *[late] Passou o dia de uma etapa do calendário. Não há multa: conversem por favor e combinem outro calendário se ajudar.
        }
    .action = Ler

order-came-back-declined =
    .subject = O pedido { $order } voltou
    .body =
        { $cooperative } recusou o pedido { $order }. O pedido está cancelado: a sua capacidade está livre de novo e ninguém é penalizado.

        O que foi pedido dentro de um acordo-quadro pode ser pedido outra vez.
    .action = Ver o pedido

order-came-back-expired =
    .subject = O pedido { $order } voltou
    .body =
        { $cooperative } não respondeu a tempo ao pedido { $order }. O pedido está cancelado: a sua capacidade está livre de novo e ninguém é penalizado.

        O que foi pedido dentro de um acordo-quadro pode ser pedido outra vez.
    .action = Ver o pedido

agreement-offered =
    .subject = Acordo-quadro { $agreement }: condições de { $organisation }
    .body =
        { $organisation } escreveu as condições do acordo-quadro { $agreement }. Por favor, leiam: podem alterá-las ou assiná-las.

        Qualquer alteração anula as assinaturas já dadas.
    .action = Ler as condições

agreement-in-force =
    .subject = O acordo-quadro { $agreement } está em vigor
    .body =
        O acordo-quadro { $agreement } com { $organisation } está assinado pelas duas partes e em vigor até { $ends }.

        Os seus preços estão fixados; os pedidos dentro dele não precisam de outra votação.
    .action = Ver o acordo

agreement-ended =
    .subject = O acordo-quadro { $agreement } terminou
    .body =
        { $organisation } terminou o acordo-quadro { $agreement } antes do prazo.

        O que foi pedido antes continua pedido.
    .action = Ver o acordo e o motivo

price-review-asked =
    .subject = Acordo-quadro { $agreement }: uma revisão de preços
    .body =
        { $organisation } pede uma revisão dos preços do acordo-quadro { $agreement }.

        Nada muda até que aceitem. Os pedidos anteriores mantêm os seus preços, e os salários nunca baixam.
    .action = Ler a revisão e decidir

clause-due =
    .subject = Acordo-quadro { $agreement }: uma cláusula deve ser medida
    .body =
        Como combinado, uma cláusula do acordo-quadro { $agreement } é medida a partir de { $day }: "{ $clause }".

        O valor é anotado por uma pessoa verificadora das redes da cooperativa, ou por uma parte e confirmado pela outra.
    .action = Anotar o valor

quotation-asked =
    .subject = { $organisation } pede uma cotação
    .body =
        { $organisation } pede-lhes uma cotação ({ $request }). A resposta vale até { $answer-by }.

        Mais ninguém vê o que cotarem, e não são obrigados a responder.
    .action = Ler o pedido de cotação

quotation-quoted =
    .subject = Uma cotação de { $organisation }
    .body =
        { $organisation } apresentou uma cotação para o pedido de cotação { $request }.

        O seu preço vem com a sua explicação, ao lado dos outros que responderam.
    .action = Ver a cotação

quotation-countered =
    .subject = { $organisation } pede outra cotação
    .body =
        { $organisation } respondeu com uma contraproposta à vossa cotação para o pedido { $request }.

        Podem cotar de novo ou declinar.
    .action = Ler a contraproposta

quotation-written =
    .subject = Uma mensagem sobre o pedido de cotação { $request }
    .body =
        { $organisation } escreveu-lhes sobre a cotação para o pedido { $request }.
    .action = Ler a mensagem

quotation-accepted =
    .subject = { $organisation } aceita a vossa cotação
    .body =
        { $organisation } aceitou a vossa cotação para o pedido { $request }. Já é um pedido e a sua capacidade está reservada.

        A ordem de compra sai quando o pedido for aprovado.
    .action = Ver a cotação

quotation-ended =
    .subject = O pedido de cotação { $request } terminou sem um pedido para vocês
    .body =
        A conversa sobre o pedido de cotação { $request } terminou: { $organisation } não segue com esta cotação.

        A vossa capacidade não fica reservada.
    .action = Ver a cotação
pool-near-miss =
    .subject = { $pool }: a compra conjunta levaria { $taken } de { $asked }
    .body =
        A compra conjunta «{ $pool }» fecha em { $closes-at }. Como está, compraria { $taken } das { $asked } unidades que os compradores pedem; o pedido mínimo é { $minimum }.

        Quem pedir mais, ou ampliar a sua tolerância, completa o último volume. Abaixo do mínimo nada é pedido.
    .action = Ver como está a compra

pool-vote-below-minimum =
    .subject = { $pool } não chegou: pede-se o seu voto
    .body =
        A compra conjunta «{ $pool }» terminou abaixo do pedido mínimo.

        Os compradores votam até { $vote-by }: deixá-la, dar mais tempo para que outros entrem, ou aumentar as partes entre vocês. Cada organização tem um voto, e um empate a deixa.
    .action = Votar

pool-vote-too-few-bidders =
    .subject = { $pool } não chegou: pede-se o seu voto
    .body =
        Menos de três compradores fariam lances na compra conjunta «{ $pool }», e entre dois nenhum lance fica em segredo.

        Os compradores votam até { $vote-by }: deixá-la, dar mais tempo para que outros entrem, ou aumentar as partes entre vocês. Cada organização tem um voto, e um empate a deixa.
    .action = Votar

pool-vote-bids-insufficient =
    .subject = { $pool }: os lances não bastaram, pede-se o seu voto
    .body =
        Os lances da última rodada não alcançaram o que a cooperativa recebe na compra conjunta «{ $pool }».

        Os compradores votam até { $vote-by }: deixá-la, dar mais tempo para que outros entrem, ou aumentar as partes entre vocês. Cada organização tem um voto, e um empate a deixa.
    .action = Votar

pool-vote-no-price =
    .subject = { $pool } não tem preço: pede-se o seu voto
    .body =
        A compra conjunta «{ $pool }» não tem preço no momento, então ninguém pode fazer lances.

        Os compradores votam até { $vote-by }: deixá-la, dar mais tempo para que outros entrem, ou aumentar as partes entre vocês. Cada organização tem um voto, e um empate a deixa.
    .action = Votar

pool-extended =
    .subject = { $pool } está aberta de novo
    .body =
        Os compradores deram mais tempo à compra conjunta «{ $pool }», até { $until }. Outros podem entrar, e vocês podem mudar a sua parte.
    .action = Ver a compra

pool-topping-up =
    .subject = { $pool }: aumentem a sua parte
    .body =
        Os compradores decidiram completar a compra conjunta «{ $pool }» entre si. Vocês podem aumentar a quantidade ou a tolerância até { $until }.
    .action = Aumentar a sua parte

pool-cancelled =
    .subject = { $pool } não deu em nada
    .body =
        A compra conjunta «{ $pool }» foi cancelada. Nada é pedido e ninguém deve nada.
    .action = Ver a compra

pool-bidding =
    .subject = { $pool }: a primeira rodada de lances está aberta
    .body =
        A primeira rodada de lances da compra conjunta «{ $pool }» está aberta até { $until }. Ninguém mais lê o seu lance. Se não fizerem nenhum, conta o seu valor de guia.
    .action = Fazer o seu lance

pool-next-round =
    .subject = { $pool }: a próxima rodada de lances está aberta
    .body =
        Os lances até agora não alcançam o que a cooperativa recebe na compra conjunta «{ $pool }». A próxima rodada está aberta até { $until }.
    .action = Fazer o seu lance

pool-covered =
    .subject = { $pool }: os lances bastam
    .body =
        Os lances alcançam o que a cooperativa recebe na compra conjunta «{ $pool }». Vocês veem o que pagam; ninguém mais vê.
    .action = Ver o que pagam

affiliation-proposed =
    .subject = { $child } pede para pertencer a { $parent }
    .body = { $child } pede para pertencer a { $parent }. Nada muda até que { $parent } responda.
    .action = Ler e responder

affiliation-accepted =
    .subject = { $child } pertence a { $parent }
    .body = { $parent } acolheu { $child }. Agora { $parent } pode delegar orçamentos a { $child } e vê como são usados, não os pedidos por trás deles.
    .action = Ver a filiação

affiliation-refused =
    .subject = { $parent } não acolheu { $child }
    .body = { $parent } não acolheu { $child }. { $child } pode pedir de novo, ou pedir a outra organização.
    .action = Ver a filiação

affiliation-withdrawn =
    .subject = { $child } retirou a sua solicitação
    .body = { $child } não pede mais para pertencer a { $parent }.
    .action = Ver a filiação

affiliation-ended =
    .subject = { $child } não pertence mais a { $parent }
    .body = { $child } não pertence mais a { $parent }. O que restava dos orçamentos entre as duas voltou à origem.
    .action = Ver a filiação

assembly-asked =
    .subject = O pedido { $order } espera a decisão da assembleia
    .body = { $organisation } tem um pedido acima do último degrau da sua escala de aprovações. Ele espera a decisão da assembleia, com uma ata que nomeie o pedido e pelo menos este total.
    .action = Ler o pedido

emergency-submitted =
    .subject = Emergência: pedido { $order } de { $organisation }
    .body = O pedido { $order } de { $organisation } foi apresentado como emergência: "{ $reason }" Valem para ele os degraus de emergência da escala de aprovações. Todas as pessoas da organização são avisadas.
    .action = Ler o pedido

budget-delegated =
    .subject = { $giver } dá a vocês um orçamento: { $line }
    .body = { $giver } deu à sua organização uma parte do seu orçamento: { $line }. { $giver } vê quanto é usado, não em quais pedidos.
    .action = Ver a linha do orçamento

budget-delegated-unlimited =
    .subject = { $giver } dá a vocês um orçamento sem limite: { $line }
    .body = { $giver } deu à sua organização um orçamento sem limite: { $line }. { $giver } vê quanto é usado, não em quais pedidos.
    .action = Ver a linha do orçamento

input-need-offered =
    .subject = { $cooperative } precisa de: { $need }
    .body = { $cooperative }, uma cooperativa das suas redes, precisa de { $need }. Até { $until } só se pede a cooperativas que essas redes aceitam. As ofertas abertas de vocês com capacidade são consideradas.
    .action = Ver a necessidade

complaint-filed =
    .subject = Reclamação { $reference }
    .body = A reclamação { $reference } foi apresentada. A outra parte é ouvida antes que alguém decida; até lá ela pode responder.
    .action = Ler a reclamação

complaint-due-soon =
    .subject = O prazo para responder à reclamação { $reference } termina em breve
    .body = A sua parte ainda não foi ouvida na reclamação { $reference }. Sem resposta a tempo, ela pode ser decidida sem vocês.
    .action = Ler a reclamação

complaint-unanswered =
    .subject = A reclamação { $reference } não foi respondida a tempo
    .body = A outra parte não respondeu a tempo à reclamação { $reference }. Agora ela pode ser decidida; enquanto ninguém decidir, uma resposta ainda é lida.
    .action = Ler a reclamação

complaint-answered =
    .subject = A reclamação { $reference } foi respondida
    .body = A outra parte respondeu à reclamação { $reference }. As duas partes foram ouvidas e já se pode decidir.
    .action = Ler a reclamação

complaint-overdue =
    .subject = O resultado da reclamação { $reference } está atrasado
    .body = A reclamação { $reference } já deveria estar decidida. As duas partes e a rede são avisadas.
    .action = Ler a reclamação

complaint-decided =
    .subject = A reclamação { $reference } está decidida
    .body = Quem decidiu a reclamação { $reference } não pertence a nenhuma das partes. O resultado é publicado só para quem ela diz respeito.
    .action = Ler a reclamação

complaint-withdrawn =
    .subject = A reclamação { $reference } foi retirada
    .body = Quem apresentou a reclamação { $reference } a retirou.
    .action = Ler a reclamação
