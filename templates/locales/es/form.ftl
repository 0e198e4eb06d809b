# The form on the engineer’s phone, and the page on which the customer’s engineer signs.

# frame
form-skip = Ir al contenido
form-overview = Resumen
form-onwards = Siguiente paso
form-sections = Apartados
form-back = Atrás
form-close = Cerrar
form-next = Siguiente
form-go-on = Continuar
form-yes = Sí
form-no = No
form-language = Idioma
form-language-missing = El idioma { $name } aún no está en este teléfono y no hay cobertura para traerlo. Inténtelo donde la haya.
form-remove = Quitar
form-clear = Borrar la respuesta
form-removed = Quitado: { $what }
form-kind-findings = hallazgo
form-kind-advice = recomendación
form-kind-topics = tema
form-kind-attendance = persona
form-kind-present = persona
form-kind-photos = foto
form-bring-back = Deshacer
form-reload = Recargar
form-required = obligatorio
form-name = Nombre
form-role = Cargo
form-email = Correo electrónico
form-visit = Visita
form-visits = Visitas en este teléfono
form-visits-stopped = Hay que corregir algo antes de enviarla
form-visits-waiting = Entregada, espera a enviarse
form-visits-begun = Empezada, sin entregar
form-visits-new = Aún sin rellenar
form-visits-cancelled = Cancelada
form-engineer = Técnico
form-hotline = Llamar a la oficina: { $number }
form-purpose-inspection = Inspección
form-purpose-maintenance = Mantenimiento
form-purpose-training = Formación
form-purpose-follow-up = Seguimiento
form-purpose-call-out = Avería
form-purpose-planned-support = Apoyo programado
form-span-days = { $count ->
    [one] 1 día
   *[other] { $count } días
}
form-span-hours = { $count } h
form-span-minutes = { $count } min

# where the record is
form-state-phone = Solo en este teléfono
form-state-phone-detail = Todo lo que rellene se guarda aquí al momento.
form-state-kept = Guardado en el teléfono a las { $time }. Aún sin entregar.
form-state-mirrored = Aún sin entregar
form-state-mirrored-detail = La oficina tiene una copia del borrador de las { $time }.
form-state-sending = Enviando
form-state-sending-photos = Enviando, { $sent } de { $all } fotos
form-state-sending-detail = Se queda en este teléfono hasta que la oficina lo tenga.
form-state-waits-signal = Esperando cobertura. Entonces se envía solo.
form-state-waits = La oficina no responde. Siguiente intento a las { $time }.
form-state-told-to-wait = La oficina está ocupada. Siguiente intento a las { $time }.
form-state-no-link = La oficina ya no reconoce este teléfono. Vuelva a abrir el enlace de la carta.
form-state-asked = La oficina pregunta por una hora.
form-state-refused = Antes hay que corregir algo.
form-state-bad-photo = Una foto no se ha podido enviar.
form-state-too-large = Demasiado grande para la oficina.
form-state-received = Recibido por la oficina a las { $time }
form-state-receipt = Recibo { $receipt }
form-state-review = Guardado para revisión desde { $time }
form-state-unproven = Respondido, aún sin confirmar
form-state-done = La oficina tiene un registro de esta visita
form-storage-full = La memoria de este teléfono está llena.
form-storage-broken = Este teléfono no guarda lo que se escribe.
form-storage-detail = Lo último que escribió está solo en pantalla. No cierre esta página, guárdelo en un archivo y libere espacio.
form-storage-none = Este navegador no guarda nada de lo que se escribe.
form-storage-none-detail = No cierre esta página hasta que la oficina haya recibido el registro: entréguelo donde haya cobertura o guárdelo en un archivo. Si es una ventana privada, abra el enlace de la carta en una normal.
form-storage-photos = { $count ->
    [one] Una foto está solo en pantalla.
   *[other] { $count } fotos están solo en pantalla.
} No cierre esta página, guárdelo en un archivo y libere espacio.
form-storage-intake = Las fotos están guardadas, pero no se pueden preparar para el envío mientras no haya sitio. Libere espacio.
form-crash = Algo ha fallado en el formulario.
form-crash-detail = Todo lo que ha escrito está guardado en este teléfono.
form-crash-not-kept = Lo que ha escrito está solo en pantalla: guárdelo en un archivo antes de recargar.
form-new-version = Hay un formulario más nuevo. Lo escrito se conserva.

