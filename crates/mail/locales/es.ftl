# Lo que Minga escribe en castellano. Cada mensaje tiene asunto, cuerpo (una línea en blanco abre
# un párrafo) y las palabras de su enlace. De usted, con palabras llanas y sin amenazas.

footer = Minga envió este mensaje por sí sola. Las respuestas a esta dirección no se leen.

date = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
moment = { $date }, { $time } UTC

label-order = Pedido
label-purchase-order = Orden de compra
label-buyer = Compra
label-cooperative = Cooperativa
label-total = Total con flete e IVA
label-advance = Se paga por adelantado
label-amount = Importe
label-answer-by = Responder antes de

invitation =
    .subject = { $inviter } le invita a { $organisation } en Minga
    .body =
        { $inviter } le invita a actuar por { $organisation } en Minga, el mercado entre sindicatos y fábricas recuperadas.

        Puede aceptar hasta el final del { $expires }. Si no conoce a { $inviter }, no haga nada: sin su consentimiento no se crea nada a su nombre.
    .action = Aceptar la invitación

approval-asked =
    .subject = El pedido { $order } espera su aprobación
    .body =
        { $organisation } tiene un pedido que espera su aprobación. { $needed ->
            [one] Necesita { $needed } aprobación
           *[other] Necesita { $needed } aprobaciones de personas distintas
        } antes de confirmarse.

        Hasta entonces no se compra nada. Cualquier cambio del pedido vuelve a pedir las aprobaciones.
    .action = Leer el pedido y decidir

order-confirmed =
    .subject = El pedido { $order } está confirmado
    .body =
        El pedido { $order } está confirmado y su precio quedó fijado. { $cooperatives ->
            [one] Salió una orden de compra
           *[other] Salieron { $cooperatives } órdenes de compra
        } y cada cooperativa todavía puede rechazar su parte.
    .action = Ver el pedido con su precio explicado

purchase-order-issued =
    .subject = Orden de compra { $reference } de { $buyer }
    .body =
        { $buyer } hace un pedido a { $cooperative }. La capacidad queda reservada para esta orden de compra hasta el { $answer-by }.

        Por favor, acepte o rechace antes. Sin respuesta, la capacidad se libera y no se penaliza a nadie.
    .action = Leer la orden de compra y responder

new-match-declined =
    .subject = Una nueva propuesta para el pedido { $order }
    .body =
        Una cooperativa rechazó su parte del pedido { $order }. Su capacidad vuelve a estar libre y no se penaliza a nadie.

        Hay una nueva propuesta para mirar. Si cambia el precio, se vuelven a pedir las aprobaciones y los aportes.
    .action = Mirar la nueva propuesta

new-match-expired =
    .subject = Una nueva propuesta para el pedido { $order }
    .body =
        Una cooperativa no respondió a tiempo por su parte del pedido { $order }. Su capacidad vuelve a estar libre y no se penaliza a nadie.

        Hay una nueva propuesta para mirar. Si cambia el precio, se vuelven a pedir las aprobaciones y los aportes.
    .action = Mirar la nueva propuesta

capacity-for-buyer =
    .subject = Nueva capacidad para { $product }
    .body =
        Su necesidad «{ $need }» no tenía propuesta. Ahora una cooperativa tiene capacidad para { $product }.

        Todavía no hay nada reservado: pida una nueva propuesta para ver qué se puede hacer, para cuándo y a qué precio.
    .action = Pedir una nueva propuesta

capacity-for-cooperative =
    .subject = Una necesidad coincide con su capacidad para { $product }
    .body =
        La necesidad «{ $need }» de una organización compradora no tenía propuesta. Su capacidad para { $product } puede cubrirla.

        No hace falta que haga nada: la organización compradora también recibió el aviso y puede pedir una propuesta.
    .action = Ver la necesidad

