"""The same network in plain PyTorch, on the graphs and weights that Migrate wrote: structures a second, memory, outputs, a training step.

Reads from --exchange: model/model.safetensors (names of the published state dict), model/config.json, unique.safetensors (each bond once,
with its multiplicity) and published.safetensors (every mutual bond twice, as the published code has it); README.md describes the files.
"""
import json
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from common import Report, allow_tf32, arguments, device, median, read_safetensors, spread, timed

EPSILON, MOMENTUM = 1e-5, 0.1


class Norm(nn.BatchNorm1d):
    """Batch norm over rows; where rows have multiplicities, its statistics in training are those of the list with every copy written out."""

    def forward(self, rows, copies=None):
        if copies is None or not self.training:
            return super().forward(rows)
        share = (copies / copies.sum()).t()
        mean = share @ rows
        centered = rows - mean
        variance = share @ (centered * centered)
        with torch.no_grad():
            total = copies.sum()
            self.running_mean.lerp_(mean[0].detach(), MOMENTUM)
            self.running_var.lerp_(variance[0].detach() * (total / (total - 1)), MOMENTUM)
        return centered * ((variance + EPSILON).rsqrt() * self.weight) + self.bias


class Mlp(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = nn.ModuleList([nn.Linear(inputs, outputs), Norm(outputs, eps=EPSILON, momentum=MOMENTUM)])

    def forward(self, rows, copies=None):
        return functional.silu(self.layer[1](self.layer[0](rows), copies))


class Gaussians(nn.Module):
    """exp(-gamma (d - c)^2), gamma = 1/spacing of the centres."""

    def __init__(self, low, high, bins):
        super().__init__()
        self.register_buffer("centers", torch.linspace(low, high, bins))
        self.gamma = None

    def set_gamma(self):
        self.gamma = (len(self.centers) - 1) / float(self.centers[-1] - self.centers[0])

    def forward(self, values):
        return torch.exp(-self.gamma * (values.unsqueeze(1) - self.centers) ** 2)


class Convolution(nn.Module):
    """Edge-gated convolution: nodes x, edges e from source to target."""

    def __init__(self, hidden):
        super().__init__()
        for name in ("src_gate", "dst_gate", "edge_gate", "src_update", "dst_update"):
            setattr(self, name, nn.Linear(hidden, hidden))
        self.bn_edges = Norm(hidden, eps=EPSILON, momentum=MOMENTUM)
        self.bn_nodes = Norm(hidden, eps=EPSILON, momentum=MOMENTUM)

    def forward(self, nodes, edges, graph, want_edges=True):
        gate = self.src_gate(nodes)[graph.source] + self.dst_gate(nodes)[graph.target] + self.edge_gate(edges)
        open_gate = torch.sigmoid(gate) if graph.weight is None else torch.sigmoid(gate) * graph.weight
        # Sums in float32, whatever the rows are.
        zero = torch.zeros(nodes.shape, dtype=torch.float32, device=nodes.device)
        total = zero.index_add(0, graph.target, (open_gate * self.dst_update(nodes)[graph.source]).float())
        gates = zero.index_add(0, graph.target, open_gate.float())
        nodes = nodes + functional.silu(self.bn_nodes(self.src_update(nodes) + total / (gates + 1e-6), graph.node_copies))
        return nodes, edges + functional.silu(self.bn_edges(gate, graph.copies)) if want_edges else None


class Layer(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.node_update, self.edge_update = Convolution(hidden), Convolution(hidden)


class Alignn(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        hidden, narrow = sizes["hiddenFeatures"], sizes["embeddingFeatures"]
        self.atom_embedding = Mlp(92, hidden)
        self.edge_embedding = nn.ModuleList([Gaussians(0, sizes["bondRange"], sizes["bondBins"]), Mlp(sizes["bondBins"], narrow), Mlp(narrow, hidden)])
        self.angle_embedding = nn.ModuleList([Gaussians(-1, 1, sizes["angleBins"]), Mlp(sizes["angleBins"], narrow), Mlp(narrow, hidden)])
        self.alignn_layers = nn.ModuleList([Layer(hidden) for _ in range(sizes["alignnLayers"])])
        self.gcn_layers = nn.ModuleList([Convolution(hidden) for _ in range(sizes["gcnLayers"])])
        self.conv_to_fc = nn.ModuleList([nn.Linear(hidden, 128)])
        self.fc_hp = nn.ModuleList([nn.ModuleList([nn.Linear(128, 128)])])
        self.fc_out = nn.ModuleList([nn.Linear(128, 1)])

    def load(self, tensors):
        missing, unknown = self.load_state_dict({name: value.float() for name, value in tensors.items()}, strict=False)
        missing = [name for name in missing if not name.endswith("num_batches_tracked")]
        if missing or unknown:
            raise ValueError(f"weights do not fit: missing {missing[:3]}, unknown {unknown[:3]}")
        self.edge_embedding[0].set_gamma()
        self.angle_embedding[0].set_gamma()

    def forward(self, batch):
        bonds, triplets = batch.bonds, batch.triplets
        x = self.atom_embedding(batch.atom_features)
        y, z = self.edge_embedding[0](batch.bond_length), self.angle_embedding[0](batch.cosine)
        for part in (1, 2):
            y, z = self.edge_embedding[part](y, bonds.copies), self.angle_embedding[part](z, triplets.copies)
        last = len(self.alignn_layers) - 1
        for i, layer in enumerate(self.alignn_layers):
            x, y = layer.node_update(x, y, bonds)
            y, z = layer.edge_update(y, z, triplets, want_edges=i < last)
        last = len(self.gcn_layers) - 1
        for i, layer in enumerate(self.gcn_layers):
            x, y = layer(x, y, bonds, want_edges=i < last)
        pooled = torch.zeros(batch.count.shape[0], x.shape[1], dtype=torch.float32, device=x.device)
        h = functional.silu(pooled.index_add(0, batch.segment, x.float()) / batch.count)
        h = functional.silu(self.conv_to_fc[0](h))
        h = functional.silu(self.fc_hp[0][0](h))
        return self.fc_out[0](h).squeeze(1)


class Graph:
    def __init__(self, source, target, weight, copies, node_copies):
        self.source, self.target, self.weight, self.copies, self.node_copies = source, target, weight, copies, node_copies


class Batch:
    """A file of graphs on the device. Where every weight is 1, nothing is weighted."""

    def __init__(self, path, place):
        tensors, text = read_safetensors(path)
        self.unit_ev, self.outputs = float(text.get("unit_ev", 1)), tensors.pop("output")
        t = {name: value.to(place) for name, value in tensors.items()}
        plain = bool((t["bond_weight"] == 1).all())
        bond_copies = None if plain else t["bond_weight"].unsqueeze(1)
        self.atom_features, self.bond_length, self.cosine = t["atom_features"].float(), t["bond_length"].float(), t["triplet_cosine"].float()
        self.bonds = Graph(t["bond_source"], t["bond_target"], bond_copies, bond_copies, None)
        self.triplets = Graph(
            t["triplet_source"], t["triplet_target"], None if plain else t["triplet_weight"].unsqueeze(1),
            None if plain else t["triplet_multiplicity"].unsqueeze(1), bond_copies)
        sizes = (t["atom_begin"][1:] - t["atom_begin"][:-1]).long()
        self.structures = len(sizes)
        self.segment, self.count = torch.repeat_interleave(torch.arange(self.structures, device=place), sizes), sizes.float().unsqueeze(1)


def peak_memory(place):
    return f"; peak {torch.cuda.max_memory_allocated() / 2**20:,.0f} MiB allocated" if place.type == "cuda" else ""


def start_memory(place):
    if place.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def precision(name, place):
    allow_tf32(name == "tf32")
    return torch.autocast(place.type, dtype=torch.bfloat16, enabled=name == "bfloat16")


def forward(report, network, batch, form, name, compiled, seconds, place):
    runner = f"PyTorch {name}{' compiled' if compiled else ''}, {form}"
    network.eval()
    start_memory(place)
    begin = time.perf_counter()
    run = torch.compile(network) if compiled else network
    with torch.inference_mode() if not compiled else torch.no_grad(), precision(name, place):
        outputs = run(batch)
        ready = time.perf_counter() - begin
        times = timed(lambda: run(batch), seconds)
    note = f"one batch of {batch.structures} on the device already, {spread(times)}{peak_memory(place)}"
    report.add("inference from graphs", runner, batch.structures / median(times), "structures/s", f"{note}; compiled in {ready:.0f} s" if compiled else note)
    differences = 1e3 * (outputs.double().cpu() - batch.outputs).abs() * batch.unit_ev
    report.add("inference difference", runner, float(differences.mean()), "meV",
               f"mean of {batch.structures} against cpu float64, at most {float(differences.max()):.3g} meV")


def train(report, network, batch, form, name, seconds, place):
    network.train()
    start_memory(place)
    decays = lambda parameter: not any(word in parameter for word in ("bias", "bn", "norm"))
    groups = [{"params": [p for n, p in network.named_parameters() if decays(n)], "weight_decay": 0.01},
              {"params": [p for n, p in network.named_parameters() if not decays(n)], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-4)
    target = torch.zeros(batch.structures, device=place)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with precision(name, place):
            loss = functional.l1_loss(network(batch).float(), target)
        loss.backward()
        optimizer.step()
        return loss.item()

    times = timed(step, seconds)
    report.add("training step", f"PyTorch {name}, {form}", 1e3 * median(times), "ms", f"{batch.structures} structures; {spread(times)}{peak_memory(place)}")


def main():
    options = arguments(__doc__, exchange="folder that Migrate wrote")
    report, place, folder = Report(options), device(), Path(options.exchange)
    seconds = 0.2 if options.dry_run else 2.0
    sizes = json.loads((folder / "model" / "config.json").read_text())["model"]
    weights, _ = read_safetensors(folder / "model" / "model.safetensors")

    def network():
        made = Alignn(sizes)
        made.load(weights)
        return made.to(place)

    batches = {form: Batch(folder / f"{file}.safetensors", place) for form, file in (("unique bonds", "unique"), ("published form", "published"))}
    precisions = ("float32", "tf32", "bfloat16") if place.type == "cuda" else ("float32", "bfloat16")
    for form, batch in batches.items():
        for name in precisions:
            report.run("inference from graphs", f"PyTorch {name}, {form}", lambda: forward(report, network(), batch, form, name, False, seconds, place))
    for form, batch in batches.items():
        for name in precisions[:2] if place.type == "cuda" else precisions[:1]:
            report.run("training step", f"PyTorch {name}, {form}", lambda: train(report, network(), batch, form, name, seconds, place))
    for form, name in (("unique bonds", "bfloat16"), ("unique bonds", "tf32"), ("published form", "bfloat16")):
        runner = f"PyTorch {name} compiled, {form}"
        if not hasattr(torch, "compile") or place.type != "cuda":
            report.skip("inference from graphs", runner, "no GPU" if hasattr(torch, "compile") else "this PyTorch has no torch.compile")
            continue
        report.run("inference from graphs", runner, lambda: forward(report, network(), batches[form], form, name, True, seconds, place), seconds=15)


if __name__ == "__main__":
    main()
