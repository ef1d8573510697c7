"""Events: frames by number, time and duration; loaders of raw files."""
import os


def run(peer, case):
    """The results of one event case by field; an error that is stored must come again."""
    expected = case.constants.get("raises")
    if expected is None:
        return made(peer, case)
    try:
        made(peer, case)
    except Exception as error:  # whatever the peer raises is compared
        if f"{type(error).__name__}: {error}" == expected:
            return {}
        raise
    raise AssertionError(f"expected {expected}, but it ran")


def made(peer, case):
    data, constants = peer.datasets, case.constants
    if case.name == "padded_sequence_mask":
        return {"mask": data.padded_sequence_mask(case.tensor("sequence_len"))}
    if "file" in constants:
        load = data.load_ATIS_bin if case.name == "atis_bin" else data.load_aedat_v3
        return load(os.path.join(case.folder, constants["file"]))
    events, sizes = {f: case.array(f) for f in "txyp"}, (constants["H"], constants["W"])
    if "duration" in constants:
        return {"frames": data.integrate_events_by_fixed_duration(
            events, constants["duration"], *sizes)}
    split = constants["split_by"], constants["frames_num"]
    first, last = data.cal_fixed_frames_number_segment_index(events["t"], *split)
    frames = data.integrate_events_by_fixed_frames_number(events, *split, *sizes)
    return {"j_l": first, "j_r": last, "frames": frames}