# the overview
form-progress = { $done } de { $all }
form-progress-faults = { $count ->
    [one] 1 fallo
   *[other] { $count } fallos
}
form-progress-attention = { $count } a vigilar
form-missing = { $count ->
    [one] falta 1
   *[other] faltan { $count }
}
form-filled-in = rellenado
form-entries = { $count ->
    [one] 1 entrada
   *[other] { $count } entradas
}
form-people-count = { $count ->
    [one] 1 persona
   *[other] { $count } personas
}
form-findings-count = { $count ->
    [one] 1 nuevo
   *[other] { $count } nuevos
}
form-open-count = { $looked } de { $open } pendientes vistos
form-conflicts = { $count ->
    [one] Un campo difiere entre dos teléfonos.
   *[other] { $count } campos difieren entre dos teléfonos.
}
form-conflicts-show = Ver
form-conflict-title = Dos teléfonos dicen cosas distintas
form-conflict-theirs = Otro teléfono
form-conflict-ours = Este teléfono
form-conflict-nothing = nada
form-conflict-removed = quitado
form-conflict-kept = conservado
form-conflict-signature = una firma

# checklist
form-serial = n.º de serie { $serial }
form-checks-none = No hay lista de comprobación para este equipo.
form-checks-none-short = sin lista
form-checks-open-findings = { $count ->
    [one] Aquí sigue pendiente un hallazgo
   *[other] Aquí siguen pendientes { $count } hallazgos
}
form-equipment = Equipo
form-equipment-unknown = Este equipo no forma parte de la visita.
form-equipment-whole-site = todo el emplazamiento
form-all-ok = Todo bien ({ $count })
form-guidance = Cómo se hace
form-answer = Respuesta
form-result-of = Resultado: { $item }
form-result-ok = Bien
form-result-attention = Vigilar
form-result-fault = Fallo
form-result-not-applicable = No aplica
form-result-not-inspected = Sin inspeccionar
form-item-why-not = Por qué no se inspeccionó
form-item-why-not-hint = Lo leen el cliente y el próximo técnico.
form-not-inspected-all = Dejar pendiente lo que no se pudo inspeccionar ({ $count })
form-not-inspected-all-hint = Se pone en los { $count } puntos de aquí que aún no tienen respuesta.
form-not-inspected-do = Marcar como sin inspeccionar
form-not-inspected-back = Volver
form-left-last-time = Sin inspeccionar el { $day }:
form-rest-of = Esta visita es para lo que no se pudo inspeccionar en { $visit }. No se pide nada más.
form-review-incomplete = Incompleta: { $count } sin inspeccionar
form-progress-left = { $count } sin inspeccionar
form-progress-left-over = { $count } pendientes de la última vez
form-reading-today = Hoy
form-reading-no-number = No es un número. Escríbalo así: { $example }
form-reading-low = Demasiado bajo: { $limits }
form-reading-high = Demasiado alto: { $limits }
form-reading-inside = Dentro de los límites: { $limits }
form-reading-read = Leído como { $value } { $unit }.
form-limits-between = de { $min } a { $max } { $unit }
form-limits-least = al menos { $min } { $unit }
form-limits-most = como máximo { $max } { $unit }
form-last-time = Anterior, { $day }
form-trend-same = igual
form-item-more = Observación o foto
form-item-remark = Observación
form-item-to-finding = Anotarlo como hallazgo
form-item-finding = Ver el hallazgo

# findings
form-findings = Hallazgos
form-findings-new = Encontrado hoy
form-finding-add = Añadir un hallazgo
form-finding-number = Hallazgo { $number }
form-finding-text = Qué se ha encontrado
form-finding-one-photo = El informe muestra la primera foto junto al hallazgo; las demás van entre las fotos.
form-finding-done = Qué se ha hecho
form-finding-closed-legend = Cómo queda
form-finding-closed = Resuelto
form-finding-open = Pendiente
form-finding-responsible = Quién lo cierra
form-finding-close-by = Para cuándo
form-severity = Gravedad
form-severity-minor = Leve
form-severity-major = Grave
form-severity-critical = Crítico
form-open-title = { $count ->
    [one] Pendiente: 1
   *[other] Pendientes: { $count }
}
form-open-since = desde el { $day }
form-open-close-by = para el { $day }
form-open-legend = Hallazgo { $number }
form-open-closed = Cerrado
form-open-carried = Sigue abierto
form-open-how = Cómo se ha resuelto
form-open-note = Cómo está ahora

