# Las páginas de la oficina.
web-office = La oficina
web-summary = Resumen
web-letters = Cartas
web-reports = Informes
web-no-letters = Todavía no se ha escrito ninguna carta.
web-no-reports = Todavía no se ha elaborado ningún informe.
web-count-letters = { $count ->
    [one] { $count } carta
   *[other] { $count } cartas
}
web-count-reports = { $count ->
    [one] { $count } informe
   *[other] { $count } informes
}
web-subject = Asunto
web-from = De
web-to = Para
web-date = Fecha
web-attachments = Adjuntos
web-source = El mensaje tal como salió
web-back = Todas las cartas e informes
web-text = Como texto sin formato
web-summary-from = desde
web-summary-until = hasta
web-summary-sites = emplazamientos
web-summary-certificates = certificados de formación
web-summary-late-flags = avisos de retraso
web-summary-flags = avisos de todos los niveles
web-summary-digests = resúmenes
web-summary-findings = hallazgos
web-summary-visits = Visitas
web-summary-reports = Informes
web-summary-letters = Cartas
web-summary-planned = planificadas
web-summary-done = realizadas
web-summary-missed = no realizadas
web-summary-cancelled = canceladas
web-summary-filed-in-time = entregados a tiempo
web-summary-filed-late = entregados con retraso
web-summary-open = pendientes
web-summary-sent = enviadas
web-summary-sent-after-refusal = enviadas tras un rechazo
web-summary-undelivered = sin entregar
web-summary-waiting = en espera
web-summary-seed = semilla
web-unwritten = Cartas que aún no se pueden redactar
web-deadlines = Lo que se debe
web-deadlines-back = Todo lo que se debe
web-no-deadlines = No se debe nada.
web-due = Vence
web-since = Contado desde
web-standing = Situación
web-standing-held = el reloj está parado
web-standing-withdrawn = ya no se debe
web-standing-met = cumplido a tiempo
web-standing-excused = dispensado
web-standing-met-late = cumplido con retraso
web-customer = Cliente
web-site = Emplazamiento
web-calendar = Calendario
web-counted = Cómo se contó el plazo
web-window = Del { $first } al { $last }: el plazo de la visita
web-moved = Cambiado por un calendario nuevo
web-flags = Avisos
web-flag = { $level ->
    [before] días hábiles antes del último: { $days }
    [late] con retraso, día hábil { $days }
    [minutes-before] minutos antes del final: { $days }
    [minutes-after] minutos de retraso: { $days }
    [at] se acabó el tiempo
   *[on-the] el último día
}
web-flag-withdrawn = retirado: { $why ->
    [due-moved] la fecha límite cambió
    [ended] ya se había cumplido o retirado antes
    [held] el reloj está parado
    [unknown] los días ya no se pueden contar
    [waived] se dispensó
    [not-opened] al final no volvió a deberse
   *[not-reached] ya no se alcanza este paso
}

# Páginas para personas de fuera, por un enlace.
web-link-refused = Este enlace no se abre
web-link-unknown = Aquí no conocemos este enlace. Copie la dirección completa de la carta, por favor.
web-link-expired = Este enlace valía hasta el { $day }. Pida uno nuevo a la oficina, por favor.
web-link-revoked = Este enlace se ha sustituido. Use el de la última carta o pregunte a la oficina, por favor.
web-link-form-kept = Lo que se rellenó en este teléfono se conserva. Entréguelo desde allí y la oficina lo revisará.
web-link-form = Ir a lo que hay en este teléfono
web-unsubscribe-title = ¿Dejar de recibir el resumen?
web-unsubscribe-lead = Ya no recibiría el resumen de lo que vence, lo que va con retraso y lo planificado.
web-unsubscribe-still = Lo que es su responsabilidad le seguirá llegando: los retrasos y las cartas que no llegaron.
web-unsubscribe-end = Dejar de recibirlo
web-unsubscribed-title = Ya no recibirá el resumen
web-unsubscribed-back = Puede volver a recibirlo cuando quiera, aquí o por medio de la oficina.
web-unsubscribed-resume = Volver a recibirlo
web-too-late = La oficina no responde en este momento. Inténtelo de nuevo dentro de un minuto.
web-wrong-method = Esta dirección no admite lo que se le ha enviado. Abra de nuevo el enlace de la carta y use la página que muestra.
