#!/usr/bin/env bash
# What to run first on a machine with an NVIDIA GPU, in about a quarter of an hour: is it right, then how fast.
#   tools/gpu/check.sh [DEVICE]        (cuda:0 where none is given; needs a Python PyTorch 2.10 or 2.11 with CUDA, or SNN_LIBTORCH)
# What is found stands in gpu-check/ (GPU_CHECK_OUT names another folder). Ends with 0 only if nothing that was tried is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.."
device=${1:-cuda:0}
out=${GPU_CHECK_OUT:-gpu-check}
mkdir -p "$out"
failed=0
snn() { dotnet src/SnnNotebooks.Cli/bin/Release/net10.0/snn.dll "$@"; }
step() { # NAME COMMAND...: runs it, keeps what it says, counts a failure
    local name=$1
    shift
    echo "--- $name: $*"
    if "$@" >"$out/$name.log" 2>&1; then tail -n 3 "$out/$name.log"; else
        failed=$((failed + 1))
        tail -n 15 "$out/$name.log"
        echo "FAILED: $name (all of it in $out/$name.log)"
    fi
}

[ -f src/SnnNotebooks.Cli/bin/Release/net10.0/snn.dll ] || dotnet build -c Release -v q src/SnnNotebooks.Cli || exit 2
if [ -z "${SNN_LIBTORCH:-}" ]; then
    found=$(snn doctor --find-torch | grep 'with CUDA$' | head -n 1)
    [ -n "$found" ] || { snn doctor --find-torch; echo "No PyTorch with CUDA: see above."; exit 2; }
    eval "${found%%  #*}"
    export SNN_LIBTORCH
fi
echo "SNN_LIBTORCH=$SNN_LIBTORCH"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | tee "$out/nvidia-smi.log"
snn doctor | tee "$out/doctor.log" || exit 2

# right? the reference files on the device, and the fused neurons' bits against the CPU's
step conform snn conform --device "cpu,$device" tests/golden
train=(train spikformer --features 64 --heads 4 --depth 1 --images 640 --epochs 1 --batch 64 --device "$device")
step train snn "${train[@]}" --out "$out/float32.safetensors"
step train-bf16 snn "${train[@]}" --amp bf16 --out "$out/bf16.safetensors"
step train-fp16 snn "${train[@]}" --amp fp16 --out "$out/fp16.safetensors"
# the same bits on every run
step deterministic-1 snn "${train[@]}" --deterministic --out "$out/one.safetensors"
step deterministic-2 snn "${train[@]}" --deterministic --out "$out/two.safetensors"
step same-bits cmp "$out/one.safetensors" "$out/two.safetensors"
step notebook snn run notebooks/start-here.dib --device "$device" --out "$out"

# how fast? under four minutes
step bench snn bench gpu --device "$device" --out "$out/bench.json"
cat "$out/bench.log"
echo
echo "$failed failed; what was said is in $out"
[ "$failed" -eq 0 ]
