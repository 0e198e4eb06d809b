# Cómo se contó un día de vencimiento, dondequiera que se diga: cartas, informes, páginas.
ledger-start = { $owed ->
    [report] Terminada el { $day }, no cuenta
   *[record] Visita del { $day }, no cuenta
}
ledger-working-day = día hábil { $n }
ledger-listed-working-day = día hábil { $n }: { $what }
ledger-make-up = día hábil de compensación
ledger-worked = se trabaja
ledger-worked-by = se trabaja según { $calendar }
ledger-half = media jornada
ledger-weekend = fin de semana
ledger-due = vence al final de ese día
ledger-provisional = provisional: aún no se han publicado los festivos de estos días
ledger-estimated = estimado
ledger-calendar = calendario { $calendar }, versión { $version }
ledger-by-layer = { $what } ({ $from })
ledger-layer = { $layer ->
    [weekend] fin de semana
    [country] país
    [subdivision] región
    [municipality] municipio
    [company] empresa
    [customer] cliente
    [site] emplazamiento
   *[engineer] técnico
}
ledger-now-off = { $days } es ahora no hábil: { $why }
ledger-now-counted = { $days } cuenta ahora: { $why }
ledger-off-no-more = { $days } vuelve a contar; antes no era hábil: { $why }
ledger-not-counted = no se puede contar
ledger-and = {", "}
