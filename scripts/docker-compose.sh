#!/usr/bin/env bash
# Makes Docker Compose available on a bare Debian machine: the plugin where it is there, else Debian's docker-compose.
set -euo pipefail
if docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null 2>&1; then
  echo 'docker compose: present'
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo 'docker compose: not found, and only root on Debian can install it here: install docker-compose' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq --no-install-recommends docker-compose >/dev/null ||
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends docker-compose >/dev/null; }
echo "docker compose: installed $(docker-compose version --short)"