# advice
form-advice = Recomendaciones
form-advice-lead = Qué convendría actualizar, modificar o sustituir, según cómo viene funcionando.
form-advice-number = Recomendación { $number }
form-advice-text = Qué se recomienda
form-advice-by = Para cuándo
form-advice-cost = Coste
form-advice-add = Añadir una recomendación
form-cost-low = Corriente
form-cost-medium = Presupuesto del año
form-cost-high = Inversión

# people
form-training = Formación en el emplazamiento
form-attendance = Asistentes
form-attendance-lead = Quién ha recibido formación hoy; puede quedar vacío.
form-attendance-needed = Una formación necesita al menos el nombre de una persona.
form-attendee-add = Añadir una persona
form-attendee-number = Persona { $number }
form-attendee-sign = Firmar aquí
form-attendee-sign-again = Cambiar la firma
form-attendee-signature = Firma de { $name }
form-topics = Temas
form-topics-suggested = De los problemas de este emplazamiento; toque para incluirlo.
form-topic-number = Tema { $number }
form-topic-add = Añadir un tema
form-operators = Operadores
form-operators-lead = Para el expediente de operación del emplazamiento.
form-operators-skill = Capacitación de los operadores
form-operators-skill-hint = Qué hacen con soltura y en qué necesitan ayuda.
form-operators-changes = Cambios de personal
form-operators-changes-hint = Quién ha llegado, quién se ha ido, quién está al cargo.
form-present = También presentes
form-present-add = Añadir una persona
form-remarks = Observaciones
form-remarks-label = Observaciones para el informe
form-remarks-hint = El cliente lo lee.
form-office = Nota para la oficina
form-office-short = no es para el cliente
form-office-unseen = El cliente no ve esto.
form-office-label = Nota

# photos
form-photos = Fotos
form-photos-count = { $count ->
    [0] Aún no hay fotos
    [one] 1 foto
   *[other] { $count } fotos
}
form-photos-in-work = { $count ->
    [one] Se está preparando 1 foto.
   *[other] Se están preparando { $count } fotos.
}
form-photo-take = Hacer una foto
form-photo-choose = Elegir fotos
form-photo-caption = Pie de foto
form-photo-number = Foto { $number }
form-photo-remove-number = Quitar la foto { $number }
form-photo-of-finding = de un hallazgo
form-photo-of-item = { $equipment }
form-photo-elsewhere = en el otro teléfono
form-photo-unreadable = Este teléfono no puede leer la imagen { $name }. Hágala de nuevo en JPEG.
form-photo-drop = Descartarla

# times
form-times = Horas
form-times-started = Inicio
form-times-completed = Fin
form-times-completed-hint = Si se deja vacío: cuando firme el técnico.
form-times-not-yet = aún no
form-times-zone = Hora del emplazamiento ({ $zone })
form-clock-ahead = El reloj de este teléfono va { $span } adelantado respecto al de la oficina.
form-clock-behind = El reloj de este teléfono va { $span } atrasado respecto al de la oficina.
form-clock-shift = Corregir con eso las horas de esta visita
form-clock-shift-send = Corregir las horas con eso y enviar

# a visit that did not take place
form-not-done = ¿Se ha hecho?
form-not-done-link = La visita no se ha hecho
form-not-done-lead = El motivo se comunica al cliente y a la oficina.
form-not-done-legend = La visita
form-not-done-no = se ha hecho
form-not-done-yes = no se ha hecho
form-not-done-reason = Por qué no se ha hecho
form-not-done-reason-hint = Por ejemplo: sin acceso a la sala técnica.
form-not-done-by = Quién lo dice
form-not-done-photos = Las fotos no se envían con esto; se quedan en el teléfono.

