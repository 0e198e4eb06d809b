# Cartas.
mail-greeting = Hola, { $name }:
mail-footer = Puede responder a esta carta; la lee una persona.
mail-purpose = { $purpose ->
    [inspection] Inspección
    [maintenance] Mantenimiento
    [training] Formación
    [follow-up] Visita de seguimiento
    [call-out] Visita por avería
   *[planned-support] Asistencia planificada
}
mail-takes-hours = { $hours } h
mail-takes-minutes = { $minutes } min
mail-takes-both = { $hours } h { $minutes } min
mail-when = { $day } a las { $time }
mail-when-below = hora local; dura unas { $takes }
mail-file-size = PDF, { $kilobytes } KB
mail-file-size-mb = PDF, { $megabytes } MB
mail-no-engineer = aún sin técnico

mail-fact-when = Cuándo
mail-fact-where = Dónde
mail-fact-what = Qué
mail-fact-equipment = Equipos
mail-fact-topics = Temas
mail-fact-why = Motivo
mail-why-rest = lo que no se pudo inspeccionar en { $visit }: { $why }
mail-fact-engineer = Técnico
mail-fact-customer = Cliente
mail-fact-site = Instalación
mail-fact-visit = Visita
mail-fact-attached = Adjunto
mail-fact-attendees = Asistentes
mail-fact-completed = Terminada
mail-fact-standing = Situación
mail-fact-due = Vence
mail-fact-report-due = Vence el informe
mail-fact-letter = Carta
mail-fact-to = Para
mail-fact-subject = Asunto
mail-fact-said = El servidor dijo
mail-fact-given-up = Se desistió
mail-due-below = hasta el final de ese día en el emplazamiento
mail-reason = Motivo: { $reason }

mail-visit-announced-subject = { mail-purpose } en { $site }, { $day } a las { $time }
mail-visit-announced-headline = { mail-purpose }: { $day } a las { $time }
mail-visit-announced-lead-customer = { $engineer } acudirá a { $site } para esta visita: { $purpose ->
    [inspection] una inspección
    [maintenance] mantenimiento
    [training] una formación
    [follow-up] una visita de seguimiento
    [call-out] una visita por avería
   *[planned-support] asistencia planificada
}. Le rogamos que los equipos estén accesibles y que alguien pueda firmar el parte.
mail-visit-announced-lead-engineer = Esta visita a { $site } es suya ({ mail-purpose }, { $engineer }). El cliente ha recibido el mismo aviso.
mail-visit-announced-lead-manager = { mail-purpose } en { $site }: reservada con { $engineer }. El cliente y el técnico están avisados.
mail-visit-please-answer = ¿No le viene bien la hora? Responda a esta carta y buscaremos otra.
mail-visit-reminder-subject = Recordatorio: { mail-purpose } en { $site }, { $day } a las { $time }
mail-visit-reminder-headline = Pronto: { mail-purpose }, { $day } a las { $time }
mail-visit-reminder-lead-customer = Le recordamos esta visita ({ mail-purpose }): { $engineer } acudirá a { $site }.
mail-visit-reminder-lead-engineer = Le recordamos su próxima visita ({ mail-purpose }, { $engineer }) a { $site }. Entregue el parte el mismo día, por favor.
mail-visit-reminder-lead-manager = Se ha enviado un recordatorio de esta visita ({ mail-purpose }) a { $site } tanto a { $engineer } como al cliente.
mail-visit-moved-subject = Nueva fecha, { $day } a las { $time }: { mail-purpose } en { $site }
mail-visit-moved-headline = Nueva fecha: { $day } a las { $time }
mail-visit-moved-lead = { mail-purpose } en { $site }: la visita prevista para el { $wasday } a las { $wastime } ha cambiado de fecha. Lo que vale ahora:
mail-visit-passed-on-subject = Ya no es suya: { mail-purpose } en { $site }, { $day } a las { $time }
mail-visit-passed-on-headline = Ya no es suya: { mail-purpose }, { $day }
mail-visit-passed-on-lead = { mail-purpose } en { $site }: esta visita ya no es suya. La hará { $to }. Lo que usted tenía:
mail-visit-cancelled-subject = Anulada: { mail-purpose } en { $site }, { $day } a las { $time }
mail-visit-cancelled-headline = Anulada: { mail-purpose }, { $day }
mail-visit-cancelled-lead = { mail-purpose } en { $site }: la visita siguiente no tendrá lugar.
mail-visit-cancelled-contract-ended = el contrato terminó el { $day }
mail-visit-cancelled-nothing-left = no queda nada por inspeccionar de { $visit }
mail-visit-not-done-subject = No realizada: { mail-purpose } en { $site }, { $day }
mail-visit-not-done-headline = No realizada: { mail-purpose }, { $day }
mail-visit-not-done-lead = { mail-purpose } en { $site }: la visita siguiente no se pudo realizar.
mail-visit-not-done-next = Le escribiremos para acordar otro día.

