#include "potentials/m3gnet.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "potentials/radial.hpp"
#include "potentials/three_body.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "potentials/m3gnet.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/dispatch.hpp"
#include "potentials/gated_stack-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

// What a block of the network leaves for the way back.
template <class T>
struct BlockState {
    Rows<T> gates, moments, three_body;  // [n_atoms, 9], [n_atoms, 33], [n_bonds, 9]
    LayerSums<T> bond, atom;
};

template <class T>
class Pass {
  public:
    Pass(const M3GNetModel<T>& model, const migrate_m3gnet_run& call, Workspace& workspace)
        : model_(model),
          call_(call),
          width_(model.width),
          bonds_(round_up(call.n_bonds, block_rows)),
          atoms_(round_up(call.n_atoms, block_rows)),
          widest_(Widest(model)),
          scratch_(widest_, workspace),
          blocks_(model.blocks.size()) {
        const auto take = [&](std::int64_t count) { return workspace.take<T>(count); };
        const std::int64_t functions = model.bond_functions;
        centre_ = workspace.take<std::int64_t>(call.n_bonds);
        g_ = {take(bonds_ * functions),
              take(bonds_ * functions),
              take(bonds_ * angular),
              take(bonds_ * angular),
              take(bonds_),
              take(bonds_),
              take(bonds_ * 3),
              take(bonds_ * 6),
              take(bonds_)};
        x_ = take(atoms_ * width_);
        next_ = take(atoms_ * width_);
        e_ = take(bonds_ * width_);
        for (auto* shares : {&of_centre_, &of_end_, &of_centre_atom_, &of_end_atom_})
            *shares = take(atoms_ * 2 * widest_);
        for (std::size_t k = 0; k < blocks_.size(); k++) {
            blocks_[k] = {take(atoms_ * angular), take(atoms_ * moment_count), take(bonds_ * angular),
                          RoomForSums(model.blocks[k].bond, bonds_, workspace),
                          RoomForSums(model.blocks[k].atom, bonds_, workspace)};
        }
        readout_ = RoomForSums(model.readout, atoms_, workspace);
        if (call.gradient == nullptr) return;
        d_ = {take(bonds_ * functions), take(bonds_ * angular), take(bonds_), take(bonds_ * 3), take(bonds_ * 6)};
        d_x_ = take(atoms_ * width_);
        d_e_ = take(bonds_ * width_);
        d_sums_ = take(bonds_ * angular);
        d_gates_ = take(atoms_ * angular);
    }

    void Run() {
        for (std::int64_t atom = 0; atom < call_.n_atoms; atom++) {
            std::fill(centre_.data() + call_.begin[atom], centre_.data() + call_.begin[atom + 1], atom);
        }
        Measure();
        Forward();
        Readout();
        if (call_.gradient != nullptr) Backward();
    }

  private:
    static std::int64_t Widest(const M3GNetModel<T>& model) {
        std::int64_t widest = std::max(model.width, angular);
        const auto look = [&](const GatedStack<T>& stack) {
            for (const std::int64_t width : stack.widths) widest = std::max(widest, width);
        };
        look(model.readout);
        for (const M3GNetBlock<T>& block : model.blocks) {
            look(block.bond);
            look(block.atom);
        }
        return widest;
    }

    // ---- geometry ----

    void Measure() {
        const std::int64_t functions = model_.bond_functions;
        std::array<double, most_radial_functions> value{}, slope{};
        const auto expand = [&](RadialFunctions kind, std::int64_t count, double r) {
            kind == RadialFunctions::smooth ? smooth_bessel(r, count, value.data(), slope.data())
                                            : spherical_bessel(r, value.data(), slope.data());
        };
        for (std::int64_t b = 0; b < call_.n_bonds; b++) {
            const double *v = call_.vectors + 3 * b, r = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            double envelope = 0, envelope_slope = 0;
            polynomial_envelope(r, envelope, envelope_slope);
            expand(model_.bond_basis, functions, r);
            for (std::int64_t n = 0; n < functions; n++) {
                g_.basis[b * functions + n] = static_cast<T>(value[static_cast<std::size_t>(n)]);
                g_.basis_slope[b * functions + n] = static_cast<T>(slope[static_cast<std::size_t>(n)]);
            }
            g_.envelope[b] = static_cast<T>(envelope);
            g_.envelope_slope[b] = static_cast<T>(envelope_slope);
            g_.length[b] = static_cast<T>(r);
            if (envelope > 0) expand(model_.three_body_basis, angular, r);
            for (std::size_t q = 0; q < angular; q++) {
                const std::int64_t at = b * angular + static_cast<std::int64_t>(q);
                g_.radial[at] = static_cast<T>(value[q] * envelope);
                g_.radial_slope[at] = static_cast<T>(slope[q] * envelope + value[q] * envelope_slope);
            }
            const double x = v[0] / r, y = v[1] / r, z = v[2] / r, root = std::sqrt(2.0);
            const std::array<double, 9> directions{x,           y, z, x * x, y * y, z * z, root * x * y, root * x * z,
                                                   root * y * z};
            for (std::size_t d = 0; d < 3; d++)
                g_.unit[3 * b + static_cast<std::int64_t>(d)] = static_cast<T>(directions[d]);
            for (std::size_t d = 0; d < 6; d++) {
                g_.second[6 * b + static_cast<std::int64_t>(d)] = static_cast<T>(directions[3 + d]);
            }
        }
    }