delivery =
    .subject = { $event ->
            [schedule_proposed] Se propone un calendario de entregas para { $reference }
            [schedule_agreed] El calendario de entregas de { $reference } está acordado
            [despatched] Mercadería de { $reference } está en camino
            [received] Llegó mercadería de { $reference }
            [claim_raised] Un reclamo sobre mercadería de { $reference }
            [remake_promised] Se rehará mercadería de { $reference }
            [credited] Se acreditó mercadería de { $reference }
            [invoiced] Una factura de { $reference }
            [consultation_opened] Una consulta sobre { $reference }
            [consultation_answered] La consulta sobre { $reference } puede seguir
            [cancelled] { $reference } fue cancelada
           *[late] Una entrega de { $reference } está atrasada
        }
    .body =
        { $event ->
            [schedule_proposed] La otra parte propone qué va adónde y cuándo. Vale cuando usted lo acepte; puede proponer otro.
            [schedule_agreed] La otra parte aceptó el calendario que usted propuso. Vale desde ahora.
            [despatched] La cooperativa le envió mercadería. Cuando llegue, por favor registre qué se aceptó, qué se rechazó y qué faltó.
            [received] Una sede registró lo que recibió.
            [claim_raised] Hay mercadería rechazada, faltante o defectuosa. Puede rehacerla: por favor diga para cuándo. Sin respuesta, se acredita.
            [remake_promised] La cooperativa rehará lo que no estaba bien o no llegó.
            [credited] Lo que no estaba bien o no llegó no se rehará. Se emitió una nota de crédito.
            [invoiced] La cooperativa facturó lo aceptado. Se descuenta su parte del anticipo.
            [consultation_opened] La otra parte pide terminar esta orden de compra. Nada se cancela antes de que la cooperativa diga cómo está el trabajo; el trabajo hecho se paga.
            [consultation_answered] La cooperativa dijo cómo está el trabajo, o su plazo terminó. Puede acordar seguir o cancelar lo no entregado.
            [cancelled] Se cancela lo no entregado. Lo aceptado todavía puede facturarse y el trabajo hecho se paga.
           *[late] Pasó el día de una etapa del calendario. No hay multa: por favor convérsenlo y acuerden otro calendario si ayuda.
        }
    .action = Leerlo

order-came-back-declined =
    .subject = El pedido { $order } volvió
    .body =
        { $cooperative } rechazó el pedido { $order }. El pedido queda cancelado: su capacidad está libre de nuevo y nadie recibe una sanción.

        Lo que se había pedido dentro de un acuerdo marco puede pedirse otra vez.
    .action = Ver el pedido

order-came-back-expired =
    .subject = El pedido { $order } volvió
    .body =
        { $cooperative } no respondió a tiempo al pedido { $order }. El pedido queda cancelado: su capacidad está libre de nuevo y nadie recibe una sanción.

        Lo que se había pedido dentro de un acuerdo marco puede pedirse otra vez.
    .action = Ver el pedido

agreement-offered =
    .subject = Acuerdo marco { $agreement }: condiciones de { $organisation }
    .body =
        { $organisation } escribió las condiciones del acuerdo marco { $agreement }. Por favor, léanlas: pueden cambiarlas o firmarlas.

        Cualquier cambio anula las firmas ya dadas.
    .action = Leer las condiciones

agreement-in-force =
    .subject = El acuerdo marco { $agreement } está vigente
    .body =
        El acuerdo marco { $agreement } con { $organisation } está firmado por las dos partes y vigente hasta el { $ends }.

        Sus precios están fijados; los pedidos dentro de él no necesitan otra votación.
    .action = Ver el acuerdo

agreement-ended =
    .subject = El acuerdo marco { $agreement } terminó
    .body =
        { $organisation } terminó el acuerdo marco { $agreement } antes de su plazo.

        Lo que se pidió antes sigue pedido.
    .action = Ver el acuerdo y el motivo

price-review-asked =
    .subject = Acuerdo marco { $agreement }: una revisión de precios
    .body =
        { $organisation } pide revisar los precios del acuerdo marco { $agreement }.

        Nada cambia hasta que ustedes acepten. Los pedidos anteriores conservan sus precios, y los salarios nunca bajan.
    .action = Leer la revisión y decidir

clause-due =
    .subject = Acuerdo marco { $agreement }: hay que medir una cláusula
    .body =
        Según lo acordado, una cláusula del acuerdo marco { $agreement } se mide desde el { $day }: «{ $clause }».

        Anota el dato una persona verificadora de las redes de la cooperativa, o lo anota una parte y lo confirma la otra.
    .action = Anotar el dato

quotation-asked =
    .subject = { $organisation } pide un presupuesto
    .body =
        { $organisation } les pide un presupuesto ({ $request }). La respuesta vale hasta el { $answer-by }.

        Nadie más ve lo que ustedes presupuestan, y no están obligados a responder.
    .action = Leer la solicitud

quotation-quoted =
    .subject = Un presupuesto de { $organisation }
    .body =
        { $organisation } presentó un presupuesto para la solicitud { $request }.

        Su precio viene con su explicación, al lado de los demás que respondieron.
    .action = Ver el presupuesto