mail-report-name = { $purpose ->
    [inspection] informe de inspección
    [maintenance] informe de mantenimiento
    [training] certificado de formación
    [follow-up] informe de seguimiento
    [call-out] informe de avería
   *[planned-support] informe de asistencia planificada
}
mail-report-delivered-subject = { $purpose ->
    [inspection] Informe de inspección
    [maintenance] Informe de mantenimiento
    [training] Informe de formación
    [follow-up] Informe de seguimiento
    [call-out] Informe de avería
   *[planned-support] Informe de asistencia planificada
} de { $site }, { $day }
mail-report-delivered-headline = Su informe de { $site }
mail-report-delivered-lead = Adjuntamos el { mail-report-name } de { $site }. { $engineer } terminó la visita el { $day }; el informe recoge cada comprobación y lectura, lo que se encontró y lo que aconsejamos.
mail-report-incomplete = { $count ->
    [one] La visita está incompleta: una comprobación no se pudo hacer. El informe dice cuál y por qué.
   *[other] La visita está incompleta: { $count } comprobaciones no se pudieron hacer. El informe dice cuáles y por qué.
}
mail-certificate-delivered-subject = Certificado de formación de { $site }, { $day }
mail-certificate-delivered-headline = Su certificado de formación
mail-certificate-delivered-lead = Adjuntamos el certificado de la formación que { $engineer } impartió en { $site } el { $day }.
mail-subject-revision = {" "}(revisión { $revision })
mail-delivered-replaces = Esta es la revisión { $revision }. Sustituye a la revisión { $replaces } del { $day }: utilice esta a partir de ahora, por favor.
mail-delivered-replaces-signed = Esta es la revisión { $revision }. { $name } ha firmado el parte después de emitirse la revisión { $replaces } del { $day }. Utilice esta a partir de ahora, por favor.
mail-delivered-keep = Guarde el archivo, por favor. Si algo no es correcto, responda a esta carta y lo corregiremos.
mail-countersign-subject = Pendiente de su firma: parte de la visita a { $site }, { $day }
mail-countersign-headline = Su firma en el parte del { $day }
mail-countersign-lead = { $engineer } ha registrado la visita a { $site } del { $day } y le pide su firma.
mail-countersign-open = Leer y firmar el parte
mail-countersign-what = Verá cada comprobación con su lectura, podrá comentar cada una y firmar con el dedo. Si no está de acuerdo con algo, escríbalo junto al punto: figurará en el informe con sus palabras. Sin su firma, el informe se envía y lo hace constar.