    // ---- forward ----

    void Forward() {
        for (std::int64_t atom = 0; atom < call_.n_atoms; atom++) {
            std::copy_n(model_.embedding.data() + call_.row[atom] * width_, width_, x_.data() + atom * width_);
        }
        ForBlocks([&](std::int64_t first, std::int64_t rows) HWY_ATTR {
            Product<T>(model_.bond_embedding.forward, g_.basis.data() + first * model_.bond_functions, rows,
                       scratch_.sums.data(), [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                           const auto sum = hn::Add(v, hn::LoadU(d, model_.bond_embedding.bias.data() + c));
                           hn::StoreU(Silu(d, sum), d, e_.data() + (first + r) * width_ + c);
                       });
        });
        for (std::size_t k = 0; k < blocks_.size(); k++) {
            const M3GNetBlock<T>& block = model_.blocks[k];
            const BlockState<T>& state = blocks_[k];
            DenseRows<T>(block.atom_gate.forward, block.atom_gate.bias.data(), x_.data(), call_.n_atoms,
                         scratch_.sums.data(), state.gates.data());
            ForColumns<T>(call_.n_atoms * angular, [&](auto d, std::int64_t i) HWY_ATTR {
                hn::StoreU(Sigmoid(d, hn::LoadU(d, state.gates.data() + i)), d, state.gates.data() + i);
            });
            three_body_sums(call_, g_, state.gates.data(), state.moments.data(), state.three_body.data());
            Shares(block.bond, of_centre_, of_end_);
            Shares(block.atom, of_centre_atom_, of_end_atom_);
            std::copy_n(x_.data(), call_.n_atoms * width_, next_.data());
            ForBlocks([&](std::int64_t first, std::int64_t rows) HWY_ATTR {
                ThreeBodySums(block, state, first, rows);
                AddThreeBody(first, rows);
                UpdateBonds(block, state, first, rows);
                SendMessages(block, state, first, rows, next_.data());
            });
            std::swap(x_, next_);
        }
    }

    template <class Work>
    void ForBlocks(const Work& work) const {
        for (std::int64_t first = 0; first < call_.n_bonds; first += block_rows) {
            work(first, std::min(block_rows, call_.n_bonds - first));
        }
    }

    // The first layer is linear: what atoms give to it is computed once an atom.
    void Shares(const GatedStack<T>& stack, const Rows<T>& of_centre, const Rows<T>& of_end) {
        DenseRows<T>(stack.first[0], stack.first_bias.data(), x_.data(), call_.n_atoms, scratch_.sums.data(),
                     of_centre.data());
        DenseRows<T>(stack.first[1], nullptr, x_.data(), call_.n_atoms, scratch_.sums.data(), of_end.data());
    }

    // Sums of the gated layer on three-body sums, values to d[0] and gates to d[1].
    void ThreeBodySums(const M3GNetBlock<T>& block, const BlockState<T>& state, std::int64_t first, std::int64_t rows) {
        for (std::int64_t r = 0; r < rows; r++) {
            for (std::int64_t q = 0; q < angular; q++) {
                scratch_.in[r * angular + q] = state.three_body[(first + r) * angular + q] * g_.envelope[first + r];
            }
        }
        Product<T>(block.three_body.first[0], scratch_.in.data(), rows, scratch_.sums.data(),
                   [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                       v = hn::Add(v, hn::LoadU(d, block.three_body.first_bias.data() + c));
                       T* out = c < width_ ? scratch_.d[0].data() + r * width_ + c
                                           : scratch_.d[1].data() + r * width_ + c - width_;
                       hn::StoreU(v, d, out);
                   });
    }

