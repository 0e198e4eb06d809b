# El resumen, el balance y las páginas que abren sus enlaces.
digest-asked-by = { $by } no puede a esa hora
digest-doubtful-ask = entregue su registro, diga que no se hizo o cámbiela de día
digest-called-off-instead = en su lugar, { $visit } el { $day }
digest-called-off-nothing = todavía sin otra visita
digest-incomplete-left = { $count ->
    [one] una comprobación sin hacer
   *[other] { $count } comprobaciones sin hacer
}
digest-incomplete-rest = { $visit } el { $day }, { $engineer }
digest-incomplete-nobody = todavía nadie puede ir a ver el resto
digest-review-why = parte { $form }: { $why ->
    [expired] su enlace había caducado cuando llegó
    [revoked] la visita era ya de otro técnico cuando llegó
    [cancelled] la visita estaba anulada cuando llegó
    [other-record] la visita tenía ya otro parte cuando llegó
    [conflict] una segunda copia, distinta, de un parte
    [in-the-future] indica un final de visita en el futuro
   *[for-review] el técnico pide que lo revise
}
digest-unfit-why = { $why ->
    [engineer-gone] { $engineer } ya no está
    [engineer-off] { $engineer } no trabaja el { $day }
    [lacks-skill] { $engineer } no tiene la competencia { $skill }
    [certificate-ends] el certificado de { $engineer } para { $skill } vence el { $day }
    [site-closed] el emplazamiento está cerrado el { $day }
   *[no-equipment] en el emplazamiento no hay nada que revisar
}
digest-unfit-proposal = Propuesta: { $engineer }, { $day } { $time }
digest-unfit-nobody = Nadie puede hacerla dentro de su plazo
digest-waits-record = falta el parte
digest-waits-drawing = el informe aún no está hecho
digest-waits-delivery = enviado, pero no todos los servidores de correo lo han aceptado
digest-waits-refused = un servidor de correo rechazó la carta
digest-waits-recipient = nadie en el emplazamiento recibe informes
digest-waits-visit = la visita está prevista para el { $day }
digest-waits-planning = no hay visita prevista
digest-waits-rest = algo quedó sin inspeccionar y no hay visita prevista para ello
digest-unreachable-since = desde el { $day }
digest-unreachable-ask = ¿Sigue siendo correcta la dirección? Si lo es, vuelva a enviar la carta; si no, importe el contacto que la sustituye
digest-risk-habit = suele tardar { $usual } días hábiles; quedan { $left }
digest-risk-longer = lleva más tiempo que cualquiera de los últimos informes; días hábiles que quedan: { $left }
digest-risk-soon = { $left ->
    [one] queda un día hábil
   *[other] quedan { $left } días hábiles
}
digest-risk-no-visit = sin visita prevista; días hábiles que quedan: { $left }
digest-risk-visit-too-late = la visita no es hasta el { $day }
digest-ledger = contado desde el { $day }
digest-most-late = La mayor parte, con { $names }
digest-all = Todas las listas, completas
digest-attached = Las listas completas van adjuntas en una tabla.
digest-today = Hoy, { $day }
digest-week = La semana · { $count }
digest-week-visits = { $count ->
    [one] { $count } visita
   *[other] { $count } visitas
}
digest-quiet = { $visits } en los próximos siete días; { $percent } % de los compromisos de { $month } cumplidos hasta ahora.
digest-quiet-undecided = { $visits } en los próximos siete días.
digest-excused = { $count ->
    [one] { $count } dispensado
   *[other] { $count } dispensados
}
digest-kind = { $owed ->
    [visit] visitas
    [training] formaciones
    [record] partes de visita
   *[report] informes
}
digest-trend = Por meses
review-trend = Los periodos anteriores
review-subject = { $verdict } · { $period }
review-verdict = { $percent } % de los compromisos cumplidos
review-verdict-none = No venció nada
review-by-kind = Por tipo de compromiso
review-by-customer = Por cliente
review-by-engineer = Por técnico
review-row = { $kept } de { $all } en plazo
review-row-late = { $metlate } cumplidos tarde, { $late } aún con retraso
review-ahead = Lo que viene
review-visits-ahead = { $count ->
    [one] Hay { $count } visita prevista
   *[other] Hay { $count } visitas previstas
}; formaciones entre ellas: { $trainings }
review-windows-without-visit = { $count ->
    [one] { $count } ventana termina sin visita prevista
   *[other] { $count } ventanas terminan sin visita prevista
}
review-phase = La garantía de { $equipment } ({ $site }) termina el { $day }

