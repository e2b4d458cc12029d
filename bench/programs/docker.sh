#!/usr/bin/env bash
# The test of serf.yaml by Docker alone. DROPS=n3 docker.sh: that peer drops the events that it receives.
set -euo pipefail
lab=bench-docker-$$
all=(n0 n1 n2 n3 n4 n5) left=(n0 n1 n2) right=(n3 n4 n5)

cleanup() {
  docker rm -f "${all[@]/#/$lab-}" >/dev/null 2>&1 || true
  docker network rm "$lab" >/dev/null 2>&1 || true
}
trap cleanup EXIT

within() { # SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) seconds=$1 what=$2
  shift 2
  until "$@"; do
    ((SECONDS < end)) || { echo "✖ $what: not within $seconds s" && exit 1; }
    sleep 0.25
  done
  echo "✔ $what"
}
on() { docker exec "$lab-$1" "${@:2}" 2>/dev/null; }
address() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$lab-$1"; }
joins() { on "$1" serf join "$lab-n0" >/dev/null; }
lists() { # PEER NAME...: these alone as alive
  local listed
  listed=$(on "$1" serf members -status=alive | awk '{ print $1 }' | sort | xargs) && [ "$listed" = "${*:2}" ]
}
lists_failed() { on "$1" serf members | grep -q "^$2 .* failed"; }
sends() { on "$1" serf event -coalesce=false "$2" >/dev/null; }
received() { docker logs "$lab-$1" 2>&1 | grep -q "user-event: $2\$"; }

converged() { # SECONDS NAME...
  for peer in "${@:2}"; do within "$1" "$peer lists ${*:2}" lists "$peer" "${@:2}"; done
}
broadcast() { # FROM
  local event=event-$RANDOM$RANDOM
  within 10 "$1 sends an event" sends "$1" "$event"
  for peer in "${all[@]}"; do within 30 "$peer received the event of $1" received "$peer" "$event"; done
}
silence() { # replace|del PEER ADDRESS: what PEER sends there is lost, as on a broken network
  docker exec -u 0 "$lab-$2" ip neigh "$1" "$3" lladdr 02:00:00:00:00:01 nud permanent dev eth0
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

docker network create --internal "$lab" >/dev/null
for peer in "${all[@]}"; do
  drops=$([ "$peer" = "${DROPS-}" ] && echo 1 || true)
  docker run -d --name "$lab-$peer" --network "$lab" --cap-add NET_ADMIN -e DROP_EVENTS="$drops" peerlab-bench-serf \
    serf agent -node="$peer" >/dev/null
done
for peer in "${all[@]}"; do within 30 "$peer joins" joins "$peer"; done
converged 30 "${all[@]}"
broadcast n0

docker kill "$lab-n5" >/dev/null
for peer in n0 n1 n2 n3 n4; do within 30 "$peer lists n5 as failed" lists_failed "$peer" n5; done
docker start "$lab-n5" >/dev/null
within 30 "n5 joins" joins n5
converged 60 "${all[@]}"

partition replace
converged 40 "${left[@]}"
converged 40 "${right[@]}"
partition del
converged 60 "${all[@]}"
broadcast n0
