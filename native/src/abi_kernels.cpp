// The boundary of the kernels: check, call, translate; nothing else. No exception leaves this file.
#include <cstdint>

#include "abi_guard.hpp"
#include "kernels/inference.hpp"
#include "kernels/parallel.hpp"
#include "kernels/peak.hpp"

namespace {

using migrate::Arithmetic;
using migrate::guarded;
using migrate::require;
using migrate::Storage;
using migrate::TileShape;

constexpr std::int64_t most_channels = 1 << 20, most_rows = std::int64_t{1} << 40, most_threads = 1024;

void check_count(std::int64_t value, std::int64_t lowest, std::int64_t highest, const char* message) {
    require(value >= lowest && value <= highest, message);
}

void check_aligned(const void* p, const char* message) {
    require(p != nullptr && reinterpret_cast<std::uintptr_t>(p) % 64 == 0, message);
}

TileShape checked_shape(std::int32_t arithmetic) {
    require(arithmetic >= MIGRATE_ARITHMETIC_F32 && arithmetic <= MIGRATE_ARITHMETIC_FP16, "arithmetic is unknown");
    const migrate::CpuFeatures& cpu = migrate::cpu_features();
    const bool avx512 = migrate::active_target() == migrate::Target::avx512;
    require(arithmetic != MIGRATE_ARITHMETIC_BF16_DOT || (avx512 && cpu.bf16_dot),
            "this processor has no bf16 dot product");
    require(arithmetic != MIGRATE_ARITHMETIC_FP16 || (avx512 && cpu.fp16_math),
            "this processor has no fp16 arithmetic");
    return migrate::tile_shape(static_cast<Arithmetic>(arithmetic));
}

void check_threads(std::int64_t threads) { check_count(threads, 1, most_threads, "threads must be 1 to 1024"); }

void check_workspace(const migrate_workspace* workspace, std::int32_t arithmetic, std::int64_t k) {
    require(workspace != nullptr, "workspace is null");
    check_threads(workspace->threads);
    check_aligned(workspace->memory, "the workspace is not aligned to 64 bytes");
    require(workspace->bytes >= migrate::workspace_bytes(static_cast<Arithmetic>(arithmetic), k, workspace->threads),
            "the workspace is smaller than migrate_workspace_bytes says");
}

bool is_real(std::int32_t dtype) { return dtype == MIGRATE_F32 || dtype == MIGRATE_F64; }

// Rows of float or double whose stride the vectors of this processor divide.
void check_rows(std::int32_t dtype, std::int64_t n, std::int64_t stride) {
    require(is_real(dtype), "dtype must be float or double");
    check_count(n, 0, most_rows, "n is out of range");
    check_count(stride, 1, most_channels, "stride is out of range");
    const TileShape shape = checked_shape(dtype == MIGRATE_F64 ? MIGRATE_ARITHMETIC_F64 : MIGRATE_ARITHMETIC_F32);
    require(stride % shape.lanes == 0, "stride is no multiple of the lanes");
}

void check_graph(const migrate_edge_gated& call) {
    check_count(call.n_nodes, 0, INT32_MAX, "n_nodes is out of range");
    check_count(call.n_edges, 0, INT32_MAX, "n_edges is out of range");
    require(call.row_begin != nullptr, "row_begin is null");
    require(call.row_begin[0] == 0 && call.row_begin[call.n_nodes] == call.n_edges,
            "row_begin does not end at n_edges");
    for (std::int64_t v = 0; v < call.n_nodes; v++) {
        require(call.row_begin[v] <= call.row_begin[v + 1], "row_begin descends");
    }
    require(call.n_edges == 0 || call.source != nullptr, "source is null");
    for (std::int64_t e = 0; e < call.n_edges; e++) {
        require(call.source[e] >= 0 && call.source[e] < call.n_nodes, "a source is no node");
    }
}

void check(const migrate_edge_gated& call) {
    const TileShape shape = checked_shape(call.arithmetic);
    require(call.storage >= MIGRATE_F32 && call.storage <= MIGRATE_F16, "storage is unknown");
    require(
        migrate::row_packer(static_cast<Arithmetic>(call.arithmetic), static_cast<Storage>(call.storage)) != nullptr,
        "this storage does not go with this arithmetic");
    check_count(call.channels, 1, most_channels, "channels is out of range");
    require(call.stride == migrate::padded(shape, call.channels), "stride is not the padded number of channels");
    check_graph(call);
    require(call.n_nodes == 0 || (call.gates != nullptr && call.nodes != nullptr), "gates or nodes is null");
    require(call.node_scale != nullptr && call.edge_scale != nullptr && call.edge_shift != nullptr,
            "a scale or shift is null");
    if (call.position != nullptr) {
        check_count(call.intervals, 1, 1 << 24, "intervals is out of range");
        require(call.gate_table != nullptr && call.value_table != nullptr, "a table is null");
        require(call.want_edges == 0 || call.n_edges == 0 || call.edges != nullptr, "edges is null");
    } else if (call.n_edges > 0) {
        check_aligned(call.weights, "the weights are not aligned to 64 bytes");
        require(call.edges != nullptr, "edges is null");
    }
}

void check(const migrate_dense& call) {
    const TileShape shape = checked_shape(call.arithmetic);
    check_count(call.n, 0, most_rows, "n is out of range");
    check_count(call.k, 1, most_channels, "k is out of range");
    check_count(call.width, 1, 4 * most_channels, "width is out of range");
    require(call.in_stride >= call.k, "in_stride is below k");
    require(call.panel_major != 0 ? call.width % shape.columns == 0 : call.out_stride >= call.width,
            "the output is neither rows of at least `width` nor whole panels");
    require(call.n == 0 || (call.in != nullptr && call.out != nullptr), "in or out is null");
    require(call.bias != nullptr, "bias is null");
    check_aligned(call.weights, "the weights are not aligned to 64 bytes");
}

}  // namespace