decide-for = Para { $name }
decide-number = Número
decide-standing = Situación
decide-due = Vence
decide-due-below = hasta el final de ese día en el emplazamiento
decide-window = Ventana
decide-waits = Por qué sigue abierto
decide-visit = Visita
decide-visit-planned = prevista, aún no se ha avisado a nadie
decide-visit-booked = anunciada
decide-visit-done = hecha
decide-visit-cancelled = anulada
decide-why = Motivo
decide-letter-to = Para
decide-letter-said = El servidor dijo
decide-letter-attempts = Intentos
decide-letter = Carta sin entregar: { $subject }
decide-slot = { $purpose } sin visita
decide-gone = De qué trataba esta línea
decide-ledger = Cómo se contó el plazo
decide-ledger-from = { $day }: empieza el plazo; este día no cuenta
decide-ledger-due = Vence al acabar el { $day }
decide-ledger-calendar = Calendario { $calendar }
decide-settled-met = Resuelto: hecho el { $at }. No queda nada que decidir.
decide-settled-excused = Dispensado el { $at } por { $by }: { $why }
decide-settled-not-owed = Esto ya no se debe: la visita se movió o se anuló, o se planificó de nuevo. No queda nada que decidir.
decide-settled-visit-done = La visita se hizo el { $at }. No queda nada que decidir.
decide-settled-visit-cancelled = La visita se anuló el { $at }. Aquí no queda nada que decidir.
decide-settled-planned = Ya hay una visita prevista. Aquí no queda nada que decidir.
decide-settled-letter = La carta ya no está abandonada: se envió de nuevo, o su asunto está resuelto. No queda nada que decidir.
decide-acts = Lo que se ha hecho
decide-done = Hecho. Queda registrado más abajo.
decide-act-remind = Recordatorio enviado al técnico
decide-act-assign = Asignada a { $engineer }
decide-act-move = Movida al { $day }
decide-act-move-time = Movida al { $day } a las { $time }
decide-act-handed-over = Informe entregado en mano el { $day } por { $by } a { $to }
decide-act-excuse = Dispensado: { $why }
decide-act-retry = Carta enviada de nuevo
decide-act-by = { $at }, { $by }
decide-what = ¿Qué quiere hacer?
decide-ask = No cambia nada hasta que pulse un botón.
decide-remind = Recordárselo ahora a { $engineer }
decide-remind-lead = { $engineer } recibe una carta que dice cómo está el asunto.
decide-remind-wait = Ya se le ha recordado; se puede enviar otro recordatorio a partir del { $at }.
decide-assign = Asignar a otra persona
decide-assign-lead = Libres el { $day } y con las competencias; primero los más cercanos. Se avisa del cambio a todos los que sabían de la visita.
decide-assign-nobody = Nadie más con las competencias está libre el { $day }. Mueva la visita a otro día.
decide-assign-engineer = Técnico
decide-move = Mover a otro día
decide-move-lead = Prevista para el { $day } a las { $time }. Se avisa del cambio a todos los que sabían de la visita.
decide-move-lead-planned = Prevista para el { $day } a las { $time }. Aún no se ha avisado a nadie: seguirá prevista y se avisará cuando se acerque su nueva fecha.
decide-move-day = Día
decide-move-time = Hora (vacía: la misma)
decide-unfit = No se puede hacer
decide-take-proposal = Aceptar la propuesta: { $engineer }, { $day } { $time }
decide-take-proposal-lead = Se avisa del cambio a todas las personas que sabían de la visita.
decide-press-take-proposal = Aceptar
decide-act-take-proposal = Propuesta aceptada: { $engineer }, { $day } { $time }
decide-refused-engineer-gone = { $engineer } ya no está desde el { $day }; elija a otra persona.
decide-handed-over = Anotar que el informe se entregó en mano
decide-handed-over-lead = El informe cuenta como entregado ese día.
decide-handed-over-by = Lo entregó
decide-handed-over-to = Lo recibió
decide-handed-over-on = Día
decide-excuse = Dispensar, con un motivo
decide-excuse-lead = Queda registrado con su nombre y el motivo. No se avisa más de ello y no cuenta ni como cumplido ni como incumplido, sino aparte.
decide-excuse-why = Motivo
decide-retry = Enviar la carta de nuevo
decide-retry-lead = Hágalo cuando la causa haya desaparecido, por ejemplo cuando la dirección esté corregida.
decide-press-remind = Enviar el recordatorio
decide-press-assign = Asignar
decide-press-move = Mover
decide-press-handed-over = Anotar
decide-press-excuse = Dispensar
decide-press-retry = Enviar de nuevo
decide-form = Parte por revisar: { $purpose }
decide-form-received = Recibido
decide-form-note = Nota para la oficina
decide-form-photos = Fotos
decide-form-compared = Frente al parte archivado
decide-form-differs = { $count ->
    [0] dice lo mismo
    [one] difiere en un punto
   *[other] difiere en { $count } puntos
}
decide-take-form = Aceptarlo como parte de la visita
decide-take-form-lead = Pasa a ser el parte tal como se entregó; el informe se hace y sale. Su plazo corre desde el final de visita que indica el parte.
decide-dismiss-form = Apartarlo, con un motivo
decide-dismiss-form-lead = Queda archivado con su nombre y el motivo, y no cambia nada.
decide-press-take-form = Aceptar
decide-press-dismiss-form = Apartar
decide-act-take-form = Aceptado como parte de la visita
decide-act-dismiss-form = Apartado: { $why }
decide-settled-form = Resuelto el { $at }. No queda nada por decidir.
decide-insist = Hacerlo de todos modos
decide-nothing = Desde aquí no se puede hacer nada con este asunto.
decide-refused-done = { $by } ya hizo esto, { $at }: { $what }. Mire cómo está ahora y decida después.
decide-refused-not-possible = Esto ya no se puede hacer. Mire cómo está ahora.
decide-refused-order = Este formulario ya se envió con otro contenido. No se ha cambiado nada; rellene el formulario de abajo.
decide-refused-reminded = Al técnico se le recordó hace menos de una hora; se puede enviar otro recordatorio a partir del { $at }.
decide-refused-more = Rellene todos los campos, con 500 caracteres como máximo.
decide-refused-handed-over = El informe se hizo el { $drawn } y hoy es { $today }: se entregó en un día entre ambos.
decide-refused-past = El { $day } ya ha pasado en el emplazamiento; elija un día a partir de hoy.
decide-refused-day-off = El { $day } no es laborable en el emplazamiento.
decide-refused-window = El { $day } está fuera de la ventana, del { $first } al { $last }.
decide-refused-skill = { $engineer } no tiene la competencia { $skill }.
decide-refused-reach = { $engineer } trabaja en otro país y no se desplaza hasta { $site }.
decide-refused-engineer-off = { $engineer } no trabaja el { $day }: { $why }.
decide-refused-taken = { $engineer } no tiene hueco el { $day } (visitas { $visits }).
decide-refused-contract = El contrato { $contract } terminó el { $day }; renuévelo antes.
decide-refused-changed = Otra persona acaba de cambiar esta visita. Mire cómo está ahora.
decide-refused-control = El carácter { $at } de lo que ha escrito no se puede guardar; quítelo, por favor.
decide-refused-engineer = No hay ningún técnico { $engineer }; elija uno de la lista.
decide-refused-holidays = El calendario { $calendar } aún no conoce los festivos del { $day }; elija un día anterior.
decide-written = Usted escribió: { $text }
decide-form-broken = El formulario no llegó completo. No se ha cambiado nada; inténtelo de nuevo.
decide-form-no-day = Esto no es un día: { $typed }. No se ha cambiado nada; indique uno como 2026-03-12.
decide-form-no-time = Esto no es una hora: { $typed }. No se ha cambiado nada; indique una como 09:30.
decide-link-unknown = Este enlace no se conoce aquí. Copie la dirección completa de la carta.
decide-link-expired = Este enlace valía hasta el { $at }. El último resumen trae uno nuevo para todo lo que sigue abierto.
decide-link-revoked = Este enlace se ha sustituido. Use el de la última carta.
decide-link-title = Este enlace no abre nada
decide-lists = Lo que está abierto
decide-lists-lead = Situación actual, { $at }. Abra una línea para ver por qué y para decidir.
decide-lists-empty = No hay nada abierto.
decide-lists-csv = Como tabla (CSV)
decide-lists-all = Las { $count }
decide-lists-back = Todas las listas
decide-lists-earlier = Anteriores
decide-lists-later = Siguientes
