"""Runs SpikingJelly on the stored inputs of reference files and compares, or writes them anew.

usage: check.py --peer FOLDER --version head|014 [--write DIR] [--only TEXT] REFERENCES
FOLDER holds the peer's `spikingjelly`, REFERENCES the files and their cases_VERSION.json.
Exit code 0: every field of every case is made and within the tolerance; 1: not so.
"""
import argparse
import os
import sys

import numpy
import torch

import conversion
import csnn
import encoders
import events
import layers
import neurons
import peer as peers
import plasticity
import recurrent
import reference
import surrogates

RUNNERS = {"surrogate": surrogates, "encoding": encoders, "layers": layers, "rnn": recurrent,
           "events": events, "stdp": plasticity, "csnn": csnn,
           "ann2snn": conversion}


def make(case, runner, peer):
    """The case's results as arrays, and what went wrong (or nothing)."""
    torch.manual_seed(0)
    try:
        made = runner.run(peer, case)
    except Exception as error:  # the peer's own failure is a finding, whatever its type
        return {}, f"{type(error).__name__}: {error}"
    made = {f: reference.numpy_of(v, case.arrays[f]) for f, v in made.items() if f in case.arrays}
    left = sorted(set(case.arrays) - set(made) - case.inputs)
    return made, "not made: " + ", ".join(left) if left else ""


def check(file, cases, runner, peer):
    """Prints the file's line and its cases that differ; returns (all in order, the arrays)."""
    exact = close = 0
    largest, complaints, arrays = 0.0, [], {}
    for case in cases:
        made, trouble = make(case, runner, peer)
        gaps = {f: reference.difference(v, case.arrays[f]) for f, v in made.items()}
        bad = [f"{f} by {gap:.3g}" for f, (gap, within, _) in gaps.items() if not within]
        largest = max([largest] + [gap for gap, _, _ in gaps.values()])
        if trouble or bad:
            complaints.append(f"  {case.name}: {'; '.join(bad + [trouble] * bool(trouble))}")
        elif all(same for _, _, same in gaps.values()):
            exact += 1
        else:
            close += 1
        prefix = case.name + "." if case.name else ""
        arrays.update({prefix + f: made.get(f, v) for f, v in case.arrays.items()})
    print(f"{file}: {len(cases)} cases, {exact} equal to the bit, {close} within tolerance, "
          f"{len(complaints)} differing, largest difference {largest:.3g}", flush=True)
    print("".join(line + "\n" for line in complaints), end="")
    return not complaints, arrays


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("references")
    parser.add_argument("--peer", required=True)
    parser.add_argument("--version", required=True, choices=("head", "014"))
    parser.add_argument("--write", metavar="DIR")
    parser.add_argument("--only", default="", help="only files whose name has this in it")
    options = parser.parse_args()
    torch.set_num_threads(1)
    peer = peers.load(options.peer)
    good, found = True, 0
    for file, cases in reference.read(options.references, options.version):
        kind = file.partition("_")[2]
        if options.only and options.only not in file:
            continue
        found += 1
        fine, arrays = check(file, cases, RUNNERS.get(kind, neurons), peer)
        good &= fine
        if options.write:
            os.makedirs(options.write, exist_ok=True)
            numpy.savez(os.path.join(options.write, file + ".npz"), **arrays)
    if not found:
        print("check: no file of this version and name in " + options.references, file=sys.stderr)
    return 0 if good and found else 1


if __name__ == "__main__":
    sys.exit(main())
