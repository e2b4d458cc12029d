#!/usr/bin/env bash
# Makes what the tests drive available on a bare Debian machine: Python 3 (a pseudo-terminal, and a peer in another
# language), tc (links shaped by the kernel), Chromium (the page), tcpdump and tshark (packets). Images are made of Debian
# packages: apt has to know where they are.
set -euo pipefail
missing=()
command -v python3 >/dev/null 2>&1 || missing+=(python3)
PATH="$PATH:/usr/sbin:/sbin" command -v tc >/dev/null 2>&1 || missing+=(iproute2)
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
PATH="$PATH:/usr/sbin:/sbin" command -v tcpdump >/dev/null 2>&1 || missing+=(tcpdump)
command -v tshark >/dev/null 2>&1 || missing+=(tshark)
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-cache show serf >/dev/null 2>&1 || apt-get update -qq
fi
if [ "${#missing[@]}" -eq 0 ]; then
  echo 'python3, tc, chromium, tcpdump, tshark: present'
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "not found, and only root on Debian can install them here: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
install || { apt-get update -qq && install; }
echo "installed: ${missing[*]}"