    void AddThreeBody(std::int64_t first, std::int64_t rows) {
        T* out = e_.data() + first * width_;
        ForColumns<T>(rows * width_, [&](auto d, std::int64_t i) HWY_ATTR {
            const auto value = hn::LoadU(d, scratch_.d[0].data() + i), gate = hn::LoadU(d, scratch_.d[1].data() + i);
            AddTo(d, hn::Mul(Silu(d, value), Sigmoid(d, gate)), out + i);
        });
    }

    // Sums of all layers of an update.
    void UpdateSums(const GatedStack<T>& stack, const LayerSums<T>& sums, const Rows<T>& of_centre,
                    const Rows<T>& of_end, std::int64_t first, std::int64_t rows) {
        const std::int64_t n = 2 * stack.widths[0];
        Product<T>(stack.first[2], e_.data() + first * width_, rows, scratch_.sums.data(),
                   [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                       const std::int64_t b = first + r;
                       v = hn::Add(v, hn::LoadU(d, of_centre.data() + centre_[b] * n + c));
                       v = hn::Add(v, hn::LoadU(d, of_end.data() + call_.end[b] * n + c));
                       hn::StoreU(v, d, sums[0].data() + b * n + c);
                   });
        GoDeeper<T>(stack, sums, first, rows, scratch_);
    }

    void UpdateBonds(const M3GNetBlock<T>& block, const BlockState<T>& state, std::int64_t first, std::int64_t rows) {
        UpdateSums(block.bond, state.bond, of_centre_, of_end_, first, rows);
        const T* last = state.bond.back().data() + first * 2 * width_;
        Product<T>(block.bond_weight.forward, g_.basis.data() + first * model_.bond_functions, rows,
                   scratch_.sums.data(), [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                       const auto value = hn::LoadU(d, last + r * 2 * width_ + c);
                       const auto gate = hn::LoadU(d, last + r * 2 * width_ + width_ + c);
                       v = hn::Add(v, hn::LoadU(d, block.bond_weight.bias.data() + c));
                       AddTo(d, hn::Mul(hn::Mul(Silu(d, value), Sigmoid(d, gate)), v),
                             e_.data() + (first + r) * width_ + c);
                   });
    }

    std::int64_t Receiver(std::int64_t bond) const { return model_.sums_at_centre ? centre_[bond] : call_.end[bond]; }

    void SendMessages(const M3GNetBlock<T>& block, const BlockState<T>& state, std::int64_t first, std::int64_t rows,
                      T* next) {
        UpdateSums(block.atom, state.atom, of_centre_atom_, of_end_atom_, first, rows);
        const T* last = state.atom.back().data() + first * 2 * width_;
        Product<T>(block.atom_weight.forward, g_.basis.data() + first * model_.bond_functions, rows,
                   scratch_.sums.data(), [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                       const auto value = hn::LoadU(d, last + r * 2 * width_ + c);
                       const auto gate = hn::LoadU(d, last + r * 2 * width_ + width_ + c);
                       v = hn::Add(v, hn::LoadU(d, block.atom_weight.bias.data() + c));
                       if (model_.sums_at_centre) v = Silu(d, v);
                       AddTo(d, hn::Mul(hn::Mul(Silu(d, value), Sigmoid(d, gate)), v),
                             next + Receiver(first + r) * width_ + c);
                   });
    }

    // Energies of atoms, and their gradients by x where they are asked for.
    void Readout() {
        const GatedStack<T>& stack = model_.readout;
        const LayerSums<T>& sums = readout_;
        DenseRows<T>(stack.first[0], stack.first_bias.data(), x_.data(), call_.n_atoms, scratch_.sums.data(),
                     sums[0].data());
        const bool back = call_.gradient != nullptr;
        if (back) std::fill_n(d_x_.data(), atoms_ * width_, T{0});
        for (std::int64_t first = 0; first < call_.n_atoms; first += block_rows) {
            const std::int64_t rows = std::min(block_rows, call_.n_atoms - first);
            GoDeeper<T>(stack, sums, first, rows, scratch_);
            const hn::CappedTag<T, 1> one;
            for (std::int64_t r = 0; r < rows; r++) {
                const T* last = sums.back().data() + (first + r) * 2;
                const T gate = hn::GetLane(Sigmoid(one, hn::Set(one, last[1])));
                call_.energy[first + r] = static_cast<double>(last[0]) * static_cast<double>(gate);
                scratch_.d[0][r] = gate;
                scratch_.d[1][r] = last[0] * gate * (1 - gate);
            }
            if (back) {
                GoBack<T>(stack, sums, first, rows, scratch_);
                AddInputGradient<T>(stack.first_back[0], rows, scratch_, d_x_.data() + first * width_);
            }
        }
    }

