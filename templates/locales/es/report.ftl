# Informes de inspección y certificados de formación.
report-title = { $purpose ->
    [inspection] Informe de inspección
    [maintenance] Informe de mantenimiento
    [training] Certificado de formación
    [follow-up] Informe de seguimiento
    [call-out] Informe de intervención
   *[planned-support] Informe de asistencia programada
}
report-purpose = { $purpose ->
    [inspection] Inspección
    [maintenance] Mantenimiento
    [training] Formación
    [follow-up] Seguimiento
    [call-out] Intervención
   *[planned-support] Asistencia programada
}
report-number = N.º { $number }
report-page = Página { $page } de { $pages }
report-checks = { $count ->
    [one] { $count } comprobación
   *[other] { $count } comprobaciones
}
report-verdict-ok = En buen estado
report-verdict-attention = Requiere atención
report-verdict-fault = Averías detectadas
report-verdict-critical = Hay un hallazgo crítico pendiente
report-verdict-partly = En buen estado lo comprobado
report-verdict-done = Realizada
report-verdict-incomplete = Incompleta
report-verdict-incomplete-attention = Incompleta; requiere atención
report-verdict-incomplete-fault = Incompleta; averías detectadas
report-verdict-incomplete-critical = Incompleta; hay un hallazgo crítico pendiente
report-verdict-checks = { $ok } de { $total } comprobaciones correctas
report-verdict-findings = { $count ->
    [one] { $count } hallazgo pendiente
   *[other] { $count } hallazgos pendientes
}
report-verdict-critical-findings = { $count ->
    [one] { $count } hallazgo pendiente, crítico
   *[other] { $count } hallazgos pendientes, críticos: { $critical }
}
report-verdict-unanswered = { $count } sin respuesta
report-verdict-not-inspected = { $count } sin inspeccionar
report-verdict-no-findings = ningún hallazgo pendiente
report-fact-customer = Cliente
report-fact-site = Emplazamiento
report-fact-carried-out = Realizada
report-booked-engineer = estaba previsto: { $name }
report-fact-engineer = Técnico
report-fact-customer-engineer = Técnico del cliente
report-fact-issued = Emitido
report-fact-revision = Revisión
report-fact-previous = Informe anterior (SHA-256)
report-nobody = nadie
report-from-to = de { $from } a { $to }
report-rest-of = Lo que no se pudo inspeccionar en { $visit }
report-revision-first = { $revision }
report-revision-replaces = { $revision }, sustituye a la revisión { $replaced } del { $day }
report-result-ok = Correcto
report-result-attention = Atención
report-result-fault = Avería
report-result-not-applicable = No procede
report-result-not-inspected = Sin inspeccionar
report-result-none = Sin respuesta
report-section-due = Qué debe hacerse y hasta cuándo
report-section-not-inspected = Sin inspeccionar
report-column-not-inspected = Sin inspeccionar
report-column-reason = Motivo
report-not-inspected-all = todas las comprobaciones ({ $count })
report-not-inspected-some = { $count } comprobaciones
report-section-equipment = Equipos
report-section-checklist = Comprobaciones y medidas
report-section-findings = Hallazgos
report-section-closed = Hallazgos anteriores cerrados
report-section-advice = Recomendaciones
report-section-topics = Contenido impartido
report-section-attendance = Asistentes
report-section-remarks = Observaciones
report-section-photos = Fotografías
report-section-signatures = Firmas
report-column-number = N.º
report-column-what = Qué
report-column-kind = Clase
report-column-by = Hasta
report-column-equipment = Equipo
report-column-make-model = Marca y modelo
report-column-serial = Número de serie
report-column-phase = Fase del contrato
report-column-check = Comprobación
report-column-result = Resultado
report-column-reading = Medida
report-column-limits = Límites
report-column-finding = Hallazgo
report-column-how = Cómo se cerró
report-column-advice = Recomendación
report-column-name = Nombre
report-column-role = Función
report-kind-advice = Recomendación
report-limits-between = de { $min } a { $max } { $unit }
report-limits-min = ≥ { $min } { $unit }
report-limits-max = ≤ { $max } { $unit }
report-outside-limits = fuera de límites
report-finding-number = Hallazgo { $number }
report-severity = { $severity ->
    [minor] Leve
    [major] Grave
   *[critical] Crítico
}
report-finding-done = Hecho en el acto: { $text }
report-finding-closed = Subsanado durante la visita
report-finding-open = Pendiente
report-finding-open-by = Pendiente, a subsanar antes de acabar el { $day }
report-finding-equipment = Equipo: { $equipment }
report-photo-number = Foto { $number }
report-photo-missing = El archivo { $file } no se pudo leer como imagen.
report-photo-alternative = Foto { $number } de la visita: { $caption }
report-photo-no-caption = sin pie de foto
report-see-photo = véase la foto { $number }
report-signature-engineer = Por { $company }
report-signature-customer = Por { $customer }
report-signature-alternative = Firma de { $name }
report-signature-at = { $day }, { $time } (hora del emplazamiento)
report-signature-absent = No había nadie del cliente para firmar. Motivo: { $reason }
report-signature-refused = { $name } no firmó. Motivo: { $reason }
report-signature-asked = Sin firmar todavía: se ha pedido la firma a { $name } mediante un enlace.
report-certificate-statement = { $company } certifica que las personas abajo relacionadas participaron en la formación impartida en { $site } el { $day }.
report-persons = { $count ->
    [one] { $count } persona
   *[other] { $count } personas
}
report-ledger-title = Informe a entregar a más tardar el { $day }
report-ledger-window = A entregar del { $first } al { $last }
report-ledger-held = El reloj del informe está parado, de modo que aún no se conoce su fecha límite
report-ledger-unknown = Aún no se puede contar hasta qué día debe entregarse el informe: { $why }
report-footer = { $title } { $number }
report-phase-warranty = En garantía hasta el { $day }
report-phase-maintenance = Mantenimiento desde el { $day }
report-replaces = Sustituye a la revisión { $replaced } del { $day }
report-fact-number = Número
report-fact-period = Periodo
report-fact-equipment = Equipos
report-fact-present = También presentes
report-contract-number = Contrato { $contract }
report-appointed = cita: { $when }
report-and-more = y { $count } más
report-section-trends = Tendencias
report-section-about = Sobre este documento
report-trends-about = { $shown } de { $all } medidas con historial: las que están fuera de sus límites, las que señaló el técnico, las que van camino de cruzar un límite antes de la próxima visita y las más próximas a un límite. La banda es el intervalo en el que todo está bien.
report-trend-rises = Al ritmo de las últimas { $count } visitas superará su límite superior de { $limit } hacia el { $day }, antes de la próxima visita, el { $next }.
report-trend-rises-expected = Al ritmo de las últimas { $count } visitas superará su límite superior de { $limit } hacia el { $day }, antes de la próxima visita, prevista hacia el { $next }.
report-trend-falls = Al ritmo de las últimas { $count } visitas bajará de su límite inferior de { $limit } hacia el { $day }, antes de la próxima visita, el { $next }.
report-trend-falls-expected = Al ritmo de las últimas { $count } visitas bajará de su límite inferior de { $limit } hacia el { $day }, antes de la próxima visita, prevista hacia el { $next }.
report-trend-outside = Fuera de sus límites.
report-trend-outside-since = Fuera de sus límites desde el { $day }.
report-trend-alternative = { $title }, { $count } visitas: de { $from } el { $first } a { $to } el { $last }.
report-column-cost = Coste
report-cost = { $cost ->
    [low] Bajo
    [medium] Medio
   *[high] Alto
}
report-verify = ¿Auténtico? Véase
report-verify-alternative = Código QR que lleva a { $address }
report-column-answer = Medida o respuesta
report-column-stands = Estado
report-see-photos = { $count ->
    [one] véase la foto { $numbers }
   *[other] véanse las fotos { $numbers }
}
report-customer-remark = Técnico del cliente: { $text }
report-section-customer-remarks = Observaciones del técnico del cliente
report-finding-responsible = Responsable: { $name }
report-section-carried = Hallazgos anteriores que siguen pendientes
report-finding-found = { $severity ->
    [minor] Leve
    [major] Grave
   *[critical] Crítico
} · hallado el { $day }
report-finding-not-looked-at = No revisado en esta visita
report-findings-more = y { $count } más: están todos en el expediente del emplazamiento
report-carried-as-before = Revisado; sigue pendiente
report-section-operators = Operadores
report-fact-skill = Conocimientos
report-fact-changes = Cambios de personal

