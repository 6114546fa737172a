# shellcheck shell=bash
# To be sourced: says what goes on, and installs Debian packages where that is permitted.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

is_root() { [[ $(id -u) -eq 0 ]]; }

# May we act as root, ourselves or by a sudo that asks for nothing?
may_be_root() { is_root || sudo -n true 2>/dev/null; }

as_root() {
  if is_root; then "$@"; else sudo -n -- "$@"; fi
}

# install_packages WHY PACKAGE... : installs Debian packages, or ends the script saying what is
# missing. Asks nothing, removes nothing (a mail server already there stays) and starts no
# service that a package brings.
install_packages() {
  local why=$1
  shift
  command -v apt-get >/dev/null ||
    fail "$why is missing and there is no apt-get: please install it (on Debian: $*)"
  may_be_root ||
    fail "$why is missing and installing needs root: please run 'apt-get install $*' as root"
  say "$why is missing: installing $*"
  if ! apt-cache show "$@" >/dev/null 2>&1; then
    as_root apt-get -qq update >&2 || fail "apt-get update failed, so $why cannot be installed"
  fi
  without_services as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends --no-remove "$@" >/dev/null ||
    # Lists from long ago name versions that are no longer there: once more with new ones.
    { as_root apt-get -qq update >&2 &&
      without_services as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends --no-remove "$@" >/dev/null; } ||
    fail "apt-get could not install $* for $why"
}

# Runs a command while Debian's policy file forbids packages to start what they bring. A policy
# that the machine has already is left as it is.
without_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [[ -e $policy ]]; then
    "$@"
    return
  fi
  as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
  "$@" || status=$?
  as_root rm -f "$policy"
  return "$status"
}
