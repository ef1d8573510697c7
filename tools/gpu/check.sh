#!/usr/bin/env bash
# What to run first on a machine with an NVIDIA GPU, in at most twelve minutes: is it right, then how fast.
#   tools/gpu/check.sh [DEVICE]        (cuda:0 where none is given; needs a Python PyTorch 2.10 or 2.11 with CUDA, or SNN_LIBTORCH)
#   tools/gpu/check.sh cpu             rehearses it without a GPU: the same steps on the CPU, the benchmark at trial sizes
# The tool is the one that is built here; where gpu-pack/snn.tar.xz lies (tools/gpu/pack.sh), that one, which needs no .NET on the machine.
# What is found stands in gpu-check/ (GPU_CHECK_OUT names another folder). Ends with 0 only if nothing that was tried is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.."
device=${1:-cuda:0}
out=${GPU_CHECK_OUT:-gpu-check}
python=${GPU_CHECK_PYTHON:-}
deadline=$((SECONDS + 720))
for_bench=250 # of it: what `snn bench gpu` takes at most
failed=0
mkdir -p "$out"

step() { # NAME SECONDS COMMAND...: runs it within its time and what is left, keeps what it says, counts a failure
    local name=$1 most=$2 left=$((deadline - SECONDS)) code=0
    shift 2
    [ "$name" = bench ] || left=$((left - for_bench))
    [ "$most" -lt "$left" ] || most=$left
    if [ "$most" -lt 10 ]; then
        failed=$((failed + 1))
        echo "--- $name: no time left, not run"
        return
    fi
    echo "--- $name (${SECONDS} s, $most at most): $*"
    timeout -k 5 "$most" "$@" >"$out/$name.log" 2>&1 || code=$?
    tail -n 3 "$out/$name.log"
    [ $code -ne 0 ] || return
    failed=$((failed + 1))
    tail -n 15 "$out/$name.log"
    echo "FAILED: $name ($([ $code = 124 ] && echo 'out of time' || echo "exit code $code"); all of it in $out/$name.log)"
}

dll=src/SnnNotebooks.Cli/bin/Release/net10.0/snn.dll
if [ -f gpu-pack/snn.tar.xz ]; then
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    tar -xJf gpu-pack/snn.tar.xz -C "$unpacked" || exit 2
    export DOTNET_ROOT=$unpacked/dotnet PATH=$unpacked/dotnet:$PATH
    dll=$unpacked/snn/snn.dll
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
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | tee "$out/nvidia-smi.log"
fi
"${snn[@]}" doctor | tee "$out/doctor.log" || exit 2

# right? the reference files on the device, and the fused neurons' bits against the CPU's
step conform 280 "${snn[@]}" conform --device "$conform" tests/golden
train=(train spikformer --features 64 --heads 4 --depth 1 --images 640 --epochs 1 --batch 64 --device "$device")
step train 60 "${snn[@]}" "${train[@]}" --out "$out/float32.safetensors"
step train-bf16 60 "${snn[@]}" "${train[@]}" --amp bf16 --out "$out/bf16.safetensors"
step train-fp16 60 "${snn[@]}" "${train[@]}" --amp fp16 --out "$out/fp16.safetensors"
# the same bits on every run
step deterministic-1 60 "${snn[@]}" "${train[@]}" --deterministic --out "$out/one.safetensors"
step deterministic-2 60 "${snn[@]}" "${train[@]}" --deterministic --out "$out/two.safetensors"
step same-bits 10 cmp "$out/one.safetensors" "$out/two.safetensors"
step notebook 60 "${snn[@]}" run notebooks/start-here.dib --device "$device" --out "$out"

# how fast? under four minutes; whether a step makes the host wait, and whether memory stays flat, stand there, too
step bench $for_bench "${snn[@]}" bench gpu --device "$device" ${bench[@]+"${bench[@]}"} \
    ${python:+--python "$python"} --out "$out/bench.json"
cat "$out/bench.log"
echo
echo "$failed failed in $SECONDS s; what was said is in $out"
[ "$failed" -eq 0 ]