# Los demás documentos de la oficina.
paper-issued = Emitido el { $day }
paper-visit-sheet = Hoja de visita
paper-site-file = Expediente del emplazamiento
paper-service-year = Año de servicio { $year }
paper-fault-analysis = Análisis de avería
paper-contact-role = { $role ->
    [operations] Visitas
    [reports] Informes
   *[escalation] Escalado
}
paper-visit-state = { $state ->
    [planned] Prevista
    [booked] Concertada
    [done] Realizada
   *[cancelled] Anulada
}
paper-owed = { $owed ->
    [visit] Visita en su periodo
    [training] Formación en su periodo
    [record] Parte entregado
   *[report] Informe en poder del cliente
}
paper-minutes = { $count } minutos
paper-name-role-time = Nombre, función, hora
paper-closed-on = Cerrado el { $day }
paper-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
paper-fact-appointment = Cita
paper-fact-visits-done = Visitas realizadas
paper-fact-findings-open = Hallazgos abiertos
paper-fact-reported = Comunicada
paper-fact-cleared = Resuelta
paper-fact-author = Responsable
paper-section-contacts = Contactos
paper-section-open-findings = Hallazgos abiertos
paper-section-not-inspected = Sin inspeccionar en una visita anterior
paper-column-last-time = Última vez
paper-section-contracts = Contratos
paper-section-visits = Visitas e informes
paper-section-trainings = Formaciones
paper-section-promises = Cómo se cumplieron los compromisos
paper-section-late = Qué llegó tarde
paper-section-sites = Emplazamientos
paper-section-fault = Qué ocurrió
paper-section-cause = Causa
paper-section-done = Qué se hizo
paper-section-prevention = Cómo se evitará en adelante
paper-section-parts = Piezas
paper-section-steps = Paso a paso
paper-column-for = Para
paper-column-email = Correo
paper-column-closed = Cerrado
paper-column-severity = Gravedad
paper-column-remarks = Para anotar en el emplazamiento
paper-column-not-applicable = N. P.
paper-column-accepted = Aceptado
paper-column-ends = Termina
paper-column-contract = Contrato
paper-column-plan = Plan de servicio
paper-column-day = Día
paper-column-visit = Visita
paper-column-state = Estado
paper-column-report = Informe
paper-column-filed = En poder del cliente
paper-column-found = Detectado
paper-column-promise = Compromiso
paper-column-owed = Debidos
paper-column-share = Cumplidos a tiempo
paper-column-due = Vence
paper-column-met = Cumplido
paper-column-late-by = Retraso
paper-column-when = Cuándo
paper-kept-in-time = A tiempo
paper-kept-late = Tarde
paper-kept-missing = Pendientes
paper-verdict-all-kept = Todos los compromisos cumplidos
paper-verdict-some-late = Algunos compromisos se cumplieron tarde
paper-verdict-nothing-due = Nada vencía en el año
paper-verdict-some-missing = Hay compromisos sin cumplir
paper-verdict-kept = { $kept } de { $all } compromisos cumplidos a tiempo
paper-fault-level = Nivel { $level }
paper-fault-cleared = Avería resuelta
paper-fault-lasted = resuelta en { $hours } h { $minutes } min
paper-photo = foto
paper-only-where = Solo si «{ $item }» es: { $what }
