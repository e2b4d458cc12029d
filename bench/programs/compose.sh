#!/usr/bin/env bash
# The test of serf.yaml by Compose. DROPS=n3 compose.sh: that peer drops the events that it receives.
set -euo pipefail
here=$(dirname "$0") lab=bench-compose-$$
all=(n0 n1 n2 n3 n4 n5) left=(n0 n1 n2) right=(n3 n4 n5)

compose() {
  ${COMPOSE:-docker compose} -p "$lab" -f "$here/compose.yaml" ${DROPS:+-f "$here/compose.$DROPS-drops.yaml"} "$@"
}
trap 'compose down -t 0 >/dev/null 2>&1' EXIT

within() { # SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) seconds=$1 what=$2
  shift 2
  until "$@"; do
    ((SECONDS < end)) || { echo "✖ $what: not within $seconds s" && exit 1; }
    sleep 0.25
  done
  echo "✔ $what"
}
on() { docker exec "${id[$1]}" "${@:2}" 2>/dev/null; }
address() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "${id[$1]}"; }
joins() { on "$1" serf join n0 >/dev/null; }
lists() { # PEER NAME...: these alone as alive
  local listed
  listed=$(on "$1" serf members -status=alive | awk '{ print $1 }' | sort | xargs) && [ "$listed" = "${*:2}" ]
}
lists_failed() { on "$1" serf members | grep -q "^$2 .* failed"; }
sends() { on "$1" serf event -coalesce=false "$2" >/dev/null; }
received() { docker logs "${id[$1]}" 2>&1 | grep -q "user-event: $2\$"; }

converged() { # SECONDS NAME...
  for peer in "${@:2}"; do within "$1" "$peer lists ${*:2}" lists "$peer" "${@:2}"; done
}
broadcast() { # FROM
  local event=event-$RANDOM$RANDOM
  within 10 "$1 sends an event" sends "$1" "$event"
  for peer in "${all[@]}"; do within 30 "$peer received the event of $1" received "$peer" "$event"; done
}
silence() { # replace|del PEER ADDRESS: what PEER sends there is lost, as on a broken network
  docker exec -u 0 "${id[$2]}" ip neigh "$1" "$3" lladdr 02:00:00:00:00:01 nud permanent dev eth0
}
partition() { # replace|del
  local a b
  for a in "${left[@]}"; do
    for b in "${right[@]}"; do
      silence "$1" "$a" "$(address "$b")"
      silence "$1" "$b" "$(address "$a")"
    done
  done
}

compose up -d >/dev/null 2>&1
declare -A id
for peer in "${all[@]}"; do id[$peer]=$(compose ps -q "$peer"); done
for peer in "${all[@]}"; do within 30 "$peer joins" joins "$peer"; done
converged 30 "${all[@]}"
broadcast n0

compose kill n5 >/dev/null 2>&1
for peer in n0 n1 n2 n3 n4; do within 30 "$peer lists n5 as failed" lists_failed "$peer" n5; done
compose start n5 >/dev/null 2>&1
within 30 "n5 joins" joins n5
converged 60 "${all[@]}"

partition replace
converged 40 "${left[@]}"
converged 40 "${right[@]}"
partition del
converged 60 "${all[@]}"
broadcast n0