    // ---- back ----

    void Backward() {
        std::fill_n(d_.basis.data(), bonds_ * model_.bond_functions, T{0});
        std::fill_n(d_.radial.data(), bonds_ * angular, T{0});
        std::fill_n(d_.envelope.data(), bonds_, T{0});
        std::fill_n(d_.unit.data(), bonds_ * 3, T{0});
        std::fill_n(d_.second.data(), bonds_ * 6, T{0});
        std::fill_n(d_e_.data(), bonds_ * width_, T{0});
        for (std::size_t k = blocks_.size(); k-- > 0;) {
            const M3GNetBlock<T>& block = model_.blocks[k];
            const BlockState<T>& state = blocks_[k];
            for (auto* shares : {&of_centre_, &of_end_, &of_centre_atom_, &of_end_atom_}) {
                std::fill_n(shares->data(), call_.n_atoms * 2 * widest_, T{0});
            }
            ForBlocks([&](std::int64_t first, std::int64_t rows) HWY_ATTR {
                UpdateGradient(block.atom, block.atom_weight, state.atom, of_centre_atom_, of_end_atom_, first, rows,
                               true);
                UpdateGradient(block.bond, block.bond_weight, state.bond, of_centre_, of_end_, first, rows, false);
                ThreeBodyGradient(block, state, first, rows, d_sums_.data());
            });
            std::fill_n(d_gates_.data(), call_.n_atoms * angular, T{0});
            three_body_gradients(call_, g_, state.gates.data(), state.moments.data(), d_sums_.data(), d_gates_.data(),
                                 d_);
            for (std::int64_t i = 0; i < call_.n_atoms * angular; i++)
                d_gates_[i] *= state.gates[i] * (1 - state.gates[i]);
            AddDenseRows<T>(block.atom_gate.back, d_gates_.data(), call_.n_atoms, scratch_.sums.data(), d_x_.data());
            AddShares(block.bond, of_centre_, of_end_);
            AddShares(block.atom, of_centre_atom_, of_end_atom_);
        }
        BondEmbeddingGradient();
        ToVectors();
    }

    // One update: the gradient of its result lies in d_e, or in d_x of the atoms that got a message.
    void UpdateGradient(const GatedStack<T>& stack, const Linear<T>& weight, const LayerSums<T>& sums,
                        const Rows<T>& of_centre, const Rows<T>& of_end, std::int64_t first, std::int64_t rows,
                        bool messages) {
        const T* last = sums.back().data() + first * 2 * width_;
        const bool swish = messages && model_.sums_at_centre;
        Product<T>(
            weight.forward, g_.basis.data() + first * model_.bond_functions, rows, scratch_.sums.data(),
            [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                const T* grad =
                    messages ? d_x_.data() + Receiver(first + r) * width_ : d_e_.data() + (first + r) * width_;
                const auto upstream = hn::LoadU(d, grad + c);
                const auto value = hn::LoadU(d, last + r * 2 * width_ + c);
                const auto open = Sigmoid(d, value), swished = hn::Mul(value, open);
                const auto gate = Sigmoid(d, hn::LoadU(d, last + r * 2 * width_ + width_ + c));
                v = hn::Add(v, hn::LoadU(d, weight.bias.data() + c));
                auto factor = v, slope = hn::Set(d, T{1});
                if (swish) {
                    const auto s = Sigmoid(d, v);
                    factor = hn::Mul(v, s);
                    slope = SwishSlope(d, v, s);
                }
                const auto gated = hn::Mul(upstream, gate), at_value = hn::Mul(gated, factor);
                const auto closed = hn::Sub(hn::Set(d, T{1}), gate);
                hn::StoreU(hn::Mul(at_value, SwishSlope(d, value, open)), d, scratch_.d[0].data() + r * width_ + c);
                hn::StoreU(hn::Mul(hn::Mul(at_value, swished), closed), d, scratch_.d[1].data() + r * width_ + c);
                hn::StoreU(hn::Mul(hn::Mul(gated, swished), slope), d, scratch_.radial.data() + r * width_ + c);
            });
        Product<T>(weight.back, scratch_.radial.data(), rows, scratch_.sums.data(),
                   [&](auto d, std::int64_t r, std::int64_t c, auto v)
                       HWY_ATTR { AddTo(d, v, d_.basis.data() + (first + r) * model_.bond_functions + c); });
        GoBack<T>(stack, sums, first, rows, scratch_);
        AddInputGradient<T>(stack.first_back[2], rows, scratch_, d_e_.data() + first * width_);
        const std::int64_t width = stack.widths[0];
        for (std::int64_t r = 0; r < rows; r++) {
            for (std::size_t half = 0; half < 2; half++) {
                const std::int64_t column = static_cast<std::int64_t>(half) * width;
                T* centre = of_centre.data() + centre_[first + r] * 2 * width + column;
                T* end = of_end.data() + call_.end[first + r] * 2 * width + column;
                const T* row = scratch_.d[half].data() + r * width;
                ForColumns<T>(width, [&](auto d, std::int64_t c) HWY_ATTR {
                    const auto v = hn::LoadU(d, row + c);
                    AddTo(d, v, centre + c);
                    AddTo(d, v, end + c);
                });
            }
        }
    }

