"""Neighbours of periodic crystals by other programs, atoms a second: plain PyTorch, PyG, NVIDIA ALCHEMI Toolkit-Ops where they are there.

Reads structures.safetensors from --exchange. No other program builds the k-nearest-shell graph with its line graph; each row says what it does.
"""
import itertools
import math
from pathlib import Path

import torch

from common import Report, arguments, device, median, read_safetensors, spread, timed

NEIGHBORS, CUTOFF = 12, 8.0
WHAT = "neighbours alone"


def images(lattice, cutoff):
    """Translations of all cells that a sphere around any point of the cell can reach."""
    volume = torch.linalg.det(lattice).abs()
    areas = [torch.linalg.norm(torch.linalg.cross(lattice[i], lattice[j])) for i, j in ((1, 2), (2, 0), (0, 1))]
    counts = [math.ceil(float(cutoff * area / volume)) for area in areas]
    shifts = torch.tensor(list(itertools.product(*(range(-n, n + 1) for n in counts))), dtype=lattice.dtype)
    return shifts @ lattice


def main():
    options = arguments(__doc__, exchange="folder that Migrate wrote")
    report, place = Report(options), device()
    seconds = 0.2 if options.dry_run else 3.0
    tensors, _ = read_safetensors(Path(options.exchange) / "structures.safetensors")
    begin, lattices = tensors["atom_begin"].tolist(), tensors["lattice"]
    atoms, structures = begin[-1], len(begin) - 1
    about = f"{structures} structures, {atoms} atoms"

    # Atoms into the cell first: then a sphere of the cutoff reaches no farther than its images. On the host, once, for every program.
    wrapped = []
    for s in range(structures):
        fractional = torch.linalg.solve(lattices[s].T, tensors["position"][begin[s]:begin[s + 1]].T).T
        wrapped.append((fractional - fractional.floor()) @ lattices[s])

    def plain():
        cells = [(p.float().to(place), images(lattices[s], CUTOFF).float().to(place)) for s, p in enumerate(wrapped)]

        def run():
            return [torch.cdist(p, (t[:, None] + p[None]).reshape(-1, 3)).topk(NEIGHBORS + 1, largest=False) for p, t in cells]

        times = timed(run, seconds, warm_ups=1)
        report.add(WHAT, "PyTorch, distances and topk", atoms / median(times), "atoms/s",
                   f"{about}, {NEIGHBORS} nearest, no shells, one structure at a time; {spread(times)}")

    def geometric():
        from torch_geometric.nn import knn

        points, owner, query, query_owner = [], [], [], []
        for s, p in enumerate(wrapped):
            copies = (images(lattices[s], CUTOFF)[:, None] + p[None]).reshape(-1, 3)
            points.append(copies)
            owner.append(torch.full((len(copies),), s))
            query.append(p)
            query_owner.append(torch.full((len(p),), s))
        x, y = torch.cat(points).float().to(place), torch.cat(query).float().to(place)
        x_owner, y_owner = torch.cat(owner).to(place), torch.cat(query_owner).to(place)
        times = timed(lambda: knn(x, y, NEIGHBORS + 1, x_owner, y_owner), seconds, warm_ups=1)
        report.add(WHAT, "PyG knn", atoms / median(times), "atoms/s", f"{about}, {NEIGHBORS} nearest, images written out beforehand; {spread(times)}")

    def alchemi():
        from nvalchemiops.torch.neighbors import neighbor_list

        positions = torch.cat(wrapped).float().to(place)
        cell = lattices.float().to(place)
        periodic = torch.ones(structures, 3, dtype=torch.bool, device=place)
        owner = torch.repeat_interleave(torch.arange(structures), torch.diff(tensors["atom_begin"]).long()).int().to(place)
        times = timed(lambda: neighbor_list(positions, CUTOFF, cell=cell, pbc=periodic, batch_idx=owner), seconds, warm_ups=1)
        report.add(WHAT, "ALCHEMI Toolkit-Ops", atoms / median(times), "atoms/s", f"{about}, every pair within {CUTOFF} Å; {spread(times)}")

    report.run(WHAT, "PyTorch, distances and topk", plain)
    for name, module, measure in (("PyG knn", "torch_cluster", geometric), ("ALCHEMI Toolkit-Ops", "nvalchemiops", alchemi)):
        try:
            __import__(module)
        except ImportError:
            report.skip(WHAT, name, f"{module} is not installed")
            continue
        report.run(WHAT, name, measure)


if __name__ == "__main__":
    main()
