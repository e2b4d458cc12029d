#!/usr/bin/env bash
# Several Docker engines on one machine, for labs across engines: each dockerd has a network namespace and all its state of its own.
# They reach each other, and this machine's own engine, by a switch (198.18.X.0/24), and nothing else: no way out, no published port.
#
#   docker-engines.sh up [N]   N further engines (2), named b, c, …: prints NAME=ENDPOINT ADDRESS of each. Those that run are left alone
#   docker-engines.sh ls       prints the same of those that run
#   docker-engines.sh down     ends the engines, with all that runs on them, and removes all that `up` made: also after a crash of either
#
#   DOCKER_ENGINES_SET   a name, where several sets shall run side by side   (lab)
#   DOCKER_ENGINES_WAIT  seconds to wait until all answer                    (60)
#
# Needs Linux, root, iproute2, util-linux and dockerd; docker-engine.sh installs the last.
set -euo pipefail

set_name=${DOCKER_ENGINES_SET:-lab}
wait_seconds=${DOCKER_ENGINES_WAIT:-60}
folder=/var/lib/peerlab-engines/$set_name
space=peerlab-$set_name
letters=bcdefghijklmnopqrstuvwxyz

fail() {
  echo "docker-engines.sh: $*" >&2
  exit 1
}

check_needs() {
  [[ $set_name =~ ^[a-z0-9]{1,20}$ ]] || fail "DOCKER_ENGINES_SET is 1 to 20 small letters and digits, not \"$set_name\""
  [ "$(uname -s)" = Linux ] || fail 'network namespaces need Linux'
  [ "$(id -u)" = 0 ] || fail 'network namespaces and engines need root: run this with sudo'
  local program missing=''
  for program in dockerd ip nsenter setsid flock; do command -v "$program" >/dev/null || missing+=" $program"; done
  [ -z "$missing" ] || fail "not installed:$missing (Debian: scripts/docker-engine.sh, apt-get install iproute2 util-linux)"
}

answers() { # name: by the engine itself; needs no docker command and no curl, as one of them is enough
  local socket=$folder/$1/docker.sock
  [ -S "$socket" ] || return 1
  if command -v curl >/dev/null; then
    timeout 5 curl --silent --fail --output /dev/null --unix-socket "$socket" http://docker/_ping
  else
    timeout 5 docker --host "unix://$socket" version >/dev/null 2>&1
  fi
}

engines() { # the names of those that were made, in order
  local at
  for at in "$folder"/?/; do [ ! -d "$at" ] || basename "$at"; done
}

# One at a time, of all sets: they choose addresses. A folder that is always there, so that no lock stays behind.
lock() {
  exec 9</var/lib
  flock -w "$wait_seconds" 9 || fail "another docker-engines.sh is at work for more than $wait_seconds s"
}

list() {
  local name
  for name in $(engines); do
    ! answers "$name" || echo "$name=unix://$folder/$name/docker.sock $(cat "$folder/$name/address")"
  done
}

has_namespace() { [ -e "/run/netns/$1" ]; }

# The switch is a namespace of its own: the packet filter of this machine, which Docker closes for bridges, has no part in it.
make_switch() {
  has_namespace "$space-switch" && [ -s "$folder/subnet" ] && return
  ! has_namespace "$space-switch" || ip netns del "$space-switch"
  rm -f "$folder"/?/address
  local third=0
  while [ -e "/sys/class/net/peerlab-$third" ] || [[ $(ip -4 route show) == *"198.18.$third."* ]]; do
    third=$((third + 1))
    [ "$third" -lt 256 ] || fail 'all of 198.18.0.0/16 is taken'
  done
  ip netns add "$space-switch"
  ip -n "$space-switch" link add name switch type bridge
  ip -n "$space-switch" link set dev switch up
  ip link add name "peerlab-$third" type veth peer name host netns "$space-switch"
  ip -n "$space-switch" link set dev host master switch up
  ip address add "198.18.$third.1/24" dev "peerlab-$third"
  ip link set dev "peerlab-$third" up
  echo "198.18.$third" >"$folder/subnet"
}

make_namespace() { # name index
  has_namespace "$space-$1" && [ -s "$folder/$1/address" ] && return
  end_processes "$1"
  ! has_namespace "$space-$1" || ip netns del "$space-$1"
  local address
  address=$(cat "$folder/subnet").$((10 + $2))
  ip netns add "$space-$1"
  ip -n "$space-$1" link set dev lo up
  ip -n "$space-switch" link add name "$1" type veth peer name eth0 netns "$space-$1"
  ip -n "$space-switch" link set dev "$1" master switch up
  ip -n "$space-$1" address add "$address/24" dev eth0
  ip -n "$space-$1" link set dev eth0 up
  echo "$address" >"$folder/$1/address"
}

