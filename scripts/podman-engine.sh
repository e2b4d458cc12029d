#!/usr/bin/env bash
# A Podman engine that speaks Docker's API, for labs, with storage, settings and a socket of its own: other containers of this machine are
# not touched. Run it again at will: an engine that answers is left alone.
#
#   podman-engine.sh up     starts it, and prints where it answers: unix:///…/podman.sock. Installs Podman where Debian has it
#   podman-engine.sh down   ends it and its containers, and removes all that `up` made but packages
#
# As root it is rootful; as another user it is that user's, rootless.
#
#   PODMAN_ENGINE_SET    a name, where several shall run side by side   (lab)
#   PODMAN_ENGINE_USER   as root: whose engine it shall be, rootless. A user that does not exist is made, and removed by `down`
#   PODMAN_ENGINE_WAIT   seconds to wait until it answers               (30)
set -euo pipefail

set_name=${PODMAN_ENGINE_SET:-lab}
wait_seconds=${PODMAN_ENGINE_WAIT:-30}
user=${PODMAN_ENGINE_USER:-}
if [ "$(id -u)" = 0 ]; then
  # Rootless networks of Podman 4 hide /var/lib from themselves.
  if [ -n "$user" ]; then folder=/var/opt/peerlab-podman/$set_name-$user; else folder=/var/lib/peerlab-podman/$set_name; fi
  runtime=/run/peerlab-podman/$set_name${user:+-$user}
else
  folder=${XDG_DATA_HOME:-$HOME/.local/share}/peerlab-podman/$set_name
  # Rootless networks need it below /run.
  runtime=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/peerlab-podman-$set_name
fi
socket=$folder/podman.sock

fail() {
  echo "podman-engine.sh: $*" >&2
  exit 1
}

answers() {
  [ -S "$socket" ] || return 1
  timeout 5 curl --silent --fail --output /dev/null --unix-socket "$socket" http://podman/_ping
}

is_rootful() { [ -z "$user" ] && [ "$(id -u)" = 0 ]; }

# Of root when the engine is to be another user's: that user.
as_owner() {
  if [ -n "$user" ]; then setpriv --reuid "$user" --regid "$user" --clear-groups env HOME="$folder" "$@"; else "$@"; fi
}

install_packages() {
  local missing=() package
  local -A has=([podman]=podman [curl]=curl [conmon]=conmon [netavark]=/usr/lib/podman/netavark [aardvark-dns]=/usr/lib/podman/aardvark-dns)
  is_rootful || has+=([slirp4netns]=slirp4netns [uidmap]=newuidmap)
  command -v runc >/dev/null || command -v crun >/dev/null || missing+=(runc)
  for package in "${!has[@]}"; do command -v "${has[$package]}" >/dev/null || missing+=("$package"); done
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "not installed: ${missing[*]}"
  local log
  log=$(mktemp)
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "apt-get could not install ${missing[*]} (whole log: $log)"
  }
  rm -f "$log"
}

make_user() {
  [ -n "$user" ] || return 0
  if ! id "$user" >/dev/null 2>&1; then
    useradd --system --no-create-home --home-dir "$folder" --shell /usr/sbin/nologin --user-group "$user"
    touch "$folder/made-user"
  fi
  local kind
  for kind in uid gid; do
    grep -q "^$user:" "/etc/sub$kind" 2>/dev/null || usermod "--add-sub${kind}s" 524288-589823 "$user"
  done
}

hard_limit() { # -n or -u, and what Podman itself takes at most
  local limit
  limit=$(ulimit -H "$1")
  if [ "$limit" = unlimited ] || [ "$limit" -gt "$2" ]; then echo "$2"; else echo "$limit"; fi
}

# What docs/PODMAN.md asks of an engine, in a file of this engine's own.
write_settings() {
  local files threads
  files=$(hard_limit -n 1048576)
  threads=$(hard_limit -u 32768)
  mkdir -p "$folder"/{storage,networks} "$runtime/tmp"
  cat >"$folder/peerlab-conmon" <<'CONMON'
#!/bin/sh
# Podman closes a container's standard input when the first controller leaves. Peers of a lab outlive the commands that control
# them; those of a throw-away lab, which Podman removes by itself, end with their owner.
before=
for word; do
  [ "$before" != -b ] || bundle=$word
  before=$word
done
conmon=$(PATH=/usr/libexec/podman:/usr/local/bin:/usr/bin command -v conmon)
case " $* " in
  *' --exec-'*) ;;
  *) grep -q '"io.podman.annotations.autoremove": *"TRUE"' "${bundle:-}/config.json" 2>/dev/null || set -- "$@" --leave-stdin-open ;;
esac
exec "$conmon" "$@"
CONMON
  chmod 755 "$folder/peerlab-conmon"
  cat >"$folder/containers.conf" <<SETTINGS
