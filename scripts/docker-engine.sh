#!/bin/sh
# Brings up a Docker engine on a bare Debian machine, and prints one line: where it answers.
# Run it again at will: an engine that answers is left alone.
#
#   DOCKER_ENGINE_LOG   where dockerd writes when it is started by hand   (/var/log/peerlab-dockerd.log)
#   DOCKER_ENGINE_WAIT  seconds to wait until it answers                  (60: a first start makes its storage)
set -eu

socket=/var/run/docker.sock
log=${DOCKER_ENGINE_LOG:-/var/log/peerlab-dockerd.log}
wait_seconds=${DOCKER_ENGINE_WAIT:-60}

fail() {
  echo "docker-engine.sh: $*" >&2
  exit 1
}

# Asks the engine itself; needs no docker command and no curl.
answers() {
  [ -S "$socket" ] || return 1
  if command -v docker >/dev/null 2>&1; then
    DOCKER_HOST="unix://$socket" timeout 5 docker version --format '{{.Server.Version}}' 2>/dev/null
  else
    timeout 5 curl --silent --fail --unix-socket "$socket" http://docker/version 2>/dev/null |
      sed -n 's/.*"Version":"\([^"]*\)".*/\1/p' | head -n 1
  fi
}

report() {
  echo "Docker $1 answers at unix://$socket ($2)"
  exit 0
}

if version=$(answers) && [ -n "$version" ]; then report "$version" "it ran already"; fi

[ "$(id -u)" = 0 ] || fail "no engine answers at $socket, and starting one needs root: run this with sudo"

if ! command -v dockerd >/dev/null 2>&1 || ! command -v iptables >/dev/null 2>&1; then
  command -v apt-get >/dev/null 2>&1 ||
    fail "there is no dockerd, and this is no Debian: install Docker by your system's own means, then run this again"
  packages=""
  command -v dockerd >/dev/null 2>&1 || packages="docker.io"
  command -v iptables >/dev/null 2>&1 || packages="$packages iptables"
  export DEBIAN_FRONTEND=noninteractive
  # Of the log only the end is shown, and only when it fails.
  install_log=$(mktemp)
  # shellcheck disable=SC2086 # two words, two packages
  { apt-get update && apt-get install -y --no-install-recommends $packages; } >"$install_log" 2>&1 || {
    tail -n 20 "$install_log" >&2
    fail "apt-get could not install $packages (whole log: $install_log)"
  }
  rm -f "$install_log"
fi

if [ -d /run/systemd/system ]; then
  systemctl start docker || fail "systemd could not start docker: see journalctl -u docker"
  how="started by systemd"
else
  rm -f /var/run/docker.pid
  setsid dockerd >"$log" 2>&1 </dev/null &
  daemon=$!
  how="started by hand, log in $log"
fi

waited=0
while [ "$waited" -lt "$wait_seconds" ]; do
  if version=$(answers) && [ -n "$version" ]; then report "$version" "$how"; fi
  if [ -n "${daemon:-}" ] && ! kill -0 "$daemon" 2>/dev/null; then
    tail -n 20 "$log" >&2
    fail "dockerd ended (whole log: $log)"
  fi
  sleep 1
  waited=$((waited + 1))
done
[ -n "${daemon:-}" ] && tail -n 20 "$log" >&2
fail "dockerd does not answer after $wait_seconds s"
