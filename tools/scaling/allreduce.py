#!/usr/bin/env python3
"""Times MPI_Allreduce (float32, sum, in place) of Open MPI over buffer sizes; fits latency and bandwidth of the ring model.

    mpirun -n 2 --oversubscribe tools/scaling/allreduce.py

As root Open MPI asks for OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1. Needs Debian's openmpi-bin and nothing else.
"""
import ctypes
import time

mpi = ctypes.CDLL("libmpi.so.40", mode=ctypes.RTLD_GLOBAL)


def handle(name):
    return ctypes.c_void_p(ctypes.addressof(ctypes.c_char.in_dll(mpi, name)))


world, floats, total = handle("ompi_mpi_comm_world"), handle("ompi_mpi_float"), handle("ompi_mpi_op_sum")
in_place = ctypes.c_void_p(1)
mpi.MPI_Init(None, None)
rank, size = ctypes.c_int(), ctypes.c_int()
mpi.MPI_Comm_rank(world, ctypes.byref(rank))
mpi.MPI_Comm_size(world, ctypes.byref(size))


def seconds(count, repetitions):
    buffer = (ctypes.c_float * count)(*([1.0] * min(count, 4)))
    best = float("inf")
    for repetition in range(repetitions):
        mpi.MPI_Barrier(world)
        begun = time.perf_counter()
        mpi.MPI_Allreduce(in_place, buffer, ctypes.c_int(count), floats, total, world)
        best = min(best, time.perf_counter() - begun)
        assert repetition or buffer[0] == size.value, "not the sum"
    return best


measured = [(4 << power, seconds(1 << power, 20)) for power in range(0, 24, 2)]
if rank.value == 0:
    for size_in_bytes, best in measured:
        print(f"{size_in_bytes:>10} bytes  {best * 1e6:12.1f} us")
    p = size.value
    # ring: 2 (p - 1) (latency + bytes / (p bandwidth)); latency from the smallest buffer, bandwidth from the largest
    latency = measured[0][1] / (2 * (p - 1))
    bandwidth = 2 * (p - 1) * measured[-1][0] / p / (measured[-1][1] - measured[0][1])
    print(f"{p} ranks: latency {latency:.3g} s, bandwidth {bandwidth:.3g} bytes/s")
mpi.MPI_Finalize()