quotation-countered =
    .subject = { $organisation } pide otro presupuesto
    .body =
        { $organisation } respondió con una contraoferta al presupuesto de ustedes para la solicitud { $request }.

        Pueden presupuestar de nuevo o declinar.
    .action = Leer la contraoferta

quotation-written =
    .subject = Un mensaje sobre la solicitud { $request }
    .body =
        { $organisation } les escribió sobre el presupuesto para la solicitud { $request }.
    .action = Leer el mensaje

quotation-accepted =
    .subject = { $organisation } acepta el presupuesto de ustedes
    .body =
        { $organisation } aceptó el presupuesto de ustedes para la solicitud { $request }. Ya es un pedido y su capacidad está reservada.

        La orden de compra sale cuando el pedido esté aprobado.
    .action = Ver el presupuesto

quotation-ended =
    .subject = La solicitud { $request } terminó sin un pedido para ustedes
    .body =
        La conversación sobre la solicitud { $request } terminó: { $organisation } no sigue adelante con este presupuesto.

        La capacidad de ustedes no queda reservada.
    .action = Ver el presupuesto
pool-near-miss =
    .subject = { $pool }: la compra conjunta llevaría { $taken } de { $asked }
    .body =
        La compra conjunta «{ $pool }» cierra el { $closes-at }. Como está, compraría { $taken } de las { $asked } unidades que piden sus compradores; el pedido mínimo es { $minimum }.

        Quien pida más, o amplíe su tolerancia, completa el último bulto. Por debajo del mínimo no se pide nada.
    .action = Ver cómo está la compra

pool-vote-below-minimum =
    .subject = { $pool } no llegó: se pide su voto
    .body =
        La compra conjunta «{ $pool }» terminó por debajo del pedido mínimo.

        Sus compradores votan hasta el { $vote-by }: dejarla, darle más tiempo para que se sumen otros, o aumentar sus partes entre ustedes. Cada organización tiene un voto, y un empate la deja.
    .action = Votar

pool-vote-too-few-bidders =
    .subject = { $pool } no llegó: se pide su voto
    .body =
        Menos de tres compradores ofertarían en la compra conjunta «{ $pool }», y entre dos ninguna oferta queda en secreto.

        Sus compradores votan hasta el { $vote-by }: dejarla, darle más tiempo para que se sumen otros, o aumentar sus partes entre ustedes. Cada organización tiene un voto, y un empate la deja.
    .action = Votar

pool-vote-bids-insufficient =
    .subject = { $pool }: las ofertas no alcanzaron, se pide su voto
    .body =
        Las ofertas de la última ronda no alcanzaron lo que recibe la cooperativa en la compra conjunta «{ $pool }».

        Sus compradores votan hasta el { $vote-by }: dejarla, darle más tiempo para que se sumen otros, o aumentar sus partes entre ustedes. Cada organización tiene un voto, y un empate la deja.
    .action = Votar

pool-vote-no-price =
    .subject = { $pool } no tiene precio: se pide su voto
    .body =
        La compra conjunta «{ $pool }» no tiene precio por ahora, así que nadie puede ofertar.

        Sus compradores votan hasta el { $vote-by }: dejarla, darle más tiempo para que se sumen otros, o aumentar sus partes entre ustedes. Cada organización tiene un voto, y un empate la deja.
    .action = Votar

pool-extended =
    .subject = { $pool } está abierta de nuevo
    .body =
        Sus compradores dieron más tiempo a la compra conjunta «{ $pool }», hasta el { $until }. Otros pueden sumarse, y ustedes pueden cambiar su parte.
    .action = Ver la compra

pool-topping-up =
    .subject = { $pool }: aumenten su parte
    .body =
        Sus compradores decidieron completar la compra conjunta «{ $pool }» entre ellos. Pueden aumentar su cantidad o su tolerancia hasta el { $until }.
    .action = Aumentar su parte

pool-cancelled =
    .subject = { $pool } quedó en nada
    .body =
        La compra conjunta «{ $pool }» se canceló. No se pide nada y nadie debe nada.
    .action = Ver la compra

pool-bidding =
    .subject = { $pool }: se abrió la primera ronda de ofertas
    .body =
        La primera ronda de ofertas de la compra conjunta «{ $pool }» está abierta hasta el { $until }. Nadie más lee su oferta. Si no presentan ninguna, cuenta su valor de guía.
    .action = Presentar su oferta

pool-next-round =
    .subject = { $pool }: se abrió la siguiente ronda de ofertas
    .body =
        Las ofertas hasta ahora no alcanzan lo que recibe la cooperativa en la compra conjunta «{ $pool }». La siguiente ronda está abierta hasta el { $until }.
    .action = Presentar su oferta

