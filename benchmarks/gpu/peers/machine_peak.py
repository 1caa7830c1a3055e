"""What this GPU does at most: a large copy, and large products of random numbers in fp32, TF32 and bf16."""
import torch

from common import Report, allow_tf32, arguments, device, median, spread, timed


def main():
    options = arguments(__doc__)
    report = Report(options)
    place = device()
    numbers, size, seconds = (1 << 16, 128, 0.1) if options.dry_run else (1 << 30, 8192, 1.0)

    def copy():
        source = torch.rand(numbers, device=place)
        target = torch.empty_like(source)
        times = timed(lambda: target.copy_(source), seconds)
        report.add("machine peak", "PyTorch memory copy", 8 * numbers / median(times) * 1e-9, "GB/s", f"read + write; {spread(times)}")

    def product(name, dtype, tf32):
        allow_tf32(tf32)
        a, b = (torch.randn(size, size, device=place, dtype=dtype) for _ in range(2))
        out = torch.empty_like(a)
        times = timed(lambda: torch.matmul(a, b, out=out), seconds)
        report.add("machine peak", f"PyTorch {name} products", 2 * size**3 / median(times) * 1e-9, "GFLOP/s", f"{size} x {size} x {size}; {spread(times)}")

    report.run("machine peak", "PyTorch memory copy", copy)
    for name, dtype, tf32 in (("float32", torch.float32, False), ("tf32", torch.float32, True), ("bfloat16", torch.bfloat16, False)):
        if name == "tf32" and place.type != "cuda":
            report.skip("machine peak", "PyTorch tf32 products", "no GPU")
            continue
        report.run("machine peak", f"PyTorch {name} products", lambda: product(name, dtype, tf32))


if __name__ == "__main__":
    main()
