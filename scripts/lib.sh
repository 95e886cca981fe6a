# Shared by the scripts here: how Debian packages are installed without ever asking.

fail() {
    echo "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install_packages() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# apt SECONDS ARGUMENT…: apt-get that answers every question itself and gives up in time.
apt() {
    local seconds=$1
    shift
    as_root env DEBIAN_FRONTEND=noninteractive timeout "$seconds" apt-get -q -y \
        -o Acquire::Retries=1 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o DPkg::Lock::Timeout=120 \
        "$@" </dev/null >/dev/null 2>&1
}

install_packages() {
    apt 600 install --no-install-recommends "$@" && return 0
    apt 180 update && apt 600 install --no-install-recommends "$@"
}