migrate_status migrate_processor_info(migrate_processor* out) {
    return guarded([&] {
        require(out != nullptr, "out is null");
        const migrate::CpuFeatures& cpu = migrate::cpu_features();
        *out = {static_cast<std::int32_t>(migrate::active_target()), cpu.bf16_dot ? 1 : 0, cpu.fp16_math ? 1 : 0,
                migrate::has_threads() ? static_cast<std::int32_t>(most_threads) : 1};
    });
}

migrate_status migrate_measure_peak(int32_t which, int32_t threads, double* rate) {
    return guarded([&] {
        require(rate != nullptr, "rate is null");
        require(which >= MIGRATE_PEAK_F32 && which <= MIGRATE_PEAK_COPY, "which is unknown");
        check_threads(threads);
        *rate = migrate::measure_peak(which, threads);
    });
}

migrate_status migrate_tile_of(int32_t arithmetic, migrate_tile* out) {
    return guarded([&] {
        require(out != nullptr, "out is null");
        const TileShape shape = checked_shape(arithmetic);
        *out = {static_cast<std::int32_t>(shape.lanes), static_cast<std::int32_t>(shape.columns)};
    });
}

migrate_status migrate_packed_bytes(int32_t arithmetic, int64_t n, int64_t k, int64_t* bytes) {
    return guarded([&] {
        require(bytes != nullptr, "bytes is null");
        const TileShape shape = checked_shape(arithmetic);
        check_count(n, 1, 4 * most_channels, "n is out of range");
        check_count(k, 1, most_channels, "k is out of range");
        *bytes = migrate::packed_bytes(shape, n, k);
    });
}

migrate_status migrate_pack_weights(int32_t arithmetic, const double* weights, int64_t n, int64_t k, void* out) {
    return guarded([&] {
        const TileShape shape = checked_shape(arithmetic);
        check_count(n, 1, 4 * most_channels, "n is out of range");
        check_count(k, 1, most_channels, "k is out of range");
        require(weights != nullptr, "weights is null");
        check_aligned(out, "out is not aligned to 64 bytes");
        migrate::pack_weights(shape, weights, n, k, out);
    });
}

migrate_status migrate_workspace_bytes(int32_t arithmetic, int64_t k, int32_t threads, int64_t* bytes) {
    return guarded([&] {
        require(bytes != nullptr, "bytes is null");
        checked_shape(arithmetic);
        check_count(k, 1, most_channels, "k is out of range");
        check_threads(threads);
        *bytes = migrate::workspace_bytes(static_cast<Arithmetic>(arithmetic), k, threads);
    });
}

migrate_status migrate_dense_run(const migrate_dense* call, const migrate_workspace* workspace) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check(*call);
        check_workspace(workspace, call->arithmetic, call->k);
        migrate::dense(*call, workspace->memory, workspace->threads);
    });
}

migrate_status migrate_edge_gated_run(const migrate_edge_gated* call, const migrate_workspace* workspace) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check(*call);
        check_workspace(workspace, call->arithmetic, call->channels);
        migrate::edge_gated(*call, workspace->memory, workspace->threads);
    });
}

migrate_status migrate_radial_basis_run(const migrate_radial_basis* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_rows(call->dtype, call->n, call->stride);
        check_threads(call->threads);
        require(call->bins >= 1 && call->bins <= call->stride, "bins is not 1 to stride");
        require(call->centers != nullptr, "centers is null");
        require(call->n == 0 || (call->values != nullptr && call->rows != nullptr), "values or rows is null");
        migrate::radial_basis(*call);
    });
}

migrate_status migrate_interpolate_run(const migrate_interpolate* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_rows(call->dtype, call->n, call->stride);
        check_threads(call->threads);
        check_count(call->intervals, 1, 1 << 24, "intervals is out of range");
        require(call->table != nullptr, "table is null");
        require(call->n == 0 || (call->position != nullptr && call->rows != nullptr), "position or rows is null");
        migrate::interpolate(*call);
    });
}

migrate_status migrate_pool_run(const migrate_pool* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_rows(call->dtype, call->n_rows, call->stride);
        check_count(call->n_segments, 0, INT32_MAX, "n_segments is out of range");
        require(call->n_segments == 0 ||
                    (call->begin != nullptr && call->count != nullptr && call->rows != nullptr && call->out != nullptr),
                "an array is null");
        for (std::int64_t s = 0; s < call->n_segments; s++) {
            require(call->begin[s] >= 0 && call->count[s] >= 1 &&
                        call->begin[s] + std::int64_t{call->count[s]} <= call->n_rows,
                    "a segment is not within the rows");
        }
        migrate::pool(*call);
    });
}
