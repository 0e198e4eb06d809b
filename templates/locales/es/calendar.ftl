# Visitas en calendarios: invitaciones y suscripciones.
calendar-summary = { mail-purpose }: { $site }
calendar-customer = Cliente: { $name }
calendar-engineer = Técnico: { $name }
calendar-engineer-phone = Técnico: { $name }, { $phone }
calendar-equipment = Equipos: { $names }
calendar-topics = Temas: { $names }
calendar-more = { $names } y { $count } más
calendar-visit = Visita { $visit }
calendar-please-answer = Acepte para confirmar la hora. ¿No le viene bien? Rechace la invitación, díganos cuándo le conviene más y buscaremos otra.
calendar-planned = Prevista y todavía sin anunciar; la hora puede cambiar.
calendar-answer-accepted = Ha aceptado: { $name }
calendar-answer-tentative = Quizá: { $name }
calendar-answer-declined = Pide otra fecha: { $name }
calendar-answer-comment = { $answer } ({ $comment })
calendar-feed-name = { $company }: visitas, { $name }

# A los responsables: alguien que fue invitado pide otra fecha.
mail-visit-asked-subject = Piden otra fecha: { mail-purpose } en { $site }, { $day } a las { $time }
mail-visit-asked-headline = { $by } pide otra fecha
mail-visit-asked-lead = { mail-purpose } en { $site }: { $by } ha rechazado la fecha siguiente. La visita sigue reservada hasta que usted la cambie.
mail-visit-asked-words = En sus palabras: { $comment }
mail-visit-asked-todo = Para cambiarla: ronda visit move { $visit } --on DÍA --at HORA. Las demás respuestas a esta fecha están en ronda visit show { $visit }.