[containers]
# No higher than this machine allows: its own defaults fail where root may not raise limits.
default_ulimits = ["nofile=$files:$files", "nproc=$threads:$threads"]
log_driver = "k8s-file"
[network]
network_config_dir = "$folder/networks"
network_backend = "netavark"
[engine]
cgroup_manager = "cgroupfs"
conmon_path = ["$folder/peerlab-conmon"]
events_logger = "file"
runtime = "$(command -v runc >/dev/null && echo runc || echo crun)"
tmp_dir = "$runtime/tmp"
SETTINGS
  cat >"$folder/storage.conf" <<SETTINGS
[storage]
driver = "overlay"
graphroot = "$folder/storage"
runroot = "$runtime/storage"
SETTINGS
  [ -z "$user" ] || chown -R "$user:$user" "$folder" "$runtime"
}

# Docker closes this machine to packets that are forwarded, and bridges of its own kernel filter: Podman opens it for networks that lead
# outside, not for a lab's. Only what stays within one bridge is let through, and no sooner than Docker has closed it.
rule() { # -I, -C or -D
  iptables -w 5 "$1" FORWARD -i podman+ -o podman+ -m physdev --physdev-is-bridged \
    -m comment --comment "podman-engine.sh $set_name" -j ACCEPT 2>/dev/null
}

open_bridges() {
  is_rootful && command -v iptables >/dev/null || return 0
  iptables -w 5 -S FORWARD 2>/dev/null | grep -q '^-P FORWARD DROP' || return 0
  rule -C || rule -I || fail "the firewall of this machine drops what peers send each other (iptables -P FORWARD DROP), and cannot be changed"
}

podman_here() {
  (cd "$folder" && as_owner env CONTAINERS_CONF="$folder/containers.conf" CONTAINERS_STORAGE_CONF="$folder/storage.conf" \
    XDG_RUNTIME_DIR="$runtime" DBUS_SESSION_BUS_ADDRESS= podman "$@")
}

up() {
  open_bridges
  if answers; then echo "unix://$socket"; return; fi
  install_packages
  mkdir -p "$folder"
  make_user
  is_rootful || as_owner sh -c ': <>/dev/net/tun' 2>/dev/null ||
    fail 'networks of rootless Podman need /dev/net/tun, which this user may not open: chmod 666 /dev/net/tun'
  write_settings
  rm -f "$socket"
  podman_here system service --time 0 "unix://$socket" >>"$folder/service.log" 2>&1 </dev/null &
  local service=$! until=$((SECONDS + wait_seconds))
  disown
  until answers; do
    if ! kill -0 "$service" 2>/dev/null || [ "$SECONDS" -ge "$until" ]; then
      tail -n 20 "$folder/service.log" >&2
      fail "no engine answers at $socket (whole log: $folder/service.log)"
    fi
    sleep 0.1
  done
  echo "unix://$socket"
}

processes() { # of this engine: its service, what holds its containers, and what names its peers
  local at words
  for at in /proc/[0-9]*; do
    { mapfile -d '' -t words <"$at/cmdline"; } 2>/dev/null || continue
    [ "${at#/proc/}" = $$ ] || [ "${at#/proc/}" = "$BASHPID" ] || [[ " ${words[*]:-}" != *"$folder/"* && " ${words[*]:-}" != *"$runtime/"* ]] || echo "${at#/proc/}"
  done
}

down() {
  ! is_rootful || ! rule -C || rule -D
  [ -d "$folder" ] || return 0
  podman_here rm --all --force --time 0 >/dev/null 2>&1 || true
  podman_here network prune --force >/dev/null 2>&1 || true
  podman_here volume rm --all --force >/dev/null 2>&1 || true
  # Ends the process that holds a rootless engine's namespaces.
  is_rootful || podman_here system migrate >/dev/null 2>&1 || true
  local pid
  for pid in $(processes); do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in $(processes); do
    for _ in {1..40}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    kill -KILL "$pid" 2>/dev/null || true
  done
  awk -v root="$folder/" -v run="$runtime/" 'index($5, root) == 1 || index($5, run) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r at; do
    umount --lazy "$at" || true
  done
  # A rootless engine's files belong to its users.
  if [ "$(id -u)" = 0 ]; then
    [ ! -e "$folder/made-user" ] || userdel --force "$user" 2>/dev/null || true
    rm -rf --one-file-system "$folder" "$runtime"
    rmdir --ignore-fail-on-non-empty "$(dirname "$runtime")"
  else
    podman unshare rm -rf "$folder" "$runtime"
  fi
  rmdir --ignore-fail-on-non-empty "$(dirname "$folder")"
}

[[ $set_name =~ ^[a-z0-9]{1,20}$ ]] || fail "PODMAN_ENGINE_SET is 1 to 20 small letters and digits, not \"$set_name\""
[ -z "$user" ] || [ "$(id -u)" = 0 ] || fail 'only root can start the engine of another user'
case ${1:-} in
  up) up ;;
  down) down ;;
  *) fail 'usage: podman-engine.sh up | down' ;;
esac
