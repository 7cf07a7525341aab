# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
#
# What the scripts beside this file share; it is sourced, not run. Two
# variables choose the interpreter and the virtual environment:
#
#   PYTHON=/path/to/python3.13 VENV=.venv313 script/test
#
# Each environment has build folders of its own, so several can exist together.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."

VENV=${VENV:-.venv}
[[ $VENV == /* ]] || VENV=$PWD/$VENV
export VENV

venv_name=$(basename "$VENV")
BUILD=build/${venv_name#.}

# The tools of the environment (cmake, ninja, pytest, ...) go before the machine's.
export PATH="$VENV/bin:$PATH"

# Qt warns about a locale without UTF-8, and a bare machine has none set.
[[ ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} =~ [Uu][Tt][Ff]-?8 ]] || export LC_ALL=C.UTF-8

say() { printf '== %s\n' "$*"; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Prints the comment at the top of the calling script, without its licence lines.
usage() { awk 'NR > 4 && !/^#/ { exit } NR > 4 { sub(/^# ?/, ""); print }' "$0"; }

# Prints the address of the main archive, as apt knows it, which must have the suite of this name.
archive_with() {
    local site release
    site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' |
        awk '$1 ~ /(debian|ubuntu)\/?$/ && $2 !~ /security/ { print $1; exit }')
    [[ $site ]] || fail "apt knows no archive of Debian. Add one to /etc/apt/sources.list."
    release=$(mktemp)
    /usr/lib/apt/apt-helper download-file "$site/dists/$1/Release" "$release" &>/dev/null ||
        fail "$site has no suite $1. Name one that it has, such as trixie or sid."
    rm "$release"
    echo "$site"
}

# Makes copies of the examples that use PyQt6, in a folder.
examples_with_pyqt6() {
    local example
    mkdir -p "$1"
    cp examples/*.ui "$1"
    for example in examples/*.py; do
        sed -f examples/pyqt6.sed "$example" >"$1/${example##*/}"
    done
}
