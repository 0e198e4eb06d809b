# El resumen, el balance y las páginas que abren sus enlaces.
digest-waits-record = falta el parte
digest-waits-drawing = el informe aún no está hecho
digest-waits-delivery = enviado, pero no todos los servidores de correo lo han aceptado
digest-waits-refused = un servidor de correo rechazó la carta
digest-waits-recipient = nadie en la instalación recibe informes
digest-waits-visit = la visita está prevista para el { $day }
digest-waits-planning = no hay visita prevista
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
digest-open = Abrir y decidir
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
    [one] { $count } margen termina sin visita prevista
   *[other] { $count } márgenes terminan sin visita prevista
}
review-phase = La garantía de { $equipment } ({ $site }) termina el { $day }
