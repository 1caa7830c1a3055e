// The boundary of the training kernels: check, call, translate; nothing else. No exception leaves this file.
#include <cstdint>

#include "abi_guard.hpp"
#include "kernels/training.hpp"

namespace {

using migrate::guarded;
using migrate::require;

constexpr std::int64_t most_channels = 1 << 20, most_rows = std::int64_t{1} << 40;
constexpr std::int32_t most_threads = 1024;

void check_sizes(std::int32_t dtype, std::int32_t threads, std::int64_t rows, std::int64_t channels) {
    require(dtype == MIGRATE_F32 || dtype == MIGRATE_F64, "dtype must be float or double");
    require(threads >= 1 && threads <= most_threads, "threads must be 1 to 1024");
    require(rows >= 0 && rows <= most_rows, "a number of rows is out of range");
    require(channels >= 1 && channels <= most_channels, "channels is out of range");
}

// Runs of edges that end where they should, and indices that stay inside.
void check_runs(const std::int64_t* begin, std::int64_t n_nodes, std::int64_t n_edges, const char* message) {
    require(begin != nullptr && begin[0] == 0 && begin[n_nodes] == n_edges, message);
    for (std::int64_t v = 0; v < n_nodes; v++) require(begin[v] <= begin[v + 1], message);
}

void check_indices(const std::int64_t* indices, std::int64_t n, std::int64_t limit, const char* message) {
    require(n == 0 || indices != nullptr, message);
    for (std::int64_t i = 0; i < n; i++) require(indices[i] >= 0 && indices[i] < limit, message);
}

void check(const migrate_norm_silu_backward& call, bool reduction) {
    check_sizes(call.dtype, call.threads, call.n, call.channels);
    require(call.n == 0 || (call.grad != nullptr && call.rows != nullptr), "grad or rows is null");
    require(call.mean != nullptr && call.inverse != nullptr && call.gamma != nullptr && call.beta != nullptr,
            "a parameter of the norm is null");
    require(call.sum != nullptr && call.dot != nullptr, "sum or dot is null");
    require(reduction || (call.total >= 0 && call.total <= 1e18), "total is out of range");
}

}  // namespace

migrate_status migrate_gate_forward_run(const migrate_gate_forward* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_sizes(call->dtype, call->threads, call->n_edges, call->channels);
        require(call->n_nodes >= 0 && call->n_nodes <= most_rows, "n_nodes is out of range");
        check_runs(call->row_begin, call->n_nodes, call->n_edges, "row_begin does not ascend from 0 to n_edges");
        check_indices(call->source, call->n_edges, call->n_nodes, "a source is no node");
        require(call->n_nodes == 0 || (call->source_gate != nullptr && call->target_gate != nullptr &&
                                       call->message != nullptr && call->node_mean != nullptr),
                "rows of the nodes are null");
        require(call->n_edges == 0 || call->gate != nullptr, "gate is null");
        require((call->mean == nullptr) == (call->variance == nullptr), "mean and variance go together");
        migrate::gate_forward(*call);
    });
}

migrate_status migrate_norm_silu_run(const migrate_norm_silu* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_sizes(call->dtype, call->threads, call->n, call->channels);
        require(call->n == 0 || (call->rows != nullptr && call->out != nullptr), "rows or out is null");
        require(call->scale != nullptr && call->shift != nullptr, "scale or shift is null");
        migrate::norm_silu(*call);
    });
}

migrate_status migrate_column_statistics_run(const migrate_column_statistics* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_sizes(call->dtype, call->threads, call->n, call->channels);
        require(call->n >= 1 && call->rows != nullptr, "there are no rows");
        require(call->mean != nullptr && call->variance != nullptr, "mean or variance is null");
        migrate::column_statistics(*call);
    });
}

migrate_status migrate_norm_silu_reduce_run(const migrate_norm_silu_backward* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check(*call, true);
        migrate::norm_silu_reduce(*call);
    });
}

migrate_status migrate_norm_silu_backward_run(const migrate_norm_silu_backward* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check(*call, false);
        require(call->n == 0 || call->out != nullptr, "out is null");
        migrate::norm_silu_backward(*call);
    });
}

migrate_status migrate_gate_backward_run(const migrate_gate_backward* call) {
    return guarded([&] {
        require(call != nullptr, "call is null");
        check_sizes(call->dtype, call->threads, call->n_edges, call->channels);
        require(call->n_nodes >= 0 && call->n_nodes <= most_rows, "n_nodes is out of range");
        check_runs(call->row_begin, call->n_nodes, call->n_edges, "row_begin does not ascend from 0 to n_edges");
        check_runs(call->out_begin, call->n_nodes, call->n_edges, "out_begin does not ascend from 0 to n_edges");
        check_indices(call->source, call->n_edges, call->n_nodes, "a source is no node");
        check_indices(call->target, call->n_edges, call->n_nodes, "a target is no node");
        check_indices(call->out_edge, call->n_edges, call->n_edges, "out_edge names no edge");
        require(
            call->n_nodes == 0 || (call->message != nullptr && call->node_mean != nullptr && call->inverse != nullptr &&
                                   call->d_node_mean != nullptr && call->d_source_gate != nullptr &&
                                   call->d_target_gate != nullptr && call->d_message != nullptr),
            "rows of the nodes are null");
        require(call->n_edges == 0 || (call->gate != nullptr && call->d_gate != nullptr), "gate or d_gate is null");
        if (call->norm != nullptr) {
            check(*call->norm, false);
            require(call->norm->n == call->n_edges && call->norm->channels == call->channels &&
                        call->norm->dtype == call->dtype,
                    "the norm is not one of these edges");
        }
        migrate::gate_backward(*call);
    });
}