mail-owed-any = { $owed ->
    [visit] visita
    [training] formación
    [record] parte de una visita
   *[report] informe
}
mail-owed-report = { mail-report-name }
mail-owed-record = { $purpose ->
    [inspection] parte de la inspección
    [maintenance] parte del mantenimiento
    [training] parte de la formación
    [follow-up] parte de la visita de seguimiento
    [call-out] parte de la visita por avería
   *[planned-support] parte de la asistencia planificada
}
mail-owed-visit = { $purpose ->
    [inspection] inspección
    [maintenance] mantenimiento
    [training] formación
    [follow-up] visita de seguimiento
    [call-out] visita por avería
   *[planned-support] asistencia planificada
}
mail-owed-training = { mail-owed-visit }
mail-deadline-subject-before = Vence el { $due }: { $what } de { $site }
mail-deadline-subject-today = Vence hoy: { $what } de { $site }, { $due }
mail-deadline-subject-late = Con retraso: { $what } de { $site }, vencía el { $due }
mail-deadline-headline-before = { $what }: vence el { $due }
mail-deadline-headline-today = { $what }: vence hoy
mail-deadline-headline-late = { $what }: con retraso desde el { $due }
mail-deadline-lead-before = En { $site } vence el { $due } y sigue pendiente: { $what }.
mail-deadline-lead-today = En { $site } vence hoy, { $due }, y sigue pendiente: { $what }.
mail-deadline-lead-late = En { $site } vencía el { $due } y aún falta: { $what }.
mail-deadline-todo-report = Para resolverlo: el servidor de correo del cliente tiene que aceptar el informe, o hay que entregarlo en mano y anotarlo. El informe se prepara en cuanto llega el parte de la visita.
mail-deadline-todo-record = Para resolverlo: entregue el parte de la visita, o uno que diga por qué no se hizo.
mail-deadline-todo-visit = Para resolverlo: realice la visita y entregue su parte.
mail-deadline-todo-training = Para resolverlo: imparta la formación y entregue su parte.
mail-deadline-todo-customer-open = No tiene que hacer nada; le informamos para que sepa cómo está.
mail-deadline-todo-customer-late = Sentimos el retraso. El responsable del técnico está avisado y tendrá noticias nuestras.
mail-standing-open = aún en plazo
mail-standing-just-late = con retraso desde el final del día en que vencía
mail-standing-late = { $days ->
    [one] { $days } día hábil de retraso
   *[other] { $days } días hábiles de retraso
}
mail-ledger-title = Cómo se contó el plazo
mail-ledger-lead = { $within ->
    [one] { $within } día hábil
   *[other] { $within } días hábiles
} desde el { $from }, sin contar ese día; calendario { $calendar }, versión { $version }.
mail-ledger-provisional = Parte de estos días caen en un año cuyos festivos aún no se han publicado; la fecha puede cambiar.

# El pie de cada carta.
mail-hotline = Línea de averías { $number }
mail-unsubscribe = Dejar de recibir este resumen
mail-unsubscribe-note = De lo que es su responsabilidad seguirá teniendo noticia.

# Un enlace, si la oficina tiene páginas públicas.
mail-form-link = Rellenar el parte
mail-link-yours = Este enlace es solo para usted; no lo comparta, por favor.
mail-file-open = Abrir el PDF
mail-file-link-until = Este enlace es solo para usted y vale hasta el { $day }.

mail-training-invitation-subject = Invitación: formación en { $site }, { $day } a las { $time }
mail-training-invitation-headline = Formación: { $day } a las { $time }
mail-training-invitation-lead-customer = Invitamos a su personal de operación y mantenimiento a una formación en { $site }. La imparte { $engineer }; pueden asistir cuantas personas desee, y cada una figura en el certificado.
mail-training-invitation-lead-engineer = Usted ({ $engineer }) imparte esta formación en { $site }. El personal del cliente está invitado, con los mismos temas.
mail-training-invitation-lead-manager = Esta formación en { $site } está reservada con { $engineer }. El personal del cliente está invitado.
mail-training-invitation-please = ¿Quién asistirá, y qué les ha dado problemas últimamente? Responda a esta carta, por favor: lo que nos diga será uno de los temas.