pool-covered =
    .subject = { $pool }: las ofertas alcanzan
    .body =
        Las ofertas alcanzan lo que recibe la cooperativa en la compra conjunta «{ $pool }». Ustedes ven lo que pagan; nadie más lo ve.
    .action = Ver lo que pagan

affiliation-proposed =
    .subject = { $child } pide pertenecer a { $parent }
    .body = { $child } pide pertenecer a { $parent }. Nada cambia hasta que { $parent } responda.
    .action = Leer y responder

affiliation-accepted =
    .subject = { $child } pertenece a { $parent }
    .body = { $parent } incorporó a { $child }. Desde ahora { $parent } puede delegarle presupuestos y ve cómo se usan, no las órdenes que hay detrás.
    .action = Ver la afiliación

affiliation-refused =
    .subject = { $parent } no incorporó a { $child }
    .body = { $parent } no incorporó a { $child }. { $child } puede volver a pedirlo, o pedirlo a otra organización.
    .action = Ver la afiliación

affiliation-withdrawn =
    .subject = { $child } retiró su pedido
    .body = { $child } ya no pide pertenecer a { $parent }.
    .action = Ver la afiliación

affiliation-ended =
    .subject = { $child } ya no pertenece a { $parent }
    .body = { $child } ya no pertenece a { $parent }. Lo que quedaba de los presupuestos entre ambas volvió a su origen.
    .action = Ver la afiliación

assembly-asked =
    .subject = La orden { $order } pide la decisión de la asamblea
    .body = { $organisation } tiene una orden por encima del último escalón de su escala de aprobaciones. Pide la decisión de la asamblea, con un acta que nombre la orden y al menos este total.
    .action = Leer la orden

emergency-submitted =
    .subject = Emergencia: orden { $order } de { $organisation }
    .body = La orden { $order } de { $organisation } se presentó como emergencia: "{ $reason }" Valen para ella los escalones de emergencia de la escala de aprobaciones. Se avisa a todas las personas de la organización.
    .action = Leer la orden

budget-delegated =
    .subject = { $giver } les da un presupuesto: { $line }
    .body = { $giver } dio a su organización una parte de su presupuesto: { $line }. { $giver } ve cuánto se usa, no en qué órdenes.
    .action = Ver la partida

budget-delegated-unlimited =
    .subject = { $giver } les da un presupuesto sin límite: { $line }
    .body = { $giver } dio a su organización un presupuesto sin límite: { $line }. { $giver } ve cuánto se usa, no en qué órdenes.
    .action = Ver la partida

input-need-offered =
    .subject = { $cooperative } necesita: { $need }
    .body = { $cooperative }, una cooperativa de sus redes, necesita { $need }. Hasta el { $until } no se pide a nadie más que a cooperativas que esas redes aceptan. Se tienen en cuenta sus ofertas abiertas con capacidad.
    .action = Ver la necesidad

complaint-filed =
    .subject = Reclamo { $reference }
    .body = Se presentó el reclamo { $reference }. Se escucha a la otra parte antes de que alguien decida; hasta entonces puede responder.
    .action = Leer el reclamo

complaint-due-soon =
    .subject = Pronto termina el plazo para responder el reclamo { $reference }
    .body = Todavía no se escuchó a su parte en el reclamo { $reference }. Sin una respuesta a tiempo puede decidirse sin ella.
    .action = Leer el reclamo

complaint-unanswered =
    .subject = El reclamo { $reference } no fue respondido a tiempo
    .body = La otra parte no respondió a tiempo el reclamo { $reference }. Ya puede decidirlo una inspectora o un inspector; mientras nadie lo haga, todavía se lee una respuesta.
    .action = Leer el reclamo

complaint-answered =
    .subject = El reclamo { $reference } fue respondido
    .body = La otra parte respondió el reclamo { $reference }. Se escuchó a ambas partes y ya se puede decidir.
    .action = Leer el reclamo

complaint-overdue =
    .subject = El resultado del reclamo { $reference } está atrasado
    .body = El reclamo { $reference } ya debería estar decidido. Se avisa a ambas partes y a la red.
    .action = Leer el reclamo

complaint-decided =
    .subject = El reclamo { $reference } está decidido
    .body = Decidió el reclamo { $reference } alguien que no pertenece a ninguna de las partes. El resultado se publica solo para quienes concierne.
    .action = Leer el reclamo

complaint-withdrawn =
    .subject = El reclamo { $reference } fue retirado
    .body = Quien presentó el reclamo { $reference } lo retiró.
    .action = Leer el reclamo
