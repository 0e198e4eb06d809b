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
mail-no-engineer = aún sin técnico

mail-fact-when = Cuándo
mail-fact-where = Dónde
mail-fact-what = Qué
mail-fact-equipment = Equipos
mail-fact-topics = Temas
mail-fact-engineer = Técnico
mail-fact-customer = Cliente
mail-fact-site = Instalación
mail-fact-visit = Visita
mail-fact-attached = Adjunto
mail-fact-attendees = Asistentes
mail-fact-completed = Terminada
mail-fact-standing = Situación
mail-fact-due = Vence
mail-fact-letter = Carta
mail-fact-to = Para
mail-fact-subject = Asunto
mail-fact-said = El servidor dijo
mail-fact-given-up = Se desistió
mail-due-below = hasta el final de ese día en la instalación
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
mail-visit-cancelled-subject = Anulada: { mail-purpose } en { $site }, { $day } a las { $time }
mail-visit-cancelled-headline = Anulada: { mail-purpose }, { $day }
mail-visit-cancelled-lead = { mail-purpose } en { $site }: la visita siguiente no tendrá lugar.
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
mail-certificate-delivered-subject = Certificado de formación de { $site }, { $day }
mail-certificate-delivered-headline = Su certificado de formación
mail-certificate-delivered-lead = Adjuntamos el certificado de la formación que { $engineer } impartió en { $site } el { $day }.
mail-delivered-keep = Guarde el archivo, por favor. Si algo no es correcto, responda a esta carta y lo corregiremos.

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
} desde el { $from }, sin contar ese día; calendario { $calendar }.
mail-ledger-counted = día hábil { $n }
mail-ledger-counted-special = día hábil { $n } ({ $name })
mail-ledger-weekend = descanso semanal
mail-ledger-off = no laborable: { $name }
mail-ledger-provisional = Parte de estos días caen en un año cuyos festivos aún no se han publicado; la fecha puede cambiar.

mail-undelivered-subject = Sin entregar: { $subject }
mail-undelivered-headline = No se pudo entregar una carta
mail-undelivered-lead = { $attempts ->
    [one] La carta siguiente no llegó a { $to }. Se intentó una vez y no se volverá a intentar por sí sola.
   *[other] La carta siguiente no llegó a { $to }. Se intentó { $attempts } veces y no se volverá a intentar por sí sola.
}
mail-undelivered-todo = Avise al destinatario por otro medio, por favor. Cuando la causa esté resuelta, envíela de nuevo con: ronda letters retry { $letter }

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
mail-digest-undelivered = Cartas sin entregar
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
mail-unplanned-no-working-day = el margen no tiene ningún día hábil
mail-unplanned-no-skill = ningún técnico tiene las competencias: { $skills }
mail-unplanned-no-room = { $engineers ->
    [one] el único técnico con las competencias no tiene hueco
   *[other] ninguno de los { $engineers } técnicos con las competencias tiene hueco
}
mail-unplanned-no-equipment = la instalación no tiene equipos
mail-unplanned-no-plan = el plan de servicio { $plan } falta o tiene un error
mail-unplanned-passed = el margen pasó antes de poder planificarse
