#!/usr/bin/env bash
# Packs the built tool with a .NET runtime, for a machine with a GPU that has no .NET: tools/gpu/check.sh there unpacks it.
#   tools/gpu/pack.sh [FILE]       (gpu-pack/snn.tar.xz where none is given; builds the tool where it is not built)
# libtorch is not in it: that machine's PyTorch has one. The repository itself goes along (notebooks, tests/golden). Prints the size.
set -euo pipefail
cd "$(dirname "$0")/../.."
file=${1:-gpu-pack/snn.tar.xz}
tool=src/SnnNotebooks.Cli/bin/Release/net10.0
[ -f $tool/snn.dll ] || dotnet build -c Release -v q src/SnnNotebooks.Cli
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
version=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) .*/\1/p' | sort -V | tail -n 1)
[ -n "$version" ] || { echo "There is no runtime of .NET 10 in $dotnet."; exit 2; }

whole=$(mktemp -d)
trap 'rm -rf "$whole"' EXIT
mkdir -p "$whole/snn" "$whole/dotnet" "$(dirname "$file")"
tar -c -C $tool --exclude='*.pdb' --exclude='SnnNotebooks*.xml' --exclude='runtimes/win*' --exclude='runtimes/osx*' --exclude='libtorch*' \
    --exclude='libc10*' --exclude='libgomp*' --exclude='libaoti*' --exclude='libbackend*' --exclude='libjitbackend*' \
    --exclude='libnnapi*' --exclude='libshm*' . | tar -x -C "$whole/snn"
tar -c -C "$dotnet" dotnet LICENSE.txt ThirdPartyNotices.txt host/fxr "shared/Microsoft.NETCore.App/$version" | tar -x -C "$whole/dotnet"
tar -c -C "$whole" snn dotnet | xz -T0 -6 >"$file.part"
mv "$file.part" "$file"
echo "$file: $(($(stat -c %s "$file") / 1048576)) MiB, .NET $version, $(git log -1 --format=%h 2>/dev/null || echo 'no commit')"
