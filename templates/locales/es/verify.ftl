# Prueba de un informe: en el propio archivo y en la página a la que lleva su código.

verify-signature-of = Firma digital de { $company }
verify-shortened = Este informe está abreviado: se muestran { $shown } de { $total } filas y los textos largos están cortados. El registro completo va dentro de este archivo, como record.json.

verify-title = Informe { $number }
verify-certificate-title = Certificado { $number }
verify-intro = { $company } emitió este documento. Compare lo que usted tiene con lo que figura aquí.
verify-site = Centro
verify-done = Visita terminada
verify-issued = Emitido
verify-revision = Revisión
verify-hash = SHA-256 del archivo
verify-latest = Esta es la última revisión.
verify-superseded = La revisión { $revision } lo ha sustituido. Pídala.
verify-upload = Comparar un archivo
verify-upload-hint = Elija el PDF que recibió. Se compara byte a byte y no se guarda.
verify-file = Archivo PDF
verify-compare = Comparar
verify-same = Auténtico: este archivo es el informe, byte a byte.
verify-same-superseded = Este archivo es un informe auténtico, y la revisión { $revision } lo ha sustituido.
verify-another = Este archivo es otro documento auténtico de { $company }: { $number }.
verify-different = Este archivo no es el informe. Fue alterado, o es otro documento.
verify-too-large = Este archivo es demasiado grande para ser un informe.
verify-none = No se eligió ningún archivo.
verify-by-hand = Sin enviar el archivo: calcule su SHA-256 (Windows: certutil -hashfile ARCHIVO SHA256; macOS: shasum -a 256 ARCHIVO; Linux: sha256sum ARCHIVO) y compárelo con el de arriba.
