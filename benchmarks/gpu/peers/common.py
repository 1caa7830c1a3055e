"""What the peers share: the exchange files, timing, and the rows that benchmarks/gpu/run.sh collects."""
import argparse
import json
import statistics
import struct
import time
from pathlib import Path

import torch

DTYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64, "I32": torch.int32,
          "U8": torch.uint8}


def read_safetensors(path):
    """The tensors of a file by name, and its free text. The format: length of the header, header in JSON, data."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    text = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + at for at in entry["data_offsets"])
        tensor = torch.empty(0, dtype=DTYPES[entry["dtype"]])
        if end > begin:
            tensor = torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[entry["dtype"]])
        tensors[name] = tensor.reshape(entry["shape"])
    return tensors, text


class Report:
    """Rows of one script, written anew after each: what was measured stays, whatever happens next."""

    def __init__(self, arguments):
        self.path = Path(arguments.out)
        self.device = device()
        self.dry_run = arguments.dry_run
        self.end = time.monotonic() + arguments.seconds
        self.rows = []

    def left(self):
        """Seconds until the script should be done."""
        return self.end - time.monotonic()

    def add(self, what, runner, value, unit, note, **details):
        self.rows.append({"what": what, "runner": runner, "value": value, "unit": unit, "note": note, "details": details})
        self.path.write_text(json.dumps({"device": str(self.device), "torch": torch.__version__, "dryRun": self.dry_run, "rows": self.rows}, indent=2) + "\n")
        lines = [f"| {r['what']} | {r['runner']} | {shown(r['value'])} | {r['unit']} | {r['note'].replace('|', '/')} |" for r in self.rows]
        self.path.with_suffix(".rows").write_text("\n".join(lines) + "\n")
        print(lines[-1], flush=True)

    def skip(self, what, runner, reason):
        self.add(what, runner, None, "", f"skipped: {reason}")

    def run(self, what, runner, measure, seconds=5):
        """Calls something that adds rows; a failure becomes a row."""
        if self.left() < seconds:
            self.skip(what, runner, "no time left")
            return
        try:
            measure()
        except torch.cuda.OutOfMemoryError if hasattr(torch.cuda, "OutOfMemoryError") else MemoryError:
            self.add(what, runner, None, "", "failed: out of device memory")
        except Exception as error:  # the other rows are worth having
            self.add(what, runner, None, "", f"failed: {type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}")
        finally:
            if self.device.type == "cuda":
                torch.cuda.empty_cache()


def shown(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.3g}"


def device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def synchronize():
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def timed(run, seconds, warm_ups=2, least=3):
    """Sorted times of repeated runs, seconds, each with the device's work done."""
    for _ in range(warm_ups):
        run()
    synchronize()
    times, begin = [], time.monotonic()
    while len(times) < least or (time.monotonic() - begin < seconds and len(times) < 1000):
        start = time.perf_counter()
        run()
        synchronize()
        times.append(time.perf_counter() - start)
    return sorted(times)


def spread(times):
    return f"median of {len(times)}, {1e3 * times[0]:.3g} to {1e3 * times[-1]:.3g} ms"


def median(times):
    return statistics.median(times)


def allow_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = allowed


def arguments(description, **options):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", required=True, help="JSON file; the table's rows go beside it as .rows")
    parser.add_argument("--seconds", type=float, default=90, help="time for everything")
    parser.add_argument("--dry-run", action="store_true", help="tiny sizes")
    for name, text in options.items():
        parser.add_argument(f"--{name}", help=text)
    return parser.parse_args()
