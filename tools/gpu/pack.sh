#!/usr/bin/env bash
# Builds the tool and packs it with a .NET runtime, for a machine with a GPU that has no .NET (Linux, x64). libtorch is not in it: that
# machine's PyTorch has one. Prints the size.
#   tools/gpu/pack.sh                    gpu-pack/snn.tar.xz, which tools/gpu/check.sh there unpacks; the repository itself goes along, and
#                                        gpu-pack/python, if there is one: packages for the benchmark's Python, such as SpikingJelly's
#   tools/gpu/pack.sh FILE DATA...       an archive of its own for ten-minutes/run: without what only notebooks need, with the sweeps and
#                                        the data, each DATA a folder named as data sets are (cifar10, fashion-mnist)
# Neither can read JPEGs or complete code.
set -euo pipefail
most=66000000 # bytes that may travel, all together: 64 MiB less room
for data in "${@:2}"; do
    [ -d "$data" ] || { echo "There is no folder $data."; exit 2; }
done
[ $# -ne 1 ] || { sed -n '2,9s/^# //p' "$0"; exit 2; }
file=$(realpath -m "${1:-$(dirname "$0")/../../gpu-pack/snn.tar.xz}")
data=()
for folder in "${@:2}"; do data+=("$(realpath "$folder")"); done
cd "$(dirname "$0")/../.."
tool=src/SnnNotebooks.Cli/bin/Release/net10.0
dotnet build -c Release -v q src/SnnNotebooks.Cli # or it would pack what was built last
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
version=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) .*/\1/p' | sort -V | tail -n 1)
[ -n "$version" ] || { echo "There is no runtime of .NET 10 in $dotnet."; exit 2; }

behind=(--exclude='*.pdb' --exclude='SnnNotebooks*.xml' --exclude='snn.xml' --exclude='runtimes/win*' --exclude='runtimes/osx*')
behind+=(--exclude='runtimes/linux-arm*' --exclude='runtimes/linux-musl*' --exclude='libSkiaSharp*')
# what completes code; pictures that the repository or the data have
behind+=(--exclude='Microsoft.CodeAnalysis*Features*' --exclude='Microsoft.CodeAnalysis*Workspaces*' --exclude='*-ubyte.gz')
for library in torch c10 gomp aoti backend jitbackend nnapi shm; do behind+=(--exclude="lib$library*"); done
if [ ${#data[@]} -gt 0 ]; then # a sweep of trainings compiles no C# and brings its data
    behind+=(--exclude='Microsoft.CodeAnalysis*' --exclude='Plotly.NET*' --exclude='Deedle*' --exclude='System.ServiceModel*')
fi

whole=$(mktemp -d)
trap 'rm -rf "$whole"' EXIT
root=$whole
[ ${#data[@]} -eq 0 ] || root=$whole/ten-minutes
mkdir -p "$root/snn" "$root/dotnet" "$(dirname "$file")"
tar -c -C $tool "${behind[@]}" . | tar -x -C "$root/snn"
others=(--exclude='libmscord*' --exclude='libclrgc*' --exclude='libcoreclrtraceptprovider*') # debuggers, profilers, other collectors
tar -c -C "$dotnet" "${others[@]}" dotnet LICENSE.txt ThirdPartyNotices.txt host/fxr "shared/Microsoft.NETCore.App/$version" \
    | tar -x -C "$root/dotnet"
# bytes that go along: the repository, Python packages
beside=$({ git ls-files -z; [ ! -d gpu-pack/python ] || find gpu-pack/python -type f -print0; } \
    | xargs -0 stat -c %s | awk '{ all += $1 } END { print all }')
if [ ${#data[@]} -gt 0 ]; then
    beside=0
    cp tools/gpu/ten-minutes/{run,*.json} "$root/"
    mkdir "$root/data"
    cp -rL --no-preserve=mode "${data[@]}" "$root/data/"
fi
tar -c -C "$whole" . | xz --x86 --lzma2=preset=9e >"$file.$$.part" # machine code of x86-64, most of it
mv "$file.$$.part" "$file"
packed=$(stat -c %s "$file")
with=$([ $beside = 0 ] && echo "data $(du -sm "$root/data" | cut -f1) MiB" \
    || echo "with what goes along $((packed + beside)) bytes")
echo "$file: $packed bytes, $with; .NET $version"
[ $((packed + beside)) -lt $most ] || { echo "That is more than $((most / 1000000)) MB."; exit 1; }
