#!/usr/bin/env bash
# What to run first on a machine with an NVIDIA GPU, in less than ten minutes: is it right, then how fast.
#   tools/gpu/check.sh [DEVICE]        (cuda:0 where none is given; needs a Python PyTorch 2.10 or 2.11 with CUDA, or SNN_LIBTORCH)
#   tools/gpu/check.sh cpu             rehearses it without a GPU: the same steps on the CPU, the benchmark at trial sizes
# The tool is the one that is built here; where gpu-pack/snn.tar.xz lies (tools/gpu/pack.sh), that one, which needs no .NET on the machine.
# What is found stands in gpu-check/ (GPU_CHECK_OUT names another folder) as it comes: report.txt, all.log with all that was said,
# bench.json. GPU_CHECK_SECONDS gives it another time (570). Ends with 0 only if nothing that was tried is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.."
device=${1:-cuda:0}
out=${GPU_CHECK_OUT:-gpu-check}
python=${GPU_CHECK_PYTHON:-}
deadline=$((SECONDS + ${GPU_CHECK_SECONDS:-570}))
for_bench=250 # of it: what `snn bench gpu` takes at most
failed=0
mkdir -p "$out"
made=$(mktemp -d) # a tool that was packed, trained weights, pages
trap 'rm -rf "$made"' EXIT
exec > >(tee "$out/report.txt") 2>&1
: >"$out/all.log"

step() { # NAME SECONDS COMMAND...: runs it within its time and what is left, keeps what it says, counts a failure
    local name=$1 most=$2 left=$((deadline - SECONDS)) code
    shift 2
    [ "$name" = bench ] || left=$((left - for_bench))
    [ "$most" -lt "$left" ] || most=$left
    if [ "$most" -lt 10 ]; then
        failed=$((failed + 1))
        echo "--- $name: no time left, not run"
        return
    fi
    echo "--- $name (${SECONDS} s, $most at most): $*" | tee -a "$out/all.log"
    timeout -k 5 "$most" "$@" 2>&1 | tee -a "$out/all.log" >"$made/said"
    code=${PIPESTATUS[0]}
    if [ $code -eq 0 ]; then
        tail -n "${SHOWN:-3}" "$made/said"
    else
        failed=$((failed + 1))
        tail -n 20 "$made/said"
        echo "FAILED: $name ($([ $code = 124 ] && echo 'out of time' || echo "exit code $code"); all of it in $out/all.log)"
    fi
}

dll=src/SnnNotebooks.Cli/bin/Release/net10.0/snn.dll
if [ -f gpu-pack/snn.tar.xz ]; then
    tar -xJf gpu-pack/snn.tar.xz -C "$made" || exit 2
    export DOTNET_ROOT=$made/dotnet PATH=$made/dotnet:$PATH
    dll=$made/snn/snn.dll
elif [ ! -f "$dll" ]; then
    dotnet build -c Release -v q src/SnnNotebooks.Cli || exit 2
fi
snn=(dotnet "$dll")

if [ "$device" = cpu ]; then
    conform=cpu
    bench=(--trial)
else
    conform=cpu,$device
    bench=()
    if [ -z "${SNN_LIBTORCH:-}" ]; then
        found=$("${snn[@]}" doctor --find-torch | grep 'with CUDA$' | head -n 1)
        [ -n "$found" ] || { "${snn[@]}" doctor --find-torch; echo "No PyTorch with CUDA: see above."; exit 2; }
        eval "${found%%  #*}"
        export SNN_LIBTORCH
    fi
    echo "SNN_LIBTORCH=$SNN_LIBTORCH"
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
fi
"${snn[@]}" doctor || exit 2

# right? what takes seconds first, then the reference files on the device and the fused neurons' bits against the CPU's
train=(train spikformer --features 64 --heads 4 --depth 1 --images 640 --epochs 1 --batch 64 --device "$device")
step train 60 "${snn[@]}" "${train[@]}" --out "$made/float32.safetensors"
step train-bf16 60 "${snn[@]}" "${train[@]}" --amp bf16 --out "$made/bf16.safetensors"
step train-fp16 60 "${snn[@]}" "${train[@]}" --amp fp16 --out "$made/fp16.safetensors"
# the same bits on every run
step deterministic-1 60 "${snn[@]}" "${train[@]}" --deterministic --out "$made/one.safetensors"
step deterministic-2 60 "${snn[@]}" "${train[@]}" --deterministic --out "$made/two.safetensors"
step same-bits 10 cmp "$made/one.safetensors" "$made/two.safetensors"
step notebook 60 "${snn[@]}" run notebooks/start-here.dib --device "$device" --out "$made"
step conform 280 "${snn[@]}" conform --device "$conform" tests/golden

# how fast? under four minutes; whether a step makes the host wait, and whether memory stays flat, stand there, too
SHOWN=1000 step bench $for_bench "${snn[@]}" bench gpu --device "$device" ${bench[@]+"${bench[@]}"} \
    ${python:+--python "$python"} --out "$out/bench.json"
echo
echo "$failed failed in $SECONDS s; report.txt, all.log and bench.json are in $out"
[ "$failed" -eq 0 ]