# signatures
form-sign-engineer = Firma del técnico
form-sign-customer = Firma del cliente
form-sign-read = Leer lo que se firma
form-signed-at = Firmado { $at }
form-pad-hint = Firme aquí con el dedo
form-pad-empty = { $label }: aún sin firmar
form-pad-signed = { $label }: firmado
form-pad-undo = Deshacer
form-pad-clear = Borrar
form-customer-legend = El técnico del cliente
form-customer-signed = firma aquí
form-customer-absent = no había nadie
form-customer-refused = no quiere firmar
form-customer-asked = firma después, por enlace
form-customer-absent-reason = Por qué no había nadie
form-customer-refused-reason = Por qué no quiere firmar
form-customer-asked-hint = Recibe el enlace por correo. Sin él, muestre el código cuando la oficina tenga el registro.
form-review = Lo que se firma
form-review-closed = Hallazgos cerrados
form-review-carried = Hallazgos que siguen abiertos
form-review-photo = con foto
form-review-no-caption = sin pie de foto
form-review-customer-remark = Observación del técnico del cliente

# handing in
form-send = Entregar
form-hand-in = Entregar a la oficina
form-send-what-happens = Sin cobertura espera aquí y se envía solo.
form-keep-open = Este navegador solo envía con el formulario abierto: déjelo abierto o vuelva a abrirlo donde haya cobertura.
form-save = Guardar en archivo
form-saving = Guardando…
form-save-hint = Si todo lo demás falla: haga llegar el archivo a la oficina por cualquier vía.
form-ready = Está todo relleno.
form-stray = Esto ya no tiene sitio en el formulario:
form-stray-note = Pasarlo a la nota para la oficina
form-stray-out = Dejarlo fuera
form-rest = No se envía con esto y se queda en este teléfono: { $what }.
form-rest-findings = { $count ->
    [one] 1 hallazgo
   *[other] { $count } hallazgos
}
form-rest-answers = { $count ->
    [one] 1 respuesta de las listas
   *[other] { $count } respuestas de las listas
}
form-rest-photos = { $count ->
    [one] 1 foto
   *[other] { $count } fotos
}
form-rest-others = { $count ->
    [one] 1 entrada más
   *[other] { $count } entradas más
}
form-rest-legend = ¿Qué debe saber de ello la oficina?
form-rest-into-note = Pasar los hallazgos y fallos a la nota para la oficina
form-rest-kept = Nada; se queda en este teléfono
form-rest-note = Rellenado antes de interrumpirse la visita:
form-problems = { $count ->
    [one] Falta una cosa
   *[other] Faltan { $count } cosas
}
form-problem-conflict = Dos teléfonos dicen cosas distintas: elija
form-problem-stray = Esto ya no tiene sitio en el formulario: { $what }
form-problem-rest = Diga qué se hace con lo que se había rellenado
form-problem-note-long = La nota para la oficina supera los { $most } caracteres
form-problem-photos-in-work = { $count ->
    [one] Aún se está preparando una foto
   *[other] Aún se están preparando { $count } fotos
}
form-problem-photos-many = Se admiten { $most } fotos; quite alguna
form-problem-photos-heavy = Las fotos son demasiado grandes en conjunto; quite alguna
form-problem-times-order = La visita acabaría antes de empezar
form-problem-signed-before = La visita empezaría después de firmarse
form-problem-times-start = Diga cuándo empezó la visita
form-problem-times-apart = Compruebe el inicio y el fin de la visita: hay más de un día entre los dos
form-problem-engineer-changed = Cambiado después de la firma del técnico: firme de nuevo
form-problem-customer-changed = Cambiado después de la firma del cliente: pida que firmen de nuevo
form-problem-not-done-reason = Diga por qué no se ha hecho la visita
form-problem-number = { $equipment }: «{ $item }» no es un número
form-problem-answer = { $equipment }: { $item }
form-problem-not-inspected = { $equipment }: ¿por qué no se inspeccionó «{ $item }»?
form-problem-answer-begun = { $equipment }: «{ $item }» está a medias
form-problem-finding-severity = Hallazgo { $number }: diga su gravedad
form-problem-finding-text = Hallazgo { $number }: diga qué se ha encontrado
form-problem-finding-done = Hallazgo { $number }: diga cómo se ha resuelto
form-problem-open-how = Diga cómo se ha resuelto el hallazgo { $number }
form-problem-advice-text = Recomendación { $number }: diga qué se recomienda
form-problem-person-name = Persona { $number }: escriba el nombre
form-problem-attendance = Diga quién ha recibido la formación
form-problem-engineer-name = Escriba el nombre del técnico
form-problem-engineer-strokes = La firma del técnico está vacía: firme con el dedo
form-problem-customer-name = Escriba el nombre de quien firma por el cliente
form-problem-customer-strokes = La firma del cliente está vacía: pida que firmen
form-problem-customer-status = Diga si firma el técnico del cliente
form-problem-absent-reason = Diga por qué no había nadie del cliente
form-problem-refused-name = Escriba quién no quiere firmar
form-problem-refused-reason = Diga por qué no quiere firmar
form-problem-asked-name = Escriba quién firma por enlace
form-problem-email = Esto no es una dirección de correo
form-frozen = Esto está entregado y espera el envío; ahora no se puede cambiar.
form-frozen-show = Ver
form-frozen-lead = El registro espera tal como lo entregó. Se queda en este teléfono hasta que la oficina lo tenga.
form-try-now = Intentar ahora
form-take-back = Recuperar y cambiar
form-take-back-maybe = Puede que la oficina ya lo haya recibido. Si lo cambia ahora, le llegan los dos y un responsable los revisa.
form-asked-future = El registro dice que la visita acabó el { $at }. En la oficina son solo las { $now }.
form-asked-before-booking = El registro dice que la visita acabó el { $at }. Se reservó después, o para un día posterior ({ $day }).
form-times-apart = El registro dice que la visita empezó el { $began } y acabó el { $ended }: ¿es correcto?
form-asked-correct = Corregir la hora
form-asked-right = Sí, es correcta
form-refused = { $count ->
    [one] La oficina no puede aceptar una cosa
   *[other] La oficina no puede aceptar { $count } cosas
}
form-refused-mend = Corregirlo
form-refused-at = { $place }: la oficina no puede aceptarlo así. Revíselo y corríjalo.
form-refused-somewhere = Algo en el registro
form-refused-theirs = La oficina dice:
form-refused-for-review = Enviarlo así, para revisión
form-bad-photo-unreadable = La oficina no puede leer esta foto. Quítela o hágala de nuevo.
form-bad-photo-too-large = Esta foto es demasiado grande para la oficina. Quítela.
form-bad-photo-elsewhere = Esta foto está solo en el otro teléfono. Abra allí el formulario con cobertura, o quite la foto.
form-bad-photo-show = Ver la foto
form-too-large = Quite fotos, o guárdelo en un archivo y déselo a la oficina.
form-conflict-record = La oficina guarda otra versión con el mismo número. Un responsable revisa las dos. Este teléfono conserva la suya.
form-unproven = La oficina ha respondido, pero su respuesta no lo nombra todo. Este teléfono conserva el borrador y las fotos.
form-link-none = La oficina ya no reconoce este teléfono. Vuelva a abrir el enlace de la carta; todo lo escrito se conserva.
form-link-expired = El enlace ha caducado. Lo rellenado aún se puede enviar: la oficina lo revisa.
form-link-revoked = La visita se ha asignado a otra persona. Lo rellenado aún se puede enviar: la oficina lo revisa.
form-cancelled = La visita se ha cancelado. Lo rellenado aún se puede enviar: la oficina lo revisa.
form-other-record = La oficina ha recibido un registro de esta visita a las { $time } (recibo { $receipt }). Lo rellenado aquí aún se puede enviar: lo revisa un responsable.
form-other-record-plain = La oficina tiene un registro de esta visita. Lo rellenado aquí aún se puede enviar: lo revisa un responsable.
form-other-review = Hay un registro de esta visita guardado para revisión desde { $time } (recibo { $receipt }).
form-review-expired = El enlace había caducado cuando llegó. Un responsable mira el registro; no se pierde nada.
form-review-revoked = Entretanto la visita se asignó a otra persona. Un responsable mira el registro; no se pierde nada.
form-review-cancelled = Entretanto la visita se canceló. Un responsable mira el registro; no se pierde nada.
form-review-other-record = La oficina ya tenía otro registro de esta visita. Un responsable mira los dos; no se pierde nada.
form-review-in-the-future = Indica un fin que aún no había llegado. Un responsable mira el registro; no se pierde nada.
form-review-for-review = Un responsable mira el registro; no se pierde nada.
form-after-lead = La oficina tiene el registro y todas sus fotos; este teléfono ya no los guarda.
form-after-kept = La oficina tiene el registro. Lo que se rellenó y no se envió se queda en este teléfono, por si la visita se vuelve a reservar.
form-after-photos = { $count ->
    [one] Una foto no formaba parte del registro; se queda en este teléfono.
   *[other] { $count } fotos no formaban parte del registro; se quedan en este teléfono.
}
form-after-photos-show = Ver las fotos
form-after-again = Rellenar otro registro de esta visita
form-after-more = Recibo y qué más se puede hacer
form-countersign = Firma del técnico del cliente
form-countersign-lead = Lee el registro en su propio teléfono, hace observaciones y firma.
form-countersign-show = Mostrar el código para el técnico del cliente
form-countersign-code = Código que abre la página para firmar
form-countersign-until = Vale hasta el { $at }
form-countersign-no-signal = No hay cobertura. Inténtelo donde la haya.
form-countersign-not-now = La oficina no puede dar un código ahora. Inténtelo más tarde.
form-countersigned = El técnico del cliente ha firmado.

