#!/usr/bin/env bash
# Builds the tool and packs it with a .NET runtime, for a machine with a GPU that has no .NET: tools/gpu/check.sh there unpacks it.
#   tools/gpu/pack.sh [FILE]       (gpu-pack/snn.tar.xz where none is given)
# libtorch is not in it: that machine's PyTorch has one. The repository itself goes along (notebooks, tests/golden). Prints the size.
set -euo pipefail
cd "$(dirname "$0")/../.."
file=${1:-gpu-pack/snn.tar.xz}
tool=src/SnnNotebooks.Cli/bin/Release/net10.0
dotnet build -c Release -v q src/SnnNotebooks.Cli # or it would pack what was built last
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
version=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) .*/\1/p' | sort -V | tail -n 1)
[ -n "$version" ] || { echo "There is no runtime of .NET 10 in $dotnet."; exit 2; }

whole=$(mktemp -d)
trap 'rm -rf "$whole"' EXIT
mkdir -p "$whole/snn" "$whole/dotnet" "$(dirname "$file")"
tar -c -C $tool --exclude='*.pdb' --exclude='SnnNotebooks*.xml' --exclude='runtimes/win*' --exclude='runtimes/osx*' --exclude='libtorch*' \
    --exclude='libc10*' --exclude='libgomp*' --exclude='libaoti*' --exclude='libbackend*' --exclude='libjitbackend*' \
    --exclude='libnnapi*' --exclude='libshm*' --exclude='libtorchbind*' . | tar -x -C "$whole/snn"
behind=(--exclude='libmscord*' --exclude='libclrgc*' --exclude='libcoreclrtraceptprovider*') # debuggers, profilers, other collectors
tar -c -C "$dotnet" "${behind[@]}" dotnet LICENSE.txt ThirdPartyNotices.txt host/fxr \
    "shared/Microsoft.NETCore.App/$version" | tar -x -C "$whole/dotnet"
tar -c -C "$whole" snn dotnet | xz --x86 --lzma2=preset=9 >"$file.part" # machine code of x86-64, most of it
mv "$file.part" "$file"
tracked=$(git ls-files -z | xargs -0 stat -c %s | awk '{ all += $1 } END { print all }')
packed=$(stat -c %s "$file")
all=$(((packed + tracked) / 1048576))
echo "$file: $((packed / 1048576)) MiB, with the repository's files $all MiB; .NET $version"
[ $all -lt 60 ] || { echo "That is more than fits beside the repository's files in 64 MiB."; exit 1; }