    // The shares' gradients, [n_atoms, 2 width], go to d_x by stack: values and gates are not dense there, so their
    // products are taken with rows of both, of which the other half is skipped.
    void AddShares(const GatedStack<T>& stack, const Rows<T>& of_centre, const Rows<T>& of_end) {
        const std::int64_t width = stack.widths[0];
        for (std::int64_t first = 0; first < call_.n_atoms; first += block_rows) {
            const std::int64_t rows = std::min(block_rows, call_.n_atoms - first);
            for (std::size_t part = 0; part < 2; part++) {
                const T* shares = (part == 0 ? of_centre : of_end).data() + first * 2 * width;
                for (std::int64_t r = 0; r < rows; r++) {
                    for (std::size_t half = 0; half < 2; half++) {
                        std::copy_n(shares + r * 2 * width + static_cast<std::int64_t>(half) * width, width,
                                    scratch_.d[half].data() + r * width);
                    }
                }
                AddInputGradient<T>(stack.first_back[part], rows, scratch_, d_x_.data() + first * width_);
            }
        }
    }

    void ThreeBodyGradient(const M3GNetBlock<T>& block, const BlockState<T>& state, std::int64_t first,
                           std::int64_t rows, T* d_sums) {
        ThreeBodySums(block, state, first, rows);
        const T* grad = d_e_.data() + first * width_;
        ForColumns<T>(rows * width_, [&](auto d, std::int64_t i) HWY_ATTR {
            T *value_at = scratch_.d[0].data() + i, *gate_at = scratch_.d[1].data() + i;
            const auto upstream = hn::LoadU(d, grad + i), value = hn::LoadU(d, value_at);
            const auto open = Sigmoid(d, value), gate = Sigmoid(d, hn::LoadU(d, gate_at));
            const auto gated = hn::Mul(upstream, gate);
            hn::StoreU(hn::Mul(gated, SwishSlope(d, value, open)), d, value_at);
            hn::StoreU(hn::Mul(hn::Mul(gated, hn::Mul(value, open)), hn::Sub(hn::Set(d, T{1}), gate)), d, gate_at);
        });
        T* out = d_sums + first * angular;
        std::fill_n(out, rows * angular, T{0});
        AddInputGradient<T>(block.three_body.first_back[0], rows, scratch_, out);
        for (std::int64_t r = 0; r < rows; r++) {
            const std::int64_t b = first + r;
            for (std::int64_t q = 0; q < angular; q++) {
                d_.envelope[b] += state.three_body[b * angular + q] * out[r * angular + q];
                out[r * angular + q] *= g_.envelope[b];
            }
        }
    }