# before the visit is known
form-gate-offline = Sin cobertura
form-gate-offline-detail = Abra el formulario una vez con cobertura; a partir de entonces funciona sin ella.
form-gate-trouble = La oficina no responde bien
form-gate-trouble-detail = Inténtelo de nuevo en un momento.
form-gate-no-link = Abra el enlace de la carta
form-gate-no-link-detail = El formulario se abre desde el enlace de la carta sobre esta visita.
form-gate-expired = El enlace ha caducado
form-gate-expired-detail = Pida uno nuevo a la oficina.
form-gate-revoked = El enlace ya no vale
form-gate-revoked-detail = La visita se ha asignado a otra persona, o hay una carta más nueva.
form-gate-unknown-visit = No existe esa visita
form-gate-unknown-visit-detail = Copie el enlace entero de la carta.
form-gate-no-visit = Aún no hay visitas en este teléfono
form-gate-no-visit-detail = Abra el enlace de la carta sobre la visita.

# the page on which the customer's engineer signs
form-sign-title = Leer y firmar
form-sign-lead = { $engineer }, de { $company }, estuvo en { $site }. Lea el registro, haga las observaciones que quiera y firme abajo.
form-sign-remark-add = Hacer una observación
form-sign-remark = Su observación sobre: { $item }
form-sign-yours = Su firma
form-sign-send = Firmar el registro
form-sign-sending = Enviando…
form-sign-name-needed = Escriba su nombre
form-sign-strokes-needed = La firma está vacía: firme con el dedo
form-sign-done = Firmado. Gracias.
form-sign-done-detail = La oficina recibió su firma a las { $time }.
form-sign-already = Este registro ya está firmado
form-sign-already-detail = Aquí ya no queda nada por hacer. Esto es lo que se firmó.
form-sign-already-after-try = Un intento anterior sí había llegado, o ha firmado otra persona. Abajo está lo que se firmó; lo que cambió después no forma parte de ello. Si algo no es correcto, avise al técnico o a la oficina.
form-sign-gone = Este enlace ya no vale
form-sign-gone-detail = Pida uno nuevo al técnico o a la oficina.
form-sign-no-answer = La oficina no responde. Lo escrito se conserva aquí: inténtelo de nuevo.
form-sign-refused = La oficina no ha podido aceptar la firma; allí no se ha guardado nada. Revise su nombre y sus observaciones y firme otra vez. Si se repite, llame a la oficina.
form-sign-id-taken = Este envío ya firmó otra visita, y aquí aún no hay nada firmado. Pulse «Firmar el registro» otra vez.
