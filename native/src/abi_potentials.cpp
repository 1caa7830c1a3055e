// The boundary of the interatomic potentials: check, call, translate; nothing else. No exception leaves this file.
#include <cmath>
#include <cstdint>
#include <optional>

#include "abi_guard.hpp"
#include "kernels/target.hpp"
#include "potentials/m3gnet.hpp"

struct migrate_m3gnet {
    std::optional<migrate::M3GNetModel<float>> single;
    std::optional<migrate::M3GNetModel<double>> twofold;
    migrate::Target target;
};

namespace {

using migrate::guarded;
using migrate::require;

constexpr std::int64_t most_bonds = std::int64_t{1} << 31, most_rows = 1 << 16, most_layers = 1 << 12;
constexpr double shortest = 0.01;

void check(const migrate_m3gnet_spec& spec) {
    require(spec.dtype == MIGRATE_F32 || spec.dtype == MIGRATE_F64, "dtype must be float or double");
    require(spec.n_blocks >= 1 && spec.n_blocks <= 16, "n_blocks must be 1 to 16");
    require(spec.update_layers >= 1 && spec.update_layers <= 8, "update_layers must be 1 to 8");
    require(spec.readout_layers >= 1 && spec.readout_layers <= 8, "readout_layers must be 1 to 8");
    for (const std::int32_t basis : {spec.bond_basis, spec.three_body_basis}) {
        require(basis == MIGRATE_RADIAL_SMOOTH || basis == MIGRATE_RADIAL_SPHERICAL, "a basis is unknown");
    }
    require(spec.width >= 16 && spec.width <= 1024 && spec.width % 16 == 0,
            "width must be a multiple of 16, at most 1024");
    require(spec.bond_functions >= 1 && spec.bond_functions <= 9 &&
                (spec.bond_basis == MIGRATE_RADIAL_SMOOTH || spec.bond_functions == 9),
            "bond_functions must be 1 to 9, and 9 for spherical ones");
    require(spec.n_rows >= 1 && spec.n_rows <= most_rows && spec.embedding != nullptr, "there is no embedding");
    require(spec.n_layers >= 0 && spec.n_layers <= most_layers && spec.layers != nullptr, "there are no layers");
}

void check_counts(std::int64_t n_atoms, std::int64_t n_bonds) {
    require(n_atoms >= 0 && n_bonds >= 0 && n_bonds <= most_bonds && n_atoms <= most_bonds,
            "a number of atoms or bonds is out of range");
}

void check(const migrate_m3gnet_run& call, std::int64_t rows) {
    check_counts(call.n_atoms, call.n_bonds);
    require(call.n_atoms == 0 || (call.row != nullptr && call.energy != nullptr), "row or energy is null");
    require(call.begin != nullptr && call.begin[0] == 0 && call.begin[call.n_atoms] == call.n_bonds,
            "begin does not ascend from 0 to n_bonds");
    require(call.n_bonds == 0 || (call.end != nullptr && call.vectors != nullptr), "end or vectors is null");
    for (std::int64_t i = 0; i < call.n_atoms; i++) {
        require(call.begin[i] <= call.begin[i + 1], "begin does not ascend from 0 to n_bonds");
        require(call.row[i] >= 0 && call.row[i] < rows, "a row is not one of the embedding");
    }
    for (std::int64_t b = 0; b < call.n_bonds; b++) {
        require(call.end[b] >= 0 && call.end[b] < call.n_atoms, "an end is no atom");
        const double *v = call.vectors + 3 * b, square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        require(std::isfinite(square) && square >= shortest * shortest,
                "a vector is not a number or shorter than 0.01");
    }
}

template <class T>
std::int64_t rows_of(const migrate::M3GNetModel<T>& model) {
    return static_cast<std::int64_t>(model.embedding.size()) / model.width;
}

std::int64_t run(const migrate_m3gnet& model, const migrate_m3gnet_run& call) {
    return model.single ? migrate::run_m3gnet(*model.single, call) : migrate::run_m3gnet(*model.twofold, call);
}

}  // namespace

migrate_status migrate_m3gnet_build(const migrate_m3gnet_spec* spec, migrate_m3gnet** out) {
    return guarded([&] {
        require(spec != nullptr && out != nullptr, "spec or out is null");
        *out = nullptr;
        check(*spec);
        const migrate::Target target = migrate::active_target();
        *out = spec->dtype == MIGRATE_F32
                   ? new migrate_m3gnet{migrate::build_m3gnet<float>(*spec), std::nullopt, target}
                   : new migrate_m3gnet{std::nullopt, migrate::build_m3gnet<double>(*spec), target};
    });
}

void migrate_m3gnet_free(migrate_m3gnet* model) { delete model; }

migrate_status migrate_m3gnet_workspace(const migrate_m3gnet* model, int64_t n_atoms, int64_t n_bonds, int32_t gradient,
                                        int64_t* bytes) {
    return guarded([&] {
        require(model != nullptr && bytes != nullptr, "model or bytes is null");
        check_counts(n_atoms, n_bonds);
        double unused = 0;
        migrate_m3gnet_run call{};
        call.n_atoms = n_atoms;
        call.n_bonds = n_bonds;
        call.gradient = gradient != 0 ? &unused : nullptr;
        *bytes = run(*model, call);
    });
}

migrate_status migrate_m3gnet_evaluate(const migrate_m3gnet* model, const migrate_m3gnet_run* call) {
    return guarded([&] {
        require(model != nullptr && call != nullptr, "model or call is null");
        require(model->target == migrate::active_target(), "the model was packed for another instruction set");
        check(*call, model->single ? rows_of(*model->single) : rows_of(*model->twofold));
        migrate_m3gnet_run counted = *call;
        counted.workspace = nullptr;
        require(call->workspace != nullptr && reinterpret_cast<std::uintptr_t>(call->workspace) % 64 == 0 &&
                    call->workspace_bytes >= run(*model, counted),
                "the workspace is smaller than migrate_m3gnet_workspace says, or not aligned to 64 bytes");
        run(*model, *call);
    });
}
