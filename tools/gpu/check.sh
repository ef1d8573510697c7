#!/usr/bin/env bash
# What to run first on a machine with an NVIDIA GPU, in less than ten minutes: is it right, then how fast.
#   tools/gpu/check.sh [DEVICE]        (cuda:0 where none is given; needs a Python PyTorch 2.10 or 2.11 with CUDA, or SNN_LIBTORCH)
#   tools/gpu/check.sh cpu             rehearses it without a GPU: the same steps on the CPU, the benchmark at trial sizes
# The tool is the one that is built here; where gpu-pack/snn.tar.xz lies (tools/gpu/pack.sh), that one, which needs no .NET on the machine.
# Python packages in gpu-pack/python are the benchmark's peers, beside those that its Python has.
# What is found stands in gpu-check/ (GPU_CHECK_OUT names another folder) as it comes: report.txt, all.log with all that was said,
# bench.json. GPU_CHECK_SECONDS gives it another time (570), GPU_CHECK_PYTHON the benchmark another Python. No step stops the others.
# Ends with 0 only if nothing that was tried is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.."
device=${1:-cuda:0}
out=${GPU_CHECK_OUT:-gpu-check}
python=${GPU_CHECK_PYTHON:-}
deadline=$((SECONDS + ${GPU_CHECK_SECONDS:-570}))
for_bench=250 # of it: what `snn bench gpu` takes at most
failed=0
results=()
mkdir -p "$out" || exit 2
log=$out/all.log
made=$(mktemp -d) || exit 2 # a tool that was packed, trained weights, pages
trap 'rm -rf "$made"' EXIT
exec > >(tee "$out/report.txt") 2>&1
: >"$log"

step() { # NAME SECONDS COMMAND...: runs it within its time and what is left, keeps what it says, counts a failure
    local name=$1 most=$2 left=$((deadline - SECONDS)) began=$SECONDS from code result
    shift 2
    [ "$name" = bench ] || left=$((left - for_bench))
    [ "$most" -lt "$left" ] || most=$left
    if [ "$most" -lt 10 ]; then
        failed=$((failed + 1))
        results+=("NOT RUN  $name: no time left")
        echo "--- $name: no time left, not run"
        return
    fi
    echo "--- $name (${SECONDS} s, $most at most): $*" | tee -a "$log"
    from=$(stat -c %s "$log")
    # to a file: a pipe would be waited for as long as anything that the command left behind holds it
    timeout -k 5 "$most" "$@" >>"$log" 2>&1 </dev/null
    code=$?
    result=$([ $code -eq 0 ] && echo passed || { [ $((SECONDS - began)) -lt "$most" ] && echo "exit code $code" || echo 'out of time'; })
    if [ $code -eq 0 ]; then
        results+=("passed   $name, $((SECONDS - began)) s")
        tail -c +$((from + 1)) "$log" | tail -n "${SHOWN:-3}"
    else
        failed=$((failed + 1))
        results+=("FAILED   $name, $((SECONDS - began)) s: $result")
        tail -c +$((from + 1)) "$log" | tail -n "${SHOWN:-20}"
        echo "FAILED: $name ($result; all of it in $log)"
    fi
}

dll=src/SnnNotebooks.Cli/bin/Release/net10.0/snn.dll
if [ -f gpu-pack/snn.tar.xz ]; then
    if command -v xz >/dev/null; then
        tar -xJf gpu-pack/snn.tar.xz -C "$made" || exit 2
    else
        "${python:-python3}" -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' \
            gpu-pack/snn.tar.xz "$made" || exit 2
    fi
    cp -r data "$made/snn/" || exit 2 # which the repository has
    export DOTNET_ROOT=$made/dotnet PATH=$made/dotnet:$PATH
    dll=$made/snn/snn.dll
elif [ ! -f "$dll" ]; then
    dotnet build -c Release -v q src/SnnNotebooks.Cli || exit 2
fi
snn=(dotnet "$dll")
[ ! -d gpu-pack/python ] || export PYTHONPATH=$PWD/gpu-pack/python${PYTHONPATH:+:$PYTHONPATH}

if [ "$device" = cpu ]; then
    images=16 batch=8 # float16 is slow on a processor
    conform=cpu
    bench=(--trial)
else
    images=640 batch=64
    conform=cpu,$device
    bench=()
    if [ -z "${SNN_LIBTORCH:-}" ]; then
        found=$("${snn[@]}" doctor --find-torch | grep 'with CUDA$' | head -n 1)
        if [ -n "$found" ]; then
            eval "${found%%  #*}"
        else # where the search does not look
            SNN_LIBTORCH=$("${python:-python3}" -c 'import torch; print(torch.__path__[0] + "/lib")') \
                || { "${snn[@]}" doctor --find-torch; echo "No PyTorch with CUDA: see above."; exit 2; }
        fi
        export SNN_LIBTORCH
    fi
    echo "SNN_LIBTORCH=$SNN_LIBTORCH"
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
fi
SHOWN=60 step doctor 60 "${snn[@]}" doctor

# right? what takes seconds first, then the reference files on the device and the fused neurons' bits against the CPU's
train=(train spikformer --features 64 --heads 4 --depth 1 --images $images --epochs 1 --batch $batch --device "$device")
step train 60 "${snn[@]}" "${train[@]}" --out "$made/float32.safetensors"
step train-bf16 60 "${snn[@]}" "${train[@]}" --amp bf16 --out "$made/bf16.safetensors"
step train-fp16 60 "${snn[@]}" "${train[@]}" --amp fp16 --out "$made/fp16.safetensors"
# the same bits on every run
step deterministic-1 60 "${snn[@]}" "${train[@]}" --deterministic --out "$made/one.safetensors"
step deterministic-2 60 "${snn[@]}" "${train[@]}" --deterministic --out "$made/two.safetensors"
step same-bits 10 cmp "$made/one.safetensors" "$made/two.safetensors"
step notebook 60 "${snn[@]}" run notebooks/start-here.dib --device "$device" --out "$made"
step conform 200 "${snn[@]}" conform --device "$conform" tests/golden

# how fast? every kind of row at a tiny size, which leaves its kernels in the cache; then the tables, in under four minutes. Whether a step
# makes the host wait, and whether memory stays flat, stand there, too
measured=(--device "$device" ${python:+--python "$python"})
[ "$device" = cpu ] || SHOWN=1000 step bench-trial 80 "${snn[@]}" bench gpu --trial "${measured[@]}" --out "$out/trial.json"
SHOWN=1000 step bench $for_bench "${snn[@]}" bench gpu ${bench[@]+"${bench[@]}"} "${measured[@]}" --out "$out/bench.json"
echo
printf '%s\n' "${results[@]}"
echo "$failed failed in $SECONDS s; report.txt, all.log and bench.json are in $out"
[ "$failed" -eq 0 ]