mail-follow-up-question-subject = ¿Cómo van sus equipos de { $site }? Iremos el { $day } a las { $time }
mail-follow-up-question-headline = ¿Cómo va todo en { $site }?
mail-follow-up-question-lead-customer = Queremos saber qué tal les va con lo que cuidamos. { $engineer } irá el día indicado para hablar de ello; unas líneas en respuesta a esta carta nos ayudan a prepararlo.
mail-follow-up-question-lead-engineer = Este seguimiento en { $site } es suyo ({ $engineer }). El cliente ha recibido estas preguntas; traiga las respuestas, por favor.
mail-follow-up-question-lead-manager = Este seguimiento en { $site } está reservado con { $engineer }. El cliente ha recibido estas preguntas.
mail-follow-up-question-title = Lo que nos gustaría saber
mail-follow-up-question-use = ¿Cómo se usan ahora los equipos, y ha cambiado algo?
mail-follow-up-question-well = ¿Funcionan bien? ¿Qué se paró o les llamó la atención?
mail-follow-up-question-staff = ¿Trabaja con ellos personal nuevo que necesite formación?
mail-follow-up-question-score = ¿Está satisfecho con nuestro servicio, de 1 (nada) a 5 (mucho)?
mail-follow-up-question-please = Una línea por pregunta basta: responda a esta carta, la lee una persona.

mail-record-missing-subject-open = Falta el parte: { mail-purpose } en { $site }, { $since }
mail-record-missing-subject-late = Parte con retraso: { mail-purpose } en { $site }, { $since }
mail-record-missing-headline-open = Falta el parte del { $since }
mail-record-missing-headline-late = El parte del { $since } lleva retraso
mail-record-missing-lead-engineer-open = El parte de su visita a { $site } del { $since } no ha llegado. Entréguelo antes de que termine el { $due }, por favor: el informe del cliente espera por él.
mail-record-missing-lead-engineer-late = El parte de su visita a { $site } del { $since } vencía el { $due } y no ha llegado. Entréguelo hoy, por favor: el informe del cliente espera por él.
mail-record-missing-lead-other-open = El parte de la visita a { $site } del { $since } no ha llegado. Vence al terminar el { $due }: { $engineer }.
mail-record-missing-lead-other-late = El parte de la visita a { $site } del { $since } vencía el { $due } y no ha llegado: { $engineer }. El informe espera por él.
mail-fact-visited = Visitado

mail-deadline-subject-escalated = { $days ->
    [one] { $days } día hábil de retraso: { $what } de { $site }
   *[other] { $days } días hábiles de retraso: { $what } de { $site }
}
mail-deadline-headline-escalated = { $what }: sigue pendiente
mail-deadline-lead-escalated = En { $site } vencía el { $due }, ya se avisó y sigue faltando: { $what }.
mail-deadline-todo-escalated = Decida hoy quién lo resuelve y para cuándo, por favor, e informe al cliente.
mail-deadline-todo-customer-escalated = Hemos tardado demasiado y le pedimos disculpas. Nuestro responsable se está ocupando de ello; hoy tendrá noticias nuestras.

mail-report-linked-lead = El { mail-report-name } de { $site } está listo. { $engineer } terminó la visita el { $day }; el informe recoge cada comprobación y lectura, lo que se encontró y lo que aconsejamos. Es demasiado grande para una carta y le espera aquí:
mail-certificate-linked-lead = El certificado de la formación que { $engineer } impartió en { $site } el { $day } está listo. Es demasiado grande para una carta y le espera aquí:
mail-fact-file = Archivo

mail-hotline-changed-subject = Nuestra línea de averías tiene un número nuevo: { $number }
mail-hotline-changed-headline = Línea de averías: { $number }
mail-hotline-changed-lead = Desde el { $day }, llame al { $number } cuando algo se averíe, a cualquier hora de cualquier día. Sustituye al { $previous }.
mail-hotline-changed-todo = Cambie el número en sus teléfonos, en sus tablones y en sus instrucciones de operación, por favor.
mail-fact-hotline = Línea de averías
mail-fact-previous = Antes
mail-fact-since = Desde