    void BondEmbeddingGradient() {
        const Linear<T>& layer = model_.bond_embedding;
        ForBlocks([&](std::int64_t first, std::int64_t rows) HWY_ATTR {
            Product<T>(layer.forward, g_.basis.data() + first * model_.bond_functions, rows, scratch_.sums.data(),
                       [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                           v = hn::Add(v, hn::LoadU(d, layer.bias.data() + c));
                           const auto upstream = hn::LoadU(d, d_e_.data() + (first + r) * width_ + c);
                           hn::StoreU(hn::Mul(upstream, SwishSlope(d, v, Sigmoid(d, v))), d,
                                      scratch_.radial.data() + r * width_ + c);
                       });
            Product<T>(layer.back, scratch_.radial.data(), rows, scratch_.sums.data(),
                       [&](auto d, std::int64_t r, std::int64_t c, auto v)
                           HWY_ATTR { AddTo(d, v, d_.basis.data() + (first + r) * model_.bond_functions + c); });
        });
    }

    // From lengths and directions to the vectors.
    void ToVectors() {
        const double root = std::sqrt(2.0);
        for (std::int64_t b = 0; b < call_.n_bonds; b++) {
            double by_length = static_cast<double>(d_.envelope[b]) * static_cast<double>(g_.envelope_slope[b]);
            for (std::int64_t n = b * model_.bond_functions; n < (b + 1) * model_.bond_functions; n++) {
                by_length += static_cast<double>(d_.basis[n]) * static_cast<double>(g_.basis_slope[n]);
            }
            for (std::int64_t q = b * angular; q < (b + 1) * angular; q++) {
                by_length += static_cast<double>(d_.radial[q]) * static_cast<double>(g_.radial_slope[q]);
            }
            std::array<double, 3> u{}, du{};
            std::array<double, 6> ds{};
            for (std::size_t d = 0; d < 3; d++) {
                u[d] = static_cast<double>(g_.unit[3 * b + static_cast<std::int64_t>(d)]);
                du[d] = static_cast<double>(d_.unit[3 * b + static_cast<std::int64_t>(d)]);
            }
            for (std::size_t d = 0; d < 6; d++)
                ds[d] = static_cast<double>(d_.second[6 * b + static_cast<std::int64_t>(d)]);
            du[0] += 2 * u[0] * ds[0] + root * (u[1] * ds[3] + u[2] * ds[4]);
            du[1] += 2 * u[1] * ds[1] + root * (u[0] * ds[3] + u[2] * ds[5]);
            du[2] += 2 * u[2] * ds[2] + root * (u[0] * ds[4] + u[1] * ds[5]);
            const double along = du[0] * u[0] + du[1] * u[1] + du[2] * u[2], r = static_cast<double>(g_.length[b]);
            for (std::size_t d = 0; d < 3; d++) {
                call_.gradient[3 * b + static_cast<std::int64_t>(d)] = by_length * u[d] + (du[d] - along * u[d]) / r;
            }
        }
    }

    const M3GNetModel<T>& model_;
    const migrate_m3gnet_run& call_;
    const std::int64_t width_, bonds_, atoms_, widest_;
    BlockScratch<T> scratch_;
    Rows<std::int64_t> centre_;
    BondGeometry<T> g_;
    BondGradients<T> d_;
    std::vector<BlockState<T>> blocks_;
    LayerSums<T> readout_;
    Rows<T> x_, next_, e_, d_x_, d_e_, d_sums_, d_gates_;
    // Atoms' shares of the first layers of the updates of bonds and atoms; on the way back their gradients.
    Rows<T> of_centre_, of_end_, of_centre_atom_, of_end_atom_;
};

template <class T>
std::int64_t RunOrCount(const M3GNetModel<T>& model, const migrate_m3gnet_run& call) {
    Workspace workspace(call.workspace);
    Pass<T> pass(model, call, workspace);
    if (call.workspace != nullptr) pass.Run();
    return workspace.used();
}

std::int64_t RunFloat(const M3GNetModel<float>& model, const migrate_m3gnet_run& call) {
    return RunOrCount(model, call);
}
std::int64_t RunDouble(const M3GNetModel<double>& model, const migrate_m3gnet_run& call) {
    return RunOrCount(model, call);
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace migrate {

std::int64_t run_m3gnet(const M3GNetModel<float>& model, const migrate_m3gnet_run& call) {
    MIGRATE_DISPATCH(RunFloat(model, call));
}
std::int64_t run_m3gnet(const M3GNetModel<double>& model, const migrate_m3gnet_run& call) {
    MIGRATE_DISPATCH(RunDouble(model, call));
}

}  // namespace migrate
#endif