start_engine() { # name
  local at=$folder/$1
  mkdir -p "$at/data"
  # An identity of its own: engines that share /etc/docker/key.json are one to Swarm. Since version 23 it is a file among the data.
  [ -s "$at/data/engine-id" ] || cat /proc/sys/kernel/random/uuid >"$at/data/engine-id"
  if [[ $(dockerd --version) =~ version\ (1[0-9]|2[0-2])\. ]]; then
    echo "{ \"deprecated-key-path\": \"$at/key.json\" }" >"$at/daemon.json"
  else
    echo '{}' >"$at/daemon.json"
  fi
  # Of a process that ended and that nobody has waited for, an engine takes the number as running, and waits for its socket.
  rm -f "$at/docker.pid" "$at/exec/containerd/containerd.pid"
  # Not `ip netns exec`, which mounts another /sys, without the groups that an engine needs.
  setsid nsenter "--net=/run/netns/$space-$1" dockerd --config-file "$at/daemon.json" --host "unix://$at/docker.sock" \
    --data-root "$at/data" --exec-root "$at/exec" --pidfile "$at/docker.pid" \
    >>"$at/dockerd.log" 2>&1 </dev/null 9>&- &
}

up() {
  local count=$1 index name new='' started=()
  [[ $count =~ ^[0-9]+$ ]] && [ "$count" -ge 1 ] && [ "$count" -le ${#letters} ] ||
    fail "the number of engines is from 1 to ${#letters}, not \"$count\""
  lock
  [ -d "$folder" ] || new=1
  mkdir -p "$folder"
  # shellcheck disable=SC2064 # as it is now
  trap "$([ -n "$new" ] && echo 'tear_down >&2' || echo true)" EXIT
  make_switch
  for ((index = 1; index <= count; index++)); do
    name=${letters:index-1:1}
    mkdir -p "$folder/$name"
    make_namespace "$name" "$index"
    answers "$name" && continue
    end_processes "$name"
    start_engine "$name"
    started+=("$name")
  done
  local until=$((SECONDS + wait_seconds))
  for name in "${started[@]}"; do
    until answers "$name"; do
      if [ "$SECONDS" -ge "$until" ]; then
        tail -n 20 "$folder/$name/dockerd.log" >&2
        fail "the engine $name does not answer after $wait_seconds s"
      fi
      sleep 0.1
    done
  done
  trap - EXIT
  list
}

# The engine's programs, known by their command line: they live on when the engine or this script dies.
processes() { # name program
  local at comm words
  for at in /proc/[0-9]*; do
    { read -r comm <"$at/comm" && [[ $comm == "$2"* ]] && mapfile -d '' -t words <"$at/cmdline"; } 2>/dev/null || continue
    [[ " ${words[*]}" != *[\ /]"${folder#/}/$1/"* ]] || echo "${at#/proc/}"
  done
}

end_processes() { # name
  local pid child daemons until
  # Containers first: an engine waits ten seconds for each that does not end by itself.
  for pid in $(processes "$1" containerd-shim); do
    for child in $(grep -l "^PPid:[[:space:]]*$pid$" /proc/[0-9]*/status 2>/dev/null | cut -d / -f 3); do
      kill -KILL "$child" 2>/dev/null || true
    done
  done
  daemons=$(processes "$1" dockerd)
  for pid in $daemons; do kill -CONT "$pid" && kill -TERM "$pid"; done 2>/dev/null || true
  until=$((SECONDS + 20))
  for pid in $daemons; do
    while kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$until" ]; do sleep 0.05; done
  done
  # What is left had no engine, or one that hung.
  for pid in $(processes "$1" dockerd) $(processes "$1" containerd); do kill -KILL "$pid" 2>/dev/null || true; done
}

tear_down() {
  local name at id names
  names=$(engines)
  for name in $names; do end_processes "$name" & done
  wait
  for name in switch $names; do ! has_namespace "$space-$name" || ip netns del "$space-$name"; done
  # The deepest first.
  awk -v root="$folder/" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r at; do
    umount --lazy "$at" || true
  done
  for name in $names; do
    for at in "$folder/$name"/data/containers/*/; do
      id=$(basename "$at")
      rmdir "/sys/fs/cgroup/docker/$id" /sys/fs/cgroup/*/docker/"$id" 2>/dev/null || true
    done
  done
  rm -rf --one-file-system "$folder"
  rmdir --ignore-fail-on-non-empty "$(dirname "$folder")"
}

down() {
  lock
  [ -d "$folder" ] || return 0
  tear_down
}

case ${1:-} in
  up) check_needs; up "${2:-2}" ;;
  ls) check_needs; list ;;
  down) check_needs; down ;;
  *) fail 'usage: docker-engines.sh up [N] | ls | down' ;;
esac