mail-phase-ending-subject-warranty = La garantía termina el { $day }: { $customer }
mail-phase-ending-subject-contract = El contrato { $contract } termina el { $day }: { $customer }
mail-phase-ending-headline-warranty = La garantía termina el { $day }
mail-phase-ending-headline-contract = El contrato termina el { $day }
mail-phase-ending-lead-warranty-manager = { $days ->
    [0] La garantía siguiente termina hoy. Mañana empieza el mantenimiento, sin interrupción; el contrato de mantenimiento ya debería estar acordado.
    [one] La garantía siguiente termina mañana. Le sigue el mantenimiento, sin interrupción; compruebe que su contrato esté acordado.
   *[other] La garantía siguiente termina dentro de { $days } días. Le sigue el mantenimiento, sin interrupción; proponga el contrato de mantenimiento antes de ese día, por favor.
}
mail-phase-ending-lead-warranty-customer = { $days ->
    [0] La garantía de los equipos siguientes termina hoy. Nuestro servicio continúa como mantenimiento, sin interrupción.
    [one] La garantía de los equipos siguientes termina mañana. Nuestro servicio continúa como mantenimiento, sin interrupción.
   *[other] La garantía de los equipos siguientes termina dentro de { $days } días. Nuestro servicio continúa como mantenimiento, sin interrupción. Si conoce alguna avería, comuníquela antes de ese día, por favor.
}
mail-phase-ending-lead-contract-manager = { $days ->
    [0] El contrato de servicio siguiente termina hoy. No hay visitas planificadas después.
    [one] El contrato de servicio siguiente termina mañana. No hay visitas planificadas después.
   *[other] El contrato de servicio siguiente termina dentro de { $days } días. No hay visitas planificadas después; proponga su renovación, por favor.
}
mail-phase-ending-lead-contract-customer = { $days ->
    [0] Nuestro contrato de servicio termina hoy. Para renovarlo, responda a esta carta.
    [one] Nuestro contrato de servicio termina mañana. Para renovarlo, responda a esta carta.
   *[other] Nuestro contrato de servicio termina dentro de { $days } días. Después de ese día no haremos visitas; para renovarlo, responda a esta carta.
}
mail-fact-ends = Último día
mail-fact-contract = Contrato
mail-phase-equipment = Equipos

mail-undelivered-subject = Sin entregar: { $subject }
mail-undelivered-headline = No se pudo entregar una carta
mail-undelivered-lead = { $attempts ->
    [one] La carta siguiente no llegó a { $to }. Se intentó una vez y no se volverá a intentar por sí sola.
   *[other] La carta siguiente no llegó a { $to }. Se intentó { $attempts } veces y no se volverá a intentar por sí sola.
}
mail-undelivered-todo = Avise al destinatario por otro medio, por favor. Cuando la causa esté resuelta, envíela de nuevo con: ronda letters retry { $letter }

mail-canary-subject = Las cartas de Ronda llegan: { $day }
mail-canary-headline = Las cartas llegan
mail-canary-lead = Esta carta se escribe una vez al día. Sigue la misma ruta que todas las cartas de la oficina; si puede leerla, la ruta está abierta: { $day }.
mail-canary-todo = Si un día no llega, revise el servidor de correo: las cartas a los clientes pueden estar esperando también.
mail-canary-trail = Guarde esta carta: con ella podrá comprobar más adelante que nadie ha recortado ni reescrito el registro de auditoría hasta hoy. Esta orden compara el registro con ella:

mail-digest-subject = { $verdict } · { $day }
mail-digest-verdict-reports = { $count ->
    [one] { $count } informe con retraso
   *[other] { $count } informes con retraso
}
mail-digest-verdict-late = { $count ->
    [one] { $count } compromiso con retraso
   *[other] { $count } compromisos con retraso
}
mail-digest-verdict-today = { $count ->
    [one] { $count } compromiso vence hoy
   *[other] { $count } compromisos vencen hoy
}
mail-digest-verdict-attention = { $count ->
    [one] { $count } asunto le espera
   *[other] { $count } asuntos le esperan
}
mail-digest-verdict-well = Todo está en orden
mail-digest-well = Nada lleva retraso, nada vence hoy y nada espera una decisión suya.
mail-digest-late = Con retraso
mail-digest-due-today = Vence hoy
mail-digest-at-risk = En riesgo
mail-digest-without-record = Visitas sin parte
mail-digest-not-planned = No se pudo planificar
mail-digest-not-counted = Vencimiento desconocido
mail-digest-differences = Los libros no coinciden con los hechos
mail-digest-moved = Vencimientos que han cambiado
mail-digest-moved-from-to = { $was } → { $is }
mail-digest-begun = Compromisos nuevos que empiezan con su próximo periodo
mail-digest-begun-from = desde el { $day }
mail-digest-begun-sites = { $sites ->
    [one] en un emplazamiento: el periodo en curso está a punto de terminar
   *[other] en { $sites } emplazamientos: el periodo en curso está a punto de terminar
}
mail-digest-undelivered = Cartas sin entregar
mail-digest-unreachable = Contactos a los que no llega el correo
mail-digest-unfit = Visitas que no se pueden hacer
mail-digest-doubtful = ¿Se hicieron?
mail-digest-rebooked = Reprogramadas automáticamente
mail-digest-called-off = Anuladas o no realizadas
mail-digest-incomplete = Incompletas y sin nadie para el resto
mail-digest-rests = Incompletas hasta ver el resto
mail-digest-unwritten = Cartas que no se pudieron redactar
mail-digest-asked-to-move = Piden otra fecha
mail-digest-to-review = Partes por revisar
mail-digest-notes = Notas de los técnicos
mail-digest-without-recipient = Informes sin destinatario
mail-digest-week = La semana
mail-digest-trainings = Próximas formaciones
mail-digest-phases = Garantías que terminan
mail-digest-more = y { $count } más
mail-digest-due = vence el { $due }
mail-digest-provisional = la fecha aún puede cambiar
mail-digest-slots = { $count } visitas en el mismo caso
mail-digest-compliance = Compromisos cumplidos en { $month }
mail-digest-compliance-counts = { $kept } de { $all } en plazo, { $metlate } cumplidos tarde, { $late } aún con retraso
mail-digest-compliance-reports = Informes: { $kept } de { $all } en plazo
mail-digest-compliance-none = Este mes aún no ha vencido nada.
mail-unplanned-no-calendar = falta el calendario { $calendar }: no se conocen los días hábiles
mail-unplanned-unknown-holidays = el calendario { $calendar } solo conoce los festivos hasta el { $day }
mail-unplanned-no-working-day = la ventana no tiene ningún día hábil
mail-unplanned-no-skill = ningún técnico tiene las competencias: { $skills }
mail-unplanned-out-of-reach = { $engineers ->
    [one] el técnico que tiene las competencias trabaja en otro país
   *[other] los { $engineers } técnicos que tienen las competencias trabajan en otro país
}, fuera del alcance de este emplazamiento: { $skills }
mail-unplanned-no-room = { $engineers ->
    [one] el único técnico con las competencias no tiene hueco
   *[other] ninguno de los { $engineers } técnicos con las competencias tiene hueco
}
mail-unplanned-no-equipment = el emplazamiento no tiene equipos
mail-unplanned-no-plan = el plan de servicio { $plan } falta o tiene un error
mail-unplanned-passed = la ventana pasó antes de poder planificarse
mail-unplanned-called-off = su visita se anuló o no se hizo, y por ahora no hay otro día
digest-difference-place = { $of ->
    [window] periodo del { $first } al { $last }
    [record] parte de { $visit }, { $first }
    [visit] { $visit }, { $first }
   *[report] informe de { $visit }
}
digest-difference-both = Según los hechos: { $facts }. Según los libros de la oficina: { $books }.
digest-difference-reads = { $reads ->
    [nothing-owed] no se debe nada
    [open-until] abierto hasta el { $day }
    [late-after] con retraso, vencía el { $day }
    [kept-on] cumplido el { $day }
    [kept-late-on] cumplido con retraso el { $day }
    [waived] dispensado
    [paused] en pausa por un cierre
    [not-counted] no se puede contar
    [due-on] vence el { $day }
    [flagged] marcado como retrasado
    [not-flagged] nunca marcado como retrasado
    [a-visit] una visita
    [fit] se puede hacer
    [unfit] no se puede hacer
   *[no-visit] ninguna visita
}
